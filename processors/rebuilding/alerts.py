"""Which notifications the agencies' topics hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from processors.rebuilding.topics import BulkTopics
from schemas.codec import decode
from schemas.notifications import notification_from
from schemas.registry import Registry
from schemas.topics import alerts_topic


@dataclass(slots=True)
class SentNotifications:
    """Reads the agencies' topics, each time from where it was: notification and number.

    ``topics`` belongs to a principal that may read all of them.
    """

    topics: BulkTopics
    registry: Registry
    agencies: Sequence[str]
    sent: dict[UUID, int] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)

    def look(self) -> dict[UUID, int]:
        """All that the topics hold now. Raises TopicUnread, Undecodable."""
        for agency in self.agencies:
            topic = alerts_topic(agency)
            reach = self.topics.reach(topic, 0)
            start = max(self._next.get(topic, 0), reach.low)
            for batch in self.topics.read(topic, 0, start, reach.high):
                for message in batch:
                    notification = notification_from(decode(message.value(), self.registry))
                    # The lowest: what was sent twice was first sent with the first.
                    self.sent.setdefault(notification.notification_id, notification.number)
            self._next[topic] = reach.high
        return self.sent
