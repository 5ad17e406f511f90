"""Row 10: workers come and go under load. Nothing is lost, nothing doubled, nobody waits long."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub

RATE = 40.0
GAP_SECONDS = 45.0
STAY_SECONDS = 1.5
WORKER = (sys.executable, "-m", "kith.processes.timeline")


@pytest.mark.row(10, "rebalances")
@pytest.mark.timeout(400)
def test_workers_that_come_and_go_lose_and_double_nothing(
    running_hub: RunningHub, row: Row
) -> None:
    """Positions from PostgreSQL and the inbox cover for each other here."""
    # Each coming and each going is one.
    visits = row.of(ci=2, long=15)
    running_hub.start("timeline", "relay")
    hub = HubUnderLoad(running_hub.hub.settings, children=30, seed=10)
    hub.prepare()
    known, published = hub.recorded(), 0
    with longest_gap(hub) as gap:
        for visit in range(visits):
            events = 300
            with hub.publishing(events, RATE, published):
                running_hub.start(
                    "second", commands={"second": WORKER}, KITH_WORKER=f"visitor-{visit}"
                )
                running_hub.tend(STAY_SECONDS)
                running_hub.stop("second")
                running_hub.tend(STAY_SECONDS)
            published += events
            hub.wait_recorded(known + published, GAP_SECONDS)
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    assert gap[0] < GAP_SECONDS
    row.note(rebalances=2 * visits, gap_seconds=round(gap[0], 1), lost=0, doubled=0)


@contextmanager
def longest_gap(hub: HubUnderLoad) -> Iterator[list[float]]:
    """The longest time in which nothing was recorded, while the body runs."""
    longest, stopping = [0.0], threading.Event()

    def watch() -> None:
        seen, since = hub.recorded(), time.monotonic()
        while not stopping.wait(0.1):
            now = hub.recorded()
            if now != seen:
                longest[0] = max(longest[0], time.monotonic() - since)
                seen, since = now, time.monotonic()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield longest
    finally:
        stopping.set()
        thread.join()
