"""hospital-visit: a looked-after child in hospital has somebody who comes to see her.

Mental Health Act 1983, section 116: an authority that has a care order visits the child in any
hospital, for bodily illness too. The Act sets no time; those here are chosen. The order may be many
years old, so every child of whom something says that she is in care counts: the regulations want
other looked-after children visited as well.

One stay is one, whatever hospital admits her meanwhile; each visit opens the next while she stays.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_day
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.planning.looked_after import (
    CARE_ENDED,
    SAYS_IN_CARE,
    VISIT,
    care_ended,
    is_visit,
    known_in_care,
)
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key

ADMISSION = "hospital-admission"
DISCHARGE = "hospital-discharge"
TRANSFER = "hospital-transfer"
# A discharge that goes with a transfer may be written down hours before or after it.
_SOON = timedelta(hours=12)
LEFT = "she has left the hospital"
SAME_STAY = "an admission before it counts: it is the same stay"
_ACT = ("social_worker", "team_manager")
_READERS = (Reader("iro"), Reader("ward"), Reader("safeguarding_nurse"))
_ROUTE = Route(act=_ACT, readers=_READERS, office_work=True, tells_speakers=True)


class HospitalVisit(Absence):
    """One expectation open at a time: from the admission, or the last visit in the stay, on."""

    id = "hospital-visit"
    paragraphs: tuple[str, ...] = ("3.19", "3.24")
    why = "A hospital is no home. A child who stays there for long needs somebody of her own."
    opens = frozenset({ADMISSION, VISIT})
    meets = frozenset({VISIT})
    bears = SAYS_IN_CARE | {DISCHARGE, TRANSFER}

    def window(self, thresholds: Thresholds) -> timedelta:
        """As long as a stay may be, and as what shows that she is in care may be old."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The admission, or the visit."""
        return (ground_key("after", *opening.key),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """The next visit, for as long as she is there."""
        del calendar
        began, around = opening.placed_at, self.window(thresholds)
        if opening.type == VISIT and not is_visit(opening, thresholds):
            return
        admissions = [
            each
            for each in case.events({ADMISSION}, began - around, began)
            if each.key != opening.key and not _discharged(case, each, opening)
        ]
        if opening.type == VISIT and not admissions:
            return
        if not known_in_care(case, began - around, began):
            return
        name = "days" if opening.type == VISIT else "first_days"
        due_at = end_of_day(began, thresholds[name])
        told = case.events({VISIT}, began, began + around)
        seen = [each for each in told if is_visit(each, thresholds) and each.key != opening.key]
        left = _left(case, began, began + around)
        # A visit after she has left is about something else.
        stay = [each for each in seen if not left or each.placed_at <= left[0].placed_at]
        met = Met(stay[0], stay[0].placed_at) if stay else None
        gone = bool(left) and met is None and left[0].placed_at < due_at
        end = care_ended(case, began, due_at)
        ended = end is not None and (met is None or end.placed_at < met.at)
        same = opening.type == ADMISSION and bool(admissions)
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a visit in hospital by the authority",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=_missed(opening, met, thresholds[name], left=bool(left)),
            cancelled=SAME_STAY if same else CARE_ENDED if ended else LEFT if gone else None,
        )


def _discharged(case: Case, admission: Event, opening: Event) -> bool:
    """Whether she had left between the admission and the opening event."""
    return bool(_left(case, admission.placed_at, opening.placed_at))


def _left(case: Case, since: datetime, until: datetime) -> list[Event]:
    """Those with which she left: a hospital that she was moved from closes its own stay."""
    return [each for each in case.events({DISCHARGE}, since, until) if not _moved(each, case)]


def _moved(discharge: Event, case: Case) -> bool:
    """Whether she was taken from there to another hospital at about that time."""
    moves = case.events({TRANSFER}, discharge.placed_at - _SOON, discharge.over_at + _SOON)
    return any(
        each.details["kind"] != "within"
        and each.details["from_site"] == discharge.details["site"] != each.details["to_site"]
        for each in moves
    )


def _missed(opening: Event, met: Met | None, days: int, *, left: bool) -> Finding:
    since = "the last visit" if opening.type == VISIT else "she was admitted"
    if met is not None:
        headline = "Visited in hospital after the time for it"
        what = f"She was visited in hospital later than {days} days after {since}."
    else:
        headline = "No visit in hospital is known"
        what = f"{days} days after {since} no visit by the authority is known."
        what += " She has left since." if left else " She is in hospital still."
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if met is None else (opening, met.by),
        route=_ROUTE,
        level=0 if met or left else 1,
        settled=met is not None or left,
    )
