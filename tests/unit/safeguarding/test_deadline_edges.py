"""A mistyped year lies at an end of the calendar, and no deadline fails of it."""

from datetime import UTC, date, datetime

import pytest

from safeguarding import deadlines
from safeguarding.office import in_london
from schemas.rulesets import load_ruleset

CALENDAR = load_ruleset()[1]
EDGES = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))


@pytest.mark.parametrize("at", EDGES)
def test_every_deadline_has_an_instant(at: datetime) -> None:
    """Fails without: in_london; the edges in ``deadlines``."""
    found = [
        deadlines.hours_after(at, 72),
        deadlines.end_of_day(at, 28),
        deadlines.end_of_working_day(at, 5, CALENDAR),
        deadlines.end_of_month_day(at, 12),
        deadlines.end_of_month_day(at, -24),
        deadlines.end_of_month(at, 6),
    ]
    assert all(each.tzinfo is not None for each in found)
    assert in_london(at).tzinfo is not None


@pytest.mark.parametrize("born", [date(1, 1, 1), date(9999, 12, 31), date(9996, 2, 29)])
def test_every_birthday_has_an_instant(born: date) -> None:
    assert deadlines.eighteenth_birthday(born).tzinfo is not None
    assert deadlines.birthday(born, 5).tzinfo is not None
