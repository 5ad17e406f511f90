"""Which custody suites and hospitals had the child, and have let the child go.

Their teams stay on the network for a while, for having told of something. Who has the child must
be called at any hour; who had the child reads of it. Only where the hub was told that the child has
left: a call in vain is better than a ward that reads in the morning what the child said at night.
"""

from collections.abc import Sequence
from datetime import datetime

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.custody.child_in_custody import ARREST, DETENTION, RELEASE
from safeguarding.rules.hospital.hospital_stay import ADMISSION, DISCHARGE, TRANSFER
from safeguarding.rules.rule import Reader
from safeguarding.rules.self_harm_reports import ATTENDANCE

_CUSTODY = frozenset({ARREST, DETENTION, RELEASE})
_HOSPITAL = frozenset({ATTENDANCE, ADMISSION, DISCHARGE, TRANSFER})

WHERE_THE_CHILD_IS = _CUSTODY | _HOSPITAL
"""The types of event that say where the child is, or is no more."""


def let_go(case: Case, since: datetime, until: datetime) -> tuple[Reader, ...]:
    """The custody sergeants and wards of these, each with its agency."""
    custody, hospital = (case.events(types, since, until) for types in (_CUSTODY, _HOSPITAL))
    return (
        *(Reader("custody_sergeant", each) for each in _agencies(custody) if _free(each, custody)),
        *(Reader("ward", each) for each in _agencies(hospital) if _left(each, hospital)),
    )


def _agencies(events: Sequence[Event]) -> list[str]:
    return sorted({each.agency for each in events})


def _free(force: str, events: Sequence[Event]) -> bool:
    """Released, under each custody record of the force that is known."""
    own = [each for each in events if each.agency == force and each.details["custody_record"]]
    released = [each for each in own if each.type == RELEASE]
    return bool(released) and all(
        any(each.over_at >= taken.placed_at and _same_record(each, taken) for each in released)
        for taken in own
        if taken.type != RELEASE
    )


def _same_record(one: Event, other: Event) -> bool:
    return bool(one.details["custody_record"] == other.details["custody_record"])


def _left(trust: str, events: Sequence[Event]) -> bool:
    """Gone from the hospital, after each time that the child is known to have come to it."""
    sites = _sites(trust, events)
    came = [each for each in events if _comes(trust, sites, each)]
    gone = [each for each in events if _goes(trust, sites, each)]
    return bool(gone) and all(any(_ends(each, one) for each in gone) for one in came)


def _comes(trust: str, sites: set[str], event: Event) -> bool:
    if event.type != TRANSFER:
        return event.type != DISCHARGE and event.agency == trust
    # Whoever takes the child tells of it, or is known by its site.
    takes = event.agency == trust or event.details["to_site"] in sites
    return takes and event.details["from_site"] not in sites


def _goes(trust: str, sites: set[str], event: Event) -> bool:
    if event.type == TRANSFER:
        # As the hospital tells of it that took the child. A trust that tells of one itself may mean
        # another site of its own.
        return event.agency != trust and event.details["from_site"] in sites
    return event.type == DISCHARGE and event.agency == trust


def _ends(gone: Event, came: Event) -> bool:
    """A discharge that names its stay ends no other, which may go on."""
    if gone.over_at < came.placed_at:
        return False
    spells = {each.details["spell"] for each in (gone, came) if each.type != ATTENDANCE} - {None}
    return gone.type == TRANSFER or len(spells) < 2


def _sites(trust: str, events: Sequence[Event]) -> set[str]:
    """The trust's own, as far as it has said that the child was there."""
    there = (ATTENDANCE, ADMISSION, DISCHARGE)
    return {each.details["site"] for each in events if each.agency == trust and each.type in there}
