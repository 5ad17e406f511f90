"""Days and months as the calendar in London has them, for rules that name or count them."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from safeguarding.moments import Precision
from safeguarding.office import LONDON, in_london


def day_of(at: datetime) -> date:
    """The day in London at that instant."""
    return in_london(at).date()


def in_words(at: datetime, precision: Precision) -> str:
    """The day in London as people write it, ``2 October 2021``, or what is known of it."""
    if precision is Precision.UNKNOWN:
        return "a day that is not known"
    day = day_of(at)
    month = f"{day:%B %Y}"
    return month if precision is Precision.MONTH else f"{day.day} {month}"


def when(at: datetime, precision: Precision) -> str:
    """The same, to be read after what happened: ``on 2 October 2021``, ``in October 2021``."""
    return f"{'in' if precision is Precision.MONTH else 'on'} {in_words(at, precision)}"


def clock(at: datetime) -> str:
    """What the clock in London shows at that instant: ``23:00``."""
    return f"{in_london(at):%H:%M}"


# Rules that look over months ask this of each event of them, at each event.
@lru_cache(maxsize=10_000)
def month_of(at: datetime) -> date:
    """The month in London at that instant, as its first day."""
    return day_of(at).replace(day=1)


def month_after(month: date) -> date:
    """The month after, as its first day."""
    return (month + timedelta(days=31)).replace(day=1)


@lru_cache(maxsize=1_000)
def month_before(month: date) -> date:
    """The month before, as its first day."""
    return (month - timedelta(days=1)).replace(day=1)


def begins(day: date) -> datetime:
    """The instant (UTC) at which the day begins in London."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
