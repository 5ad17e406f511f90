"""One entry of the timeline log as it is kept: a clear header, and a body that a key opens.

The chain covers the header, and the header holds the digest of salt and body. Neither depends on
the key, so keys can be rotated and entries moved without touching the chain; and when a key is
destroyed the body is beyond use while the chain still holds.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.codec import Undecodable, decode, encode
from schemas.registry import Registry

KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12
NO_ENTRY_BEFORE = bytes(32)
"""``previous_hash`` of the first entry of a child's log."""

RandomBytes = Callable[[int], bytes]


class Unopenable(Exception):
    """A sealed body does not open: another key, another entry's body, or changed bytes."""


@dataclass(frozen=True)
class EntryHeader:
    """What the log says in clear about an entry; ``schemas/avro/log/entry-header`` explains each.

    Times are aware and in UTC. Without slots on purpose: the codec writes its ``__dict__``.
    """

    entry_id: UUID
    child_id: UUID
    sequence: int
    type: str
    schema_version: int
    body_fingerprint: bytes
    previous_hash: bytes
    body_digest: bytes
    labels: tuple[str, ...]
    append_id: UUID
    append_size: int
    append_index: int
    caused_by: UUID | None
    correlation_id: UUID
    agency: str | None
    event_id: UUID | None
    reference: str | None
    version: int | None
    occurred_at: datetime | None
    occurred_precision: str | None
    known_at: datetime | None
    known_precision: str | None
    recorded_at: datetime | None
    received_at: datetime | None
    broker_at: datetime | None
    entered_at: datetime
    backfilled: bool
    ruleset: str | None


@dataclass(frozen=True)
class Envelope:
    """A whole entry. ``header`` are the exact bytes that the chain covers."""

    header: bytes
    key_id: str
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A body under a key, and its digest for the header."""

    nonce: bytes
    ciphertext: bytes
    digest: bytes


def seal(body: bytes, key: bytes, *, entry_id: UUID, random_bytes: RandomBytes) -> Sealed:
    """Seal an encoded body with AES-256-GCM, bound to its entry.

    ``random_bytes`` must be cryptographically random outside tests: a nonce used twice under one
    key gives both bodies away.
    """
    return _seal_salted(random_bytes(SALT_BYTES) + body, key, entry_id, random_bytes)


def open_sealed(
    nonce: bytes, ciphertext: bytes, key: bytes, *, entry_id: UUID, digest: bytes
) -> bytes:
    """Open a body and compare it with the digest of its header. Raises Unopenable."""
    return _open_salted(nonce, ciphertext, key, entry_id, digest)[SALT_BYTES:]


def reseal(
    envelope: Envelope,
    header: EntryHeader,
    old_key: bytes,
    new_key: bytes,
    *,
    new_key_id: str,
    random_bytes: RandomBytes,
) -> Envelope:
    """Seal the body under another key; header, digest and chain stay as they are.

    ``header`` is ``envelope.header`` decoded. Raises Unopenable.
    """
    salted = _open_salted(
        envelope.nonce, envelope.sealed, old_key, header.entry_id, header.body_digest
    )
    sealed = _seal_salted(salted, new_key, header.entry_id, random_bytes)
    return replace(envelope, key_id=new_key_id, nonce=sealed.nonce, sealed=sealed.ciphertext)


def entry_hash(header: bytes) -> bytes:
    """Hash an encoded header: what the next entry's ``previous_hash`` must be."""
    return hashlib.sha256(header).digest()


def encode_header(header: EntryHeader, registry: Registry) -> bytes:
    """Write the header once; from then on only these bytes count."""
    return encode(registry.record("kith.log.v1.EntryHeader"), vars(header))


def decode_header(header: bytes, registry: Registry) -> EntryHeader:
    """Read a header. Raises Undecodable, also when the bytes are another record of the contract."""
    datum = _decode_as("kith.log.v1.EntryHeader", header, registry)
    datum["labels"] = tuple(datum["labels"])
    return EntryHeader(**datum)


def encode_envelope(envelope: Envelope, registry: Registry) -> bytes:
    """Write a whole entry as one message."""
    return encode(registry.record("kith.log.v1.Envelope"), vars(envelope))


def decode_envelope(message: bytes, registry: Registry) -> Envelope:
    """Read a whole entry. Raises Undecodable."""
    return Envelope(**_decode_as("kith.log.v1.Envelope", message, registry))


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first place at which a child's log does not hold together.

    ``position`` counts the envelopes given, from 0; ``sequence`` and ``entry_id`` are None where
    the header itself cannot be read.
    """

    position: int
    sequence: int | None
    entry_id: UUID | None
    problem: str


def verify_chain(
    envelopes: Iterable[Envelope],
    registry: Registry,
    *,
    after: tuple[int, bytes] = (0, NO_ENTRY_BEFORE),
    key_for: Callable[[str], bytes | None] | None = None,
) -> ChainBreak | None:
    """Check one child's log in order and name the first break; None when it holds.

    ``after`` is the sequence and entry hash before the first envelope given, for a part of a log.
    With ``key_for`` each body is opened and compared with its digest; where that gives None (the
    key was destroyed) the header alone is checked.
    """
    sequence, previous = after
    child_id: UUID | None = None
    for position, envelope in enumerate(envelopes):
        try:
            header = decode_header(envelope.header, registry)
        except Undecodable as error:
            return ChainBreak(position, None, None, f"the header cannot be read: {error}")
        child_id = child_id or header.child_id
        problem = None
        if header.child_id != child_id:
            problem = "the entry belongs to another child"
        elif header.sequence != sequence + 1:
            problem = f"the sequence should be {sequence + 1}: an entry is missing or out of place"
        elif header.previous_hash != previous:
            problem = "the hash of the entry before is another: that entry or this one was changed"
        elif key_for is not None:
            problem = _body_problem(envelope, header, key_for(envelope.key_id))
        if problem is not None:
            return ChainBreak(position, header.sequence, header.entry_id, problem)
        sequence, previous = header.sequence, entry_hash(envelope.header)
    return None


def _body_problem(envelope: Envelope, header: EntryHeader, key: bytes | None) -> str | None:
    if key is None:
        return None
    try:
        _open_salted(envelope.nonce, envelope.sealed, key, header.entry_id, header.body_digest)
    except Unopenable as error:
        return str(error)
    return None


def _seal_salted(salted: bytes, key: bytes, entry_id: UUID, random_bytes: RandomBytes) -> Sealed:
    nonce = random_bytes(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, salted, entry_id.bytes)
    return Sealed(nonce, ciphertext, hashlib.sha256(salted).digest())


def _open_salted(
    nonce: bytes, ciphertext: bytes, key: bytes, entry_id: UUID, digest: bytes
) -> bytes:
    try:
        salted = AESGCM(key).decrypt(nonce, ciphertext, entry_id.bytes)
    except (InvalidTag, ValueError):
        raise Unopenable(
            f"the body of entry {entry_id} does not open: wrong key, or changed bytes"
        ) from None
    if hashlib.sha256(salted).digest() != digest:
        raise Unopenable(f"the body of entry {entry_id} is not the one that its header names")
    return salted


def _decode_as(name: str, message: bytes, registry: Registry) -> dict[str, Any]:
    decoded = decode(message, registry)
    if decoded.schema.name != name:
        raise Undecodable("unknown-schema", f"this is a {decoded.schema.name}, not a {name}")
    return decoded.datum
