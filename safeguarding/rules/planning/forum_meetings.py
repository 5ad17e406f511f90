"""Which meetings can deal with what calls for a forum (3.4, 3.6).

A meeting can deal with a purpose if it is of a kind that looks at the whole child, or at such a
matter, and if everybody was asked whom ``meeting-without`` names for its own kind and for the
purpose. One without the child's own worker has not dealt with why it was called, and so more
meetings followed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.kept import kept
from safeguarding.rules.planning import meeting_without
from safeguarding.rules.planning.forum_purposes import Purpose
from safeguarding.rules.rule import Thresholds, ground_key

MEETING = meeting_without.MEETING
# Of the same events the same meetings, from whenever they are looked at.
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Meeting:
    """The last that is said of a meeting, and the kinds of purpose that it can deal with.

    ``held`` is False for one that is called and was neither held nor called off.
    """

    last: Event
    held: bool
    deals_with: frozenset[str]

    def dealt_with(self, purpose: Purpose) -> bool:
        """Whether it was held after that came up. Of its own day it is not taken for granted."""
        return self.held and purpose.kind in self.deals_with and self.last.placed_at > purpose.at


def meetings(case: Case, since: datetime, until: datetime, thresholds: Thresholds) -> list[Meeting]:
    """The meetings in [since, until] that were held or are called, in the order of their events."""
    events = case.events({MEETING}, since, until)
    return kept(
        case,
        "forum meetings",
        _EVER,
        events,
        thresholds,
        lambda: _of_events(events, thresholds),
    )


def _of_events(events: Iterable[Event], thresholds: Thresholds) -> list[Meeting]:
    told: dict[str, list[Event]] = {}
    for each in events:
        told.setdefault(ground_key("meeting", each.agency, each.details["meeting"]), []).append(
            each
        )
    found = [_meeting(each, thresholds) for each in told.values()]
    known = [each for each in found if each is not None]
    return sorted(known, key=lambda each: (each.last.placed_at, each.last.key))


def needed(kinds: Iterable[str], thresholds: Thresholds) -> list[str]:
    """The roles that a forum about these kinds of purpose needs, each once."""
    roles = (role for kind in kinds for role in _needed(thresholds["kinds"][kind][0], thresholds))
    return list(dict.fromkeys(roles))


def _meeting(events: Sequence[Event], thresholds: Thresholds) -> Meeting | None:
    held = [each for each in events if each.details["step"] == "held"]
    called = [each for each in events if each.details["step"] == "called"]
    off = [each for each in events if each.details["step"] == "cancelled"]
    if not held and (not called or any(each.over_at >= called[-1].placed_at for each in off)):
        return None
    last = (held or called)[-1]
    # A call that lies longer back is not in sight of every event from which this is looked at.
    since = last.placed_at - timedelta(days=thresholds["called_days"])
    near = [each for each in events if each.placed_at >= since]
    return Meeting(last, bool(held), frozenset(_deals_with(last, near, thresholds)))


def _deals_with(last: Event, events: Sequence[Event], thresholds: Thresholds) -> Iterator[str]:
    kind = last.details["kind"]
    for purpose, kinds in thresholds["kinds"].items():
        if kind not in thresholds["whole_kinds"] and kind not in kinds:
            continue
        roles = {*_needed(kind, thresholds), *_needed(kinds[0], thresholds)}
        # Whether all are asked to one that is to come is for meeting-without to say.
        if last.details["step"] == "called" or not _left_out(events, sorted(roles), thresholds):
            yield purpose


def _needed(kind: str, thresholds: Thresholds) -> list[str]:
    figures = thresholds["asked"].get("meeting-without", {})
    roles: list[str] = figures.get("required", {}).get(kind, [])
    return roles


def _left_out(events: Sequence[Event], roles: list[str], thresholds: Thresholds) -> bool:
    # Where nobody is needed, that rule's figures may not be there.
    figures = thresholds["asked"].get("meeting-without", {})
    return bool(roles) and bool(meeting_without.not_asked(events, figures, roles))
