"""planning-meeting-overdue: meetings bred meetings, and none of them was about the whole plan.

In seven months there were about 23 meetings about one child, each called because something had
happened, and no planned one (3.4). For a child with significant risks a meeting that was fixed in
advance, with the whole plan on its agenda, is awaited every six weeks (3.7, Recommendation 1).

A significant event opens it unless one did before and nothing has met that since; so a run of such
events is one expectation and one alert. Each planned meeting opens the next, for as long as the
risks are not long past.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_day
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.planning import planning_meeting_words as words
from safeguarding.rules.planning.looked_after import (
    CARE_ENDED,
    PLACEMENT_END,
    care_ended,
    ends_care,
)
from safeguarding.rules.rule import Need, Thresholds, ground_key
from safeguarding.rules.significant_events import SIGNIFICANT, is_significant

MEETING = "meeting"
COVERED = "a significant event before it opened the same"


class PlanningMeetingOverdue(Absence):
    """One expectation open at a time: see the module."""

    id = "planning-meeting-overdue"
    paragraphs: tuple[str, ...] = ("3.4", "3.7", "Rec 1")
    why = (
        "Meetings that are called because something has happened deal with that alone. The plan as "
        "a whole needs a meeting that is fixed in advance."
    )
    opens = SIGNIFICANT | {MEETING}
    meets = frozenset({MEETING})
    bears = frozenset({PLACEMENT_END})

    def window(self, thresholds: Thresholds) -> timedelta:
        """A planned meeting that is held late is looked for so long."""
        return timedelta(days=thresholds["look_around_days"])

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What lies before an opening is needed only as far back as its run reaches."""
        around = self.window(thresholds)
        run = timedelta(days=thresholds["risk_days"] + thresholds["days"])
        return (Need(self.watches, around + run, 2 * around),)

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """A meeting bears on what it meets; what happened, on what it covers and the end of care.

        Of what came before, only a meeting and the end of care change anything.
        """
        del case
        due = timedelta(days=thresholds["days"] + 1)
        run = timedelta(days=thresholds["risk_days"]) + due
        at = about.placed_at
        if about.type == MEETING:
            return at - self.window(thresholds), at + due
        return (at - due if about.type == PLACEMENT_END else at), at + run

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The event that opens it."""
        return (ground_key("since", *opening.key),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """The next planned meeting, from a significant event or the last planned meeting on."""
        del calendar
        planned = _is_planned(opening, thresholds)
        if not (planned or is_significant(opening, thresholds["self_harm_codes"])):
            return
        began = opening.placed_at
        if planned and not _is_at_risk(case, opening, thresholds):
            return
        due_at = end_of_day(began, thresholds["days"])
        covered = not planned and _is_covered(case, opening, thresholds)
        # What is covered is only cancelled: nothing need be looked for.
        until = began if covered else began + self.window(thresholds)
        told = [each for each in case.events({MEETING}, began, until) if each.key != opening.key]
        held = [each for each in told if each.details["step"] == "held"]
        met = _met(held, thresholds)
        end = None if covered else care_ended(case, began, due_at)
        ended = end is not None and (met is None or end.placed_at < met.at)
        fixed_for = _fixed(told, thresholds)
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a planned meeting about the whole plan",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=words.missed(
                opening,
                held,
                met,
                thresholds,
                after_one=planned,
                fixed_for=fixed_for,
                authority=_authority(case, began - self.window(thresholds), until),
            ),
            cancelled=COVERED if covered else CARE_ENDED if ended else None,
        )


def _authority(case: Case, since: datetime, until: datetime) -> str | None:
    """The authority that looks after the child: it ends her placements, and holds her reviews."""
    told = case.events({PLACEMENT_END, MEETING}, since, until)
    whose = [
        each.agency
        for each in told
        if each.type == PLACEMENT_END or each.details["kind"] == "looked_after_review"
    ]
    return whose[-1] if whose else None


def _is_planned(event: Event, thresholds: Thresholds, step: str = "held") -> bool:
    """Held, fixed in advance, and of a kind that can have the whole plan on its agenda."""
    says = event.details
    return (
        event.type == MEETING
        and says["step"] == step
        and says["planned"] == "planned"
        and says["kind"] in thresholds["kinds"]
    )


def _is_at_risk(case: Case, opening: Event, thresholds: Thresholds) -> bool:
    """Whether a significant event is not long past at this one, nor of an earlier time in care."""
    since = opening.placed_at - timedelta(days=thresholds["risk_days"])
    told = case.events({PLACEMENT_END}, since, opening.placed_at)
    ended = next((each.placed_at for each in reversed(told) if ends_care(each)), None)
    place = (opening.placed_at, opening.key)
    # The last ones first: one is enough.
    return any(
        (each.placed_at, each.key) < place
        and (ended is None or each.placed_at > ended)
        and is_significant(each, thresholds["self_harm_codes"])
        for each in reversed(case.events(SIGNIFICANT, since, opening.placed_at))
    )


def _is_covered(case: Case, opening: Event, thresholds: Thresholds) -> bool:
    """Whether an expectation was opened before that this event only adds to."""
    if _is_at_risk(case, opening, thresholds):
        return True  # What that opened stands, or a planned meeting since has opened the next.
    since = opening.placed_at - timedelta(days=thresholds["days"])
    before = case.events({MEETING}, since, opening.placed_at)
    planned = [each for each in before if _is_planned(each, thresholds)]
    return any(_is_at_risk(case, each, thresholds) for each in planned)


def _met(held: list[Event], thresholds: Thresholds) -> Met | None:
    planned = [each for each in held if _is_planned(each, thresholds)]
    return Met(planned[0], planned[0].placed_at) if planned else None


def _fixed(told: list[Event], thresholds: Thresholds) -> datetime | None:
    """For when the last planned meeting that was called, and not called off, is fixed."""
    off = {each.details["meeting"] for each in told if each.details["step"] == "cancelled"}
    called = [
        each.details["set_for"]["at"]
        for each in told
        if _is_planned(each, thresholds, "called")
        and each.details["set_for"]
        and each.details["meeting"] not in off
    ]
    return called[-1] if called else None
