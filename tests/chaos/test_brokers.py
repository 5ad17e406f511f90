"""Row 3: ``kill -9`` of a broker under load. What was acknowledged is still there."""

import gc
import logging
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from kafka.admin import KafkaAdminClient

from deploy.embedded.kafka import broker_names
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.own_stack import OwnStack, wait_until

RATE = 50.0
CHILDREN = 50
PROGRESS_WITHIN_SECONDS = 45.0
BEHIND_SECONDS = 1.5


# kafka-python leaves sockets open that could not connect while a broker was away; that is told
# whenever they are collected.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.row(3, "broker kill -9")
@pytest.mark.timeout(400)
def test_killed_brokers_lose_and_double_nothing(
    make_stack: Callable[..., OwnStack], row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    """Fails without: acks=all, of three brokers (what the others had not copied is gone); the
    supervisor that starts a broker again, of one.
    """
    # What is logged is kept with what it names, and these name sockets.
    caplog.set_level(logging.CRITICAL, logger="kafka")
    brokers = row.of(ci=1, long=3)
    kills = row.of(ci=("kafka",) * 2, long=("kafka", "kafka-2", "kafka-3", "kafka", "kafka-2"))
    stack = make_stack(brokers=brokers)
    hub = HubUnderLoad(stack.settings, CHILDREN, seed=3)
    hub.prepare()
    known = hub.recorded()
    events = len(kills) * row.of(ci=1_000, long=1_500)
    waits = []
    with hub.publishing(events, RATE, at_least=True):
        for name in kills:
            time.sleep(1.0)
            with behind(stack, [each for each in broker_names(brokers) if each != name]):
                before = stack.kill(name)
            waits.append(hub.wait_progress(PROGRESS_WITHIN_SECONDS))
            stack.wait_back(before)
            stack.wait_answers()
            wait_until(lambda: in_sync(stack, brokers), PROGRESS_WITHIN_SECONDS)
    hub.wait_recorded(known + hub.published, PROGRESS_WITHIN_SECONDS)
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    gc.collect()
    longest = round(max(waits), 1)
    row.note(brokers=brokers, kills=len(kills), progress_within_seconds=longest, lost=0, doubled=0)


@contextmanager
def behind(stack: OwnStack, others: Sequence[str]) -> Iterator[None]:
    """Stop the other brokers for a moment, so that they lack what the one takes meanwhile.

    Shorter than the time after which they would count as gone.
    """
    for name in others:
        stack.kill(name, signal.SIGSTOP)
    try:
        if others:
            time.sleep(BEHIND_SECONDS)
        yield
    finally:
        for name in others:
            stack.kill(name, signal.SIGCONT)


def in_sync(stack: OwnStack, copies: int) -> bool:
    """Whether every partition has all of its copies again: only then may the next one end."""
    access = stack.settings.kafka("hub-provision").for_kafka_python()
    admin = KafkaAdminClient(**access, request_timeout_ms=10_000)
    try:
        topics = admin.describe_topics()
    finally:
        admin.close()
    return all(len(each["isr_nodes"]) == copies for t in topics for each in t["partitions"])
