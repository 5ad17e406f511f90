"""What stands of a child's statements, and the events among it by type and place in time.

A case of a few events in a window, or a whole history of ten thousand: rules ask for events of some
types between two instants, again and again, and pay only for those that they get.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
# changes nothing.
_Place = tuple[datetime, Reference]


@dataclass(slots=True)
class _OfOneType:
    """The events of a type, oldest first, and beside each its time and its place.

    Times are looked for far more often than anything is put in, and by themselves compare fastest.
    """

    times: list[datetime] = field(default_factory=list)
    places: list[_Place] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def put_in(self, key: Reference, event: Event) -> None:
        place = (event.placed_at, key)
        at = bisect_left(self.places, place)
        self.times.insert(at, event.placed_at)
        self.places.insert(at, place)
        self.events.insert(at, event)

    def take_out(self, key: Reference, event: Event) -> None:
        at = bisect_left(self.places, (event.placed_at, key))
        del self.times[at], self.places[at], self.events[at]


class Standings(dict[Reference, Standing]):
    """By reference. The index by type is made when it is first asked for, and kept from then on."""

    def __init__(self, standings: Mapping[Reference, Standing] | None = None) -> None:
        super().__init__(standings or {})
        self._by_type: dict[str, _OfOneType] | None = None

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
        found: list[tuple[_OfOneType, int, int]] = []
        for each in types if isinstance(types, (frozenset, set)) else frozenset(types):
            of_type = index.get(each)
            if of_type is not None:
                first = bisect_left(of_type.times, since)
                last = bisect_right(of_type.times, until, lo=first)
                if first < last:
                    found.append((of_type, first, last))
        if not found:
            return []
        if len(found) == 1:
            of_type, first, last = found[0]
            return of_type.events[first:last]
        placed = [
            (place, event)
            for of_type, first, last in found
            for place, event in zip(
                of_type.places[first:last], of_type.events[first:last], strict=True
            )
        ]
        # No two have the same place, so the events themselves are never compared.
        placed.sort()
        return [event for _, event in placed]

    def of(self, types: Iterable[str]) -> list[Event]:
        """All standing events of these types."""
        index = self._index()
        return [event for each in types if each in index for event in index[each].events]

    def _index(self) -> dict[str, _OfOneType]:
        if self._by_type is None:
            self._by_type = {}
            for key, standing in self.items():
                self._put_in(key, standing)
        return self._by_type

    def _put_in(self, key: Reference, standing: Standing) -> None:
        if self._by_type is None or standing.event is None or standing.retracted:
            return
        self._by_type.setdefault(standing.event.type, _OfOneType()).put_in(key, standing.event)

    def _take_out(self, key: Reference) -> None:
        before = None if self._by_type is None else self.get(key)
        if self._by_type is None or before is None or before.event is None or before.retracted:
            return
        self._by_type[before.event.type].take_out(key, before.event)
