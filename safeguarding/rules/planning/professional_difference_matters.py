"""Which events are of one matter that professionals see differently, and whether it is open.

Events of one matter share a name: a challenge names what it is about, by the reference of whoever
published that, or in the same words as before; a referral has a number; and requests for an
assessment under the Mental Health Act in one stay in hospital are one matter.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event, Reference

CHALLENGE = "challenge"
ASSESSMENT = "mental-health-act-assessment"
REFERRAL = "referral"
REQUESTS = frozenset({ASSESSMENT, REFERRAL, "social-care-assessment"})
STAYS = frozenset({"hospital-admission", "hospital-transfer", "hospital-discharge"})

_DECLINED = "declined"
_TAKEN_UP = frozenset({"arranged", "done", "accepted", "withdrawn"})
_SETTLED = frozenset({"resolved", "withdrawn"})

Names = frozenset[tuple[str, ...]]


def is_difference(event: Event) -> bool:
    """A recorded difference: a challenge that is no mere answer, or a request that was declined.

    A decline counts where it is known who asked, and that it was somebody else. What came of an
    assessment that was done is no difference, whatever came of it.
    """
    step = event.details["step"]
    if event.type == CHALLENGE:
        return step not in _SETTLED
    asked_by = event.details["asked_by"]
    return bool(step == _DECLINED and asked_by and asked_by != event.said_by)


def settles(event: Event) -> bool:
    """Whether it ends the matter: resolved, taken back, or what was asked for is done after all."""
    return event.details["step"] in (_SETTLED if event.type == CHALLENGE else _TAKEN_UP)


def matters(case: Case, since: datetime, until: datetime, stay: timedelta) -> list[list[Event]]:
    """The matters of this time, each with its events in their order; ``stay`` is a stay's longest.

    One in which nothing is recorded as a difference is none.
    """
    events = case.events({CHALLENGE, *REQUESTS}, since, until)
    events = [each for each in events if is_difference(each) or settles(each)]
    found: list[tuple[Names, list[Event]]] = []
    for event in events:
        names, members = _names(case, event, stay), [event]
        for other in [each for each in found if not each[0].isdisjoint(names)]:
            found.remove(other)
            names, members = names | other[0], [*other[1], *members]
        found.append((names, members))
    ordered = (sorted(members, key=_order) for _, members in found)
    return [members for members in ordered if any(map(is_difference, members))]


def open_ones(matter: Sequence[Event]) -> list[Event]:
    """The differences that nothing after them has settled.

    What is done after all settles that it was declined. A challenge is settled only by those who
    differ: the assessment that is challenged is often one that was done.
    """
    undecided: list[Event] = []
    for event in matter:
        if is_difference(event):
            undecided.append(event)
        elif event.type == CHALLENGE:
            undecided = []
        else:
            undecided = [each for each in undecided if each.type != event.type]
    return undecided


def _order(event: Event) -> tuple[datetime, Reference]:
    """A day on which something was settled is over when it is."""
    return (event.over_at if settles(event) else event.placed_at, event.key)


def _names(case: Case, event: Event, stay: timedelta) -> Names:
    says = event.details
    names: set[tuple[str, ...]] = {("said", *event.key)}
    if event.type == CHALLENGE:
        names.add(("matter", event.agency, says["matter"].strip().casefold()))
        if says["about_reference"]:
            # Whose reference it is nobody says: it is of one of those who differ.
            whose = {event.agency, says["by_agency"], says["to_agency"]} - {None}
            names |= {("said", agency, says["about_reference"]) for agency in whose}
    elif event.type == REFERRAL:
        names.add((REFERRAL, says["referral"]))
    elif event.type == ASSESSMENT:
        names |= {("stay", *each) for each in _stays(case, event, stay)}
    return frozenset(names)


def _stays(case: Case, event: Event, longest: timedelta) -> Iterable[tuple[str, str]]:
    """The stay in hospital that the child was in, as its hospital calls it, if in one."""
    moves = case.events(STAYS, event.placed_at - longest, event.placed_at)
    inside = None
    for move in moves:
        spell = (move.agency, move.details["spell"])
        if move.type != "hospital-discharge":
            inside = spell
        elif spell == inside:
            inside = None
    return () if inside is None else (inside,)
