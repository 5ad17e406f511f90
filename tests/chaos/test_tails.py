"""Row 13: after a power cut the broker lacks the tail of the log and of an agency's topic."""

import struct
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psycopg
import pytest

from bench.load import PUBLISHER
from schemas.topics import TIMELINE_TOPIC, events_topic
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.integration.restored import RestoredHub
from tests.services.hub import RunningHub
from tests.services.own_stack import OwnStack

PROCESSES = ("timeline", "backfill", "relay", "clock")
RATE = 150.0
CHILDREN = 20
BACK_WITHIN_SECONDS = 120.0
# Base offset and length of a batch, then its records' last offset relative to the first.
BATCH = struct.Struct(">qi")
LAST_OFFSET = struct.Struct(">i")
LAST_OFFSET_AT = 23


@pytest.mark.row(13, "log tail lost")
@pytest.mark.timeout(400)
def test_what_the_broker_lost_is_found_and_sent_again(
    make_stack: Callable[..., OwnStack], tmp_path: Path, row: Row
) -> None:
    """Fails without: ``PositionCheck._right`` (events are lost), ``CatchingUp._send_again``."""
    stack = make_stack(hub=False)
    running = stack.hub(tmp_path)
    try:
        _lose_tails(stack, running, row)
    finally:
        running.stop()


def _lose_tails(stack: OwnStack, running: RunningHub, row: Row) -> None:
    cuts, part = row.of(1, 5), row.of(450, 3000)
    running.start(*PROCESSES)
    hub = HubUnderLoad(stack.settings, CHILDREN, seed=13)
    hub.prepare()
    known = hub.recorded()
    lost = 0
    with hub.publishing(part, RATE) as publishing:
        while publishing.is_alive():
            running.tend(0.2)
    for number in range(1, cuts + 1):
        # Read, but not all of it sent: the relay is still at it.
        _tend_until(running, partial(_recorded, hub, known + number * part))
        with stack.unattended():
            broker = stack.kill("kafka")
            data = stack.state.kafka / "data"
            lost += _cut(data, events_topic(PUBLISHER), 0, row.of(100, 500))
            lost += sum(_cut(data, TIMELINE_TOPIC, each, row.of(60, 300)) for each in range(4))
        stack.wait_back(broker)
        stack.wait_answers()
        # At once others get the offsets that were lost, while nobody has noticed yet.
        with hub.publishing(part, RATE, first=number * part) as publishing:
            while publishing.is_alive():
                running.tend(0.2)
    _tend_until(running, partial(_recorded, hub, known + (cuts + 1) * part))
    _tend_until(running, lambda: _pages(hub) >= {"position-lost", "log-tail-lost"})
    _tend_until(running, lambda: _agree(running))
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    row.note(cuts=cuts, events=(cuts + 1) * part, records_cut=lost, lost=0, doubled=0)


def _cut(data: Path, topic: str, partition: int, records: int) -> int:
    """Cut so many records, in whole batches, off the end of a partition; how many those were."""
    segment = max((data / f"{topic}-{partition}").glob("*.log"))
    content = segment.read_bytes()
    batches: list[tuple[int, int]] = []  # Where each begins in the file, and its last offset.
    at = end = 0
    while at + LAST_OFFSET_AT + LAST_OFFSET.size < len(content):
        base, length = BATCH.unpack_from(content, at)
        if length <= 0:
            break  # The rest of the file was made for batches that never came.
        (last,) = LAST_OFFSET.unpack_from(content, at + LAST_OFFSET_AT)
        batches.append((at, base + last))
        end = base + last + 1
        at += BATCH.size + length
    if not batches:
        return 0  # No child's log lies here: their ids are drawn at random.
    kept = [each for each in batches if each[1] < end - records]
    at, next_offset = batches[len(kept)][0], kept[-1][1] + 1 if kept else batches[0][1]
    with segment.open("r+b") as file:
        file.truncate(at)
    return end - next_offset


def _tend_until(running: RunningHub, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + BACK_WITHIN_SECONDS
    while not holds():
        running.tend(0.2)
        assert time.monotonic() < deadline, running.said


def _recorded(hub: HubUnderLoad, events: int) -> bool:
    return hub.recorded() == events


def _pages(hub: HubUnderLoad) -> set[str]:
    with psycopg.connect(hub.settings.dsn("reader")) as connection:
        return {row[0] for row in connection.execute("select reason from kept.page")}


def _agree(running: RunningHub) -> bool:
    """Whether `kith verify` would say so."""
    return RestoredHub(running.hub).disagreement().none
