"""Reading the end of agencies' alerts topics: which number was given last."""

from collections.abc import Mapping
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas.codec import Undecodable, decode
from schemas.notifications import NotANotification, notification_from
from schemas.registry import Registry
from schemas.topics import alerts_topic

_TIMEOUT_MS = 10_000


class TailUnread(Exception):
    """The end of a topic could not be read: without it no number can be given."""


class KafkaAlertsTail:
    """Reads the last notification of each agency's topic, as a member of no group."""

    def __init__(self, access: Mapping[str, Any], registry: Registry) -> None:
        """``access`` are the arguments of kafka-python's clients. Raises TailUnread."""
        self._registry = registry
        try:
            self._consumer = KafkaConsumer(**access, group_id=None, enable_auto_commit=False)
        except KafkaError as fault:
            raise TailUnread(type(fault).__name__) from fault

    def last_number(self, agency: str) -> int:
        """The number of the last notification, 0 if there is none. Raises TailUnread."""
        partition = TopicPartition(alerts_topic(agency), 0)
        try:
            low = self._consumer.beginning_offsets([partition])[partition]
            high = self._consumer.end_offsets([partition])[partition]
            if high <= low:
                return 0
            self._consumer.assign([partition])
            self._consumer.seek(partition, high - 1)
            records = self._consumer.poll(timeout_ms=_TIMEOUT_MS).get(partition)
        except KafkaError as fault:
            raise TailUnread(f"{partition.topic}: {type(fault).__name__}") from fault
        if not records:
            raise TailUnread(f"{partition.topic}: the last record did not come")
        try:
            return notification_from(decode(records[-1].value, self._registry)).number
        except (Undecodable, NotANotification) as fault:
            raise TailUnread(f"{partition.topic}: the last record is no notification") from fault

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()
