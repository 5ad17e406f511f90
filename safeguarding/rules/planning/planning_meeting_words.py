"""What planning-meeting-overdue says."""

from collections.abc import Sequence
from datetime import datetime

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import in_london
from safeguarding.rules.absence import Met
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds

_ABLE_TO_ACT = ("senior_manager", "iro")
_READERS = tuple(Reader(role) for role in (*_ABLE_TO_ACT, "team_manager", "social_worker"))
_DAYS_OF_A_WEEK = 7


def missed(
    opening: Event,
    meetings: Sequence[Event],
    met: Met | None,
    thresholds: Thresholds,
    *,
    after_one: bool,
    fixed_for: datetime | None,
    authority: str | None,
) -> Finding:
    """That no planned meeting was held in time, and how many other ones were meanwhile.

    ``authority`` is the child's. Its senior manager is told on the network or not: who oversees is
    on it for some weeks after publishing at most, and oversight is what is missing.
    """
    weeks = thresholds["days"] // _DAYS_OF_A_WEEK
    since = "the last one" if after_one else "a significant event"
    if met is not None:
        headline = "Planned meeting after the time for it"
        what = f"A planned meeting was held, later than {weeks} weeks after {since}."
    else:
        headline = f"No planned meeting within {weeks} weeks"
        what = (
            f"{weeks} weeks after {since} no planned meeting about the whole plan is known. "
            f"{_others(meetings, thresholds['meetings_step'])}{_asked(fixed_for)}"
        )
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if met is None else (opening, met.by),
        # That it is over is no news to who says so.
        route=Route(
            act=_ABLE_TO_ACT,
            readers=_READERS,
            office_work=True,
            tells_speakers=met is None,
            answer_for_it=(Reader("senior_manager", authority),) if authority else (),
        ),
        level=0 if met else 1,
        settled=met is not None,
    )


def _others(meetings: Sequence[Event], step: int) -> str:
    """In steps that double, so that not every meeting changes the words and tells somebody."""
    if len(meetings) < step:
        return ""
    least = step
    while least * 2 <= len(meetings):
        least *= 2
    return f"At least {least} other meetings were held since. "


def _asked(fixed_for: datetime | None) -> str:
    if fixed_for is None:
        return "A date fixed in advance is asked for, and who leads it."
    return f"One is fixed for {in_london(fixed_for):%d %B %Y}."
