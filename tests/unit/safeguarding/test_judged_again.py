"""A rule that failed when something fell due judges it once it is mended."""

import pytest

from safeguarding.decide import decide_again
from safeguarding.facts import Fact
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, found, london, report
from tests.unit.rules.said_return import interview
from tests.unit.rules.spec import Doing, Scene, given, members, raised, received, time_passes

RULE = "return-interview"
EPISODE = "return-interview/episode E-1"
BACK = found("E-1", "2021-07-06 22:00")
DUE_SINCE = "2021-07-10 09:30"
MONDAY = "2021-07-12 09:30"


def decided_again(said: Said, at: str) -> Doing:
    """People let the rule decide on this again, as ``kith undecided decide`` does."""

    def decide(hub: Hub) -> list[Fact]:
        event = said.received(london(said.occurred))
        facts = decide_again(RULE, hub.case, [event], hub.context(london(at)))
        for fact in facts:
            hub.enter(fact, london(at))
        return facts

    return decide


def failed(*said: Said) -> Scene:
    """The time has passed, and the rule failed when the clock asked it."""
    events = (report("E-1", "2021-07-05 20:00"), BACK, *said)
    around_her = members("social_worker team_manager")
    scene = given(around_her, *(received(each) for each in events), hub=Hub(only(RULE)))
    (rule,) = scene.hub.ruleset.rules
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(type(rule), "expected", lambda *_: 1 // 0)
        scene.when(time_passes(DUE_SINCE))
    return scene.then_expects({EPISODE: "not_known"})


def test_what_was_missed_is_told_once() -> None:
    scene = failed().when(decided_again(BACK, MONDAY))
    scene.then("RuleDecided").then_expects({EPISODE: "open 2021-07-09 22:00"})
    scene.when(time_passes(MONDAY)).then(raised(RULE, urgent="social_worker team_manager"))
    scene.when(time_passes(MONDAY)).then_nothing()


def test_what_was_done_in_time_is_met() -> None:
    scene = failed()
    scene.when(received(interview("E-1", "2021-07-08 15:00"), at=MONDAY))
    scene.when(decided_again(BACK, MONDAY)).then("RuleDecided").then_expects({EPISODE: "met"})


def test_what_is_not_known_for_another_reason_is_so_again() -> None:
    scene = failed().when(decided_again(BACK, MONDAY), time_passes(MONDAY, unknown="nobody is"))
    scene.then("RuleDecided").then_expects({EPISODE: "not_known"})
