"""What looks amount to: gets on, late, or stuck, since when and why."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from processors.watch.checks import (
    Judge,
    Look,
    Queue,
    State,
    Verdict,
    Work,
    unread_since_before,
)

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Hub:
    """One process, looked at every so many seconds."""

    def __init__(self) -> None:
        self.judge = Judge()
        self.seconds = 0.0

    def look(self, work: Work, after: float = 5.0, hindered: str | None = None) -> Verdict:
        self.seconds += after
        at = START + timedelta(seconds=self.seconds)
        return self.judge.judge(Look(at, self.seconds, (work,), hindered))[0]

    def looks(self, works: Iterable[Work], hindered: str | None = None) -> Verdict:
        verdicts = [self.look(work, hindered=hindered) for work in works]
        return verdicts[-1]


@pytest.fixture
def hub() -> Hub:
    return Hub()


def reading(read: int, end: int, *, acknowledged: int | None = None) -> Work:
    queue = Queue("agency.police.events/0", read, end, acknowledged)
    return Work("timeline", (queue,), answers=True)


def test_who_has_read_everything_gets_on_however_long_nothing_comes(hub: Hub) -> None:
    verdict = hub.looks(reading(7, 7) for _ in range(100))
    assert verdict == Verdict("timeline", State.OK, None, "gets on")


def test_who_stands_while_the_end_is_ahead_is_stuck(hub: Hub) -> None:
    """Fails without: the mark of what was taken last."""
    hub.look(reading(7, 7))
    assert hub.looks(reading(7, end) for end in range(8, 13)).state is State.LATE
    verdict = hub.look(reading(7, 20))
    assert verdict.state is State.STUCK
    assert verdict.why == "nothing taken of agency.police.events/0 for 25 s"
    assert verdict.since == START + timedelta(seconds=10)
    assert (verdict.waiting, verdict.oldest_seconds) == (13, 25.0)


def test_an_end_that_was_reached_in_between_begins_the_time_anew(hub: Hub) -> None:
    """Fails without: forgetting marks of what no longer waits."""
    for _ in range(10):
        assert hub.look(reading(7, 8), after=20.0).state is not State.STUCK
        hub.look(reading(7, 7))  # A look may come between two events.


def test_who_moves_is_never_stuck_however_far_behind(hub: Hub) -> None:
    verdict = hub.looks(reading(number, 100_000) for number in range(100))
    assert verdict.state is State.LATE
    assert verdict.waiting == 100_000 - 99


def test_it_is_late_by_how_long_the_oldest_has_waited(hub: Hub) -> None:
    """Fails without: the memory of where the ends were."""
    # Always behind by ten, but each is read within five seconds.
    steady = hub.looks(reading(10 * number, 10 * number + 10) for number in range(50))
    assert (steady.state, steady.waiting) == (State.OK, 10)
    # The same number behind, but each has waited for four looks.
    slow = hub.looks(reading(500 + number, 510 + number) for number in range(4, 30))
    assert slow.state is State.LATE
    assert slow.why == "10 waiting, the oldest for 45 s: agency.police.events/0"


def test_nobody_is_stuck_while_the_services_are_away(hub: Hub) -> None:
    """Fails without: forgetting marks while hindered."""
    away = "the broker does not answer (_TRANSPORT)"
    hub.looks(reading(7, 8) for _ in range(4))
    verdict = hub.looks((reading(7, 8) for _ in range(50)), hindered=away)
    assert verdict.state is State.LATE
    assert verdict.why == f"not judged: {away}"
    assert verdict.since == START + timedelta(seconds=25)
    # And when they are back it has its full time again.
    assert hub.looks(reading(7, 8) for _ in range(5)).state is State.LATE
    assert hub.look(reading(7, 8)).state is State.STUCK


def test_a_process_that_does_not_answer_is_stuck_with_nothing_to_do(hub: Hub) -> None:
    """Fails without: the mark of what did not answer."""
    deaf = Work("backfill", answers=False)
    assert hub.looks(deaf for _ in range(5)).state is State.OK
    verdict = hub.look(deaf)
    assert (verdict.state, verdict.why) == (State.STUCK, "it does not answer for 25 s")
    assert hub.look(Work("backfill", answers=True)).state is State.OK


def test_who_cannot_be_asked_is_not_held_against_it(hub: Hub) -> None:
    assert hub.looks(Work("backfill", answers=None) for _ in range(50)).state is State.OK


def test_a_clock_that_looks_no_more_is_stuck(hub: Hub) -> None:
    """Fails without: the pulse among what must not stay the same."""

    def clock(pulse: int | None) -> Work:
        return Work("clock", pulse=pulse, has_pulse=True, answers=True)

    assert hub.looks(clock(number) for number in range(50)).state is State.OK
    verdict = hub.looks(clock(49) for _ in range(6))
    assert (verdict.state, verdict.why) == (State.STUCK, "it does not look for 30 s")
    never = Hub().looks(clock(None) for _ in range(6))
    assert never.state is State.STUCK


def test_a_relay_that_sends_nothing_is_stuck_by_the_oldest_unsent(hub: Hub) -> None:
    def relay(lowest: int, highest: int, count: int) -> Work:
        queues = (
            Queue("entries to the log", 0, 0, count=0),
            Queue("notifications", lowest, highest + 1, count=count),
        )
        return Work("relay", queues, answers=True)

    assert hub.looks(relay(number, 900, 5) for number in range(50)).state is State.LATE
    verdict = hub.looks(relay(49, 900 + more, 6) for more in range(6))
    assert verdict.state is State.STUCK
    assert verdict.why == "nothing taken of notifications for 30 s"
    assert verdict.waiting == 6


def test_a_group_ahead_of_the_tables_is_told_when_it_stays_so(hub: Hub) -> None:
    """Fails without: the second sight, the group's own offsets."""
    assert hub.looks(reading(7, 7, acknowledged=9) for _ in range(5)).state is State.OK
    verdict = hub.look(reading(7, 7, acknowledged=9))
    assert verdict.state is State.LATE
    assert (
        verdict.why == "its group acknowledged more of agency.police.events/0 than the tables have"
    )
    assert hub.look(reading(9, 9, acknowledged=9)).state is State.OK


def test_what_is_unread_for_long_is_found_by_the_brokers_times() -> None:
    ends = {("a", 0): 10, ("b", 0): 10, ("c", 0): 10, ("d", 0): 0}
    read = {("a", 0): 5, ("b", 0): 5, ("c", 0): 10}
    # The first record younger than a week: on a the fifth, on b none, c and d have been read.
    first = {("a", 0): 5, ("b", 0): -1, ("c", 0): -1, ("d", 0): -1}
    assert unread_since_before(read, ends, first) == ["b/0"]
    assert unread_since_before({**read, ("a", 0): 4}, ends, first) == ["a/0", "b/0"]
