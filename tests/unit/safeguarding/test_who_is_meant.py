"""Whoever is told must be able to say of whom, and learns no other agency's numbers."""

from datetime import UTC, datetime
from uuid import UUID

from safeguarding.events import Subject
from safeguarding.facts import (
    Alert,
    AlertRaised,
    Ground,
    Mode,
    Notice,
    NotificationKind,
    Recipient,
    Severity,
)
from safeguarding.identifiers import Identifier
from safeguarding.moments import Moment, Precision
from safeguarding.notification import compose

AT = datetime(2021, 10, 2, 1, 40, tzinfo=UTC)
NATIONAL = Identifier("nhs-number", "9991234004")
OF_POLICE = Identifier("local", "PN-1", "police")
OF_SOCIAL_CARE = Identifier("local", "SC-1", "social-care")
OF_CAMHS = Identifier("local", "CM-1", "camhs")
HER = Subject((NATIONAL, OF_POLICE, OF_SOCIAL_CARE, OF_CAMHS), "Alex Sample")


def _told(agency: str) -> Subject:
    recipient = Recipient(agency, "team", "role")
    moment = Moment(AT, Precision.EXACT)
    alert = Alert(
        alert_id=UUID(int=1),
        rule="custody-ligature",
        ruleset="1",
        key="record:police:CR-1",
        severity=Severity.CRITICAL,
        level=1,
        revision=1,
        headline="",
        what="",
        where=None,
        why="",
        paragraphs=(),
        subject=HER,
        occurred=moment,
        late_seconds=None,
        grounds=(Ground("police", "CR-1", 1, "custody-incident", moment, moment, AT),),
        settled=False,
    )
    notice = Notice(UUID(int=2), recipient, NotificationKind.RAISED, 1, Mode.URGENT, AT)
    told = compose(AlertRaised(alert, (notice,)), UUID(int=2), 1, UUID(int=3), AT)
    return told.alert.subject


def test_a_reader_sees_national_numbers_its_own_and_those_of_who_spoke() -> None:
    assert _told("social-care").identifiers == (NATIONAL, OF_POLICE, OF_SOCIAL_CARE)
    assert _told("fostering").identifiers == (NATIONAL, OF_POLICE)


def test_a_reader_sees_the_name() -> None:
    assert _told("fostering").name == "Alex Sample"


def test_what_is_learned_later_is_added_and_nothing_stands_twice() -> None:
    first = Subject((NATIONAL,), None)
    later = first.with_what(Subject((NATIONAL, OF_CAMHS), "Alex Sample"))
    assert later == Subject((NATIONAL, OF_CAMHS), "Alex Sample")
    assert later.with_what(Subject(())) == later
