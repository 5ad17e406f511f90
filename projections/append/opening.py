"""Opening what an append reads: rows of sealed entries to what the domain sees.

What was opened lately is kept, since a child's next event asks for most of it again: to open an
event takes some sixty microseconds, and a child in danger has a hundred in the windows of the
rules. It is kept by its exact bytes, so that it can never be another's or an older one, and not a
moment longer than its child's key.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from projections.append.world import World
from projections.entries import Stored, open_entry, open_event, open_fact
from safeguarding.events import Event
from safeguarding.facts import Alert, Fact
from safeguarding.membership.briefing import OpenAlert
from safeguarding.standings import Standing
from schemas.keys import KeyDestroyed, KeyStore
from schemas.registry import Registry

# About 2 kB each, measured on the events of the seven months.
_EVENTS_KEPT = 20_000
_IDENTITIES_KEPT = 10_000
_CHILDREN_KEPT = 1_000


def identified(stored: Stored, world: World) -> Fact:
    """What says who a child is. Raises KeyDestroyed."""
    refuse_destroyed(stored.key_id, world)
    return _fact(stored, world.keys, world.registry)  # type: ignore[arg-type]  # Has a hash.


class Standings:
    """What stands under references. Made anew for each reading of the tables.

    Whether a child's key was destroyed is looked up once in it: a child in danger has a hundred
    events in sight, and to look at the file for each took a twentieth of an append.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._looked_at: set[str] = set()

    def of(self, row: tuple[Any, ...]) -> Standing:
        """A row of ``reads.standings`` or ``reads.windows``. Raises KeyDestroyed."""
        stored = Stored(*row[8:12])
        world = self._world
        if stored.key_id not in self._looked_at:
            refuse_destroyed(stored.key_id, world)
            self._looked_at.add(stored.key_id)
        return Standing(
            version=row[3],
            retracted=row[4],
            type=row[5],
            occurred_at=row[6],
            sequence=row[7],
            event=_event(stored, world.keys, world.registry),  # type: ignore[arg-type]  # Has a hash.
        )


class OpenAlerts(Mapping[UUID, OpenAlert]):
    """Alerts with when they were last told of, each opened as it is asked for.

    Many events may bring a newcomer to a network, and few do. Asking raises KeyDestroyed.
    """

    def __init__(self, stored: Mapping[UUID, Stored], world: World) -> None:
        self._stored = stored
        self._world = world

    def __getitem__(self, alert_id: UUID) -> OpenAlert:
        entry = open_entry(self._stored[alert_id], self._world.keys, self._world.registry)
        return OpenAlert(entry.body.alert, entry.entered_at)  # type: ignore[union-attr]

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def alert_body(stored: Stored, world: World) -> Alert:
    """An alert in full. Raises KeyDestroyed."""
    fact = open_fact(stored, world.keys, world.registry)
    alert: Alert = fact.alert  # type: ignore[union-attr]
    return alert


def worked_out(child_id: UUID, world: World) -> dict[str, Any]:
    """What rules worked out of the child's case before, for ``Case.kept``: it checks itself."""
    return _worked_out(child_id, world.keys)  # type: ignore[arg-type]  # Has a hash.


def refuse_destroyed(key_id: str, world: World) -> None:
    """Raise KeyDestroyed if what this key sealed is beyond use."""
    try:
        world.keys.key_for(key_id)
    except KeyDestroyed:
        # What is beyond use is not kept here either.
        for kept in (_fact, _event, _worked_out):
            kept.cache_clear()
        raise


@lru_cache(maxsize=_CHILDREN_KEPT)
def _worked_out(child_id: UUID, keys: KeyStore) -> dict[str, Any]:
    del child_id, keys
    return {}


@lru_cache(maxsize=_IDENTITIES_KEPT)
def _fact(stored: Stored, keys: KeyStore, registry: Registry) -> Fact:
    return open_fact(stored, keys, registry)


@lru_cache(maxsize=_EVENTS_KEPT)
def _event(stored: Stored, keys: KeyStore, registry: Registry) -> Event:
    return open_event(stored, keys, registry)
