from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import Decoded, Undecodable, Unencodable, decode, encode
from schemas.registry import Schema, load_registry
from tests.unit.schemas.datums import datums

REGISTRY = load_registry()
ALL_SCHEMAS = list(REGISTRY)
INCIDENT = REGISTRY.event("custody-incident")

NIGHT = datetime(2024, 2, 3, 2, 40, tzinfo=UTC)
DATUM: dict[str, Any] = {
    "event": {
        "event_id": UUID(int=7),
        "agency": "police",
        "reference": "CR/7",
        "version": 1,
        "occurred": {"at": NIGHT, "precision": "minute"},
        "known": {"at": NIGHT + timedelta(microseconds=1), "precision": "exact"},
        "statement": "fact",
        "subject": {
            "identifiers": [{"scheme": "nhs-number", "value": "9991234004"}],
            "born": date(2006, 4, 30),
        },
        "basis": "public_task",
        "purpose": "safeguarding",
    },
    "custody_record": "CR/7",
    "station": "Northgate",
    "kind": "ligature",
}
MESSAGE = encode(INCIDENT, DATUM)


@pytest.mark.parametrize("schema", ALL_SCHEMAS, ids=lambda schema: schema.versioned_type)
@settings(max_examples=20)
@given(data=st.data())
def test_what_is_encoded_is_decoded(schema: Schema, data: st.DataObject) -> None:
    datum = data.draw(datums(schema))
    assert decode(encode(schema, datum), REGISTRY) == Decoded(schema, datum)


def test_a_message_is_avros_single_object_encoding() -> None:
    assert MESSAGE[:2] == b"\xc3\x01"
    assert MESSAGE[2:10] == INCIDENT.fingerprint


def test_decoded_data_has_the_types_that_the_domain_uses() -> None:
    datum = decode(MESSAGE, REGISTRY).datum
    header = datum["event"]
    assert header["occurred"] == {"at": NIGHT, "precision": "minute"}
    assert header["occurred"]["at"].utcoffset() == timedelta(0)
    assert header["event_id"] == UUID(int=7)
    assert header["subject"]["born"] == date(2006, 4, 30)
    assert type(datum["kind"]) is str


def test_defaults_are_written_out_and_not_shared() -> None:
    first, second = decode(MESSAGE, REGISTRY).datum, decode(MESSAGE, REGISTRY).datum
    assert first["event"]["labels"] == []
    assert first["means"] is None
    first["event"]["labels"].append("changed")
    assert second["event"]["labels"] == []


def _reason(message: bytes | None, **limits: int) -> str:
    with pytest.raises(Undecodable) as refused:
        decode(message, REGISTRY, **limits)
    return refused.value.reason_code


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (None, "empty"),
        (b"", "empty"),
        (b"\xc3", "truncated"),
        (b"\xc3\x01", "truncated"),
        (MESSAGE[:9], "truncated"),
        (MESSAGE[:10], "truncated"),
        (MESSAGE[:-1], "truncated"),
        (MESSAGE[:10] + b"\x80", "truncated"),
        (MESSAGE + b"\0", "trailing-bytes"),
        (MESSAGE + MESSAGE, "trailing-bytes"),
        (b'{"type": "custody-incident"}', "bad-magic"),
        (b"\0\0\0\0\1" + MESSAGE[10:], "bad-magic"),  # Confluent's framing, not read yet.
        (b"\xc3\x02" + MESSAGE[2:], "bad-magic"),
        (b"\xc3\x01" + bytes(8) + MESSAGE[10:], "unknown-schema"),
        (MESSAGE.replace(b"police", b"pol\xffce"), "malformed"),
        (MESSAGE.replace(b"0000-0000", b"0000?0000"), "malformed"),
    ],
)
def test_says_why_bytes_are_no_message(message: bytes | None, reason: str) -> None:
    assert _reason(message) == reason


def test_refuses_what_is_too_large_without_reading_it() -> None:
    assert _reason(MESSAGE + bytes(2_000_000)) == "too-large"
    assert _reason(MESSAGE, max_bytes=len(MESSAGE) - 1) == "too-large"
    assert decode(MESSAGE, REGISTRY, max_bytes=len(MESSAGE)).datum["kind"] == "ligature"


def _long(value: int) -> bytes:
    value = ((value << 1) ^ (value >> 63)) & (2**64 - 1)
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


@pytest.mark.parametrize("length", [-1, -(2**62), 2**31, 2**40, 2**62])
def test_a_huge_declared_length_costs_nothing(length: int) -> None:
    """The first field is the event id, a string; its length is a lie."""
    assert _reason(MESSAGE[:10] + _long(length) + MESSAGE[11:]) in ("truncated", "malformed")


@pytest.mark.parametrize("count", [-(2**62), 2**62])
def test_a_huge_declared_list_costs_nothing(count: int) -> None:
    head, tail = MESSAGE.split(b"\x02\x14nhs-number", 1)
    assert _reason(head + _long(count) + b"\x14nhs-number" + tail) in ("truncated", "malformed")


def test_no_text_of_the_message_is_in_the_error() -> None:
    for message in (MESSAGE.replace(b"Northgate", b"Northgat\xff"), MESSAGE[:-2]):
        with pytest.raises(Undecodable) as refused:
            decode(message, REGISTRY)
        assert "Northgat" not in str(refused.value)
        assert refused.value.__suppress_context__


@given(message=st.binary(max_size=400))
def test_random_bytes_give_no_other_error(message: bytes) -> None:
    assert _reason(message)


@given(body=st.binary(max_size=400), schema=st.sampled_from(ALL_SCHEMAS))
def test_random_bodies_give_no_other_error(body: bytes, schema: Schema) -> None:
    try:
        decode(b"\xc3\x01" + schema.fingerprint + body, REGISTRY)
    except Undecodable as refused:
        assert refused.reason_code  # noqa: PT017 - most bodies are refused, but not all.


@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(MESSAGE) - 1), st.integers(0, 255)), min_size=1, max_size=8
    ),
    cut=st.integers(0, 3),
    more=st.binary(max_size=3),
)
def test_mutated_messages_give_no_other_error(
    edits: list[tuple[int, int]], cut: int, more: bytes
) -> None:
    message = bytearray(MESSAGE)
    for position, byte in edits:
        message[position] = byte
    try:
        decode(bytes(message[: len(message) - cut]) + more, REGISTRY)
    except Undecodable as refused:
        assert refused.reason_code  # noqa: PT017 - some mutations are still messages.


def test_a_datum_that_does_not_fit_is_refused_without_its_values() -> None:
    changes: list[dict[str, Any]] = [
        {"kind": "Alex"},
        {"kind": None},
        {"station": 7},
        {"event": {}},
    ]
    for change in changes:
        with pytest.raises(Unencodable, match=r"does not fit custody-incident\.v1") as refused:
            encode(INCIDENT, {**DATUM, **change})
        assert "Alex" not in str(refused.value)
