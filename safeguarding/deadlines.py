"""Deadlines: hours that pass, and days by the calendar in London, working ones or all.

The two are never mixed: hours are elapsed time, whatever the clocks do in March and October; a day
ends at midnight in London. A period in days begins with the day after the one it runs from, unless
the law counts that day itself.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from safeguarding.office import LONDON, Calendar, in_london

# A child is one until the 18th birthday (Children Act 1989, section 105).
_YEARS_OF_A_CHILD = 18
# A mistyped year may lie at either end of the calendar; with it nothing must fail.
_FIRST, _LAST = date(1000, 1, 1), date(9000, 1, 1)


def hours_after(at: datetime, hours: int) -> datetime:
    """So many hours later, as they pass."""
    return min(at, datetime.combine(_LAST, time(), UTC)) + timedelta(hours=hours)


def end_of_day(at: datetime, days: int = 0) -> datetime:
    """The end of the day in London, or of the day so many days later (exclusive, so midnight)."""
    return _midnight_after(_day(at) + timedelta(days=days))


def end_of_working_day(at: datetime, days: int, calendar: Calendar) -> datetime:
    """The end of the so-manieth working day in England after the day of ``at``."""
    day = _day(at)
    while days > 0:
        day += timedelta(days=1)
        days -= calendar.working_day(day)
    return _midnight_after(day)


def end_of_month_day(at: datetime, months: int) -> datetime:
    """The end of the day with the same number so many months later, or of that month's last."""
    day = _day(at)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return _midnight_after(date(year, month + 1, min(day.day, last)))


def end_of_month(at: datetime, months: int = 0) -> datetime:
    """The end of the month of ``at``, or of the month so many months later or (below 0) before."""
    day = _day(at)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return _midnight_after(date(year, month + 1, monthrange(year, month + 1)[1]))


def opening_before(at: datetime, calendar: Calendar) -> datetime:
    """When the office last opened, at that instant or before: for what is to be read at work."""
    day = _day(at)
    while True:
        opens = datetime.combine(day, calendar.opens, LONDON).astimezone(UTC)
        if calendar.working_day(day) and opens <= at:
            return opens
        day -= timedelta(days=1)


def birthday(born: date, years: int) -> datetime:
    """When the child is so many years old: the day begins. Born on 29 February: on 1 March."""
    year = min(born.year + years, _LAST.year)
    leapling = (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] < born.day
    day = date(year, 3, 1) if leapling else born.replace(year=year)
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def eighteenth_birthday(born: date) -> datetime:
    """When the child becomes an adult."""
    return birthday(born, _YEARS_OF_A_CHILD)


def _day(at: datetime) -> date:
    return min(max(in_london(at).date(), _FIRST), _LAST)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), LONDON).astimezone(UTC)
