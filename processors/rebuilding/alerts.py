"""Which notifications the agencies' topics hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from processors.rebuilding.topics import BulkTopics, TopicUnread
from schemas.codec import Undecodable, decode
from schemas.notifications import NotANotification, notification_from
from schemas.registry import Registry
from schemas.topics import alerts_topic


@dataclass(slots=True)
class SentNotifications:
    """Reads the agencies' topics, each time from where it was.

    ``topics`` belongs to a principal that may read all of them. ``sent`` is the number of each
    notification, ``highest`` the highest of each agency.
    """

    topics: BulkTopics
    registry: Registry
    agencies: Sequence[str]
    sent: dict[UUID, int] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)

    def look(self) -> dict[UUID, int]:
        """All that the topics hold now: notification and number. Raises TopicUnread."""
        for agency in self.agencies:
            topic = alerts_topic(agency)
            reach = self.topics.reach(topic, 0)
            start = max(self._next.get(topic, 0), reach.low)
            for batch in self.topics.read(topic, 0, start, reach.high):
                for message in batch:
                    self._note(agency, topic, message.value())
            self._next[topic] = reach.high
        return self.sent

    def _note(self, agency: str, topic: str, value: bytes | None) -> None:
        try:
            notification = notification_from(decode(value, self.registry))
        except (Undecodable, NotANotification) as fault:
            raise TopicUnread(f"{topic}: it holds a record that is no notification") from fault
        number = notification.number
        # The first: what was sent twice keeps the number that it was first sent with.
        self.sent.setdefault(notification.notification_id, number)
        self.highest[agency] = max(number, self.highest.get(agency, 0))
