"""Quarantine: what could not be accepted is kept sealed, with its reason, and pages."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from projections.append.arrivals import Record, Rejected
from projections.append.drafts import Matter, received_at
from projections.append.world import World
from projections.database import Connection, Given, Query
from safeguarding.ids import NAMESPACE
from schemas.envelope import seal

_QUARANTINED = Given(
    "quarantine_id uuid, topic text, partition int, log_offset bigint, agency text, reason text, "
    "detail text, size_bytes int, content bytea, broker_at timestamptz, received_at timestamptz, "
    "quarantined_at timestamptz, backfilled boolean, key_id text, nonce bytea, sealed bytea"
)


def quarantine_id(record: Record, content: bytes) -> UUID:
    """The id of a quarantined record: its place and its content, so that it is kept once."""
    place = f"{record.topic}|{record.partition}|{record.offset}|{content.hex()}"
    return record.quarantine_id or uuid5(NAMESPACE, f"quarantine|{place}")


def hub_key(connection: Connection, world: World, month: date) -> str:
    """The id of the hub's own key of that month; made when the month has none yet."""
    found = connection.execute(
        "select key_id from kept.hub_key where month = %s", (month,)
    ).fetchone()
    if found is None:
        key_id = f"hub-{world.new_id()}"
        world.keys.create([key_id])
        connection.execute(
            "insert into kept.hub_key values (%s, %s) on conflict do nothing", (month, key_id)
        )
        found = connection.execute(
            "select key_id from kept.hub_key where month = %s", (month,)
        ).fetchone()
    if found is None:
        raise LookupError(f"kept.hub_key lost the key of {month}")
    return str(found[0])


def quarantined(
    rejected: Sequence[Rejected], key_id: str, hub_now: datetime, world: World
) -> tuple[Query, list[Matter]]:
    """The rows of the quarantine and what is to be paged."""
    rows = []
    matters = []
    for one in rejected:
        identity = quarantine_id(one.record, one.content)
        value = one.record.value or b""
        sealed = seal(
            value,
            world.keys.key_for(key_id),
            entry_id=identity,
            random_bytes=world.random_bytes,
        )
        rows.append(
            (
                identity,
                one.record.topic,
                one.record.partition,
                one.record.offset,
                one.record.agency,
                one.refusal.reason,
                one.refusal.detail,
                len(value),
                sealed.digest,
                one.record.broker_at,
                received_at(one.record, world, hub_now),
                hub_now,
                one.record.backfilled,
                key_id,
                sealed.nonce,
                sealed.ciphertext,
            )
        )
        matters.append(
            Matter(
                f"quarantined: {one.refusal.reason}",
                str(identity),
                f"{one.record.topic}[{one.record.partition}]@{one.record.offset}",
            )
        )
    return _QUARANTINED.query(
        "insert into kept.quarantine (quarantine_id, topic, partition, log_offset, agency, "
        "reason, detail, size_bytes, content, broker_at, received_at, quarantined_at, "
        "backfilled, key_id, nonce, sealed) select * from w "
        "on conflict (quarantine_id) do update set "
        "reason = excluded.reason, detail = excluded.detail "
        "where kept.quarantine.state = 'waiting'",
        rows,
    ), matters


def redriven(records: Sequence[Record], hub_now: datetime) -> Query:
    """Mark what a steward sent through again and what was accepted this time."""
    return (
        "update kept.quarantine set state = 'redriven', resolved_at = %s "
        "where quarantine_id = any(%b::uuid[])",
        [hub_now, [each.quarantine_id for each in records if each.quarantine_id is not None]],
    )
