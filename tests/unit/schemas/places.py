"""The fields of an event in plain form, nested ones too, each with what it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import findall
from typing import Any

from schemas.plain import MOMENT
from schemas.registry import Schema
from schemas.schema_fields import named_types


@dataclass(frozen=True, slots=True)
class Place:
    """A field, or the last item of a list of two. ``kind`` is Avro's, or its logical type's."""

    path: str
    kind: str
    avro_type: Any
    nullable: bool
    required: bool
    is_item: bool = False

    @property
    def steps(self) -> list[str | int]:
        """The keys and indexes that lead to it."""
        return [int(i) if i else key for key, i in findall(r"([a-z_]+)|\[(\d+)\]", self.path)]


def places(schema: Schema) -> Iterator[Place]:
    """Every field, nested ones too, and an item of every list."""
    named = named_types(schema.source)
    for field in schema.fields():
        path = field.path.replace("[]", "[1]")
        inner = _resolved(field.avro_type, named)
        yield Place(path, _kind(inner), inner, field.nullable, not field.has_default)
        if _kind(inner) == "array":
            item = _resolved(inner["items"], named)
            yield Place(
                f"{path}[1]", _kind(item), item, nullable=False, required=True, is_item=True
            )


def _resolved(avro_type: Any, named: Mapping[str, Any]) -> Any:
    if isinstance(avro_type, list):
        (avro_type,) = (branch for branch in avro_type if branch != "null")
    if isinstance(avro_type, str):
        return named.get(avro_type, {"type": avro_type})
    return avro_type


def _kind(avro_type: Any) -> str:
    if avro_type.get("name") == MOMENT:
        return "moment"
    return str(avro_type.get("logicalType", avro_type["type"]))
