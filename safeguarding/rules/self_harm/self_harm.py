"""self-harm: outside custody, wherever it happens (3.19, 3.22, 3.23).

One alert for each report under its agency's own reference: an attendance, or an incident that a
ward, a carer or anybody else tells of. Whether a carer's report and a hospital's are of one episode
no reference says, and a guess that joined two would hide one. So each is told, and names those of
the hours before it. Only where a hospital says itself that an admission follows from a report does
the admission belong to that report's alert.

Left to other rules: harm in custody, harm to a child who was missing, a child who leaves a ward.
What somebody saw (a sighting) is free text, which no rule reads.
"""

from collections.abc import Mapping
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key
from safeguarding.rules.self_harm import self_harm_words as words
from safeguarding.rules.self_harm_reports import (
    ATTENDANCE,
    INCIDENT,
    could_have_killed,
    is_self_harm,
    may_be_self_harm,
)

ADMISSION = "hospital-admission"
ASSESSMENT = "psychosocial-assessment"

_REPORTS = frozenset({ATTENDANCE, INCIDENT})
_ABLE_TO_ACT = (
    "social_worker",
    "edt",
    "placement",
    "foster_carer",
    "camhs_crisis",
    "safeguarding_nurse",
)


class SelfHarm:
    """One alert for each report of self-harm. Nothing settles it: the danger is not over."""

    id = "self-harm"
    paragraphs: tuple[str, ...] = ("3.19", "3.22", "3.23")
    why = (
        "A child who harms herself may do so again within hours, and more dangerously. "
        "Whoever cares for her next must know what happened, and with what."
    )
    watches = _REPORTS | {ADMISSION, ASSESSMENT}

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What can be seen from any report that the event may bear on."""
        around = 2 * timedelta(days=thresholds["look_around_days"])
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """Every report at hand: an event may change what is said of reports beside it."""
        at_hand = [about, *case.standings.of(self.watches)]
        return {_key(each) for each in at_hand if each.type in _REPORTS}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about each report that the event may bear on.

        As for a placement's move, it follows from what can be seen from the report itself, so the
        order in which events come changes nothing.
        """
        around = timedelta(days=thresholds["look_around_days"])
        findings: dict[str, Finding | None] = {}
        if about.type in _REPORTS:
            findings[_key(about)] = None  # Unless it stands, which is seen below.
        for report in case.events(_REPORTS, about.placed_at - around, about.placed_at + around):
            findings[_key(report)] = _finding(report, case, thresholds)
        return findings


def _finding(report: Event, case: Case, thresholds: Thresholds) -> Finding | None:
    codes = thresholds["self_harm_codes"]
    if not may_be_self_harm(report, codes):
        return None
    known = is_self_harm(report, codes)
    admissions = _admissions(report, case, thresholds)
    assessments = _assessments(report, case, thresholds)
    before = _before(report, case, thresholds)
    said = [words.happened(report, self_harm=known), *(words.admitted(each) for each in admissions)]
    if known and report.type == ATTENDANCE:
        said.append(words.expected(assessments))
    if before:
        said.append(words.beside(before, thresholds["episode_hours"]))
    critical = could_have_killed(report, codes, admitted=bool(admissions))
    return Finding(
        severity=Severity.CRITICAL if critical else Severity.HIGH,
        headline=words.headline(report, self_harm=known),
        what=" ".join(said),
        where=words.where(report),
        occurred=report.occurred,
        grounds=(report, *admissions, *assessments),
        route=Route(act=_ABLE_TO_ACT),
    )


def _key(report: Event) -> str:
    return ground_key("report", report.agency, report.reference)


def _admissions(report: Event, case: Case, thresholds: Thresholds) -> list[Event]:
    """Those that the same hospital says follow from the report."""
    around = timedelta(days=thresholds["look_around_days"])
    return [
        each
        for each in case.events({ADMISSION}, report.placed_at - around, report.placed_at + around)
        if (each.agency, each.details["follows_reference"]) == report.key
    ]


def _assessments(report: Event, case: Case, thresholds: Thresholds) -> list[Event]:
    """Those at the hospital that the child came to, since then; a day counts until its end."""
    if report.type != ATTENDANCE:
        return []
    since = report.placed_at - timedelta(days=thresholds["look_around_days"])
    until = report.placed_at + timedelta(days=thresholds["assessment_days"])
    return [
        each
        for each in case.events({ASSESSMENT}, since, until)
        if each.details["site"] == report.details["site"] and each.over_at >= report.placed_at
    ]


def _before(report: Event, case: Case, thresholds: Thresholds) -> list[Event]:
    since = report.placed_at - timedelta(hours=thresholds["episode_hours"])
    return [
        each
        for each in case.events(_REPORTS, since, report.placed_at)
        if each.key != report.key and may_be_self_harm(each, thresholds["self_harm_codes"])
    ]
