"""Whether the broker still holds what the hub has read, and where to read on if it does not.

A broker that lost its tail in a power cut gives the same offsets to other records. So before a
partition is read on, and whenever its leader begins a new epoch, the records before the position
are compared with what is recorded, by id and content. The position goes back to the lowest that
is not: what comes again is dropped, so going back is always safe. That the last record alone
fits says little, since a repeat of it may stand at its offset.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Protocol

import structlog
from confluent_kafka import Message

from processors.clock.ends import End
from processors.feed import SCENARIO_TIME_HEADER, Feed
from processors.rebuilding.topics import Reach
from projections.append.arrivals import Accepted, Inbound, Record, content_of, receive
from projections.append.guarding import Guard, Partition
from projections.append.inbox import find_recorded
from projections.append.quarantining import quarantine_id
from projections.append.stale import WAITED_TOO_LONG, end_stale_writers
from projections.append.world import World
from projections.database import Connection

log = structlog.get_logger()

# So many records at a time are compared, and at least so many.
LOOK_BACK = 1000


class Topics(Protocol):
    """The broker's records, as ``processors.rebuilding.topics.BulkTopics`` reads them."""

    def reach(self, topic: str, partition: int) -> Reach:
        """The offsets that there are."""

    def read(self, topic: str, partition: int, start: int, end: int) -> Iterable[Sequence[Message]]:
        """The records between two offsets."""


Ends = Callable[[], Mapping[Partition, End]]


@dataclass(frozen=True, slots=True)
class _Position:
    """A row of ``kept.position``."""

    next_offset: int
    last_content: bytes | None
    epoch: int | None


