"""mental-health-follow-up: somebody sees the child soon after, and not only writes (STANDARDS).

72 hours after a discharge from a mental health bed: a standard of the NHS for adults; that it holds
for children is not confirmed, and a child is in no less danger. 48 hours after the psychosocial
assessment of self-harm in an acute hospital: NICE guideline NG225. Both are hours that pass. What
counts as contact follows the Mental Health Services Data Set: face to face, by telephone or by
video. The review does not find that a follow-up was missing; it has contact that was kept as good
practice (3.22), and support to leave a Tier 4 unit (3.31).
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.deadlines import hours_after
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.hospital.hospital_stay import ADMISSION, DISCHARGE, TRANSFER
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key
from safeguarding.rules.wording import sentence

ASSESSMENT = "psychosocial-assessment"
FOLLOW_UP = "follow-up"
CONTACT = "camhs-contact"
DETENTION = "mental-health-detention"
ATTENDANCE = "emergency-attendance"

_KINDS = {
    DISCHARGE: frozenset({"mental_health_bed"}),
    ASSESSMENT: frozenset({"self_harm", "emergency_department"}),
}
_STEPS = {
    "offered": "an appointment was offered",
    "missed": "an appointment was missed",
    "declined": "the child would not",
}
_WARDS = frozenset({"childrens_ward", "adult_ward"})
_ROUTE = Route(
    act=("camhs_community", "social_worker"),
    readers=tuple(
        Reader(role)
        for role in (
            *("camhs_crisis", "camhs_outreach", "team_manager", "iro", "edt"),
            *("placement", "foster_carer"),
        )
    ),
    # An appointment is made by day; the crisis team reads of it.
    office_work=True,
    tells_speakers=True,
)


class MentalHealthFollowUp(Absence):
    """One expectation for each discharge from a mental health bed, and for each assessment."""

    id = "mental-health-follow-up"
    paragraphs: tuple[str, ...] = ("3.22", "3.31")
    why = (
        "The days after a mental health bed, and after self-harm, are the most dangerous. "
        "Somebody must see the child then, and not wait for a letter."
    )
    opens = frozenset({DISCHARGE, ASSESSMENT})
    meets = frozenset({FOLLOW_UP, CONTACT})
    bears = frozenset({ADMISSION, TRANSFER, DETENTION, ATTENDANCE})

    def window(self, thresholds: Thresholds) -> timedelta:
        """How long before it the bed may have been taken, and how long after it is looked for."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The discharge, or the assessment."""
        kind = "discharge" if opening.type == DISCHARGE else "assessment"
        return (ground_key(kind, opening.agency, opening.reference),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A contact that counts, within the hours for what it follows."""
        del calendar
        around = self.window(thresholds)
        since, until = opening.placed_at - around, opening.placed_at + around
        before = case.events({TRANSFER, DETENTION, ATTENDANCE}, since, opening.over_at)
        left_bed = opening.type == DISCHARGE
        from_bed = opening.details["site"] in thresholds["mental_health_sites"] or any(
            _in_bed(each, opening) for each in before
        )
        done = left_bed or opening.details["step"] == "completed"
        if left_bed is not from_bed or not done:
            return  # From a bed of another kind; or no assessment in an acute hospital.
        hours: int = thresholds["after_bed_hours" if left_bed else "after_assessment_hours"]
        due_at = hours_after(opening.over_at, hours)
        names = _names(opening, before)
        after = case.events(self.meets, opening.placed_at, until)
        about = [each for each in after if each.type == CONTACT or _follows(each, opening, names)]
        held = [each for each in about if _counts(each, thresholds["counted_ways"])]
        met = Met(held[0], held[0].placed_at) if held else None
        again = [
            each
            for each in case.events({ADMISSION}, opening.over_at, due_at)
            if left_bed and (met is None or each.placed_at < met.at)
        ]
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a contact with mental health services soon afterwards",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=_missed(opening, about, met, hours),
            cancelled="in hospital again before it was due" if again else None,
        )


def _in_bed(event: Event, opening: Event) -> bool:
    """Whether it says that the child was in a mental health bed at the place she is spoken of."""
    says = event.details
    if event.type == TRANSFER:
        taken = says["to_site"] == opening.details["site"]
        return taken and bool(says["kind"] == "to_mental_health")
    if event.type == DETENTION:
        return event.agency == opening.agency and says["place_kind"] in _WARDS
    return False


def _names(opening: Event, before: Sequence[Event]) -> frozenset[str]:
    """What a contact may name as what it follows: it, the stay, or the attendance there."""
    site = opening.details["site"]
    attendances = {
        each.reference
        for each in before
        if each.type == ATTENDANCE and each.details["site"] == site
    }
    own = {opening.reference, opening.details["spell"]} - {None}
    return frozenset(own | (attendances if opening.type == ASSESSMENT else set()))


def _follows(said: Event, opening: Event, names: frozenset[str]) -> bool:
    says = said.details
    return says["kind"] in _KINDS[opening.type] and says["after_reference"] in names


def _counts(said: Event, ways: Sequence[str]) -> bool:
    says = said.details
    way = (says["way"] or {}).get("code")
    if said.type == CONTACT:
        return says["outcome"] == "attended" and way in ways
    # It says itself what it follows, and that it was held; how may be left out.
    return says["step"] == "held" and (way is None or way in ways)


def _missed(opening: Event, said: Sequence[Event], met: Met | None, hours: int) -> Finding:
    left_bed = opening.type == DISCHARGE
    since = "discharge from a mental health bed" if left_bed else "psychosocial assessment"
    if met is not None:
        headline = "Mental health follow-up after the time for it"
        what = f"In contact later than {hours} hours after the {since}."
    else:
        headline = f"No mental health follow-up within {hours} hours"
        steps = [each.details["step"] for each in said if each.type == FOLLOW_UP]
        known = _STEPS.get(steps[-1]) if steps else None
        none = "no contact face to face, by telephone or by video is known"
        what = sentence([f"{hours} hours after the {since}, {none}", known])
        what += " Asked: of mental health services, to see the child."
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if met is None else (opening, met.by),
        route=_ROUTE,
        level=0 if met else 1,
        settled=met is not None,
    )
