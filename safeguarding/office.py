"""Office hours and working days in England, by the clock in London."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def in_london(at: datetime) -> datetime:
    """The instant by the clock in London. On the first and last day that there are, by its own."""
    try:
        return at.astimezone(LONDON)
    except OverflowError:  # A mistyped year, with which nothing must fail.
        return at


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

    def working_day(self, day: date) -> bool:
        """Whether people work on that day: Monday to Friday, bank holidays out."""
        return day.weekday() < 5 and day not in self.bank_holidays

    def office_hours(self, at: datetime) -> bool:
        """Whether the instant lies in office hours."""
        local = in_london(at)
        return self.working_day(local.date()) and self.opens <= local.time() < self.closes

    def on_duty(self, role: str, at: datetime) -> bool:
        """Whether people in this role are at work at that instant."""
        if role in self.office_roles:
            return self.office_hours(at)
        return role not in self.night_roles or not self.office_hours(at)

    def next_opening(self, after: datetime) -> datetime:
        """When the office opens next, strictly after that instant."""
        day = in_london(after).date()
        while not self.working_day(day) or self._opening(day) <= after:
            day += timedelta(days=1)
        return self._opening(day).astimezone(UTC)

    def _opening(self, day: date) -> datetime:
        return datetime.combine(day, self.opens, LONDON)
