"""The catalogue: every kind of event as a person reads it, from the schemas alone."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from schemas.registry import Registry, Schema
from schemas.schema_fields import named_types

HEADER = "event"
# What the hub says to itself, and no agency does.
OWN = frozenset({"canary"})
# Shapes that have a short way to be written in plain form, and need no fields of their own.
_SHORT = {"kith.common.v1.Moment": "time", "kith.common.v1.Code": "code"}
_PRIMITIVES = {
    "string": "text",
    "boolean": "true or false",
    "int": "whole number",
    "long": "whole number",
    "double": "number",
    "uuid": "UUID",
    "date": "day",
    "timestamp-micros": "instant",
}


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """One field. ``path`` marks lists with ``[]``; ``shape`` says in words what goes in.

    ``symbols`` are the values that it may have, where those are listed; ``meaning`` is what the
    schema says of them. ``source`` is the standard or law that the field comes from.
    """

    path: str
    shape: str
    required: bool
    sensitivity: str
    doc: str
    symbols: tuple[str, ...] = ()
    meaning: str = ""
    source: str = ""


@dataclass(frozen=True)
class EventEntry:
    """One kind of event: its schema, and its own fields without the header."""

    schema: Schema

    @cached_property
    def fields(self) -> tuple[FieldEntry, ...]:
        """The event's own fields, each before those inside it."""
        return tuple(
            each
            for each in fields_of(self.schema)
            if each.path != HEADER and not each.path.startswith(f"{HEADER}.")
        )

    @property
    def sensitivities(self) -> Counter[str]:
        """How many of its own fields there are of each sensitivity."""
        return Counter(each.sensitivity for each in self.fields)


def catalogue(registry: Registry) -> list[EventEntry]:
    """Every kind of event that agencies say, the newest version of each, by name."""
    newest = {s.type: s for s in registry.family("events") if s.type not in OWN}
    return [EventEntry(newest[name]) for name in sorted(newest)]


def header_fields(registry: Registry) -> list[FieldEntry]:
    """The fields of the header, which every event begins with."""
    first = registry.family("events")[0]
    return [each for each in fields_of(first) if each.path.startswith(f"{HEADER}.")]


def fields_of(schema: Schema) -> Iterator[FieldEntry]:
    """Every field of a schema, flat, each before those inside it."""
    yield from _fields(schema.source, "", named_types(schema.source))


def _fields(record: Any, prefix: str, named: Mapping[str, Any]) -> Iterator[FieldEntry]:
    for field in record["fields"]:
        path = f"{prefix}{field['name']}"
        inner, many = _inner(field["type"], named)
        shape = _shape(inner)
        yield FieldEntry(
            path=path,
            shape=f"list of {shape}" if many else shape,
            required="default" not in field,
            sensitivity=field["sensitivity"],
            doc=field["doc"],
            symbols=tuple(inner["symbols"]) if _is(inner, "enum") else (),
            meaning=inner.get("doc", "") if _is(inner, "enum") else "",
            source=field.get("source", ""),
        )
        if _is(inner, "record") and inner["name"] not in _SHORT:
            yield from _fields(inner, f"{path}[]." if many else f"{path}.", named)


def _inner(avro_type: Any, named: Mapping[str, Any]) -> tuple[Any, bool]:
    """What a field holds besides null, and whether it is a list of it."""
    many = False
    while True:
        if isinstance(avro_type, list):
            avro_type = next(branch for branch in avro_type if branch != "null")
        elif isinstance(avro_type, str) and avro_type in named:
            avro_type = named[avro_type]
        elif _is(avro_type, "array"):
            avro_type, many = avro_type["items"], True
        else:
            return avro_type, many


def _is(avro_type: Any, kind: str) -> bool:
    return isinstance(avro_type, dict) and avro_type["type"] == kind


def _shape(inner: Any) -> str:
    if _is(inner, "enum"):
        return "one of"
    if _is(inner, "record"):
        return _SHORT.get(inner["name"], "record")
    name = str(inner.get("logicalType", inner["type"]) if isinstance(inner, dict) else inner)
    return _PRIMITIVES.get(name, name)
