"""Days and months as rules name them."""

import pytest

from safeguarding.moments import Precision
from safeguarding.rules.days import clock, day_of, in_words, when
from tests.unit.rules.said import london


@pytest.mark.parametrize(
    ("at", "precision", "day", "said"),
    [
        ("2021-10-02 02:40", Precision.MINUTE, "2 October 2021", "on 2 October 2021"),
        ("2021-10-02 00:00", Precision.DAY, "2 October 2021", "on 2 October 2021"),
        ("2021-10-01 00:00", Precision.MONTH, "October 2021", "in October 2021"),
        (
            "2021-10-01 00:00",
            Precision.UNKNOWN,
            "a day that is not known",
            "on a day that is not known",
        ),
    ],
)
def test_a_day_is_said_no_more_exactly_than_it_is_known(
    at: str, precision: Precision, day: str, said: str
) -> None:
    assert in_words(london(at), precision) == day
    assert when(london(at), precision) == said


def test_a_summer_midnight_in_london_is_of_the_day_that_begins() -> None:
    assert day_of(london("2021-07-01 00:00")).isoformat() == "2021-07-01"
    assert clock(london("2021-07-01 00:00")) == "00:00"
