"""assessment-overdue: the plan rests on an assessment of who the child was before.

The care planning policy of the authority of the review (3.3): a child and family assessment at a
minimum every 12 months, before any change of the care plan, after a placement disruption, before
the discharge of an order. It was not done (3.4). Other authorities have other policies, so the
figures are local ones.

Disruptions and changes that follow one another without an assessment are one run: the first opens
what is awaited, and the others are counted in its alert, by days: an end and the move that follows
from it are one.

A discharge is told of once it was (``order_discharged`` says what is taken for one). So what was
done before it is looked for, as far back as a court may take; where there is nothing, it is due
some working days after. Care most often ends with a discharge, which is no reason to await it no
more: so a disruption from before does not stand for it, while it stands for what follows.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_day, end_of_month_day, end_of_working_day
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.planning import assessment_words as words
from safeguarding.rules.planning.looked_after import CARE_ENDED, PLACEMENT_END, care_ended
from safeguarding.rules.planning.order_discharged import ORDER, TO_PARENTS, is_discharge
from safeguarding.rules.rule import Thresholds, ground_key

ASSESSMENT = "social-care-assessment"
COVERED = "a disruption or a change before it asks for the same assessment"
_UPHEAVALS = frozenset({PLACEMENT_END, TO_PARENTS})
_KINDS = {ASSESSMENT: "year-since", ORDER: "discharge"}


class AssessmentOverdue(Absence):
    """One expectation a year, one for a run of disruptions and changes, one for a discharge."""

    id = "assessment-overdue"
    paragraphs: tuple[str, ...] = ("3.3", "3.4")
    why = (
        "What a child needs changes with what happens to her. A plan that rests on an old "
        "assessment does not see it."
    )
    opens = _UPHEAVALS | {ASSESSMENT, ORDER}
    meets = frozenset({ASSESSMENT})

    def window(self, thresholds: Thresholds) -> timedelta:
        """More than a year, since the next one is due in a year. Such events are few."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The assessment that will be a year old, the disruption, or the end of an order."""
        return (ground_key(_KINDS.get(opening.type, "upheaval"), *opening.key),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A child and family assessment that is completed, or brought up to date."""
        began = opening.placed_at
        discharged = is_discharge(opening, case, thresholds)
        if _is_done(opening):
            months: int = thresholds["months"]
            due_at = end_of_month_day(began, months)
            known = _done(case, began, began + self.window(thresholds))
            met = next((each for each in known if each.key != opening.key), None)
            missed = words.a_year_since(opening, met, months)
            covered = False
        elif discharged or _is_upheaval(opening):
            days: int = thresholds[_days_after(opening, discharged=discharged)]
            due_at = end_of_working_day(began, days, calendar)
            covered = _is_covered(case, opening, thresholds)
            until = began if covered else began + self.window(thresholds)
            known = _done(case, began - _fresh(thresholds, discharged=discharged), until)
            met = known[0] if known else None
            more = _more(case, opening, met, until)
            missed = words.after_upheaval(opening, met, days, more, _is_begun(case, began, until))
        else:
            return
        end = None if discharged else care_ended(case, began, due_at)
        ended = end is not None and (met is None or end.placed_at < met.placed_at)
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a child and family assessment",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=Met(met, met.placed_at) if met else None,
            missed=missed,
            cancelled=COVERED if covered else CARE_ENDED if ended else None,
        )


def _is_done(event: Event) -> bool:
    says = event.details
    return (
        event.type == ASSESSMENT
        and says["kind"] == "child_and_family"
        and says["step"] in {"completed", "updated"}
    )


def _is_disruption(event: Event) -> bool:
    """A placement that ended, and not as planned. Where nobody says so, it is none."""
    return event.type == PLACEMENT_END and event.details["planned"] is False


def _is_upheaval(event: Event) -> bool:
    changed = event.type == TO_PARENTS and event.details["step"] == "started"
    return changed or _is_disruption(event)


def _days_after(opening: Event, *, discharged: bool) -> str:
    if discharged:
        return "days_after_discharge"
    return "days_after_disruption" if _is_disruption(opening) else "days_after_change"


def _fresh(thresholds: Thresholds, *, discharged: bool) -> timedelta:
    """How long before it an assessment that counts may lie."""
    return timedelta(days=thresholds["discharge_fresh_days" if discharged else "fresh_days"])


def _done(case: Case, since: datetime, until: datetime) -> list[Event]:
    return [each for each in case.events({ASSESSMENT}, since, until) if _is_done(each)]


def _is_begun(case: Case, since: datetime, until: datetime) -> bool:
    told = case.events({ASSESSMENT}, since, until)
    of_this_kind = [each.details for each in told if each.details["kind"] == "child_and_family"]
    return any(says["step"] == "started" for says in of_this_kind)


def _is_covered(case: Case, opening: Event, thresholds: Thresholds) -> bool:
    """Whether one before it awaits an assessment still, which will be about both."""
    since = opening.placed_at - timedelta(days=thresholds["run_days"])
    told = case.events(_UPHEAVALS | {ORDER}, since, end_of_day(opening.placed_at))
    discharges = {each.key for each in told if is_discharge(each, case, thresholds)}

    def place(event: Event) -> tuple[object, ...]:
        """Of one day the end of the order comes first: that the child goes home follows from it."""
        return (end_of_day(event.placed_at), event.type != ORDER, event.placed_at, event.key)

    def stands(event: Event) -> bool:
        if event.key in discharges:
            return True
        ended = care_ended(case, event.placed_at, opening.placed_at) is not None
        return _is_upheaval(event) and not ended and opening.key not in discharges

    def answered(event: Event) -> bool:
        fresh = _fresh(thresholds, discharged=event.key in discharges)
        return bool(_done(case, event.placed_at - fresh, opening.placed_at))

    return any(
        place(each) < place(opening) and stands(each) and not answered(each) for each in told
    )


def _more(case: Case, opening: Event, met: Event | None, until: datetime) -> int:
    """On how many further days there were disruptions and changes before the assessment."""
    last = until if met is None else max(opening.placed_at, met.placed_at)
    followed = case.events(_UPHEAVALS, opening.placed_at, last)
    days = {end_of_day(each.placed_at) for each in followed if _is_upheaval(each)}
    return len(days - {end_of_day(opening.placed_at)})
