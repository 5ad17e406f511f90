import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.registry import AVRO_FOLDER, load_registry
from tests.unit.schemas.avro_rules import faults

FILES = sorted(AVRO_FOLDER.rglob("*.avsc"))

EVENT_TYPES = {
    "acknowledgement",
    "canary",
    "custody-detention",
    "custody-incident",
    "custody-release",
    "emergency-attendance",
    "hospital-admission",
    "hospital-discharge",
    "legal-status",
    "missing-found",
    "missing-report",
    "placement-end",
    "placement-start",
    "retraction",
    "review",
    "vulnerable-person-assessment",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(AVRO_FOLDER)))
def test_each_record_and_field_is_explained_and_marked(path: Path) -> None:
    assert list(faults(json.loads(path.read_text()), path.stem)) == []


def test_the_contract_has_these_event_types() -> None:
    registry = load_registry()
    assert {schema.type for schema in registry.family("events")} == EVENT_TYPES


def test_each_event_starts_with_the_header() -> None:
    for schema in load_registry().family("events"):
        assert schema.source["fields"][0]["name"] == "event"
        assert schema.source["fields"][0]["type"]["name"] == "kith.common.v1.EventHeader"


def test_the_record_is_named_after_its_folder() -> None:
    for schema in load_registry():
        assert schema.name.rpartition(".")[2].lower() == schema.type.replace("-", "")
        assert schema.name.rpartition(".")[0] == f"kith.{schema.family}.v{schema.version}"


GOOD = {
    "type": "record",
    "name": "Sample",
    "doc": "A record to break.",
    "fields": [
        {
            "name": "kind",
            "type": {"type": "enum", "name": "Kind", "doc": "What it is.", "symbols": ["a", "b"]},
            "sensitivity": "health",
            "doc": "What it is.",
        },
        {
            "name": "notes",
            "type": {"type": "array", "items": "string"},
            "sensitivity": "free_text",
            "doc": "What was said.",
        },
        {
            "name": "at",
            "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}],
            "sensitivity": "administrative",
            "doc": "When it was.",
            "default": None,
        },
    ],
}


def _without(key: str, *path: Any) -> Callable[[Any], None]:
    def change(schema: Any) -> None:
        for step in path:
            schema = schema[step]
        del schema[key]

    return change


def _with(key: str, value: Any, *path: Any) -> Callable[[Any], None]:
    def change(schema: Any) -> None:
        for step in path:
            schema = schema[step]
        schema[key] = value

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_without("doc"), "Sample: no doc"),
        (_without("doc", "fields", 0), "Sample.kind: no doc"),
        (_with("doc", "?", "fields", 0), "Sample.kind: no doc"),
        (_without("doc", "fields", 0, "type"), "Sample.kind: no doc"),
        (_without("sensitivity", "fields", 1), "Sample.notes: no sensitivity"),
        (_with("sensitivity", "medical", "fields", 0), "Sample.kind: unknown sensitivity"),
        (_with("sensitivty", "health", "fields", 0), "Sample.kind: unknown attribute sensitivty"),
        (_with("docs", "x", "fields", 0, "type"), "Sample.kind: unknown attribute docs"),
        (_with("alias", [], "fields", 1, "type"), "Sample.notes: unknown attribute alias"),
        (_with("logical", "x", "fields", 2, "type", 1), "Sample.at: unknown attribute logical"),
        (_with("aliases", ["X"]), "Sample: unknown attribute aliases"),
        (_with("default", "c", "fields", 0, "type"), "Sample.kind: the default is no symbol"),
        (_without("default", "fields", 2), "Sample.at: what may be null is null by default"),
        (
            _with("type", ["null", "string", "long"], "fields", 2),
            "Sample.at: a union here is null and one other type",
        ),
    ],
)
def test_the_check_finds_each_fault(change: Callable[[Any], None], fault: str) -> None:
    schema = copy.deepcopy(GOOD)
    assert list(faults(schema, "Sample")) == []
    change(schema)
    assert list(faults(schema, "Sample")) == [fault]
