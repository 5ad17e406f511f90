"""Everything that can be wrong with one field of an event in plain form, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from safeguarding.events import ABOUT_ALERTS, ALERT_HANDOVER, CANARY, RETRACTION
from schemas.codec import MAX_EVENT_BYTES
from schemas.registry import Schema
from schemas.validation import (
    MAX_IDENTIFIERS,
    MAX_LABEL_CHARACTERS,
    MAX_LABELS,
    MAX_REFERENCE_CHARACTERS,
)
from tests.unit.schemas.places import Place, places

SECRET = "Robin Marker"
"""What no refusal may quote. The values of the samples begin with another such name."""

_REMOVED = object()
IDENTIFIERS = "event.subject.identifiers"


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of one place. ``refused_at`` is the field that a refusal must name, or None."""

    what: str
    place: Place
    value: Any
    refused_at: str | None

    def of(self, plain: Mapping[str, Any]) -> Any:
        """The event so changed; the one that is given stays as it is."""
        return _changed(plain, self.place.steps, self.value)

    def __str__(self) -> str:
        return f"{self.place.path} {self.what}"


def mutations(schema: Schema) -> Iterator[Mutation]:
    """All of them. What they are made on must be full and valid, and may lack an event id."""
    for path, wrong in _WRONG_AROUND.items():
        place = Place(path, path, None, nullable=False, required=True)
        for what, value in wrong.items():
            yield Mutation(what, place, value, path)
    yield from _strange_keys(Place("", "record", schema.source, nullable=False, required=True))
    for place in places(schema):
        if not place.is_item:
            yield Mutation("removed", place, _REMOVED, _when_removed(place, schema))
        nulled = place.path if not place.nullable else _when_removed(place, schema)
        yield Mutation("null", place, None, nulled)
        for what, value in _WRONG.items():
            if what not in _FITS.get(place.kind, ()):
                yield Mutation(what, place, value, place.path)
        for what, value in _WRONG_OF_KIND.get(place.kind, {}).items():
            yield Mutation(what, place, value, place.path)
        if place.kind == "record":
            yield from _strange_keys(place)
        yield from _accepted(place, schema)
        yield from _out_of_bounds(place)


def _strange_keys(place: Place) -> Iterator[Mutation]:
    within = f"{place.path}." if place.path else ""
    for key, shown in (("unheard_of", "unheard_of"), (f"{SECRET} 7", "(a key)"), (7, "(a key)")):
        yield Mutation(f"with {shown}", place, _With(key), f"{within}{shown}")


def _accepted(place: Place, schema: Schema) -> Iterator[Mutation]:
    for what, value in _RIGHT_OF_KIND.get(place.kind, {}).items():
        yield Mutation(what, place, value, _when_odd(place, schema))
    if place.kind == "enum":
        for symbol in place.avro_type["symbols"]:
            yield Mutation(f"as {symbol}", place, symbol, None)


def _out_of_bounds(place: Place) -> Iterator[Mutation]:
    bounds: dict[str, dict[str, Any]] = {
        "event.agency": {"empty": "", "of another": "camhs"},
        "event.reference": {"empty": "", "too long": "x" * (MAX_REFERENCE_CHARACTERS + 1)},
        "event.version": {"zero": 0, "negative": -1},
        "event.labels": {"too many": [SECRET] * (MAX_LABELS + 1)},
        "event.labels[1]": {"empty": "", "too long": "x" * (MAX_LABEL_CHARACTERS + 1)},
        **{
            f"{IDENTIFIERS}[1].{name}": {"too long": "x" * (MAX_REFERENCE_CHARACTERS + 1)}
            for name in ("scheme", "value", "issuer")
        },
        IDENTIFIERS: {
            "too many": [{"scheme": "local", "value": SECRET}] * (MAX_IDENTIFIERS + 1)
        },
    }  # fmt: skip
    too_long = {"too long": "x" * (MAX_EVENT_BYTES + 1)} if place.kind == "string" else {}
    for what, value in bounds.get(place.path, too_long).items():
        yield Mutation(what, place, value, place.path)


def _when_removed(place: Place, schema: Schema) -> str | None:
    match place.path:
        # What the library gives itself. Without its version a correction is none.
        case "event.event_id" | "event.agency":
            return None
        case "event.version":
            return "event.version" if schema.type == RETRACTION else "event.correction"
        case "event.correction" if schema.type != RETRACTION:
            return "event.correction"
        case path if path == IDENTIFIERS:
            return path if schema.type not in {*ABOUT_ALERTS, RETRACTION} else None
    return place.path if place.required else None


