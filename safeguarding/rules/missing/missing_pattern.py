"""The pattern in missing episodes: a stretch in which they come close together (1.4, 3.5).

Each episode counts those, itself included, that began within the window up to its own
beginning. A pattern is a stretch of consecutive episodes that count enough; its level is
the largest of 3, 6, 12 ... that its counts reach.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safeguarding.case import AlertState, Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Moment, Precision
from safeguarding.rules.rule import Finding, Route, Thresholds, ground_key

_OFFICE_WORK = ("social_worker", "team_manager", "missing_coordinator", "camhs_community")


def key(report: Event) -> str:
    """The key of a pattern: the episode with which it became one."""
    return ground_key("pattern", report.agency, report.details["episode"])


def assess(
    case: Case, episodes: Sequence[Event], abouts: Sequence[Event], thresholds: Thresholds
) -> Mapping[str, Finding | None]:
    """What is held about each pattern that a report may touch.

    ``episodes`` are the first reports of all episodes at hand, by when they began. ``abouts``
    are the report and all others of its episode: with it, the episode may begin elsewhere. An open
    alert goes on under its key while the episode that opened it belongs to the pattern, so
    that an episode that comes to light later grows the alert and does not open another.
    """
    window = timedelta(days=thresholds["pattern_days"])
    threshold: int = thresholds["pattern_episodes"]
    # What an episode before this counts is partly out of sight: its pattern is not judged.
    in_sight = abouts[0].placed_at - timedelta(days=thresholds["look_around_days"]) + window
    stretches = _stretches(episodes, window, threshold)
    opened = _opened(case, [*episodes, abouts[0]], in_sight)
    findings: dict[str, Finding | None] = dict.fromkeys(opened)
    names = _names(stretches, opened)
    for stretch, own in zip(stretches, names, strict=True):
        name = min(own) if own else key(stretch.counting[0])
        if own or any(_touches(stretch.counted, about, window) for about in abouts):
            level = _level(stretch.most, threshold)
            findings[name] = _finding(stretch.counted, level, thresholds["pattern_days"])
    return findings


def reached(begun: Sequence[datetime], place: int, thresholds: Thresholds) -> int:
    """The level of the pattern that the episode at this place counts; 0 where it is none.

    ``begun`` says when each began, of all episodes of the window before it; oldest first.
    """
    since = begun[place] - timedelta(days=thresholds["pattern_days"])
    counted = place + 1 - bisect_left(begun, since)
    threshold: int = thresholds["pattern_episodes"]
    return _level(counted, threshold) if counted >= threshold else 0


@dataclass(slots=True)
class _Stretch:
    """Consecutive episodes that count enough, with those that they count, and the most counted."""

    counting: list[Event]
    counted: Sequence[Event]
    most: int


def _opened(case: Case, episodes: Sequence[Event], in_sight: datetime) -> set[str]:
    """The keys of open alerts that one of these episodes opened."""
    keys = {key(episode) for episode in episodes if episode.placed_at >= in_sight}
    return {
        alert.key
        for alert in case.alerts.values()
        if alert.rule == "missing" and alert.key in keys and alert.state is AlertState.OPEN
    }


def _names(stretches: Sequence[_Stretch], opened: set[str]) -> list[set[str]]:
    """The open alerts of each stretch. Each is of one: where its episode counts, if it does."""
    names: list[set[str]] = [set() for _ in stretches]
    for name in opened:
        among = [{key(each) for each in stretch.counting} for stretch in stretches]
        among += [{key(each) for each in stretch.counted} for stretch in stretches]
        place = next((index for index, keys in enumerate(among) if name in keys), None)
        if place is not None:
            names[place % len(stretches)].add(name)
    return names


def _stretches(episodes: Sequence[Event], window: timedelta, threshold: int) -> list[_Stretch]:
    stretches: list[_Stretch] = []
    begun = [episode.placed_at for episode in episodes]
    going_on = False
    first = 0
    for place, began in enumerate(begun):
        # Episodes that began at one instant (days are all that history has) count in their order.
        counts_from = bisect_left(begun, began - window)
        most = place + 1 - counts_from
        if most >= threshold and going_on:
            stretches[-1].counting.append(episodes[place])
            stretches[-1].counted = episodes[first : place + 1]
            stretches[-1].most = max(stretches[-1].most, most)
        elif most >= threshold:
            first = counts_from
            stretches.append(_Stretch([episodes[place]], episodes[first : place + 1], most))
        going_on = most >= threshold
    return stretches


def _touches(stretch: Sequence[Event], about: Event, window: timedelta) -> bool:
    began = about.placed_at
    return stretch[0].placed_at - window <= began <= stretch[-1].placed_at + window


def _level(most: int, threshold: int) -> int:
    level = threshold
    while level * 2 <= most:
        level *= 2
    return level


def _finding(stretch: Sequence[Event], level: int, days: int) -> Finding:
    return Finding(
        severity=Severity.HIGH,
        headline=f"Missing {level} times in {days} days",
        # These words change with the level only: in between nobody is told anything.
        what=f"Missing at least {level} times within {days} days. This is a pattern now.",
        where=None,
        occurred=Moment(stretch[0].placed_at, Precision.EXACT),
        grounds=tuple(stretch),
        route=Route(act=_OFFICE_WORK, office_work=True, tells_speakers=True),
        level=level,
    )
