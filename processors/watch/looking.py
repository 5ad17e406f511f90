"""Looking at the hub from outside: what broker and tables say of each process's work."""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from confluent_kafka import OFFSET_INVALID, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from processors.feed import BACKFILL, LIVE, Feed
from processors.watch.checks import Look, Queue, Work
from projections.append import pausing
from projections.database import Connection, Query, fetch_each
from schemas.topics import Topic

# Short: one look waits for the other answers too, and is taken again in a moment.
_TIMEOUT_SECONDS = 4

Offsets = dict[tuple[str, int], int]

_QUERIES: tuple[Query, ...] = (
    ("select topic, partition, next_offset from kept.position", []),
    (
        "select min(outbox_id), max(outbox_id), count(*) from kept.outbox_entry union all "
        "select min(outbox_id), max(outbox_id), count(*) from kept.outbox_notification",
        [],
    ),
    ("select looked_at, waits_for from kept.clock", []),
    ("select bool_and(caught_up) from kept.hub", []),
    (
        # Whoever stops all appends holds their lock alone, or waits for it.
        "select exists (select from pg_locks where locktype = 'advisory' "
        "and mode = 'ExclusiveLock' and objsubid = 1 "
        "and database = (select oid from pg_database where datname = current_database()) "
        "and (classid::bigint << 32) | objid::bigint = %s)",
        [pausing.LOCK],
    ),
)


class Away(Exception):
    """Broker or database did not answer. The text says which, and with what error."""


@dataclass(slots=True)
class Broker:
    """How far the topics go."""

    access: Mapping[str, Any]
    _admin: AdminClient | None = field(default=None, init=False)

    def ends(self, topics: Sequence[Topic]) -> Offsets:
        """The end offset of each partition. Raises Away."""
        return self._offsets(topics, OffsetSpec.latest())

    def first_since(self, topics: Sequence[Topic], since: datetime) -> Offsets:
        """The first offset that the broker received at ``since`` or later; -1 if there is none.

        Raises Away.
        """
        return self._offsets(topics, OffsetSpec.for_timestamp(int(since.timestamp() * 1000)))

    def _offsets(self, topics: Sequence[Topic], spec: OffsetSpec) -> Offsets:
        wanted = {
            TopicPartition(topic.name, partition): spec
            for topic in topics
            for partition in range(topic.partitions)
        }
        try:
            asked = self._connected().list_offsets(wanted, request_timeout=_TIMEOUT_SECONDS)
            found = {
                (partition.topic, partition.partition): answer.result(_TIMEOUT_SECONDS * 2).offset
                for partition, answer in asked.items()
            }
        except (KafkaException, TimeoutError) as fault:
            # The next look is with a new client: this one knows the leaders of before.
            self._admin = None
            what = fault.args[0].name() if isinstance(fault, KafkaException) else "_TIMED_OUT"
            raise Away(f"the broker does not answer ({what})") from fault
        if OFFSET_INVALID in found.values():
            # That is all that a broker which hangs gives; no error.
            self._admin = None
            raise Away("the broker does not answer (_TIMED_OUT)")
        return found

    def _connected(self) -> AdminClient:
        if self._admin is None:
            self._admin = AdminClient(dict(self.access))
        return self._admin


@dataclass(slots=True)
class Groups:
    """How far consumer groups say that they have come: the second sight.

    A duty of its own, and what it saw last is kept, so that no look waits for it: a new broker
    makes the topic of groups first, which takes its time. Not with confluent-kafka, which ends
    the whole process when this question times out (2.16.1, an assertion in librdkafka).
    """

    access: Mapping[str, Any]
    groups: Sequence[str]
    _seen: dict[str, Offsets] = field(default_factory=dict, init=False)
    _admin: KafkaAdminClient | None = field(default=None, init=False)

    def seen(self, group: str) -> Offsets:
        """What the group had committed when it was last asked; empty before that."""
        return self._seen.get(group, {})

    def run_once(self) -> None:
        """Ask. Raises KafkaError."""
        try:
            if self._admin is None:
                self._admin = KafkaAdminClient(
                    **self.access,
                    request_timeout_ms=_TIMEOUT_SECONDS * 1000,
                    bootstrap_timeout_ms=_TIMEOUT_SECONDS * 1000,
                )
            found = self._admin.list_group_offsets(list(self.groups))
        except KafkaError:
            self._drop()
            raise
        self._seen = {
            group: {(each.topic, each.partition): at.offset for each, at in offsets.items()}
            for group, offsets in found.items()
        }

    def _drop(self) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None