def _when_odd(place: Place, schema: Schema) -> str | None:
    """Where another value that fits the schema is refused all the same."""
    if place.path == "event.agency":
        return place.path
    if schema.type == ALERT_HANDOVER and place.path in ("from_worker", "to_worker"):
        return place.path
    of_canary = f"{IDENTIFIERS}[1].scheme", f"{IDENTIFIERS}[1].issuer"
    return IDENTIFIERS if schema.type == CANARY and place.path in of_canary else None


@dataclass(frozen=True, slots=True)
class _With:
    """A key more."""

    key: Any


def _changed(plain: Any, steps: list[str | int], value: Any) -> Any:
    if not steps:
        return {**plain, value.key: SECRET} if isinstance(value, _With) else value
    first, *rest = steps
    if isinstance(plain, list):
        return [_changed(each, rest, value) if i == first else each for i, each in enumerate(plain)]
    if not rest and value is _REMOVED:
        return {key: each for key, each in plain.items() if key != first}
    return {**plain, first: _changed(plain.get(first), rest, value)}


_WRONG_AROUND: dict[str, dict[str, Any]] = {
    "type": {"removed": _REMOVED, "null": None, "as a list": [SECRET], "unknown": SECRET},
    "schema": {"null": None, "as a list": [SECRET], "as yes or no": True, "unknown": 481_516},
}
_WRONG: dict[str, Any] = {
    "as text": SECRET,
    "as a number": 481_516,
    "as a fraction": 481_516.5,
    "as yes or no": True,
    "as a list": [SECRET],
    "as a record": {SECRET: SECRET},
    "as bytes": SECRET.encode(),
    "as an object": object(),
}
# What is no fault there, or is one of the fields inside.
_FITS: dict[str, tuple[str, ...]] = {
    "string": ("as text",),
    "int": ("as a number",),
    "long": ("as a number",),
    "boolean": ("as yes or no",),
    "array": ("as a list",),
    "record": ("as a record",),
    "moment": ("as a record",),
}
_NO_INSTANTS: dict[str, Any] = {
    "naive": "2019-03-04T05:06:07",
    "naive for Python": datetime(2019, 3, 4, 5, 6),  # noqa: DTZ001 - that is its fault.
    "on a day that is none": "2019-02-30T05:06:07Z",
    "at an hour that is none": "2019-03-04T25:06:07Z",
    "before all years": "0001-01-01T05:06:07+14:00",
    "after all years": "9999-12-31T23:06:07-14:00",
    "in the year 10000": "10000-03-04T05:06:07Z",
    "in other words": "4 March 2019",
    "as seconds": "1551675967",
}
_WRONG_OF_KIND: dict[str, dict[str, Any]] = {
    "string": {"with a zero character": f"{SECRET}\0", "with half a character": f"{SECRET}\ud800"},
    "enum": {"as no symbol": "robin_marker", "empty": ""},
    "int": {"too large": 2**31, "too small": -(2**31) - 1, "immense": 10**5_000},
    "uuid": {"cut": "48151623-4815-1623-4815", "empty": ""},
    "timestamp-micros": {
        **_NO_INSTANTS, "as a day": "2019-03-04", "as a day for Python": date(2019, 3, 4),
    },
    "moment": {**_NO_INSTANTS, "in a month that is none": "2019-13"},
    "date": {
        "on a day that is none": "2019-02-30",
        "in other digits": "2019-3-4",
        "as an instant": "2019-03-04T05:06:07Z",
        "as an instant for Python": datetime(2019, 3, 4, 5, 6),  # noqa: DTZ001
    },
}  # fmt: skip
_RIGHT_OF_KIND: dict[str, dict[str, Any]] = {
    "string": {"as other text": SECRET, "odd": "\u202e\u0301 \U0001f6a8 %s {} '"},
    "int": {"as another number": 481_516},
    "boolean": {"as no": False},
    "timestamp-micros": {"in summer": "2019-07-04T05:06+01:00"},
    "moment": {"as a day": "2019-03-04", "as a month": "2019-03", "as an hour": "2019-03-04T05Z"},
    "date": {"long ago": "1901-01-01", "for Python": date(2019, 3, 4)},
}
