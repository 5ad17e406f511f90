"""What rules await, on the wire: each fact is read as it was written."""

import pytest

from safeguarding.facts import (
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationOpened,
    Fact,
    Verdict,
)
from schemas.codec import decode
from schemas.facts import encode_fact, fact_from, fact_type
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import found, london, registry, report
from tests.unit.rules.said_return import interview
from tests.unit.rules.spec import Doing, received, time_passes

BACK = found("E-1", "2021-07-06 22:00")
STORIES: dict[type[Fact], tuple[Doing, ...]] = {
    ExpectationOpened: (),
    ExpectationMet: (received(interview("E-1", "2021-07-08 15:00")),),
    ExpectationCancelled: (received(BACK.retracted(), at="2021-07-08 15:00"),),
    ExpectationLapsed: (time_passes("2021-07-10 09:30"),),
}


def last(kind: type[Fact], *doings: Doing) -> Fact:
    """The last fact of that kind after the child came back and these things were done."""
    hub = Hub(only("return-interview"))
    for doing in (received(report("E-1", "2021-07-05 20:00")), received(BACK), *doings):
        doing(hub)
    found_ones = [each.body for each in hub.entries if isinstance(each.body, kind)]
    fact: Fact = found_ones[-1]
    return fact


def again(fact: Fact) -> Fact:
    message = encode_fact(fact, registry())
    return fact_from(decode(message, registry()))


@pytest.mark.parametrize("kind", STORIES)
def test_a_fact_is_read_as_it_was_written(kind: type[Fact]) -> None:
    fact = last(kind, *STORIES[kind])
    assert again(fact) == fact
    assert fact_type(fact).startswith("expectation-")


def test_so_is_one_that_is_due_at_an_event_and_one_that_is_not_known() -> None:
    opened = last(ExpectationOpened)
    assert isinstance(opened, ExpectationOpened)
    due_at_an_event = ExpectationOpened(
        opened.expectation_id,
        opened.rule,
        opened.ruleset,
        opened.key,
        2,
        opened.what,
        None,
        ("return-interview",),
        ("social-care", "youth-justice"),
        opened.ground,
    )
    assert again(due_at_an_event) == due_at_an_event
    unknown = last(ExpectationLapsed, time_passes("2021-07-10 09:30", unknown="nobody says so"))
    assert isinstance(unknown, ExpectationLapsed)
    assert (unknown.verdict, unknown.because) == (Verdict.NOT_KNOWN, "nobody says so")
    assert unknown.due_at == london("2021-07-09 22:00")
    assert again(unknown) == unknown
