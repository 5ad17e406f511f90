"""Where a child goes to from hospital, as far as placements say it (3.21)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.hospital.hospital_stay import HospitalStay

START = "placement-start"
END = "placement-end"

# 903 PLACE codes of temporary absences, a hospital among them: she lives there no more than before.
_TEMPORARY: Collection[str] = frozenset({"T0", "T1", "T2", "T3", "T4"})


def destination(
    case: Case, left_at: datetime, since: datetime, until: datetime, within: timedelta
) -> Event | None:
    """The placement that starts soon after she left, else the one that went on meanwhile."""
    starts = [
        each
        for each in case.events({START}, since, until)
        if each.details["kind"]["code"] not in _TEMPORARY
    ]
    soon = [each for each in starts if left_at <= each.over_at <= left_at + within]
    if soon:
        return soon[0]
    ended = {
        (each.agency, each.details["placement"]) for each in case.events({END}, since, left_at)
    }
    goes_on = [
        each
        for each in starts
        if each.placed_at <= left_at and (each.agency, each.details["placement"]) not in ended
    ]
    return goes_on[-1] if goes_on else None


def out_of_area(
    case: Case,
    stay: HospitalStay,
    meeting: Event,
    since: datetime,
    until: datetime,
    within: timedelta,
) -> bool:
    """Whether she goes out of the area of her authority. While she is there: as it looks so far."""
    left_at = meeting.placed_at if stay.end is None else stay.end.over_at
    placement = destination(case, left_at, since, until, within)
    return placement is not None and bool(placement.details["out_of_area"])
