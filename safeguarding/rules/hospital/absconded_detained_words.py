"""What an alert says of a child who left, and of a detention and its clock."""

from datetime import date, datetime, timedelta

from safeguarding.events import Event
from safeguarding.moments import Precision
from safeguarding.office import in_london
from safeguarding.rules.rule import Thresholds
from safeguarding.rules.wording import plain, sentence

# Names of months that no machine's language changes.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_PLACES = {"hospital": "a hospital", "place_of_safety": "a place of safety"}
_BACK = {"hospital": "Back in the hospital", "place_of_safety": "Back in the place of safety"}
_WHERE_THERE = {
    "none": "was there without an authority to keep the child",
    "consent": "was there by consent",
    "mental_capacity_act": "was there under the Mental Capacity Act",
    "court_order": "was there under an order of a court",
    "police_protection": "was there under police protection",
    "not_recorded": "under what authority is not recorded",
}
SECTIONS_OF = {
    "section_2": "02",
    "section_3": "03",
    "section_4": "04",
    "section_5_2": "05",
    "section_5_4": "06",
    "section_135": "19",
    "section_136": "20",
}
"""The codes (mhsds.legal-status) of what events call an authority."""

_SECTIONS = {
    "02": "section 2",
    "03": "section 3",
    "04": "section 4",
    "05": "section 5(2)",
    "06": "section 5(4)",
    "19": "section 135",
    "20": "section 136",
}
_THE_ACT = "the Mental Health Act"
_ASKED = "asked: to look for the child, and to say at once who finds the child"
_SECTION_2 = "02"
_AS_EXACT_AS_AN_HOUR = frozenset({Precision.EXACT, Precision.MINUTE})
_AS_EXACT_AS_A_DAY = frozenset({Precision.EXACT, Precision.MINUTE, Precision.HOUR, Precision.DAY})


def left_headline(left: Event, ended: Event | None) -> str:
    """What has happened, in a few words."""
    place = _PLACES.get(left.details["from_kind"])
    gone = f"Left {place}" if place else "Left while detained"
    if ended is None:
        return gone
    if ended.type != left.type:
        return f"Found: detained under {named(ended)}"
    if ended.details["step"] == "returned":
        return _BACK.get(left.details["from_kind"], "Returned")
    return f"{gone}: sought no longer"


def left(left: Event, ended: Event | None, clock: str | None) -> str:
    """That the child left, from where, what is feared, and whether it is over."""
    says = left.details
    place = _PLACES.get(says["from_kind"], plain(says["from_kind"]))
    feared = ", ".join(says["at_risk_of"])
    code = SECTIONS_OF.get(says["authority"])
    gone = [
        f"Left: {place}",
        f"was there under {_SECTIONS[code]}" if code else _WHERE_THERE[says["authority"]],
        feared and f"feared: {feared}",
        says["account"],
    ]
    if ended is not None and ended.type != left.type:
        return f"{sentence(gone)} Found, and detained under {named(ended)} of {_THE_ACT}."
    if ended is not None and ended.details["step"] == "returned":
        return f"{sentence(gone)} Returned."
    if ended is not None:
        return f"{sentence(gone)} Sought as absconded no longer, and not back."
    return " ".join([sentence([*gone, _ASKED]), *([clock] if clock else [])])


def detained_headline(begin: Event, end: Event | None, *, in_a_station: bool) -> str:
    """Under what, and whether it is over."""
    if end is not None:
        return f"Detained no longer: {named(begin)}"
    return f"Detained: {named(begin)}" + (" at a police station" if in_a_station else "")


