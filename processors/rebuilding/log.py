"""``kith.timeline``, read in bulk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from processors.rebuilding.topics import BulkTopics, Reach
from schemas.topics import TIMELINE_TOPIC


@dataclass(slots=True)
class TimelineLog:
    """The log's partitions, each from a place to a place."""

    topics: BulkTopics
    partitions: int

    def reach(self) -> dict[int, Reach]:
        """What each partition holds now. Raises TopicUnread."""
        return {each: self.topics.reach(TIMELINE_TOPIC, each) for each in range(self.partitions)}

    def messages(self, partition: int, start: int, end: int) -> Iterator[list[bytes]]:
        """The messages of a part of a partition, in batches. Raises TopicUnread."""
        for batch in self.topics.read(TIMELINE_TOPIC, partition, start, end):
            yield [message.value() or b"" for message in batch]

    def numbered(self, partition: int, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
        """The same, each message with its partition and offset."""
        for batch in self.topics.read(TIMELINE_TOPIC, partition, start, end):
            for message in batch:
                yield partition, message.offset() or 0, message.value() or b""

    def after(self, ends: Mapping[int, int], until: Mapping[int, Reach]) -> Iterator[list[bytes]]:
        """The messages of all partitions from ``ends`` up to ``until``."""
        for partition, reach in sorted(until.items()):
            yield from self.messages(partition, ends.get(partition, reach.low), reach.high)
