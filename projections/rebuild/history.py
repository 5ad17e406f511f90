"""One child's log while it is read: in order, each entry once, the chain unbroken.

The log holds entries at least once and mostly in order; after a repair, not quite.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from projections.rebuild.reading import LogEntry
from schemas.envelope import NO_ENTRY_BEFORE

# Of each hash that was taken, so much is kept to tell a repeat from a conflict.
_KEPT_BYTES = 16


class LogConflict(Exception):
    """The log says two things in one place, or its chain is broken: nobody may go on from it."""

    def __init__(self, child_id: UUID, sequence: int, problem: str) -> None:
        # The arguments as they are, so that it can come from another process.
        super().__init__(child_id, sequence, problem)
        self.child_id = child_id
        self.sequence = sequence
        self.problem = problem

    def __str__(self) -> str:
        return f"child {self.child_id}, entry {self.sequence}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries from ``sequence`` on are missing, though ``later`` that come after it are there."""

    child_id: UUID
    sequence: int
    later: int


@dataclass(slots=True)
class History:
    """How far a child's log was taken. ``known_until`` entries were taken before it was made."""

    child_id: UUID
    sequence: int = 0
    head: bytes = NO_ENTRY_BEFORE
    repeats: int = 0
    known_until: int = 0
    waiting: dict[int, LogEntry] = field(default_factory=dict)
    _hashes: bytearray = field(default_factory=bytearray)

    def take(self, entry: LogEntry) -> Iterator[LogEntry]:
        """The entries that can follow now, in order. Raises LogConflict.

        An entry up to ``known_until`` is for the caller to compare.
        """
        if entry.sequence <= self.sequence:
            self.repeats += 1
            self._compare(entry)
            return
        before = self.waiting.get(entry.sequence)
        if before is not None:
            self.repeats += 1
            if before.hash != entry.hash:
                raise two_in_one_place(entry)
            return
        following: LogEntry | None = entry
        if entry.sequence > self.sequence + 1:
            self.waiting[entry.sequence] = entry
            return
        while following is not None:
            if following.previous_hash != self.head:
                raise LogConflict(
                    self.child_id,
                    following.sequence,
                    "the hash of the entry before is another: that entry or this one was changed",
                )
            self.sequence = following.sequence
            self.head = following.hash
            self._hashes += following.hash[:_KEPT_BYTES]
            yield following
            following = self.waiting.pop(self.sequence + 1, None) if self.waiting else None

    def gap(self) -> Gap | None:
        """What is missing before entries that came, or None."""
        return Gap(self.child_id, self.sequence + 1, len(self.waiting)) if self.waiting else None

    def _compare(self, entry: LogEntry) -> None:
        place = (entry.sequence - self.known_until - 1) * _KEPT_BYTES
        if place >= 0 and self._hashes[place : place + _KEPT_BYTES] != entry.hash[:_KEPT_BYTES]:
            raise two_in_one_place(entry)


def two_in_one_place(entry: LogEntry) -> LogConflict:
    """Two entries with different hashes claim one place."""
    return LogConflict(
        entry.child_id, entry.sequence, "there are two entries with different hashes in this place"
    )
