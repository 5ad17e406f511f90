"""Row 5: a process killed at each commit, each send and each acknowledgement, under load."""

import random
import time
from contextlib import ExitStack

import pytest

from schemas.failpoints import (
    ALL,
    APPEND_AFTER_COMMIT,
    APPEND_BEFORE_COMMIT,
    CLOCK_BEFORE_REACHED,
    FEED_AFTER_ACKNOWLEDGEMENT,
    FEED_BEFORE_ACKNOWLEDGEMENT,
    FEED_BEFORE_APPEND,
    RELAY_AFTER_ENTRIES,
    RELAY_AFTER_FORGETTING,
    RELAY_AFTER_NOTIFICATIONS,
    RELAY_AFTER_NUMBERS,
    RELAY_BEFORE_ENTRIES,
)
from tests.chaos.failing import FAIL_WITHIN_SECONDS, armed, draw, ended
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub

APPEND = (APPEND_BEFORE_COMMIT, APPEND_AFTER_COMMIT)
FEED = (
    FEED_BEFORE_APPEND,
    *APPEND,
    FEED_BEFORE_ACKNOWLEDGEMENT,
    FEED_AFTER_ACKNOWLEDGEMENT,
)
POINTS = {
    "timeline": FEED,
    "backfill": FEED,
    "relay": (
        *APPEND,
        RELAY_BEFORE_ENTRIES,
        RELAY_AFTER_NUMBERS,
        RELAY_AFTER_ENTRIES,
        RELAY_AFTER_FORGETTING,
        RELAY_AFTER_NOTIFICATIONS,
    ),
}
EVENTS, RATE = 30, 40.0
RECORDED_WITHIN_SECONDS = 60.0


def test_every_point_is_tried() -> None:
    tried = {point for points in POINTS.values() for point in points}
    # The clock has a test of its own, since nothing falls due in this one.
    assert tried | {CLOCK_BEFORE_REACHED} == ALL


@pytest.mark.row(5, "failpoint at each commit, send, acknowledgement")
@pytest.mark.timeout(400)
def test_a_process_may_be_killed_at_each_point(running_hub: RunningHub, row: Row) -> None:
    """Fails without: numbers that are committed before they are sent.

    The inbox, and positions that move with the append, cover for each other: without the inbox
    alone it passes.
    """
    seeds = row.of(ci=1, long=20)
    hub = HubUnderLoad(running_hub.hub.settings, children=30, seed=5)
    running_hub.start(*POINTS)
    hub.prepare()
    running_hub.stop()
    known, published, kills = hub.recorded(), 0, 0
    for seed in range(seeds):
        chance = random.Random(seed)  # noqa: S311 - the same failures each time
        for turn in range(max(map(len, POINTS.values()))):
            points = {name: of_one[turn % len(of_one)] for name, of_one in POINTS.items()}
            running_hub.launch(
                {name: armed(point, "kill", draw(chance)) for name, point in points.items()}
            )
            deadline = time.monotonic() + FAIL_WITHIN_SECONDS
            left = set(points)
            while left:
                assert time.monotonic() < deadline, f"{sorted(left)} did not reach {points}"
                with ExitStack() as load:
                    for backfill in (False, True):
                        load.enter_context(
                            hub.publishing(EVENTS, RATE, published, backfill=backfill)
                        )
                        published += EVENTS
                left = {name for name in left if not ended(running_hub, name)}
                if left == {"relay"} and ended(running_hub, "timeline"):
                    # Without a worker nothing more would come to it.
                    running_hub.start("timeline")
            running_hub.stop()
            kills += len(points)
    running_hub.start(*POINTS)
    hub.wait_recorded(known + published, RECORDED_WITHIN_SECONDS)
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    row.note(points=len(ALL) - 1, kills=kills, events=published, lost=0, doubled=0)
