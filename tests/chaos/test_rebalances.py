"""Row 10: workers come and go under load. Nothing is lost, nothing doubled, nobody waits long."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from confluent_kafka.admin import AdminClient

from bench.load import PUBLISHER
from kith.settings import AGENCIES_FILE
from processors.feed import LIVE
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub
from tests.services.services import FreshHub

RATE = 40.0
PARTITIONS = 4
GAP_SECONDS = 45.0
# A worker that has gone keeps its partitions until its session runs out, after 10 s.
SHARED_WITHIN_SECONDS = 45.0
WORKER = (sys.executable, "-m", "kith.processes.timeline")


@pytest.fixture
def shared_hub(make_hub: Callable[..., FreshHub], tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with a publisher of several partitions: of one alone there is nothing to share."""
    area = yaml.safe_load(AGENCIES_FILE.read_text(encoding="utf-8"))
    area["agencies"][PUBLISHER]["partitions"] = {"events": PARTITIONS}
    agencies_file = tmp_path / "agencies.yaml"
    agencies_file.write_text(yaml.safe_dump(area), encoding="utf-8")
    hub = RunningHub(make_hub(agencies_file=agencies_file), tmp_path / "hub")
    yield hub
    hub.stop()


@pytest.mark.row(10, "rebalances")
@pytest.mark.timeout(400)
def test_workers_that_come_and_go_lose_and_double_nothing(shared_hub: RunningHub, row: Row) -> None:
    """Fails without: the partitions in a worker's name, if fewer were shared out just before.

    Of losing and doubling no defence decides: without positions from PostgreSQL, the inbox, or
    both, it passes. A worker that is told to give a partition up has appended what it took, and
    Faust has committed, so that nothing is read twice (four rebalances: no repeat, and no worker
    that found another's position). Row 2 has the workers that are not told.
    """
    # Each coming and each going is one, and the broker says when it is over.
    visits = row.of(ci=2, long=15)
    shared_hub.start("timeline", "relay")
    hub = HubUnderLoad(shared_hub.hub.settings, children=30, seed=10)
    hub.prepare()
    known, published = hub.recorded(), 0
    admin = AdminClient(shared_hub.hub.services.janitor_access().for_confluent())
    with longest_gap(hub) as gap:
        for visit in range(visits):
            events = 300
            with hub.publishing(events, RATE, published):
                shared_hub.start(
                    "second", commands={"second": WORKER}, KITH_WORKER=f"visitor-{visit}"
                )
                wait_shared(shared_hub, admin, [PARTITIONS // 2] * 2)
                shared_hub.stop("second")
                wait_shared(shared_hub, admin, [PARTITIONS])
            published += events
            hub.wait_recorded(known + published, GAP_SECONDS)
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    assert gap[0] < GAP_SECONDS
    row.note(rebalances=2 * visits, gap_seconds=round(gap[0], 1), lost=0, doubled=0)


def wait_shared(hub: RunningHub, admin: AdminClient, shares: list[int]) -> None:
    """Wait until the workers have so many of the publisher's partitions each."""
    deadline = time.monotonic() + SHARED_WITHIN_SECONDS
    while (now := _shares(admin)) != shares:
        assert time.monotonic() < deadline, f"{now} instead of {shares}"
        hub.tend(0.2)


def _shares(admin: AdminClient) -> list[int]:
    """How many of the publisher's partitions each worker has that has any, as the broker says."""
    group = admin.describe_consumer_groups([LIVE.group])[LIVE.group].result(10.0)
    topic = LIVE.topic(PUBLISHER)
    owned = [[each.topic for each in one.assignment.topic_partitions] for one in group.members]
    return [each.count(topic) for each in owned if topic in each]


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
