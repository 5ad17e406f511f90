"""Breaking changes to a released event, as an agency or we ourselves might make them."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from fastavro import parse_schema, schemaless_writer
from fastavro.schema import fingerprint, to_parsing_canonical_form

from schemas.codec import MAGIC

Change = Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class Breaking:
    """``path`` is the field that the check must name; ``says`` changes the event's datum to fit."""

    kind: str
    path: str
    change: Change
    says: Change = lambda _: None

    def schema(self, source: Any) -> dict[str, Any]:
        """The schema so changed, under its old name and version."""
        changed: dict[str, Any] = copy.deepcopy(source)
        self.change(changed)
        return changed

    def body(self, source: Any, datum: dict[str, Any]) -> bytes:
        """The event as who writes with the changed schema would write it."""
        said = copy.deepcopy(datum)
        self.says(said)
        out = BytesIO()
        schemaless_writer(out, parse_schema(self.schema(source)), said)
        return out.getvalue()

    def message(self, source: Any, datum: dict[str, Any]) -> bytes:
        """The same in single-object encoding, with the changed schema's own fingerprint."""
        canonical = to_parsing_canonical_form(parse_schema(self.schema(source)))
        return (
            MAGIC + bytes.fromhex(fingerprint(canonical, "CRC-64-AVRO")) + self.body(source, datum)
        )


def _field(schema: dict[str, Any], path: str) -> dict[str, Any]:
    name, _, rest = path.partition(".")
    field: dict[str, Any] = next(each for each in schema["fields"] if each["name"] == name)
    return _field(field["type"], rest) if rest else field


def _set(path: str, **attributes: Any) -> Change:
    return lambda schema: _field(schema, path).update(attributes)


def _symbols(more: tuple[str, ...] = (), less: str = "") -> Change:
    def change(schema: dict[str, Any]) -> None:
        enum = _field(schema, "kind")["type"]
        enum["symbols"] = [each for each in (*enum["symbols"], *more) if each != less]

    return change


def _never_null(schema: dict[str, Any]) -> None:
    field = _field(schema, "means")
    field["type"] = "string"
    del field["default"]


def _swap(schema: dict[str, Any]) -> None:
    fields = schema["fields"]
    at = [each["name"] for each in fields].index("custody_record")
    fields[at], fields[at + 1] = fields[at + 1], fields[at]


def _milliseconds(schema: Any) -> None:
    if isinstance(schema, list):
        for each in schema:
            _milliseconds(each)
    elif isinstance(schema, dict):
        if schema.get("logicalType") == "timestamp-micros":
            schema["logicalType"] = "timestamp-millis"
        for each in schema.values():
            _milliseconds(each)


TEN_KINDS = (
    Breaking("a field added", "who",
             lambda s: s["fields"].append({"name": "who", "type": "string"}),
             lambda d: d.update(who="Alex Sample")),
    Breaking("a field removed", "station",
             lambda s: s["fields"].remove(_field(s, "station"))),
    Breaking("a field renamed", "station", _set("station", name="place"),
             lambda d: d.update(place="Northgate")),
    Breaking("a type changed", "custody_record", _set("custody_record", type="long"),
             lambda d: d.update(custody_record=7)),
    Breaking("a type widened", "event.version", _set("event.version", type="long")),
    Breaking("null no longer allowed", "means", _never_null, lambda d: d.update(means="clothing")),
    Breaking("null newly allowed", "station",
             _set("station", type=["null", "string"], default=None)),
    Breaking("a symbol added", "kind", _symbols(more=("hanging",)),
             lambda d: d.update(kind="hanging")),
    Breaking("a symbol removed", "kind", _symbols(less="healthcare_called")),
    # Both are text: read with the old schema, each would stand where the other belongs.
    Breaking("two fields in another order", "", _swap),
)  # fmt: skip

ANOTHER_MEANING = Breaking("another meaning of the same bytes", "event.occurred.at", _milliseconds)
"""No fingerprint shows this one, so a single object cannot tell: the check and a registry do."""
