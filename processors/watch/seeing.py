"""Seeing what the log and the agencies' alerts topics hold, each look only what is new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from processors.rebuilding.log import TimelineLog
from processors.rebuilding.topics import BulkTopics, TopicUnread
from projections.rebuild.reading import EntryReader, LogEntry
from projections.reconciliation import Place, Reach
from schemas.codec import Undecodable, decode
from schemas.notifications import NotANotification, notification_from
from schemas.registry import Registry
from schemas.topics import alerts_topic


@dataclass(slots=True)
class LogSeen:
    """How far the log has each child's entries."""

    log: TimelineLog
    reader: EntryReader
    _heads: dict[UUID, int] = field(default_factory=dict, init=False)
    _gaps: dict[UUID, set[int]] = field(default_factory=dict, init=False)
    _next: dict[int, int] = field(default_factory=dict, init=False)

    def look(self) -> Iterator[list[LogEntry]]:
        """What came since the last look, in batches. Raises TopicUnread, NotAnEntry."""
        reached = self.log.reach()
        if any(each.high < self._next.get(number, 0) for number, each in reached.items()):
            # It was made anew, or has lost its end.
            self.forget()
        for number, each in reached.items():
            start = max(self._next.get(number, 0), each.low)
            for messages in self.log.messages(number, start, each.high):
                entries = [self.reader.read(message) for message in messages]
                self._note(entries)
                yield entries
            self._next[number] = each.high

    def forget(self) -> None:
        """Look at all of it again."""
        self._heads.clear()
        self._gaps.clear()
        self._next.clear()

    def missing(self, tables: Reach) -> list[Place]:
        """The entries of the tables that the log does not hold, though they do not wait for it."""
        found = []
        for child_id, last in tables.children.items():
            wanted = {*range(self._heads.get(child_id, 0) + 1, last + 1)}
            wanted |= {each for each in self._gaps.get(child_id, ()) if each <= last}
            found += [(child_id, each) for each in sorted(wanted)]
        return [place for place in found if place not in tables.unsent]

    def _note(self, entries: Sequence[LogEntry]) -> None:
        for each in entries:
            head = self._heads.get(each.child_id, 0)
            if each.sequence > head:
                self._heads[each.child_id] = each.sequence
                if each.sequence > head + 1:
                    skipped = self._gaps.setdefault(each.child_id, set())
                    skipped.update(range(head + 1, each.sequence))
            elif (gaps := self._gaps.get(each.child_id)) is not None:
                gaps.discard(each.sequence)


@dataclass(frozen=True, slots=True)
class _Record:
    """One notification on a topic."""

    offset: int
    number: int
    child_id: UUID


@dataclass(slots=True)
class _Topic:
    records: dict[UUID, _Record] = field(default_factory=dict)
    last: UUID | None = None
    next: int = 0


@dataclass(slots=True)
class AlertsSeen:
    """Which notifications each agency's topic holds. ``topics``' principal may read them all."""

    topics: BulkTopics
    registry: Registry
    agencies: Sequence[str]
    _seen: dict[str, _Topic] = field(default_factory=dict, init=False)

    def look(self) -> None:
        """See what is there now, and forget what is there no more. Raises TopicUnread."""
        for agency in self.agencies:
            self._look(agency)

    def forget(self) -> None:
        """Look at all of it again."""
        self._seen.clear()

    def numbers(self) -> Mapping[str, Mapping[UUID, int]]:
        """What each agency's topic holds: notification and number."""
        return {
            agency: {each: record.number for each, record in topic.records.items()}
            for agency, topic in self._seen.items()
        }

    def children(self) -> Mapping[UUID, UUID]:
        """Every notification that a topic holds, and its child."""
        return {
            each: record.child_id
            for topic in self._seen.values()
            for each, record in topic.records.items()
        }

    def _look(self, agency: str) -> None:
        name = alerts_topic(agency)
        reached = self.topics.reach(name, 0)
        topic = self._seen.setdefault(agency, _Topic())
        if reached.high < topic.next or not self._same(name, topic, reached.low):
            topic = self._seen[agency] = _Topic()
        if topic.next < reached.low or any(True for _ in self._gone(topic, reached.low)):
            topic.records = {
                each: record
                for each, record in topic.records.items()
                if record.offset >= reached.low
            }
        for batch in self.topics.read(name, 0, max(topic.next, reached.low), reached.high):
            for message in batch:
                identity, record = self._read(name, message)
                topic.records[identity] = record
                topic.last = identity
        topic.next = reached.high

    def _same(self, name: str, topic: _Topic, low: int) -> bool:
        """Whether the last record that was seen still stands where it stood."""
        at = topic.next - 1
        if topic.last is None or at < low:
            return True
        found = [
            self._read(name, message)[0]
            for batch in self.topics.read(name, 0, at, at + 1)
            for message in batch
        ]
        return found in ([], [topic.last])

    def _gone(self, topic: _Topic, low: int) -> Iterator[UUID]:
        return (each for each, record in topic.records.items() if record.offset < low)

    def _read(self, name: str, message: object) -> tuple[UUID, _Record]:
        value, offset = message.value(), message.offset()  # type: ignore[attr-defined]
        try:
            notification = notification_from(decode(value, self.registry))
        except (Undecodable, NotANotification) as fault:
            raise TopicUnread(f"{name}: it holds a record that is no notification") from fault
        record = _Record(offset or 0, notification.number, notification.child_id)
        return notification.notification_id, record
