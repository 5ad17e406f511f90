import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from producers.preparing import InvalidEvent, Preparer, event_id_for, partition_for
from schemas.codec import MAX_EVENT_BYTES, decode
from schemas.registry import Registry, Schema, load_registry
from tests.unit.schemas.events import incident, incident_with

REGISTRY = load_registry()
SECRET = b"secret of 16 or more bytes"
POLICE = Preparer("police", SECRET)


RFC_3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"


class AlwaysSeven:
    """A schema registry that has everything under one id, or nothing."""

    def __init__(self, number: int | None = 7) -> None:
        self.number = number

    def schema_of(self, schema_id: int) -> Schema:
        raise AssertionError(f"nobody reads here: {schema_id}")

    def id_of(self, _: Schema) -> int | None:
        return self.number


def _without(*keys: str) -> dict[str, Any]:
    plain = incident()
    for key in keys:
        del plain["event"][key]
    return plain


def _identified(*identifiers: tuple[str, str]) -> dict[str, Any]:
    listed = [{"scheme": scheme, "value": value} for scheme, value in identifiers]
    return incident_with(subject={"identifiers": listed})


def test_fills_in_what_the_library_knows() -> None:
    prepared = POLICE.prepare(_without("event_id", "agency", "version"))
    header = decode(prepared.message, REGISTRY).datum["event"]
    assert header["agency"] == "police"
    assert header["version"] == prepared.version == 1
    assert header["event_id"] == prepared.event_id == event_id_for("police", "CR/7", 1)
    assert header["recorded_at"] is None


def test_leaves_the_callers_event_as_it_is() -> None:
    plain = _without("event_id", "agency", "version")
    before = repr(plain)
    POLICE.prepare(plain)
    assert repr(plain) == before


def test_the_same_statement_has_the_same_id_and_another_has_another() -> None:
    ids = {
        event_id_for("police", "CR/7", 1),
        event_id_for("police", "CR/7", 2),
        event_id_for("police", "CR/71", 1),
        event_id_for("camhs", "CR/7", 1),
    }
    assert len(ids) == 4
    # Written down, since a new formula would make every event that is sent again a new one.
    assert event_id_for("police", "CR/7", 1) == UUID("1d383440-7c1b-5b48-aae0-e92c4f2c6cb9")


def test_refuses_with_every_error_by_path_and_no_value() -> None:
    plain = incident(kind="Alex Sample", station=7)
    with pytest.raises(InvalidEvent) as refused:
        POLICE.prepare(plain)
    assert {error.path for error in refused.value.errors} == {"kind", "station"}
    assert "Alex" not in str(refused.value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("event.reference", 7),
        ("event.reference", "half a character: \ud800"),
        ("event.version", "2"),
        ("event.version", 10**5_000),
    ],
    ids=["a number", "no text", "text", "thousands of digits"],
)
def test_what_no_id_can_be_made_of_is_refused_alone(path: str, value: Any) -> None:
    """Fails without: suppress in _event_id, where what it raised quoted the reference."""
    plain = _without("event_id")
    plain["event"][path.removeprefix("event.")] = value
    with pytest.raises(InvalidEvent) as refused:
        POLICE.prepare(plain)
    assert [error.path for error in refused.value.errors] == [path]


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        (incident_with(agency="camhs"), "event.agency"),
        (incident_with(version="2"), "event.version"),
        (_without("reference", "event_id"), "event.reference"),
        (incident(event="x"), "event"),
        ({"type": "custody-incident"}, "event"),
        ([], ""),
        (None, ""),
    ],
)
def test_refuses_what_the_hub_would(plain: Any, path: str) -> None:
    with pytest.raises(InvalidEvent) as refused:
        POLICE.prepare(plain)
    assert path in [error.path for error in refused.value.errors]


def test_a_failing_identifier_is_a_warning_and_no_refusal() -> None:
    prepared = POLICE.prepare(_identified(("nhs-number", "9991234005")))
    (warning,) = prepared.warnings
    assert warning.path == "event.subject.identifiers[0].value"
    assert "9991234005" not in str(warning)


def test_refuses_more_than_a_million_bytes_and_says_so() -> None:
    room = MAX_EVENT_BYTES - len(POLICE.prepare(incident(action_taken="")).message) - 2
    assert len(POLICE.prepare(incident(action_taken="x" * room)).message) == MAX_EVENT_BYTES
    says = r"action_taken is the longest .* has 1,000,001 bytes where at most 1,000,000"
    with pytest.raises(InvalidEvent, match=says):
        POLICE.prepare(incident(action_taken="x" * (room + 1)))


