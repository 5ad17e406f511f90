"""A notification in words: all that its recipient must know, and how to answer."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from projections.queries.words.line import Tone
from projections.queries.words.notifications import NotificationWords, notification_in_words
from safeguarding.events import Subject
from safeguarding.facts import Mode, NotificationKind, Severity
from safeguarding.identifiers import Identifier
from safeguarding.notification import CAUTION, Notification
from tests.unit.cli.logged import CAMHS, CHILD, CUSTODY, EDT, alert, ground
from tests.unit.rules.said import incident, london

LIGATURE = incident("ligature", "2021-10-02 02:40", reference="CR-1/1")
SUBJECT = Subject(
    (Identifier("nhs-number", "9991234004"), Identifier("local", "PN-1", "police")),
    "Alex Sample",
    date(2006, 4, 30),
)


def notification(**changes: Any) -> Notification:
    given = Notification(
        notification_id=UUID("22222222-2222-4222-8222-222222222222"),
        number=12,
        recipient=EDT,
        kind=NotificationKind.RAISED,
        mode=Mode.URGENT,
        acknowledge_by=london("2021-10-02 02:56"),
        child_id=CHILD,
        alert=alert(subject=SUBJECT, grounds=(ground(LIGATURE, "2021-10-02 02:41"),)),
        others_told=(CAMHS, CUSTODY),
        unanswered_by=None,
        decided_at=london("2021-10-02 02:41:02"),
        caution=CAUTION,
    )
    return replace(given, **changes)


def row(words: NotificationWords, label: str) -> list[str]:
    return [text for each, text in words.rows if each == label]


def test_it_says_everything_in_the_order_in_which_it_is_needed() -> None:
    words = notification_in_words(notification())
    assert words.title == "CRITICAL, act now, new: In custody: ligature"
    assert words.rows == (
        ("For", "social-care/edt/edt"),
        (
            "Who",
            "Alex Sample; born 30 April 2006; NHS number 999 123 4004; local number of police"
            " PN-1; the hub's id 4f0c8a1e-0000-4000-8000-000000000001",
        ),
        ("What", "Ligature; with a shoe lace."),
        ("Where", "north"),
        ("When", "Sat 2 Oct 2021 02:40, London"),
        ("How late", "the hub was told 1 min after the agency knew"),
        (
            "Why",
            "She is in danger there. Rule custody-ligature (review, 3.17, 1.8), rule set 1.",
        ),
        (
            "From",
            "custody incident of police, Sat 2 Oct 2021 02:40; told 02:41, 1 min after"
            " (its reference CR-1/1, version 1)",
        ),
        ("Told too", "camhs/community/camhs_community, police/custody/custody_sergeant"),
        ("Answer", "by Sat 2 Oct 2021 02:56, London, by the emergency duty team"),
        ("Answer", "kith ack --agency social-care 22222222"),
        ("Number", "12, decided Sat 2 Oct 2021 02:41:02; alert 11111111, revision 1"),
    )
    assert words.caution == CAUTION


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"mode": Mode.DIGEST, "acknowledge_by": None}, "CRITICAL, to read, new: "),
        ({"mode": Mode.DIGEST}, "CRITICAL, to answer by Sat 2 Oct 2021 02:56, new: "),
        ({"kind": NotificationKind.REMINDER}, "CRITICAL, act now, reminder, you have not answered"),
        ({"kind": NotificationKind.UPDATED, "acknowledge_by": None}, "CRITICAL, read now, update"),
        ({"alert": alert(severity=Severity.MEDIUM)}, "MEDIUM, act now, new: In custody: ligature"),
    ],
)
def test_the_title_says_how_urgent_it_is(changes: dict[str, Any], title: str) -> None:
    assert notification_in_words(notification(**changes)).title.startswith(title)


def test_a_withdrawal_says_which_rule_it_was() -> None:
    withdrawn = notification(
        kind=NotificationKind.WITHDRAWN,
        acknowledge_by=None,
        alert=alert(headline="Withdrawn"),
    )
    words = notification_in_words(withdrawn)
    assert words.title == "CRITICAL, read now, withdrawn: custody ligature"
    assert words.tone is Tone.WITHDRAWN


def test_an_escalation_says_who_has_not_answered() -> None:
    escalated = notification(kind=NotificationKind.ESCALATED, unanswered_by=CUSTODY)
    words = notification_in_words(escalated)
    assert words.title.startswith("CRITICAL, act now, another team has not answered")
    (expected,) = row(words, "For")
    assert expected == (
        "social-care/edt/edt, since police/custody/custody_sergeant has not answered"
    )


def test_a_reminder_does_not_name_its_own_recipient_twice() -> None:
    reminder = notification(kind=NotificationKind.REMINDER, unanswered_by=EDT)
    assert row(notification_in_words(reminder), "For") == ["social-care/edt/edt"]


@pytest.mark.parametrize(
    ("late_seconds", "words"),
    [
        (None, "the agency does not say when it knew"),
        (0, "the hub was told within a minute of the agency's knowing"),
        (373_500, "the hub was told 4 days 7 h after the agency knew"),
    ],
)
def test_lateness(late_seconds: int | None, words: str) -> None:
    late = notification(alert=alert(late_seconds=late_seconds))
    assert row(notification_in_words(late), "How late") == [words]


def test_a_time_of_knowing_that_was_still_to_come_is_not_called_prompt() -> None:
    wrong = incident("ligature", "2021-10-02 02:40", known="2021-10-03 02:40")
    early = alert(late_seconds=0, grounds=(ground(wrong, "2021-10-02 02:41"),))
    (late,) = row(notification_in_words(notification(alert=early)), "How late")
    assert late.startswith("it cannot be told")


def test_who_need_not_answer_is_told_so() -> None:
    digest = notification(mode=Mode.DIGEST, acknowledge_by=None)
    assert row(notification_in_words(digest), "Answer") == ["none is asked for"]


def test_a_digest_that_asks_says_by_when_and_how() -> None:
    monday = notification(mode=Mode.DIGEST, acknowledge_by=london("2021-10-04 10:00"))
    assert row(notification_in_words(monday), "Answer") == [
        "by Mon 4 Oct 2021 10:00, London, by the emergency duty team",
        "kith ack --agency social-care 22222222",
    ]


def test_where_nobody_else_was_told_it_says_so() -> None:
    assert row(notification_in_words(notification(others_told=())), "Told too") == ["nobody else"]


def test_a_child_without_name_or_number_is_named_by_the_hub() -> None:
    (who,) = row(notification_in_words(notification(alert=alert())), "Who")
    assert who == f"the hub's id {CHILD}"
