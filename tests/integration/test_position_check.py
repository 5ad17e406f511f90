"""Whether the broker still holds what was read: against a real broker and a real database."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
from confluent_kafka import Producer

from kith.wiring import Wiring, wire
from processors.clock.clock import Clock
from processors.clock.ends import End, KafkaEnds
from processors.feed import LIVE
from processors.position_check import PositionCheck, record_of
from processors.rebuilding.topics import BulkTopics
from projections.append.arrivals import Fate, receive
from projections.append.guarding import AnotherHub, Guard
from schemas.principals import agency_principal
from tests.integration.append.hub import message
from tests.services.services import FreshHub
from tests.unit.rules.said import incident

AGENCY = "police"
TOPIC = "agency.police.events"
PARTITION = (TOPIC, 0)


class Reader:
    """A hub that reads one partition, by hand."""

    def __init__(self, hub: FreshHub) -> None:
        self.hub = hub
        self.wiring: Wiring = wire(hub.settings)
        access = hub.settings.kafka("hub-timeline").for_confluent()
        self.topics = BulkTopics(access)
        self.ends = KafkaEnds(access, self.wiring.plan.family("agency-events"))
        self.appending = self.wiring.appending("kith-test")

    def check(self, look_back: int = 1000) -> PositionCheck:
        return PositionCheck(
            feed=LIVE,
            world=self.wiring.world,
            topics=self.topics,
            ends=self.ends.ends,
            connect=lambda: self.wiring.connect("kith-test"),
            guard=Guard(),
            look_back=look_back,
        )

    def assigned(self, look_back: int = 1000) -> int:
        """Where a worker that begins now reads on."""
        return self.check(look_back).assigned([PARTITION])[PARTITION]

    def publish(self, *values: bytes) -> None:
        access = self.hub.settings.kafka(agency_principal(AGENCY)).for_confluent()
        producer = Producer(access)
        for value in values:
            producer.produce(TOPIC, value=value, partition=0)
        assert producer.flush(10) == 0

    def read(self, start: int = 0) -> list[str]:
        """Append everything from an offset on."""
        scenario = self.wiring.world.scenario
        reach = self.topics.reach(*PARTITION)
        inbounds = [
            receive(record_of(LIVE, each), self.wiring.world.registry, scenario=scenario)
            for batch in self.topics.read(*PARTITION, start, reach.high)
            for each in batch
        ]
        return [each.fate.value for each in self.appending.append(inbounds)]

    def remake_topic(self, *values: bytes) -> None:
        """The broker has lost what it had, and holds this instead."""
        with self.hub.services.janitor() as admin:
            admin.delete_topics([TOPIC])
        self.hub.services.provision(self.hub.agencies_file)
        deadline = time.monotonic() + 20
        while self.topics.reach(*PARTITION).high and time.monotonic() < deadline:
            time.sleep(0.1)
        self.publish(*values)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.hub.dsn("owner")) as connection:
            return connection.execute(query.encode()).fetchall()

    def position(self) -> tuple[object, ...]:
        return self.rows(
            "select next_offset, leader_epoch is not null from kept.position "
            f"where topic = '{TOPIC}'"
        )[0]

    def pages(self) -> list[object]:
        return [row[0] for row in self.rows("select reason from kept.page order by page_id")]


@pytest.fixture
def reader(fresh_hub: FreshHub) -> Iterator[Reader]:
    made = Reader(fresh_hub)
    yield made
    made.appending.close()
    made.topics.close()


def events(first: int, last: int) -> list[bytes]:
    return [
        message(incident("ligature", record=f"CR-{n}", reference=f"I-{n}").plain())
        for n in range(first, last)
    ]


def test_where_all_is_recorded_the_position_stays(reader: Reader) -> None:
    """Fails without: counting quarantined records as known, which would send it back to 3."""
    reader.publish(*events(0, 3), b"poison", *events(3, 5))
    assert reader.assigned() == 0
    assert reader.read() == ["recorded"] * 3 + ["quarantined"] + ["recorded"] * 2
    reader.rows("select 1")
    assert reader.assigned() == 6
    assert reader.position() == (6, True)
    assert "position-lost" not in reader.pages()


def test_other_records_at_offsets_that_were_read_are_read(reader: Reader) -> None:
    """Fails without: the comparison with what is recorded (``_right`` gives the position)."""
    old, new = events(0, 6), events(10, 14)
    reader.publish(*old)
    assert reader.read() == ["recorded"] * 6
    # A repeat of what was read stands right before the position, so the last one alone fits.
    reader.remake_topic(*old[:3], *new[:2], old[5], *new[2:])
    assert reader.assigned() == 3
    assert reader.position() == (3, True)
    assert reader.pages() == ["position-lost"]
    assert reader.read(3) == ["recorded", "recorded", "duplicate", "recorded", "recorded"]


def test_a_topic_that_is_shorter_than_what_was_read_is_read_on_from_its_end(
    reader: Reader,
) -> None:
    """Fails without: the position is brought to the end (``upper`` is the row's)."""
    old = events(0, 6)
    reader.publish(*old)
    reader.read()
    reader.remake_topic(*old[:2])
    assert reader.assigned() == 2
    assert reader.pages() == ["position-lost"]
    reader.publish(*events(20, 22))
    assert reader.read(2) == ["recorded", "recorded"]


def test_it_looks_back_beyond_the_least_while_it_finds_what_is_new(reader: Reader) -> None:
    """Fails without: looking further back than ``look_back`` where something is unknown."""
    old, new = events(0, 9), events(20, 27)
    reader.publish(*old)
    reader.read()
    reader.remake_topic(*old[:2], *new)
    assert reader.assigned(look_back=2) == 2


def test_what_was_deleted_for_its_age_is_no_loss(reader: Reader) -> None:
    """Fails without: comparing from the low watermark on only (``reach.low`` in ``_right``)."""
    reader.publish(*events(0, 5))
    reader.read()
    with reader.hub.services.janitor() as admin:
        admin.delete_records({_topic_partition(): 5})
    assert reader.topics.reach(*PARTITION).low == 5
    assert reader.assigned() == 5
    assert reader.pages() == []


def test_a_writer_that_was_stopped_keeps_nobody_from_its_positions(reader: Reader) -> None:
    """Fails without: ending stale writers here too, and not only where something is appended."""
    reader.publish(*events(0, 3))
    reader.read()
    # No time-outs of its own: as a process that was stopped, so that none of them works.
    with psycopg.connect(reader.hub.dsn("writer")) as stopped:
        stopped.execute("select 1 from kept.position where topic = %s for update", [TOPIC])
        tries = 0
        while True:
            tries += 1
            try:
                assert reader.assigned() == 3
                break
            except psycopg.errors.LockNotAvailable:
                assert tries < 6
        assert tries > 1
        with pytest.raises(psycopg.OperationalError):
            stopped.execute("select 1")


def test_a_worker_looks_again_when_a_new_epoch_begins(reader: Reader) -> None:
    """Fails without: comparing epochs in ``look``."""
    reader.publish(*events(0, 3))
    reader.read()
    check = reader.check()
    assert check.assigned([PARTITION]) == {PARTITION: 3}
    assert not check.look()
    check._epochs[PARTITION] = -2  # As if the broker had begun anew.
    reader.remake_topic(*events(0, 1))
    assert check.look()
    assert reader.position() == (1, True)


def test_the_clock_trusts_no_position_that_was_not_checked_in_this_epoch(reader: Reader) -> None:
    """Fails without: the comparison of epochs in ``Clock._behind``."""
    reader.publish(*events(0, 1))
    reader.read()
    with reader.wiring.connect("kith-test") as connection:
        clock = Clock(connection, reader.appending, reader.ends, {})
        assert clock._behind(reader.ends.ends()) == f"{TOPIC}[0]"
        reader.assigned()
        assert clock._behind(reader.ends.ends()) is None


def test_a_position_that_somebody_else_moved_ends_the_worker(reader: Reader) -> None:
    """Fails without: the comparison of positions in ``Guard.admit``."""
    reader.publish(*events(0, 2))
    check = reader.check()
    zombie = reader.wiring.appending("kith-test")
    check.guard = zombie.guard
    check.assigned([PARTITION])
    first, second = (
        receive(record_of(LIVE, each), reader.wiring.world.registry, scenario=False)
        for batch in reader.topics.read(*PARTITION, 0, 2)
        for each in batch
    )
    assert zombie.append([first])[0].fate is Fate.RECORDED
    reader.appending.append([second])
    with pytest.raises(AnotherHub):
        zombie.append([second])
    zombie.close()


def test_another_incarnation_ends_every_writer(reader: Reader) -> None:
    """Fails without: the comparison of incarnations in ``Guard.same``."""
    reader.publish(*events(0, 2))
    reader.read()
    with psycopg.connect(reader.hub.dsn("owner")) as connection:
        connection.execute("update kept.hub set incarnation = %s", [UUID(int=7)])
    with pytest.raises(AnotherHub):
        reader.appending.append([], [])


def _topic_partition() -> object:
    from kafka import TopicPartition

    return TopicPartition(*PARTITION)


def test_a_check_that_nobody_awaits_any_more_keeps_the_next_one_waiting(reader: Reader) -> None:
    """A rebalance cancels who awaits one, and its thread goes on. Fails without the lock."""
    inside, most = 0, 0
    known = reader.ends.ends()

    def ends() -> dict[tuple[str, int], End]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.1)
        inside -= 1
        return known

    check = reader.check()
    check.ends = ends
    with ThreadPoolExecutor(3) as threads:
        threads.submit(check.assigned, [PARTITION])
        threads.submit(check.look)
        assert threads.submit(check.assigned, [PARTITION]).result() == {PARTITION: 0}
    assert most == 1