def _unknown(_group: str) -> Offsets:
    return {}


@dataclass(slots=True)
class Looker:
    """Takes looks. ``answers`` asks a process whether it lives: None if it cannot be asked.

    ``groups`` is the second sight. ``now`` is the real time, ``clock`` counts seconds,
    monotonically.
    """

    connect: Callable[[], Connection]
    broker: Broker
    topics: Mapping[Feed, Sequence[Topic]]
    answers: Callable[[str], bool | None]
    now: Callable[[], datetime]
    clock: Callable[[], float]
    groups: Callable[[str], Offsets] = _unknown
    _connection: Connection | None = field(default=None, init=False)

    def look(self) -> Look:
        """One look. Whatever does not answer is said in it; nothing is raised."""
        answers = {name: self.answers(name) for name in PROCESSES}
        try:
            return self._look(answers)
        except (psycopg.Error, Away) as fault:
            self._drop()
            hindered = (
                str(fault)
                if isinstance(fault, Away)
                else f"the database does not answer ({type(fault).__name__})"
            )
            works = tuple(Work(name, answers=answers[name]) for name in PROCESSES)
            return Look(self.now(), self.clock(), works, hindered)

    def _look(self, answers: Mapping[str, bool | None]) -> Look:
        positions, outbox, clock, caught_up, stopped = self._tables()
        read = {(topic, partition): offset for topic, partition, offset in positions}
        # The broker is asked after the tables, so that what is behind is never too little.
        feeds = [self._feed(feed, read, answers[feed.name]) for feed in (LIVE, BACKFILL)]
        works = (*feeds, _relay(outbox, answers["relay"]), _clock(clock, answers["clock"]))
        hindered = None
        if stopped[0][0]:
            hindered = "all appends are stopped for the moment"
        elif not caught_up[0][0]:
            hindered = "the restored database has not taken in the log yet"
        return Look(self.now(), self.clock(), works, hindered)

    def _feed(self, feed: Feed, read: Offsets, answers: bool | None) -> Work:
        acknowledged = self.groups(feed.group)
        queues = tuple(
            Queue(f"{key[0]}/{key[1]}", read.get(key, 0), end, acknowledged.get(key))
            for key, end in sorted(self.broker.ends(self.topics[feed]).items())
        )
        return Work(feed.name, queues, answers=answers)

    def _tables(self) -> list[list[tuple[Any, ...]]]:
        if self._connection is None or self._connection.closed:
            self._connection = self.connect()
        with at_most(self._connection, _TIMEOUT_SECONDS), self._connection.pipeline():
            return fetch_each(self._connection, _QUERIES)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def at_most(connection: Connection, seconds: float) -> Iterator[None]:
    """Break the connection off if the body takes longer: a stopped server never says no.

    The body then raises psycopg.OperationalError.
    """
    timer = threading.Timer(seconds, _break_off, (connection.fileno(),))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _break_off(number: int) -> None:
    with suppress(OSError), socket.socket(fileno=os.dup(number)) as connected:
        connected.shutdown(socket.SHUT_RDWR)


PROCESSES = (LIVE.name, BACKFILL.name, "relay", "clock")
OUTBOXES = ("entries to the log", "notifications")


def _relay(outbox: Sequence[tuple[Any, ...]], answers: bool | None) -> Work:
    queues = tuple(
        Queue(name, lowest or 0, (highest or -1) + 1, count=count)
        for name, (lowest, highest, count) in zip(OUTBOXES, outbox, strict=True)
    )
    return Work("relay", queues, answers=answers)


def _clock(rows: Sequence[tuple[Any, ...]], answers: bool | None) -> Work:
    # It looks once a second, whether or not something is due or it has to wait.
    return Work("clock", pulse=rows[0][0] if rows else None, has_pulse=True, answers=answers)
