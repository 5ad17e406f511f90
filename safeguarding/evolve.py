"""Evolve: how an entry changes a case. No decision is taken here, nothing is refused.

Everything that the tables hold about a child follows from its entries through this
module alone, so a rebuild from the log gives the same tables.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from safeguarding.awaited import await_
from safeguarding.case import (
    AlertRecord,
    AlertState,
    Case,
    Expectation,
    ExpectationState,
    wording,
)
from safeguarding.events import ABOUT_ALERTS, RETRACTION, Event
from safeguarding.expectations import ACKNOWLEDGE, acknowledge_expectation_id
from safeguarding.facts import (
    Acknowledged,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    Announcement,
    AnswerReminded,
    Briefed,
    ChildIdentified,
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationMissed,
    ExpectationOpened,
    Mode,
    Moved,
    NetworkJoined,
    NetworkLeft,
    Notice,
    Recipient,
)
from safeguarding.network import Membership
from safeguarding.standings import Standing
from safeguarding.timeline import Entry


def evolve(case: Case, entry: Entry) -> None:
    """Change ``case`` by one entry of its child's log. Entries come in sequence order."""
    case.sequence = entry.sequence
    match entry.body:
        case Event() as event:
            _statement(case, entry, event)
        case AlertRaised() | AlertUpdated() | AlertWithdrawn() as announcement:
            _announcement(case, entry, announcement)
        case AnswerReminded() as reminded:
            _remind(case, reminded.expectation_id)
        case ExpectationMissed() | Briefed() as told:
            _besides(case, entry, told)
        case (
            ExpectationOpened() | ExpectationMet() | ExpectationCancelled() | ExpectationLapsed()
        ) as expected:
            await_(case, entry, expected)
        case Acknowledged() as acknowledged:
            _answered(case, entry, acknowledged)
        case NetworkJoined() | NetworkLeft() as change:
            _member(case, change)
        case ChildIdentified() as identified:
            case.provisional = identified.provisional
            case.subject = case.subject.with_what(identified.subject)
        case Moved(away=True) as moved:
            # Where it stands now, the other child's log says.
            case.standings.pop((moved.agency, moved.reference), None)
        case _:
            # Deliveries, failed rules and flagged times stand in the log and change no case.
            # Neither does a hand-over: it is no answer, so the team's deadline stays.
            pass


def _statement(case: Case, entry: Entry, event: Event) -> None:
    if event.type in ABOUT_ALERTS:
        return
    before = case.standings.get(event.key)
    if before is not None and before.version >= event.version:
        return  # An older version that came late stays on the timeline and changes nothing.
    case.standings[event.key] = Standing(
        version=event.version,
        retracted=event.type == RETRACTION,
        type=event.type,
        occurred_at=event.placed_at,
        sequence=entry.sequence,
        event=event,
    )
    case.changed.standings.add(event.key)


def _announcement(
    case: Case, entry: Entry, fact: AlertRaised | AlertUpdated | AlertWithdrawn
) -> None:
    alert = fact.alert
    key = (alert.rule, alert.key)
    before = case.alerts.get(key)
    told = _told(before, fact.notices)
    withdrawn = isinstance(fact, AlertWithdrawn)
    case.alerts[key] = AlertRecord(
        alert_id=alert.alert_id,
        rule=alert.rule,
        key=alert.key,
        severity=alert.severity,
        level=alert.level,
        revision=alert.revision,
        state=AlertState.WITHDRAWN if withdrawn else AlertState.OPEN,
        sequence=entry.sequence,
        wording=wording(alert.what),
        told=told,
    )
    case.changed.alerts.add(key)
    if alert.settled:
        for expectation in list(case.expectations.values()):
            if expectation.alert_id == alert.alert_id:
                _close(case, entry, expectation.expectation_id, ExpectationState.CANCELLED)
    _expect_acknowledgement(case, entry, fact)


