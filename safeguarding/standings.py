"""What stands of a child's statements, and the events among it by type and place in time.

A case of a few events in a window, or a whole history of ten thousand: rules ask for events of some
types between two instants, again and again, and pay only for those that they get.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeguarding.events import Event, Reference


@dataclass(frozen=True, slots=True)
class Standing:
    """The version of a statement that stands now. ``event`` is None outside the window.

    A retraction is a version too: it stands, and says that nothing happened. ``occurred_at``
    is the event's place in the child's history.
    """

    version: int
    retracted: bool
    type: str
    occurred_at: datetime
    sequence: int
    event: Event | None = None


# Events of one instant are ordered by agency and reference, so that the order in which they arrived
# changes nothing. No two have the same reference, so the events themselves are never compared; and
# what begins like one comes before it, so that a time alone, or with a reference, finds its place.
_Placed = tuple[datetime, Reference, Event]
_AFTER_ALL = (chr(0x10FFFF),)  # No agency has such a name.


class Standings(dict[Reference, Standing]):
    """By reference. The index by type is made when it is first asked for, and kept from then on."""

    def __init__(self, standings: Mapping[Reference, Standing] | None = None) -> None:
        super().__init__(standings or {})
        self._by_type: dict[str, list[_Placed]] | None = None

    def __setitem__(self, key: Reference, standing: Standing) -> None:
        """Let a version stand in the place of another."""
        self._take_out(key)
        super().__setitem__(key, standing)
        self._put_in(key, standing)

    def __delitem__(self, key: Reference) -> None:
        """Forget what stands under a reference."""
        self._take_out(key)
        super().__delitem__(key)

    def pop(self, key: Reference, *default: Any) -> Any:
        """Forget it and give it back."""
        self._take_out(key)
        return super().pop(key, *default)

    def events(self, types: Iterable[str], since: datetime, until: datetime) -> list[Event]:
        """Standing events of these types with their place in [since, until], oldest first."""
        index = self._index()
        found: list[_Placed] = []
        lists = 0
        for each in frozenset(types):
            placed = index.get(each)
            if placed:
                first = bisect_left(placed, (since,))
                last = bisect_left(placed, (until, _AFTER_ALL), lo=first)
                lists += first < last
                found += placed[first:last]
        if lists > 1:
            found.sort()
        return [event for _, _, event in found]

    def _index(self) -> dict[str, list[_Placed]]:
        if self._by_type is None:
            self._by_type = {}
            for key, standing in self.items():
                self._put_in(key, standing)
        return self._by_type

    def _put_in(self, key: Reference, standing: Standing) -> None:
        if self._by_type is None or standing.event is None or standing.retracted:
            return
        placed = (standing.event.placed_at, key, standing.event)
        insort(self._by_type.setdefault(standing.event.type, []), placed)

    def _take_out(self, key: Reference) -> None:
        before = None if self._by_type is None else self.get(key)
        if self._by_type is None or before is None or before.event is None or before.retracted:
            return
        placed = self._by_type[before.event.type]
        del placed[bisect_left(placed, (before.event.placed_at, key))]
