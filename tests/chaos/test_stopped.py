"""Row 2: a process stopped for longer than its session lives, also inside its transaction."""

import signal
import sys
import time

import pytest

from schemas.failpoints import APPEND_BEFORE_COMMIT, FEED_BEFORE_APPEND, RELAY_AFTER_ENTRIES
from tests.chaos.failing import armed, ended, wait_stopped
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub
from tests.services.own_stack import wait_until

EVENTS, RATE = 900, 30.0
# The group forgets a worker after 10 s; then another has its partitions.
BEYOND_SESSION_SECONDS = 12.0
# The session, a rebalance, and a stale writer that is found after 5 s and ended.
TAKEN_OVER_WITHIN_SECONDS = 45.0
WORKER = (sys.executable, "-m", "kith.processes.timeline")
PROCESSES = ("timeline", "relay")


@pytest.mark.row(2, "SIGSTOP beyond the session timeout")
@pytest.mark.timeout(300)
def test_a_worker_that_stands_in_its_transaction_is_overtaken_and_ends(
    running_hub: RunningHub, row: Row
) -> None:
    """Fails without: ending stale writers, for the other worker waits for as long as it looks."""
    stops = row.of(ci=1, long=5)
    running_hub.start(*PROCESSES)
    hub = HubUnderLoad(running_hub.hub.settings, children=30, seed=2)
    hub.prepare()
    known, waits = hub.recorded(), []
    for stop in range(stops):
        running_hub.stop("timeline")
        running_hub.launch({"timeline": armed(APPEND_BEFORE_COMMIT, "stop", 3 + stop)})
        with hub.publishing(EVENTS, RATE, hub.published, at_least=True):
            zombie = running_hub.record("timeline")
            wait_stopped(zombie)
            stopped_at = time.monotonic()
            running_hub.start("second", commands={"second": WORKER}, KITH_WORKER=f"second-{stop}")
            hub.wait_progress(TAKEN_OVER_WITHIN_SECONDS)
            waits.append(time.monotonic() - stopped_at)
            # In every partition: where nobody was faster, the one that stood would go on, and the
            # other find that out and end, which loses nothing either. Counting what is recorded
            # would not say so: more comes meanwhile.
            hub.wait_taken(TAKEN_OVER_WITHIN_SECONDS)
            running_hub.kill("timeline", signal.SIGCONT)
            wait_until(lambda: ended(running_hub, "timeline"), TAKEN_OVER_WITHIN_SECONDS)
        hub.wait_recorded(known + hub.published, TAKEN_OVER_WITHIN_SECONDS)
        running_hub.stop("second")
    running_hub.start("timeline")
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    row.note(stops=stops, waited_seconds=round(max(waits), 1), lost=0, doubled=0)


@pytest.mark.row(2, "SIGSTOP of each, continued as zombies")
@pytest.mark.timeout(300)
def test_zombies_that_go_on_lose_and_double_nothing(running_hub: RunningHub, row: Row) -> None:
    """Fails without: the guard of positions, for the zombie would append what it had read.

    The inbox would drop that: without the guard nothing is doubled, and the zombie does not end.
    """
    stops = row.of(ci=1, long=4)
    running_hub.start(*PROCESSES, "backfill", "clock")
    hub = HubUnderLoad(running_hub.hub.settings, children=30, seed=22)
    hub.prepare()
    known = hub.recorded()
    for stop in range(stops):
        running_hub.stop(*PROCESSES)
        running_hub.launch({"relay": armed(RELAY_AFTER_ENTRIES, "stop", 3 + stop)})
        running_hub.launch({"timeline": armed(FEED_BEFORE_APPEND, "stop", 60 + stop)})
        with hub.publishing(EVENTS, RATE, hub.published, at_least=True):
            # Entries are sent, and not yet known to be; a batch is read, and not yet appended.
            for name in PROCESSES:
                wait_stopped(running_hub.record(name))
            for name in ("backfill", "clock"):
                running_hub.kill(name, signal.SIGSTOP)
            running_hub.start("second", commands={"second": WORKER}, KITH_WORKER=f"second-{stop}")
            # Only after the session of who stands does another get what that one has read.
            hub.wait_taken(TAKEN_OVER_WITHIN_SECONDS)
            for name in (*PROCESSES, "backfill", "clock"):
                running_hub.kill(name, signal.SIGCONT)
            wait_until(lambda: ended(running_hub, "timeline"), TAKEN_OVER_WITHIN_SECONDS)
        hub.wait_recorded(known + hub.published, TAKEN_OVER_WITHIN_SECONDS)
        running_hub.stop("second")
    running_hub.start("timeline")
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    row.note(stops=4 * stops, lost=0, doubled=0)
