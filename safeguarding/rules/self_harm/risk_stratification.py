"""risk-stratification: a score that anybody can add up (3.29 to 3.31, Rec 4).

After the review a risk stratification tool finds the children who may come to need a hospital bed,
and a gateway meeting looks at what they need. This is such a tool, of what the hub is told. Its
parts, their points, the period and the bands stand in the rule set's file and in the alert's
words. It is for the forum that ``forum_needed`` asks for, and decides nothing: a low score is not
said to be safe, and never told.

One alert for each month in which the score reached a band. Who can call a forum is asked where the
band is higher than that of the month before, and in office hours only; else it is a line for those
who plan. The others on the network are not told: the parts are of health and of custody.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import attrgetter

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.days import begins, in_words, month_after, month_before, month_of
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds
from safeguarding.rules.self_harm.risk_score import (
    COUNTED,
    PARTS,
    Mark,
    Score,
    level,
    marks,
    score,
    totals,
)

_ABLE_TO_CALL_IT = ("social_worker", "team_manager", "camhs_community")
_PLANNERS = ("iro", "senior_manager", "camhs_crisis", "camhs_outreach", "safeguarding_nurse")
_ROUTE = Route(
    act=_ABLE_TO_CALL_IT,
    readers=tuple(Reader(role) for role in (*_ABLE_TO_CALL_IT, *_PLANNERS)),
    office_work=True,
    tells_speakers=True,
)
# The longest, with the hour that the clocks go back.
_A_MONTH = timedelta(days=31, hours=1)
_TWO_MONTHS = 2 * _A_MONTH
_ASKS = (
    "It is for the one forum about the child, such as a gateway meeting, and asks for none of its "
    "own. It decides nothing: it counts what was told, and does not know the rest."
)


class RiskStratification:
    """One alert for each month of a child; its level is the highest band that was reached."""

    id = "risk-stratification"
    paragraphs: tuple[str, ...] = ("3.29", "3.30", "3.31", "Rec 4")
    why = (
        "Harm that grows in many small steps, told to many agencies, is seen early only where "
        "somebody adds it up. A child who is seen early may not come to need a hospital bed."
    )
    watches = COUNTED

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """The months that the event counts in, the month before each, and the period before."""
        period = timedelta(days=thresholds["period_days"])
        return (Need(self.watches, period + _TWO_MONTHS, period + _A_MONTH),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """The months of all events at hand: the event may count in those that follow it."""
        at_hand = [about, *case.standings.of(self.watches)]
        return {_key(month_of(each.placed_at)) for each in at_hand if self._counts(each)}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What the score of each month is in which the event may count."""
        counts_until = about.placed_at + timedelta(days=thresholds["period_days"])
        later = case.events(self.watches, about.placed_at, counts_until)
        months = {month_of(each.placed_at) for each in (about, *later)}
        return {_key(month): _finding(case, month, thresholds) for month in sorted(months)}

    def _counts(self, event: Event) -> bool:
        return event.type in self.watches


def _key(month: date) -> str:
    return f"month:{month:%Y-%m}"


def _finding(case: Case, month: date, thresholds: Thresholds) -> Finding | None:
    """What is held about a month follows from what can be seen from it, whatever event came."""
    period = timedelta(days=thresholds["period_days"])
    since, until = begins(month_before(month)) - period, begins(month_after(month))
    seen = marks(case, since, until, thresholds)
    reached, before = _highest(seen, month, thresholds)
    band = _level(reached, thresholds)
    if reached is None or not band:
        return None
    told = [event for mark in reached.marks for event in mark.told]
    return Finding(
        severity=Severity.MEDIUM,
        headline=f"Risk score {reached.total}: band {band} of {len(thresholds['bands'])}",
        # What it was when the band was reached: in between nobody is told anything.
        what=f"{_sum(reached, band, thresholds)} {_ASKS}",
        where=None,
        occurred=reached.marks[-1].told[0].occurred,
        grounds=tuple(told),
        route=_ROUTE if band > before else replace(_ROUTE, act=()),
        level=band,
    )


def rises(
    seen: Sequence[Mark], since: datetime, thresholds: Thresholds
) -> Iterator[tuple[int, Mark]]:
    """The bands above all of the month before, each with the mark that first reached it.

    For the months from ``since`` on. ``seen`` are all marks since the period before the month
    before that.
    """
    reached: dict[date, int] = {}
    first = month_of(since)
    for mark, total in zip(seen, totals(seen, thresholds), strict=True):
        month = month_of(mark.at)
        if month < month_before(first):
            continue
        band = level(total, thresholds)
        most = max(reached.get(month, 0), reached.get(month_before(month), 0))
        if month >= first and band > most:
            yield band, mark
        reached[month] = max(band, reached.get(month, 0))


def _level(reached: Score | None, thresholds: Thresholds) -> int:
    return level(reached.total, thresholds) if reached else 0


def _highest(seen: Sequence[Mark], month: date, thresholds: Thresholds) -> tuple[Score | None, int]:
    """The score with which the month's highest band was first reached; that of the month before."""
    ends = [begins(each) for each in (month_before(month), month, month_after(month))]
    first, second, after = (bisect_left(seen, each, key=attrgetter("at")) for each in ends)
    found = [level(total, thresholds) for total in totals(seen, thresholds)]
    before = max(found[first:second], default=0)
    if second == after:
        return None, before
    # Of equals max takes the first.
    reached = max(range(second, after), key=found.__getitem__)
    return score(seen, seen[reached].at, thresholds), before


def _sum(reached: Score, band: int, thresholds: Thresholds) -> str:
    bands = thresholds["bands"]
    last = reached.marks[-1]
    day = in_words(last.at, last.told[0].occurred.precision)
    parts = [_part(part, count, thresholds) for part, count in reached.counts.items() if count]
    return (
        f"Score {reached.total} for the {thresholds['period_days']} days up to {day}, band {band} "
        f"of {len(bands)} (they begin at {', '.join(map(str, bands))}): {'; '.join(parts)}."
    )


def _part(part: str, count: int, thresholds: Thresholds) -> str:
    points, counted = thresholds["points"][part], min(count, thresholds["counted_at_most"])
    capped = f", counted as {counted}," if counted < count else ""
    return f"{PARTS[part]} {count}{capped} × {points} = {counted * points}"
