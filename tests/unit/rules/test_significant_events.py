"""What is self-harm, and what is significant: one reading for every rule.

Each row of the table is something that an agency says, and each column a question that rules ask:

* self-harm: is it known to be self-harm (self-harm-escalation, risk-stratification,
  psychosocial-assessment, placement-briefing)?
* may be: is it, or may it be, while nobody has said (self-harm)?
* killed: could it have killed; and if admitted: where a hospital says that an admission follows
  (self-harm, custody-ligature, safety-plan)?
* plan: is it significant, so that the whole plan needs a look (planning-meeting-overdue)?
* carers: must those she lives with have something to say of it (placement-silence)?
* grave: must an admission after it not end without a plan (discharge-without-plan); of an
  attendance, must it not be told late (late-disclosure)?
* critical: was her life in danger, as far as the report itself says so (team-support)?
"""

from dataclasses import replace
from typing import Any

import pytest

from safeguarding.events import Event
from safeguarding.rules.self_harm_reports import (
    CRITICAL_IN_CUSTODY,
    CRITICAL_METHODS,
    REPORTS,
    could_have_killed,
    is_self_harm,
    may_be_self_harm,
    method_of,
)
from safeguarding.rules.significant_events import (
    GRAVE,
    SIGNIFICANT,
    SIGNIFICANT_FOR_A_PLACEMENT,
    is_critical,
    is_grave,
    is_significant,
    is_significant_for_a_placement,
)
from schemas.rulesets import NEXT, load_ruleset
from tests.unit.rules.said import NIGHT as AT
from tests.unit.rules.said import (
    Said,
    attendance,
    detention,
    harmed,
    incident,
    left,
    london,
    registry,
)
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_intent import intent
from tests.unit.rules.said_risk import detained, exploited, left_hospital

CODES = ("248062006", "276853009")
CODED: dict[str, Any] = {"complaint": {"system": "snomed-ct", "code": "248062006"}}
INTENT_CODED: dict[str, Any] = {"injury_intent": {"system": "snomed-ct", "code": "276853009"}}
SUICIDAL: dict[str, Any] = {"complaint": {"system": "snomed-ct", "code": "6471006"}}


def seen(self_harm: str, unconscious: bool | None = None, **codes: Any) -> Said:
    return attendance(AT, self_harm=self_harm, unconscious=unconscious, **codes)


COLUMNS = "self-harm | may be | killed | if admitted | plan | carers | grave | critical"
NOTHING = ".  .  .  .  .  .  .  ."
EVERYTHING = "x  x  x  x  x  x  x  x"
TABLE: list[tuple[Said, str]] = [
    # What staff see counts for more than the codes; unconscious, it may be as long as nobody knows.
    (seen("yes"), "x  x  .  x  x  x  x  ."),
    (seen("yes", unconscious=True), EVERYTHING),
    (seen("no"), NOTHING),
    (seen("no", **CODED), NOTHING),
    (seen("no", unconscious=True), ".  .  .  .  .  .  x  ."),
    (seen("not_known"), NOTHING),
    (seen("not_known", **SUICIDAL), NOTHING),
    (seen("not_known", **CODED), "x  x  .  x  x  x  x  ."),
    (seen("not_known", **INTENT_CODED), "x  x  .  x  x  x  x  ."),
    (seen("not_known", unconscious=True), ".  x  x  x  x  x  x  x"),
    (seen("not_known", unconscious=True, **CODED), EVERYTHING),
    # An incident is self-harm. How, and what came of it, says whether it could have killed.
    (harmed("ligature"), EVERYTHING),
    (harmed("height"), EVERYTHING),
    (harmed("railway"), EVERYTHING),
    (harmed("water", unconscious=False, admission_needed=False), EVERYTHING),
    (harmed("laceration"), "x  x  .  .  x  x  x  ."),
    (harmed("laceration", admission_needed=True), "x  x  .  .  x  x  x  ."),
    (harmed("laceration", unconscious=True), EVERYTHING),
    (harmed("other"), "x  x  .  .  x  x  x  ."),
    (harmed("overdose"), "x  x  .  x  x  x  x  ."),
    (harmed("overdose", admission_needed=False), "x  x  .  x  x  x  x  ."),
    (harmed("overdose", admission_needed=True), EVERYTHING),
    (harmed("not_known"), "x  x  .  x  x  x  x  ."),
    (harmed("not_known", admission_needed=True), EVERYTHING),
    # In custody any self-harm could have killed; so could what left the child unconscious.
    (incident("ligature"), EVERYTHING),
    (incident("other_self_harm"), EVERYTHING),
    (incident("unconscious"), ".  x  x  x  x  x  x  x"),
    (incident("force_used"), NOTHING),
    (incident("observation_raised"), NOTHING),
    (incident("healthcare_called"), NOTHING),
    # What is significant besides self-harm.
    (intent(AT), ".  .  .  .  x  x  .  ."),
    (intent(AT, step="repeated"), ".  .  .  .  x  x  .  ."),
    (intent(AT, step="closed", closed_because="seen"), NOTHING),
    (detention(AT), ".  .  .  .  x  x  .  ."),
    (detained(AT), ".  .  .  .  x  x  .  ."),
    (detained(AT, step="ended"), NOTHING),
    (left_hospital(AT), ".  .  .  .  x  x  .  ."),
    (left_hospital(AT, from_kind="placement"), ".  .  .  .  x  x  .  ."),
    (left_hospital(AT, step="returned"), NOTHING),
    (exploited(AT, level="suspected"), NOTHING),
    (exploited(AT, level="likely"), ".  .  .  .  x  x  .  ."),
    (exploited(AT, level="confirmed"), ".  .  .  .  x  x  .  ."),
    # Whoever takes her in after a breakdown knows no more of it.
    (left("PL-1", AT, planned=False), ".  .  .  .  x  .  .  ."),
    (left("PL-1", AT, planned=True), NOTHING),
    (left("PL-1", AT), NOTHING),
    # By whomever. After a death nothing is planned, but those who were there were there.
    (harm("serious_harm", AT), ".  .  .  .  .  .  x  x"),
    (harm("death", AT), ".  .  .  .  .  .  .  x"),
]


