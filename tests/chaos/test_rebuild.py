"""Row 17: the tables from the log, while events flow, and after everything else was lost."""

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from bench.load import PUBLISHER
from kith.rebuilding import rebuilding
from processors.rebuilding.rebuild import Rebuilt
from processors.rebuilding.topics import BulkTopics
from projections.rebuild import schema
from projections.rebuild.comparing import TableHash, hash_tables
from schemas.topics import events_topic
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub

PROCESSES = ("timeline", "backfill", "relay", "clock")
RATE = 100.0
CHILDREN = 30
DRAINED_WITHIN_SECONDS = 120.0


def hashes(hub: HubUnderLoad) -> list[TableHash]:
    """A hash over all that people see, table by table."""
    with schema.owner_connection(hub.settings.dsn("owner"), "kith-test") as connection:
        return hash_tables(connection, schema.IN_USE, [])


def rebuilt(hub: HubUnderLoad) -> Rebuilt:
    with rebuilding(hub.settings, lambda _: None) as work:
        return work.replace()


def verified(hub: HubUnderLoad) -> Rebuilt:
    with rebuilding(hub.settings, lambda _: None) as work:
        return work.verify()


def wait_quiet(running_hub: RunningHub, hub: HubUnderLoad, count: int) -> None:
    """Wait until so many events are recorded, and everything was sent and noted as delivered."""
    hub.wait_recorded(count, DRAINED_WITHIN_SECONDS, running_hub.tend)
    hub.wait_drained()
    time.sleep(0.2)
    hub.wait_drained()


def wait_read(running_hub: RunningHub, hub: HubUnderLoad) -> None:
    """Wait until the publisher's topic has been read to its end."""
    topics = BulkTopics(hub.settings.kafka("hub-operator").for_confluent())
    topic = events_topic(PUBLISHER)
    partitions = hub.wiring.plan.topic(topic).partitions
    end = sum(topics.reach(topic, each).high for each in range(partitions))
    topics.close()
    deadline = time.monotonic() + DRAINED_WITHIN_SECONDS
    with psycopg.connect(hub.settings.dsn("reader"), autocommit=True) as connection:
        while connection.execute(
            "select sum(next_offset) from kept.position where topic = %s", [topic]
        ).fetchone() != (end,):
            running_hub.tend(0.2)
            assert time.monotonic() < deadline


def assert_sent_once(hub: HubUnderLoad) -> None:
    """Nobody reads an alert twice, not even under its own id."""
    times = Counter(each.notification_id for each in hub.notifications())
    assert max(times.values()) == 1


@pytest.mark.row(17, "rebuild from the log")
@pytest.mark.timeout(600)
def test_tables_are_replaced_while_events_flow(running_hub: RunningHub, row: Row) -> None:
    """Fails without: appends_stopped around the swap (entries are lost: it is refused, or they are
    missing); without Rebuild._catch_up; without the privileges of the new tables.
    """
    running_hub.start(*PROCESSES)
    hub = HubUnderLoad(running_hub.hub.settings, CHILDREN, seed=17)
    hub.prepare()
    known = hub.recorded()
    swaps, events = row.of((2, 2_250), (20, 20_000))
    started = {name: running_hub.record(name) for name in PROCESSES}
    stopped: list[float] = []
    with hub.publishing(events, RATE, at_least=True):
        for _ in range(swaps):
            result = rebuilt(hub)
            assert (result.replaced, result.recorded, result.queued) == (True, 0, 0)
            stopped.append(result.stopped_seconds)
            recorded = hub.recorded()
            while hub.recorded() == recorded:
                running_hub.tend(0.05)
        assert verified(hub).equal
    wait_quiet(running_hub, hub, known + hub.published)
    # No process had to be started again.
    assert {name: running_hub.record(name) for name in PROCESSES} == started
    # Nobody answers, so after a quarter of an hour deadlines fall due, one after the other.
    running_hub.stop("clock")
    hub.wait_drained()
    before = hashes(hub)
    result = rebuilt(hub)
    assert (result.recorded, result.queued) == (0, 0)
    assert hashes(hub) == before
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    assert_sent_once(hub)
    row.note(
        rebuilds=swaps + 1,
        events=hub.published,
        lost=0,
        doubled=0,
        longest_stop_ms=round(max(stopped) * 1000),
    )


@pytest.mark.row(17, "rebuild after the loss of PostgreSQL")
@pytest.mark.timeout(300)
def test_a_new_database_knows_all_that_the_log_does(
    running_hub: RunningHub, row: Row, tmp_path: Path
) -> None:
    """Fails without: completing.record (every event is decided again); without keep_numbers and
    the relay's look at its topics (numbers begin at 1 again).
    """
    running_hub.start(*PROCESSES)
    hub = HubUnderLoad(running_hub.hub.settings, CHILDREN, seed=18)
    hub.prepare()
    known = hub.recorded()
    events = row.of(400, 5_000)
    with hub.publishing(events, RATE):
        running_hub.tend(0.5)
    wait_quiet(running_hub, hub, known + events)
    running_hub.stop()
    before, sent = hashes(hub), len(hub.notifications())

    services = running_hub.hub.services
    lost = replace(running_hub.hub, database=services.new_database())
    after = RunningHub(lost, tmp_path / "after")
    hub.settings = lost.settings
    try:
        result = rebuilt(hub)
        assert (result.recorded, result.queued) == (known + events, 0)
        assert hashes(hub) == before
        after.start(*PROCESSES)
        # The workers read the agencies' topics again from their beginning, since no position is
        # known; and everything that was published is published once more.
        hub.publish_again()
        wait_read(after, hub)
        assert hub.recorded() == known + events
        assert hub.quarantined() == 0
        assert len(hub.notifications()) == sent
        assert hashes(hub) == before
        # What is new goes on, above the numbers that were given.
        with hub.publishing(50, RATE, first=events):
            after.tend(0.2)
        wait_quiet(after, hub, known + events + 50)
        hub.assert_nothing_lost_or_doubled()
        hub.assert_chains_hold()
        assert_sent_once(hub)
        assert verified(hub).equal
    finally:
        after.stop()
        services.drop_database(lost.database)
    row.note(events=events, lost=0, doubled=0)
