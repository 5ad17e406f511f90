"""forum-needed: one forum for all that calls for one, in place of a meeting for each (3.1, 3.4).

In the review about 23 meetings were called in seven months, each because of something that had
happened; none dealt with all of it, and so the next one followed. Here what calls for a meeting is
merged. Whoever leads is asked once, and again only when it has become graver or another matter has
come to it. Not everything calls for one by itself: a third move, or a missing pattern, does so
together with another matter, or once it has doubled.

It stands until meetings have dealt with it that could (``forum_meetings``). Most meetings leave it
as it is, and nobody is told anything of them here.

There is one alert for each child, and it says how things stand at the end of what is known. So its
level is a time: the hour of what was last new or graver, twice, and one more while a forum is
needed. It rises with each such thing, and when a meeting is taken back. What is told late, of
before that, is a line in the digest: a forum is asked for already.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

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
    asks = (*forum_purposes.ASKED.values(), forum_purposes.AGAINST_A_CARER, "meeting-without")
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
        standing = (
            _standing(found[: place + 1], meetings, thresholds)
            for place in reversed(range(len(found)))
            if found[place].at >= about.placed_at - settles
        )
        calling = next((each for each in standing if _calls(each, thresholds)), None)
        if calling is not None:
            return {_KEY: _finding(calling, meetings, thresholds)}
        # It stands on nothing any more; or on what is past, which this event leaves as it is.
        level = _level_of(case)
        gone = level is not None and _hour(about.placed_at - settles) <= level // 2
        return {_KEY: None} if gone else {}


def _sight(thresholds: Thresholds) -> timedelta:
    """What a purpose that is judged stood with, and what a meeting can still settle."""
    return timedelta(days=thresholds["stands_days"] + thresholds["settles_days"])


def _standing(
    found: Sequence[Purpose], meetings: Sequence[Meeting], thresholds: Thresholds
) -> Sequence[Purpose]:
    """What stood when the last of these came: not dealt with, and not too long before; and it."""
    *earlier, last = found
    since = last.at - timedelta(days=thresholds["stands_days"])
    held = [each for each in meetings if each.last.placed_at <= last.at]
    before = [
        each
        for each in earlier
        if each.at >= since and not any(meeting.dealt_with(each) for meeting in held)
    ]
    return (*before, last)


def _last_news(standing: Sequence[Purpose]) -> Purpose:
    """The last that was of another kind than all before it, or graver than those of its own."""
    gravest: dict[str, int] = {}
    news = standing[0]
    for each in standing:
        if each.grade > gravest.get(each.kind, 0):
            gravest[each.kind] = each.grade
            news = each
    return news


def _calls(purposes: Sequence[Purpose], thresholds: Thresholds) -> bool:
    """Whether they call for a forum: one that does by itself, or several kinds together."""
    alone = thresholds["alone"]
    kinds = {each.kind for each in purposes}
    enough: int = thresholds["together"]
    return len(kinds) >= enough or any(each.grade >= alone[each.kind] for each in purposes)


def _finding(
    standing: Sequence[Purpose], meetings: Sequence[Meeting], thresholds: Thresholds
) -> Finding:
    until = standing[-1].at + timedelta(days=thresholds["settles_days"])
    # What lies further off is not in sight of every event from which this is looked at.
    near = [each for each in meetings if each.last.placed_at <= until]
    held = [each for each in near if any(map(each.dealt_with, standing))]
    left = [each for each in standing if not any(meeting.dealt_with(each) for meeting in held)]
    over = not _calls(left, thresholds)
    # The words name it, so that they change whenever the level does.
    news = _last_news(standing)
    if over:
        headline = "The forum that was needed has been held"
        what = words.dealt_with(standing, left, news, held[-1].last, thresholds)
    else:
        roles = forum_meetings.needed(dict.fromkeys(each.kind for each in left), thresholds)
        called = _called(standing, left, near, thresholds)
        headline = words.headline(left)
        what = words.needed(left, news, roles, called, thresholds)
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=standing[-1].event.occurred,
        grounds=tuple(dict.fromkeys(each.event for each in standing)),
        route=Route(
            act=() if over else _LEADS,
            readers=_READERS,
            office_work=True,
            tells_speakers=not over,
        ),
        level=2 * _hour(news.at) + (0 if over else 1),
        settled=over,
    )


def _called(
    standing: Sequence[Purpose],
    left: Sequence[Purpose],
    meetings: Sequence[Meeting],
    thresholds: Thresholds,
) -> Event | None:
    """The first that is called and can deal with any of it; none that was set for before it."""
    came = standing[-1].at
    since = came - timedelta(days=thresholds["called_days"])
    kinds = {each.kind for each in left}
    for meeting in meetings:
        known = not meeting.held and meeting.last.placed_at >= since
        can = known and not kinds.isdisjoint(meeting.deals_with)
        if can and not _is_past(meeting.last.details["set_for"], came):
            return meeting.last
    return None


def _is_past(set_for: dict[str, Any] | None, came: datetime) -> bool:
    """Whether the time for which it was set lies before that; a day is over when it is."""
    if set_for is None or set_for["precision"] in {"month", "unknown"}:
        return False
    at: datetime = set_for["at"]
    whole = timedelta(days=1) if set_for["precision"] == "day" else timedelta(0)
    return at.replace(tzinfo=at.tzinfo or UTC) + whole <= came


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // _AN_HOUR


def _level_of(case: Case) -> int | None:
    """The level of the alert, if it is open."""
    record = case.alerts.get((ForumNeeded.id, _KEY))
    return record.level if record is not None and record.state is AlertState.OPEN else None
