"""Routing: which teams in which roles are told of a finding, and how urgently."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from safeguarding.facts import Mode, Recipient
from safeguarding.network import Directory
from safeguarding.rules.rule import Route

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Office hours in England, and who is on duty when.

    ``office_roles`` are on duty on weekdays from ``opens`` (inclusive) to ``closes``
    (exclusive) by the clock in London, bank holidays out; ``night_roles`` exactly outside
    of that; all other roles always.
    """

    opens: time
    closes: time
    bank_holidays: frozenset[date]
    office_roles: frozenset[str]
    night_roles: frozenset[str]

    def office_hours(self, at: datetime) -> bool:
        """Whether the instant lies in office hours."""
        local = at.astimezone(LONDON)
        working_day = local.weekday() < 5 and local.date() not in self.bank_holidays
        return working_day and self.opens <= local.time() < self.closes

    def on_duty(self, role: str, at: datetime) -> bool:
        """Whether people in this role are at work at that instant."""
        if role in self.office_roles:
            return self.office_hours(at)
        return role not in self.night_roles or not self.office_hours(at)


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
    act = () if route.office_work and not calendar.office_hours(at) else route.act
    told: dict[Recipient, Mode] = dict.fromkeys(route.always, Mode.DIGEST)
    for member in members:
        if member.role in act and calendar.on_duty(member.role, at):
            told[member] = Mode.URGENT
        elif _reads(route, member):
            told[member] = Mode.DIGEST
    if act and Mode.URGENT not in told.values():
        told.update(dict.fromkeys(directory.fallback, Mode.URGENT))
    elif not told and route.readers is None:
        told[directory.steward] = Mode.DIGEST
    return told


def _reads(route: Route, member: Recipient) -> bool:
    if route.readers is None:
        return True
    return any(
        reader.role == member.role and reader.agency in (None, member.agency)
        for reader in route.readers
    )
