"""What each schema file of the contract must have, as a check that its own test can feed faults."""

from collections.abc import Iterator
from typing import Any

from schemas.schema_fields import SENSITIVITIES

_KNOWN = {
    "record": {"type", "name", "namespace", "doc", "fields"},
    "enum": {"type", "name", "namespace", "doc", "symbols", "default"},
    "fixed": {"type", "name", "namespace", "doc", "size"},
    "array": {"type", "items"},
    "field": {"name", "type", "sensitivity", "doc", "source", "default"},
}
_PRIMITIVE = {"type", "logicalType"}


def faults(schema: Any, place: str) -> Iterator[str]:
    """Each missing doc or sensitivity, unknown sensitivity, unknown attribute, odd union."""
    if isinstance(schema, list):
        if [branch for branch in schema if branch == "null"] != ["null"] or len(schema) != 2:
            yield f"{place}: a union here is null and one other type"
        for branch in schema:
            yield from faults(branch, place)
    elif isinstance(schema, dict):
        kind = schema.get("type", "")
        for attribute in schema.keys() - _KNOWN.get(kind, _PRIMITIVE):
            yield f"{place}: unknown attribute {attribute}"
        if kind in ("record", "enum", "fixed") and not _prose(schema.get("doc")):
            yield f"{place}: no doc"
        if kind == "enum" and schema.get("default", schema["symbols"][0]) not in schema["symbols"]:
            yield f"{place}: the default is no symbol"
        for field in schema.get("fields", ()):
            yield from _field_faults(field, f"{place}.{field['name']}")
        yield from faults(schema.get("items"), f"{place}[]")


def _field_faults(field: dict[str, Any], place: str) -> Iterator[str]:
    for attribute in field.keys() - _KNOWN["field"]:
        yield f"{place}: unknown attribute {attribute}"
    if not _prose(field.get("doc")):
        yield f"{place}: no doc"
    if field.get("sensitivity") not in SENSITIVITIES:
        yield f"{place}: {'unknown' if 'sensitivity' in field else 'no'} sensitivity"
    if isinstance(field["type"], list) and ("default" not in field or field["default"] is not None):
        yield f"{place}: what may be null is null by default"
    yield from faults(field["type"], place)


def _prose(doc: Any) -> bool:
    """Whether it is at least one sentence."""
    return isinstance(doc, str) and " " in doc and doc.rstrip().endswith(".")
