import copy
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
import pytest

from schemas.compatibility import FROZEN_FOLDER, check, freeze, main
from schemas.registry import Registry, load_registry
from schemas.resolution import obstacles

NUMBER = {"name": "number", "type": "int"}
V1: dict[str, Any] = {
    "type": "record",
    "name": "Visit",
    "namespace": "kith.events.v1",
    "doc": "A visit.",
    "fields": [
        NUMBER,
        {"name": "place", "type": "string", "sensitivity": "health"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {
            "name": "kind",
            "type": {"type": "enum", "name": "Kind", "symbols": ["home", "school"]},
        },
        {
            "name": "open_kind",
            "type": {
                "type": "enum",
                "name": "OpenKind",
                "symbols": ["seen", "other"],
                "default": "other",
            },
        },
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "mark", "type": {"type": "fixed", "name": "Mark", "size": 4}},
        {
            "name": "people",
            "type": {
                "type": "array",
                "items": {
                    "type": "record",
                    "name": "Person",
                    "fields": [{"name": "role", "type": "string"}],
                },
            },
        },
    ],
}
OLD_DATUM = {
    "number": 1,
    "place": "x",
    "note": None,
    "kind": "school",
    "open_kind": "seen",
    "at": 5,
    "mark": b"abcd",
    "people": [{"role": "r"}],
}

Change = Callable[[dict[str, Any]], object]


def _field(schema: dict[str, Any], name: str) -> dict[str, Any]:
    return next(field for field in schema["fields"] if field["name"] == name)


def _v2(change: Change) -> dict[str, Any]:
    schema = copy.deepcopy(V1)
    schema["namespace"] = "kith.events.v2"
    change(schema)
    return schema


def _set(name: str, /, **attributes: Any) -> Change:
    return lambda schema: _field(schema, name).update(attributes)


def _set_type(name: str, /, **attributes: Any) -> Change:
    return lambda schema: _field(schema, name)["type"].update(attributes)


def _not_null(name: str) -> Change:
    def change(schema: dict[str, Any]) -> None:
        field = _field(schema, name)
        field["type"] = "string"
        del field["default"]

    return change


def _add(**field: Any) -> Change:
    return lambda schema: schema["fields"].append(field)


def _remove(name: str) -> Change:
    return lambda schema: schema["fields"].remove(_field(schema, name))


BREAKING: list[tuple[str, Change, dict[str, Any], set[str], set[str]]] = [
    # what, the change, what the datum of v2 has beside, paths that v2 cannot read, that v1 cannot
    ("a field added", _add(name="who", type="string"), {"who": "w"}, {"who"}, set()),
    ("a field removed", _remove("place"), {}, set(), {"place"}),
    ("a field renamed", _set("place", name="site"), {"site": "s"}, {"site"}, {"place"}),
    ("a type changed", _set("number", type="string"), {"number": "n"}, {"number"}, {"number"}),
    ("a type widened", _set("number", type="long"), {"number": 2**40}, set(), {"number"}),
    ("null no longer allowed", _not_null("note"), {"note": "n"}, {"note"}, set()),
    ("null newly allowed", _set("place", type=["null", "string"], default=None),
     {"place": None}, set(), {"place"}),
    ("a symbol added", _set_type("kind", symbols=["home", "school", "street"]),
     {"kind": "street"}, set(), {"kind"}),
    ("a symbol removed", _set_type("kind", symbols=["home"]), {"kind": "home"}, {"kind"}, set()),
    ("a fixed size changed", _set_type("mark", size=5), {"mark": b"abcde"}, {"mark"}, {"mark"}),
    ("an element changed", lambda s: _field(s, "people")["type"]["items"]["fields"].append(
        {"name": "since", "type": "int"}), {"people": [{"role": "r", "since": 1}]},
     {"people[].since"}, set()),
    ("a record renamed", lambda s: s.update(name="Meeting"), {}, {""}, {""}),
    ("a list made single", _set("people", type="string"), {"people": "p"}, {"people"}, {"people"}),
]  # fmt: skip

