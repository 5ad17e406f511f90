"""What an append puts together before anything is sealed: drafts of entries, matters for people."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from projections.append.arrivals import Accepted, Record, instant_of
from projections.append.world import World
from safeguarding.events import ACKNOWLEDGEMENT, Event
from safeguarding.timeline import Entry
from schemas.events import event_from


@dataclass(frozen=True, slots=True)
class Instant:
    """One instant on the hub's clock and on the broker's; they differ only in a scenario."""

    hub: datetime
    real: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is decided but not yet sealed. ``since`` is when its cause reached the hub."""

    entry: Entry
    since: Instant


@dataclass(frozen=True, slots=True)
class Matter:
    """Something a person of the hub must see to. Ids and reasons, never values."""

    reason: str
    concerns: str
    detail: str


def came_to_nothing(event: Event, entry_id: UUID, why: str) -> Matter:
    """What a person is told of a team's word about an alert that was not taken."""
    if event.type == ACKNOWLEDGEMENT:
        return Matter("acknowledgement-refused", str(entry_id), why)
    return Matter("handover-refused", str(entry_id), why)


def received_at(record: Record, world: World, hub_now: datetime) -> datetime:
    """The hub's time of receipt: the broker's, or in a scenario that of the step."""
    if not world.scenario:
        return record.broker_at
    return instant_of(record.scenario_time) or hub_now


def read_event(inbound: Accepted, world: World, hub_now: datetime) -> Event:
    """The event of an accepted record, with the hub's time of its receipt."""
    return event_from(
        inbound.decoded,
        received_at=received_at(inbound.record, world, hub_now),
        broker_at=inbound.record.broker_at,
        backfilled=inbound.record.backfilled,
    )
