"""Of which rule a fact is, without reading the rest of it.

Avro writes a record's fields one after the other (specification 1.12, "Binary encoding"), and the
rule stands near the begin of every fact that has one, or of its alert. The rest of an alert is
texts and recipients, which take ten times as long to read; a back-test of one rule meets forty.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from fastavro import parse_schema, schemaless_reader

from schemas.codec import HEADER_BYTES, MAGIC
from schemas.registry import Registry, Schema

_ALERT, _RULE = "alert", "rule"


class Beginnings:
    """Reads beginnings of facts. Made once for each process."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._parsed: dict[bytes, Any] = {}
        self._plain: dict[bytes, Any] = {}

    def rule_of(self, body: bytes) -> str | None:
        """The rule of a fact in single-object encoding; None if it is of none.

        Raises UnknownSchema. Bytes that are cut or changed raise what fastavro raises; whoever has
        opened a sealed body knows that they are not.
        """
        if body[:2] != MAGIC:
            return None  # An event, as its agency framed it.
        fingerprint = body[2:HEADER_BYTES]
        if fingerprint not in self._parsed:
            schema = self._registry.by_fingerprint(fingerprint)
            self._parsed[fingerprint] = _until_rule(schema)
        parsed = self._parsed[fingerprint]
        if parsed is None:
            return None
        datum = _read(body, parsed)
        rule: str = datum.get(_ALERT, datum)[_RULE]
        return rule

    def plain(self, body: bytes) -> Mapping[str, Any]:
        """All of a fact in single-object encoding, as Avro's plain values. Raises UnknownSchema."""
        fingerprint = body[2:HEADER_BYTES]
        if fingerprint not in self._plain:
            source = self._registry.by_fingerprint(fingerprint).source
            self._plain[fingerprint] = parse_schema(without_logical_types(source))
        return _read(body, self._plain[fingerprint])


def _read(body: bytes, parsed: Any) -> Mapping[str, Any]:
    begin = BytesIO(body)
    begin.seek(HEADER_BYTES)
    datum: Mapping[str, Any] = schemaless_reader(begin, parsed, None)
    return datum


def _until_rule(schema: Schema) -> Any:
    """The schema without all that follows the rule, parsed; None where there is no rule."""
    source = schema.source
    alert = until(source, _ALERT)
    if alert is not None and isinstance(of_alert := alert[-1]["type"], Mapping):
        fields = until(of_alert, _RULE)
        if fields is not None:
            last = {**alert[-1], "type": {**of_alert, "fields": fields}}
            return parse_schema({**source, "fields": [*alert[:-1], last]})
    fields = until(source, _RULE)
    return None if fields is None else parse_schema({**source, "fields": fields})


def until(record: Mapping[str, Any], name: str) -> list[Any] | None:
    """The fields up to, and with, the one of that name; None if there is none."""
    names = [each["name"] for each in record.get("fields", ())]
    return list(record["fields"][: names.index(name) + 1]) if name in names else None


def without_logical_types(schema: Any) -> Any:
    """The schema of plain values: ids are texts, and times microseconds."""
    if isinstance(schema, Mapping):
        return {
            key: without_logical_types(value)
            for key, value in schema.items()
            if key != "logicalType" and not key.startswith("__")
        }
    if isinstance(schema, list):
        return [without_logical_types(each) for each in schema]
    return schema
