"""What agencies sent and the hub could not accept: found, opened, sent again, discarded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.append.arrivals import Inbound, Record, receive
from projections.append.world import World
from projections.database import Connection
from projections.queries.short_ids import IdRange
from schemas.envelope import open_sealed
from schemas.keys import KeyStore

WAITING = "waiting"
MOST_LISTED = 1000

_COLUMNS = (
    "quarantine_id, topic, partition, log_offset, agency, reason, detail, size_bytes, broker_at, "
    "received_at, quarantined_at, backfilled, state, resolved_at, resolution"
)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One record in quarantine, but for what it says. Times are the hub's, but for ``broker_at``.

    ``state`` is waiting, redriven or discarded; ``resolution`` why it was discarded.
    """

    quarantine_id: UUID
    topic: str
    partition: int
    offset: int
    agency: str
    reason: str
    detail: str
    size_bytes: int
    broker_at: datetime
    received_at: datetime
    quarantined_at: datetime
    backfilled: bool
    state: str
    resolved_at: datetime | None
    resolution: str | None

    @property
    def place(self) -> str:
        """Where the agency put it."""
        return f"{self.topic}[{self.partition}]@{self.offset}"


def listed(connection: Connection, *, resolved_too: bool) -> list[Quarantined]:
    """What waits, or everything, the oldest first; at most a thousand."""
    rows = connection.execute(
        f"select {_COLUMNS} from kept.quarantine where %s or state = 'waiting' "  # noqa: S608
        "order by quarantined_at, topic, partition, log_offset limit %s",
        [resolved_too, MOST_LISTED],
    ).fetchall()
    return [Quarantined(*row) for row in rows]


def quarantined(connection: Connection, ids: IdRange) -> list[Quarantined]:
    """The records whose ids start so; at most a few."""
    rows = connection.execute(
        f"select {_COLUMNS} from kept.quarantine "  # noqa: S608
        "where quarantine_id between %s and %s order by quarantine_id limit 5",
        [ids.first, ids.last],
    ).fetchall()
    return [Quarantined(*row) for row in rows]


def open_content(connection: Connection, quarantine_id: UUID, keys: KeyStore) -> bytes:
    """The bytes as the agency sent them.

    Raises LookupError (KeyDestroyed, KeyUnknown, or no such record), Unopenable.
    """
    row: tuple[Any, ...] | None = connection.execute(
        "select key_id, nonce, sealed, content from kept.quarantine where quarantine_id = %s",
        [quarantine_id],
    ).fetchone()
    if row is None:
        raise LookupError("there is no such record in quarantine")
    key_id, nonce, sealed, digest = row
    return open_sealed(nonce, sealed, keys.key_for(key_id), entry_id=quarantine_id, digest=digest)


def why_not(record: Quarantined, *, scenario: bool) -> str | None:
    """Why this record must not be sent through again, None if it may."""
    if record.state != WAITING:
        return f"it was {record.state} already"
    if record.reason == "scenario-time" and not scenario:
        # Without its header it would pass for news, and this hub has real children.
        return "it was made for a scenario: discard it"
    return None


def received_again(record: Quarantined, value: bytes, world: World) -> Inbound:
    """The record as if it had just been read from its topic, with the times that it had.

    ``value`` are the bytes that were kept, or those of a corrected event. The topic remains
    the proof of who spoke, so another agency's event is refused again.
    """
    again = Record(
        topic=record.topic,
        agency=record.agency,
        partition=record.partition,
        offset=record.offset,
        value=value,
        broker_at=record.broker_at,
        backfilled=record.backfilled,
        # In a scenario the hub takes the time of receipt from here.
        scenario_time=record.received_at.isoformat() if world.scenario else None,
        quarantine_id=record.quarantine_id,
    )
    return receive(again, world.registry, scenario=world.scenario)


def discard(
    connection: Connection, quarantine_id: UUID, reason: str, discarded_at: datetime
) -> bool:
    """Mark a record that waits as discarded; False if it does not wait any more.

    ``connection`` is of the role that writes. The bytes stay, sealed.
    """
    row = connection.execute(
        "update kept.quarantine set state = 'discarded', resolved_at = %s, resolution = %s "
        "where quarantine_id = %s and state = 'waiting' returning quarantine_id",
        [discarded_at, reason, quarantine_id],
    ).fetchone()
    return row is not None
