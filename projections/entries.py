"""Entries as they are stored: from exact bytes to what the domain sees, and back."""

from dataclasses import dataclass
from datetime import datetime

from safeguarding.events import Event
from safeguarding.facts import Fact
from safeguarding.timeline import Entry
from schemas.codec import Decoded, decode
from schemas.envelope import EntryHeader, decode_header, open_sealed
from schemas.events import event_from
from schemas.facts import fact_from
from schemas.keys import KeyStore
from schemas.registry import Registry


@dataclass(frozen=True, slots=True)
class Stored:
    """The exact bytes of an entry, as the log and the tables keep them."""

    header: bytes
    key_id: str
    nonce: bytes
    sealed: bytes


class NotAnEvent(TypeError):
    """An entry was read as an event, or as a fact, and is the other."""


def open_body(stored: Stored, keys: KeyStore, registry: Registry) -> tuple[EntryHeader, Decoded]:
    """The clear header and the decoded body. Raises KeyDestroyed, KeyUnknown, Unopenable."""
    header = decode_header(stored.header, registry)
    body = open_sealed(
        stored.nonce,
        stored.sealed,
        keys.key_for(stored.key_id),
        entry_id=header.entry_id,
        digest=header.body_digest,
    )
    return header, decode(body, registry)


def open_entry(stored: Stored, keys: KeyStore, registry: Registry) -> Entry:
    """The entry that the bytes state."""
    header, decoded = open_body(stored, keys, registry)
    return Entry(
        entry_id=header.entry_id,
        child_id=header.child_id,
        sequence=header.sequence,
        entered_at=header.entered_at,
        caused_by=header.caused_by,
        correlation_id=header.correlation_id,
        body=_event(header, decoded) if decoded.schema.family == "events" else fact_from(decoded),
    )


def open_event(stored: Stored, keys: KeyStore, registry: Registry) -> Event:
    """The event that the entry holds. Raises NotAnEvent."""
    body = open_entry(stored, keys, registry).body
    if not isinstance(body, Event):
        raise NotAnEvent(f"the entry holds a {type(body).__name__}, not an event")
    return body


def open_fact(stored: Stored, keys: KeyStore, registry: Registry) -> Fact:
    """The fact that the entry holds. Raises NotAnEvent."""
    body = open_entry(stored, keys, registry).body
    if isinstance(body, Event):
        raise NotAnEvent("the entry holds an event, not a fact")
    return body


def _event(header: EntryHeader, decoded: Decoded) -> Event:
    received_at = _present(header.received_at)
    return event_from(
        decoded,
        received_at=received_at,
        broker_at=_present(header.broker_at),
        backfilled=header.backfilled,
    )


def _present(at: datetime | None) -> datetime:
    if at is None:
        raise NotAnEvent("the header of an event lacks the time of its receipt")
    return at
