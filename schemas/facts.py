"""Facts of the domain to Avro messages and back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast, get_args
from uuid import UUID

from cattrs import Converter

from safeguarding.facts import Fact
from schemas.codec import Decoded, encode

if TYPE_CHECKING:
    from schemas.registry import Registry, Schema

_TYPES: dict[type, str] = {
    kind: "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__).lstrip("-")
    for kind in get_args(Fact)
}
# The version that is written of each; 1 where nothing is said. All versions are read.
_VERSIONS: dict[str, int] = {"network-joined": 2, "network-left": 2}
_CLASSES: dict[str, type] = {name: kind for kind, name in _TYPES.items()}


class NotAFact(LookupError):
    """The message is one of the contract, but states no fact of the hub."""


def _converter() -> Converter:
    converter = Converter(unstruct_collection_overrides={tuple: list}, detailed_validation=False)
    for kind in (datetime, date, UUID, bytes):
        # fastavro reads and writes these itself.
        converter.register_unstructure_hook(kind, lambda value: value)
        converter.register_structure_hook(kind, lambda value, _: value)
    return converter


CONVERTER = _converter()
"""Domain values to Avro data and back; shared with notifications."""


def fact_type(fact: Fact) -> str:
    """The kebab-case name of the fact, for example ``alert-raised``."""
    return _TYPES[type(fact)]


def fact_schema(fact_type: str, registry: Registry) -> Schema:
    """The schema in which facts of this type are written. Raises UnknownSchema."""
    return registry.fact(fact_type, _VERSIONS.get(fact_type, 1))


def encode_fact(fact: Fact, registry: Registry) -> bytes:
    """The fact as one message in single-object encoding."""
    datum: dict[str, Any] = CONVERTER.unstructure(fact)
    return encode(fact_schema(fact_type(fact), registry), datum)


def fact_from(decoded: Decoded) -> Fact:
    """The fact that a decoded message states. Raises NotAFact."""
    kind = _CLASSES.get(decoded.schema.type)
    if kind is None or decoded.schema.family != "facts":
        raise NotAFact(f"{decoded.schema.versioned_type} is no fact of the hub")
    return cast("Fact", CONVERTER.structure(decoded.datum, kind))
