"""meeting-without: a meeting that somebody is not asked to, whom it needs (3.6).

Whoever is needed at a kind of meeting is in the thresholds, by role, and so is who may stand in for
them. A colleague of the same service is enough, unless the meeting's own list says of the one who
is meant that she was not asked. To have been asked is what counts: apologies are no lapse.

A parent or a carer may be kept out for the child's safety, and nothing is said of it. That somebody
else was kept out is said to those who lead and oversee, and not to the one who was.

Once a meeting was held nothing can be done but to hear whoever was left out, and to tell them: it
is a line to them and to who led it. Who oversees the child's plan is told when it has become a
pattern (``meeting_without_pattern``), so that they are asked to the next one before it takes place.

A meeting is the agency's that numbers it. What another agency says of it has a key of its own: two
agencies may use one number, and joining their meetings could hide that one was without somebody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event, Reference
from safeguarding.facts import Severity
from safeguarding.network import is_person
from safeguarding.rules.planning import meeting_without_pattern as pattern
from safeguarding.rules.planning import meeting_without_words as words
from safeguarding.rules.planning.meeting_without_pattern import Lacking
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key

MEETING = "meeting"

_ASKED = frozenset({"invited", "attended", "apologies", "absent", "sent_views"})


class MeetingWithout:
    """One alert for each meeting, and one for each pattern.

    Somebody is asked to act only before a meeting takes place.
    """

    id = "meeting-without"
    paragraphs: tuple[str, ...] = ("3.6", "3.7")
    why = (
        "Whoever is not asked cannot say what they know, and does not learn what was decided. "
        "The child's own worker knows what nobody else at the table does."
    )
    watches = frozenset({MEETING})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What else is said of the same meeting, and what is said of others around it."""
        around = timedelta(days=thresholds["same_meeting_days"])
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """The meeting, and every pattern that a meeting at hand may have opened."""
        at_hand = case.standings.of(self.watches)
        meetings = [each for each in at_hand if each.type == MEETING]
        return {_key(about), *(pattern.key(each) for each in [about, *meetings])}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """Whether anybody who is needed was not asked to the meeting, or to many around it."""
        around = timedelta(days=thresholds["same_meeting_days"])
        events = case.events(self.watches, about.placed_at - around, about.placed_at + around)
        meetings: dict[str, list[Event]] = {}
        for each in events:
            meetings.setdefault(_key(each), []).append(each)
        held = [_lacking(each, thresholds) for each in meetings.values()]
        lacking = sorted((each for each in held if each is not None), key=_order)
        patterns = pattern.assess(case, self.id, lacking, about, thresholds)
        return {**patterns, _key(about): _finding(meetings.get(_key(about), []), thresholds)}


@dataclass(frozen=True, slots=True)
class _Without:
    """Who is needed at a meeting and was not asked, or was kept out, by role."""

    not_asked: tuple[str, ...]
    kept_out: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.not_asked or self.kept_out)


def _key(event: Event) -> str:
    return ground_key("meeting", event.agency, event.details["meeting"])


def _order(lacking: Lacking) -> tuple[datetime, Reference]:
    return lacking.event.placed_at, lacking.event.key


def _lacking(events: Sequence[Event], thresholds: Thresholds) -> Lacking | None:
    """The meeting as one that was held without somebody, if it was."""
    lists = _lists(events)
    if not lists or lists[-1].details["step"] != "held":
        return None
    left_out = _without(lists, thresholds).not_asked
    return Lacking(lists[-1], left_out, _lead(lists[-1])) if left_out else None


def _lists(events: Sequence[Event]) -> list[Event]:
    """Who was asked, as it was said when it was called and when it was held."""
    # Also where the day is all that is known of when it was held.
    said = ("called", "held")
    return [each for step in said for each in events if each.details["step"] == step]


def _lead(last: Event) -> str:
    lead: str = last.details["lead"] or last.said_by or "team_manager"
    return lead


def _finding(events: Sequence[Event], thresholds: Thresholds) -> Finding | None:
    lists = _lists(events)
    if not lists:
        return None  # A cancellation alone is about nothing.
    without = _without(lists, thresholds)
    # What was said of an earlier list is over, and not unsaid, once a later one has everybody.
    before = (_without(lists[:number], thresholds) for number in range(1, len(lists)))
    if not without and not any(before):
        return None
    last = lists[-1]
    held = last.details["step"] == "held"
    cancelled = [each for each in events if each.details["step"] == "cancelled"]
    off = not held and any(each.over_at >= last.placed_at for each in cancelled)
    settled = off or not without
    return Finding(
        severity=Severity.MEDIUM,
        headline=words.headline(last, off=off, asked=not without),
        what=words.what(last, without.not_asked, without.kept_out, lead=_lead(last), off=off),
        where=None,
        occurred=last.occurred,
        grounds=tuple(events),
        route=_route(lists, without, settled=settled),
        # That it has yet to be held is the more urgent: somebody can still be asked.
        level=0 if held or settled else 1,
        settled=settled,
    )


def _route(lists: Sequence[Event], without: _Without, *, settled: bool) -> Route:
    held = lists[-1].details["step"] == "held"
    leads = (_lead(lists[-1]), "team_manager")
    # Who oversees it reads of what can still be done, and of who was kept out on purpose. Of those
    # who were forgotten, once it was held, they read when it is a pattern.
    oversees = () if held and not settled and not without.kept_out else ("team_manager", "iro")
    reads = dict.fromkeys([leads[0], *oversees, *without.not_asked])
    return Route(
        act=() if settled or held else leads,
        readers=tuple(Reader(role) for role in reads),
        office_work=True,
        tells_speakers=not settled,
    )


def not_asked(
    events: Sequence[Event], thresholds: Thresholds, needed: Iterable[str]
) -> tuple[str, ...]:
    """Which of these roles were not asked to the meeting that all the events are of."""
    return _without(_lists(events), thresholds, tuple(needed)).not_asked


def _without(
    lists: Sequence[Event], thresholds: Thresholds, needed: Sequence[str] | None = None
) -> _Without:
    """Who was not asked by these lists; of each role the last that names it counts."""
    said: dict[str, str] = {}
    for each in lists:
        said |= _said(each)
    if needed is None:
        needed = thresholds["required"].get(lists[-1].details["kind"], ())
    missing, kept_out = [], []
    for role in needed:
        stand_ins = thresholds["stand_ins"].get(role, ())
        unnamed = role not in said and not any(said.get(each) == "asked" for each in stand_ins)
        if unnamed or said.get(role) == "not_invited":
            missing.append(role)
        elif said.get(role) == "excluded" and not _may_be_kept_out(role, thresholds):
            kept_out.append(role)
    return _Without(tuple(missing), tuple(kept_out))


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
