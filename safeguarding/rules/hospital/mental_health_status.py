"""A detention under the Mental Health Act: from when, until when at the latest, and what ended it.

One finding for each event that says that a detention began: of two agencies that tell of one, no
reference says so. The clocks that are named are those of sections 2, 135 and 136 of the Mental
Health Act 1983 (s2(4), s66(2)(a), s135(3ZA), s136(2A), s136B); of others the hub says none. That a
detention has come to its latest end, and nobody has told of it, is for ``detention_end``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.hospital import absconded_detained_words as words
from safeguarding.rules.rule import Finding, Route, Thresholds

DETENTION = "mental-health-detention"
TRANSFER = "hospital-transfer"

# Informal patients, guardianship, other Acts, not applicable: nobody is detained by this Act.
_NO_DETENTION = frozenset({"01", "31", "32", "35", "36", "98"})
_NOT_KNOWN = "99"

# A short power: somebody must assess her now, at any hour.
_TO_ASSESS = ("social_worker", "edt", "amhp", "camhs_crisis")
_TO_MOVE = (*_TO_ASSESS, "custody_sergeant", "custody_inspector", "liaison_and_diversion")
# For the responsible authority to plan with, on a working day.
_TO_PLAN = ("social_worker",)


def begins(event: Event) -> bool:
    """Whether it says that a child is detained from then on."""
    return (
        event.type == DETENTION
        and event.details["step"] in {"started", "changed"}
        and _code(event) not in _NO_DETENTION
    )


def finding(
    begin: Event,
    detentions: Sequence[Event],
    transfers: Sequence[Event],
    thresholds: Thresholds,
) -> Finding:
    """What is held about the detention that began, given those and the transfers around it."""
    end = end_of(begin, detentions)
    longer = extension_of(begin, end, detentions)
    code = _code(begin)
    in_a_station = (
        code in thresholds["place_of_safety_codes"]
        and begin.details["place_kind"] == "police_station"
    )
    route = Route(act=_TO_PLAN, office_work=True)
    if in_a_station:
        route = Route(act=_TO_MOVE)
    elif code in thresholds["short_codes"]:
        route = Route(act=_TO_ASSESS)
    clock = words.clock(code, begin, thresholds, extended=longer is not None)
    moved = None if end else _last_move(begin, transfers)
    among_adults = end is None and _among_adults(begin, moved, thresholds)
    if among_adults:
        # The ward has not said that the regulator is to be told, which is for it to do.
        route = replace(route, tells_speakers=True)
    return Finding(
        severity=Severity.CRITICAL if in_a_station else Severity.HIGH,
        headline=words.detained_headline(begin, end, in_a_station=in_a_station),
        what=words.over(begin, end)
        if end
        else words.detained(
            begin,
            clock,
            thresholds,
            in_a_station=in_a_station,
            among_adults=(moved or begin) if among_adults else None,
        ),
        where=_where(moved) if moved else (end or begin).details["place"],
        occurred=(end or begin).occurred,
        grounds=tuple(
            each
            for each in (begin, longer, moved if among_adults else None, end)
            if each is not None
        ),
        route=route,
        level=0 if end else 1,
        settled=end is not None,
    )


def in_force(left: Event, detentions: Sequence[Event]) -> Event | None:
    """The detention under which she was when she left, if the hub was told how it began."""
    code = words.SECTIONS_OF.get(left.details["authority"])
    begun = [
        each
        for each in detentions
        if begins(each) and _code(each) == code and each.placed_at <= left.placed_at
    ]
    for begin in reversed(begun):
        end = end_of(begin, detentions)
        if end is None or end.placed_at >= left.placed_at:
            return begin
    return None


def began_after(left: Event, detentions: Sequence[Event]) -> Event | None:
    """The first detention that began after she left: whoever detains her has found her.

    Not a change of section, which may be on paper; nor one of that day whose hour is not known; nor
    one under the section that she left, which may be that one, told with another time.
    """
    code = words.SECTIONS_OF.get(left.details["authority"])
    return next(
        (
            each
            for each in detentions
            if begins(each)
            and each.details["step"] == "started"
            and _code(each) != code
            and each.placed_at > left.placed_at
        ),
        None,
    )


def clock_for(
    left: Event,
    detention: Event | None,
    detentions: Sequence[Event],
    thresholds: Thresholds,
) -> str | None:
    """How long the detention lasts under which she was when she left; by dates, if known."""
    code = words.SECTIONS_OF.get(left.details["authority"])
    if code is None:
        return None
    longer = None
    if detention is not None:
        longer = extension_of(detention, end_of(detention, detentions), detentions)
    return words.clock(code, detention, thresholds, extended=longer is not None)


def _last_move(begin: Event, transfers: Sequence[Event]) -> Event | None:
    """The last transfer to another hospital since the detention began."""
    moves = [
        each
        for each in transfers
        if each.details["kind"] != "within" and each.over_at >= begin.placed_at
    ]
    return moves[-1] if moves else None


def _where(moved: Event) -> str:
    where: str = moved.details["to_ward"] or moved.details["to_site"]
    return where


def _among_adults(begin: Event, moved: Event | None, thresholds: Thresholds) -> bool:
    """Whether she is on a ward for adults: by the last move, or as the detention says."""
    if moved is not None:
        return bool(moved.details["to_site"] in thresholds["adult_ward_sites"])
    return bool(begin.details["place_kind"] == "adult_ward")


def _code(event: Event) -> str:
    code: str = event.details["section"]["code"]
    return code


def end_of(begin: Event, detentions: Iterable[Event]) -> Event | None:
    """The first event that ends it: its own end, or another section in its stead."""
    return next((each for each in detentions if _is_end_of(begin, each, detentions)), None)


def _is_end_of(begin: Event, other: Event, detentions: Iterable[Event]) -> bool:
    same = _code(other) == _code(begin)
    if other.details["step"] != "ended":
        # Of two on one day, one that is said without its hour may have come last.
        return begins(other) and not same and other.over_at > begin.over_at
    if not same and _code(other) != _NOT_KNOWN:
        return False
    if other.over_at < begin.placed_at:
        return False
    # The end of a day whose hour is not known belongs to what began first on that day.
    return other.placed_at >= begin.placed_at or not any(
        begins(each) and other.placed_at <= each.placed_at < begin.placed_at for each in detentions
    )


def extension_of(begin: Event, end: Event | None, detentions: Iterable[Event]) -> Event | None:
    """What extends it before it ends."""
    until = None if end is None else end.over_at
    return next(
        (
            each
            for each in detentions
            if each.details["step"] == "extended"
            and _code(each) == _code(begin)
            and each.over_at >= begin.placed_at
            and (until is None or each.placed_at <= until)
        ),
        None,
    )
