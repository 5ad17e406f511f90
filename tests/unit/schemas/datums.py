"""Hypothesis strategies for data of any schema of the contract."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from schemas.registry import Schema, named_types

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone.
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def datums(schema: Schema) -> st.SearchStrategy[Any]:
    """Anything that the schema allows."""
    return _of(schema.source, named_types(schema.source))


def _of(schema: Any, named: dict[str, Any]) -> st.SearchStrategy[Any]:
    if isinstance(schema, list):
        return st.one_of(*(_of(branch, named) for branch in schema))
    if isinstance(schema, str):
        schema = named.get(schema, {"type": schema})
    kind = schema.get("logicalType", schema["type"])
    match kind:
        case "record":
            return st.fixed_dictionaries(
                {field["name"]: _of(field["type"], named) for field in schema["fields"]}
            )
        case "array":
            return st.lists(_of(schema["items"], named), max_size=3)
        case "enum":
            return st.sampled_from(schema["symbols"])
        case "fixed":
            return st.binary(min_size=schema["size"], max_size=schema["size"])
        case _:
            return _PRIMITIVES[kind]


_PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "string": TEXT,
    "bytes": st.binary(max_size=20),
    "boolean": st.booleans(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(allow_nan=False),
    "uuid": st.uuids(),
    "date": st.dates(min_value=date(1900, 1, 1)),
    "timestamp-micros": INSTANTS,
}
