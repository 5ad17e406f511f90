"""A replay with the rules that were in force gives exactly what was told."""

from dataclasses import replace
from datetime import datetime, timedelta

from kith.scenario.library import CHILD_K
from kith.settings import AGENCIES_FILE
from producers.scenario.loading import load
from safeguarding.backtest.comparing import Comparison
from safeguarding.backtest.replay import Announced, Replay, told_in
from safeguarding.commands import JoinNetwork
from safeguarding.events import Event
from safeguarding.facts import RuleDecided
from safeguarding.ruleset import Context, RuleSet
from safeguarding.timeline import Entry
from schemas.agencies import load_agencies
from tests.unit.rules.hub import CHILD, Hub, only, teams
from tests.unit.rules.said import (
    NIGHT,
    attendance,
    found,
    incident,
    london,
    placed,
    report,
)
from tests.unit.rules.said_care import visit
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


def test_who_joined_afterwards_is_not_told_though_the_membership_begins_before() -> None:
    """Fails without: the end of a chain, after which nothing is settled any more."""
    hub = Hub(only("missing"))
    given(AROUND_HER, received(attendance("2021-10-03 02:00", self_harm="yes")), hub=hub)
    newcomer = teams()["camhs_crisis"]
    hub.command(JoinNetwork(newcomer, "by phone", london(NIGHT)), london("2021-10-03 12:00"))
    told = replayed(hub, only("missing", "self-harm"))
    assert told
    assert newcomer not in {each.recipient for one in told for each in one.fact.notices}


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


def thresholds_of(ruleset: RuleSet, rule: str, **changes: object) -> RuleSet:
    """The same rules with other thresholds of one of them."""
    own = {**ruleset.thresholds[rule], **changes}
    return replace(ruleset, thresholds={**ruleset.thresholds, rule: own})


def compared(hub: Hub, tried: RuleSet) -> Comparison:
    comparison = Comparison()
    comparison.add(told_in(CHILD, hub.entries), replayed(hub, tried))
    return comparison


def test_of_rules_activated_while_something_is_awaited_it_gives_exactly_what_was_told() -> None:
    """The clock looks, and finds that it was due before; only its next look says missed.

    Fails without: looks that lead to no verdict, _follow_clock().
    """
    hub = Hub(only("return-interview"))
    three_days = hub.ruleset
    one_day = thresholds_of(three_days, "return-interview", hours=24)
    back, activated = "2021-07-06 22:00", london("2021-07-08 12:00")
    given(AROUND_HER, received(report("E-1", "2021-07-05 20:00")), hub=hub)
    given(received(found("E-1", back)), hub=hub)
    hub.ruleset = one_day
    given(time_passes("2021-07-12 09:30"), time_passes("2021-07-12 09:31"), hub=hub)

    def context(now: datetime) -> Context:
        rules = one_day if now >= activated else three_days
        return replace(hub, ruleset=rules).context(now)

    told = [*told_in(CHILD, hub.entries)]
    assert [each.at for each in told] == [london("2021-07-12 09:31")]
    assert Replay(CHILD, context).run(hub.entries, london("2021-08-01 00:00")) == told


def test_what_met_it_may_not_meet_it_by_other_rules() -> None:
    """Gained when it was due. Fails without: only what the log still awaits, _let_lapse()."""
    hub = Hub(only("statutory-visit"))
    given(
        AROUND_HER,
        received(placed("P-1", "2021-07-01 12:00")),
        received(visit("2021-07-05 15:00", by="team_manager")),
        received(report("E-1", "2021-07-20 20:00")),
        hub=hub,
    )
    tried = thresholds_of(hub.ruleset, "statutory-visit", visitors=["social_worker"])
    (gained,) = compared(hub, tried).gained
    assert gained.after == london("2021-07-09 00:00")


def test_of_what_was_past_when_it_was_told_of_nobody_could_have_been_told_before() -> None:
    """Fails without: the time of the entry that was read last, _let_lapse()."""
    hub = Hub(only("missing"))
    told_at = "2021-07-20 10:00"
    given(
        AROUND_HER,
        received(report("E-1", "2021-07-05 20:00")),
        received(found("E-1", "2021-07-06 22:00"), at=told_at),
        received(report("E-2", "2021-08-05 20:00")),
        hub=hub,
    )
    (gained,) = compared(hub, only("missing", "return-interview")).gained
    assert gained.after == london(told_at)


def test_that_a_rule_decided_anew_on_what_is_not_read_changes_nothing() -> None:
    """Fails without: the look whether the statement was passed over."""
    at = london(NIGHT)
    decided = RuleDecided("missing", "police", "never-read")
    entry = Entry(CHILD, CHILD, 1, at, None, CHILD, decided)
    assert Replay(CHILD, lived().context).run([entry], at) == []
