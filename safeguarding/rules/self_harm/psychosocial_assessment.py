"""psychosocial-assessment: a child who harmed herself is assessed before she leaves (3.19).

NICE guideline NG225: whoever comes to an emergency department after self-harm has a psychosocial
assessment. It is the absence half of ``self_harm``, which tells of the harm itself. Where she is
admitted it is due at the discharge. An emergency department says when a child came and not when she
went, so where she was not admitted it is due after some hours.

Who assesses may say so in the hospital's words or in those of a mental health service, whose team
comes to the ward and tells of a contact (3.20). Where that contact took place and says what was
found of risk, the child was assessed, and nobody is told that she was not.

A mental health ward that takes the child assesses her anyway; so nothing is awaited from then on.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import hours_after
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.hospital.hospital_stay import (
    ADMISSION,
    DISCHARGE,
    TRANSFER,
    HospitalStay,
    stay_from,
)
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key
from safeguarding.rules.self_harm_reports import ATTENDANCE, is_self_harm
from safeguarding.rules.wording import sentence

ASSESSMENT = "psychosocial-assessment"
CONTACT = "camhs-contact"

_STEPS = {
    "requested": "one was asked for",
    "started": "one was begun",
    "refused": "the child would not",
    "not_done": "it did not take place",
}
_READERS = ("team_manager", "edt", "iro", "camhs_community", "ward", "placement", "foster_carer")


class PsychosocialAssessment(Absence):
    """One expectation for each attendance for self-harm."""

    id = "psychosocial-assessment"
    paragraphs: tuple[str, ...] = ("3.19",)
    why = (
        "A wound that is glued says nothing of what the child meant by it. "
        "Who leaves without being asked may do worse on the next day."
    )
    opens = frozenset({ATTENDANCE})
    meets = frozenset({ASSESSMENT, CONTACT})
    bears = frozenset({ADMISSION, DISCHARGE, TRANSFER})

    def window(self, thresholds: Thresholds) -> timedelta:
        """A stay that follows may last for months."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The attendance."""
        return (ground_key("attendance", opening.agency, opening.reference),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """An assessment at a hospital where she was for it, where it was self-harm."""
        del calendar
        if not is_self_harm(opening, thresholds["self_harm_codes"]):
            return
        until = opening.placed_at + self.window(thresholds)
        stay = _stay(opening, case, until, thresholds)
        sites = {opening.details["site"]} if stay is None else stay.sites
        said = [
            each
            for each in case.events(self.meets, opening.placed_at - timedelta(days=1), until)
            if each.over_at >= opening.placed_at and _is_about(each, sites)
        ]
        done = [each for each in said if _is_done(each, thresholds["contact_ways"])]
        met = Met(done[0], done[0].placed_at) if done else None
        due_at = _due_at(opening, stay, case, thresholds)
        # One that says too little is worth a word, but weeks later no line of its own.
        told = [
            each
            for each in said
            if each.type == ASSESSMENT or due_at is None or each.placed_at <= due_at
        ]
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a psychosocial assessment before the child leaves the hospital",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=_missed(opening, stay, told, met),
            cancelled=_taken(stay, met),
        )


def _is_about(said: Event, sites: Collection[str]) -> bool:
    """Whether it is an assessment there, or a contact that took place, of which none says where."""
    if said.type == CONTACT:
        return bool(said.details["outcome"] == "attended")
    return said.details["site"] in sites


def _is_done(said: Event, ways: Collection[str]) -> bool:
    if said.type == ASSESSMENT:
        return bool(said.details["step"] == "completed")
    way = (said.details["way"] or {}).get("code")
    return way in ways and bool(said.details["risk"])


def _stay(
    attendance: Event, case: Case, until: datetime, thresholds: Thresholds
) -> HospitalStay | None:
    """The stay that the hospital says follows from it, or that began there within some hours."""
    soon = attendance.over_at + timedelta(hours=thresholds["admission_hours"])
    here = (attendance.agency, attendance.details["site"])
    for each in case.events({ADMISSION}, attendance.placed_at - timedelta(days=1), until):
        follows = each.details["follows_reference"]
        unnamed = follows is None and (each.agency, each.details["site"]) == here
        began = attendance.placed_at <= each.over_at and each.placed_at <= soon
        if (each.agency, follows) == attendance.key or (unnamed and began):
            return stay_from(each, case, until)
    return None


def _due_at(
    attendance: Event, stay: HospitalStay | None, case: Case, thresholds: Thresholds
) -> datetime | None:
    if stay is not None:
        return None if stay.end is None else stay.end.over_at
    hours: int = thresholds["hours"]
    latest = hours_after(attendance.over_at, hours)
    here = (attendance.agency, attendance.details["site"])
    left = [
        each.over_at
        for each in case.events({DISCHARGE}, attendance.placed_at, latest)
        if (each.agency, each.details["site"]) == here
    ]
    return min([latest, *left])


def _taken(stay: HospitalStay | None, met: Met | None) -> str | None:
    transfers = () if stay is None else stay.transfers
    taken = [each for each in transfers if each.details["kind"] == "to_mental_health"]
    if not taken or (met is not None and met.at <= taken[0].placed_at):
        return None
    return "a mental health ward has taken the child, and assesses"


def _known_of(said: Event) -> str:
    if said.type == CONTACT:
        return "mental health services have been in contact with the child"
    return _STEPS[said.details["step"]]


def _missed(
    attendance: Event, stay: HospitalStay | None, said: Sequence[Event], met: Met | None
) -> Finding:
    admitted = stay is not None
    came = "Admitted after self-harm, and discharged" if admitted else "Came after self-harm"
    if met is not None:
        headline = "Psychosocial assessment after the time for it"
        done = "A psychosocial assessment was completed later."
        if met.by.type == CONTACT:
            headline = "Assessed by mental health services after the time for it"
            done = (
                "Mental health services have seen the child since, and say what they found of risk."
            )
        what = f"{came}. {done}"
    else:
        headline = "After self-harm: no psychosocial assessment is known"
        step = _known_of(said[-1]) if said else None
        known = "no psychosocial assessment is known to be completed"
        asked = "Asked: to see the child, and to tell who has the child now what to look out for."
        what = f"{sentence([came, known, step])} {asked}"
    able = ("camhs_crisis", "social_worker")
    end = None if stay is None else stay.end
    grounds = (attendance, end, None if met is None else met.by)
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=what,
        where=attendance.details["site"],
        occurred=attendance.occurred,
        grounds=tuple(each for each in grounds if each is not None),
        # At night, too: the crisis team works then, and the next harm may be hours away (3.19).
        route=Route(
            act=able if admitted else (*able, "a_and_e"),
            readers=tuple(Reader(role) for role in _READERS),
            tells_speakers=True,
            # The hospital leaves the network when the child does.
            answer_for_it=(Reader("safeguarding_nurse", attendance.agency),),
        ),
        level=0 if met else 1,
        settled=met is not None,
    )
