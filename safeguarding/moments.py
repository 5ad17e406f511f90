"""Times as people state them: an instant together with how exactly it is known."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a time is known; the instant is the earliest one of the stated period."""

    EXACT = "exact"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"


_LONGEST: dict[Precision, timedelta] = {
    Precision.EXACT: timedelta(0),
    Precision.MINUTE: timedelta(minutes=1),
    Precision.HOUR: timedelta(hours=1),
    # A local day may last 25 hours when the clocks go back.
    Precision.DAY: timedelta(hours=25),
    Precision.MONTH: timedelta(days=31, hours=1),
}

_LAST_OF_ALL = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (aware, UTC) and its precision."""

    at: datetime
    precision: Precision

    @property
    def latest(self) -> datetime | None:
        """The last instant the statement can mean, or None when nothing is known."""
        if self.precision is Precision.UNKNOWN:
            return None
        longest = _LONGEST[self.precision]
        # Systems write the last of all days for "not known"; there is no instant after it.
        return self.at + longest if self.at < _LAST_OF_ALL - longest else _LAST_OF_ALL


# The earliest instant that an event of a child alive today can bear. Systems that
# lost their clock say 1970; a looked-after child of today was not born before this.
EARLIEST_PLAUSIBLE_YEAR = 1990


def implausible(moment: Moment, received_at: datetime, tolerance: timedelta) -> bool:
    """Whether a stated time cannot be right: long past, or after the hub was told of it.

    ``tolerance`` allows for clocks that differ between systems. An implausible time
    flags an entry and never stops it: doubt does not silence an alert.
    """
    if moment.precision is Precision.UNKNOWN:
        return False
    return moment.at.year < EARLIEST_PLAUSIBLE_YEAR or moment.at > received_at + tolerance
