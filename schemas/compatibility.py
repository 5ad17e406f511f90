"""Keeps released schemas as they are, and versions of one type readable by each other.

``python -m schemas.compatibility`` is run by CI. ``schemas/frozen`` holds a copy of each released
schema, written out and without its prose, beside its fingerprint and SHA-256. A released schema
may get better words, and nothing else: whoever holds an old message must read it tomorrow. What
must change becomes ``v2.avsc`` beside ``v1.avsc``, which must read it and be read by it.

``python -m schemas.compatibility --freeze`` freezes what is new.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.consumers import consumers_of
from schemas.registry import Registry, Schema, load_registry
from schemas.resolution import obstacles

FROZEN_FOLDER = Path(__file__).parent / "frozen"
PROSE = frozenset({"doc", "source"})

NEXT_VERSION = "put it back, and make the change in the next version beside it"


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which the contract would be broken: which schema, which field, what breaks.

    ``consumers`` are those who read it, and whose reading would break.
    """

    schema: str
    path: str
    problem: str
    remedy: str
    consumers: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.schema}: {self.path}" if self.path else self.schema
        who = f"\n    read by: {'; '.join(self.consumers)}" if self.consumers else ""
        return f"{place}: {self.problem}: {self.remedy}{who}"


def check(registry: Registry, frozen_folder: Path = FROZEN_FOLDER) -> list[Breach]:
    """List every breach: released schemas that changed or are gone, versions that clash."""
    breaches: list[Breach] = []
    frozen = {path.stem: path for path in sorted(frozen_folder.glob("*.json"))}
    for schema in registry:
        path = frozen.pop(schema.name, None)
        if path is None:
            remedy = "run python -m schemas.compatibility --freeze and commit what it writes"
            breaches.append(Breach(schema.name, "", "is not frozen yet", remedy))
        else:
            breaches += _against_frozen(schema, path)
    for name, path in frozen.items():
        family, _, versioned_type = str(_read(path).get("type", "")).partition("/")
        who = consumers_of(family, versioned_type.rpartition(".v")[0])
        breaches.append(Breach(name, "", "was released and is gone", "put its file back", who))
    breaches += _between_versions(registry)
    return breaches


def freeze(registry: Registry, frozen_folder: Path = FROZEN_FOLDER) -> list[str]:
    """Write down each schema that is not frozen yet; never touches one that is. Names them."""
    frozen_folder.mkdir(exist_ok=True)
    new = []
    for schema in registry:
        path = frozen_folder / f"{schema.name}.json"
        if not path.exists():
            path.write_text(json.dumps(_frozen_form(schema), indent=1) + "\n", encoding="utf-8")
            new.append(schema.name)
    return new


def without_prose(schema: Any) -> Any:
    """Drop what may be reworded after release."""
    if isinstance(schema, Mapping):
        return {k: without_prose(v) for k, v in sorted(schema.items()) if k not in PROSE}
    if isinstance(schema, list):
        return [without_prose(inner) for inner in schema]
    return schema


def _frozen_form(schema: Schema) -> dict[str, Any]:
    bare = without_prose(schema.source)
    return {
        "name": schema.name,
        "type": f"{schema.family}/{schema.versioned_type}",
        "fingerprint": schema.fingerprint.hex(),
        "sha256": _sha256(bare),
        "schema": bare,
    }


def _sha256(bare: Any) -> str:
    written = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _against_frozen(schema: Schema, path: Path) -> Iterator[Breach]:
    frozen = _read(path)
    if _sha256(frozen["schema"]) != frozen["sha256"]:
        yield Breach(schema.name, "", f"its frozen copy {path.name} was edited", "put it back")
        return
    now = _frozen_form(schema)
    if now == frozen:
        return
    found = list(_changes(frozen["schema"], now["schema"], ""))
    who = consumers_of(schema.family, schema.type)
    for where, what in found:
        yield Breach(schema.name, where, f"{what} in a released schema", NEXT_VERSION, who)
    if not found:
        yield Breach(schema.name, "", "its place or fingerprint changed", NEXT_VERSION, who)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _changes(old: Any, new: Any, path: str) -> Iterator[tuple[str, str]]:
    """Walk both schemas and name each place at which they differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if key == "fields":
                yield from _field_changes(old.get(key, []), new.get(key, []), path)
            elif key in ("type", "items"):
                inner = f"{path}[]" if key == "items" else path
                yield from _changes(old.get(key), new.get(key), inner)
            elif old.get(key) != new.get(key) or (key in old) != (key in new):
                yield path, f"{key} changed"
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for old_branch, new_branch in zip(old, new, strict=True):
            yield from _changes(old_branch, new_branch, path)
    elif old != new:
        yield path, "the type changed"


def _field_changes(old: list[Any], new: list[Any], path: str) -> Iterator[tuple[str, str]]:
    before, after = ({field["name"]: field for field in fields} for fields in (old, new))
    for name in [*before, *(name for name in after if name not in before)]:
        inner = f"{path}.{name}" if path else name
        if name not in after:
            yield inner, "the field is gone"
        elif name not in before:
            yield inner, "a field was added"
        else:
            yield from _changes(before[name], after[name], inner)
    if list(before) != list(after) and before.keys() == after.keys():
        yield path, "the fields are in another order"


def _between_versions(registry: Registry) -> Iterator[Breach]:
    schemas = list(registry)
    for older in schemas:
        for newer in schemas:
            same_type = (newer.family, newer.type) == (older.family, older.type)
            if same_type and newer.version > older.version:
                who = consumers_of(newer.family, newer.type)
                for found in obstacles(older.source, newer.source):
                    problem = f"{found.reason}: {newer.versioned_type} cannot read older messages"
                    remedy = "give new fields defaults and keep what old messages may hold"
                    yield Breach(newer.name, found.path, problem, remedy, who)
                for found in obstacles(newer.source, older.source):
                    problem = f"{found.reason}: readers of {older.versioned_type} would fail"
                    remedy = "keep the field as it was, or make it a new type"
                    yield Breach(newer.name, found.path, problem, remedy, who)


def main(arguments: list[str] | None = None) -> int:
    """Check, or freeze first; 0 when the contract holds."""
    parser = argparse.ArgumentParser(prog="python -m schemas.compatibility", description=__doc__)
    parser.add_argument("--freeze", action="store_true", help="freeze schemas that are new")
    options = parser.parse_args(arguments)
    registry = load_registry()
    if options.freeze:
        for name in freeze(registry):
            sys.stdout.write(f"frozen: {name}\n")
    breaches = check(registry)
    for breach in breaches:
        sys.stdout.write(f"{breach}\n")
    if not breaches:
        sys.stdout.write(f"{len(list(registry))} schemas are as released\n")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
