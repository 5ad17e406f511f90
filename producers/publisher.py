"""Publishes an agency's events on its own topic, so that each is there once it says so.

    with Publisher("police", access, key_secret=secret) as publisher:
        receipt = publisher.publish({"type": "custody-incident", "event": {...}, ...})

Any number of threads may share one publisher; keep it open, since the first connection takes half
a second. Sending the same event again changes nothing, so after any failure simply send it again:
that goes through a new connection.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from kafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from producers.connection import REQUEST_TIMEOUT_MS, BrokerUnavailable, connect, in_words
from producers.preparing import Prepared, Preparer, partition_for
from schemas.topics import backfill_topic, events_topic

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from types import TracebackType
    from uuid import UUID

    from producers.access import Access
    from schemas.registry import Registry


class NotPublished(RuntimeError):
    """Events that the broker did not confirm. They may have arrived all the same: send again.

    ``event_ids`` names them.
    """

    def __init__(self, event_ids: Iterable[UUID], reason: str) -> None:
        self.event_ids = tuple(event_ids)
        self.reason = reason
        super().__init__(
            f"{len(self.event_ids)} events were not confirmed ({reason}):"
            " send them again, which changes nothing for those that arrived"
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the broker has put an event."""

    topic: str
    partition: int
    offset: int
    event_id: UUID


class Pending:
    """An event on its way."""

    def __init__(self, prepared: Prepared, future: Any, producer: Any) -> None:
        self.prepared = prepared
        self.producer = producer
        self._future = future

    def receipt(self, timeout_seconds: float) -> Receipt:
        """Wait until the broker has it on all in-sync replicas. Raises NotPublished."""
        try:
            record = self._future.get(timeout=timeout_seconds)
        except KafkaError as error:
            raise NotPublished([self.prepared.event_id], in_words(error)) from error
        return Receipt(record.topic, record.partition, record.offset, self.prepared.event_id)


class Publisher:
    """One agency's connection to its topic."""

    def __init__(
        self,
        agency: str,
        access: Access,
        *,
        key_secret: bytes,
        backfill: bool = False,
        wait_seconds: float = 30.0,
        delivery_timeout_seconds: float = 60.0,
        registry: Registry | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing connects yet: ``with`` does, or ``connect``.

        ``backfill`` sends to the topic for history. ``wait_seconds`` is how long to wait for a
        broker that is not up yet, ``delivery_timeout_seconds`` how long to try to deliver one
        event (at least 10). ``clock`` counts seconds, monotonically.
        """
        self.topic = backfill_topic(agency) if backfill else events_topic(agency)
        self._access = access
        self._preparer = Preparer(agency, key_secret, registry)
        self._wait_ms = int(wait_seconds * 1000)
        self._delivery_timeout_ms = max(int(delivery_timeout_seconds * 1000), REQUEST_TIMEOUT_MS)
        self._clock = clock
        self._producer: Any = None
        self._open = False
        self._unconfirmed: list[Pending] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.flush()
        finally:
            self.close()

    def connect(self) -> None:
        """Wait for the broker and make the connection ready. Raises BrokerUnavailable."""
        self._producer = self._connected()
        self._open = True
        try:
            self._producer.partitions_for(self.topic)
        except KafkaError as error:
            self.close()
            raise BrokerUnavailable(self._why_no_topic(error)) from error

    def _connected(self) -> Any:
        return connect(
            self._access, wait_ms=self._wait_ms, delivery_timeout_ms=self._delivery_timeout_ms
        )

    def close(self) -> None:
        """Close the connection; what is on its way is given up. ``flush`` first."""
        self._open = False
        if self._producer is not None:
            self._producer.close(timeout=REQUEST_TIMEOUT_MS / 1000)
            self._producer = None

    def prepare(self, event: Mapping[str, Any], scenario_time: datetime | None = None) -> Prepared:
        """Validate and encode an event in plain form. Raises InvalidEvent."""
        return self._preparer.prepare(event, scenario_time)

    def send(self, prepared: Prepared) -> Pending:
        """Hand an event to the connection; ``flush`` or the result tell whether it arrived."""
        pending = self._on_its_way(prepared)
        with self._lock:
            self._unconfirmed.append(pending)
        return pending

    def _on_its_way(self, prepared: Prepared) -> Pending:
        producer = self._current()
        try:
            partitions = len(producer.partitions_for(self.topic))
            future = producer.send(
                self.topic,
                value=prepared.message,
                key=prepared.key,
                headers=list(prepared.headers),
                partition=partition_for(prepared.key, partitions),
            )
        except KafkaError as error:
            raise BrokerUnavailable(self._why_no_topic(error)) from error
        return Pending(prepared, future, producer)

    def _current(self) -> Any:
        with self._lock:
            if not self._open:
                raise BrokerUnavailable("the publisher is not connected: use it in a `with` block")
            if self._producer is None:
                self._producer = self._connected()
            return self._producer

    def flush(self) -> list[Receipt]:
        """Wait for all that was sent since the last flush, in order. Raises NotPublished."""
        with self._lock:
            waiting, self._unconfirmed = self._unconfirmed, []
        return self._confirmed(waiting)

    def publish(self, event: Mapping[str, Any]) -> Receipt:
        """Publish one event and wait until it is safe. Raises InvalidEvent and NotPublished."""
        return self._confirmed([self._on_its_way(self.prepare(event))])[0]

    def _confirmed(self, waiting: Sequence[Pending]) -> list[Receipt]:
        receipts, lost, reason = [], [], ""
        deadline = self._clock() + self._patience_seconds
        for pending in waiting:
            try:
                receipts.append(pending.receipt(max(0.0, deadline - self._clock())))
            except NotPublished as error:
                lost.append(pending)
                reason = reason or error.reason
        if lost:
            self._begin_anew({pending.producer for pending in lost})
            raise NotPublished([pending.prepared.event_id for pending in lost], reason)
        return receipts

    def _begin_anew(self, failed: Collection[Any]) -> None:
        """Send whatever comes next through a connection of its own.

        A broker that lost its tail does not know the numbers that an idempotent producer counts
        on with, and then that one may never deliver anything again.
        """
        with self._lock:
            if self._producer not in failed:
                return  # Another thread has seen it too.
            self._producer.close(timeout=0)
            self._producer = None

    def publish_many(self, events: Iterable[Mapping[str, Any]]) -> list[Receipt]:
        """Publish events in order; all are validated before the first is sent."""
        for prepared in [self.prepare(event) for event in events]:
            self.send(prepared)
        return self.flush()

    @property
    def _patience_seconds(self) -> float:
        # The connection gives up first and says why; this is for a connection that is stuck.
        return self._delivery_timeout_ms / 1000 + 5

    def _why_no_topic(self, error: KafkaError) -> str:
        if isinstance(error, TopicAuthorizationFailedError):
            who = self._access.principal
            return f"{who} may not write to {self.topic}: use the agency's own principal"
        if isinstance(error, KafkaTimeoutError | UnknownTopicOrPartitionError):
            return f"there is no topic {self.topic}: has the hub taken this agency in?"
        return f"the topic {self.topic} cannot be used: {in_words(error)}"
