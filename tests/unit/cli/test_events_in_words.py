"""Each kind of event in plain words: all that was said, and nothing that was not."""

import json
from pathlib import Path
from typing import Any

import pytest

from projections.queries.words.events import event_in_words
from projections.queries.words.said import Said, field_by_field
from schemas.plain import read_event, write_event
from schemas.registry import Schema
from tests.unit.rules.said import registry
from tests.unit.schemas.every_event import SCHEMAS, full_event
from tests.unit.schemas.mutations import mutations

SAMPLES = Path(__file__).parents[3] / "producers" / "samples"


def words_of(event: dict[str, Any]) -> Said:
    header = {
        "event_id": "9b657181-1d71-5b71-a0e8-0a17f7d0a4f1",
        "agency": "police",
        "reference": "R-1",
        "version": 1,
        "occurred": "2021-10-02T02:40+01:00",
        "known": "2021-10-02T02:40+01:00",
        "statement": "fact",
        "subject": {"identifiers": []},
        "basis": "public_task",
        "purpose": "safeguarding",
    }
    return words_of_whole({"event": header, **event})


def words_of_whole(plain: dict[str, Any]) -> Said:
    schema, datum = read_event(plain, registry())
    return event_in_words(
        schema.type, {name: value for name, value in datum.items() if name != "event"}
    )


INCIDENT = {"type": "custody-incident", "custody_record": "CR-1", "station": "north"}
CODE = {"system": "ssda903.place", "code": "U6", "display": "Other foster carer"}

TITLES: list[tuple[dict[str, Any], str]] = [
    ({"type": "custody-detention", "custody_record": "CR-1", "station": "north"},
     "Detained at north"),
    ({**INCIDENT, "kind": "ligature"}, "Ligature in custody"),
    ({**INCIDENT, "kind": "other_self_harm"}, "Self-harm in custody"),
    ({**INCIDENT, "kind": "unconscious"}, "Unconscious in custody"),
    ({**INCIDENT, "kind": "force_used"}, "Force used in custody"),
    ({**INCIDENT, "kind": "observation_raised"}, "Watched more closely in custody"),
    ({**INCIDENT, "kind": "healthcare_called"}, "Healthcare called to custody"),
    ({"type": "vulnerable-person-assessment", "completed_by": "custody_sergeant",
      "occasion": "arrest", "self_harm": "no"}, "Vulnerability assessed on arrest"),
    ({"type": "custody-release", "custody_record": "CR-1", "station": "north",
      "outcome": "released_under_investigation"},
     "Released from north: released under investigation"),
    ({"type": "emergency-attendance", "site": "RXX01", "self_harm": "not_known"},
     "Came to the emergency department of RXX01"),
    ({"type": "hospital-admission", "site": "RXX01", "spell": "S", "ward": "Puffin"},
     "Admitted to Puffin, RXX01"),
    ({"type": "hospital-admission", "site": "RXX01", "spell": "S"}, "Admitted to RXX01"),
    ({"type": "hospital-discharge", "site": "RXX01", "spell": "S"}, "Discharged from RXX01"),
    ({"type": "discharge-readiness", "site": "RXX01", "spell": "S", "step": "ready"},
     "Medically fit to leave RXX01"),
    ({"type": "discharge-readiness", "site": "RXX01", "spell": "S", "step": "no_longer_ready"},
     "No longer fit to leave RXX01"),
    ({"type": "missing-report", "episode": "E", "reported_by": "placement", "kind": "missing"},
     "Reported missing"),
    ({"type": "missing-report", "episode": "E", "reported_by": "placement",
      "kind": "away_without_authorisation"}, "Away without authorisation"),
    ({"type": "missing-found", "episode": "E"}, "Found"),
    ({"type": "missing-found", "episode": "E", "found_by": "foster_carer"},
     "Found by foster carer"),
    ({"type": "placement-start", "placement": "P", "kind": CODE,
      "registration": "not_known"}, "Placement starts: Other foster carer (U6)"),
    ({"type": "placement-end", "placement": "P", "ended_by": "not_known"}, "Placement ends"),
    ({"type": "legal-status", "status": {"system": "ssda903.ls", "code": "C1"}},
     "Legal status: code C1 of ssda903.ls"),
    ({"type": "review", "kind": "looked_after"}, "Review of the care plan held"),
    ({"type": "review", "kind": "child_protection"}, "Child protection conference held"),
    (
        {"type": "health-assessment", "kind": "initial", "step": "held"},
        "First health assessment in care: held",
    ),
    (
        {"type": "health-assessment", "kind": "review", "step": "declined"},
        "Health assessment in care: declined",
    ),
    ({"type": "canary"}, "Canary: Kith looks whether it reaches itself, about no child"),
    ({"type": "self-harm-incident", "method": "overdose"}, "Self-harm: overdose"),
    ({"type": "self-harm-incident", "method": "height"}, "Self-harm: at a height"),
    ({"type": "self-harm-incident", "method": "not_known"}, "Self-harm: nobody knows how"),
    ({"type": "retraction", "reason": "did_not_happen"}, "Taken back: it did not happen"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "title"), TITLES, ids=[title for _, title in TITLES])
def test_a_title_says_what_happened(event: dict[str, Any], title: str) -> None:
    assert words_of(event).title == title


