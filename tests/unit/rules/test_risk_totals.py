"""What is added up for many moments at once is what is added up for each."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.moments import Moment, Precision
from safeguarding.rules.rule import Thresholds
from safeguarding.rules.self_harm.risk_score import Mark, score, totals
from safeguarding.rules.self_harm.self_harm_episodes import _LONGEST, Episode
from safeguarding.rules.self_harm.self_harm_escalation import _reasons, level
from tests.unit.rules.said import NIGHT, harmed, london

THRESHOLDS: Thresholds = {
    "period_days": 5,
    "counted_at_most": 2,
    "points": {"self_harm": 3, "missing": 1},
}
ESCALATION: Thresholds = {
    "within_days": 3,
    "life_steps": [2, 5],
    "deadliness": {"laceration": 1, "overdose": 2, "ligature": 3},
}
BEGAN = london("2021-10-01 12:00")


@given(
    st.lists(st.tuples(st.sampled_from(["self_harm", "missing", "custody"]), st.integers(0, 12)))
)
def test_the_sums_at_all_marks_are_those_at_each(drawn: list[tuple[str, int]]) -> None:
    """Marks of one instant, and of exactly a period before, among them.

    Fails without: <= in either of the two windows of ``totals``.
    """
    days = sorted(drawn, key=lambda each: each[1])
    marks = [Mark(part, BEGAN + timedelta(days=day), ()) for part, day in days]
    each = [score(marks, mark.at, THRESHOLDS).total for mark in marks]
    assert totals(marks, THRESHOLDS) == each


@given(st.lists(st.tuples(st.sampled_from(list(ESCALATION["deadliness"])), st.integers(1, 28))))
def test_a_level_is_that_of_its_reasons(drawn: list[tuple[str, int]]) -> None:
    days = sorted(drawn, key=lambda each: each[1])
    harms = [
        Episode((harmed(method, f"2021-10-{day:02} 12:00").received(BEGAN),))
        for method, day in days
    ]
    assert level(harms, ESCALATION) == sum(each.level for each in _reasons(harms, ESCALATION))


@pytest.mark.parametrize("month", range(1, 13))
def test_no_report_reaches_further_than_episodes_are_looked_for(month: int) -> None:
    """Fails without: a month, with the hour that the clocks go back, in ``_LONGEST``."""
    began = Moment(london(f"2021-{month:02}-01 00:00"), Precision.MONTH)
    report = replace(harmed("ligature", NIGHT).received(london("2022-03-01 12:00")), occurred=began)
    assert report.over_at - report.placed_at < _LONGEST
