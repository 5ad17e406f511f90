"""safety-plan: after harm that could have killed, how the child is kept safe is looked at again.

A safety plan was made before she left custody (3.14) and changed when she moved (3.19); after most
of what she did to herself nobody tells of one. A critical event asks for a plan that is made,
changed or reviewed after it and that somebody who looks after her has (Learning Point 1).

What follows within days, before any plan, belongs to the same: one expectation and one alert.

Most of it was done in the evening or at night. Were it always told a day later to the hour, nobody
who plans with the child would ever be at work; so they are asked before the office closes.
Somebody who is with the child at all times is no plan, and ends when she leaves (3.19, 3.21). But
that it is so is said.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import hours_after
from safeguarding.events import Event
from safeguarding.office import LONDON, Calendar, in_london
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.rule import Need, Thresholds, ground_key
from safeguarding.rules.self_harm import safety_plan_words as words
from safeguarding.rules.self_harm_reports import REPORTS, could_have_killed

PLAN = "safety-plan"
ADMISSION = "hospital-admission"
RESTRICTION = "restriction"
COVERED = "harm shortly before it asks for the same plan"
LOOKED_AT = frozenset({"made", "changed", "reviewed"})
_WITH_HER = frozenset({"one_to_one", "two_to_one"})


class SafetyPlan(Absence):
    """One expectation for a run of critical events that no plan has answered."""

    id = "safety-plan"
    paragraphs: tuple[str, ...] = ("3.14", "3.19")
    why = (
        "A plan from before does not know the means that she has found since. Whoever looks after "
        "her tonight needs one that does."
    )
    opens = REPORTS
    meets = frozenset({PLAN})
    # The one says how grave an attendance was, the other who has been with her since.
    bears = frozenset({ADMISSION, RESTRICTION})

    def window(self, thresholds: Thresholds) -> timedelta:
        """A plan that is made late is looked for so long."""
        return timedelta(days=thresholds["look_around_days"])

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What lies beside an opening may be grave for an admission as far from it again."""
        around = 3 * self.window(thresholds)
        return (Need(self.watches, around, around),)

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The report of the harm."""
        return (ground_key("harm", *opening.key),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A plan that was looked at after the harm, and shared."""
        around = self.window(thresholds)
        if not _is_critical(opening, case, thresholds):
            return
        due_at = _due_at(opening, thresholds, calendar)
        plans = _plans(opening, case, around)
        met = _met(plans)
        again = [
            each
            for each in case.events(REPORTS, opening.placed_at, opening.placed_at + around)
            if _place(each) > _place(opening)
            and _is_critical(each, case, thresholds)
            and (met is None or each.placed_at < met.at)
        ]
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a safety plan that takes up what happened",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=words.missed(
                opening,
                met,
                again=bool(again),
                unshared=bool(_looked_at(plans)),
                watched=_is_watched(opening, due_at, case),
            ),
            cancelled=COVERED if _is_covered(opening, case, thresholds, around) else None,
        )


def _due_at(opening: Event, thresholds: Thresholds, calendar: Calendar) -> datetime:
    """So many hours later; while somebody is at work to be asked, if that can be."""
    latest = hours_after(opening.placed_at, thresholds["hours"])
    if calendar.office_hours(latest):
        return latest
    earliest = hours_after(opening.placed_at, thresholds["at_least_hours"])
    before = timedelta(hours=thresholds["before_closing_hours"])
    day = in_london(latest).date()
    for each in (day, day - timedelta(days=1)):
        asked = datetime.combine(each, calendar.closes, LONDON).astimezone(UTC) - before
        if calendar.working_day(each) and earliest <= asked <= latest:
            return asked
    return latest


def _is_watched(opening: Event, due_at: datetime, case: Case) -> bool:
    """Whether, when it falls due, somebody is with the child at all times who was not before."""
    said = case.events({RESTRICTION}, opening.placed_at, due_at)
    last = {each.agency: each for each in said if each.details["kind"] in _WITH_HER}
    return any(each.details["step"] != "stopped" for each in last.values())


def _place(event: Event) -> tuple[object, ...]:
    return (event.placed_at, event.key)


def _is_critical(event: Event, case: Case, thresholds: Thresholds) -> bool:
    around = timedelta(days=thresholds["look_around_days"])
    admissions = case.events({ADMISSION}, event.placed_at - around, event.placed_at + around)
    admitted = any(
        (each.agency, each.details["follows_reference"]) == event.key for each in admissions
    )
    return could_have_killed(event, thresholds["self_harm_codes"], admitted=admitted)


def _is_covered(opening: Event, case: Case, thresholds: Thresholds, around: timedelta) -> bool:
    """Whether harm before it awaits a plan still."""
    since = opening.placed_at - timedelta(days=thresholds["run_days"])
    before = [
        each
        for each in case.events(REPORTS, since, opening.placed_at)
        if _place(each) < _place(opening) and _is_critical(each, case, thresholds)
    ]
    for each in before:
        met = _met(_plans(each, case, around))
        if met is None or met.at > opening.placed_at:
            return True
    return False


def _plans(opening: Event, case: Case, around: timedelta) -> list[Event]:
    """What was done with plans since; what is told of a day counts until its end."""
    told = case.events({PLAN}, opening.placed_at - around, opening.placed_at + around)
    return [each for each in told if each.over_at >= opening.placed_at]


def _looked_at(plans: Sequence[Event]) -> list[Event]:
    return [each for each in plans if each.details["step"] in LOOKED_AT]


def _met(plans: Sequence[Event]) -> Met | None:
    """The first plan that was looked at and that somebody has: from when both are so."""
    mets = [met for plan in _looked_at(plans) for met in _shared(plan, plans)]
    return min(mets, key=lambda met: (met.at, met.by.key)) if mets else None


def _shared(plan: Event, plans: Sequence[Event]) -> Iterator[Met]:
    if plan.details["shared_with"]:
        yield Met(plan, plan.placed_at)
    same = (plan.agency, plan.details["plan"])
    for each in plans:
        of_it = (each.agency, each.details["plan"]) == same and each.over_at >= plan.placed_at
        if of_it and each.details["step"] == "shared":
            yield Met(each, max(each.placed_at, plan.placed_at))
