"""Times in words: the clock in London, as exactly as they are known, and how long after."""

from datetime import datetime, time, timedelta

from safeguarding.moments import Moment, Precision
from safeguarding.office import LONDON

UNKNOWN = "time not known"


def day_in_words(at: datetime) -> str:
    """The day in London, for example ``Sat 2 Oct 2021``."""
    local = at.astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%b %Y}"


def clock_in_words(at: datetime, *, seconds: bool = False) -> str:
    """The clock in London. In the hour that comes twice, it says which of the two."""
    local = at.astimezone(LONDON)
    text = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{text} {local.tzname()}" if twice else text


def instant_in_words(at: datetime, *, beside: datetime | None = None, seconds: bool = False) -> str:
    """Day and clock; the clock alone where the day is that of ``beside``."""
    clock = clock_in_words(at, seconds=seconds)
    if beside is not None and day_in_words(at) == day_in_words(beside):
        return clock
    return f"{day_in_words(at)} {clock}"


def from_in_words(at: datetime) -> str:
    """A beginning or end: the day alone where it is its first moment, as people name one."""
    return day_in_words(at) if at.astimezone(LONDON).time() == time.min else instant_in_words(at)


def until_in_words(at: datetime) -> str:
    """A deadline: what is due until midnight is due by the end of the day before."""
    local = at.astimezone(LONDON)
    if local.time() == time.min:
        return f"the end of {day_in_words(local - timedelta(hours=12))}"
    return instant_in_words(at)


def moment_in_words(moment: Moment) -> str:
    """A stated time, no more exactly than it was stated."""
    at = moment.at
    match moment.precision:
        case Precision.UNKNOWN:
            return UNKNOWN
        case Precision.MONTH:
            return f"{at.astimezone(LONDON):%b %Y}"
        case Precision.DAY:
            return day_in_words(at)
        case Precision.HOUR:
            end = at + timedelta(hours=1)
            return f"{day_in_words(at)} {clock_in_words(at)} to {clock_in_words(end)}"
        case Precision.MINUTE:
            return instant_in_words(at)
        case Precision.EXACT:
            return instant_in_words(at, seconds=at.second != 0)


def duration_in_words(length: timedelta) -> str:
    """A length of time to two units, for example ``4 days 7 h``. Never negative."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours and days < 30 else f"{days} days"


def after_in_words(known: Moment, told_at: datetime) -> str | None:
    """How long after it was known the hub was told, as exactly as ``known`` allows.

    None where nobody says when it was known, or where it is said to be known later.
    """
    if known.precision is Precision.UNKNOWN or told_at < known.at:
        return None
    if known.precision in {Precision.DAY, Precision.MONTH}:
        latest = known.latest
        if latest is None or told_at <= latest:
            return "the same day" if known.precision is Precision.DAY else "the same month"
        days = (told_at.astimezone(LONDON).date() - known.at.astimezone(LONDON).date()).days
        if known.precision is Precision.MONTH:
            return f"up to {days} days after"
        return "the day after" if days == 1 else f"{days} days after"
    passed = told_at - known.at
    if passed < timedelta(minutes=1):
        return "within a minute"
    return f"{duration_in_words(passed)} after"
