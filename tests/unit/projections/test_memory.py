"""What is remembered of a child holds only while its log goes on from there, and has bounds."""

from dataclasses import replace
from uuid import UUID

import pytest

from projections.append import memory
from projections.append.memory import Memory, Remembered
from safeguarding.case import Case
from safeguarding.evolve import evolve
from safeguarding.facts import Delivered
from safeguarding.standings import Standing
from safeguarding.timeline import Entry
from schemas.facts import fact_type
from tests.unit.rules.said import london

CHILD = UUID(int=1)
LEFT, HEAD = b"left", b"head"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (
    london(f"2021-10-0{day} 09:00") for day in range(4, 9)
)


def remembered(child_id: UUID = CHILD, standings: int = 1) -> Remembered:
    case = Case(child_id, sequence=7, head=LEFT)
    for number in range(standings):
        key = ("police", f"I-{number}")
        case.standings[key] = Standing(1, False, "custody-incident", MONDAY, number)
    return Remembered(case)


def row(sequence: int, entry_type: str, digest: bytes) -> tuple[object, ...]:
    return (CHILD, sequence, entry_type, digest)


@pytest.mark.parametrize(
    ("entries", "goes_on"),
    [
        ([row(7, "review", LEFT), row(8, "delivered", b"-"), row(9, "delivered", HEAD)], True),
        ([row(7, "review", LEFT), row(8, "answered", b"-"), row(9, "delivered", HEAD)], False),
        (
            [row(7, "review", b"another"), row(8, "delivered", b"-"), row(9, "delivered", HEAD)],
            False,
        ),
        ([row(7, "review", LEFT), row(8, "delivered", b"-")], False),
        ([row(7, "review", LEFT), row(8, "delivered", b"-"), row(9, "delivered", b"-")], False),
        ([], False),
    ],
    ids=["deliveries", "an-answer", "another-log", "too-many", "another-head", "shorter"],
)
def test_it_goes_on_over_deliveries_alone(entries: list[tuple[object, ...]], goes_on: bool) -> None:
    each = remembered()
    assert each.goes_on(entries, 9, HEAD) is goes_on
    assert (each.case.sequence, each.case.head) == ((9, HEAD) if goes_on else (7, LEFT))


def test_a_delivery_changes_no_case() -> None:
    """What is remembered is taken as it is where nothing but these came since."""
    each, untouched = remembered().case, remembered().case
    body = Delivered(())
    evolve(each, Entry(UUID(int=2), CHILD, 8, MONDAY, None, UUID(int=2), body))
    assert each == replace(untouched, sequence=8)
    assert fact_type(body) == memory._CHANGES_NO_CASE


def test_of_a_window_no_more_is_missing_than_was_not_read() -> None:
    each = remembered()
    assert each.missing("review", (TUESDAY, THURSDAY)) == (TUESDAY, THURSDAY)
    each.read("review", (TUESDAY, THURSDAY))
    assert each.missing("review", (TUESDAY, THURSDAY)) is None
    assert each.missing("review", (WEDNESDAY, WEDNESDAY)) is None
    assert each.missing("review", (WEDNESDAY, FRIDAY)) == (THURSDAY, FRIDAY)
    assert each.missing("review", (MONDAY, WEDNESDAY)) == (MONDAY, TUESDAY)
    assert each.missing("review", (MONDAY, FRIDAY)) == (MONDAY, FRIDAY)
    assert each.missing("review", (FRIDAY, FRIDAY)) == (FRIDAY, FRIDAY)
    assert each.missing("strategy-discussion", (TUESDAY, TUESDAY)) == (TUESDAY, TUESDAY)


def test_windows_that_meet_are_one() -> None:
    each = remembered()
    each.read("review", (MONDAY, TUESDAY))
    each.read("review", (TUESDAY, FRIDAY))
    assert each.missing("review", (MONDAY, FRIDAY)) is None


def test_of_two_windows_with_a_gap_the_last_is_held() -> None:
    each = remembered()
    each.read("review", (MONDAY, MONDAY))
    each.read("review", (WEDNESDAY, FRIDAY))
    assert each.missing("review", (MONDAY, MONDAY)) == (MONDAY, MONDAY)
    assert each.missing("review", (WEDNESDAY, FRIDAY)) is None


def test_what_is_taken_is_not_there_until_it_is_put_back() -> None:
    kept = Memory()
    each = remembered()
    each.case.changed.standings.add(("police", "I-0"))
    kept.put_back({CHILD: each}, {CHILD: HEAD})
    assert kept.take([CHILD]) == {CHILD: each}
    assert each.case.head == HEAD
    assert not each.case.changed.standings
    assert kept.take([CHILD]) == {}


def test_it_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_STANDINGS_KEPT", 10)
    monkeypatch.setattr(memory, "_STANDINGS_OF_ONE", 6)
    kept = Memory()
    first, second, third, large = (UUID(int=number) for number in range(4))
    kept.put_back({first: remembered(first, 4)}, {})
    kept.put_back({second: remembered(second, 4)}, {})
    kept.put_back({large: remembered(large, 7), third: remembered(third, 4)}, {})
    assert sorted(kept.take([first, second, third, large])) == [second, third]
    kept.put_back({first: remembered(first, 6)}, {})
    kept.put_back({second: remembered(second, 4)}, {})
    assert sorted(kept.take([first, second])) == [first, second]
