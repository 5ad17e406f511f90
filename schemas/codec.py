"""Events, facts and log records to bytes and back, in Avro's single-object encoding.

A message is ``C3 01``, eight bytes that say which schema wrote it, and the body (Avro specification
1.12, "Single-object encoding"). Readers find the schema in :mod:`schemas.registry`, so no schema
registry has to run.

For those who run one, events come in the Confluent wire format as well: ``00``, four bytes with the
id that the schema registry gave the schema (big-endian), and the same body. The first byte tells
the two apart. The hub keeps what it took in as single objects, so that its log needs no registry.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from fastavro import schemaless_reader, schemaless_writer

from schemas.registry import Registry, RegistryAway, Schema, UnknownSchema

MAGIC = b"\xc3\x01"
HEADER_BYTES = 10
CONFLUENT_MAGIC = 0
CONFLUENT_HEADER_BYTES = 5
MAX_EVENT_BYTES = 1_000_000
"""The producer library refuses more, and so does the broker on the agencies' topics."""

MAX_DECODE_BYTES = 2_000_000
"""Internal topics allow twice as much, since an entry wraps an event."""


class Undecodable(Exception):
    """These bytes are no message of the contract. Never holds what the bytes say.

    ``reason_code`` is one of: empty, too-large, bad-magic, unknown-schema, truncated, malformed,
    trailing-bytes, registry-away. The last one alone says nothing against the message.
    """

    def __init__(self, reason_code: str, text: str) -> None:
        super().__init__(text)
        self.reason_code = reason_code
        self.text = text


class Unencodable(ValueError):
    """This datum does not fit its schema. The text names the schema, never a value.

    Whoever writes events calls :mod:`schemas.plain` and :mod:`schemas.validation` first: those
    name the field.
    """


@dataclass(frozen=True, slots=True)
class Decoded:
    """A message and the schema that wrote it.

    ``datum`` holds aware datetimes in UTC, ``uuid.UUID``, ``date``, and enum symbols as text.
    """

    schema: Schema
    datum: dict[str, Any]


def encode(schema: Schema, datum: dict[str, Any]) -> bytes:
    """Write the datum as one message; what has a default may be left out. Raises Unencodable."""
    out = BytesIO()
    out.write(MAGIC)
    out.write(schema.fingerprint)
    try:
        schemaless_writer(out, schema.parsed, datum)
    except Exception as error:  # noqa: BLE001 - many kinds, whose text may hold the value.
        raise Unencodable(
            f"the datum does not fit {schema.versioned_type} ({type(error).__name__}):"
            " check it with schemas.plain"
        ) from None
    return out.getvalue()


def decode(
    message: bytes | None, registry: Registry, *, max_bytes: int = MAX_DECODE_BYTES
) -> Decoded:
    """Read a message. Raises Undecodable, and nothing else, whatever the bytes are."""
    if not message:
        raise Undecodable("empty", "the message has no bytes")
    if len(message) > max_bytes:
        raise Undecodable(
            "too-large", f"the message has {len(message)} bytes; at most {max_bytes} are read"
        )
    if message[:2] != MAGIC[: len(message)]:
        header_bytes, schema = CONFLUENT_HEADER_BYTES, _by_id(message, registry)
    else:
        header_bytes, schema = HEADER_BYTES, _by_fingerprint(message, registry)
    body = BytesIO(message)
    body.seek(header_bytes)
    try:
        datum = schemaless_reader(body, schema.parsed, None)
    except Exception as error:  # noqa: BLE001 - many kinds, whose text may quote the bytes.
        # An unfinished number at the end shows as an IndexError, its last byte above 127.
        cut = isinstance(error, IndexError) and body.tell() >= len(message) and message[-1] > 127
        if cut or isinstance(error, EOFError):
            text = f"the message ends in the middle of a {schema.versioned_type}"
            raise Undecodable("truncated", text) from None
        text = f"the body is not a {schema.versioned_type} ({type(error).__name__})"
        raise Undecodable("malformed", text) from None
    left_over = len(message) - body.tell()
    if left_over:
        raise Undecodable("trailing-bytes", f"{left_over} bytes follow the {schema.versioned_type}")
    return Decoded(schema, datum)


def body_of(message: bytes) -> bytes:
    """The message without its framing: the same for one event in either of them."""
    confluent = message[:1] == b"\0"
    return message[CONFLUENT_HEADER_BYTES if confluent else HEADER_BYTES :]


def as_single_object(message: bytes, schema: Schema) -> bytes:
    """The message in single-object encoding; itself where it is already."""
    if message[:2] == MAGIC:
        return message
    return MAGIC + schema.fingerprint + body_of(message)


def with_schema_id(message: bytes, schema_id: int) -> bytes:
    """The message in the Confluent wire format, under the id that a registry gave its schema."""
    return struct.pack(">bI", CONFLUENT_MAGIC, schema_id) + body_of(message)


def _by_fingerprint(message: bytes, registry: Registry) -> Schema:
    if len(message) < HEADER_BYTES:
        raise _shorter_than_its_header(message)
    try:
        return registry.by_fingerprint(message[2:HEADER_BYTES])
    except UnknownSchema as error:
        raise Undecodable("unknown-schema", str(error)) from None


def _by_id(message: bytes, registry: Registry) -> Schema:
    if message[0] != CONFLUENT_MAGIC or registry.ids is None:
        raise Undecodable(
            "bad-magic",
            "the message does not start as Avro single-object encoding does (C3 01)"
            if message[0] != CONFLUENT_MAGIC
            else "the message is in the Confluent wire format, and no schema registry is set:"
            " set KITH_SCHEMA_REGISTRY, or write Avro single-object encoding",
        )
    if len(message) < CONFLUENT_HEADER_BYTES:
        raise _shorter_than_its_header(message)
    try:
        return registry.ids.schema_of(int.from_bytes(message[1:CONFLUENT_HEADER_BYTES], "big"))
    except UnknownSchema as error:
        raise Undecodable("unknown-schema", str(error)) from None
    except RegistryAway as error:
        raise Undecodable("registry-away", str(error)) from None


def _shorter_than_its_header(message: bytes) -> Undecodable:
    return Undecodable("truncated", f"the message has {len(message)} bytes, fewer than its header")
