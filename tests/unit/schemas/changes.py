"""Every change of every field of a schema, and which way of reading each of them breaks."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from schemas.schema_fields import named_types


@dataclass(frozen=True, slots=True)
class Change:
    """``path`` is the field, with [] where it is an item's type.

    The two others say at which field reading must break, if it must: ``new_reads_old`` where the
    changed schema is the reader's, ``old_reads_new`` where the released one is.
    """

    what: str
    path: str
    schema: Any
    new_reads_old: str | None
    old_reads_new: str | None


def changes(schema: Any, *kinds: str) -> Iterator[Change]:
    """All of them, or some kinds. A type that is used twice is changed where it is written out."""
    named = named_types(schema)
    for number, (path, holder, place) in enumerate(_fields(schema, "")):
        for what, apply, at, new_reads_old, old_reads_new in _changes(
            holder["fields"][place], path
        ):
            if not kinds or what in kinds:
                changed = copy.deepcopy(schema)
                _, record, index = list(_fields(changed, ""))[number]
                apply(record["fields"], index)
                whole = _whole(changed, named, set())
                yield Change(what, at, whole, new_reads_old, old_reads_new)


Kind = tuple[str, Callable[[Any, int], None], str, str | None, str | None]


def _changes(field: Any, path: str) -> Iterator[Kind]:
    lacks = None if "default" in field else path
    yield "removed", _remove, path, None, lacks
    yield "renamed", _rename, path, lacks and f"{path}_too", lacks
    yield "of another type", _retype, path, path, path
    if isinstance(field["type"], list):
        yield "never null", _never_null, path, path, None
    else:
        yield "null at times", _nullable, path, None, path
    inner, path = _inner(field["type"], path)
    kind = inner.get("type") if isinstance(inner, dict) else None
    if kind == "enum":
        broken = None if "default" in inner else path
        yield "with a symbol more", _more_symbols, path, None, broken
        yield "with a symbol less", _less_symbols, path, broken, None
    if kind == "fixed":
        yield "of another size", _resize, path, path, path
    if kind == "long" and inner.get("logicalType"):
        yield "in milliseconds", _milliseconds, path, path, path


def _fields(schema: Any, path: str) -> Iterator[tuple[str, Any, int]]:
    """The path of each field, the record that holds it, and its place there."""
    inner, path = _inner(schema, path)
    for at, field in enumerate(inner.get("fields", ()) if isinstance(inner, dict) else ()):
        own = f"{path}.{field['name']}" if path else field["name"]
        yield own, inner, at
        yield from _fields(field["type"], own)


def _inner(avro_type: Any, path: str) -> tuple[Any, str]:
    if isinstance(avro_type, list):
        return _inner(next(branch for branch in avro_type if branch != "null"), path)
    if isinstance(avro_type, dict) and avro_type["type"] == "array":
        return _inner(avro_type["items"], f"{path}[]")
    return avro_type, path


def _remove(fields: Any, at: int) -> None:
    del fields[at]


def _rename(fields: Any, at: int) -> None:
    fields[at]["name"] += "_too"


def _retype(fields: Any, at: int) -> None:
    kind = _inner(fields[at]["type"], "")[0]
    fields[at]["type"] = "boolean" if kind != "boolean" else "string"
    fields[at].pop("default", None)


def _nullable(fields: Any, at: int) -> None:
    fields[at] |= {"type": ["null", fields[at]["type"]], "default": None}


def _never_null(fields: Any, at: int) -> None:
    _, fields[at]["type"] = fields[at]["type"]
    del fields[at]["default"]


def _more_symbols(fields: Any, at: int) -> None:
    _inner(fields[at]["type"], "")[0]["symbols"].append("unheard_of")


def _less_symbols(fields: Any, at: int) -> None:
    enum = _inner(fields[at]["type"], "")[0]
    enum["symbols"].remove(next(s for s in enum["symbols"] if s != enum.get("default")))


def _resize(fields: Any, at: int) -> None:
    _inner(fields[at]["type"], "")[0]["size"] += 1


def _milliseconds(fields: Any, at: int) -> None:
    _inner(fields[at]["type"], "")[0]["logicalType"] = "timestamp-millis"


def _whole(avro_type: Any, named: dict[str, Any], known: set[str]) -> Any:
    """Write a type out where it is used first, since the place that did so may be gone."""
    if isinstance(avro_type, list):
        return [_whole(branch, named, known) for branch in avro_type]
    if isinstance(avro_type, str):
        if avro_type not in named or avro_type in known:
            return avro_type
        return _whole(copy.deepcopy(named[avro_type]), named, known)
    if "name" in avro_type:
        known.add(avro_type["name"])
    whole = dict(avro_type)
    if "items" in whole:
        whole["items"] = _whole(whole["items"], named, known)
    if "fields" in whole:
        whole["fields"] = [
            {**field, "type": _whole(field["type"], named, known)} for field in whole["fields"]
        ]
    return whole
