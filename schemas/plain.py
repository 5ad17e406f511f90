"""Events in plain form, as people write them in YAML and JSON, to Avro data and back.

Reading is strict and complete: a key that is not known is refused with the nearest one that is,
and all faults are reported at once, each by its path and never by its value.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from re import fullmatch
from typing import Any
from uuid import UUID

from safeguarding.events import CANARY
from schemas.moment_text import HOW_TO_WRITE, read_date, read_instant, read_moment, write_instant
from schemas.registry import Registry, Schema, UnknownSchema
from schemas.schema_fields import named_types
from schemas.validation import FieldError

MOMENT = "kith.common.v1.Moment"
_VERSIONS = "the version of its kind? That of a correction stands in event.version"


class InvalidPlain(ValueError):
    """A plain form does not fit its schema. ``errors`` lists all that is wrong."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(str(error) for error in self.errors))


def read_event(plain: Any, registry: Registry) -> tuple[Schema, dict[str, Any]]:
    """Read ``{"type": ..., "schema": 1, "event": {...}, ...}``; schema is 1 when left out.

    Raises InvalidPlain.
    """
    if not isinstance(plain, Mapping):
        raise InvalidPlain([FieldError("", "is no event", 'write {"type": ..., "event": ...}')])
    rest = dict(plain)
    event_type, version = rest.pop("type", None), rest.pop("schema", 1)
    if isinstance(version, bool):
        version = None  # Python takes True for 1.
    try:
        schema = registry.event(event_type, version)
    except (UnknownSchema, TypeError):
        raise InvalidPlain([_unknown_type(event_type, registry)]) from None
    return schema, _read(rest, schema, registry)


def write_event(schema: Schema, datum: Mapping[str, Any]) -> dict[str, Any]:
    """Write a decoded event in plain form, with its type and schema version first."""
    return {"type": schema.type, "schema": schema.version, **to_plain(datum)}


def to_datum(plain: Any, schema: Schema) -> dict[str, Any]:
    """Read the plain form of any record, filling in defaults. Raises InvalidPlain."""
    return _read(plain, schema, None)


def _read(plain: Any, schema: Schema, registry: Registry | None) -> dict[str, Any]:
    reader = _Reader(schema, registry)
    datum: dict[str, Any] = reader.read(schema.source, plain, "")
    if reader.errors:
        raise InvalidPlain(reader.errors)
    return datum


def to_plain(datum: Mapping[str, Any]) -> dict[str, Any]:
    """Write a decoded record in what JSON can hold: times and ids as text, bytes as hexadecimal."""
    return _plain_record(datum)


def _plain(value: Any) -> Any:
    write = _WRITERS.get(type(value))
    return value if write is None else write(value)


def _plain_record(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(inner) for name, inner in record.items()}


def _plain_list(values: Iterable[Any]) -> list[Any]:
    return [_plain(value) for value in values]


_WRITERS: Mapping[type, Callable[[Any], Any]] = {
    datetime: write_instant,
    date: date.isoformat,
    UUID: str,
    bytes: bytes.hex,
    dict: _plain_record,
    list: _plain_list,
    tuple: _plain_list,
}


@cache
def _named_types_of(schema: Schema) -> dict[str, Any]:
    """Collect the named types of a schema once: for each event it takes a fifth of the time."""
    return named_types(schema.source)


