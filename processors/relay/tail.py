"""Reading the end of agencies' alerts topics: which number was given last."""

from collections.abc import Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition

from schemas.codec import Undecodable, decode
from schemas.notifications import NotANotification, notification_from
from schemas.registry import Registry
from schemas.topics import alerts_topic

_TIMEOUT_SECONDS = 10.0


class TailUnread(Exception):
    """The end of a topic could not be read: without it no number can be given."""


class KafkaAlertsTail:
    """Reads the last notification of each agency's topic."""

    def __init__(self, access: Mapping[str, Any], registry: Registry) -> None:
        self._registry = registry
        self._consumer = Consumer(
            {
                **access,
                # Assigned by hand: no group is ever joined and nothing is committed.
                "group.id": "kith.relay-tail",
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
            }
        )

    def last_number(self, agency: str) -> int:
        """The number of the last notification, 0 if there is none. Raises TailUnread."""
        partition = TopicPartition(alerts_topic(agency), 0)
        try:
            low, high = self._consumer.get_watermark_offsets(partition, timeout=_TIMEOUT_SECONDS)
            if high <= low:
                return 0
            partition.offset = high - 1
            self._consumer.assign([partition])
            message = self._consumer.poll(_TIMEOUT_SECONDS)
        except KafkaException as fault:
            raise TailUnread(f"{partition.topic}: {fault.args[0].name()}") from fault
        if message is None or message.error():
            raise TailUnread(f"{partition.topic}: the last record did not come")
        try:
            return notification_from(decode(message.value(), self._registry)).number
        except (Undecodable, NotANotification) as fault:
            raise TailUnread(f"{partition.topic}: the last record is no notification") from fault

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()
