"""placement-conditions: what is not on record of a placement that needs it (3.10 to 3.27).

That a child was moved, and to what, is for ``placement_move`` to tell. This rule tells two things:
that a placement ended unplanned, until another begins; and what a placement began without: a
decision of several agencies on the risk, where it was an emergency or is registered with nobody; a
registration that it should have; out of the authority's area, an approval and word to the host.

Whether a kind of placement needed registration is judged by the terms of its time, as the authority
states them. Where it does not, a 903 code that stood outside the regulations of its time says so.

What is not on record may have been done all the same, so nothing here says that it was not. A stay
in hospital is no placement here: on a ward a child is without one.
"""

from collections.abc import Mapping
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.placement import placement_conditions_words as words
from safeguarding.rules.placement.placement_record import (
    APPROVAL,
    END,
    MEETING,
    START,
    is_temporary,
    placement,
    record_of,
)
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key

_WITHOUT_A_PLACE = ("team_manager", "edt")
_ABLE_TO_RECORD = ("social_worker", "team_manager")
_READS = ("iro", "senior_manager", "placements_officer", "camhs_community", "host_authority")
# Who lets her go, or finds her, must know that there is no place to bring her back to.
_READ_OF_AN_END = ("social_worker", "missing_coordinator", "ward", "safeguarding_nurse")
# A move is written down to the day, and the next placement may begin before the last one ends.
_OVERLAP = timedelta(days=1)


class PlacementConditions:
    """One alert for each placement that began without what it needs; one for an unplanned end."""

    id = "placement-conditions"
    paragraphs: tuple[str, ...] = ("3.10", "3.12", "3.13", "3.14", "3.18", "3.21", "3.23")
    why = (
        "A placement in a hurry, or one that nobody inspects, is safer where several agencies have "
        "thought about the risk. An area cannot help a child of whom it does not know."
    )
    watches = frozenset({START, END, APPROVAL, MEETING})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What can be seen from any placement that the event may bear on."""
        around = timedelta(days=thresholds["look_around_days"])
        approvals = around + timedelta(days=thresholds["approval_days"])
        days = max(thresholds["decision_days_before"], thresholds["decision_days_after"])
        meetings = around + timedelta(days=days)
        return (
            Need(frozenset({START}), 2 * around, 2 * around),
            Need(frozenset({END}), around, around),
            Need(frozenset({APPROVAL}), approvals, approvals),
            Need(frozenset({MEETING}), meetings, meetings),
        )

    def keys(self, case: Case, about: Event) -> set[str]:
        """Every placement at hand: an event may change what is said of several."""
        at_hand = [about, *(standing.event for standing in case.standings.values())]
        return {_key(each) for each in at_hand if each is not None and each.type in {START, END}}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about each placement that the event may bear on.

        As for a placement's move, it follows from what can be seen from the placement itself, so
        the order in which events come changes nothing.
        """
        around = timedelta(days=thresholds["look_around_days"])
        findings: dict[str, Finding | None] = {}
        if about.type in {START, END}:
            findings[_key(about)] = None  # Unless it stands, which is seen below.
        for each in case.events({START, END}, about.placed_at - around, about.placed_at + around):
            if each.type == START:
                findings[_key(each)] = _of_start(each, case, thresholds)
            else:
                findings[_key(each)] = _of_end(each, case, thresholds)
        return findings


def _key(event: Event) -> str:
    return ground_key("start" if event.type == START else "end", *placement(event))


def _readers(*roles: str) -> tuple[Reader, ...]:
    return tuple(Reader(role) for role in roles)


def _of_start(start: Event, case: Case, thresholds: Thresholds) -> Finding | None:
    record = record_of(start, case, thresholds)
    if record is None:
        return None
    lacking = record.lacking
    return Finding(
        severity=Severity.HIGH if record.is_grave else Severity.MEDIUM,
        headline=words.headline(record),
        what=words.began(record),
        where=None,
        occurred=start.occurred,
        grounds=(start, *record.grounds),
        route=Route(
            act=_ABLE_TO_RECORD if lacking else (),
            readers=_readers(*_ABLE_TO_RECORD, *_READS),
            office_work=True,
            tells_speakers=bool(lacking),
        ),
        # What is taken back again is a rise, and told like new.
        level=len(lacking),
        settled=not lacking,
    )


def _of_end(end: Event, case: Case, thresholds: Thresholds) -> Finding | None:
    around = timedelta(days=thresholds["look_around_days"])
    starts = case.events({START}, end.placed_at - around, end.placed_at + around)
    begun = [each for each in starts if placement(each) == placement(end)]
    temporary = any(is_temporary(each, thresholds) for each in (end, *begun))
    if end.details["planned"] is not False or temporary:
        return None
    # Not one that she left for this placement, though it was a day ago.
    since = max([end.placed_at - _OVERLAP, *(each.placed_at for each in begun[:1])])
    following = [
        each
        for each in starts
        if each.placed_at >= since and each not in begun and not is_temporary(each, thresholds)
    ]
    return Finding(
        severity=Severity.HIGH,
        headline="Placement ended unplanned",
        what=words.ended(end, elsewhere=bool(following)),
        where=None,
        occurred=end.occurred,
        grounds=(end, *following[:1]),
        route=Route(
            act=() if following else _WITHOUT_A_PLACE,
            readers=_readers(*_WITHOUT_A_PLACE, *_READ_OF_AN_END, *_READS),
        ),
        # That the next placement is taken back is a rise: where she lives is not known again.
        level=0 if following else 1,
        settled=bool(following),
    )
