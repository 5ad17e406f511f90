"""What the clock takes of what is due: what waits for people hides nothing that is due after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from processors.clock.feeds import PATIENCE, Heard
from processors.clock.lapsing import BEGINNING, Place, Row, due_awaited, lapse_steps
from projections.append.arrivals import Step
from schemas.agencies import Feeds
from tests.unit.rules.said import london

DUE = london("2021-07-09 22:00")
NOW = london("2021-07-12 09:30")
FEEDS = {"social-care": Feeds(usual_days=14, publishes=["return-interview"])}
HEARD = Heard({"social-care": london("2021-07-12 09:00")}, {})
MOST = 3


def row(number: int, *, undecided: bool = False) -> Row:
    """One of what is due, as ``due_awaited`` selects it; the next is due a minute later."""
    due_at = DUE + timedelta(minutes=number)
    opened = DUE - timedelta(days=3)
    ground = ("police", f"E-{number}")
    return (
        UUID(int=1),
        "return-interview",
        f"episode:police:E-{number}",
        UUID(int=number),
        1,
        *ground,
        due_at,
        ["return-interview"],
        [],
        opened,
        undecided,
    )


def steps(rows: Sequence[Row], heard: Heard = HEARD, now: datetime = NOW) -> list[Step]:
    def read(after: Place) -> Sequence[Row]:
        left = [each for each in rows if (each[7], each[3]) > after]
        return left[:MOST]

    return lapse_steps(read, lambda: heard, FEEDS, now, MOST)


def names(found: Sequence[Step]) -> list[str]:
    return [each.lapsing.ground[1] for each in found if each.lapsing is not None]


def test_what_is_due_is_judged() -> None:
    assert names(steps([row(1), row(2)])) == ["E-1", "E-2"]
    assert steps([]) == []


def test_while_something_is_undecided_it_is_open_and_afterwards_it_is_judged() -> None:
    assert steps([row(1, undecided=True)]) == []
    assert names(steps([row(1)])) == ["E-1"]


def test_while_something_is_in_quarantine_it_is_open_and_afterwards_it_is_judged() -> None:
    held = Heard(HEARD.last, {"social-care": london("2021-07-08 10:00")})
    assert steps([row(1)], held) == []
    assert names(steps([row(1)])) == ["E-1"]


def test_what_nobody_mends_is_not_known_in_the_end() -> None:
    forgotten = [row(1, undecided=True)]
    assert names(steps(forgotten, now=DUE + timedelta(minutes=1) + PATIENCE)) == ["E-1"]


def test_who_is_silent_is_not_waited_for() -> None:
    assert names(steps([row(1)], Heard({}, {}))) == ["E-1"]


def test_however_much_waits_the_rest_is_judged() -> None:
    waiting = [row(number, undecided=True) for number in range(1, 8)]
    assert names(steps([*waiting, row(8), row(9)])) == ["E-8", "E-9"]


def test_no_more_is_taken_at_once_than_about_the_most() -> None:
    assert names(steps([row(number) for number in range(1, 9)])) == ["E-1", "E-2", "E-3"]


def test_the_query_goes_on_after_a_place() -> None:
    place = (DUE, UUID(int=1))
    for after in (place, BEGINNING):
        query, values = due_awaited(NOW, ["a key"], MOST, after)
        assert query.count("%s") == len(values)
        assert "and (a.due_at, a.expectation_id) > (%s, %s) order by" in query
        assert [*values[3:5]] == [*after]
