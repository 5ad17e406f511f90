"""The clock's step about what a rule awaits, where the log has gone on since the clock looked."""

from dataclasses import replace

from processors.clock.lapsing import lapse_step
from projections.append.arrivals import Grasp, Step
from safeguarding.case import Awaited, ExpectationState
from safeguarding.facts import ExpectationLapsed
from safeguarding.standings import Standings
from tests.unit.rules.hub import CHILD, Hub, only
from tests.unit.rules.said import found, london, report
from tests.unit.rules.spec import given, received

BACK = "2021-07-06 22:00"
LOOKS = london("2021-07-12 09:30")
FIRST = found("E-1", BACK)
AGAIN = found("E-1", BACK, reference="E-1/found-again")
NOTHING = Grasp({}, frozenset())


def awaited(hub: Hub) -> Awaited:
    (one,) = hub.case.awaited.values()
    return one


def step_for(one: Awaited) -> Step:
    """The step of a clock that read this row."""
    what = (CHILD, one.rule, one.key, one.expectation_id, one.revision)
    return lapse_step((*what, *one.ground, one.due_at), None)


def test_what_was_opened_anew_by_another_event_is_left_for_the_next_look() -> None:
    """Fails without: the revision, lapse_step().

    Then it would be cancelled: the event that opens it now is not among those that were loaded.
    """
    hub = given(
        *(received(each) for each in (report("E-1", "2021-07-05 20:00"), FIRST, AGAIN)),
        hub=Hub(only("return-interview")),
    ).hub
    before = awaited(hub)
    gone = next(each for each in (FIRST, AGAIN) if each.reference == before.ground[1])
    hub.receive(gone.retracted().received(LOOKS), LOOKS)
    now = awaited(hub)
    assert (now.due_at, now.state) == (before.due_at, ExpectationState.OPEN)
    loaded = {before.ground: hub.case.standings[before.ground]}
    case = replace(hub.case, standings=Standings(loaded))
    assert step_for(before).decide(case, NOTHING, hub.context(LOOKS)) == []
    facts = step_for(now).decide(hub.case, NOTHING, hub.context(LOOKS))
    assert isinstance(facts, list)
    assert isinstance(facts[0], ExpectationLapsed)
