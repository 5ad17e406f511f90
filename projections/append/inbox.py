"""The inbox: positions of partitions, and each event of each agency once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from projections.append.arrivals import Accepted, Inbound
from projections.append.drafts import received_at
from projections.append.world import World
from projections.database import Query
from safeguarding.events import ACKNOWLEDGEMENT


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that the hub already has: where, and the hash of what it said."""

    content: bytes
    child_id: UUID | None
    sequence: int | None


EventKey = tuple[str, UUID]


def lock_positions(inbounds: Iterable[Inbound]) -> Query:
    """Lock the positions of these partitions, in order, so that a zombie waits its turn."""
    partitions = sorted(_live_partitions(inbounds))
    return (
        "select p.topic, p.partition, p.next_offset from kept.position p "
        "join unnest(%b::text[], %b::int[]) as w(topic, partition) using (topic, partition) "
        "order by topic, partition for update of p",
        [[topic for topic, _ in partitions], [partition for _, partition in partitions]],
    )


def find_recorded(keys: Sequence[EventKey]) -> Query:
    """Which of these events are recorded."""
    return (
        "select r.agency, r.event_id, r.content, r.child_id, r.sequence from kept.recorded r "
        "join unnest(%b::text[], %b::uuid[]) as w(agency, event_id) using (agency, event_id)",
        [[agency for agency, _ in keys], [event_id for _, event_id in keys]],
    )


def heard(
    inbounds: Iterable[Inbound], world: World, hub_now: datetime
) -> dict[tuple[str, int], datetime]:
    """When the last event of each live partition reached the hub, where there is one.

    An answer to an alert says nothing of the systems in which an agency records what happens.
    """
    last: dict[tuple[str, int], datetime] = {}
    for one in inbounds:
        record = one.record
        live = record.quarantine_id is None and not record.backfilled
        if live and isinstance(one, Accepted) and one.type != ACKNOWLEDGEMENT:
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
    rows = list(last.values())
    return (
        "insert into kept.position "
        "(topic, partition, next_offset, last_content, heard_at, moved_at) "
        "select * , %s::timestamptz from unnest(%b::text[], %b::int[], %b::bigint[], %b::bytea[], "
        "%b::timestamptz[]) "
        "on conflict (topic, partition) do update set next_offset = excluded.next_offset, "
        "last_content = excluded.last_content, moved_at = excluded.moved_at, "
        # The later of the two, and the one that there is where one is null.
        "heard_at = greatest(kept.position.heard_at, excluded.heard_at) "
        "where kept.position.next_offset < excluded.next_offset",
        [
            moved_at,
            [each.record.topic for each in rows],
            [each.record.partition for each in rows],
            [each.record.offset + 1 for each in rows],
            [each.content for each in rows],
            [heard.get((each.record.topic, each.record.partition)) for each in rows],
        ],
    )


def _live_partitions(inbounds: Iterable[Inbound]) -> set[tuple[str, int]]:
    return {
        (inbound.record.topic, inbound.record.partition)
        for inbound in inbounds
        if inbound.record.quarantine_id is None
    }
