"""The fields of a schema, and of the records inside it, each with how sensitive it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SENSITIVITIES = frozenset(
    {"identity", "safeguarding", "health", "criminal", "administrative", "free_text"}
)
"""What a field may reveal. A field is as sensitive as itself and every field around it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema, or of a record inside it.

    ``path`` joins the names with dots and marks lists with ``[]``, as in
    ``event.subject.identifiers[].value``. ``sensitivities`` holds those of every field on the way:
    whoever is shown the field must be allowed all of them.
    """

    path: str
    avro_type: Any
    nullable: bool
    has_default: bool
    doc: str
    sensitivities: frozenset[str]


def named_types(schema: Any) -> dict[str, Any]:
    """Collect the records, enums and fixed types of a schema by their full names."""
    named: dict[str, Any] = {}
    _collect_named(schema, "", named)
    return named


def _collect_named(schema: Any, namespace: str, named: dict[str, Any]) -> None:
    if isinstance(schema, list):
        for branch in schema:
            _collect_named(branch, namespace, named)
    elif isinstance(schema, dict):
        if "name" in schema:
            named[full_name(schema["name"], schema.get("namespace", namespace))] = schema
        for field in schema.get("fields", ()):
            _collect_named(field["type"], schema.get("namespace", namespace), named)
        _collect_named(schema.get("items"), namespace, named)


def full_name(name: str, namespace: str) -> str:
    """Write out a name met inside a namespace as Avro's full name."""
    return name if "." in name or not namespace else f"{namespace}.{name}"


def fields_of(source: Mapping[str, Any]) -> Iterator[Field]:
    """All fields of a record, each before those inside it."""
    yield from _fields_of(source, "", frozenset(), named_types(source))


def _fields_of(
    record: Any, prefix: str, above: frozenset[str], named: Mapping[str, Any]
) -> Iterator[Field]:
    for field in record["fields"]:
        branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
        path = f"{prefix}{field['name']}"
        sensitivities = above | {field.get("sensitivity", "")}
        yield Field(
            path,
            field["type"],
            "null" in branches,
            "default" in field,
            field.get("doc", ""),
            sensitivities,
        )
        for branch in branches:
            inner, inner_path = branch, path
            if isinstance(inner, dict) and inner.get("type") == "array":
                inner, inner_path = inner["items"], f"{path}[]"
            inner = named.get(inner, inner) if isinstance(inner, str) else inner
            if isinstance(inner, dict) and inner.get("type") == "record":
                yield from _fields_of(inner, f"{inner_path}.", sensitivities, named)
