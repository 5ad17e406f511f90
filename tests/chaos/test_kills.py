"""Row 1: ``kill -9`` of each process under load. Nothing is lost, nothing comes twice."""

import time

import pytest

from deploy.embedded.supervisor import FIRST_BACKOFF_SECONDS
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub

RATE = 180.0
CHILDREN = 100
BACK_WITHIN_SECONDS = 45.0
OTHERS = ("relay", "clock", "backfill")
# Five kills of the worker, as the row asks, and the others among them.
KILLS = ("timeline", "relay", "timeline", "clock", "timeline", "backfill", "timeline", "timeline")


@pytest.mark.row(1, "kill -9 of each process")
@pytest.mark.timeout(400)
def test_kills_under_load_lose_and_double_nothing(running_hub: RunningHub, row: Row) -> None:
    """Fails without: positions that move in the append's own commit, and PositionCheck, together.

    Either alone is enough: whoever begins looks at what stands behind its positions. The failpoints
    look closer.
    """
    # A hundred kills of the worker in the long form, and one of the others after every five.
    long = [name for n in range(20) for name in ("timeline",) * 5 + (OTHERS[n % 3],)]
    kills = row.of(ci=[*KILLS], long=long)
    each = row.of(ci=1_250, long=1_670)
    running_hub.start("timeline", "backfill", "relay", "clock")
    hub = HubUnderLoad(running_hub.hub.settings, CHILDREN, seed=1)
    hub.prepare()
    known, events = hub.recorded(), 0
    for name in kills:
        with hub.publishing(each, RATE, events):
            running_hub.tend(0.5)
            _kill_and_wait(running_hub, hub, name)
        events += each
    hub.wait_recorded(known + events, BACK_WITHIN_SECONDS, running_hub.tend)
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    row.note(kills=len(kills), events=events, lost=0, doubled=0)


def _kill_and_wait(running_hub: RunningHub, hub: HubUnderLoad, name: str) -> None:
    """Kill a process, and wait until another is ready and events are being recorded again."""
    # To the supervisor kill upon kill is a crash loop, and it would wait longer each time.
    running_hub.supervisor.children[name].backoff_seconds = FIRST_BACKOFF_SECONDS
    killed = running_hub.record(name)
    running_hub.kill(name)
    killed_at = time.monotonic()
    before = hub.recorded()
    while (
        running_hub.record(name) == killed
        or not running_hub.state.ready_file(name).exists()
        or hub.recorded() == before
    ):
        running_hub.tend(0.1)
        assert time.monotonic() - killed_at < BACK_WITHIN_SECONDS, f"{name} is not back"