def test_an_incident_says_with_what_and_what_was_done() -> None:
    said = words_of(
        {
            **INCIDENT,
            "kind": "ligature",
            "means": "tracksuit bottoms",
            "injury": "red mark on the neck",
            "observation_level": "close_proximity",
            "action_taken": "Cut down; nurse called.",
        }
    )
    assert said.lines == (
        "Means: tracksuit bottoms",
        "Injury: red mark on the neck",
        "Observation: close proximity",
        "Done: Cut down; nurse called.",
        "At north, custody record CR-1",
    )


def test_what_was_not_said_is_not_shown() -> None:
    assert words_of({**INCIDENT, "kind": "ligature"}).lines == ("At north, custody record CR-1",)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("yes", "Self-harm: the form speaks of it"),
        ("no", "Self-harm: the form says there was none"),
        ("not_recorded", "Self-harm: the form is silent, which is not the same as no"),
    ],
)
def test_a_silent_form_does_not_pass_for_a_no(answer: str, words: str) -> None:
    said = words_of(
        {
            "type": "vulnerable-person-assessment",
            "completed_by": "custody_sergeant",
            "occasion": "arrest",
            "self_harm": answer,
        }
    )
    assert said.lines[0] == words


def test_a_placement_says_what_makes_it_risky_and_never_its_postcode() -> None:
    said = words_of(
        {
            "type": "placement-start",
            "placement": "P",
            "kind": CODE,
            "registration": "unregistered",
            "out_of_area": True,
            "planned": False,
            "emergency": True,
            "postcode": "ZZ99 3VZ",
            "name": "The Elms",
        }
    )
    assert "Unregistered, out of area, not planned, in an emergency" in said.lines
    assert "Name: The Elms" in said.lines
    assert "ZZ99" not in str(said)


def test_a_reference_stays_as_it_is() -> None:
    """Fails without: _SYMBOL in _plain."""
    meeting = {"type": "meeting", "kind": "strategy", "step": "held", "planned": "planned"}
    said = words_of({**meeting, "meeting": "MT_2024_31", "purposes": ["plan_next_steps"]})
    assert "Meeting: MT_2024_31" in said.lines
    assert "Purposes: plan next steps" in said.lines


def test_no_and_not_said_are_told_apart() -> None:
    detention = {"type": "custody-detention", "custody_record": "CR-1", "station": "north"}
    said = words_of({**detention, "substances_suspected": False})
    assert "Substances suspected: no" in said.lines
    assert not [line for line in words_of(detention).lines if "Substances" in line]


def test_a_kind_without_words_of_its_own_is_shown_field_by_field() -> None:
    said = field_by_field(
        "strategy-discussion",
        {
            "held": {"at": words_time(), "precision": "day"},
            "outcome": {"system": "local", "code": "S47", "display": "Section 47 enquiry"},
            "present": ["police", "camhs"],
            "chair": {"role": "team_manager", "name": None},
            "recorded": True,
            "note": None,
        },
    )
    assert said == Said(
        "Strategy discussion",
        (
            "Held: Sat 2 Oct 2021",
            "Outcome: Section 47 enquiry (S47)",
            "Present: police, camhs",
            "Chair: role team_manager",
            "Recorded: yes",
        ),
    )


def words_time() -> Any:
    _, datum = read_event(
        {
            "type": "missing-found",
            "event": {
                "event_id": "9b657181-1d71-5b71-a0e8-0a17f7d0a4f1",
                "agency": "police",
                "reference": "R",
                "version": 1,
                "occurred": "2021-10-02",
                "known": "2021-10-02",
                "statement": "fact",
                "subject": {"identifiers": []},
                "basis": "public_task",
                "purpose": "safeguarding",
            },
            "episode": "E",
        },
        registry(),
    )
    return datum["event"]["occurred"]["at"]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_sample_has_words_of_its_own(path: Path) -> None:
    for line in path.read_text().splitlines():
        event = json.loads(line)
        event.pop("event")
        said = words_of(event)
        generic = field_by_field(event["type"], {})
        assert said.title != generic.title
        # Names of the contract are for machines.
        assert not [text for text in (said.title, *said.lines) if "None" in text or "_" in text]


# A reader finds the alert by its id, and the child by the placement's name; codes have their words.
# Who reads of one child is not to learn who another is: only that there is one is shown.
NOT_SHOWN = {
    "acknowledgement notification_id",
    "alert-handover notification_id",
    "placement-start postcode",
    *(
        f"missing-report companion_identifiers[{index}]{name}"
        for index in (0, 1)
        for name in ("", ".scheme", ".value", ".issuer")
    ),
}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.versioned_type)
def test_whatever_an_agency_says_changes_the_words(schema: Schema) -> None:
    """Fails without: the agency of an invitee, and when it was asked; arrest on another ground."""
    plain = write_event(schema, full_event(schema))
    as_it_is = words_of_whole(plain)
    unseen: set[str] = set()
    by_symbol: dict[str, list[Said]] = {}
    for mutation in mutations(schema):
        path = mutation.place.path
        if mutation.refused_at or path.startswith("event.") or path.endswith(".system"):
            continue
        words = words_of_whole(mutation.of(plain))
        if mutation.place.kind == "enum":
            by_symbol.setdefault(path, []).extend([words] * mutation.what.startswith("as "))
        elif words == as_it_is:
            unseen.add(f"{schema.type} {path}")
    assert unseen <= NOT_SHOWN
    alike = [path for path, words in by_symbol.items() if len(words) > len(set(words))]
    assert alike == []
