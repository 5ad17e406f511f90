"""Every kind of event, from its schema: valid ones are accepted, others refused by field.

The library and the hub must agree, and neither may fail in another way or say what the event says.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producers.preparing import InvalidEvent, Preparer
from projections.append.arrivals import Accepted, Record, receive
from projections.queries.words.events import event_in_words
from safeguarding.events import CANARY
from schemas.codec import MAX_EVENT_BYTES, decode, encode
from schemas.plain import InvalidPlain, read_event, write_event
from schemas.registry import Schema, load_registry
from tests.chaos import rows
from tests.unit.schemas.every_event import SCHEMAS, agency_of, events, full_event
from tests.unit.schemas.mutations import IDENTIFIERS, SECRET, Mutation, mutations
from tests.unit.schemas.places import Place, places

REGISTRY = load_registry()
of_each_kind = pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.versioned_type)
drawn = settings(
    max_examples=200 if rows.form() == rows.LONG else 12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Refused:
    """What the library says: the fields that it names, and its words."""

    paths: set[str]
    words: str


def _prepared(schema: Schema, plain: Any) -> bytes | Refused:
    try:
        return Preparer(agency_of(schema), bytes(16), REGISTRY).prepare(plain).message
    except InvalidEvent as refused:
        # Nothing of another error, which may hold a value, is shown with it.
        assert refused.__suppress_context__ or refused.__context__ is None  # noqa: PT017
        return Refused({error.path for error in refused.errors}, str(refused))


def _is_taken(schema: Schema, message: bytes) -> Literal[True] | str:
    """Whether the hub accepts it; the words of its refusal where it does not."""
    agency, at = agency_of(schema), datetime(2024, 7, 3, tzinfo=UTC)
    record = Record(f"agency.{agency}.events", agency, 0, 0, message, at, backfilled=False)
    inbound = receive(record, REGISTRY, scenario=False)
    return True if isinstance(inbound, Accepted) else inbound.refusal.detail


@of_each_kind
@drawn
@given(data=st.data())
def test_what_is_valid_is_accepted_as_it_is(schema: Schema, data: st.DataObject) -> None:
    datum = data.draw(events(schema))
    message = _prepared(schema, json.loads(json.dumps(write_event(schema, datum))))
    assert isinstance(message, bytes), message
    assert decode(message, REGISTRY).datum == datum
    assert _is_taken(schema, message) is True
    assert event_in_words(schema.type, {k: v for k, v in datum.items() if k != "event"}).title


@of_each_kind
def test_the_full_sample_fills_every_field_and_each_is_mutated(schema: Schema) -> None:
    datum = full_event(schema)
    plain = write_event(schema, datum)
    prepared = Preparer(agency_of(schema), bytes(16), REGISTRY).prepare(plain)
    assert decode(prepared.message, REGISTRY).datum == datum
    assert not [w for w in prepared.warnings if any(each in str(w) for each in _secrets(plain))]
    every_place = {place.path for place in places(schema)}
    assert set(_filled(plain)) == every_place
    refused = Counter(each.place.path for each in mutations(schema) if each.refused_at)
    assert min(refused[path] for path in every_place) >= 5


@of_each_kind
def test_each_fault_of_each_field_is_refused_by_its_name(schema: Schema) -> None:
    plain = write_event(schema, full_event(schema))
    secrets = _secrets(plain)
    # As agencies write it: the library makes the id.
    del plain["event"]["event_id"]
    wrong = [
        f"{mutation}: {fault}"
        for mutation in mutations(schema)
        if (fault := _fault(schema, mutation, mutation.of(plain), secrets))
    ]
    assert wrong == []


def _fault(schema: Schema, mutation: Mutation, plain: Any, secrets: set[str]) -> str | None:
    """What library or hub did wrong with a changed event, in words."""
    try:
        found = _prepared(schema, plain)
    except Exception as error:  # noqa: BLE001 - none is right.
        return f"raised {type(error).__name__}"
    paths = found.paths if isinstance(found, Refused) else set()
    wanted = {mutation.refused_at} - {None}
    if not wanted <= paths <= wanted | _refused_beside(schema):
        return f"refused at {paths}, not {mutation.refused_at}"
    message = _as_written_by_others(schema, plain) if isinstance(found, Refused) else found
    taken = True if message is None else _is_taken(schema, message)
    if message and (taken is True) == bool(paths):
        return f"the hub thinks otherwise: {taken}"
    if taken is not True and not any(path in taken for path in paths):
        return f"the hub says only: {taken}"
    said = f"{found.words if isinstance(found, Refused) else ''} {taken}"
    quoted = [each for each in secrets if each in said]
    return f"a refusal quotes {quoted}" if quoted else None


def _refused_beside(schema: Schema) -> set[str]:
    """The canary's identifiers are refused together when there is anything odd about one."""
    return {IDENTIFIERS} if schema.type == CANARY else set()


