"""stated-intent-date: the date that a child named to die or be harmed comes near, and passes (1.4).

``stated-intent`` keeps such words in view until their date has passed and somebody has closed them,
and speaks when something is said. In the months between nothing may be said at all, and those who
heard it have gone. So of each date two things are awaited:

* **before it**: that the safety plan was looked at in the days before. A plan of the autumn was
  made for the autumn, and who closed the matter weeks before the day has not seen the child since.
  A week before, in office hours, whoever could still do something is told if nobody has. Nothing
  else is asked that only free text would show. Who says it within that week is told of by the alert
  of the words themselves, which is critical then.
* **after it**: that somebody closes it. A closing from before does not end it (it is named), by the
  same reading as in ``stated-intent``: the day has to pass first. Told at the stroke of midnight it
  would always be told, and wake people when nothing has happened; so it is awaited by the next noon
  of whatever day of the week, when who has the child has seen the child.

A date that several have told of, or that the child named again, is asked about once. A death ends
it. The 18th birthday does not where the date lies before it or is that day, as in the review: who
meant to die before it is then in the most danger. Nor does the end of care.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import eighteenth_birthday, hours_after, opening_before
from safeguarding.events import Event
from safeguarding.moments import Moment
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.rule import Need, Route, Thresholds, ground_key
from safeguarding.rules.self_harm import stated_intent_date_words as words
from safeguarding.rules.self_harm.let_go import WHERE_THE_CHILD_IS, let_go
from safeguarding.rules.self_harm.safety_plan import LOOKED_AT, PLAN
from safeguarding.rules.self_harm.stated_intent import ABLE_TO_ACT
from safeguarding.rules.self_harm.stated_intents import (
    INTENT,
    by_when,
    closes,
    closing_of,
    follows,
    over_at,
    says,
)

COVERED = "the same date was named before, and is asked about once"


class StatedIntentDate(Absence):
    """Of each date that a child named: a look at the plan before it, and a closing after it."""

    id = "stated-intent-date"
    paragraphs: tuple[str, ...] = ("1.4",)
    why = (
        "A day that a child has named for it comes whether or not anybody remembers. Who is with "
        "the child then must know of it before, and afterwards somebody must ask."
    )
    opens = frozenset({INTENT})
    meets = frozenset({INTENT, PLAN})

    def window(self, thresholds: Thresholds) -> timedelta:
        """A childhood: such words are rare, and a date may be far."""
        return timedelta(days=thresholds["life_days"])

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Where the child is besides, so that who has let the child go is not called."""
        around = 2 * self.window(thresholds)
        return (Need(self.watches | WHERE_THE_CHILD_IS, around, around),)

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The date as it comes near, and as it has passed."""
        return (ground_key("near", *opening.key), ground_key("passed", *opening.key))

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A look at the plan some days before the date, and a closing at noon after it."""
        by = by_when(opening) if says(opening) else None
        if by is None:
            return
        around = self.window(thresholds)
        since, until = opening.placed_at - around, opening.placed_at + around
        told = case.events({INTENT}, since, until)
        closings = [each for each in told if closes(each)]
        if over_at(by) <= opening.placed_at and not closes(opening):
            return  # The day or the year is wrong: past already when it was said.
        route = Route(ABLE_TO_ACT, tells_speakers=True, let_go=let_go(case, since, until))
        closing = closing_of(opening, closings)
        early = [each for each in closings if _is_early(each, opening, by)]
        covered = COVERED if _is_covered(opening, by, told) else None
        near, passed = self.keys_of(opening)

        soon = _soon(by, thresholds, calendar)
        if soon > opening.placed_at:
            fresh = max(opening.placed_at, soon - timedelta(days=thresholds["plan_days"]))
            plans = [each for each in case.events({PLAN}, since, until) if _is_looked_at(each)]
            looked = _first_since(fresh, [*plans, *closings])
            yield Expected(
                key=near,
                what="a look at the safety plan before the day that the child named",
                opening=opening,
                due_at=soon,
                awaits=self.meets,
                met=Met(looked, looked.placed_at) if looked else None,
                missed=words.near(opening, by, looked, closing, early, fresh, route),
                cancelled=covered,
            )
        yield Expected(
            key=passed,
            what="a closing of what the child said, after its date",
            opening=opening,
            due_at=hours_after(over_at(by), thresholds["hours_after"]),
            awaits=frozenset({INTENT}),
            met=Met(closing, closing.placed_at) if closing else None,
            missed=words.passed(opening, by, closing, early, route),
            cancelled=covered,
            also_at_18=_is_by_18(by, case),
        )


def _soon(by: Moment, thresholds: Thresholds, calendar: Calendar) -> datetime:
    """So many days before the date at the earliest, when the office opens."""
    return opening_before(by.at - timedelta(days=thresholds["days_before"]), calendar)


def _is_by_18(by: Moment, case: Case) -> bool:
    born = case.subject.born
    return born is not None and by.at <= eighteenth_birthday(born)


def _is_early(closing: Event, said: Event, by: Moment) -> bool:
    return follows(closing, said) and closing.placed_at < over_at(by)


def _is_covered(opening: Event, by: Moment, told: Sequence[Event]) -> bool:
    """Whether words before these named the same date."""
    place = (opening.placed_at, opening.key)
    named = (over_at(by), by.precision)
    return any(
        (over_at(other), other.precision) == named
        for each in told
        if says(each) and (each.placed_at, each.key) < place and (other := by_when(each))
    )


def _is_looked_at(plan: Event) -> bool:
    return plan.details["step"] in LOOKED_AT


def _first_since(since: datetime, events: Sequence[Event]) -> Event | None:
    """The first of them; what is told of a day counts until its end."""
    after = (each for each in events if each.over_at >= since)
    return min(after, key=lambda each: (each.placed_at, each.key), default=None)
