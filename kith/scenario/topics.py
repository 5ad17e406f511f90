"""What is on the agencies' alerts topics, read by each agency's own principal."""

from collections.abc import Collection, Sequence
from uuid import UUID

from confluent_kafka import Consumer, TopicPartition

from kith.settings import Settings
from safeguarding.notification import Notification
from schemas.codec import decode
from schemas.notifications import notification_from
from schemas.principals import agency_principal
from schemas.registry import Registry
from schemas.topics import alerts_topic

_TIMEOUT_SECONDS = 10.0


class TopicUnread(RuntimeError):
    """What must be on an agency's topic did not come."""


class AlertsReaders:
    """One reader an agency, from the start of its topic, each as its own principal."""

    def __init__(self, settings: Settings, agencies: Sequence[str], registry: Registry) -> None:
        self._registry = registry
        self._readers = {agency: _reader(settings, agency) for agency in agencies}
        self.read: list[Notification] = []
        """Everything that was read, repeats and all, in order for each agency."""

    def until(self, wanted: Collection[tuple[str, UUID]]) -> list[Notification]:
        """Read on until each of these (agency, notification) has come. Raises TopicUnread.

        One may have been read before: a deadline that passes for two children at once is told of
        both, and only then is it known what the second is to be shown.
        """
        came = {each.notification_id: each for each in self.read}
        for agency in sorted({agency for agency, _ in wanted}):
            missing = {each for owner, each in wanted if owner == agency} - came.keys()
            while missing:
                notification = self._next(agency)
                if notification is None:
                    raise TopicUnread(
                        f"{alerts_topic(agency)}: {len(missing)} notifications did not come"
                    )
                missing.discard(notification.notification_id)
                came[notification.notification_id] = notification
        return [came[each] for _, each in wanted]

    def rest(self) -> None:
        """Read every topic to its end."""
        for agency, reader in self._readers.items():
            partition = TopicPartition(alerts_topic(agency), 0)
            _, high = reader.get_watermark_offsets(partition, timeout=_TIMEOUT_SECONDS)
            while reader.position([partition])[0].offset < high and high > 0:
                if self._next(agency) is None:
                    raise TopicUnread(f"{partition.topic} could not be read to its end")

    def close(self) -> None:
        """Leave the broker."""
        for reader in self._readers.values():
            reader.close()

    def _next(self, agency: str) -> Notification | None:
        message = self._readers[agency].poll(_TIMEOUT_SECONDS)
        if message is None or message.error() is not None:
            return None
        notification = notification_from(decode(message.value(), self._registry))
        self.read.append(notification)
        return notification


def _reader(settings: Settings, agency: str) -> Consumer:
    principal = agency_principal(agency)
    reader = Consumer(
        {
            **settings.kafka(principal).for_confluent(),
            "group.id": f"{principal}.reading",
            "enable.auto.commit": False,
        }
    )
    reader.assign([TopicPartition(alerts_topic(agency), 0, 0)])
    return reader
