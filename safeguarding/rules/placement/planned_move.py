"""planned-move: what worked was a move that everybody had planned together (3.27).

After about eight placements in seven months the next one held: there was a plan for the
transition, the partners had worked on it together, and everybody kept to it. So where a child has
been moved often, a move that is called planned awaits such a plan. Moves are counted as
``placement_move`` counts them.

No event is called a transition plan. Two things stand for it, and both are needed:

* a meeting of a kind that plans a move, held before it, that decided something, with whoever has
  a child in their care among those who came, and several agencies. That is the work done together.
  Whose home a carer stands for is not said, so whoever came as a carer counts;
* a briefing that was given for this placement before the child came. What it must hold is for
  ``placement_briefing``, which asks for it of unplanned moves as well.

No event says in advance on which day a planned move is to be. So it is due at the move, the clock
finds out after it, and it is read of and calls nobody: a plan is made in days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import HARM, Absence, Expected, Met
from safeguarding.rules.placement import planned_move_words as words
from safeguarding.rules.placement.placement_move import END, START, History
from safeguarding.rules.rule import Need, Thresholds, ground_key

MEETING = "meeting"
BRIEFING = "placement-briefing"
_MOVES = frozenset({START, END})


class PlannedMove(Absence):
    """One expectation for each planned move of a child who has been moved often."""

    id = "planned-move"
    paragraphs: tuple[str, ...] = ("3.27",)
    why = (
        "After many moves the one that held was planned by everybody together, and whoever had the "
        "child next knew what was coming."
    )
    opens = frozenset({START})
    meets = frozenset({MEETING, BRIEFING})
    bears = frozenset({END})

    def window(self, thresholds: Thresholds) -> timedelta:
        """A plan is made so long before a move at most, or a shorter time after it."""
        return timedelta(days=max(thresholds["plan_days"], thresholds["late_days"]))

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Placements of years, since one may have run for years; of the rest what is near a move.

        Both as seen from any move on which the event may bear (``between``).
        """
        window, back = _spans(thresholds)
        around = window + back + window
        near = self.window(thresholds)
        return (
            Need(_MOVES, around + near, around + near),
            Need(self.meets | {HARM}, window + near, window + back + near),
        )

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """A placement bears on the moves that come after it; a meeting, on those near it."""
        if about.type not in _MOVES:
            return super().between(case, about, thresholds)
        window, back = _spans(thresholds)
        return about.placed_at - window, about.placed_at + window + back

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The placement, by the authority's number of it."""
        return (ground_key("placement", opening.agency, opening.details["placement"]),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A plan that was made together, where the move is planned and there were many before."""
        del calendar
        says = opening.details
        if not says["planned"] or says["kind"]["code"] in thresholds["other_codes"]:
            return
        own = self.keys_of(opening)
        history = History(case, opening, thresholds)
        told = [each for each in history.starts if self.keys_of(each) == own]
        if told[-1].key != opening.key:
            return  # The last report of a placement opens it.
        moves = {self.keys_of(each) for each in history.moves_up_to(opening)}
        if own not in moves or len(moves - {own}) < thresholds["moves"]:
            return
        due_at = opening.over_at
        plan = _plan(opening, case, thresholds)
        yield Expected(
            key=own[0],
            what="a plan for the move that was made together, and a briefing, before it",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=_met(plan, due_at),
            missed=words.missed(opening, plan.held, plan.joint, plan.briefings, thresholds),
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of a plan for a move, oldest first.

    ``held`` are meetings before it of the kinds that plan a move; ``joint`` those, before it or
    soon after, that several agencies and a carer came to; ``briefings`` were given for this
    placement.
    """

    held: Sequence[Event]
    joint: Sequence[Event]
    briefings: Sequence[Event]


def _plan(opening: Event, case: Case, thresholds: Thresholds) -> _Plan:
    since = opening.placed_at - timedelta(days=thresholds["plan_days"])
    until = opening.placed_at + timedelta(days=thresholds["late_days"])
    meetings = case.events({MEETING}, since, until)
    held = [each for each in meetings if _plans_a_move(each, thresholds)]
    return _Plan(
        # One after it that is not joint says nothing new of this move, and may be about the next.
        [each for each in held if each.placed_at <= opening.over_at],
        [each for each in held if _is_joint(each, thresholds)],
        [
            each
            for each in case.events({BRIEFING}, since, until)
            if each.details["placement"] == opening.details["placement"]
            and each.details["step"] == "given"
        ],
    )


def _plans_a_move(meeting: Event, thresholds: Thresholds) -> bool:
    says = meeting.details
    return says["step"] == "held" and says["kind"] in thresholds["kinds"]


def _is_joint(meeting: Event, thresholds: Thresholds) -> bool:
    """Whether a carer and so many agencies came, and something was decided."""
    says = meeting.details
    came = [each for each in says["invitees"] if each["attendance"] == "attended"]
    agencies = {each["agency"] or meeting.agency for each in came}
    carers = any(each["role"] in thresholds["carers"] for each in came)
    return carers and bool(says["decisions"]) and len(agencies) >= thresholds["agencies"]


def _met(plan: _Plan, due_at: datetime) -> Met | None:
    """The later of the two: until then the plan lacked something."""
    if not plan.joint or not plan.briefings:
        return None
    firsts = [plan.joint[0], plan.briefings[0]]
    last = max(firsts, key=lambda each: (_given_at(each, due_at), each.key))
    return Met(last, _given_at(last, due_at))


def _given_at(event: Event, due_at: datetime) -> datetime:
    """A briefing that says that it came after the child is late, however its hour was written."""
    after_arrival = event.type == BRIEFING and event.details["before_arrival"] is False
    return max(event.placed_at, due_at + timedelta(minutes=1)) if after_arrival else event.placed_at


def _spans(thresholds: Thresholds) -> tuple[timedelta, timedelta]:
    return timedelta(days=thresholds["window_days"]), timedelta(days=thresholds["look_back_days"])