def test_cloud_events_headers() -> None:
    headers = dict(POLICE.prepare(incident()).headers)
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"0b0e7b0e-3c0a-5f0e-9d53-2f6d1c1f3a10",
        "ce_source": b"urn:kith:agency:police",
        "ce_type": b"custody-incident.v1",
        "ce_time": b"2024-07-03T01:40:00Z",
        "content-type": b"application/avro",
    }


@pytest.mark.parametrize("registry", [REGISTRY, REGISTRY.with_ids(AlwaysSeven())], ids=["-", "id"])
def test_headers_are_a_cloud_event_in_the_kafka_bindings_binary_mode(registry: Registry) -> None:
    """By cloudevents/bindings/kafka-protocol-binding.md, 3.2, and spec.md, "Context Attributes"."""
    prepared = Preparer("police", SECRET, registry).prepare(incident())
    headers = {name: value.decode("utf-8") for name, value in prepared.headers}
    assert len(headers) == len(prepared.headers)
    content_type = headers.pop("content-type")
    # Any of application/cloudevents would say that the attributes stand in the value.
    assert content_type == "application/avro"
    attributes = {name.removeprefix("ce_"): value for name, value in headers.items()}
    assert all(name.startswith("ce_") for name in headers)
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in attributes)
    assert all(attributes.values())
    assert attributes.keys() >= {"specversion", "id", "source", "type"}
    assert attributes["specversion"] == "1.0"
    assert urlsplit(attributes["source"]).scheme == "urn"
    assert re.fullmatch(RFC_3339, attributes["time"])
    # The record's key is nobody's attribute, and so must not be made into one.
    assert attributes.keys().isdisjoint({"datacontenttype", "data", "partitionkey", "subject"})
    assert prepared.message[:1] == (b"\0" if registry.ids else b"\xc3")


def test_without_the_registrys_id_an_event_goes_out_as_a_single_object() -> None:
    """Fails without: the None of id_of in _framed."""
    away = Preparer("police", SECRET, REGISTRY.with_ids(AlwaysSeven(None))).prepare(incident())
    assert away.message == POLICE.prepare(incident()).message
    framed = Preparer("police", SECRET, REGISTRY.with_ids(AlwaysSeven())).prepare(incident())
    assert framed.message == b"\0\0\0\0\7" + away.message[10:]
    assert (framed.key, framed.headers) == (away.key, away.headers)


def test_scenario_time_is_a_header_of_its_own() -> None:
    at = datetime(2021, 10, 9, 1, 40, tzinfo=UTC)
    headers = dict(POLICE.prepare(incident(), at).headers)
    assert headers["kith-scenario-time"] == b"2021-10-09T01:40:00Z"
    assert "kith-scenario-time" not in dict(POLICE.prepare(incident()).headers)


def test_one_child_has_one_key_however_the_number_is_written() -> None:
    key = POLICE.prepare(_identified(("nhs-number", "9991234004"))).key
    assert len(key) == 16
    assert POLICE.prepare(_identified(("nhs-number", "999 123 4004"))).key == key
    assert POLICE.prepare(_identified(("nhs-number", "9991234004"), ("local", "x"))).key == key
    others = [
        POLICE.prepare(_identified(("nhs-number", "9991234012"))).key,
        POLICE.prepare(_identified(("local", "9991234004"))).key,
        Preparer("police", b"another secret of sixteen").prepare(incident()).key,
    ]
    assert len({key, *others}) == 4


def test_an_event_about_no_child_has_a_key_all_the_same() -> None:
    plain = incident_with(version=2, subject={})
    plain = {"type": "retraction", "event": plain["event"], "reason": "other"}
    assert len(POLICE.prepare(plain).key) == 16


def test_nothing_of_the_child_is_in_key_headers_or_text() -> None:
    plain = _identified(("nhs-number", "9991234004"))
    plain["event"]["subject"] |= {"name": "Alex Sample", "born": "2006-04-30"}
    prepared = POLICE.prepare(plain)
    clear = repr(prepared) + repr(prepared.key) + repr(prepared.headers)
    for marker in ("9991234004", "Alex", "2006-04-30", "Northgate"):
        assert marker.encode() in prepared.message or marker == "2006-04-30"
        assert marker not in clear


def test_the_partition_follows_from_the_key() -> None:
    assert partition_for(bytes([0, 0, 0, 7]) + bytes(12), 4) == 3
    assert partition_for(b"\xff" * 16, 1) == 0
    assert {partition_for(bytes([0, 0, 1, n]), 4) for n in range(8)} == {0, 1, 2, 3}


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Preparer("police", b"short")
