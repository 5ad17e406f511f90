"""Early versions: a retraction or correction that came before what it is about, and named nobody.

It stands with a provisional child of its own, by its agency and reference alone, until a version
comes that says who the child is. Then it is said again in the log of that child, before the
version that came late, and the provisional child's log says where it went.
"""

from collections.abc import Mapping
from uuid import UUID, uuid5

from projections.append.arrivals import Accepted, Record, content_of
from projections.append.world import World
from projections.entries import Stored
from safeguarding.events import Reference
from safeguarding.ids import NAMESPACE
from schemas.codec import decode
from schemas.envelope import decode_header, open_sealed
from schemas.keys import KeyDestroyed
from schemas.topics import events_topic


def early_version(
    inbound: Accepted, version: int, alone: Mapping[Reference, Stored], world: World
) -> Accepted | None:
    """What stands in the place of this older version and named nobody, or None.

    ``alone`` are the versions that stand with provisional children that no identifier stands for.
    """
    stored = alone.get(inbound.reference)
    if stored is None or not inbound.identifiers.trusted:
        return None
    if inbound.datum["event"]["version"] >= version:
        return None
    header = decode_header(stored.header, world.registry)
    try:
        key = world.keys.key_for(stored.key_id)
    except KeyDestroyed:
        return None
    body = open_sealed(
        stored.nonce, stored.sealed, key, entry_id=header.entry_id, digest=header.body_digest
    )
    broker_at, received_at = header.broker_at, header.received_at
    if broker_at is None or received_at is None:
        return None
    record = Record(
        topic=events_topic(inbound.record.agency),
        agency=inbound.record.agency,
        partition=0,
        offset=0,
        value=body,
        broker_at=broker_at,
        backfilled=header.backfilled,
        scenario_time=received_at.isoformat() if world.scenario else None,
        quarantine_id=header.entry_id,
    )
    early = Accepted(record, content_of(body), decode(body, world.registry))
    return None if early.identifiers.trusted else early


def again_id(entry_id: UUID, child_id: UUID) -> UUID:
    """The entry of an event that is said again in the log of another child."""
    return uuid5(NAMESPACE, f"again|{entry_id}|{child_id}")