HARMLESS: list[tuple[str, Change]] = [
    ("a field with a default", _add(name="who", type=["null", "string"], default=None)),
    ("a field with a default removed", _remove("note")),
    ("other words", lambda schema: schema.update(doc="Someone visits.")),
    ("another order", lambda schema: schema["fields"].reverse()),
    (
        "a symbol where readers have a default",
        _set_type("open_kind", symbols=["seen", "other", "x"]),
    ),
]


def _parsed(schema: dict[str, Any]) -> Any:
    return fastavro.parse_schema(copy.deepcopy(schema))


def _fastavro_reads(writer: dict[str, Any], reader: dict[str, Any], datum: Any) -> bool:
    """Write with one, read with the other, as Avro's own implementation does."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, _parsed(writer), datum)
    out.seek(0)
    try:
        fastavro.schemaless_reader(out, _parsed(writer), _parsed(reader))
    except Exception:  # noqa: BLE001 - whatever it raises, it could not read.
        return False
    return True


def _source(schema: dict[str, Any]) -> Any:
    return fastavro.parse_schema(copy.deepcopy(schema), _write_hint=False)


@pytest.mark.parametrize(
    ("change", "beside", "backward", "forward"),
    [case[1:] for case in BREAKING],
    ids=[case[0] for case in BREAKING],
)
def test_finds_each_breaking_change_where_avro_itself_does(
    change: Change, beside: dict[str, Any], backward: set[str], forward: set[str]
) -> None:
    v2 = _v2(change)
    assert {o.path for o in obstacles(_source(V1), _source(v2))} == backward
    assert {o.path for o in obstacles(_source(v2), _source(V1))} == forward
    new_datum = {**OLD_DATUM, **beside}
    assert _fastavro_reads(V1, v2, OLD_DATUM) == (not backward)
    assert _fastavro_reads(v2, V1, new_datum) == (not forward)


@pytest.mark.parametrize("change", [case[1] for case in HARMLESS], ids=[c[0] for c in HARMLESS])
def test_lets_harmless_changes_pass(change: Change) -> None:
    v2 = _v2(change)
    assert obstacles(_source(V1), _source(v2)) == []
    assert obstacles(_source(v2), _source(V1)) == []
    assert _fastavro_reads(V1, v2, OLD_DATUM)


def test_another_meaning_of_the_same_bytes_is_a_break_that_avro_lets_pass() -> None:
    v2 = _v2(_set_type("at", logicalType="timestamp-millis"))
    (obstacle,) = obstacles(_source(V1), _source(v2))
    assert obstacle.path == "at"
    assert "timestamp-micros" in obstacle.reason
    assert _fastavro_reads(V1, v2, OLD_DATUM)


def _write(folder: Path, *versions: dict[str, Any]) -> Registry:
    for number, schema in enumerate(versions, start=1):
        path = folder / "events" / "visit" / f"v{number}.avsc"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(schema))
    return load_registry(folder)


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    folder = tmp_path / "frozen"
    assert freeze(_write(tmp_path / "avro", V1), folder) == ["kith.events.v1.Visit"]
    return folder


def test_a_released_schema_is_as_it_was_and_may_get_better_words(
    tmp_path: Path, frozen: Path
) -> None:
    assert check(load_registry(tmp_path / "avro"), frozen) == []
    reworded = copy.deepcopy(V1) | {"doc": "Somebody visits."}
    assert check(_write(tmp_path / "avro", reworded), frozen) == []


RELEASED: list[tuple[Change, str, str]] = [
    (_set("place", sensitivity="administrative"), "place", "sensitivity changed"),
    (_set("place", name="site"), "place", "the field is gone"),
    (_add(name="who", type=["null", "string"], default=None), "who", "a field was added"),
    (_set("number", type="long"), "number", "the type changed"),
    (_set_type("kind", symbols=["home", "school", "x"]), "kind", "symbols changed"),
    (_set_type("at", logicalType="timestamp-millis"), "at", "logicalType changed"),
    (_set_type("open_kind", default="seen"), "open_kind", "default changed"),
    (lambda s: _field(s, "note").pop("default"), "note", "default changed"),
    (lambda s: _field(s, "people")["type"]["items"]["fields"].clear(), "people[].role",
     "the field is gone"),
    (lambda s: s["fields"].reverse(), "", "the fields are in another order"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "path", "problem"), RELEASED, ids=[c[2] for c in RELEASED])
def test_names_the_field_that_changed_in_a_released_schema(
    tmp_path: Path, frozen: Path, change: Change, path: str, problem: str
) -> None:
    changed = copy.deepcopy(V1)
    change(changed)
    breaches = check(_write(tmp_path / "avro", changed), frozen)
    assert (path, f"{problem} in a released schema") in [(b.path, b.problem) for b in breaches]
    assert {b.schema for b in breaches} == {"kith.events.v1.Visit"}


def test_a_new_version_must_read_the_old_and_be_read_by_it(tmp_path: Path, frozen: Path) -> None:
    registry = _write(tmp_path / "avro", V1, _v2(_add(name="who", type="string")))
    freeze(registry, frozen)
    (breach,) = check(registry, frozen)
    assert breach.path == "who"
    assert "visit.v2 cannot read older messages" in breach.problem
    registry = _write(tmp_path / "avro", V1, _v2(_remove("place")))
    breaches = [b for b in check(registry, frozen) if "released" not in b.problem]
    assert [b.path for b in breaches] == ["place"]
    assert "readers of visit.v1 would fail" in breaches[0].problem


def test_what_was_released_does_not_go_and_what_is_new_is_frozen(
    tmp_path: Path, frozen: Path
) -> None:
    other = copy.deepcopy(V1) | {"name": "Call"}
    path = tmp_path / "avro" / "events" / "visit" / "v1.avsc"
    path.write_text(json.dumps(other))
    problems = {b.schema: b.problem for b in check(load_registry(tmp_path / "avro"), frozen)}
    assert problems == {
        "kith.events.v1.Call": "is not frozen yet",
        "kith.events.v1.Visit": "was released and is gone",
    }


def test_an_edited_frozen_copy_is_found_and_freezing_repairs_nothing(
    tmp_path: Path, frozen: Path
) -> None:
    copy_of_v1 = frozen / "kith.events.v1.Visit.json"
    copy_of_v1.write_text(copy_of_v1.read_text().replace("health", "identity"))
    registry = load_registry(tmp_path / "avro")
    assert freeze(registry, frozen) == []
    (breach,) = check(registry, frozen)
    assert breach.problem.startswith("its frozen copy")


def test_a_breach_says_who_reads_what_it_breaks(tmp_path: Path) -> None:
    """Fails without: consumers_of in _against_frozen, in _between_versions and for what is gone."""
    incident = load_registry().event("custody-incident")
    frozen = tmp_path / "frozen"
    (tmp_path / "avro" / "events" / "custody-incident").mkdir(parents=True)
    v1 = tmp_path / "avro" / "events" / "custody-incident" / "v1.avsc"
    first = {**incident.source, "namespace": "kith.events.v1", "name": "CustodyIncident"}
    v1.write_text(json.dumps(first))
    freeze(load_registry(tmp_path / "avro"), frozen)

    changed = copy.deepcopy(first)
    _field(changed, "station")["name"] = "place"
    v1.write_text(json.dumps(changed))
    gone, *_ = check(load_registry(tmp_path / "avro"), frozen)
    assert (gone.path, gone.problem) == ("station", "the field is gone in a released schema")
    assert str(gone).endswith(f"read by: {'; '.join(gone.consumers)}")
    assert "rule custody-ligature" in gone.consumers
    assert "hub-timeline on agency.{agency}.events" in gone.consumers

    v1.write_text(json.dumps(first))
    second = {**changed, "namespace": "kith.events.v2"}
    v1.with_name("v2.avsc").write_text(json.dumps(second))
    registry = load_registry(tmp_path / "avro")
    freeze(registry, frozen)
    between = check(registry, frozen)
    assert {each.path for each in between} == {"station", "place"}
    assert all(each.consumers == gone.consumers for each in between)

    v1.unlink()
    (only,) = check(load_registry(tmp_path / "avro"), frozen)
    assert (only.problem, only.consumers) == ("was released and is gone", gone.consumers)


def test_all_that_was_released_is_frozen_and_nothing_else() -> None:
    released = {path.stem for path in FROZEN_FOLDER.glob("*.json")}
    assert released == {each.name for each in load_registry()}


def test_the_contract_itself_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert FROZEN_FOLDER.is_dir()
    assert main([]) == 0, capsys.readouterr().out
