"""Routing: which teams in which roles are told of a finding, and how urgently."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from safeguarding.facts import Mode, Recipient
from safeguarding.network import Directory
from safeguarding.office import Calendar
from safeguarding.rules.rule import Reader, Route


def recipients(
    route: Route,
    members: Iterable[Recipient],
    at: datetime,
    calendar: Calendar,
    directory: Directory,
) -> dict[Recipient, Mode]:
    """Who is told of a finding, speakers not yet left out.

    An alert never goes nowhere: where somebody is asked to act and nobody on the network
    can, the steward and the area's emergency duty team are told urgently beside the
    digests; what only informs about a child without any network goes to the steward.
    """
    act = () if _waits_for_the_office(route, at, calendar) else route.act
    told: dict[Recipient, Mode] = dict.fromkeys(route.always, Mode.DIGEST)
    for member in members:
        able = member.role in act and not _among(route.let_go, member)
        if able and calendar.on_duty(member.role, at):
            told[member] = Mode.URGENT
        elif member.role in route.act or _reads(route, member):
            # Who could act, and is not at work or has the child no more, finds it there later.
            told[member] = Mode.DIGEST
    if act and Mode.URGENT not in told.values():
        told.update(dict.fromkeys(directory.fallback, Mode.URGENT))
    elif not told and route.readers is None:
        told[directory.steward] = Mode.DIGEST
    # After that: they are asked beside those who act, and do not stand in for them.
    for team in _who_answer_for_it(route, directory):
        asked = bool(act) and calendar.on_duty(team.role, at)
        told[team] = Mode.URGENT if asked else Mode.DIGEST
    return told


def asked_when_it_opens(
    route: Route,
    members: Iterable[Recipient],
    at: datetime,
    calendar: Calendar,
    directory: Directory,
) -> frozenset[Recipient]:
    """Whom office work asks that arises while the office is closed: who could act at its opening.

    They are told by digest, so that nobody is woken. Nobody stands in: it asks members, and who
    has to answer for it.
    """
    if not route.act or not _waits_for_the_office(route, at, calendar):
        return frozenset()
    able = (each for each in members if each.role in route.act and not _among(route.let_go, each))
    opening = calendar.next_opening(at)
    return frozenset(
        each
        for each in (*able, *_who_answer_for_it(route, directory))
        if calendar.on_duty(each.role, opening)
    )


def _waits_for_the_office(route: Route, at: datetime, calendar: Calendar) -> bool:
    return route.office_work and not calendar.office_hours(at)


def _who_answer_for_it(route: Route, directory: Directory) -> Iterator[Recipient]:
    for each in route.answer_for_it:
        yield from directory.in_roles((each.role,), each.agency)


def _reads(route: Route, member: Recipient) -> bool:
    return route.readers is None or _among(route.readers, member)


def _among(readers: Iterable[Reader], member: Recipient) -> bool:
    return any(
        reader.role == member.role and reader.agency in (None, member.agency) for reader in readers
    )
