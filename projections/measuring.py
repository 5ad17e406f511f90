"""Measures of the rules, read from messages of the log. It changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from projections.append.world import World
from projections.rebuild.reading import EntryReader, LogEntry
from safeguarding.measures import Measures
from schemas.keys import KeyDestroyed

if TYPE_CHECKING:
    from uuid import UUID

_COUNTED = frozenset(
    {
        "acknowledged",
        "alert-raised",
        "alert-updated",
        "alert-withdrawn",
        "briefed",
        "delivered",
        "expectation-cancelled",
        "expectation-lapsed",
        "expectation-met",
        "expectation-missed",
        "expectation-opened",
    }
)


@dataclass(slots=True)
class Measured:
    """What was counted of how many children. Those ``beyond_use`` have no key any more."""

    children: int = 0
    beyond_use: int = 0
    measures: Measures = field(default_factory=Measures)

    def add(self, other: "Measured") -> None:
        """Count another part in."""
        self.children += other.children
        self.beyond_use += other.beyond_use
        self.measures.add(other.measures)


class Measuring:
    """Counts one part of the log, all entries of each of its children."""

    def __init__(self, world: World, since: datetime | None, before: datetime) -> None:
        self._reader = EntryReader(world.registry, world.keys)
        self._since = since
        self._before = before

    def run(self, batches: Iterable[Iterable[bytes]]) -> Measured:
        """Read all messages, then count child by child.

        Raises NotAnEntry, KeyUnknown, Unopenable.
        """
        children: dict[UUID, dict[int, LogEntry]] = {}
        for batch in batches:
            for message in batch:
                entry = self._reader.read(message)
                if entry.heading["type"] in _COUNTED:
                    children.setdefault(entry.child_id, {})[entry.sequence] = entry
        measured = Measured()
        for held in children.values():
            try:
                entries = [self._reader.opened(held[sequence]) for sequence in sorted(held)]
            except KeyDestroyed:
                measured.beyond_use += 1
                continue
            measured.children += 1
            measured.measures.take(entries, self._since, self._before)
        return measured