def _besides(case: Case, entry: Entry, fact: ExpectationMissed | Briefed) -> None:
    if isinstance(fact, ExpectationMissed):
        _close(case, entry, fact.expectation_id, ExpectationState.MISSED)
    _told_besides(case, fact)
    _expect_acknowledgement(case, entry, fact)


def _told_besides(case: Case, fact: ExpectationMissed | Briefed) -> None:
    """A next contact, or a newcomer, counts among those who were told, and may answer like them."""
    key = (fact.alert.rule, fact.alert.key)
    record = case.alerts.get(key)
    if record is not None:
        case.alerts[key] = replace(record, told=_told(record, fact.notices))
        case.changed.alerts.add(key)


def _told(
    record: AlertRecord | None, notices: Iterable[Notice]
) -> tuple[tuple[Recipient, Mode], ...]:
    """Who was ever told of the alert, each in the most urgent mode."""
    told = dict(record.told) if record is not None else {}
    for notice in notices:
        if told.get(notice.recipient) is not Mode.URGENT:
            told[notice.recipient] = notice.mode
    return tuple(sorted(told.items()))


def _expect_acknowledgement(case: Case, entry: Entry, fact: Announcement) -> None:
    for notice in fact.notices:
        if notice.acknowledge_by is not None:
            _open(case, entry, fact, notice, notice.acknowledge_by)


def _open(case: Case, entry: Entry, fact: Announcement, notice: Notice, due_at: datetime) -> None:
    expectation_id = acknowledge_expectation_id(fact.alert.alert_id, notice.recipient)
    case.expectations[expectation_id] = Expectation(
        expectation_id=expectation_id,
        kind=ACKNOWLEDGE,
        alert_id=fact.alert.alert_id,
        recipient=notice.recipient,
        due_at=due_at,
        opened_sequence=entry.sequence,
        state=ExpectationState.OPEN,
    )
    case.changed.expectations.add(expectation_id)


def _answered(case: Case, entry: Entry, answer: Acknowledged) -> None:
    expectation_id = acknowledge_expectation_id(answer.alert_id, answer.recipient)
    _close(case, entry, expectation_id, ExpectationState.MET)
    if expectation_id not in case.expectations:
        # Whoever answers a digest was asked nothing. It counts all the same: once a team has
        # answered, another's silence gives it no deadline.
        case.expectations[expectation_id] = Expectation(
            expectation_id=expectation_id,
            kind=ACKNOWLEDGE,
            alert_id=answer.alert_id,
            recipient=answer.recipient,
            due_at=answer.acknowledged_at,
            opened_sequence=entry.sequence,
            state=ExpectationState.MET,
            closed_sequence=entry.sequence,
        )
        case.changed.expectations.add(expectation_id)


def _close(case: Case, entry: Entry, expectation_id: UUID, state: ExpectationState) -> None:
    expectation = case.expectations.get(expectation_id)
    if expectation is None or expectation.state is not ExpectationState.OPEN:
        return
    case.expectations[expectation.expectation_id] = replace(
        expectation, state=state, closed_sequence=entry.sequence
    )
    case.changed.expectations.add(expectation.expectation_id)


def _remind(case: Case, expectation_id: UUID) -> None:
    expectation = case.expectations.get(expectation_id)
    if expectation is not None:
        case.expectations[expectation_id] = replace(expectation, reminded=True)
        case.changed.expectations.add(expectation_id)


def _member(case: Case, change: NetworkJoined | NetworkLeft) -> None:
    if isinstance(change, NetworkLeft):
        _leave(case, change)
        return
    membership = Membership(change.recipient, change.starts_at, change.ends_at, change.ground)
    case.memberships[membership.key] = membership
    case.changed.memberships.add(membership.key)


def _leave(case: Case, left: NetworkLeft) -> None:
    for key, membership in case.memberships.items():
        open_ended = membership.ends_at is None or membership.ends_at > left.ends_at
        concerned = left.ground in {"", membership.ground}
        if membership.recipient == left.recipient and concerned and open_ended:
            case.memberships[key] = replace(
                membership, ends_at=max(left.ends_at, membership.starts_at)
            )
            case.changed.memberships.add(key)
