"""Times as people and JSON files write them, with the precision that the form itself tells."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

HOW_TO_WRITE = (
    "write 2021-10-09T02:40+01:00 (to the minute), 2021-10-09T02:40:15+01:00 (exact),"
    " 2021-10-09T02+01:00 (that hour), 2021-10-09 (that day) or 2021-10 (that month)"
)

_OFFSET = r"(?:Z|[+-]\d\d:\d\d)"
_FORMS: tuple[tuple[re.Pattern[str], str, Callable[[str], datetime]], ...] = (
    (re.compile(r"\d{4}-\d\d"), "month", lambda text: _midnight(date.fromisoformat(text + "-01"))),
    (re.compile(r"\d{4}-\d\d-\d\d"), "day", lambda text: _midnight(date.fromisoformat(text))),
    (re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d{_OFFSET}"), "hour", datetime.fromisoformat),
    (re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d{_OFFSET}"), "minute", datetime.fromisoformat),
    (
        re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{{1,6}})?{_OFFSET}"),
        "exact",
        datetime.fromisoformat,
    ),
)


def read_moment(text: Any) -> dict[str, Any] | None:
    """Read the short form of a Moment as its Avro record; None when it is no such form.

    A day is taken as midnight in London, as the contract says. YAML readers turn some forms into
    dates and datetimes by themselves, so those are taken too.
    """
    try:
        if isinstance(text, datetime):
            return {"at": text.astimezone(UTC), "precision": "exact"} if text.tzinfo else None
        if isinstance(text, date):
            return {"at": _midnight(text), "precision": "day"}
        if isinstance(text, str) and text.isascii():
            for form, precision, read in _FORMS:
                if form.fullmatch(text):
                    return {"at": read(text).astimezone(UTC), "precision": precision}
    except (ValueError, OverflowError):  # No such day or hour, or before the year 1 in UTC.
        pass
    return None


def read_instant(text: Any) -> datetime | None:
    """Read a time with its offset, to the minute or finer; None when it is none."""
    moment = None if type(text) is date else read_moment(text)
    return moment["at"] if moment and moment["precision"] in ("minute", "exact") else None


def read_date(text: Any) -> date | None:
    """Read a calendar date; None when it is none."""
    if isinstance(text, datetime):
        return None
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except (TypeError, ValueError):
        return None


def write_instant(at: datetime) -> str:
    """Write an aware time in UTC, with as many digits as it needs."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
