"""Guarding: a process writes only for the hub that it began with.

A database may be restored under a running process, and another worker may have taken over a
partition. Each append looks for either, in the round trip in which it looks for repeats.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any
from uuid import UUID

from projections.append.arrivals import Inbound
from projections.database import Query

Partition = tuple[str, int]


class AnotherHub(Exception):
    """What the process began with is not so any more: it must end, and begin again."""


class NotCaughtUp(Exception):
    """The database was restored and has not taken in what the log knows: nothing is decided yet."""


def ask() -> Query:
    """What each append asks of the hub."""
    return ("select incarnation, caught_up from kept.hub", [])


@dataclass(slots=True)
class Guard:
    """What a process knows: the incarnation, and the positions that it read or wrote itself.

    Without positions (None) they are not compared: whoever appends steps alone moves none.
    ``lock`` is held while a position is read or moved.
    """

    incarnation: UUID | None = None
    lock: RLock = field(default_factory=RLock)
    _positions: dict[Partition, set[int]] | None = None

    def begin(self, incarnation: UUID, positions: Mapping[Partition, int]) -> None:
        """Learn what a worker starts from. Raises AnotherHub if it began with another one."""
        self.same(incarnation)
        self._positions = (self._positions or {}) | {
            partition: {offset} for partition, offset in positions.items()
        }

    def same(self, incarnation: UUID) -> None:
        """Learn the incarnation, or find it the same. Raises AnotherHub."""
        if self.incarnation not in {None, incarnation}:
            raise AnotherHub("the database was restored under this process")
        self.incarnation = incarnation

    def admit(self, hub: Sequence[tuple[Any, ...]], positions: Sequence[tuple[Any, ...]]) -> None:
        """Let an append go on, given the answers to ``ask`` and of the locked positions.

        Raises AnotherHub, NotCaughtUp.
        """
        for incarnation, caught_up in hub:
            self.same(incarnation)
            if not caught_up:
                raise NotCaughtUp("the restored database has not taken in the log yet")
        if self._positions is None:
            return
        for topic, partition, offset in positions:
            if offset not in self._positions.get((topic, partition), ()):
                raise AnotherHub(f"somebody else moved the position of {topic}[{partition}]")

    def moving(self, inbounds: Iterable[Inbound]) -> None:
        """Note where the append moves the positions, before anybody can know whether it did."""
        if self._positions is None:
            return
        for inbound in inbounds:
            record = inbound.record
            known = self._positions.get((record.topic, record.partition))
            if known is not None and record.quarantine_id is None:
                known.add(record.offset + 1)

    def moved(self, inbounds: Iterable[Inbound]) -> None:
        """Forget where they were before."""
        for inbound in inbounds if self._positions is not None else ():
            known = (self._positions or {}).get((inbound.record.topic, inbound.record.partition))
            if known:
                highest = max(known)
                known.clear()
                known.add(highest)