class _Reader:
    """Reads one plain record and collects what is wrong with it."""

    def __init__(self, schema: Schema, registry: Registry | None) -> None:
        self.errors: list[FieldError] = []
        self._schema, self._registry = schema, registry
        self._named = _named_types_of(schema)
        self._is_event = schema.family == "events"

    def read(self, avro_type: Any, plain: Any, path: str) -> Any:
        if isinstance(avro_type, list):
            return self._union(avro_type, plain, path)
        if isinstance(avro_type, str):
            avro_type = self._named.get(avro_type, avro_type)
        kind = avro_type if isinstance(avro_type, str) else avro_type["type"]
        if kind == "record":
            return self._record(avro_type, plain, path)
        if kind == "array":
            return self._array(avro_type, plain, path)
        if kind == "enum":
            return self._enum(avro_type, plain, path)
        logical = "" if isinstance(avro_type, str) else avro_type.get("logicalType", "")
        read, must_be, remedy = _PRIMITIVES[logical or kind]
        value = read(plain)
        if kind == "fixed" and value is not None and len(value) != avro_type["size"]:
            value = None
        if value is None:
            self._wrong(path, must_be, remedy)
        return value

    def _record(self, record: Any, plain: Any, path: str) -> Any:
        if record["name"] == MOMENT and not isinstance(plain, Mapping):
            moment = read_moment(plain)
            if moment is None:
                self._wrong(path, "must be a time with its offset from UTC, or a day", HOW_TO_WRITE)
            return moment
        if not isinstance(plain, Mapping):
            self._wrong(path, "must hold keys and values", "see this record in schemas/avro")
            return None
        fields = {field["name"]: field for field in record["fields"]}
        for key in plain.keys() - fields.keys():
            self._unknown(key, fields, path)
        datum = {}
        for name, field in fields.items():
            inner = f"{path}.{name}" if path else name
            if name in plain:
                datum[name] = self.read(field["type"], plain[name], inner)
            elif "default" in field:
                default = field["default"]
                datum[name] = list(default) if isinstance(default, list) else default
            else:
                self._wrong(inner, "is missing", f"give it: {field['doc']}")
        return datum

    def _union(self, branches: list[Any], plain: Any, path: str) -> Any:
        if plain is None and "null" in branches:
            return None
        others = [branch for branch in branches if branch != "null"]
        # The contract has no union of several kinds; its own tests see to that.
        return self.read(others[0], plain, path)

    def _array(self, array: Any, plain: Any, path: str) -> Any:
        if not isinstance(plain, list | tuple):
            self._wrong(path, "must be a list", "write it in [brackets], also when it is one")
            return None
        return [self.read(array["items"], p, f"{path}[{i}]") for i, p in enumerate(plain)]

    def _enum(self, enum: Any, plain: Any, path: str) -> Any:
        if isinstance(plain, str) and plain in enum["symbols"]:
            return plain
        remedy = f"use one of: {', '.join(enum['symbols'])}"
        if isinstance(plain, bool) and "yes" in enum["symbols"]:
            remedy += " (in YAML put yes and no in quotes)"
        self._wrong(path, "is none of the words that the contract has", remedy)
        return None

    def _unknown(self, key: Any, fields: Mapping[str, Any], path: str) -> None:
        # A key may be a value that slipped: show it only where it looks like a field's name.
        looks_like_one = isinstance(key, str) and fullmatch(r"[A-Za-z][A-Za-z_-]{0,39}", key)
        shown = key if looks_like_one else "(a key)"
        near = get_close_matches(str(key), fields, n=1, cutoff=0.5)
        remedy = f"did you mean {near[0]}?" if near else f"known are {', '.join(fields)}"
        if key == "version" and not path and self._is_event:
            remedy = f"did you mean schema, {_VERSIONS}"
        later = self._later_version_with(key) if not path else None
        if later is not None:
            remedy = f'write "schema": {later} beside the type: the field came with that version'
        self._wrong(f"{path}.{shown}" if path else shown, "is not known here", remedy)

    def _later_version_with(self, key: Any) -> int | None:
        """The first version of this kind of event that has such a field."""
        kinds = self._registry.family("events") if self._registry and self._is_event else ()
        with_it = [
            each.version
            for each in kinds
            if each.type == self._schema.type
            and any(field["name"] == key for field in each.source["fields"])
        ]
        return min(with_it, default=None)

    def _wrong(self, path: str, problem: str, remedy: str) -> None:
        self.errors.append(FieldError(path, problem, remedy))


def _unknown_type(event_type: Any, registry: Registry) -> FieldError:
    every = {schema.type for schema in registry.family("events")}
    types = sorted(every - {CANARY})  # Whoever asks is no agency of the hub's own.
    if isinstance(event_type, str) and event_type in every:
        return FieldError("schema", "is a version that is not known", "leave it out for version 1")
    near = get_close_matches(str(event_type), types, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"use one of: {', '.join(types)}"
    return FieldError("type", "is missing" if event_type is None else "is not known", remedy)


def _text(plain: Any) -> str | None:
    if not isinstance(plain, str):
        return None
    try:
        plain.encode()
    except UnicodeEncodeError:  # Half of a surrogate pair, which JSON can spell.
        return None
    return plain


def _whole_number(bits: int) -> Callable[[Any], int | None]:
    def read(plain: Any) -> int | None:
        whole = isinstance(plain, int) and not isinstance(plain, bool)
        return plain if whole and -(2 ** (bits - 1)) <= plain < 2 ** (bits - 1) else None

    return read


def _number(plain: Any) -> float | None:
    is_number = isinstance(plain, int | float) and not isinstance(plain, bool)
    return float(plain) if is_number else None


def _uuid(plain: Any) -> UUID | None:
    if isinstance(plain, UUID):
        return plain
    try:
        return UUID(plain) if isinstance(plain, str) else None
    except ValueError:
        return None


def _bytes(plain: Any) -> bytes | None:
    if isinstance(plain, bytes):
        return plain
    try:
        return bytes.fromhex(plain) if isinstance(plain, str) else None
    except ValueError:
        return None


def _yes_or_no(plain: Any) -> bool | None:
    return plain if isinstance(plain, bool) else None


_BYTES = (_bytes, "must be bytes in hexadecimal", "write two digits for each byte")
_PRIMITIVES: Mapping[str, tuple[Callable[[Any], Any], str, str]] = {
    "string": (_text, "must be text", "put it in quotes"),
    "boolean": (_yes_or_no, "must be true or false", "write true or false, without quotes"),
    "int": (_whole_number(32), "must be a whole number", "write it without quotes"),
    "long": (_whole_number(64), "must be a whole number", "write it without quotes"),
    "double": (_number, "must be a number", "write it without quotes"),
    "bytes": _BYTES,
    "fixed": _BYTES,
    "timestamp-micros": (
        read_instant,
        "must be a time with its offset from UTC",
        "write 2021-10-09T02:40:15+01:00",
    ),
    "date": (read_date, "must be a date", "write 2006-05-04"),
    "uuid": (_uuid, "must be a UUID", "write its 36 characters, or leave it out if it may be"),
}
