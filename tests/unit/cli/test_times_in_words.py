"""Times as people read them: the clock in London, no more exact than they were stated."""

from datetime import UTC, datetime, timedelta

import pytest

from projections.queries.words.times import (
    after_in_words,
    duration_in_words,
    instant_in_words,
    moment_in_words,
)
from safeguarding.moments import Moment, Precision
from schemas.moment_text import read_moment
from tests.unit.rules.said import london


def moment(text: str) -> Moment:
    read = read_moment(text)
    assert read is not None
    return Moment(read["at"], Precision(read["precision"]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2021-10-02T02:40+01:00", "Sat 2 Oct 2021 02:40"),
        ("2021-10-02T01:40Z", "Sat 2 Oct 2021 02:40"),
        ("2021-12-02T02:40Z", "Thu 2 Dec 2021 02:40"),
        ("2021-10-02T02:40:15+01:00", "Sat 2 Oct 2021 02:40:15"),
        ("2021-10-02T02:40:00+01:00", "Sat 2 Oct 2021 02:40"),
        ("2021-10-02T02+01:00", "Sat 2 Oct 2021 02:00 to 03:00"),
        ("2021-10-02", "Sat 2 Oct 2021"),
        ("2021-07-01", "Thu 1 Jul 2021"),
        ("2021-07", "Jul 2021"),
    ],
)
def test_a_moment_is_shown_as_exactly_as_it_was_stated(text: str, words: str) -> None:
    assert moment_in_words(moment(text)) == words


def test_an_unknown_time_shows_no_date() -> None:
    unknown = Moment(datetime(1970, 1, 1, tzinfo=UTC), Precision.UNKNOWN)
    assert moment_in_words(unknown) == "time not known"


def test_the_hour_that_comes_twice_says_which() -> None:
    first, second = london("2021-10-31 01:30+01:00"), london("2021-10-31 01:30+00:00")
    assert instant_in_words(first) == "Sun 31 Oct 2021 01:30 BST"
    assert instant_in_words(second) == "Sun 31 Oct 2021 01:30 GMT"


def test_the_day_is_left_out_only_beside_the_same_day_in_london() -> None:
    # 23:30 UTC is the next day in London's summer.
    evening, night = london("2021-10-01 23:30"), london("2021-10-02 00:30")
    assert instant_in_words(night, beside=evening) == "Sat 2 Oct 2021 00:30"
    assert instant_in_words(night, beside=london("2021-10-02 09:00")) == "00:30"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=1, minutes=35), "1 h 35 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=4, hours=7, minutes=35), "4 days 7 h"),
        (timedelta(days=29, hours=1), "29 days 1 h"),
        (timedelta(days=1025, hours=5), "1025 days"),
    ],
)
def test_a_length_of_time_has_at_most_two_units(length: timedelta, words: str) -> None:
    assert duration_in_words(length) == words


@pytest.mark.parametrize(
    ("known", "told", "words"),
    [
        ("2021-10-02T02:40+01:00", "2021-10-02 02:40", "within a minute"),
        ("2021-10-02T02:40+01:00", "2021-10-02 02:41", "1 min after"),
        ("2021-10-02T02:40+01:00", "2021-10-06 10:15", "4 days 7 h after"),
        ("2021-10-02T02:40+01:00", "2021-10-02 02:39", None),
        ("2021-10-02", "2021-10-02 23:59", "the same day"),
        ("2021-10-02", "2021-10-03 08:00", "the day after"),
        ("2021-10-02", "2021-10-09 08:00", "7 days after"),
        ("2021-10", "2021-10-20 08:00", "the same month"),
        ("2021-10", "2021-11-20 08:00", "up to 50 days after"),
    ],
)
def test_lateness_claims_no_more_than_is_known(known: str, told: str, words: str | None) -> None:
    assert after_in_words(moment(known), london(told)) == words


def test_nobody_knows_how_late_what_was_known_at_an_unknown_time_is() -> None:
    unknown = Moment(london("2021-10-02 02:40"), Precision.UNKNOWN)
    assert after_in_words(unknown, london("2021-10-06 10:15")) is None
