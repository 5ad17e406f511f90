import json
from typing import Any
from uuid import UUID

import pytest

from kith.settings import AGENCIES_FILE
from producers.samples import sample
from schemas.advice import advise
from schemas.agencies import load_agencies
from schemas.catalogue import catalogue
from schemas.code_lists import code_systems
from schemas.plain import read_event
from schemas.registry import load_registry
from tests.unit.rules.said_companions import OTHER_NUMBER, together
from tests.unit.schemas.events import incident, incident_with

REGISTRY = load_registry()


def _advice(plain: dict[str, Any]) -> list[str]:
    schema, datum = read_event(plain, REGISTRY)
    return [error.path for error in advise(datum, schema)]


def _identified(scheme: str, value: str) -> dict[str, Any]:
    return incident_with(subject={"identifiers": [{"scheme": scheme, "value": value}]})


def test_nothing_to_say_of_a_good_event() -> None:
    assert _advice(incident()) == []
    assert _advice(_identified("nhs-number", "999 123 4004")) == []
    assert _advice(_identified("local", "PN-1")) == []


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        (_identified("nhs-number", "9991234005"), "event.subject.identifiers[0].value"),
        (_identified("nhs-number", ""), "event.subject.identifiers[0].value"),
        (_identified("passport", "123"), "event.subject.identifiers[0].value"),
        (
            incident_with(known="2024-07-03T02:40:00+01:00", occurred="2024-07-03T02:40:01+01:00"),
            "event.known",
        ),
        (incident_with(said_by="Sgt Sample"), "event.said_by"),
        (incident_with(reference="999 123 4004"), "event.reference"),
        (incident(station=" "), "station"),
        (
            together("2021-10-02", OTHER_NUMBER, "9991234005").plain(),
            "companion_identifiers[1].value",
        ),
    ],
)
def test_points_at_what_is_doubtful(plain: dict[str, Any], path: str) -> None:
    assert _advice(plain) == [path]


def test_no_value_in_the_text() -> None:
    schema, datum = read_event(_identified("nhs-number", "9991234005"), REGISTRY)
    assert "9991234005" not in "".join(str(error) for error in advise(datum, schema))


def _coded(kind: str, **fields: Any) -> list[tuple[str, str]]:
    """What is said of a sample of a kind whose fields were changed."""
    plain = json.loads(sample(kind).splitlines()[0])
    header = {"agency": "police", "version": 1, "event_id": str(UUID(int=1)), **plain["event"]}
    schema, datum = read_event({**plain, **fields, "event": header}, REGISTRY)
    return [(error.path, str(error)) for error in advise(datum, schema)]


def _code(system: str, code: str) -> dict[str, str]:
    return {"system": system, "code": code}


@pytest.mark.parametrize(
    ("kind", "field", "code", "place", "says"),
    [
        ("legal-status", "status", _code("ssda903.ls", "C9"), "code", "not in the list ssda903.ls"),
        ("legal-status", "status", _code("ssda903.lz", "C2"), "system", "did you mean ssda903.ls?"),
        ("legal-status", "status", _code("stars", "C2"), "system", "known are cin.factors"),
        (
            "legal-status",
            "status",
            _code("ssda903.place", "K2"),
            "system",
            "give a code of ssda903.ls or mhsds.legal-status",
        ),
        ("legal-status", "status", _code("ssda903.ls", " "), "code", "is empty"),
        (
            "emergency-attendance",
            "complaint",
            _code("snomed-ct", "248062007"),
            "code",
            "check digit",
        ),
        ("emergency-attendance", "complaint", _code("snomed-ct", "24806"), "code", "6 to 18"),
    ],
)
def test_a_doubtful_code_is_pointed_at(
    kind: str, field: str, code: dict[str, str], place: str, says: str
) -> None:
    ((path, text),) = _coded(kind, **{field: code})
    assert path == f"{field}.{place}"
    assert says in text
    assert code["code"] == " " or code["code"] not in text


def test_a_code_in_a_list_is_pointed_at_by_its_place() -> None:
    factors = [_code("cin.factors", "15A"), _code("ssda903.ls", "C2"), _code("cin.factors", "")]
    assert [path for path, _ in _coded("social-care-assessment", factors=factors)] == [
        "factors[1].system",
        "factors[2].code",
    ]


@pytest.mark.parametrize(
    ("kind", "field", "code"),
    [
        ("legal-status", "status", _code("ssda903.ls", "C2")),
        ("legal-status", "status", _code("mhsds.legal-status", "02")),
        # Of these lists only a part was read, or nothing.
        ("social-care-assessment", "factors", [_code("cin.factors", "99Z")]),
        ("education-absence", "code", _code("dfe.attendance", "O")),
        ("emergency-attendance", "complaint", _code("snomed-ct", "1064891000000107")),
        ("camhs-contact", "way", None),
    ],
)
def test_a_code_that_may_be_right_is_let_alone(kind: str, field: str, code: Any) -> None:
    assert _coded(kind, **{field: code}) == []


@pytest.mark.parametrize(
    ("said_by", "says"),
    [
        ("custody_sargeant", "did you mean custody_sergeant?"),
        ("social_worker", "it is one of social-care"),
        ("custody_sergeant", None),
        ("arresting_officer", None),
        (None, None),
    ],
)
def test_a_role_that_is_no_role_of_the_agency_is_pointed_at(
    said_by: str | None, says: str | None
) -> None:
    schema, datum = read_event(incident_with(said_by=said_by), REGISTRY)
    found = advise(datum, schema, load_agencies(AGENCIES_FILE))
    assert [error.path for error in found] == ([] if says is None else ["event.said_by"])
    assert says is None or says in str(found[0])
    # Whoever has no agencies file is told nothing.
    assert advise(datum, schema) == []


def test_every_field_that_holds_a_code_says_of_which_lists() -> None:
    declared = code_systems()
    fields = {
        f"{entry.schema.type}.{field.path.replace('[]', '')}"
        for entry in catalogue(REGISTRY)
        for field in entry.fields
        if field.shape in ("code", "list of code")
    }
    assert declared.fields.keys() == fields
    assert {system for each in declared.fields.values() for system in each} <= declared.known
