"""health-assessment: a doctor sees a child whose care begins, and her health is followed after it.

Care Planning, Placement and Case Review (England) Regulations 2010, regulation 7. The first is by a
registered medical practitioner, before the first placement or before the first review of the care
plan, unless one was done in the three months before. The statutory guidance on the health of
looked-after children (2015) counts 20 working days from the start of care, in which the first
review is held too. After that at least every six months before the fifth birthday, and every twelve
months after it; a nurse or midwife may do those. The review tells of none, held or missed.

Each assessment opens the next. What is awaited is that it was held: when its report came is said by
few. A child who understands what it is may refuse; that answers it, and the next is awaited in its
time. Where no birthday is known, or it is stated after the assessment was told of, twelve months
are awaited until something else is told, so that nobody is told of what may not be due.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import birthday, end_of_month_day, end_of_working_day
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.planning.looked_after import (
    CARE_ENDED,
    PLACEMENT_END,
    PLACEMENT_START,
    REVIEWS,
    begins_care,
    ends_care,
    is_review,
)
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key

ASSESSMENT = "health-assessment"
_A_DAY = timedelta(days=1)
_ACT = ("social_worker", "team_manager")
_READERS = (Reader("iro"),)
_ROUTE = Route(act=_ACT, readers=_READERS, office_work=True, tells_speakers=True)
# Nobody is called for what is over, but whoever was called before.
_OVER = replace(_ROUTE, act=(), readers=(*map(Reader, _ACT), *_READERS))
_SO_FAR = {
    "offered": " An appointment was offered.",
    "missed": " An appointment was missed.",
    "held": " One was held, and it is not known to have been by a doctor.",
}


class HealthAssessment(Absence):
    """One expectation open at a time: from the start of care, or the last assessment, on."""

    id = "health-assessment"
    paragraphs: tuple[str, ...] = ("3.3",)
    why = (
        "A child who comes into care may never have been seen by a doctor, and what she has lived "
        "through tells on her health. Who looks after her must know what she needs."
    )
    opens = frozenset({PLACEMENT_START, ASSESSMENT})
    meets = frozenset({ASSESSMENT})
    bears = REVIEWS | {PLACEMENT_END}

    def window(self, thresholds: Thresholds) -> timedelta:
        """More than a year, since the next one is due in a year. Such events are few."""
        return timedelta(days=thresholds["look_around_days"])

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What says that she was in care already lies before an opening; meetings are many."""
        around = self.window(thresholds)
        known = timedelta(days=thresholds["care_known_days"])
        return (
            Need(self.watches - REVIEWS, 2 * around, 2 * around),
            Need(REVIEWS, around + known, around),
        )

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """A review shows that care had begun before; a meeting that is none bears on nothing."""
        del case
        at, ahead = about.placed_at, timedelta(days=thresholds["care_known_days"])
        if about.type in REVIEWS:
            return at, at + ahead if is_review(about) else at
        return at - self.window(thresholds), at + ahead

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The start of care, or the assessment."""
        return (ground_key("after", *opening.key),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """The next assessment: by a doctor where care has begun."""
        began, until = opening.placed_at, opening.placed_at + self.window(thresholds)
        if opening.type == ASSESSMENT:
            if not _is_answer(opening):
                return
            due_at = end_of_month_day(began, _months(case, began, thresholds))
            place = (began, opening.key)
            told = case.events(self.meets, began, until)
            told = [each for each in told if (each.placed_at, each.key) > place]
            answers = [each for each in told if _is_answer(each)]
        elif begins_care(opening, case, thresholds):
            due_at = end_of_working_day(began, thresholds["first_working_days"], calendar)
            fresh = _months_before(began, thresholds["fresh_months"])
            told = case.events(self.meets, fresh, until)
            answers = [each for each in told if _is_first(each, began, thresholds)]
        else:
            return
        met = Met(answers[0], answers[0].placed_at) if answers else None
        over = _is_over(opening, min(due_at, met.at) if met else due_at, case, thresholds)
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a health assessment",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=_missed(opening, told, met, thresholds["first_working_days"]),
            cancelled=CARE_ENDED if over else None,
        )


def _is_answer(event: Event) -> bool:
    """Held, or declined by a child who understands what it is."""
    return event.type == ASSESSMENT and event.details["step"] in {"held", "declined"}


def _is_first(event: Event, began: datetime, thresholds: Thresholds) -> bool:
    """Whether it is what a child whose care begins must have: by a doctor, unless she declines."""
    says = event.details
    if says["step"] == "declined":
        return event.placed_at >= began
    by_doctor = says["by"] in thresholds["doctors"] or (
        says["by"] is None and says["kind"] == "initial"
    )
    return says["step"] == "held" and by_doctor


def _months(case: Case, began: datetime, thresholds: Thresholds) -> int:
    """To the next one: fewer where these end before she is no small child any more."""
    months: int = thresholds["months"]
    young: int = thresholds["young_months"]
    born = case.subject.born
    if born is None:
        return months
    no_longer_young = birthday(born, thresholds["young_years"])
    return young if end_of_month_day(began, young) <= no_longer_young else months


def _months_before(at: datetime, months: int) -> datetime:
    """The beginning of the day with the same number so many months before."""
    return end_of_month_day(at, -months) - _A_DAY


def _is_over(opening: Event, until: datetime, case: Case, thresholds: Thresholds) -> bool:
    """Whether care has ended by then, or had ended before the assessment.

    Not where a placement before the assessment, or soon after it, began care again: no other
    assessment is asked for then, so this one counts.
    """
    began = opening.placed_at
    first = opening.type == PLACEMENT_START
    since = began if first else began - timedelta(days=thresholds["care_known_days"])
    told = case.events({PLACEMENT_END}, since, until)
    ends = [each for each in told if ends_care(each) and each.placed_at < until]
    if first or not ends:
        return bool(ends)
    fresh = end_of_month_day(began, thresholds["fresh_months"])
    return not any(
        each.details["placement"] != ends[-1].details["placement"]
        for each in case.events({PLACEMENT_START}, ends[-1].placed_at, fresh)
    )


def _missed(opening: Event, told: Sequence[Event], met: Met | None, days: int) -> Finding:
    if met is not None:
        headline = "Health assessment after the time for it"
        declined = met.by.details["step"] == "declined"
        how = "The child declined it" if declined else "The child's health was assessed"
        what = f"{how}, later than the regulations say."
    else:
        headline = "No health assessment is known"
        since = [each for each in told if each.placed_at >= opening.placed_at]
        what = _so_long(opening, days)
        what += "".join(_SO_FAR[each.details["step"]] for each in since[-1:])
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if met is None else (opening, met.by),
        route=_OVER if met else _ROUTE,
        level=0 if met else 1,
        settled=met is not None,
    )


def _so_long(opening: Event, days: int) -> str:
    if opening.type == PLACEMENT_START:
        return f"{days} working days after care began, no health assessment by a doctor is known."
    last = "declined the last one" if opening.details["step"] == "declined" else "was last assessed"
    return (
        f"The child {last} longer ago than the regulations allow, and no health assessment since "
        "is known."
    )
