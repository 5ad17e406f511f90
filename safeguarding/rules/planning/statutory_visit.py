"""statutory-visit: somebody from the authority that looks after the child sees her.

Care Planning, Placement and Case Review (England) Regulations 2010, regulation 28: within a week of
the start of a placement, then at least every six weeks in its first year. After that at least every
three months where it is to last until she is 18, and else still every six weeks. Whether it is, no
event says; so after a year three months are awaited, and nobody is told of what may not be due.

Each visit opens the next. A new placement opens its own, and ends what was open.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_day, end_of_month_day
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Precision
from safeguarding.office import Calendar, in_london
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.planning.looked_after import (
    CARE_ENDED,
    PLACEMENT_START,
    SAYS_IN_CARE,
    VISIT,
    care_ended,
    is_visit,
    known_in_care,
)
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key

# A visit of which only the day is told may lie before a placement that began on that day.
_A_DAY = timedelta(days=1)
MOVED = "she has moved: a visit within a week of that is awaited"
_ACT = ("social_worker", "team_manager")
_READERS = (Reader("iro"),)
_ROUTE = Route(act=_ACT, readers=_READERS, office_work=True, tells_speakers=True)


class StatutoryVisit(Absence):
    """One expectation open at a time: from the last placement's start, or the last visit, on."""

    id = "statutory-visit"
    paragraphs: tuple[str, ...] = ("3.3", "3.5")
    why = "A child who is seen, and alone, can say how she lives. Others cannot say it for her."
    opens = frozenset({PLACEMENT_START, VISIT})
    meets = frozenset({VISIT})
    bears = SAYS_IN_CARE

    def window(self, thresholds: Thresholds) -> timedelta:
        """More than the first year of a placement. Such events are few."""
        return timedelta(days=thresholds["look_around_days"])

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """What was opened before the last visit was met by that one, whatever comes after it."""
        at, around = about.placed_at, self.window(thresholds)
        told = case.events({VISIT}, at - around, at)
        before = [each for each in told if each.placed_at < at and is_visit(each, thresholds)]
        since = before[-1].placed_at - _A_DAY if before else at - around
        return max(since, at - around), at + around

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The placement's start, or the visit."""
        return (ground_key("after", *opening.key),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """The next visit."""
        del calendar
        began, around = opening.placed_at, self.window(thresholds)
        if _is_placement(opening, thresholds):
            due_at = end_of_day(began, thresholds["first_days"])
        elif is_visit(opening, thresholds) and known_in_care(case, began - around, began):
            a_year_before = began - timedelta(days=thresholds["first_year_days"])
            starts = case.events({PLACEMENT_START}, a_year_before, began)
            if any(_is_placement(each, thresholds) for each in starts):
                due_at = end_of_day(began, thresholds["days"])
            else:
                due_at = end_of_month_day(began, thresholds["later_months"])
        else:
            return
        place = (began, opening.key)
        told = case.events({VISIT}, began - _A_DAY, began + around)
        visits = [
            each
            for each in told
            if (each.placed_at, each.key) > place or _of_the_same_day(each, opening)
        ]
        seen = [each for each in visits if is_visit(each, thresholds)]
        met = Met(seen[0], max(began, seen[0].placed_at)) if seen else None
        end = care_ended(case, began, due_at)
        ended = end is not None and (met is None or end.placed_at < met.at)
        moves = [
            each
            for each in case.events({PLACEMENT_START}, began, due_at)
            if _is_placement(each, thresholds)
            and place < (each.placed_at, each.key)
            and each.placed_at < due_at
            and (met is None or each.placed_at < met.at)
        ]
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a statutory visit",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=_missed(opening, visits, met),
            cancelled=CARE_ENDED if ended else MOVED if moves else None,
        )


def _is_placement(event: Event, thresholds: Thresholds) -> bool:
    """The start of one that is no temporary absence from another."""
    code = event.details["kind"]["code"] if event.type == PLACEMENT_START else None
    return code is not None and code not in thresholds["temporary_codes"]


def _of_the_same_day(visit: Event, opening: Event) -> bool:
    """A visit of which only the day is told, on the day of a placement's start."""
    days = {in_london(each.placed_at).date() for each in (visit, opening)}
    only_day = visit.occurred.precision is Precision.DAY
    return opening.type == PLACEMENT_START and only_day and len(days) == 1


def _missed(opening: Event, visits: list[Event], met: Met | None) -> Finding:
    moved = opening.type == PLACEMENT_START
    since = "The placement began" if moved else "The last visit was"
    if met is not None:
        headline = "Statutory visit after the time for it"
        what = "She was visited and seen, later than the regulations say."
    else:
        headline = "No statutory visit is known"
        what = f"{since} longer ago than the regulations allow, and no visit since is known."
        if visits:
            what += " Somebody else visited, or she was not seen."
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if met is None else (opening, met.by),
        route=_ROUTE,
        level=0 if met else 1,
        settled=met is not None,
    )
