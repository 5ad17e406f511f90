"""Reading agencies' alerts topics: which numbers were given."""

from uuid import UUID

from processors.rebuilding.topics import BulkTopics, TopicUnread
from schemas.codec import Undecodable, decode
from schemas.notifications import NotANotification, notification_from
from schemas.registry import Registry
from schemas.topics import alerts_topic

# After a crash what was sent is sent again behind what came after it, so the last one is not
# always the highest: of this many it is.
LAST = 1000


class TailUnread(Exception):
    """The end of a topic could not be read: without it no number can be given."""


class KafkaAlertsTail:
    """Reads the notifications of each agency's topic, as a member of no group."""

    def __init__(self, topics: BulkTopics, registry: Registry) -> None:
        self._topics = topics
        self._registry = registry

    def numbers(self, agency: str, *, everything: bool) -> dict[UUID, int]:
        """The numbers of notifications on the topic: of the last ones, or of all.

        Raises TailUnread.
        """
        topic = alerts_topic(agency)
        try:
            reach = self._topics.reach(topic, 0)
            start = reach.low if everything else max(reach.low, reach.high - LAST)
            return {
                told.notification_id: told.number
                for batch in self._topics.read(topic, 0, start, reach.high)
                for message in batch
                for told in (notification_from(decode(message.value(), self._registry)),)
            }
        except TopicUnread as fault:
            raise TailUnread(str(fault)) from fault
        except (Undecodable, NotANotification) as fault:
            raise TailUnread(f"{topic}: a record is no notification") from fault
