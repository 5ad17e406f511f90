import json
from pathlib import Path
from typing import Any

import pytest
from fastavro.schema import fingerprint

from schemas.registry import SchemaFault, UnknownSchema, load_registry

REGISTRY = load_registry()


def _write(folder: Path, place: str, schema: Any) -> None:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(schema if isinstance(schema, str) else json.dumps(schema))


def _record(name: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "record", "name": name, "namespace": "t.v1", "fields": list(fields)}


def test_finds_a_schema_in_each_way() -> None:
    schema = REGISTRY.event("custody-incident", 1)
    assert schema.versioned_type == "custody-incident.v1"
    assert REGISTRY.record("kith.events.v1.CustodyIncident") is schema
    assert REGISTRY.by_fingerprint(schema.fingerprint) is schema
    assert REGISTRY.record("kith.log.v1.Envelope").family == "log"


def test_says_what_there_is_instead() -> None:
    with pytest.raises(UnknownSchema, match=r"custody-incident\.v9 .* known: custody-incident\.v1"):
        REGISTRY.event("custody-incident", 9)
    with pytest.raises(UnknownSchema, match="see schemas/avro/events"):
        REGISTRY.event("custody-incidents")
    with pytest.raises(UnknownSchema, match="0102030405060708"):
        REGISTRY.by_fingerprint(bytes(range(1, 9)))
    with pytest.raises(UnknownSchema, match="see schemas/avro"):
        REGISTRY.record("kith.events.v1.Nothing")


def test_the_fingerprint_is_that_of_the_specification() -> None:
    """The Avro specification's own example: the fingerprint of the schema "int"."""
    assert bytes.fromhex(fingerprint('"int"', "CRC-64-AVRO")) == bytes.fromhex("8f5c393f1ad57572")


def test_a_change_to_a_common_type_changes_every_fingerprint_that_uses_it(tmp_path: Path) -> None:
    for folder, size in (("a", 4), ("b", 5)):
        common = {"type": "fixed", "name": "Mark", "namespace": "t.v1", "size": size}
        _write(tmp_path / folder, "common/Mark.avsc", common)
        field = {"name": "mark", "type": "t.v1.Mark"}
        _write(tmp_path / folder, "events/thing/v1.avsc", _record("Thing", field))
    a, b = (load_registry(tmp_path / folder).event("thing") for folder in ("a", "b"))
    assert a.fingerprint != b.fingerprint


def test_fields_carry_the_sensitivities_around_them() -> None:
    fields = {field.path: field for field in REGISTRY.event("custody-incident").fields()}
    value = fields["event.subject.identifiers[].value"]
    assert value.sensitivities == {"administrative", "identity"}
    assert fields["means"].nullable
    assert fields["means"].has_default
    assert not fields["kind"].nullable
    assert fields["observation_level"].sensitivities == {"safeguarding"}
    assert "event.correction.note" in fields


@pytest.mark.parametrize(
    ("place", "schema", "message"),
    [
        ("events/thing/v1.avsc", "{", "cannot be read as JSON"),
        ("events/thing/one.avsc", _record("Thing"), r"is called v1\.avsc"),
        ("events/thing/v1.avsc", {"type": "record"}, "not a usable Avro schema"),
        (
            "events/thing/v1.avsc",
            _record("Thing", {"name": "x", "type": "t.v1.Missing"}),
            r"t\.v1\.Missing",
        ),
    ],
)
def test_names_a_file_that_cannot_be_used(
    tmp_path: Path, place: str, schema: Any, message: str
) -> None:
    _write(tmp_path, place, schema)
    with pytest.raises(SchemaFault, match=message) as fault:
        load_registry(tmp_path)
    assert str(tmp_path / place) in str(fault.value)


def test_refuses_an_empty_folder_and_equal_fingerprints(tmp_path: Path) -> None:
    with pytest.raises(SchemaFault, match="holds no schemas"):
        load_registry(tmp_path)
    _write(tmp_path, "events/a/v1.avsc", _record("Same"))
    _write(tmp_path, "events/b/v1.avsc", _record("Same"))
    with pytest.raises(SchemaFault, match="same fingerprint"):
        load_registry(tmp_path)
