"""What came against what was written by hand: every kind of difference is seen."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from kith.scenario.checking import check
from kith.scenario.player import Sent
from producers.scenario.expected import Expectations, ExpectedNotification
from producers.scenario.story import AlertName
from safeguarding.events import Subject
from safeguarding.facts import Alert, Mode, NotificationKind, Recipient, Severity
from safeguarding.identifiers import Identifier
from safeguarding.moments import Moment, Precision
from safeguarding.notification import CAUTION, Notification

AT = datetime(2021, 10, 2, 1, 40, tzinfo=UTC)
CREW = Recipient("social-care", "edt", "edt")
CARER = Recipient("fostering", "carers", "foster_carer")
NAME = AlertName("custody-ligature", None, "ligature")


def _alert(severity: Severity = Severity.CRITICAL) -> Alert:
    return Alert(
        alert_id=UUID(int=1),
        rule="custody-ligature",
        ruleset="1",
        key="record:police:CR-1",
        severity=severity,
        level=1,
        revision=1,
        headline="In custody: ligature",
        what="Ligature.",
        where=None,
        why="",
        paragraphs=("3.17",),
        subject=Subject((Identifier("nhs-number", "9991234004"),)),
        occurred=Moment(AT, Precision.MINUTE),
        late_seconds=60,
        grounds=(),
        settled=False,
    )


def _notification(number: int, of: int, who: Recipient) -> Notification:
    return Notification(
        notification_id=UUID(int=of),
        number=number,
        recipient=who,
        kind=NotificationKind.RAISED,
        mode=Mode.URGENT,
        acknowledge_by=AT,
        child_id=UUID(int=9),
        alert=_alert(),
        others_told=(),
        unanswered_by=None,
        decided_at=AT,
        caution=CAUTION,
    )


def _expected(who: Recipient) -> ExpectedNotification:
    return ExpectedNotification(
        step="ligature",
        alert=NAME,
        kind=NotificationKind.RAISED,
        severity=Severity.CRITICAL,
        mode=Mode.URGENT,
        recipient=who,
        paragraphs=("3.17",),
        why="",
    )


def _written(
    *copies: ExpectedNotification, rules: frozenset[str] | None = None
) -> dict[str, Expectations]:
    return {"night": Expectations(copies, rules)}


def _sent(of: int, who: Recipient) -> Sent:
    return Sent("night", "ligature", NAME, who.agency, UUID(int=of))


EXPECTED = _written(_expected(CREW), _expected(CARER))
OF_CREW, OF_CARER = _written(_expected(CREW)), _written(_expected(CARER))
SENT = [_sent(1, CREW), _sent(2, CARER)]
CAME = [_notification(1, 1, CREW), _notification(1, 2, CARER)]


def test_exactly_what_was_written_holds() -> None:
    verdict = check(EXPECTED, SENT, CAME)
    assert verdict.holds
    assert verdict.matched == 2


def test_a_repeat_on_the_topic_is_no_difference() -> None:
    assert check(EXPECTED, SENT, [*CAME, CAME[0]]).holds


def test_one_that_never_reached_its_topic_is_missed() -> None:
    verdict = check(EXPECTED, SENT, CAME[:1])
    assert not verdict.holds
    assert [copy.recipient for copy in verdict.missing] == [CARER]
    assert len(verdict.faults) == 1


def test_one_that_was_not_expected_is_seen() -> None:
    verdict = check(OF_CREW, SENT, CAME)
    assert [copy.recipient for copy in verdict.unexpected] == [CARER]


def test_another_severity_is_both_missing_and_not_expected() -> None:
    lower = replace(CAME[0], alert=_alert(Severity.HIGH))
    verdict = check(EXPECTED, SENT, [lower, CAME[1]])
    assert len(verdict.missing) == len(verdict.unexpected) == 1


def test_one_at_another_step_is_both_missing_and_not_expected() -> None:
    elsewhere = replace(SENT[0], step="release")
    verdict = check(EXPECTED, [elsewhere, SENT[1]], CAME)
    assert len(verdict.missing) == len(verdict.unexpected) == 1


def test_one_of_no_step_is_a_fault() -> None:
    assert check(OF_CARER, SENT[1:], CAME).faults


def test_a_gap_in_an_agencys_numbers_is_a_fault() -> None:
    assert check(EXPECTED, SENT, [replace(CAME[0], number=2), CAME[1]]).faults


def test_a_number_given_twice_is_a_fault() -> None:
    other = replace(CAME[0], notification_id=UUID(int=3))
    sent = [*SENT, _sent(3, CREW)]
    assert check(_written(*map(_expected, (CREW, CARER, CREW))), sent, [*CAME, other]).faults


def test_a_reader_who_cannot_tell_who_is_meant_is_a_fault() -> None:
    police_number = Subject((Identifier("local", "PN-1", "police"),))
    unknown = replace(CAME[0], alert=replace(_alert(), subject=police_number))
    assert check(EXPECTED, SENT, [unknown, CAME[1]]).faults


def test_of_a_rule_that_the_file_is_not_about_nothing_is_missing_nor_unexpected() -> None:
    """Fails without: ``speak_of`` in ``check``."""
    assert check(_written(rules=frozenset({"missing"})), SENT, CAME).holds
    assert not check(_written(rules=frozenset({"custody-ligature"})), SENT, CAME).holds


def test_what_other_children_were_told_of_belongs_to_no_step_here() -> None:
    """Fails without: ``children`` in ``check``."""
    others = replace(CAME[0], notification_id=UUID(int=7), child_id=UUID(int=8), number=2)
    assert not check(EXPECTED, SENT, [*CAME, others]).holds
    assert check(EXPECTED, SENT, [*CAME, others], {CAME[0].child_id}).holds
