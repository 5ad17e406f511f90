from typing import Any

import pytest

from schemas.advice import advise
from schemas.plain import read_event
from schemas.registry import load_registry
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
    ],
)
def test_points_at_what_is_doubtful(plain: dict[str, Any], path: str) -> None:
    assert _advice(plain) == [path]


def test_no_value_in_the_text() -> None:
    schema, datum = read_event(_identified("nhs-number", "9991234005"), REGISTRY)
    assert "9991234005" not in "".join(str(error) for error in advise(datum, schema))
