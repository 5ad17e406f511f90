"""Each released schema, in both directions and at each field: what breaks is said, by name."""

from dataclasses import replace
from pathlib import Path

import pytest

from schemas.compatibility import FROZEN_FOLDER, check, freeze
from schemas.consumers import consumers_of
from schemas.registry import Registry, Schema, load_registry
from schemas.resolution import Obstacle, obstacles
from tests.unit.schemas.changes import changes

RELEASED = list(load_registry())
IDS = [f"{schema.family}/{schema.versioned_type}" for schema in RELEASED]
of_each = pytest.mark.parametrize("schema", RELEASED, ids=IDS)


@of_each
def test_what_breaks_is_found_in_either_direction(schema: Schema) -> None:
    now = schema.source
    assert obstacles(now, now) == []
    wrong = [
        f"{change.path} {change.what}"
        for change in changes(now)
        if not _is_found(change.new_reads_old, obstacles(now, change.schema))
        or not _is_found(change.old_reads_new, obstacles(change.schema, now))
    ]
    assert wrong == []


def _is_found(path: str | None, found: list[Obstacle]) -> bool:
    """Whether the field is named, of its type's several uses perhaps; else nothing may be."""
    return path in {each.path for each in found} if path else not found


@of_each
def test_a_change_of_what_was_released_names_field_and_consumers(
    schema: Schema, tmp_path: Path
) -> None:
    """Fails without: consumers_of in _against_frozen; the [] of _changes."""
    freeze(Registry([schema]), tmp_path)
    assert (tmp_path / f"{schema.name}.json").read_bytes() == _frozen(schema).read_bytes()
    consumers = consumers_of(schema.family, schema.type)
    assert consumers
    for change in changes(schema.source, "renamed", "with a symbol more"):
        breaches = check(Registry([replace(schema, source=change.schema)]), tmp_path)
        assert change.path in {each.path for each in breaches}
        for each in breaches:
            assert str(each).startswith(f"{schema.name}: {each.path}: ")
            assert str(each).endswith(f"\n    read by: {'; '.join(consumers)}")


def _frozen(schema: Schema) -> Path:
    return FROZEN_FOLDER / f"{schema.name}.json"


@of_each
def test_a_next_version_that_breaks_names_field_and_consumers(
    schema: Schema, tmp_path: Path
) -> None:
    """Fails without: either loop of _between_versions; consumers_of there."""
    consumers = consumers_of(schema.family, schema.type)
    for change in changes(schema.source, "removed", "renamed"):
        broken = [path for path in (change.new_reads_old, change.old_reads_new) if path]
        if broken:
            name = f"kith.{schema.family}.v99.{schema.name.rpartition('.')[2]}"
            source = {**change.schema, "name": name}
            later = replace(schema, version=99, name=name, fingerprint=bytes(8), source=source)
            registry = Registry([schema, later])
            found = [each for each in check(registry, tmp_path) if "not frozen" not in each.problem]
            assert [(each.schema, each.path) for each in found] == [(name, path) for path in broken]
            assert {each.consumers for each in found} == {consumers}


def test_who_is_on_the_network_because_of_an_event_reads_it() -> None:
    """Fails without: READINGS in consumers."""
    assert "the network: custody (safeguarding/membership)" in consumers_of(
        "events", "custody-release"
    )
    assert not [each for each in consumers_of("events", "weapon") if "network" in each]
