"""Reading an alerts topic: repeats are dropped, and what is missing is noticed."""

import io
import json
from uuid import UUID, uuid4

import pytest
from rich.console import Console

from kith.cli.alert_feed import Gap, Sieve, Unreadable
from kith.cli.alert_printing import ForPeople, JsonLines, JsonObject
from safeguarding.notification import Notification
from tests.unit.cli.test_notifications_in_words import notification


def numbered(number: int, identity: UUID | None = None) -> Notification:
    return notification(number=number, notification_id=identity or uuid4())


def taken(sieve: Sieve, *notifications: Notification) -> list[int | Gap]:
    return [
        each.number if isinstance(each, Notification) else each
        for one in notifications
        for each in sieve.take(one)
    ]


def test_what_comes_again_is_shown_once() -> None:
    first, second = numbered(1), numbered(2)
    assert taken(Sieve(last=0), first, second, first, second, numbered(3)) == [1, 2, 3]


def test_a_missing_number_is_told_before_what_comes_after_it() -> None:
    assert taken(Sieve(last=0), numbered(1), numbered(4)) == [1, Gap(2, 3), 4]


def test_from_the_very_beginning_the_first_number_is_one() -> None:
    assert taken(Sieve(last=0), numbered(3)) == [Gap(1, 2), 3]


def test_from_somewhere_between_the_first_number_is_what_it_is() -> None:
    assert taken(Sieve(), numbered(57), numbered(58)) == [57, 58]


def test_what_comes_late_is_shown_and_makes_no_gap() -> None:
    assert taken(Sieve(last=0), numbered(1), numbered(3), numbered(2), numbered(4)) == [
        1,
        Gap(2, 2),
        3,
        2,
        4,
    ]


def printed(*reads: Notification | Gap | Unreadable) -> str:
    out = io.StringIO()
    printer = ForPeople(Console(file=out, width=100, highlight=False))
    for read in reads:
        printer.show(read)
    printer.finish()
    return out.getvalue()


def test_people_read_all_of_it() -> None:
    text = printed(notification())
    for part in ("act now", "999 123 4004", "Ligature; with", "kith ack", "no 999"):
        assert part in text


def test_people_are_warned_of_gaps_and_of_what_cannot_be_read() -> None:
    assert "! number 2 is missing" in printed(Gap(2, 2))
    assert "! numbers 2 to 5 are missing" in printed(Gap(2, 5))
    assert "! the record at offset 7 is no notification: it is cut" in printed(
        Unreadable(7, "it is cut")
    )


def test_nothing_says_so() -> None:
    assert printed() == "Nothing to show.\n"


def test_json_is_one_object_or_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    reads = (notification(), Gap(2, 3), Unreadable(7, "it is cut"))
    whole = JsonObject("social-care")
    lines = JsonLines()
    for read in reads:
        whole.show(read)
    whole.finish()
    content = json.loads(capsys.readouterr().out)
    assert content["agency"] == "social-care"
    assert content["notifications"][0]["number"] == 12
    assert content["notifications"][0]["acknowledge_by"] == "2021-10-02T01:56:00Z"
    assert content["gaps"] == [{"first": 2, "last": 3}]
    assert content["unreadable"] == [{"offset": 7, "reason": "it is cut"}]
    for read in reads:
        lines.show(read)
    kinds = [next(iter(json.loads(line))) for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["notification", "gap", "unreadable"]
