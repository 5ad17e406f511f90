"""Topics read in bulk: from an offset to an offset, as a member of no group."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

_BATCH = 1000
_POLL_SECONDS = 1.0
# A broker that says nothing for so long is not going to.
_PATIENCE_SECONDS = 60.0


class TopicUnread(Exception):
    """A topic could not be read to the end that it said it has."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The offsets that a partition holds: from ``low`` up to, but not with, ``high``."""

    low: int
    high: int


class BulkTopics:
    """Reads any topics that the principal may read. Not for several threads at once."""

    def __init__(self, access: Mapping[str, Any]) -> None:
        """``access`` is the configuration of confluent-kafka's clients."""
        self._consumer = Consumer(
            {
                **access,
                # It joins no group and commits nothing; the library wants a name all the same.
                "group.id": str(access.get("sasl.username", "kith")),
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "error",
                "queued.min.messages": 20_000,
                "queued.max.messages.kbytes": 32_768,
                "fetch.message.max.bytes": 4_194_304,
                # What is asked for is there: never wait for more to come.
                "fetch.wait.max.ms": 10,
            }
        )

    def reach(self, topic: str, partition: int) -> Reach:
        """What the partition holds now. Raises TopicUnread."""
        try:
            low, high = self._consumer.get_watermark_offsets(
                TopicPartition(topic, partition), timeout=_PATIENCE_SECONDS
            )
        except KafkaException as fault:
            raise TopicUnread(f"{topic}[{partition}]: {_kind(fault)}") from fault
        return Reach(low, high)

    def read(self, topic: str, partition: int, start: int, end: int) -> Iterator[list[Message]]:
        """Batches of the records from ``start`` up to, but not with, ``end``.

        Raises TopicUnread.
        """
        if start >= end:
            return
        where = f"{topic}[{partition}]"
        self._consumer.assign([TopicPartition(topic, partition, start)])
        silent_seconds = 0.0
        reached = start
        while reached < end:
            # Wait for the first, and take with it what has come by then.
            first = self._consumer.poll(_POLL_SECONDS)
            came = [] if first is None else [first, *self._consumer.consume(_BATCH, 0)]
            silent_seconds = 0.0 if came else silent_seconds + _POLL_SECONDS
            if silent_seconds > _PATIENCE_SECONDS:
                raise TopicUnread(f"{where}: nothing came after offset {reached}")
            batch = []
            for message in came:
                error = message.error()
                if error is not None:
                    if error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
                        continue  # The library looks for a group that nothing here needs.
                    if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name
                        raise TopicUnread(f"{where}: {error.name()}")
                    # The end, also where the last offsets hold no record of ours.
                    reached = max(reached, message.offset() or 0)
                elif (offset := message.offset() or 0) < end:
                    reached = max(reached, offset + 1)
                    batch.append(message)
                else:
                    reached = end
            if batch:
                yield batch
        self._consumer.unassign()

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()


def _kind(fault: KafkaException) -> str:
    error = fault.args[0] if fault.args else None
    return error.name() if isinstance(error, KafkaError) else type(fault).__name__
