"""Duties run beside each other; one that fails or hangs is said and paged, once."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from processors.watch.duties import Duties, Duty

WAIT_SECONDS = 10.0


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)


class Bench:
    """Duties with the pages that they made."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, str, str]] = []
        self.done = 0
        self.release = threading.Event()
        self.failing = True
        self.now = 0.0

    def well(self) -> None:
        self.done += 1

    def hang(self) -> None:
        self.release.wait(WAIT_SECONDS)

    def fail(self) -> None:
        if self.failing:
            raise LookupError("a value that must not be told")

    def page(self, reason: str, concerns: str, detail: str) -> None:
        self.pages.append((reason, concerns, detail))

    def start(self, *duties: Duty) -> Duties:
        self.watch = Duties(duties, self.page, lambda: self.now)
        self.watch.start()
        return self.watch


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.watch.stop()
    made.release.set()


def test_one_that_fails_or_hangs_stops_no_other(bench: Bench) -> None:
    """Fails without: the catch in Duties._run; a thread for each duty."""
    bench.start(
        Duty("hanging", 0.01, bench.hang),
        Duty("failing", 0.01, bench.fail),
        Duty("w", 0, bench.well),
    )
    eventually(lambda: bench.done > 20)


def test_a_duty_that_fails_is_paged_once_for_as_long_as_it_lasts(bench: Bench) -> None:
    """Fails without: the record of what was paged; the wait (a fault of a moment pages)."""
    watch = bench.start(Duty("failing", 0.01, bench.fail))
    eventually(lambda: watch.ill() == {"failing": "it failed: LookupError"})
    assert bench.pages == []
    bench.now += 20.0
    for _ in range(5):
        watch.ill()
    assert bench.pages == [("watch-duty", "failing", "it failed: LookupError")]
    bench.failing = False
    eventually(lambda: watch.ill() == {})
    bench.failing = True
    eventually(lambda: watch.ill() != {})
    bench.now += 20.0
    watch.ill()
    assert len(bench.pages) == 2


def test_a_duty_that_hangs_is_told_when_its_time_is_over(bench: Bench) -> None:
    """Fails without: the look at how long a duty has been at it."""
    watch = bench.start(Duty("hanging", 1, bench.hang, patience=20))
    eventually(lambda: watch._states["hanging"].began_at is not None)
    bench.now = 20.0
    assert watch.ill() == {}
    bench.now = 21.0
    assert watch.ill() == {"hanging": "it hangs"}
    assert bench.pages == [("watch-duty", "hanging", "it hangs")]


def test_what_could_not_be_paged_is_paged_at_the_next_look(bench: Bench) -> None:
    """Fails without: remembering a page only once it is made."""
    away = [True]
    page = bench.page

    def page_or_not(reason: str, concerns: str, detail: str) -> None:
        if away[0]:
            raise OSError
        page(reason, concerns, detail)

    bench.page = page_or_not  # type: ignore[method-assign]
    watch = bench.start(Duty("failing", 0.01, bench.fail))
    eventually(lambda: watch.ill() != {})
    bench.now += 20.0
    watch.ill()
    assert bench.pages == []
    away[0] = False
    watch.ill()
    assert len(bench.pages) == 1
