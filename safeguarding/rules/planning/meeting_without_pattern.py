"""The pattern in meetings: the same one who is needed is left out again and again (3.6).

Each meeting that was held counts those, itself included, that lacked the same role within the
window up to it. Meetings that count enough, no further apart than the window, are one pattern; its
level is the largest of 3, 6, 12 ... that its counts reach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.groups import standing_key
from safeguarding.rules.planning import meeting_without_words as words
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key

_OVERSEE = ("team_manager", "iro")


@dataclass(frozen=True, slots=True)
class Lacking:
    """A meeting that was held, who was not asked to it, and who leads it and so has its line."""

    event: Event
    not_asked: tuple[str, ...]
    lead: str


def key(meeting: Event) -> str:
    """The key of a pattern: the meeting with which it became one."""
    return ground_key("pattern", meeting.agency, meeting.details["meeting"])


def assess(
    case: Case, rule: str, held: Sequence[Lacking], about: Event, thresholds: Thresholds
) -> Mapping[str, Finding | None]:
    """What is held about each pattern that a meeting may touch; ``held`` are by their time.

    An open alert goes on under its key while the meeting that opened it belongs to the pattern, so
    that a meeting that comes to light later grows the alert and does not open another.
    """
    window = timedelta(days=thresholds["pattern_days"])
    # What a meeting before this counts is partly out of sight: its pattern is not judged.
    in_sight = about.placed_at - timedelta(days=thresholds["same_meeting_days"]) + window
    after = [each.event for each in held if _bears_on(about, each.event, window)]
    findings: dict[str, Finding | None] = dict.fromkeys(
        [key(about), *(key(each) for each in after if each.placed_at >= in_sight)]
    )
    counts = [_count(held[: place + 1], window) for place in range(len(held))]
    enough = [
        each
        for each in counts
        if each.most >= thresholds["pattern_meetings"] and each.at.placed_at >= in_sight
    ]
    for pattern in _together(enough, window):
        counted = {each.key: each for count in pattern for each in count.counted}
        members = sorted(counted.values(), key=lambda each: (each.placed_at, each.key))
        if not _touches(about, members, window):
            continue
        names = [*(key(count.at) for count in pattern), *map(key, members)]
        findings |= dict.fromkeys(names)
        name = standing_key(case, rule, names)
        findings[name] = _finding(pattern, members, thresholds)
    return findings


@dataclass(frozen=True, slots=True)
class _Count:
    """How often the same role was left out up to a meeting, at most, and of which meetings."""

    at: Event
    lead: str
    most: int
    roles: tuple[str, ...]
    counted: tuple[Event, ...]


def _count(held: Sequence[Lacking], window: timedelta) -> _Count:
    last = held[-1]
    since = last.event.placed_at - window
    near = [each for each in held if each.event.placed_at >= since]
    # Two agencies may tell of one meeting, under numbers of their own.
    began = {
        role: {each.event.placed_at for each in near if role in each.not_asked}
        for role in last.not_asked
    }
    times = {role: len(moments) for role, moments in began.items()}
    most = max(times.values(), default=0)
    roles = tuple(role for role, number in times.items() if number == most)
    counted = tuple(each.event for each in near if not set(roles).isdisjoint(each.not_asked))
    return _Count(last.event, last.lead, most, roles, counted)


def _together(counts: Sequence[_Count], window: timedelta) -> list[list[_Count]]:
    patterns: list[list[_Count]] = []
    for count in counts:
        if patterns and count.at.placed_at - patterns[-1][-1].at.placed_at <= window:
            patterns[-1].append(count)
        else:
            patterns.append([count])
    return patterns


def _bears_on(about: Event, meeting: Event, window: timedelta) -> bool:
    return about.placed_at <= meeting.placed_at <= about.placed_at + window


def _touches(about: Event, meetings: Sequence[Event], window: timedelta) -> bool:
    first, last = (meetings[place].placed_at for place in (0, -1))
    return first - window <= about.placed_at <= last + window


def _finding(
    pattern: Sequence[_Count], meetings: Sequence[Event], thresholds: Thresholds
) -> Finding:
    most = max(count.most for count in pattern)
    level: int = thresholds["pattern_meetings"]
    while level * 2 <= most:
        level *= 2
    reached = next(count for count in pattern if count.most >= level)
    return Finding(
        severity=Severity.MEDIUM,
        headline=words.pattern_headline(level),
        # These words change with the level and who is left out: in between nobody is told.
        what=words.pattern(level, thresholds["pattern_days"], _roles(pattern)),
        where=None,
        occurred=reached.at.occurred,
        grounds=tuple(meetings),
        # Who led that meeting has a line of it, and is not told twice on a day.
        route=Route(
            readers=tuple(Reader(role) for role in _OVERSEE if role != reached.lead),
            tells_speakers=True,
        ),
        level=level,
    )


def _roles(pattern: Sequence[_Count]) -> list[str]:
    return sorted({role for count in pattern for role in count.roles})
