"""Row 16: alerts removed behind the hub's back, while events flow. All of them come again."""

import signal
import time
from collections.abc import Callable
from typing import LiteralString

import psycopg
import pytest
from kafka import TopicPartition

from bench.load import NETWORK
from schemas.topics import alerts_topic
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub
from tests.services.web_hook import Hooked, web_hook

RATE = 60.0
CHILDREN = 30
REPAIRED_WITHIN_SECONDS = 15 * 60.0
# With the hub looking each second and a half, also where the machine is slow.
SEEN_WITHIN_SECONDS = 180.0
FIRST, SECOND = NETWORK[0].agency, NETWORK[1].agency


class Saboteur:
    """Somebody who may write to broker and database past the hub."""

    def __init__(self, running: RunningHub) -> None:
        self.running = running
        self.services = running.hub.services

    def records(self) -> str:
        """Remove what stands on an alerts topic."""
        with self.services.janitor() as admin:
            admin.delete_records({TopicPartition(alerts_topic(FIRST), 0): -1})
        return "alerts-missing"

    def topic(self) -> str:
        """Delete an alerts topic, and make it anew."""
        with self.services.janitor() as admin:
            admin.delete_topics([alerts_topic(SECOND)])
        self.services.provision(self.running.hub.agencies_file)
        return "alerts-missing"

    def outbox(self) -> str:
        """Remove what waits to be sent, numbered or not."""
        self.running.kill("relay", signal.SIGSTOP)
        try:
            count = 0
            while count < 5:
                time.sleep(0.2)
                count += self.execute(
                    "delete from kept.outbox_notification where outbox_id % 2 = 0"
                )
        finally:
            self.running.kill("relay", signal.SIGCONT)
        return "alerts-missing"

    def deliveries(self) -> str:
        """Remove what the tables know of deliveries, and of what waits to be delivered."""
        assert self.execute("delete from derived.notification where revision % 2 = 1")
        return "notifications-restored"

    def execute(self, statement: LiteralString) -> int:
        with psycopg.connect(self.running.hub.dsn("owner"), autocommit=True) as connection:
            return connection.execute(statement).rowcount


@pytest.mark.row(16, "alerts removed by sabotage")
@pytest.mark.timeout(600)
def test_what_is_removed_is_found_sent_again_and_paged(running_hub: RunningHub, row: Row) -> None:
    """Fails without: Reconciling (nothing comes again)."""
    rounds = row.of(ci=1, long=5)
    saboteur = Saboteur(running_hub)
    deeds = (saboteur.records, saboteur.topic, saboteur.outbox, saboteur.deliveries)
    events = rounds * row.of(ci=1500, long=3000)
    with web_hook() as hooked:
        running_hub.start(
            *("timeline", "relay", "watch"),
            KITH_PAGE_WEB_HOOK=hooked.address,
            # A real hub looks every quarter of an hour; what it looks at is the same.
            KITH_RECONCILE_SECONDS="1.5",
            KITH_RECONCILE_IN_HAND_SECONDS="1",
        )
        hub = HubUnderLoad(running_hub.hub.settings, CHILDREN, seed=16)
        hub.prepare()
        known = hub.recorded()
        waits = []
        with hub.publishing(events, RATE, at_least=True):
            for _ in range(rounds):
                for deed in deeds:
                    time.sleep(1.5)
                    waits.append(repaired(running_hub, hooked, deed))
        hub.wait_recorded(known + hub.published, 60.0)
        looks(running_hub, 2)
        hub.wait_drained()
        hub.assert_nothing_lost_or_doubled()
        hub.assert_chains_hold()
    row.note(deeds=len(waits), repaired_within_seconds=round(max(waits), 1), lost=0)


def repaired(running_hub: RunningHub, hooked: Hooked, deed: Callable[[], str]) -> float:
    """Do it, and wait until it was repaired and paged; how long that took."""
    resolve(running_hub)
    hooked.came.clear()
    reason = deed()
    done_at = time.monotonic()
    until(lambda: reason in hooked.reasons(), running_hub)
    took = time.monotonic() - done_at
    assert took < REPAIRED_WITHIN_SECONDS
    return took


def resolve(running_hub: RunningHub) -> None:
    """As somebody does who has seen to it: then the next one is told again."""
    with psycopg.connect(running_hub.hub.dsn("writer")) as connection:
        connection.execute(
            "update kept.page set resolved_at = now(), resolved_by = 'test', resolution = 'test' "
            "where resolved_at is null"
        )


def looks(running_hub: RunningHub, count: int) -> None:
    """Wait until the reconciliation has looked so many times more."""
    before = running_hub.log("watch").count('"event": "reconciled"')
    until(
        lambda: running_hub.log("watch").count('"event": "reconciled"') >= before + count,
        running_hub,
    )


def until(holds: Callable[[], bool], running_hub: RunningHub) -> None:
    deadline = time.monotonic() + SEEN_WITHIN_SECONDS
    while not holds():
        assert time.monotonic() < deadline, running_hub.log("watch")[-3000:]
        time.sleep(0.1)
