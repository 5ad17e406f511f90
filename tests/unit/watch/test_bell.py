"""Which pages are told, and that each of them arrives."""

from datetime import UTC, datetime, timedelta

from processors.watch.bell import Bell, NotRung, Ring
from processors.watch.paging import Fresh, gather

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def fresh(page_id: int, minutes: float, reason: str = "canary-missing") -> Fresh:
    return Fresh(page_id, AT + timedelta(minutes=minutes), reason, "canary", "")


def test_repeats_of_one_matter_within_an_hour_are_told_once() -> None:
    """Fails without: the heads that gather remembers."""
    pages = [fresh(1, 0), fresh(2, 1, "rule-failed"), fresh(3, 2), fresh(4, 59), fresh(5, 60)]
    tell, repeats = gather(pages, {})
    assert [each.page_id for each in tell] == [1, 2, 5]
    assert repeats == {3: 1, 4: 1}


def test_a_repeat_of_what_was_told_before_is_counted_with_it() -> None:
    told = {("canary-missing", "canary"): (7, AT - timedelta(minutes=50))}
    tell, repeats = gather([fresh(8, 0), fresh(9, 11), fresh(10, 12)], told)
    assert [each.page_id for each in tell] == [9]
    assert repeats == {8: 7, 10: 9}


class Hook:
    def __init__(self) -> None:
        self.fault: NotRung | None = None
        self.refuses: int | None = None
        self.came: list[int | None] = []
        self.tries = 0

    def ring(self, page: Ring) -> None:
        self.tries += 1
        if self.fault is not None:
            raise self.fault
        if page.page_id == self.refuses:
            raise NotRung("HTTP 400", away=False)
        self.came.append(page.page_id)


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def ring(page_id: int | None) -> Ring:
    return Ring(page_id, AT, "canary-missing", "canary", "")


def test_a_hook_that_is_down_is_tried_again_ever_more_slowly_until_it_takes_all() -> None:
    """Fails without: keeping what failed, and without the pause."""
    hook, clock = Hook(), Clock()
    bell = Bell(hook, clock)
    bell.add(ring(1))
    bell.add(ring(2))
    hook.fault = NotRung("NewConnectionError", away=True)
    for _ in range(100):
        bell.run_once()
        clock.seconds += 1.0
    assert hook.tries == 7  # After 0, 1, 3, 7, 15, 31 and 63 seconds.
    assert bell.take_rung() == []
    hook.fault = None
    clock.seconds += 60.0
    bell.run_once()
    assert hook.came == bell.take_rung() == [1, 2]
    assert bell.held() == set()


def test_one_page_that_the_hook_refuses_does_not_keep_the_others() -> None:
    """Fails without: going on after a refusal that is not an absence."""
    hook, clock = Hook(), Clock()
    bell = Bell(hook, clock)
    for number in (1, 2, 3):
        bell.add(ring(number))
    hook.refuses = 1
    bell.run_once()
    assert hook.came == bell.take_rung() == [2, 3]
    assert bell.held() == {1}


def test_a_page_that_was_written_down_after_it_was_rung_is_known_by_its_id() -> None:
    bell = Bell(None, Clock())
    early = ring(None)
    bell.add(early)
    bell.run_once()
    assert bell.take_rung() == []
    early.page_id = 5
    assert bell.held() == {5}
    assert bell.take_rung() == [5]
