"""Which custody suites and hospitals had the child and have let the child go."""

import pytest

from safeguarding.rules.self_harm.let_go import let_go
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import (
    Said,
    admission,
    adults_report,
    arrest,
    attendance,
    detention,
    london,
    release,
)
from tests.unit.rules.said_discharge import discharged, transferred
from tests.unit.rules.spec import given, received

EVENING, NEXT_DAY = "2021-10-12 18:00", "2021-10-13 11:00"
SUITE = "custody_sergeant@police"
WARD = "ward@acute-trust"
ELSEWHERE = "ward@host-trust"


def gone(*said: Said) -> str:
    """Who has let her go once all of this is told."""
    told = [received(each, at="2021-11-01 10:00") for each in said]
    case = given(*told, hub=Hub(ruleset=only("canary"))).hub.case
    found = let_go(case, london("2000-01-01"), london("2030-01-01"))
    return " ".join(f"{each.role}@{each.agency}" for each in found)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([], ""),
        ([detention(EVENING)], ""),
        ([detention(EVENING), release(NEXT_DAY)], SUITE),
        ([arrest(EVENING), release(NEXT_DAY)], SUITE),
        ([detention(EVENING), release("2021-10-12")], SUITE),  # Over when the day is.
        ([release(NEXT_DAY)], SUITE),
        ([arrest(NEXT_DAY, record=None)], ""),
        ([adults_report(EVENING), release(NEXT_DAY)], SUITE),
        ([detention(EVENING, record="CR-2"), release(NEXT_DAY)], ""),
        ([detention("2021-10-14 10:00"), release(NEXT_DAY)], ""),  # A return on bail.
        ([detention(EVENING), release(NEXT_DAY).retracted()], ""),
    ],
)
def test_custody_has_her_until_it_is_told_that_each_of_its_records_is_over(
    said: list[Said], found: str
) -> None:
    """Fails without: each half of ``_free``."""
    assert gone(*said) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([admission(EVENING)], ""),
        ([admission(EVENING), discharged(NEXT_DAY)], WARD),
        ([attendance(EVENING), admission(EVENING), discharged(NEXT_DAY)], WARD),
        ([discharged(NEXT_DAY)], WARD),
        ([admission(EVENING, reference="SP-2"), discharged(NEXT_DAY)], ""),
        ([admission("2021-10-14 10:00"), discharged(NEXT_DAY)], ""),
        ([attendance("2021-10-14 10:00"), discharged(NEXT_DAY)], ""),
        # The hospital that takes her tells of it; the one that is left may say no more.
        ([admission(EVENING), transferred(NEXT_DAY)], WARD),
        ([admission(EVENING), transferred(NEXT_DAY, spell=None)], WARD),
        (
            [admission(EVENING), transferred(NEXT_DAY, agency="acute-trust")],
            "",
        ),  # Or a site of its own.
        (
            [
                admission(EVENING),
                transferred(NEXT_DAY),
                discharged("2021-10-20 10:00", agency="host-trust", spell="HS-1", site="RYY01"),
            ],
            f"{WARD} {ELSEWHERE}",
        ),
        ([transferred(EVENING), discharged(NEXT_DAY, agency="host-trust", site="RYY01")], ""),
        # Back again, as the first hospital's site says.
        (
            [
                admission(EVENING),
                transferred(NEXT_DAY),
                transferred("2021-10-20 10:00", "acute", site="RYY01", to="RXX01"),
            ],
            "",
        ),
    ],
)
def test_a_hospital_has_her_until_it_is_told_that_she_left_after_each_time_she_came(
    said: list[Said], found: str
) -> None:
    """Fails without: each condition of ``_comes``, ``_goes`` and ``_ends``."""
    assert gone(*said) == found
