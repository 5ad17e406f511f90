"""assessment-overdue: the plan rests on an assessment of who the child was before.

The care planning policy of the authority of the review (3.3): a child and family assessment at a
minimum every 12 months, before any change of the care plan, after a placement disruption. It was
not done (3.4). Other authorities have other policies, so the figures are local ones.

Disruptions and changes that follow one another without an assessment are one run: the first opens
what is awaited, and the others are counted in its alert, by days: an end and the move that follows
from it are one.
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
from safeguarding.rules.rule import Thresholds, ground_key

ASSESSMENT = "social-care-assessment"
TO_PARENTS = "return-to-parents"
COVERED = "a disruption or a change before it asks for the same assessment"
_UPHEAVALS = frozenset({PLACEMENT_END, TO_PARENTS})


class AssessmentOverdue(Absence):
    """One expectation a year, and one for a run of disruptions and changes."""

    id = "assessment-overdue"
    paragraphs: tuple[str, ...] = ("3.3", "3.4")
    why = (
        "What a child needs changes with what happens to her. A plan that rests on an old "
        "assessment does not see it."
    )
    opens = _UPHEAVALS | {ASSESSMENT}
    meets = frozenset({ASSESSMENT})

    def window(self, thresholds: Thresholds) -> timedelta:
        """More than a year, since the next one is due in a year. Such events are few."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The assessment that will be a year old, or the disruption."""
        kind = "year-since" if opening.type == ASSESSMENT else "upheaval"
        return (ground_key(kind, *opening.key),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A child and family assessment that is completed, or brought up to date."""
        began = opening.placed_at
        if _is_done(opening):
            months: int = thresholds["months"]
            due_at = end_of_month_day(began, months)
            known = _done(case, began, began + self.window(thresholds))
            met = next((each for each in known if each.key != opening.key), None)
            missed = words.a_year_since(opening, met, months)
            covered = False
        elif _is_upheaval(opening):
            days: int = thresholds[
                "days_after_disruption" if _is_disruption(opening) else "days_after_change"
            ]
            due_at = end_of_working_day(began, days, calendar)
            covered = _is_covered(case, opening, thresholds)
            until = began if covered else began + self.window(thresholds)
            known = _done(case, began - timedelta(days=thresholds["fresh_days"]), until)
            met = known[0] if known else None
            more = _more(case, opening, met, until)
            missed = words.after_upheaval(opening, met, days, more, _is_begun(case, began, until))
        else:
            return
        end = care_ended(case, began, due_at)
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


def _done(case: Case, since: datetime, until: datetime) -> list[Event]:
    return [each for each in case.events({ASSESSMENT}, since, until) if _is_done(each)]


def _is_begun(case: Case, since: datetime, until: datetime) -> bool:
    told = case.events({ASSESSMENT}, since, until)
    of_this_kind = [each.details for each in told if each.details["kind"] == "child_and_family"]
    return any(says["step"] == "started" for says in of_this_kind)


def _is_covered(case: Case, opening: Event, thresholds: Thresholds) -> bool:
    """Whether one before it awaits an assessment still, which will be about both."""
    since = opening.placed_at - timedelta(days=thresholds["run_days"])
    place = (opening.placed_at, opening.key)
    before = case.events(_UPHEAVALS, since, opening.placed_at)
    fresh = timedelta(days=thresholds["fresh_days"])
    return any(
        not _done(case, each.placed_at - fresh, opening.placed_at)
        and care_ended(case, each.placed_at, opening.placed_at) is None
        for each in before
        if _is_upheaval(each) and (each.placed_at, each.key) < place
    )


def _more(case: Case, opening: Event, met: Event | None, until: datetime) -> int:
    """On how many further days there were disruptions and changes before the assessment."""
    last = until if met is None else max(opening.placed_at, met.placed_at)
    followed = case.events(_UPHEAVALS, opening.placed_at, last)
    days = {end_of_day(each.placed_at) for each in followed if _is_upheaval(each)}
    return len(days - {end_of_day(opening.placed_at)})
