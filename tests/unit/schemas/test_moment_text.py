from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from schemas.moment_text import read_date, read_instant, read_moment, write_instant


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2021-10-09T02:40+01:00", _utc(2021, 10, 9, 1, 40), "minute"),
        ("2021-10-09T02:40Z", _utc(2021, 10, 9, 2, 40), "minute"),
        ("2021-10-09T02+01:00", _utc(2021, 10, 9, 1), "hour"),
        ("2021-10-09T02:40:15+01:00", _utc(2021, 10, 9, 1, 40, 15), "exact"),
        ("2021-10-09T02:40:15.250Z", _utc(2021, 10, 9, 2, 40, 15, 250_000), "exact"),
        # A day and a month start at midnight in London: BST in October, GMT in December.
        ("2021-10-09", _utc(2021, 10, 8, 23), "day"),
        ("2021-12-09", _utc(2021, 12, 9), "day"),
        ("2021-07", _utc(2021, 6, 30, 23), "month"),
        # What a YAML reader makes of some forms.
        (date(2021, 10, 9), _utc(2021, 10, 8, 23), "day"),
        (
            datetime(2021, 10, 9, 2, 40, tzinfo=timezone(timedelta(hours=1))),
            _utc(2021, 10, 9, 1, 40),
            "exact",
        ),
    ],
)
def test_the_form_tells_the_precision(text: Any, at: datetime, precision: str) -> None:
    assert read_moment(text) == {"at": at, "precision": precision}


@pytest.mark.parametrize(
    "text",
    [
        "2021-10-09T02:40",  # No offset: could be either clock.
        "2021-10-09 02:40+01:00",
        "2021-10-09T02:40+0100",
        "2021-13-01",
        "2021-02-30",
        "2021-10-09T25:00Z",
        "0001-01-01T00:00+14:00",  # Before year 1 in UTC.
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        "09/10/2021",
        "٢٠٢١-١٠-٠٩",
        "2021-10-09\n",
        "2021",
        "",
        20211009,
        None,
        datetime(2021, 10, 9, 2, 40),  # noqa: DTZ001 - the point is that it has no zone.
    ],
)
def test_other_forms_are_no_moment(text: Any) -> None:
    assert read_moment(text) is None


def test_an_instant_needs_a_time_of_day() -> None:
    assert read_instant("2021-10-09T02:40:15Z") == _utc(2021, 10, 9, 2, 40, 15)
    assert read_instant("2021-10-09T02:40Z") == _utc(2021, 10, 9, 2, 40)
    for text in ("2021-10-09", "2021-10-09T02Z", date(2021, 10, 9), None):
        assert read_instant(text) is None


def test_a_date_is_a_calendar_date() -> None:
    assert read_date("2006-04-30") == date(2006, 4, 30)
    assert read_date(date(2006, 4, 30)) == date(2006, 4, 30)
    for text in ("2006-02-30", "30/04/2006", "20060430", _utc(2006, 4, 30), 7, None):
        assert read_date(text) is None


def test_what_is_written_can_be_read() -> None:
    for at in (_utc(2021, 10, 9, 1, 40), _utc(2021, 10, 9, 1, 40, 15, 7)):
        assert read_instant(write_instant(at)) == at
    assert write_instant(_utc(2021, 10, 9, 1, 40)) == "2021-10-09T01:40:00Z"
