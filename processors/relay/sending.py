"""Sending to Kafka so that every message is either acknowledged by the broker or an error."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from confluent_kafka import KafkaError, Message, Producer

# Beyond this a send is given up, and everything is sent again from the lowest unsent.
DELIVERY_TIMEOUT_SECONDS = 20.0


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

    def send(self, messages: Sequence[Outgoing]) -> list[Acknowledgement]:
        """Send in order and wait for every acknowledgement. Raises SendFailed."""
        try:
            return self._send(self._ready(), messages)
        except SendFailed:
            self.drop()
            raise
        except (BufferError, ValueError) as fault:
            self.drop()
            raise SendFailed(type(fault).__name__) from fault

    def drop(self) -> None:
        """Throw the producer away, with whatever it still holds."""
        if self._producer is not None:
            self._producer.purge()
            self._producer = None

    def _ready(self) -> Producer:
        if self._producer is None:
            self._producer = self._make_producer()
        return self._producer

    def _send(self, producer: Producer, messages: Sequence[Outgoing]) -> list[Acknowledgement]:
        done: dict[int, Acknowledgement] = {}
        failed: list[str] = []
        for index, message in enumerate(messages):
            producer.produce(
                message.topic,
                value=message.value,
                key=message.key,
                partition=message.partition,
                headers=list(message.headers),
                on_delivery=_collect(index, done, failed),
            )
        producer.flush(DELIVERY_TIMEOUT_SECONDS)
        if failed:
            raise SendFailed(failed[0])
        if len(done) < len(messages):
            raise SendFailed("the broker did not acknowledge in time")
        return [done[index] for index in range(len(messages))]


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


def _collect(
    index: int, done: dict[int, Acknowledgement], failed: list[str]
) -> Callable[[KafkaError | None, Message], None]:
    def on_delivery(error: KafkaError | None, message: Message) -> None:
        if error is not None:
            failed.append(error.name())
            return
        _, milliseconds = message.timestamp()
        done[index] = Acknowledgement(
            partition=message.partition() or 0,
            offset=message.offset() or 0,
            at=datetime.fromtimestamp(milliseconds / 1000, UTC),
        )

    return on_delivery
