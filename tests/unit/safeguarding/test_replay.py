"""A replay with the rules that were in force gives exactly what was told."""

from dataclasses import replace
from datetime import timedelta

from kith.scenario.library import CHILD_K
from kith.settings import AGENCIES_FILE
from producers.scenario.loading import load
from safeguarding.backtest.comparing import Comparison
from safeguarding.backtest.replay import Announced, Replay, told_in
from safeguarding.events import Event
from safeguarding.ruleset import RuleSet
from schemas.agencies import load_agencies
from tests.unit.rules.hub import CHILD, Hub, only
from tests.unit.rules.said import (
    NIGHT,
    attendance,
    found,
    incident,
    placed,
    report,
)
from tests.unit.rules.said_companions import OTHER_NUMBER, naming, together
from tests.unit.rules.said_return import interview
from tests.unit.rules.spec import acknowledged, given, heard, members, received, time_passes
from tests.unit.scenarios.played import ANY
from tests.unit.scenarios.played import lived as lived_story

RULES = ("custody-ligature", "self-harm", "missing", "placement-move", "return-interview")
AROUND_HER = members("social_worker team_manager iro edt foster_carer missing_coordinator")
CRASH = incident("ligature", NIGHT, reference="I-1")


def lived() -> Hub:
    """A child of whom several things were said, corrected, answered and missed."""
    hub = Hub(only(*RULES))
    given(
        AROUND_HER,
        received(report("E-1", "2021-07-05 20:00")),
        received(found("E-1", "2021-07-06 22:00")),
        received(placed("P-1", "2021-07-07 12:00")),
        time_passes("2021-07-12 09:30"),
        received(interview("E-1", "2021-07-08 15:00"), at="2021-07-13 10:00"),
        received(CRASH),
        acknowledged("edt", "custody-ligature", "2021-10-02 02:50"),
        time_passes("2021-10-02 03:30"),
        received(attendance("2021-10-03 02:00", self_harm="yes")),
        received(CRASH.corrected(kind="force_used"), at="2021-10-04 10:00"),
        received(CRASH.retracted(), at="2021-10-05 10:00"),
        hub=hub,
    )
    return hub


def replayed(hub: Hub, ruleset: RuleSet) -> list[Announced]:
    rules = replace(hub, ruleset=ruleset)
    last = hub.entries[-1].entered_at + timedelta(days=10)
    return Replay(CHILD, rules.context).run(hub.entries, last)


def test_the_rules_together_give_exactly_what_was_told() -> None:
    """Fails without: the times at which the log says that a deadline was looked at."""
    hub = lived()
    told = [*told_in(CHILD, hub.entries)]
    assert len(told) == 7
    assert replayed(hub, hub.ruleset) == told


def test_of_seven_months_with_newcomers_they_give_exactly_what_was_told() -> None:
    """Fails without: briefings among what is settled before the rules decide."""
    agencies = load_agencies(AGENCIES_FILE)
    hub = lived_story(load(CHILD_K / "seven-months", agencies), agencies)
    told = [*told_in(ANY, hub.entries)]
    assert len(told) > 70
    assert Replay(ANY, hub.context).run(hub.entries, hub.entries[-1].entered_at) == told


def test_that_the_child_was_named_as_a_companion_is_the_hubs_own_and_no_rules_doing() -> None:
    """Fails without: named-companion among what the hub tells of itself."""
    hub = Hub(only(*RULES))
    named = together("2021-07-06 10:00", OTHER_NUMBER)
    given(
        AROUND_HER,
        received(report("E-1", "2021-07-05 20:00")),
        heard(named),
        received(found("E-1", "2021-07-06 22:00")),
        heard(naming(named), at="2021-07-07 09:00"),
        hub=hub,
    )
    told = [*told_in(CHILD, hub.entries)]
    assert {each.fact.alert.rule for each in told} == {"missing"}
    assert replayed(hub, hub.ruleset)[: len(told)] == told
    comparison = Comparison()
    comparison.add(told_in(CHILD, hub.entries), replayed(hub, only("missing")))
    assert not comparison.lost


def test_a_rule_less_is_alerts_lost() -> None:
    hub = lived()
    comparison = Comparison()
    comparison.add(told_in(CHILD, hub.entries), replayed(hub, only("missing", "self-harm")))
    assert not comparison.gained
    assert {each.rule for each in comparison.lost} == {"custody-ligature", "return-interview"}


def test_a_rule_more_is_alerts_gained_at_the_time_when_they_would_have_been_told() -> None:
    hub = Hub(only("missing"))
    given(
        AROUND_HER,
        received(report("E-1", "2021-07-05 20:00")),
        received(found("E-1", "2021-07-06 22:00")),
        received(report("E-2", "2021-08-05 20:00")),
        hub=hub,
    )
    comparison = Comparison()
    after = replayed(hub, only("missing", "return-interview"))
    comparison.add(told_in(CHILD, hub.entries), after)
    (gained,) = comparison.gained
    found_at = next(
        each.body.placed_at
        for each in hub.entries
        if isinstance(each.body, Event) and each.body.type == "missing-found"
    )
    assert gained.rule == "return-interview"
    assert gained.after == found_at + timedelta(hours=72)
    assert comparison.told_after.total() > comparison.told_before.total()


def test_a_lower_threshold_is_told_earlier() -> None:
    hub = Hub(only("missing"))
    reports = (report(f"E-{day}", f"2021-07-{day:02} 20:00") for day in range(1, 5))
    given(AROUND_HER, *(received(each) for each in reports), hub=hub)
    thresholds = {"missing": {**hub.ruleset.thresholds["missing"], "pattern_episodes": 2}}
    comparison = Comparison()
    changed = replace(hub.ruleset, thresholds=thresholds)
    comparison.add(told_in(CHILD, hub.entries), replayed(hub, changed))
    # The pattern is one that begins with another episode, so it has another name.
    assert [each.key for each in comparison.gained] == ["pattern:police:E-2"]
    assert [each.key for each in comparison.lost] == ["pattern:police:E-3"]