def detained(
    begin: Event,
    clock: str | None,
    thresholds: Thresholds,
    *,
    in_a_station: bool,
    among_adults: Event | None,
) -> str:
    """Under what the child is detained, until when at the latest, and what the place means."""
    said = [sentence([f"Detained under {named(begin)} of {_THE_ACT}"])]
    if in_a_station:
        said.append(
            "A police station may not be a child's place of safety (section 136A); "
            "asked: to take the child to another at once."
        )
    if clock:
        said.append(clock)
    if begin.details["section"]["code"] in thresholds["short_codes"]:
        said.append("Asked: that the child is assessed in time.")
    if among_adults is not None:
        hours = thresholds["adult_ward_hours"]
        moved = among_adults.type != begin.type
        exact = among_adults.occurred.precision in _AS_EXACT_AS_AN_HOUR
        since = f" since {_hour(among_adults.placed_at)}" if moved and exact else ""
        said.append(
            f"On a ward for adults{since}: the Care Quality Commission is to be told of a child "
            f"who is there for more than {hours} h."
        )
    return " ".join(said)


def over(begin: Event, end: Event) -> str:
    """That the detention has ended, and under what the child is detained instead, if at all."""
    was = f"{named(begin)} of {_THE_ACT} has ended"
    instead = None if end.details["step"] == "ended" else f"now under {named(end)}"
    return sentence([was[0].upper() + was[1:], instead])


def clock(code: str, begin: Event | None, thresholds: Thresholds, *, extended: bool) -> str | None:
    """How long the law lets it last; None where the hub knows of no clock of that section."""
    if code == _SECTION_2:
        return _of_section_2(begin, thresholds)
    if code in thresholds["place_of_safety_codes"]:
        return _of_a_place_of_safety(code, begin, thresholds, extended=extended)
    return None


def _of_section_2(begin: Event | None, thresholds: Thresholds) -> str:
    days, tribunal = thresholds["section_2_days"], thresholds["tribunal_days"]
    first = None if begin is None else _day(begin)
    if first is None:
        return (
            f"Section 2 lasts {days} days at most, the day of admission being the first; the "
            f"tribunal may be asked in the first {tribunal} days."
        )
    last, asked = (first + timedelta(days=each - 1) for each in (days, tribunal))
    return (
        f"Section 2 lasts {days} days at most, of which {_written(first)} is the first: to the end "
        f"of {_written(last)}. The tribunal may be asked in the first {tribunal} days: to "
        f"{_written(asked)}, or the working day after it."
    )


def _of_a_place_of_safety(
    code: str, begin: Event | None, thresholds: Thresholds, *, extended: bool
) -> str:
    hours, more = thresholds["place_of_safety_hours"], thresholds["place_of_safety_more_hours"]
    arrived = None if begin is None else arrived_at(begin)
    until, at_most = ("", "")
    if arrived is not None:
        until = f", until {_hour(arrived + timedelta(hours=hours))}"
        at_most = f", until {_hour(arrived + timedelta(hours=hours + more))}"
    if extended:
        return f"A doctor has extended it: {hours + more} h from arrival at most{at_most}."
    section = _SECTIONS.get(code, "it").capitalize()
    return (
        f"{section} lasts {hours} h from arrival at most{until}; a doctor may extend it by up to "
        f"{more} h{at_most}."
    )


def named(event: Event) -> str:
    """The section, as people say it."""
    section = event.details["section"]
    return str(_SECTIONS.get(section["code"]) or section["display"] or "a section not said")


def _day(begin: Event) -> date | None:
    exact = begin.occurred.precision in _AS_EXACT_AS_A_DAY
    if not exact or begin.placed_at != begin.occurred.at:
        return None
    return in_london(begin.placed_at).date()


def arrived_at(begin: Event) -> datetime | None:
    """When the child came to the place of safety, if that is known to the hour and can be right."""
    said = begin.details["arrived"]
    if said is None or said["precision"] not in {"exact", "minute"}:
        return None
    at: datetime = said["at"]
    return at if abs(at - begin.placed_at) <= timedelta(days=1) else None


def _written(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _hour(at: datetime) -> str:
    there = in_london(at)
    return f"{there:%H:%M} on {_written(there.date())}"