def named(said: object) -> str:
    if not isinstance(said, Said):
        return ""
    details = said.details.items()
    told = [f"{name} {value}" for name, value in details if not isinstance(value, dict)]
    codes = [f"{name} coded" for name, value in details if isinstance(value, dict)]
    return f"{said.type}: {', '.join([*told, *codes])}"


def event(said: Said) -> Event:
    return said.received(london("2021-10-02 12:00"))


def answers(of: Event) -> list[bool]:
    return [
        is_self_harm(of, CODES),
        may_be_self_harm(of, CODES),
        could_have_killed(of, CODES),
        could_have_killed(of, CODES, admitted=True),
        is_significant(of, CODES),
        is_significant_for_a_placement(of, CODES),
        is_grave(of, CODES),
        is_critical(of, CODES),
    ]


@pytest.mark.parametrize(("said", "wanted"), TABLE, ids=named)
def test_each_question_has_one_answer_for_every_rule(said: Said, wanted: str) -> None:
    names = COLUMNS.split(" | ")
    found = dict(zip(names, answers(event(said)), strict=True))
    expected = [answer == "x" for answer in wanted.split()]
    assert found == dict(zip(names, expected, strict=True))


def test_nothing_else_that_an_agency_says_is_self_harm_or_significant() -> None:
    others = {each.type for each in registry().family("events")} - {said.type for said, _ in TABLE}
    assert len(others) > 50
    for each in others:
        # It says all that a report could say, and is none all the same.
        says = {**event(harmed("ligature")).details, "self_harm": "yes", "step": "started"}
        other = replace(event(seen("yes", unconscious=True)), type=each, details=says)
        assert not any(answers(other)), each


def test_the_table_has_every_type_kind_and_method_that_there_is() -> None:
    said = [each for each, _ in TABLE]
    assert {each.type for each in said} == SIGNIFICANT | GRAVE
    assert SIGNIFICANT_FOR_A_PLACEMENT < SIGNIFICANT
    assert SIGNIFICANT & GRAVE == REPORTS
    for kind, name in (("self-harm-incident", "method"), ("custody-incident", "kind")):
        source = registry().event(kind).source
        (symbols,) = [each["type"]["symbols"] for each in source["fields"] if each["name"] == name]
        assert {each.details[name] for each in said if each.type == kind} == {*symbols}


def test_what_could_have_killed_may_be_self_harm_and_what_is_self_harm_is_significant() -> None:
    for said, _ in TABLE:
        known, may_be, killed, admitted, significant, carers, grave, _ = answers(event(said))
        assert known <= may_be <= significant
        assert killed <= admitted <= may_be <= grave
        assert carers <= significant


def test_without_codes_only_what_staff_see_counts() -> None:
    assert not is_self_harm(event(seen("not_known", **CODED)), ())
    assert is_self_harm(event(seen("yes")), ())


@pytest.mark.parametrize(
    ("said", "how"),
    [
        (harmed("overdose"), "overdose"),
        (harmed("not_known"), None),
        (incident("ligature"), "ligature"),
        (incident("other_self_harm"), None),
        (seen("yes"), None),
    ],
    ids=named,
)
def test_how_it_was_done_is_said_by_some_reports_only(said: Said, how: str | None) -> None:
    assert method_of(event(said)) == how


def test_the_deadliest_methods_are_those_that_could_have_killed_whatever_came_of_it() -> None:
    order = load_ruleset(NEXT)[0].thresholds["self-harm-escalation"]["deadliness"]
    worst = max(order.values())
    assert {each for each, rank in order.items() if rank == worst} == CRITICAL_METHODS
    assert "ligature" in CRITICAL_IN_CUSTODY