def _as_written_by_others(schema: Schema, plain: Any) -> bytes | None:
    """The message of an agency that has no library of ours; None where Avro or Kafka takes none."""
    header = plain.get("event")
    if isinstance(header, dict):
        plain = {**plain, "event": {"event_id": UUID(int=1), **header}}
    try:
        message = encode(schema, read_event(plain, REGISTRY)[1])
    except InvalidPlain:
        return None
    return message if len(message) <= MAX_EVENT_BYTES else None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["at", "precision", "code", "what"]), inner, max_size=3)
    ),
    max_leaves=6,
)
ANYTHING = (
    JSON
    | st.text(st.characters(), max_size=300)
    | st.datetimes()
    | st.dates()
    | st.uuids()
    | st.binary(max_size=8)
    | st.datetimes(min_value=datetime(1, 1, 1)).map(datetime.isoformat)  # noqa: DTZ001
    | st.dates(min_value=date(1, 1, 1)).map(date.isoformat)
)


@of_each_kind
@drawn
@given(data=st.data())
def test_whatever_stands_in_a_field_is_accepted_or_refused_there(
    schema: Schema, data: st.DataObject
) -> None:
    plain = write_event(schema, full_event(schema))
    place = data.draw(st.sampled_from(list(places(schema))))
    changed = Mutation("drawn", place, data.draw(ANYTHING), None).of(plain)
    found = _prepared(schema, changed)
    if isinstance(found, Refused):
        elsewhere = {path for path in found.paths if not _is_about(path, place)}
        assert elsewhere <= _refused_beside(schema)
        assert not [each for each in _secrets(plain) if each in found.words]
    else:
        assert _is_taken(schema, found) is True
        assert decode(found, REGISTRY).datum == read_event(changed, REGISTRY)[1]


def _is_about(path: str, place: Place) -> bool:
    """Whether it is the field, or one inside it, or of the pair that must agree."""
    pair = {"event.version", "event.correction"}
    inside = path == place.path or path.startswith((f"{place.path}.", f"{place.path}["))
    return inside or {path, place.path} <= pair


def _filled(plain: Any, path: str = "") -> list[str]:
    """The paths of what is there and not null, but for type and schema."""
    if isinstance(plain, dict):
        named = {f"{path}.{key}" if path else key: each for key, each in plain.items()}
        named = {key: each for key, each in named.items() if key not in ("type", "schema")}
    elif isinstance(plain, list):
        named = {f"{path}[1]": plain[1]}
    else:
        named = {}
    inner = [each for key, value in named.items() for each in _filled(value, key)]
    return [*(key for key, value in named.items() if value is not None), *inner]


def _secrets(plain: Any) -> set[str]:
    """What no refusal may hold: what is told apart of the full sample, and of the mutations."""
    if isinstance(plain, dict):
        return set().union(*map(_secrets, plain.values()))
    if isinstance(plain, list):
        return set().union(*map(_secrets, plain))
    shown = str(plain)
    told_apart = shown.startswith(("Alex Sample", "48", "00000000-", "2008-", "2019-"))
    return {SECRET, "robin", "481516", "2019-", *([shown] if told_apart else [])}
