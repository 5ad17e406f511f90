"""meeting-without: a meeting that somebody is not asked to, whom it needs (3.6).

Whoever is needed at a kind of meeting is in the thresholds, by role, and so is who may stand in for
them. A colleague of the same service is enough, unless the meeting's own list says of the one who
is meant that she was not asked. To have been asked is what counts: apologies are no lapse.

A parent or a carer may be kept out for the child's safety, and nothing is said of it. That somebody
else was kept out is said to those who lead and oversee, and not to the one who was.

A meeting is the agency's that numbers it. What another agency says of it has a key of its own: two
agencies may use one number, and joining their meetings could hide that one was without somebody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.network import is_person
from safeguarding.rules.planning import meeting_without_words as words
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key

MEETING = "meeting"

_ASKED = frozenset({"invited", "attended", "apologies", "absent", "sent_views"})


class MeetingWithout:
    """One alert for each meeting. Somebody is asked to act only before it takes place."""

    id = "meeting-without"
    paragraphs: tuple[str, ...] = ("3.6", "3.7")
    why = (
        "Whoever is not asked cannot say what they know, and does not learn what was decided. "
        "The child's own worker knows what nobody else at the table does."
    )
    watches = frozenset({MEETING})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What else is said of the same meeting: that it was called, held or cancelled."""
        around = timedelta(days=thresholds["same_meeting_days"])
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> tuple[str, ...]:
        """The meeting."""
        del case
        return (_key(about),)

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """Whether anybody who is needed was not asked to the meeting."""
        around = timedelta(days=thresholds["same_meeting_days"])
        events = case.events(self.watches, about.placed_at - around, about.placed_at + around)
        of_it = [each for each in events if _key(each) == _key(about)]
        return {_key(about): _finding(of_it, thresholds)}


@dataclass(frozen=True, slots=True)
class _Without:
    """Who is needed at a meeting and was not asked, or was kept out, by role."""

    not_asked: tuple[str, ...]
    kept_out: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.not_asked or self.kept_out)


def _key(event: Event) -> str:
    return ground_key("meeting", event.agency, event.details["meeting"])


def _finding(events: Sequence[Event], thresholds: Thresholds) -> Finding | None:
    called, held, cancelled = (
        [each for each in events if each.details["step"] == step]
        for step in ("called", "held", "cancelled")
    )
    # Also where the day is all that is known of when it was held.
    lists = [*called, *held]
    if not lists:
        return None  # A cancellation alone is about nothing.
    without = _without(lists, thresholds)
    # What was said of an earlier list is over, and not unsaid, once a later one has everybody.
    before = (_without(lists[:number], thresholds) for number in range(1, len(lists)))
    if not without and not any(before):
        return None
    last = lists[-1]
    off = not held and any(each.over_at >= last.placed_at for each in cancelled)
    settled = off or not without
    return Finding(
        severity=Severity.MEDIUM,
        headline=words.headline(last, off=off, asked=not without),
        what=words.what(last, without.not_asked, without.kept_out, off=off),
        where=None,
        occurred=last.occurred,
        grounds=tuple(events),
        route=_route(lists, without, settled=settled),
        # That it has yet to be held is the more urgent: somebody can still be asked.
        level=0 if held or settled else 1,
        settled=settled,
    )


def _route(lists: Sequence[Event], without: _Without, *, settled: bool) -> Route:
    last = lists[-1]
    leads = (last.details["lead"] or last.said_by or "team_manager", "team_manager")
    reads = dict.fromkeys([*leads, "iro", *without.not_asked])
    return Route(
        act=() if settled or last.details["step"] == "held" else leads,
        readers=tuple(Reader(role) for role in reads),
        office_work=True,
        tells_speakers=not settled,
    )


def _without(lists: Sequence[Event], thresholds: Thresholds) -> _Without:
    """Who was not asked by these lists; of each role the last that names it counts."""
    said: dict[str, str] = {}
    for each in lists:
        said |= _said(each)
    needed = thresholds["required"].get(lists[-1].details["kind"], ())
    not_asked, kept_out = [], []
    for role in needed:
        stand_ins = thresholds["stand_ins"].get(role, ())
        missing = role not in said and not any(said.get(each) == "asked" for each in stand_ins)
        if missing or said.get(role) == "not_invited":
            not_asked.append(role)
        elif said.get(role) == "excluded" and not _may_be_kept_out(role, thresholds):
            kept_out.append(role)
    return _Without(tuple(not_asked), tuple(kept_out))


def _said(event: Event) -> dict[str, str]:
    """What a list says of each role that it names: one of several who was asked is enough."""
    said: dict[str, str] = {}
    for each in event.details["invitees"]:
        attendance = "asked" if each["attendance"] in _ASKED else each["attendance"]
        if said.get(each["role"]) != "asked":
            said[each["role"]] = attendance
    return said


def _may_be_kept_out(role: str, thresholds: Thresholds) -> bool:
    return is_person(role) or role in thresholds["carers"]
