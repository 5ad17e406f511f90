"""How far agencies have published, as the broker says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import OFFSET_INVALID, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from schemas.topics import Topic

_TIMEOUT_SECONDS = 5.0


class EndsUnknown(Exception):
    """The broker did not say how far the topics go: nothing can be judged now."""


@dataclass(frozen=True, slots=True)
class End:
    """Where a partition ends, and in which epoch of its leader that is so.

    An offset is given to another record in a later epoch only.
    """

    offset: int
    epoch: int | None


class KafkaEnds:
    """Asks for the ends of all given topics in one request."""

    def __init__(self, access: Mapping[str, Any], topics: Sequence[Topic]) -> None:
        self._access = dict(access)
        self._admin: AdminClient | None = None
        self._wanted = {
            TopicPartition(topic.name, partition): OffsetSpec.latest()
            for topic in topics
            for partition in range(topic.partitions)
        }

    def ends(self) -> dict[tuple[str, int], End]:
        """The end of each partition. Raises EndsUnknown."""
        self._admin = self._admin or AdminClient(self._access)
        asked = self._admin.list_offsets(self._wanted, request_timeout=_TIMEOUT_SECONDS)
        try:
            found = {
                (partition.topic, partition.partition): End(
                    answer.result().offset, answer.result().leader_epoch
                )
                for partition, answer in asked.items()
            }
        except KafkaException as fault:
            # After a broker's restart it would ask under the old epoch for a minute and more.
            self._admin = None
            raise EndsUnknown(fault.args[0].name()) from fault
        if any(end.offset == OFFSET_INVALID for end in found.values()):
            # A broker that hangs gives no error but this; taken for an end, nothing is behind it.
            self._admin = None
            raise EndsUnknown("_TIMED_OUT")
        return found
