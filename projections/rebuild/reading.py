"""Entries as ``kith.timeline`` holds them: from a message to what evolve and the tables need.

An event need not be opened: all that evolve needs of it stands in the clear header. Facts are
opened with their child's key.
"""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any
from uuid import UUID

from fastavro import parse_schema, schemaless_reader

from projections.append.drafts import Draft
from projections.append.sealing import SealedEntry
from projections.entries import Stored
from projections.rebuild.beginnings import without_logical_types
from projections.rebuild.plain_values import delivered_of, event_of, instant, since
from safeguarding.events import Event, Reference
from safeguarding.facts import Fact, TimeFlagged
from safeguarding.timeline import Entry
from schemas.codec import HEADER_BYTES, MAGIC, Decoded, decode
from schemas.envelope import entry_hash, open_sealed
from schemas.events import event_from
from schemas.facts import fact_from
from schemas.keys import KeyDestroyed, Keys
from schemas.registry import Registry, Schema

HEADER = "kith.log.v1.EntryHeader"
_ENVELOPE = "kith.log.v1.Envelope"
_DELIVERED = "kith.facts.v1.Delivered"


class NotAnEntry(Exception):
    """A message of the log is no entry that this version of the contract can read."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry as the log holds it: place, hash and exact bytes.

    ``heading`` is the clear header as Avro's plain values: ids as text, times as microseconds.
    """

    child_id: UUID
    sequence: int
    hash: bytes
    previous_hash: bytes
    stored: Stored
    heading: dict[str, Any]

    @property
    def type(self) -> str:
        """What kind of event or fact it is."""
        kind: str = self.heading["type"]
        return kind

    @property
    def statement(self) -> Reference:
        """Which statement of which agency an event is a version of."""
        return self.heading["agency"], self.heading["reference"]


