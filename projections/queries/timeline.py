"""A child's log as a reader sees it: each entry opened, and where each notification is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.database import Connection, Query, fetch_each
from projections.entries import Stored, open_body
from projections.queries.children import KnownChild
from safeguarding.events import Event
from safeguarding.facts import ChildIdentified, Fact, Mode, NotificationKind, Recipient
from schemas.codec import Undecodable
from schemas.envelope import EntryHeader, Unopenable, decode_header
from schemas.events import event_from
from schemas.facts import fact_from
from schemas.keys import KeyDestroyed, KeyStore, KeyUnknown
from schemas.registry import Registry

BEYOND_USE = "beyond use: the key to it was destroyed"
NO_KEY = "cannot be opened: its key is missing from the key store"
CHANGED = "cannot be opened: its bytes are not those that were sealed"
NEWER = "cannot be read: a newer version of Kith wrote it"


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry. ``closed`` says why the body cannot be seen; else ``body`` is there.

    ``stated`` is an event's whole record as its agency sent it, None for a fact.
    """

    header: EntryHeader
    body: Event | Fact | None
    stated: Mapping[str, Any] | None = None
    closed: str | None = None

    @property
    def sequence(self) -> int:
        """The place in the child's log, from 1."""
        return self.header.sequence


@dataclass(frozen=True, slots=True)
class Copy:
    """One recipient's copy of an alert. ``reached_at`` is hub time, None while it is not there.

    ``sequence`` is that of the fact that announced it.
    """

    notification_id: UUID
    alert_id: UUID
    sequence: int
    recipient: Recipient
    kind: NotificationKind
    mode: Mode
    acknowledge_by: datetime | None
    number: int | None
    reached_at: datetime | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The entries in order of sequence, and the copies in order of sequence and recipient.

    ``until`` is the instant as of which it is shown, None for now.
    """

    child: KnownChild
    entries: Sequence[Shown]
    copies: Sequence[Copy]
    until: datetime | None = None


def by_sequence(copies: Iterable[Copy]) -> dict[int, list[Copy]]:
    """The copies by the sequence of the fact that announced them."""
    found: dict[int, list[Copy]] = {}
    for copy in copies:
        found.setdefault(copy.sequence, []).append(copy)
    return found


def read_timeline(
    connection: Connection,
    child: KnownChild,
    keys: KeyStore,
    registry: Registry,
    until: datetime | None = None,
) -> Timeline:
    """What the hub had entered by ``until`` (inclusive), or everything.

    Entries whose body cannot be opened are shown by their header. Raises psycopg.Error.
    """
    rows, copies = fetch_each(
        connection, [_entries(child.child_id, until), _copies(child.child_id)]
    )
    entries = [open_shown(Stored(*row), keys, registry) for row in rows]
    last = entries[-1].sequence if entries else 0
    return Timeline(
        child=child if until is None else _as_of(child, entries),
        entries=entries,
        copies=[_copy(row, until) for row in copies if row[2] <= last],
        until=until,
    )


def open_shown(stored: Stored, keys: KeyStore, registry: Registry) -> Shown:
    """Open one entry as far as its key allows; never raises for a body that stays closed."""
    try:
        header, decoded = open_body(stored, keys, registry)
    except KeyDestroyed:
        return _closed(stored, registry, BEYOND_USE)
    except KeyUnknown:
        return _closed(stored, registry, NO_KEY)
    except Unopenable:
        return _closed(stored, registry, CHANGED)
    except Undecodable:
        return _closed(stored, registry, NEWER)
    if decoded.schema.family != "events":
        return Shown(header, fact_from(decoded))
    event = event_from(
        decoded,
        received_at=header.received_at or header.entered_at,
        broker_at=header.broker_at or header.entered_at,
        backfilled=header.backfilled,
    )
    return Shown(header, event, decoded.datum)


def _as_of(child: KnownChild, entries: Sequence[Shown]) -> KnownChild:
    """The child as these entries know it: what was found out later is left out."""
    facts = [each.body for each in entries if isinstance(each.body, ChildIdentified)]
    provisional = bool(facts) and facts[-1].provisional
    return KnownChild(
        child_id=child.child_id,
        status="provisional" if provisional else "known",
        sequence=entries[-1].sequence if entries else 0,
        schemes=tuple(sorted({scheme for fact in facts for scheme in fact.schemes})),
    )


def _closed(stored: Stored, registry: Registry, why: str) -> Shown:
    return Shown(decode_header(stored.header, registry), None, closed=why)


def _entries(child_id: UUID, until: datetime | None) -> Query:
    return (
        "select header, key_id, nonce, sealed from derived.entry where child_id = %s "
        "and (%s::timestamptz is null or entered_at <= %s) order by sequence",
        [child_id, until, until],
    )


def _copies(child_id: UUID) -> Query:
    # The broker's time as hub time: both clocks were read at one instant, hub_from and real_from.
    return (
        "select notification_id, alert_id, sequence, agency, team, role, kind, mode, "
        "acknowledge_by, number, hub_from + (delivered_at - real_from) "
        "from derived.notification where child_id = %s order by sequence, agency, team, role, kind",
        [child_id],
    )


def _copy(row: tuple[Any, ...], until: datetime | None) -> Copy:
    reached_at: datetime | None = row[10]
    if reached_at is not None and until is not None and reached_at > until:
        reached_at = None
    return Copy(
        notification_id=row[0],
        alert_id=row[1],
        sequence=row[2],
        recipient=Recipient(*row[3:6]),
        kind=NotificationKind(row[6]),
        mode=Mode(row[7]),
        acknowledge_by=row[8],
        number=row[9] if reached_at is not None else None,
        reached_at=reached_at,
    )
