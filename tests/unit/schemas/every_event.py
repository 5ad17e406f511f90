"""Valid events of every kind: drawn by Hypothesis, or one with every field filled."""

from typing import Any
from zlib import crc32

from hypothesis import strategies as st

from safeguarding.events import ALERT_HANDOVER, CANARY, RETRACTION
from schemas.registry import Schema, load_registry
from tests.unit.schemas.datums import datums, sample

SCHEMAS = load_registry().family("events")
_OWN_NUMBER = {"scheme": "local", "value": "7", "issuer": None}


def agency_of(schema: Schema) -> str:
    """An agency that may publish it."""
    return CANARY if schema.type == CANARY else "police"


def events(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Any datum of this kind that is valid."""
    return datums(schema).map(lambda datum: _valid(schema, datum))


def full_event(schema: Schema) -> dict[str, Any]:
    """A valid datum with nothing left out, as :func:`tests.unit.schemas.datums.sample` makes it."""
    return _valid(schema, sample(schema))


def _valid(schema: Schema, datum: dict[str, Any]) -> dict[str, Any]:
    """Change what the schema allows and :mod:`schemas.validation` does not."""
    header = datum["event"]
    header["agency"] = agency_of(schema)
    header["reference"] = header["reference"] or "7"
    header["labels"] = [label or "7" for label in header["labels"]]
    later = header["correction"] is not None or schema.type == RETRACTION
    header["version"] = max(header["version"], 2) if later else 1
    identifiers = header["subject"]["identifiers"] or [dict(_OWN_NUMBER)]
    if schema.type == CANARY:
        for each in identifiers:
            issuer = None if each["issuer"] is None else CANARY
            each |= {"scheme": "local", "issuer": issuer}
    header["subject"]["identifiers"] = identifiers
    if schema.type == ALERT_HANDOVER:
        datum |= {name: _worker(datum[name]) for name in ("from_worker", "to_worker")}
    return datum


def _worker(text: str | None) -> str | None:
    """A reference of a worker, another one for another text."""
    return None if text is None else f"staff-{crc32(text.encode(errors='replace'))}"
