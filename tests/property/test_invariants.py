"""What holds in every life that a child can have with the hub."""

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeguarding.case import AlertState, ExpectationState
from safeguarding.facts import (
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    Announcement,
    AnswerReminded,
    ExpectationMissed,
    Mode,
    NotificationKind,
    RuleFailed,
)
from safeguarding.network import on_network
from tests.property.lives import Moment, live
from tests.unit.rules.hub import Hub

if TYPE_CHECKING:
    from uuid import UUID

# A failing example is made as small as it can be, which takes its time.
pytestmark = pytest.mark.timeout(400)
in_every_life = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
lives = st.randoms(use_true_random=False)


def announcements(moment: Moment) -> list[Announcement]:
    return [fact for fact in moment.facts if isinstance(fact, Announcement)]


@in_every_life
@given(random=lives)
def test_no_notification_has_the_id_of_another(random: Random) -> None:
    ids: Counter[UUID] = Counter()
    for moment in live(random, Hub()):
        for fact in announcements(moment):
            ids.update(notice.notification_id for notice in fact.notices)
    assert not [one for one, times in ids.items() if times > 1]


@in_every_life
@given(random=lives)
def test_every_alert_has_a_ground_that_stands(random: Random) -> None:
    hub = Hub()
    for moment in live(random, hub):
        for fact in announcements(moment):
            if isinstance(fact, ExpectationMissed | AnswerReminded):
                continue
            assert fact.alert.grounds
            for ground in fact.alert.grounds:
                standing = hub.case.standings[ground.agency, ground.reference]
                assert standing.version == ground.version
                assert not standing.retracted or isinstance(fact, AlertWithdrawn)


@in_every_life
@given(random=lives)
def test_every_recipient_is_a_member_or_was_told_or_stands_in_or_is_the_next_contact(
    random: Random,
) -> None:
    hub = Hub()
    for moment in live(random, hub):
        members = set(on_network(hub.case.memberships.values(), moment.now))
        for fact in announcements(moment):
            record = moment.told_before.get(fact.alert.alert_id)
            told = set(dict(record.told)) if record is not None else set()
            recipients = {notice.recipient for notice in fact.notices}
            match fact:
                case AnswerReminded():
                    assert recipients == {fact.recipient}
                case ExpectationMissed():
                    contact = hub.directory.next_contact(fact.recipient)
                    # Who was reminded before is not reminded again.
                    assert {contact} - {None} <= recipients <= {fact.recipient, contact}
                case AlertWithdrawn():
                    assert recipients == told
                case AlertRaised():
                    assert recipients <= members | set(hub.directory.fallback)
                case AlertUpdated():
                    assert recipients <= members | told | set(hub.directory.fallback)


@in_every_life
@given(random=lives)
def test_nobody_is_told_their_own_news_or_twice_of_one_revision(random: Random) -> None:
    told: Counter[tuple[object, ...]] = Counter()
    for moment in live(random, Hub()):
        for fact in announcements(moment):
            for notice in fact.notices:
                if notice.kind is not NotificationKind.ESCALATED:
                    revision = (fact.alert.alert_id, notice.revision, notice.kind)
                    told[(*revision, notice.recipient, moment.now)] += 1
            if isinstance(fact, AlertRaised | AlertUpdated) and moment.event is not None:
                said = fact.alert.rule != "late-disclosure" and "pattern" not in fact.alert.key
                spoke = (moment.event.agency, moment.event.said_by)
                roles = {(n.recipient.agency, n.recipient.role) for n in fact.notices}
                assert not said or spoke not in roles
    assert not [one for one, times in told.items() if times > 1]


@in_every_life
@given(random=lives)
def test_a_deadline_is_closed_once_and_opens_again_only_for_a_copy_that_asks(
    random: Random,
) -> None:
    hub = Hub()
    before: dict[UUID, tuple[ExpectationState, object]] = {}
    missed: Counter[tuple[object, ...]] = Counter()
    for moment in live(random, hub):
        asked = set()
        for fact in announcements(moment):
            asked |= {
                (fact.alert.alert_id, n.recipient, n.acknowledge_by)
                for n in fact.notices
                if n.acknowledge_by is not None
            }
            if isinstance(fact, ExpectationMissed):
                missed[fact.expectation_id, fact.due_at] += 1
        for expectation in hub.case.expectations.values():
            state, due_at = before.get(expectation.expectation_id, (None, None))
            copy = (expectation.alert_id, expectation.recipient, expectation.due_at)
            if state not in (None, ExpectationState.OPEN, expectation.state):
                assert expectation.state is ExpectationState.OPEN or copy in asked
            if due_at not in (None, expectation.due_at):
                assert copy in asked, "a deadline moved and nobody was told"
            before[expectation.expectation_id] = (expectation.state, expectation.due_at)
    assert not [one for one, times in missed.items() if times > 1]


@in_every_life
@given(random=lives)
def test_a_digest_asks_only_once_the_office_is_open_and_nothing_asks_of_what_is_over(
    random: Random,
) -> None:
    hub = Hub()
    for moment in live(random, hub):
        for fact in announcements(moment):
            for notice in fact.notices:
                if notice.acknowledge_by is not None:
                    late = isinstance(fact, ExpectationMissed)
                    assert notice.acknowledge_by > moment.now or late
                    if notice.mode is Mode.DIGEST:
                        assert not hub.calendar.office_hours(moment.now)
                        assert hub.calendar.next_opening(moment.now) < notice.acknowledge_by
                        assert notice.kind in {NotificationKind.RAISED, NotificationKind.UPDATED}
                    assert notice.kind in {
                        NotificationKind.RAISED,
                        NotificationKind.UPDATED,
                        NotificationKind.ESCALATED,
                        NotificationKind.REMINDER,
                    }
        settled = {a.alert_id for a in hub.alerts.values() if a.settled}
        withdrawn = {
            a.alert_id for a in hub.case.alerts.values() if a.state is AlertState.WITHDRAWN
        }
        for expectation in hub.case.expectations.values():
            if expectation.state is ExpectationState.OPEN:
                assert expectation.alert_id not in settled | withdrawn


@in_every_life
@given(random=lives)
def test_once_the_clock_has_looked_nothing_is_overdue(random: Random) -> None:
    hub = Hub()
    for moment in live(random, hub):
        hub.tick(moment.now)
        for expectation in hub.case.expectations.values():
            overdue = expectation.due_at <= moment.now
            assert not overdue or expectation.state is not ExpectationState.OPEN


@in_every_life
@given(random=lives)
def test_revisions_count_on_by_one_and_no_rule_fails(random: Random) -> None:
    revisions: dict[UUID, int] = {}
    for moment in live(random, Hub()):
        assert not [fact for fact in moment.facts if isinstance(fact, RuleFailed)]
        for fact in announcements(moment):
            before = revisions.get(fact.alert.alert_id, 0)
            step = 0 if isinstance(fact, ExpectationMissed | AnswerReminded) else 1
            assert fact.alert.revision == before + step
            revisions[fact.alert.alert_id] = fact.alert.revision


@in_every_life
@given(random=lives)
def test_what_is_critical_and_live_is_told_urgently_to_somebody_whoever_is_around(
    random: Random,
) -> None:
    for moment in live(random, Hub()):
        if moment.event is None or moment.event.backfilled:
            continue
        for fact in announcements(moment):
            if isinstance(fact, AlertRaised) and fact.alert.severity == "critical":
                assert Mode.URGENT in {notice.mode for notice in fact.notices}
