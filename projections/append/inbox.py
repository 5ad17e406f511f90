"""The inbox: positions of partitions, and each event of each agency once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from projections.append.arrivals import Accepted, Inbound
from projections.append.drafts import received_at
from projections.append.world import World
from projections.database import Given, Query
from safeguarding.events import ABOUT_ALERTS


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that the hub already has: where, and the hash of what it said."""

    content: bytes
    child_id: UUID | None
    sequence: int | None


EventKey = tuple[str, UUID]

_PARTITIONS = Given("topic text, partition int")
_EVENTS = Given("agency text, event_id uuid")
_POSITIONS = Given(
    "topic text, partition int, next_offset bigint, last_content bytea, heard_at timestamptz"
)


def lock_positions(inbounds: Iterable[Inbound]) -> Query:
    """Lock the positions of these partitions, in order, so that a zombie waits its turn."""
    partitions = sorted(_live_partitions(inbounds))
    return _PARTITIONS.query(
        "select p.topic, p.partition, p.next_offset from kept.position p "
        "join w using (topic, partition) "
        "order by topic, partition for update of p",
        partitions,
    )


def find_recorded(keys: Sequence[EventKey]) -> Query:
    """Which of these events are recorded."""
    return _EVENTS.query(
        "select r.agency, r.event_id, r.content, r.child_id, r.sequence from kept.recorded r "
        "join w using (agency, event_id)",
        keys,
    )


def heard(
    inbounds: Iterable[Inbound], world: World, hub_now: datetime
) -> dict[tuple[str, int], datetime]:
    """When the last event of each live partition reached the hub, where there is one.

    What is said of an alert says nothing of the systems in which an agency records what happens.
    """
    last: dict[tuple[str, int], datetime] = {}
    for one in inbounds:
        record = one.record
        live = record.quarantine_id is None and not record.backfilled
        if live and isinstance(one, Accepted) and one.type not in ABOUT_ALERTS:
            partition = (record.topic, record.partition)
            at = received_at(record, world, hub_now)
            last[partition] = max(last.get(partition, at), at)
    return last


def move_positions(
    inbounds: Sequence[Inbound], moved_at: object, heard: Mapping[tuple[str, int], datetime]
) -> Query:
    """Set each partition's position behind its last record. Positions never go back."""
    last: dict[tuple[str, int], Inbound] = {}
    for inbound in inbounds:
        record = inbound.record
        if record.quarantine_id is None:
            before = last.get((record.topic, record.partition))
            if before is None or before.record.offset < record.offset:
                last[record.topic, record.partition] = inbound
    rows = [
        (*partition, each.record.offset + 1, each.content, heard.get(partition))
        for partition, each in last.items()
    ]
    return _POSITIONS.query(
        "insert into kept.position "
        "(topic, partition, next_offset, last_content, heard_at, moved_at) "
        "select *, %b::timestamptz from w "
        "on conflict (topic, partition) do update set next_offset = excluded.next_offset, "
        "last_content = excluded.last_content, moved_at = excluded.moved_at, "
        # The later of the two, and the one that there is where one is null.
        "heard_at = greatest(kept.position.heard_at, excluded.heard_at) "
        "where kept.position.next_offset < excluded.next_offset",
        rows,
        moved_at,
    )


def _live_partitions(inbounds: Iterable[Inbound]) -> set[tuple[str, int]]:
    return {
        (inbound.record.topic, inbound.record.partition)
        for inbound in inbounds
        if inbound.record.quarantine_id is None
    }
