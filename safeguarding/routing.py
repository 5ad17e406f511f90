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
    """Office hours in England: weekdays, bank holidays out, by the clock in London."""

    opens: time
    closes: time
    bank_holidays: frozenset[date]

    def office_hours(self, at: datetime) -> bool:
        """Whether the instant lies in office hours."""
        local = at.astimezone(LONDON)
        working_day = local.weekday() < 5 and local.date() not in self.bank_holidays
        return working_day and self.opens <= local.time() < self.closes


def recipients(
    route: Route,
    members: Iterable[Recipient],
    at: datetime,
    calendar: Calendar,
    directory: Directory,
) -> list[tuple[Recipient, Mode]]:
    """Who of the network is told, in a stable order.

    Where no member can act now, the directory's fallback (steward and the area's
    emergency duty team) is told urgently beside the others: an alert never goes nowhere.
    """
    in_hours = calendar.office_hours(at)
    urgent_roles = set(route.urgent) | {pair[0 if in_hours else 1] for pair in route.by_hour}
    told: dict[Recipient, Mode] = {}
    for member in members:
        if member.role in route.never:
            continue
        if member.role in urgent_roles:
            told[member] = Mode.URGENT
        elif route.digest_rest or member.role in route.digest:
            told[member] = Mode.DIGEST
    asks_to_act = bool(urgent_roles)
    if asks_to_act and Mode.URGENT not in told.values():
        told.update(dict.fromkeys(directory.fallback, Mode.URGENT))
    return sorted(told.items())