class EntryReader:
    """Reads messages of the log. Made once for each process."""

    def __init__(self, registry: Registry, keys: Keys) -> None:
        self._registry = registry
        self._keys = keys
        # Most of a header's values are never looked at, so none is turned into an id or a time
        # before it is needed: that takes a third of the time of decode_header.
        self._plain = {
            name: (schema.fingerprint, parse_schema(without_logical_types(schema.source)))
            for name in (HEADER, _ENVELOPE, _DELIVERED)
            for schema in (registry.record(name),)
        }
        self._children: dict[str, UUID] = {}

    def read(self, message: bytes) -> LogEntry:
        """Read one message. Raises NotAnEntry."""
        return self.entry(self._stored(message))

    def _stored(self, message: bytes) -> Stored:
        envelope = self._record(_ENVELOPE, message)
        return Stored(envelope["header"], envelope["key_id"], envelope["nonce"], envelope["sealed"])

    def entry(self, stored: Stored) -> LogEntry:
        """The same from the exact bytes, as the tables hold them. Raises NotAnEntry."""
        heading = self._record(HEADER, stored.header)
        text = heading["child_id"]
        child_id = self._children.get(text)
        if child_id is None:
            child_id = self._children[text] = UUID(text)
        return LogEntry(
            child_id=child_id,
            sequence=heading["sequence"],
            hash=entry_hash(stored.header),
            previous_hash=heading["previous_hash"],
            stored=stored,
            heading=heading,
        )

    def is_event(self, entry: LogEntry) -> bool:
        """Whether the entry holds an event, and not a fact. Raises NotAnEntry."""
        return self._body_schema(entry).family == "events"

    def sealed(self, entry: LogEntry) -> SealedEntry:
        """What the tables keep of the entry.

        An event has only what its header says: place, version and times, no details and no
        subject. Raises KeyDestroyed for a fact that is beyond use, KeyUnknown, Unopenable.
        """
        body: Event | Fact
        schema = self._body_schema(entry)
        body = event_of(entry.heading, schema) if schema.family == "events" else self._fact(entry)
        return self.with_body(entry, body)

    def opened(self, entry: LogEntry) -> Entry:
        """The entry with all that an event says, and with what it follows from.

        Raises KeyDestroyed, KeyUnknown, Unopenable.
        """
        return self.of(entry, decode(self.body(entry), self._registry))

    def unopened(self, entry: LogEntry) -> Entry:
        """An event of which its header says enough. Raises NotAnEntry."""
        return self.tied(entry, event_of(entry.heading, self._body_schema(entry)))

    def of(self, entry: LogEntry, decoded: Decoded) -> Entry:
        """The entry of which that is said, with what it follows from."""
        heading = entry.heading
        body: Event | Fact
        if decoded.schema.family == "events":
            body = event_from(
                decoded,
                received_at=instant(heading["received_at"]),
                broker_at=instant(heading["broker_at"]),
                backfilled=heading["backfilled"],
            )
        else:
            body = fact_from(decoded)
        return self.tied(entry, body)

    def tied(self, entry: LogEntry, body: Event | Fact) -> Entry:
        """The entry with a body that the caller knows, and with what it follows from."""
        heading = entry.heading
        cause = heading["caused_by"]
        return Entry(
            entry_id=_id(heading["entry_id"]),
            child_id=entry.child_id,
            sequence=entry.sequence,
            entered_at=instant(heading["entered_at"]),
            caused_by=None if cause is None else _id(cause),
            correlation_id=_id(heading["correlation_id"]),
            body=body,
        )

    def with_body(self, entry: LogEntry, body: Event | Fact) -> SealedEntry:
        """The entry with a body that the caller knows."""
        made = _alone(entry, body)
        draft = Draft(made, since(entry.heading, made.entered_at))
        return SealedEntry(draft, entry.heading["type"], entry.stored)

    def _fact(self, entry: LogEntry) -> Fact:
        body = self.body(entry)
        if body[2:HEADER_BYTES] == self._plain[_DELIVERED][0]:
            # Half of all entries are deliveries, so they are read the short way.
            return delivered_of(self._record(_DELIVERED, body))
        return fact_from(decode(body, self._registry))

    def body(self, entry: LogEntry) -> bytes:
        """The fact, or the event as its agency sent it.

        Raises KeyDestroyed, KeyUnknown, Unopenable.
        """
        stored, heading = entry.stored, entry.heading
        return open_sealed(
            stored.nonce,
            stored.sealed,
            self._keys.key_for(stored.key_id),
            entry_id=_id(heading["entry_id"]),
            digest=heading["body_digest"],
        )

    def _body_schema(self, entry: LogEntry) -> Schema:
        try:
            return self._registry.by_fingerprint(entry.heading["body_fingerprint"])
        except LookupError as fault:
            place = f"child {entry.child_id}, entry {entry.sequence}"
            raise NotAnEntry(f"{place}: {fault}") from fault

    def _record(self, name: str, message: bytes) -> dict[str, Any]:
        fingerprint, schema = self._plain[name]
        if message[:2] != MAGIC or message[2:HEADER_BYTES] != fingerprint:
            raise NotAnEntry(
                f"the log holds a message that is no {name} of this version of Kith: "
                "rebuild with the version that wrote it, or a newer one"
            )
        body = BytesIO(message)
        body.seek(HEADER_BYTES)
        try:
            datum: dict[str, Any] = schemaless_reader(body, schema, None)
        except Exception as fault:
            raise NotAnEntry(f"the log holds a {name} that is cut or changed") from fault
        return datum


@lru_cache(maxsize=256)  # Of a chain each entry names the first, and most the one before.
def _id(text: str) -> UUID:
    return UUID(text)


# Stands for a fact that no key opens any more. To evolve it is one that changes no case.
BEYOND_USE = TimeFlagged("", "", ())


def read_for_tables(reader: EntryReader, entry: LogEntry) -> SealedEntry:
    """What the tables keep of an entry, also where its child's key was destroyed.

    Then an event still stands as its header says, and of a fact only the entry is left: its
    child's network, alerts, notifications, answers and identifiers are lost, as they must be.
    """
    try:
        return reader.sealed(entry)
    except KeyDestroyed:
        return reader.with_body(entry, BEYOND_USE)


def _alone(entry: LogEntry, body: Event | Fact) -> Entry:
    """The entry without what it follows from: evolve and the tables never ask."""
    entry_id = UUID(entry.heading["entry_id"])
    return Entry(
        entry_id=entry_id,
        child_id=entry.child_id,
        sequence=entry.sequence,
        entered_at=instant(entry.heading["entered_at"]),
        caused_by=None,
        correlation_id=entry_id,
        body=body,
    )
