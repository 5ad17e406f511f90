"""forum-needed: one forum for all that calls for one, in place of a meeting for each (3.1, 3.4).

In the review about 23 meetings were called in seven months, each because of something that had
happened; none dealt with all of it, and so the next one followed. Here what calls for a meeting is
merged. Whoever leads is asked once, and again only when it has become graver or another matter has
come to it. Not everything calls for one by itself: a third move, or a missing pattern, does so
together with another matter, or once it has doubled.

It stands until meetings have dealt with it that could (``forum_meetings``). Most meetings leave it
as it is, and nobody is told anything of them here.

There is one alert for each child, and it says how things stand at the end of what is known. So
its level is a time: the hour of what was last new or graver, twice, and one more while a forum is
needed. What is told late, of before that, is a line in the digest: a forum is asked for already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safeguarding.case import AlertState, Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.planning import forum_meetings, forum_purposes
from safeguarding.rules.planning import forum_words as words
from safeguarding.rules.planning.forum_meetings import MEETING, Meeting
from safeguarding.rules.planning.forum_purposes import Purpose
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds

# One for each child, whatever comes, and in whatever order.
_KEY = "forum"
_AN_HOUR = 3600
_LEADS = ("team_manager",)
_READERS = tuple(
    Reader(role)
    for role in (
        *_LEADS,
        "social_worker",
        "iro",
        "senior_manager",
        "camhs_community",
        "camhs_crisis",
        "camhs_outreach",
        "safeguarding_nurse",
    )
)


class ForumNeeded:
    """One alert for each child, settled when meetings have dealt with what called for it."""

    id = "forum-needed"
    paragraphs: tuple[str, ...] = ("3.1", "3.4", "3.29")
    why = (
        "Meetings that are called for one thing each bring about more meetings. One forum, with "
        "somebody who leads it and all who are needed, can deal with everything."
    )
    asks = (*forum_purposes.ASKED.values(), "meeting-without")
    watches = forum_purposes.TYPES | {MEETING}

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Some months before an event. After it, everything: what is told late is rare."""
        before, after = _sight(thresholds), timedelta(days=thresholds["life_days"])
        around = before + timedelta(days=thresholds["called_days"])
        return (
            *forum_purposes.needs(thresholds, before, after),
            Need(frozenset({MEETING}), around, after),
        )

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The child's."""
        del case, about
        return (_KEY,)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """How things stand since what last called for a forum; nothing where that is out of sight.

        What an event can bear on lies in sight of it.
        """
        since = about.placed_at - _sight(thresholds)
        until = about.placed_at + timedelta(days=thresholds["life_days"])
        found = forum_purposes.purposes(case, since, until, thresholds)
        called = timedelta(days=thresholds["called_days"])
        meetings = forum_meetings.meetings(case, since - called, until, thresholds)
        settles = timedelta(days=thresholds["settles_days"])
        judged = [each for each in found if each.at >= about.placed_at - settles]
        asked = [_stand(each, found, meetings, thresholds) for each in judged]
        calling = [each for each in asked if _calls(each.purposes, thresholds)]
        level = _level_of(case)
        if not calling:
            # It stands on nothing any more; or on what is past, which this event leaves as it is.
            gone = level is not None and _hour(about.placed_at - settles) <= level // 2
            return {_KEY: None} if gone else {}
        news = [each for each in calling if each.new]
        hour = _hour(news[-1].at) if news else (level or 0) // 2
        return {_KEY: _finding(calling[-1], meetings, hour, thresholds)}


@dataclass(frozen=True, slots=True)
class _Standing:
    """What stood when a purpose came, itself the last; ``new`` if it is of a kind or grade that is.

    What no meeting had dealt with, and came not too long before.
    """

    purposes: Sequence[Purpose]
    new: bool

    @property
    def at(self) -> datetime:
        """When the last of them came."""
        return self.purposes[-1].at


def _sight(thresholds: Thresholds) -> timedelta:
    """What a purpose that is judged stood with, and what a meeting can still settle."""
    return timedelta(days=thresholds["stands_days"] + thresholds["settles_days"])


def _stand(
    last: Purpose, found: Sequence[Purpose], meetings: Sequence[Meeting], thresholds: Thresholds
) -> _Standing:
    since = last.at - timedelta(days=thresholds["stands_days"])
    held = [each for each in meetings if each.last.placed_at <= last.at]
    before = [
        each
        for each in found[: found.index(last)]
        if each.at >= since and not any(meeting.dealt_with(each) for meeting in held)
    ]
    new = all(each.kind != last.kind or each.grade < last.grade for each in before)
    return _Standing((*before, last), new)


def _calls(purposes: Sequence[Purpose], thresholds: Thresholds) -> bool:
    """Whether they call for a forum: one that does by itself, or several kinds together."""
    alone = thresholds["alone"]
    kinds = {each.kind for each in purposes}
    enough: int = thresholds["together"]
    return len(kinds) >= enough or any(each.grade >= alone[each.kind] for each in purposes)


def _finding(
    standing: _Standing, meetings: Sequence[Meeting], hour: int, thresholds: Thresholds
) -> Finding:
    until = standing.at + timedelta(days=thresholds["settles_days"])
    later = [each for each in meetings if each.last.placed_at <= until]
    held = [
        meeting for meeting in later if any(meeting.dealt_with(each) for each in standing.purposes)
    ]
    left = [
        each for each in standing.purposes if not any(meeting.dealt_with(each) for meeting in held)
    ]
    over = not _calls(left, thresholds)
    if over:
        headline = "The forum that was needed has been held"
        what = words.dealt_with(standing.purposes, left, held[-1].last, thresholds)
    else:
        roles = forum_meetings.needed(dict.fromkeys(each.kind for each in left), thresholds)
        headline = words.headline(left)
        what = words.needed(left, roles, _called(left, meetings), thresholds)
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=standing.purposes[-1].event.occurred,
        grounds=tuple(dict.fromkeys(each.event for each in standing.purposes)),
        route=Route(
            act=() if over else _LEADS,
            readers=_READERS,
            office_work=True,
            tells_speakers=not over,
        ),
        level=2 * hour + (0 if over else 1),
        settled=over,
    )


def _called(left: Sequence[Purpose], meetings: Sequence[Meeting]) -> Event | None:
    """The first that is called and can deal with any of it; none that was set for before it."""
    kinds = {each.kind for each in left}
    for meeting in meetings:
        set_for = meeting.last.details["set_for"]
        past = set_for is not None and _aware(set_for["at"]) <= left[0].at
        if not meeting.held and not past and not kinds.isdisjoint(meeting.deals_with):
            return meeting.last
    return None


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=at.tzinfo or UTC)


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // _AN_HOUR


def _level_of(case: Case) -> int | None:
    """The level of the alert, if it is open."""
    record = case.alerts.get((ForumNeeded.id, _KEY))
    return record.level if record is not None and record.state is AlertState.OPEN else None
