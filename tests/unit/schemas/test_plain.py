import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.plain import InvalidPlain, read_event, to_datum, to_plain, write_event
from schemas.registry import Schema, load_registry
from tests.unit.rules.said_companions import OTHER_NUMBER, together
from tests.unit.schemas.datums import datums
from tests.unit.schemas.events import incident, incident_with

REGISTRY = load_registry()


@pytest.mark.parametrize("schema", list(REGISTRY), ids=lambda schema: schema.versioned_type)
@settings(max_examples=20)
@given(data=st.data())
def test_what_is_written_in_json_is_read_back(schema: Schema, data: st.DataObject) -> None:
    datum = data.draw(datums(schema))
    assert to_datum(json.loads(json.dumps(to_plain(datum))), schema) == datum


def test_an_event_names_its_type_and_schema_first() -> None:
    schema, datum = read_event(incident(), REGISTRY)
    plain = write_event(schema, datum)
    assert list(plain)[:3] == ["type", "schema", "event"]
    assert read_event(plain, REGISTRY) == (schema, datum)


def test_the_schema_version_may_be_left_out() -> None:
    plain = incident()
    del plain["schema"]
    assert read_event(plain, REGISTRY) == read_event(incident(), REGISTRY)


def test_defaults_are_filled_in() -> None:
    _, datum = read_event(incident(), REGISTRY)
    assert datum["means"] is None
    assert datum["event"]["labels"] == []
    assert datum["event"]["subject"]["identifiers"][0]["issuer"] is None


def _refused(plain: Any) -> list[str]:
    with pytest.raises(InvalidPlain) as refused:
        read_event(plain, REGISTRY)
    return [str(error) for error in refused.value.errors]


def _only(plain: Any) -> str:
    (error,) = _refused(plain)
    return error


def test_an_unknown_type_is_told_of_what_an_agency_may_say() -> None:
    """Fails without: leaving out the canary, which is the hub's own and nobody else's."""
    said = _only(incident(type="tea-party"))
    assert "use one of: absconded, " in said
    assert "canary" not in said


def test_a_field_of_a_later_version_is_refused_with_that_version() -> None:
    """Fails without: the look into later versions; it would be taken for a slip."""
    plain = together("2021-10-02 02:40", OTHER_NUMBER).plain()
    assert _only({**plain, "schema": 1}) == (
        'companion_identifiers is not known here: write "schema": 2 beside the type: the field '
        "came with that version"
    )
    assert read_event(plain, REGISTRY)[0].version == 2


def _without(key: str) -> dict[str, Any]:
    plain = incident()
    del plain["event"][key]
    return plain


@pytest.mark.parametrize(
    ("plain", "starts"),
    [
        ([], "the event is no event"),
        ({}, "type is missing"),
        (incident(type="custody-incidnt"), "type is not known: did you mean custody-incident?"),
        (incident(type=["x"]), "type is not known"),
        (incident(schema=2), "schema is a version that is not known"),
        (incident(schema=True), "schema is a version that is not known"),
        (incident(schema={}), "schema is a version that is not known"),
        (incident(mean="x"), "mean is not known here: did you mean means?"),
        (incident(event=None), "event must hold keys and values"),
        (incident(kind="Ligature"), "kind is none of the words that the contract has: use one of"),
        (incident(station=7), "station must be text"),
        (incident(station="\ud800"), "station must be text"),
        (incident_with(event_id="7"), "event.event_id must be a UUID"),
        (incident_with(version="1"), "event.version must be a whole number"),
        (incident_with(version=True), "event.version must be a whole number"),
        (incident_with(version=2**31), "event.version must be a whole number"),
        (incident_with(occurred="2024-07-03T02:40"), "event.occurred must be a time with its off"),
        (
            incident_with(occurred={"at": "2024-07-03", "precision": "day"}),
            "event.occurred.at must be a time with its offset",
        ),
        (incident_with(recorded_at="2024-07-03"), "event.recorded_at must be a time with its off"),
        (incident_with(subject={"born": "3/7/2008"}), "event.subject.born must be a date"),
        (
            incident_with(subject={"identifiers": {"scheme": "upn"}}),
            "event.subject.identifiers must be a list",
        ),
        (
            incident_with(subject={"identifiers": [{"scheme": "upn", "value": 9991234004}]}),
            "event.subject.identifiers[0].value must be text: put it in quotes",
        ),
        (incident_with(labels="court_derived"), "event.labels must be a list"),
        (_without("known"), "event.known is missing: give it: When the agency learned of it."),
    ],
)
def test_says_where_what_and_what_to_do(plain: Any, starts: str) -> None:
    assert _only(plain).startswith(starts)


def test_yaml_makes_true_of_yes() -> None:
    plain = incident_with()
    plain |= {"type": "vulnerable-person-assessment", "completed_by": "x", "occasion": "other"}
    for key in ("kind", "station"):
        del plain[key]
    assert "put yes and no in quotes" in _only(plain | {"self_harm": True})


def test_reports_everything_at_once() -> None:
    plain = incident(kind="x", station=1, colour="red")
    plain["event"]["occured"] = plain["event"].pop("occurred")
    assert len(_refused(plain)) == 5


def test_never_quotes_a_value_nor_an_odd_key() -> None:
    plain = incident(kind="Alex Sample", station={"Alex Sample": 1})
    plain["event"]["Alex Sample 2006"] = "Alex Sample"
    plain["event"]["event_id"] = "Alex Sample"
    plain["event"]["subject"] = {"identifiers": ["Alex Sample"], "born": "Alex Sample"}
    errors = _refused(plain)
    assert len(errors) == 6
    assert "Alex" not in "".join(errors)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["event", "type", "kind", "x", "at"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(plain=_JSON, own=st.dictionaries(st.sampled_from(list(incident())), _JSON, max_size=3))
def test_whatever_comes_is_read_or_refused(plain: Any, own: dict[str, Any]) -> None:
    for candidate in (plain, incident() | own):
        try:
            read_event(candidate, REGISTRY)
        except InvalidPlain as refused:
            assert refused.errors  # noqa: PT017 - now and then the draw is valid.
