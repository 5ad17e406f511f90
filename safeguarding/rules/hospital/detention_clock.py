"""Until when at the latest a detention can last by law, and what tells that it is no more.

Hours of the Mental Health Act 1983: sections 4(4) and 5(2), 72; 5(4), 6; 135(3ZA) and 136(2A), 24
from the arrival, and by a doctor 12 more (136B). Days: section 2(4), 28, of which that of the
admission is the first. Of sections that are renewed by months (3), and of those that a court or a
minister makes, nothing is said. The Mental Health Act 2025 may change these periods.

Where a time is not known, the latest that it can be counts: nobody is to be told that a detention
is over which goes on. So section 2 that follows section 4 counts from the change, though by law it
counts from the admission.
"""

from collections.abc import Sequence
from datetime import datetime

from safeguarding.deadlines import end_of_day, hours_after
from safeguarding.events import Event
from safeguarding.moments import Moment, Precision
from safeguarding.rules.hospital import mental_health_status as status
from safeguarding.rules.hospital.absconded_detained_words import SECTIONS_OF, arrived_at
from safeguarding.rules.rule import Thresholds

SECTION_2 = "02"

_INFORMAL = frozenset({"none", "consent"})


def code_of(event: Event) -> str:
    """The section, as a code of mhsds.legal-status."""
    code: str = event.details["section"]["code"]
    return code


def latest_end(
    begin: Event, detentions: Sequence[Event], thresholds: Thresholds
) -> datetime | None:
    """The first instant at which it can last no more; None where the hub knows of none.

    A detention that is told of anew, by the place that took the child, has the clock of the first.
    """
    for earlier in detentions:
        if not _goes_on_as(begin, earlier, detentions):
            continue
        latest = _latest(earlier, detentions, thresholds)
        if latest is not None and begin.placed_at < latest:
            return latest
    return _latest(begin, detentions, thresholds)


def said_over(
    begin: Event,
    due_at: datetime,
    detentions: Sequence[Event],
    moves: Sequence[Event],
    discharges: Sequence[Event],
) -> Event | None:
    """The first word that it is over: its end, another section, or that she was let go.

    A transfer says it where it names another section, or none; a discharge, where it is from the
    hospital that had her. What happened after ``due_at`` says nothing of how it ended, but for the
    word of its end itself: she may have been detained anew, months later.
    """
    since = [each for each in moves if each.placed_at > begin.placed_at]
    # Of a day whose hour is not known it may have been before, from an earlier stay.
    left = [each for each in discharges if each.placed_at >= begin.placed_at]
    words = [
        status.end_of(begin, detentions),
        *(each for each in since if _under_another(begin, each)),
        *(each for each in left if _from_where_she_was(begin, since, each)),
    ]
    told = [
        each
        for each in words
        if each is not None and (each.placed_at <= due_at or _is_its_end(each))
    ]
    return min(told, key=lambda each: (each.over_at, each.key), default=None)


def _goes_on_as(begin: Event, earlier: Event, detentions: Sequence[Event]) -> bool:
    """Whether the earlier one is under the same section, and had not ended."""
    if not status.begins(earlier) or code_of(earlier) != code_of(begin):
        return False
    end = status.end_of(earlier, detentions)
    return earlier.placed_at <= begin.placed_at and (
        end is None or end.placed_at >= begin.placed_at
    )


def _latest(begin: Event, detentions: Sequence[Event], thresholds: Thresholds) -> datetime | None:
    code = code_of(begin)
    longer = status.extension_of(begin, status.end_of(begin, detentions), detentions)
    if code == SECTION_2:
        # A county court that is asked about the nearest relative extends it (section 29(4)), and
        # only who tells of that can say until when.
        last = end_of_day(_begun(begin), thresholds["section_2_days"] - 1)
        return last if longer is None else _stated(longer)
    hours = thresholds["hours"].get(code)
    if hours is None:
        return None
    if code not in thresholds["place_of_safety_codes"]:
        return hours_after(_begun(begin), hours)
    if longer is not None:
        hours += thresholds["more_hours"]
    return hours_after(_arrived(begin, thresholds), hours)


def _arrived(begin: Event, thresholds: Thresholds) -> datetime:
    """When she came to the place of safety, at the latest."""
    told = arrived_at(begin)
    return told or hours_after(_begun(begin), thresholds["journey_hours"])


def _begun(begin: Event) -> datetime:
    """When it began, at the latest. A day is that day; the law counts from it."""
    match begin.occurred.precision:
        case Precision.UNKNOWN:
            return begin.received_at
        case Precision.MONTH:
            return begin.over_at
        case Precision.DAY if code_of(begin) != SECTION_2:
            return begin.over_at
        case _:
            return begin.placed_at


def _stated(longer: Event) -> datetime | None:
    ends = longer.details["ends"]
    latest = None if ends is None else Moment(ends["at"], Precision(ends["precision"])).latest
    return latest if latest is not None and latest > longer.placed_at else None


def _is_its_end(word: Event) -> bool:
    return word.type == status.DETENTION and bool(word.details["step"] == "ended")


def _under_another(begin: Event, move: Event) -> bool:
    authority = move.details["authority"]
    code = SECTIONS_OF.get(authority)
    return authority in _INFORMAL or (code is not None and code != code_of(begin))


def _from_where_she_was(begin: Event, moves: Sequence[Event], discharge: Event) -> bool:
    """Whether it is of the hospital that took her last, or else of the agency that detained her."""
    taken = [each for each in moves if each.details["kind"] != "within"]
    if taken:
        return bool(discharge.details["site"] == taken[-1].details["to_site"])
    return discharge.agency == begin.agency
