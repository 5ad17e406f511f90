from typing import Any

import pytest

from schemas.plain import read_event
from schemas.registry import load_registry
from schemas.validation import validate_event
from tests.unit.rules.said_companions import together
from tests.unit.schemas.events import incident, incident_with

REGISTRY = load_registry()
CORRECTION = {"reason": "wrong_time"}


def _errors(plain: dict[str, Any], agency: str = "police") -> list[str]:
    schema, datum = read_event(plain, REGISTRY)
    return [e.path for e in validate_event(datum, agency=agency, type=schema.type)]


def _retraction(**header: Any) -> dict[str, Any]:
    plain = incident_with(**header)
    return {"type": "retraction", "event": plain["event"], "reason": "did_not_happen"}


def test_a_good_event_has_no_errors() -> None:
    assert _errors(incident()) == []


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        (incident_with(agency="camhs"), "event.agency"),
        (incident_with(reference=""), "event.reference"),
        (incident_with(reference="x" * 201), "event.reference"),
        (incident_with(version=0), "event.version"),
        (incident_with(version=-3), "event.version"),
        (incident_with(version=2), "event.correction"),
        (incident_with(correction=CORRECTION), "event.correction"),
        (_retraction(), "event.version"),
        (incident_with(subject={}), "event.subject.identifiers"),
        (
            incident_with(subject={"identifiers": [{"scheme": "upn", "value": "x"}] * 21}),
            "event.subject.identifiers",
        ),
        (
            incident_with(subject={"identifiers": [{"scheme": "local", "value": "x" * 201}]}),
            "event.subject.identifiers[0].value",
        ),
        (
            incident_with(
                subject={"identifiers": [{"scheme": "local", "value": "x", "issuer": "y" * 201}]}
            ),
            "event.subject.identifiers[0].issuer",
        ),
        (together("2021-10-02", *["x"] * 21).plain(), "companion_identifiers"),
        (
            together("2021-10-02", "9991234004", "x" * 201).plain(),
            "companion_identifiers[1].value",
        ),
        (incident_with(labels=["x"] * 21), "event.labels"),
        (incident_with(labels=["ok", ""]), "event.labels[1]"),
        (incident_with(labels=["x" * 65]), "event.labels[0]"),
        (incident(means="cloth\0ing"), "means"),
        (incident_with(subject={"identifiers": [{"scheme": "upn", "value": "\0"}]}), None),
        (incident_with(labels=["a\0"]), "event.labels[0]"),
    ],
)
def test_names_the_field(plain: dict[str, Any], path: str | None) -> None:
    assert _errors(plain) == [path or "event.subject.identifiers[0].value"]


def test_versions_and_corrections_that_are_right() -> None:
    assert _errors(incident_with(version=2, correction=CORRECTION)) == []
    assert _errors(_retraction(version=2)) == []
    assert _errors(_retraction(version=2, subject={})) == []


@pytest.mark.parametrize(
    "header",
    [
        {"subject": {"identifiers": [{"scheme": "nhs-number", "value": "9991234005"}]}},
        {"subject": {"identifiers": [{"scheme": "passport", "value": ""}]}},
        {"occurred": "1970-01-01", "known": "2100-01-01"},
        {"said_by": "Sgt Sample"},
    ],
)
def test_doubt_never_silences(header: dict[str, Any]) -> None:
    """A wrong number, an unknown scheme or an implausible time is the hub's to flag."""
    assert _errors(incident_with(**header)) == []


def test_an_integer_that_the_reader_lets_pass_is_found_here() -> None:
    """Avro's int has 32 bits, but its reader gives whatever was written."""
    schema, datum = read_event(incident(), REGISTRY)
    datum["event"] |= {"version": 2**40, "correction": CORRECTION}
    (error,) = validate_event(datum, agency="police", type=schema.type)
    assert error.path == "event.version"


def test_the_text_names_no_value() -> None:
    schema, datum = read_event(incident_with(agency="camhs", reference="Z" * 300), REGISTRY)
    text = "".join(str(e) for e in validate_event(datum, agency="police", type=schema.type))
    assert "ZZ" not in text
    assert "camhs" not in text


@pytest.mark.parametrize("path", ["from_worker", "to_worker"])
def test_a_worker_is_named_by_a_reference_and_the_refusal_repeats_no_name(path: str) -> None:
    """A hand-over is all about two people, and the log must not say in clear who they are."""
    plain = {
        "type": "alert-handover",
        "event": incident_with(subject={})["event"],
        "alert_id": "83f004f6-2b06-5190-b0bb-63f7ec268f4a",
        "team": "custody",
        "role": "custody_sergeant",
        "from_worker": "staff-0412",
        "to_worker": "staff-0587",
    }
    assert _errors(plain) == []
    schema, datum = read_event({**plain, path: "Robin Marker"}, REGISTRY)
    (error,) = validate_event(datum, agency="police", type=schema.type)
    assert error.path == path
    assert "Robin" not in str(error)
    assert "staff-0412" in str(error)


def _canary(agency: str = "canary", **identifier: Any) -> dict[str, Any]:
    subject = {"identifiers": [{"scheme": "local", "value": "canary-2026-11-24", **identifier}]}
    return {"type": "canary", "event": incident_with(agency=agency, subject=subject)["event"]}


def test_the_hubs_own_agency_and_children_are_kept_apart() -> None:
    """Fails without: _canary_errors."""
    assert _errors(_canary(), "canary") == []
    assert _errors(_canary("police")) == ["type"]
    assert _errors(incident_with(agency="canary"), "canary") == ["type"]
    assert _errors(_retraction(agency="canary", version=2), "canary") == ["type"]
    for identifier in (
        {"scheme": "nhs-number", "value": "9991234004"},
        {"issuer": "police"},
    ):
        assert _errors(_canary(**identifier), "canary") == ["event.subject.identifiers"]
