"""Data of any schema of the contract: drawn by Hypothesis, or one sample that fills every field.

Neither fastavro's ``generate_one`` nor a library would do: the one draws without Hypothesis, so
that a failing example is not made smaller, and Hypothesis strategies are to be had for JSON Schema
alone, which knows no logical types.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

from hypothesis import strategies as st

from schemas.registry import Schema
from schemas.schema_fields import named_types

T = TypeVar("T")
Drawn = st.SearchStrategy[Any]

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone.
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def datums(schema: Schema) -> Drawn:
    """Anything that the schema allows."""
    return _made(schema.source, named_types(schema.source), _Drawing())


def sample(schema: Schema) -> dict[str, Any]:
    """One datum with nothing left out, two items in each list, and no value twice.

    Its texts begin with a name that must be seen in no log and no error.
    """
    datum: dict[str, Any] = _made(schema.source, named_types(schema.source), _Marking())
    return datum


class _Making(Protocol[T]):
    """What is made of each part of a schema, from the inside out."""

    def record(self, fields: dict[str, T]) -> T: ...

    def several(self, item: Callable[[], T]) -> T: ...

    def perhaps(self, inner: T) -> T: ...

    def leaf(self, kind: str, avro_type: Any) -> T: ...


def _made(avro_type: Any, named: dict[str, Any], making: _Making[T]) -> T:
    if isinstance(avro_type, list):
        (inner,) = (branch for branch in avro_type if branch != "null")
        return making.perhaps(_made(inner, named, making))
    if isinstance(avro_type, str):
        avro_type = named.get(avro_type, {"type": avro_type})
    kind = avro_type.get("logicalType", avro_type["type"])
    if kind == "record":
        fields = avro_type["fields"]
        return making.record({each["name"]: _made(each["type"], named, making) for each in fields})
    if kind == "array":
        return making.several(lambda: _made(avro_type["items"], named, making))
    return making.leaf(kind, avro_type)


class _Drawing:
    """Hypothesis strategies."""

    record = staticmethod(st.fixed_dictionaries)

    def several(self, item: Callable[[], Drawn]) -> Drawn:
        return st.lists(item(), max_size=3)

    def perhaps(self, inner: Drawn) -> Drawn:
        return st.none() | inner

    def leaf(self, kind: str, avro_type: Any) -> Drawn:
        if kind == "enum":
            return st.sampled_from(avro_type["symbols"])
        if kind == "fixed":
            return st.binary(min_size=avro_type["size"], max_size=avro_type["size"])
        return _PRIMITIVES[kind]


_PRIMITIVES: dict[str, Drawn] = {
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


@dataclass
class _Marking:
    """Values that are known again wherever they turn up."""

    number: int = 0

    def record(self, fields: dict[str, Any]) -> Any:
        return fields

    def several(self, item: Callable[[], Any]) -> Any:
        return [item(), item()]

    def perhaps(self, inner: Any) -> Any:
        return inner

    def leaf(self, kind: str, avro_type: Any) -> Any:
        self.number += 1
        if kind == "enum":
            return next(s for s in avro_type["symbols"] if s != avro_type.get("default"))
        if kind == "fixed":
            return self.number.to_bytes(avro_type["size"])
        return _MARKS[kind](self.number)


_MARKS: dict[str, Callable[[int], Any]] = {
    "string": lambda number: f"Alex Sample {number}",
    "bytes": lambda number: f"Alex Sample {number}".encode(),
    "boolean": lambda _: True,
    "int": lambda number: 48_000 + number,
    "long": lambda number: 48_000_000_000 + number,
    "double": lambda number: 48_000.5 + number,
    "uuid": lambda number: UUID(int=number),
    "date": lambda number: date(2008, 1, 1) + timedelta(number),
    "timestamp-micros": lambda number: (
        datetime(2019, 3, 2, 1, 2, 3, 4, tzinfo=UTC) + number * timedelta(days=1, seconds=61)
    ),
}