@dataclass(slots=True)
class PositionCheck:
    """Checks the positions of one feed; one thread at a time, the others wait.

    ``ends`` tells end offset and epoch of each partition. Raises what it, ``topics`` and the
    database raise: then nothing was changed, and it is tried again.
    """

    feed: Feed
    world: World
    topics: Topics
    ends: Ends
    connect: Callable[[], Connection]
    guard: Guard
    look_back: int = LOOK_BACK
    _assigned: set[Partition] = field(default_factory=set, init=False)
    _epochs: dict[Partition, int | None] = field(default_factory=dict, init=False)
    # A rebalance cancels whoever awaits a check, and its thread goes on all the same.
    _one_at_a_time: Lock = field(default_factory=Lock, init=False)

    def assigned(self, partitions: Sequence[Partition]) -> dict[Partition, int]:
        """Where to read on in these partitions. Raises AnotherHub."""
        with self._one_at_a_time:
            return self._begun(partitions)

    def look(self) -> bool:
        """Check where a new epoch has begun; whether some position went back.

        Then the process must begin again, since it reads somewhere else.
        """
        with self._one_at_a_time:
            return self._went_back()

    def _begun(self, partitions: Sequence[Partition]) -> dict[Partition, int]:
        self._assigned = set(partitions)
        ends = self.ends()
        with self._connected() as connection:
            for partition in partitions:
                self._check(connection, partition, ends[partition])
            with self.guard.lock:
                ((incarnation,),) = connection.execute("select incarnation from kept.hub")
                found = _positions(connection)
                begun = {each: found[each].next_offset for each in partitions}
                self.guard.begin(incarnation, begun)
        return begun

    def _went_back(self) -> bool:
        ends = self.ends()
        new = [
            each for each in sorted(self._assigned) if self._epochs.get(each) != ends[each].epoch
        ]
        if not new:
            return False
        with self._connected() as connection:
            went_back = [self._check(connection, each, ends[each]) for each in new]
        return any(went_back)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection. Whoever was stopped with a position in its hands keeps nobody from it."""
        with closing(self.connect()) as connection:
            try:
                yield connection
            except WAITED_TOO_LONG:
                end_stale_writers(connection)
                raise

    def _check(self, connection: Connection, partition: Partition, end: End) -> bool:
        topic, number = partition
        while True:
            row = _positions(connection).get(partition)
            if row is None:
                self._begin(connection, partition, end)
                break
            reach = self.topics.reach(topic, number)
            right = self._right(connection, partition, row, reach, end)
            if right == row.next_offset:
                self._agree(connection, partition, end)
                break
            if self._go_back(connection, partition, row, right, end):
                self._epochs[partition] = end.epoch
                return True
            # Somebody moved it meanwhile: look again.
        self._epochs[partition] = end.epoch
        return False

    def _right(
        self,
        connection: Connection,
        partition: Partition,
        row: _Position,
        reach: Reach,
        end: End,
    ) -> int:
        """The lowest offset that is not recorded, or the position."""
        right = upper = min(row.next_offset, reach.high)
        # A topic that was made anew begins with its epochs too, so that none can be trusted.
        trusted = row.epoch if row.epoch is None or row.epoch <= (end.epoch or 0) else -1
        while upper > reach.low:  # What is below was deleted for its age.
            lower = max(reach.low, upper - self.look_back)
            messages = [
                each for batch in self.topics.read(*partition, lower, upper) for each in batch
            ]
            unknown = self._unknown(connection, [self._inbound(each) for each in messages])
            right = min([right, *unknown])
            first = messages[0].leader_epoch() if messages else None
            old = trusted is None or first is None or first <= trusted
            if not unknown and old:
                break
            upper = lower
        return right

    def _unknown(self, connection: Connection, inbounds: Sequence[Inbound]) -> list[int]:
        """The offsets of records that were neither recorded nor quarantined."""
        keys = sorted({each.event_key for each in inbounds if isinstance(each, Accepted)})
        recorded = {tuple(row[:3]) for row in connection.execute(*find_recorded(keys)).fetchall()}
        places = {quarantine_id(each.record, each.content): each for each in inbounds}
        set_aside = {
            row[0]
            for row in connection.execute(
                "select quarantine_id from kept.quarantine where quarantine_id = any(%b::uuid[])",
                [sorted(places)],
            )
        }
        return [
            each.record.offset
            for place, each in places.items()
            if place not in set_aside
            and not (isinstance(each, Accepted) and (*each.event_key, each.content) in recorded)
        ]

    def _inbound(self, message: Message) -> Inbound:
        return receive(
            record_of(self.feed, message), self.world.registry, scenario=self.world.scenario
        )

    def _begin(self, connection: Connection, partition: Partition, end: End) -> None:
        connection.execute(
            "insert into kept.position (topic, partition, next_offset, moved_at, leader_epoch) "
            "values (%s, %s, 0, %s, %s) on conflict do nothing",
            [*partition, self.world.now(), end.epoch],
        )

    def _agree(self, connection: Connection, partition: Partition, end: End) -> None:
        connection.execute(
            "update kept.position set leader_epoch = %s where topic = %s and partition = %s",
            [end.epoch, *partition],
        )

    def _go_back(
        self, connection: Connection, partition: Partition, row: _Position, to: int, end: End
    ) -> bool:
        topic, number = partition
        moved = connection.execute(
            "update kept.position set next_offset = %s, last_content = %s, leader_epoch = %s, "
            "moved_at = %s where topic = %s and partition = %s and next_offset = %s",
            [
                to,
                self._content_at(partition, to - 1),
                end.epoch,
                self.world.now(),
                *partition,
                row.next_offset,
            ],
        )
        if moved.rowcount == 0:
            return False
        log.error("position-lost", topic=topic, partition=number, at=row.next_offset, to=to)
        connection.execute(
            "insert into kept.page (paged_at, reason, concerns, detail) "
            "values (%s, 'position-lost', %s, %s)",
            [
                self.world.now(),
                f"{topic}[{number}]",
                f"the broker no longer holds all that was read: the hub goes back from offset "
                f"{row.next_offset} to {to}; events that are gone must be published again",
            ],
        )
        return True

    def _content_at(self, partition: Partition, offset: int) -> bytes | None:
        reach = self.topics.reach(*partition)
        if not reach.low <= offset < reach.high:
            return None
        for batch in self.topics.read(*partition, offset, offset + 1):
            for message in batch:
                return content_of(message.value())
        return None


def _positions(connection: Connection) -> dict[Partition, _Position]:
    rows = connection.execute(
        "select topic, partition, next_offset, last_content, leader_epoch from kept.position"
    ).fetchall()
    return {(row[0], row[1]): _Position(*row[2:]) for row in rows}


def record_of(feed: Feed, message: Message) -> Record:
    """A record of an agency's topic, as the append takes it."""
    headers: dict[str, Any] = dict(message.headers() or [])
    scenario_time = headers.get(SCENARIO_TIME_HEADER)
    _, milliseconds = message.timestamp()
    topic = message.topic() or ""
    return Record(
        topic=topic,
        agency=feed.agency(topic),
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        value=message.value(),
        broker_at=datetime.fromtimestamp(milliseconds / 1000, UTC),
        backfilled=feed.backfilled,
        scenario_time=None if scenario_time is None else scenario_time.decode("ascii", "replace"),
    )
