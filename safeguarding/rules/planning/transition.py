"""transition: a child at high risk becomes an adult, and adult services are there with a plan.

In the review the child had said that she meant to die before her 18th birthday (1.4). It tells of
adult services at one strategy meeting (3.19), and finds that they would have had something to give
to a plan that there was not (3.7). Attending once does not close it.

**Of whom.** The hub knows a birthday where an agency stated it with the child's identity, in any
event. **Where nobody did, this rule awaits nothing and says nothing.** It waits for the next event
that it watches where a birthday is stated later. No alert says the date: what is awaited is due at
the end of a month, so that not even the day of an alert tells it.

**At high risk** is a child with significant events on several days of the last year before 18.

**What counts as a plan** was looked for among all kinds of event. One does: a meeting that was
fixed in advance, about the plan as a whole, which adult services came to and left with something to
do. On another day they must have done something besides: come to any meeting, taken a referral, or
assessed. What does not count, and why:

* a strategy discussion or a panel, however well attended: it deals with one matter;
* an invitation, apologies, views that were sent: nobody from there was in the room;
* a safety plan that is shared with them: they were given it, and have agreed to nothing;
* a panel's decision, an assessment's outcome, a court's condition: free text, which no rule reads;
* that they are on the network: a person can put them there, and for a week. The rule reads what was
  said of the child, and asks for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import (
    eighteenth_birthday,
    end_of_day,
    end_of_month,
    end_of_month_day,
)
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import HARM, Absence, Expected, Met
from safeguarding.rules.planning import transition_words as words
from safeguarding.rules.rule import Need, Thresholds, ground_key
from safeguarding.rules.significant_events import SIGNIFICANT, is_significant

MEETING = "meeting"
REFERRAL = "referral"
ASSESSMENT = "social-care-assessment"
ADULTS = "adult_services"

# A child becomes an adult once, so there is one ground, which no event names.
_KEY = ground_key("adulthood", "kith", "plan")
_SHOWN_BY = frozenset({MEETING, REFERRAL, ASSESSMENT})
_LONGEST_MONTH_DAYS = 31


class Transition(Absence):
    """One expectation for a child whose birthday is known: see the module."""

    id = "transition"
    paragraphs: tuple[str, ...] = ("1.4", "3.7", "3.19")
    why = (
        "On one birthday much of what holds a child ends. Who goes on from there must know the "
        "child before that, and have agreed to what they do."
    )
    opens = SIGNIFICANT
    meets = _SHOWN_BY

    def window(self, thresholds: Thresholds) -> timedelta:
        """What adult services did may lie so long before 18."""
        return timedelta(days=thresholds["plan_months"] * _LONGEST_MONTH_DAYS)

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Of an event of these years: the last year before 18, and all that adult services did."""
        around = self.window(thresholds)
        year = timedelta(days=thresholds["risk_months"] * _LONGEST_MONTH_DAYS)
        return (Need(SIGNIFICANT, year, around), Need(_SHOWN_BY | {HARM}, around, around))

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The same for whatever opens it."""
        del opening
        return (_KEY,)

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """All of them bear on the one opening, if there is one."""
        opening = _opening(case, thresholds)
        at = (opening or about).placed_at
        return at, at

    def expectations(
        self, case: Case, about: Event, thresholds: Thresholds, calendar: Calendar
    ) -> Mapping[str, Expected | None]:
        """Nothing where no birthday is known, nor of an event of other years.

        From such an event the last year before 18 cannot all be seen.
        """
        times = _times(case, thresholds)
        if times is None or not times.plans_from <= about.placed_at < times.birthday:
            return {}
        return super().expectations(case, about, thresholds, calendar)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A plan with adult services, some months before 18, or soon after the risk is high."""
        del calendar
        times = _times(case, thresholds)
        first = _opening(case, thresholds)
        if times is None or first is None or first.key != opening.key:
            return
        soon = end_of_day(opening.placed_at, thresholds["days_after"])
        told = case.events(_SHOWN_BY, times.plans_from, times.birthday)
        signs = [each for each in told if _is_sign(each)]
        plans = [each for each in signs if _is_plan(each, thresholds)]
        met = _met(plans, signs)
        yield Expected(
            key=_KEY,
            what="a plan with adult services, well before the child is an adult",
            opening=opening,
            due_at=max(times.due_at, soon),
            # The plan is a meeting: who would tell of that must be heard from.
            awaits=frozenset({MEETING}),
            met=met,
            missed=words.missed(opening, signs, plans, met, thresholds),
        )


@dataclass(frozen=True, slots=True)
class _Times:
    """From when on a plan counts, from when on a risk does, when the plan is due, and 18."""

    plans_from: datetime
    risks_from: datetime
    due_at: datetime
    birthday: datetime


def _times(case: Case, thresholds: Thresholds) -> _Times | None:
    born = case.subject.born
    if born is None:
        return None
    birthday = eighteenth_birthday(born)
    return _Times(
        plans_from=end_of_month_day(birthday, -thresholds["plan_months"]),
        risks_from=end_of_month_day(birthday, -thresholds["risk_months"]),
        due_at=end_of_month(birthday, -thresholds["due_months"]),
        birthday=birthday,
    )


def _opening(case: Case, thresholds: Thresholds) -> Event | None:
    """The event with which there were significant ones on so many days of the last year.

    Days, since one night in an emergency department is told of by several agencies.
    """
    times = _times(case, thresholds)
    if times is None:
        return None
    days: set[datetime] = set()
    for each in case.events(SIGNIFICANT, times.risks_from, times.birthday):
        if is_significant(each, thresholds["self_harm_codes"]):
            days.add(end_of_day(each.placed_at))
            if len(days) >= thresholds["days"]:
                return each
    return None


def _is_sign(event: Event) -> bool:
    """Whether adult services did something: came, took a referral, assessed."""
    says = event.details
    if event.type == MEETING:
        came = any(
            each["role"] == ADULTS and each["attendance"] == "attended" for each in says["invitees"]
        )
        return says["step"] == "held" and came
    done = {REFERRAL: {"accepted"}, ASSESSMENT: {"completed", "updated"}}[event.type]
    return event.said_by == ADULTS and says["step"] in done


def _is_plan(sign: Event, thresholds: Thresholds) -> bool:
    """Whether it is a meeting about the whole plan that gave adult services something to do."""
    says = sign.details
    return (
        sign.type == MEETING
        and says["planned"] == "planned"
        and says["kind"] in thresholds["kinds"]
        and any(each["who"] == ADULTS for each in says["decisions"])
    )


def _met(plans: Sequence[Event], signs: Sequence[Event]) -> Met | None:
    """A plan, and something that they did on another day, before it or after."""
    found = [
        max((plan, sign), key=_place)
        for plan in plans
        for sign in signs
        if end_of_day(plan.placed_at) != end_of_day(sign.placed_at)
    ]
    by = min(found, key=_place, default=None)
    return None if by is None else Met(by, by.placed_at)


def _place(event: Event) -> tuple[datetime, tuple[str, str]]:
    return (event.placed_at, event.key)
