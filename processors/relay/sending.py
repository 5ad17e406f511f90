"""Sending to Kafka so that every message is either acknowledged by the broker or an error."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

# Beyond this a send is given up, and everything is sent again from the lowest unsent.
DELIVERY_TIMEOUT_SECONDS = 20.0
TOO_LARGE = "MSG_SIZE_TOO_LARGE"


class SendFailed(Exception):
    """The broker did not acknowledge everything. The text names the kind of error."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message and the partition that it must go to."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Where and when the broker took a message: its own time, since topics say LogAppendTime."""

    partition: int
    offset: int
    at: datetime


class Sender:
    """An idempotent producer that is thrown away after any failure.

    What such a producer still has in its buffers after a failure may or may not arrive;
    with a new one everything unsent goes out again, and subscribers drop repeats by id.
    """

    def __init__(self, make_producer: Callable[[], Producer]) -> None:
        self._make_producer = make_producer
        self._producer: Producer | None = None

    def start(self, messages: Iterable[Outgoing]) -> "OnTheirWay":
        """Send in order; ``wait`` for the acknowledgements. Raises SendFailed.

        Each is on its way before the next one is asked for, which may take a while to write.
        """
        if self._producer is None:
            self._producer = self._make_producer()
        on_their_way = OnTheirWay(self, self._producer)
        for message in messages:
            index = on_their_way.expect()
            try:
                self._producer.produce(
                    message.topic,
                    value=message.value,
                    key=message.key,
                    partition=message.partition,
                    headers=list(message.headers),
                    on_delivery=on_their_way.note(index),
                )
            except (BufferError, ValueError, KafkaException) as fault:
                if _kind(fault) == TOO_LARGE:  # It concerns no other message.
                    on_their_way.refused(index, TOO_LARGE)
                    continue
                self.drop()
                raise SendFailed(type(fault).__name__) from fault
        return on_their_way

    def drop(self) -> None:
        """Throw the producer away, with whatever it still holds."""
        if self._producer is not None:
            self._producer.purge()
            self._producer = None


class OnTheirWay:
    """Messages that were handed to the producer and are not all acknowledged yet."""

    def __init__(self, sender: Sender, producer: Producer) -> None:
        self._sender = sender
        self._producer = producer
        self._count = 0
        self._done: dict[int, Acknowledgement] = {}
        self._failed: dict[int, str] = {}

    def expect(self) -> int:
        """One message more, and its place among them."""
        self._count += 1
        return self._count - 1

    def wait(self) -> list[Acknowledgement]:
        """Every acknowledgement, in order. Raises SendFailed."""
        results = self.settle()
        failed = [each for each in results if isinstance(each, str)]
        if failed:
            raise SendFailed(failed[0])
        return [each for each in results if not isinstance(each, str)]

    def settle(self) -> list[Acknowledgement | str]:
        """For every message its acknowledgement, or the kind of error, in order.

        Raises SendFailed where the producer itself failed.
        """
        fatal: str | None = None
        if self._count:
            try:
                self._producer.flush(DELIVERY_TIMEOUT_SECONDS)
            except KafkaException as fault:
                # A broker that lost its tail does not know this producer's sequence any more.
                fatal = _kind(fault)
        if fatal is not None or len(self._done) < self._count:
            self._sender.drop()
        if fatal is not None:
            raise SendFailed(fatal)
        late = "the broker did not acknowledge in time"
        return [
            self._done.get(index) or self._failed.get(index, late) for index in range(self._count)
        ]

    def refused(self, index: int, reason: str) -> None:
        """The producer did not take this one."""
        self._failed[index] = reason

    def note(self, index: int) -> Callable[[KafkaError | None, Message], None]:
        """What the producer calls when it knows what became of a message."""

        def on_delivery(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                self._failed[index] = error.name()
                return
            _, milliseconds = message.timestamp()
            self._done[index] = Acknowledgement(
                partition=message.partition() or 0,
                offset=message.offset() or 0,
                at=datetime.fromtimestamp(milliseconds / 1000, UTC),
            )

        return on_delivery


def _kind(fault: Exception) -> str:
    error = fault.args[0] if fault.args else None
    return error.name() if isinstance(error, KafkaError) else type(fault).__name__


def producer_config(access: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the relay's producer, on top of how it reaches the broker."""
    return {
        **access,
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": 0,
        "delivery.timeout.ms": int(DELIVERY_TIMEOUT_SECONDS * 1000),
        "message.max.bytes": 2_000_000,
        "topic.metadata.refresh.interval.ms": 30_000,
    }
