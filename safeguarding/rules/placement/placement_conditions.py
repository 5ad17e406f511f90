"""placement-conditions: what is not on record of a placement that needs it (3.10 to 3.27).

That a child was moved, and to what, is for ``placement_move`` to tell, with how the placement
before it ended. This rule waits, and tells of what has not followed. After an unplanned end:
another placement, on the day on which the authority knew. After a placement that needs more than
others: a decision of several agencies on the risk, where it was an emergency or is registered with
nobody; a registration that it should have; out of the authority's area, an approval and word to the
host. Such a decision may be made in the days after a placement in a hurry. So nobody is called
while others are still about it, and what is missing after that is office work.

Whether a kind of placement needed registration is judged by the terms of its time, as the authority
states them. Where it does not, a 903 code that stood outside the regulations of its time says so.

What is not on record may have been done all the same, so nothing here says that it was not. A stay
in hospital is no placement here: on a ward a child is without one, but has a bed tonight.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_day, end_of_working_day, hours_after
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Precision
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.placement import placement_conditions_words as words
from safeguarding.rules.placement.placement_record import (
    APPROVAL,
    END,
    MEETING,
    START,
    Record,
    is_temporary,
    over_before,
    placement,
    record_of,
)
from safeguarding.rules.placement.placement_words import ADMISSION, STAYS
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key

OVER = "the child lives there no more"

_ABLE_TO_RECORD = ("social_worker", "team_manager")
_READS = ("iro", "senior_manager", "placements_officer", "camhs_community", "host_authority")
_WITHOUT_A_PLACE = ("team_manager", "edt")
# Who lets her go, or finds her, must know that there is no place to bring her back to.
_READ_OF_AN_END = ("social_worker", "missing_coordinator", "ward", "safeguarding_nurse")
# A move is written down to the day, and the next placement may begin before the last one ends.
_OVERLAP = timedelta(days=1)
_TO_THE_HOUR = frozenset({Precision.EXACT, Precision.MINUTE, Precision.HOUR})


class PlacementConditions(Absence):
    """One expectation for each placement that needs more than others, and each unplanned end."""

    id = "placement-conditions"
    paragraphs: tuple[str, ...] = ("3.10", "3.12", "3.13", "3.14", "3.18", "3.21", "3.23")
    why = (
        "A placement in a hurry, or one that nobody inspects, is safer where several agencies have "
        "thought about the risk. An area cannot help a child of whom it does not know."
    )
    opens = frozenset({START, END})
    meets = frozenset({APPROVAL, MEETING})
    bears = STAYS

    def window(self, thresholds: Thresholds) -> timedelta:
        """What belongs to a placement is looked for while it lasts, but no longer than this."""
        return timedelta(days=thresholds["look_around_days"])

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """Of a placement that is over, only what is told of that one says something else."""
        at, around = about.placed_at, self.window(thresholds)
        told = case.events(self.opens, at - around, at + around)
        touched = [each for each in told if self._touches(about, each, case, thresholds)]
        # To the end of the window: the last report of a placement opens it, and is never left out.
        return min([at, *(each.placed_at for each in touched)]), at + around

    def _touches(self, about: Event, opening: Event, case: Case, thresholds: Thresholds) -> bool:
        at = about.placed_at
        if about.type not in STAYS | {MEETING} and placement(about) == placement(opening):
            return True
        if opening.type == END and about.type == START:
            others = [each for each in self._following(opening, case, thresholds) if each != about]
            return opening.placed_at <= at + _OVERLAP and all(
                at <= each.placed_at for each in others
            )
        if opening.type == END:
            return about.type in STAYS and _soon_after(opening, thresholds["place_hours"]) >= at
        days = thresholds["decision_days_before"] if about.type == MEETING else 0
        return (
            about.type in {START, MEETING}
            and opening.placed_at <= at + timedelta(days=days)
            and not over_before(opening, at, case, thresholds)
        )

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The placement, by the authority's number of it, and whether it began or ended."""
        kind = "start" if opening.type == START else "end"
        return (ground_key(kind, *placement(opening)),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """What a placement needs, or another placement. The last report of one opens it."""
        around = self.window(thresholds)
        since, until = opening.placed_at - around, opening.placed_at + around
        told = case.events({opening.type}, since, until)
        if [each for each in told if placement(each) == placement(opening)][-1].key != opening.key:
            return
        if opening.type == START:
            yield from self._of_start(opening, case, thresholds, calendar)
        else:
            yield from self._of_end(opening, case, thresholds)

    def _of_start(
        self, start: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        record = record_of(start, case, thresholds)
        if record is None:
            return
        days: int = thresholds["decision_working_days_after"]
        due_at = end_of_working_day(start.placed_at, days, calendar)
        by = record.completed_by
        met = None if by is None else Met(by, by.placed_at)
        in_time = met is not None and met.at < due_at
        over_by_then = record.over is not None and record.over.placed_at < due_at
        yield Expected(
            key=self.keys_of(start)[0],
            what="what this placement needs, on record",
            opening=start,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=_not_on_record(start, record),
            cancelled=OVER if over_by_then and not in_time else None,
        )

    def _of_end(self, end: Event, case: Case, thresholds: Thresholds) -> Iterator[Expected]:
        if end.details["planned"] is not False:
            return
        around = self.window(thresholds)
        begun = self._begun(end, case, thresholds)
        if any(is_temporary(each, thresholds) for each in (end, *begun)):
            return
        following = self._following(end, case, thresholds)
        due_at = _soon_after(end, thresholds["place_hours"])
        stays = case.events(STAYS, end.placed_at - around, due_at)
        in_hospital = bool(stays) and stays[-1].type == ADMISSION
        yield Expected(
            key=self.keys_of(end)[0],
            what="another placement",
            opening=end,
            due_at=due_at,
            awaits=frozenset({START}),
            met=Met(following[0], following[0].placed_at) if following else None,
            missed=_without_a_place(end, following, in_hospital=in_hospital),
        )

    def _begun(self, end: Event, case: Case, thresholds: Thresholds) -> list[Event]:
        around = self.window(thresholds)
        starts = case.events({START}, end.placed_at - around, end.placed_at + around)
        return [each for each in starts if placement(each) == placement(end)]

    def _following(self, end: Event, case: Case, thresholds: Thresholds) -> list[Event]:
        """Not one that she left for this placement, though it was a day ago."""
        begun = self._begun(end, case, thresholds)
        since = max([end.placed_at - _OVERLAP, *(each.placed_at for each in begun[:1])])
        return [
            each
            for each in case.events({START}, since, end.placed_at + self.window(thresholds))
            if placement(each) != placement(end) and not is_temporary(each, thresholds)
        ]


def _soon_after(end: Event, hours: int) -> datetime:
    """So many hours after it ended and the authority knew; where it says a day, that day's end."""
    told = [end.occurred, end.known] if end.learned_at is not None else [end.occurred]
    last = max(told, key=lambda each: each.at)
    at = max(end.placed_at, min(last.at, end.received_at))
    return hours_after(at, hours) if last.precision in _TO_THE_HOUR else end_of_day(at)


def _readers(*roles: str) -> tuple[Reader, ...]:
    return tuple(Reader(role) for role in roles)


def _not_on_record(start: Event, record: Record) -> Finding:
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


def _without_a_place(end: Event, following: list[Event], *, in_hospital: bool) -> Finding:
    act = _WITHOUT_A_PLACE[:1] if in_hospital else _WITHOUT_A_PLACE
    return Finding(
        # Who is on a ward has a bed tonight, so it is a matter of days.
        severity=Severity.MEDIUM if in_hospital else Severity.HIGH,
        headline=words.without_a_place(elsewhere=bool(following)),
        what=words.ended(end, elsewhere=bool(following), in_hospital=in_hospital),
        where=None,
        occurred=end.occurred,
        grounds=(end, *following[:1]),
        route=Route(
            act=() if following else act,
            readers=_readers(*_WITHOUT_A_PLACE, *_READ_OF_AN_END, *_READS),
            office_work=in_hospital,
            tells_speakers=not following,
        ),
        # That the next placement is taken back is a rise: where she lives is not known again.
        level=0 if following else 1,
        settled=bool(following),
    )
