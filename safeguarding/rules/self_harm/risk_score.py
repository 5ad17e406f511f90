"""What a risk score counts, and how it is added up: nothing is weighed that it does not show.

Each part counts events of one kind within the period, no more than so many of each, times the
points that a partnership gives to one of them. A part that has no points does not count.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.moments import Precision
from safeguarding.rules.rule import Thresholds
from safeguarding.rules.self_harm.self_harm_episodes import episodes
from safeguarding.rules.self_harm_reports import REPORTS
from safeguarding.rules.significant_events import is_significant_otherwise

PARTS: Mapping[str, str] = {
    "self_harm": "self-harm",
    "stated_intent": "said to mean to die or be harmed",
    "mental_health_detention": "detained under the Mental Health Act",
    "absconded": "left a hospital or place of safety",
    "exploitation": "exploitation likely or confirmed",
    "custody": "in custody",
    "missing": "missing",
    "substances": "alcohol or drugs",
    "unplanned_placement": "placed in an emergency or unplanned",
}
"""The parts there are, in the order in which they are told, and in words."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that counts: of which part, its place in the child's history, and who told."""

    part: str
    at: datetime
    told: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The sum at one moment, with the marks that it was added up from, oldest first."""

    total: int
    counts: Mapping[str, int]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which events of a type count, and what is one thing told twice."""

    part: str
    counts: Callable[[Event], bool] = lambda _: True
    number: str | None = None


_KINDS: Mapping[str, _Kind] = {
    "stated-intent": _Kind("stated_intent", is_significant_otherwise),
    "mental-health-detention": _Kind("mental_health_detention", is_significant_otherwise),
    "absconded": _Kind(
        "absconded",
        lambda each: (
            is_significant_otherwise(each)
            and each.details["from_kind"] in {"hospital", "place_of_safety"}
        ),
    ),
    "exploitation-concern": _Kind("exploitation", is_significant_otherwise),
    "custody-detention": _Kind("custody", number="custody_record"),
    "missing-report": _Kind("missing", number="episode"),
    "substance-concern": _Kind("substances"),
    "placement-start": _Kind(
        "unplanned_placement",
        lambda each: each.details["planned"] is False or bool(each.details["emergency"]),
    ),
}

COUNTED = REPORTS | frozenset(_KINDS)
"""The types of event that may count."""


def marks(case: Case, since: datetime, until: datetime, thresholds: Thresholds) -> list[Mark]:
    """What counts of what lies in [since, until], oldest first; not what has no known time."""
    found = [
        Mark("self_harm", each.began, each.reports)
        for each in episodes(case, since, until, thresholds)
        if each.dated
    ]
    found += _others(case, since, until)
    counted = [each for each in found if each.part in thresholds["points"]]
    return sorted(counted, key=lambda mark: (mark.at, mark.told[0].key))


def score(marks: Sequence[Mark], at: datetime, thresholds: Thresholds) -> Score:
    """The score of the period up to that instant, inclusive. The period's first instant is not.

    The marks are those of ``marks``, oldest first.
    """
    since = at - timedelta(days=thresholds["period_days"])
    first, after = bisect_right(marks, since, key=_at), bisect_right(marks, at, key=_at)
    within = tuple(marks[first:after])
    counted = Counter(each.part for each in within)
    counts = {part: counted[part] for part in PARTS}
    return Score(_total(counts, thresholds), counts, within)


def totals(marks: Sequence[Mark], thresholds: Thresholds) -> list[int]:
    """The sum at the moment of each mark: what ``score`` gives there, for all of them at once."""
    period = timedelta(days=thresholds["period_days"])
    most, points = thresholds["counted_at_most"], thresholds["points"]
    found: list[int] = []
    counted: Counter[str] = Counter()
    total = first = after = 0
    for mark in marks:
        while after < len(marks) and marks[after].at <= mark.at:
            part = marks[after].part
            total += points.get(part, 0) if counted[part] < most else 0
            counted[part] += 1
            after += 1
        while marks[first].at <= mark.at - period:
            part = marks[first].part
            counted[part] -= 1
            total -= points.get(part, 0) if counted[part] < most else 0
            first += 1
        found.append(total)
    return found


def _total(counts: Mapping[str, int], thresholds: Thresholds) -> int:
    most, points = thresholds["counted_at_most"], thresholds["points"]
    return sum(min(count, most) * points.get(part, 0) for part, count in counts.items())


_at = attrgetter("at")


def level(total: int, thresholds: Thresholds) -> int:
    """How many bands the sum has reached: 0 below the first."""
    return sum(total >= band for band in thresholds["bands"])


def _others(case: Case, since: datetime, until: datetime) -> Iterator[Mark]:
    seen: set[tuple[str, str, str]] = set()
    for event in case.events(_KINDS, since, until):
        kind = _KINDS[event.type]
        if event.occurred.precision is Precision.UNKNOWN or not kind.counts(event):
            continue
        name = event.details[kind.number] if kind.number else event.reference
        if (kind.part, event.agency, name) not in seen:
            seen.add((kind.part, event.agency, name))
            yield Mark(kind.part, event.placed_at, (event,))
