"""placement-briefing: carers are told what they must know before the child comes (3.18).

In the review a foster carer who had cared for the child before took her in from custody, and was
told neither of the knife nor of the ligature. So each placement awaits a briefing of its own,
whatever the carer read or acknowledged in an earlier stay. It is due when the child arrives; where
custody hands her to the carer itself, at the release. One that was given before the last thing that
it should hold is not current.

What a briefing covers is free text, which no rule reads. What it left out, if somebody says so,
counts; and an alert lists what it must hold. A parent with whom a child is placed is for another
rule: what a parent is told is not decided by what happens.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.placement import current_matters as matters
from safeguarding.rules.placement import placement_briefing_words as words
from safeguarding.rules.rule import Thresholds, ground_key

START = "placement-start"
BRIEFING = "placement-briefing"
RELEASE = "custody-release"

_CARERS = frozenset({"placement", "foster_carer"})


class PlacementBriefing(Absence):
    """One expectation for each placement of a child of whom there is something to be told."""

    id = "placement-briefing"
    paragraphs: tuple[str, ...] = ("3.18",)
    why = (
        "Who does not know of the knife and of the ligature cannot keep the child safe tonight, "
        "not even who has cared for the child before."
    )
    opens = frozenset({START})
    meets = frozenset({BRIEFING})
    bears = matters.MATTERS | {RELEASE}

    def window(self, thresholds: Thresholds) -> timedelta:
        """What is current lies within it; a late briefing is looked for as long."""
        return timedelta(days=thresholds["current_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The placement."""
        return (ground_key("placement", opening.agency, opening.details["placement"]),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A briefing for this placement that holds what was current when the child came."""
        del calendar
        around = self.window(thresholds)
        since, until = opening.placed_at - around, opening.placed_at + around
        starts = [
            each
            for each in case.events({START}, since, until)
            if self.keys_of(each) == self.keys_of(opening)
        ]
        if opening.key != starts[-1].key:
            return  # The last report of a placement opens it.
        if opening.details["kind"]["code"] in thresholds["not_briefed_codes"]:
            return
        release = _release(opening, case, thresholds)
        due_at = (release or opening).over_at
        events = case.events(matters.MATTERS, since, due_at)
        current = matters.current(events, thresholds["self_harm_codes"])
        if not current:
            return  # Nothing is known that had to be told.
        briefings = [
            each
            for each in case.events({BRIEFING}, since, until)
            if each.details["placement"] == opening.details["placement"]
        ]
        before = [each for each in briefings if _is_whole(each) and _in_time(each, due_at)]
        since_then = [
            each for each in current if before and each.last.placed_at > before[-1].placed_at
        ]
        met = _met(briefings, before, since_then, due_at)
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a briefing of whoever has the child next, before the child comes",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=words.missed(opening, release, briefings, current, since_then, met),
        )


def _release(opening: Event, case: Case, thresholds: Thresholds) -> Event | None:
    """The release by which custody handed the child to the carer itself."""
    since = opening.placed_at - timedelta(hours=thresholds["custody_hours"])
    releases = [
        each
        for each in case.events({RELEASE}, since, opening.over_at)
        if each.details["released_to"] in _CARERS
    ]
    return releases[-1] if releases else None


def _is_whole(briefing: Event) -> bool:
    """Given, of something, and with nothing that somebody says was left out."""
    says = briefing.details
    return says["step"] == "given" and bool(says["covered"]) and not says["left_out"]


def _in_time(briefing: Event, due_at: datetime) -> bool:
    return briefing.placed_at <= due_at and briefing.details["before_arrival"] is not False


def _met(
    briefings: Sequence[Event],
    before: Sequence[Event],
    since_then: Sequence[matters.Matter],
    due_at: datetime,
) -> Met | None:
    if before and not since_then:
        return Met(before[-1], before[-1].placed_at)
    late = [each for each in briefings if _is_whole(each) and not _in_time(each, due_at)]
    if not late:
        return None
    # One that says itself that it came after the child is late, however its hour was written.
    return Met(late[0], max(late[0].placed_at, due_at + timedelta(minutes=1)))
