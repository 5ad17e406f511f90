"""The pattern in missing episodes: a stretch in which they come close together (1.4, 3.5).

Each episode counts those, itself included, that began within the window up to its own
beginning. A pattern is a stretch of consecutive episodes that count enough; its level is
the largest of 3, 6, 12 ... that its counts reach.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from safeguarding.case import AlertState, Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Moment, Precision
from safeguarding.rules.rule import Finding, Route, Thresholds

_OFFICE_WORK = ("social_worker", "team_manager", "missing_coordinator", "camhs_community")
_KEY = "pattern:"


def key(report: Event) -> str:
    """The key of a pattern: the episode with which it became one."""
    return f"{_KEY}{report.agency}:{report.details['episode']}"


def assess(
    case: Case, episodes: Sequence[Event], about: Event, thresholds: Thresholds
) -> Mapping[str, Finding | None]:
    """What is held about each pattern that the episode ``about`` may touch.

    ``episodes`` are the first reports of all episodes at hand, by when they began. An open
    alert goes on under its key while the episode that opened it belongs to the pattern, so
    that an episode that comes to light later grows the alert and does not open another.
    """
    window = timedelta(days=thresholds["pattern_days"])
    threshold: int = thresholds["pattern_episodes"]
    open_keys = _open_keys(case)
    findings: dict[str, Finding | None] = dict.fromkeys(open_keys & _keys([*episodes, about]))
    for stretch, most in _stretches(episodes, window, threshold):
        opened = sorted(open_keys & _keys(stretch))
        name = opened[0] if opened else key(_first_that_counts(stretch, window, threshold))
        if opened or _touches(stretch, about, window):
            level = _level(most, threshold)
            findings[name] = _finding(stretch, level, thresholds["pattern_days"])
    return findings


def _keys(episodes: Sequence[Event]) -> set[str]:
    return {key(episode) for episode in episodes}


def _open_keys(case: Case) -> set[str]:
    return {
        alert.key
        for alert in case.alerts.values()
        if alert.rule == "missing" and alert.key.startswith(_KEY) and alert.state is AlertState.OPEN
    }


def _stretches(
    episodes: Sequence[Event], window: timedelta, threshold: int
) -> list[tuple[list[Event], int]]:
    """Each stretch with the episodes that it counts, and the most that one of them counts."""
    stretches: list[tuple[list[Event], int]] = []
    members: list[Event] = []
    most = 0
    for episode in episodes:
        counted = _counted(episodes, episode, window)
        if len(counted) >= threshold:
            members += [each for each in counted if each not in members]
            most = max(most, len(counted))
        elif members:
            stretches.append((members, most))
            members, most = [], 0
    if members:
        stretches.append((members, most))
    return stretches


def _counted(episodes: Sequence[Event], episode: Event, window: timedelta) -> list[Event]:
    began = episode.occurred.at
    earlier = [each for each in episodes if began - window <= each.occurred.at <= began]
    # Episodes that began at one instant (days are all that history has) count in their order.
    return earlier[: earlier.index(episode) + 1]


def _first_that_counts(stretch: Sequence[Event], window: timedelta, threshold: int) -> Event:
    return next(each for each in stretch if len(_counted(stretch, each, window)) >= threshold)


def _touches(stretch: Sequence[Event], about: Event, window: timedelta) -> bool:
    began = about.occurred.at
    return stretch[0].occurred.at - window <= began <= stretch[-1].occurred.at + window


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
        occurred=Moment(stretch[0].occurred.at, Precision.EXACT),
        grounds=tuple(stretch),
        route=Route(act=_OFFICE_WORK, office_work=True, tells_speakers=True),
        level=level,
    )
