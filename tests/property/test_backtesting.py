"""A back-test over lives drawn at random: exactly what was sent, and what others would have sent.

Hypothesis draws the seed of a life: 80 examples for each property (2,000 in the long form), without
a deadline, the same ones each time (``derandomize``). All in memory, with the domain's own log.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeguarding.backtest.comparing import Comparison
from safeguarding.backtest.replay import Announced, Replay, told_in
from safeguarding.case import ExpectationState
from safeguarding.commands import Acknowledge, JoinNetwork
from safeguarding.ruleset import Context, RuleSet
from schemas.rulesets import CURRENT, NETWORK, NEXT, load_network, load_ruleset
from tests.chaos import rows
from tests.property.readings import (
    END,
    Reading,
    Told,
    come_to_rest,
    draw_readings,
    draw_told,
    hub_for,
)
from tests.unit.rules.hub import CHILD, Hub, teams

pytestmark = pytest.mark.timeout(400)
in_every_life = settings(
    max_examples=2_000 if rows.form() == rows.LONG else 80,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
seeds = st.integers(0, 2**32)
# Changed in a third set that is put in force: shorter times, more of a pattern.
SHORTER: dict[str, dict[str, Any]] = {
    "missing": {"pattern_episodes": 2},
    "return-interview": {"hours": 24},
    "safety-plan": {"hours": 12},
    "statutory-visit": {"first_days": 3},
}
# How far a rule can see is no threshold that a partnership would try.
SIGHT = ("look_around", "look_back", "life", "same_", "placement_days")


@dataclass(frozen=True)
class Activation:
    """Rules that decide from then on."""

    at: datetime
    ruleset: RuleSet


@cache
def sets_of(*, network: bool) -> tuple[RuleSet, RuleSet, RuleSet]:
    """Version 1, all rules, and all rules with shorter times, as they are put in force in turn."""
    following = load_network(NETWORK) if network else None
    first, second = (load_ruleset(path)[0].following(following) for path in (CURRENT, NEXT))
    return first, second, changed(second, "2 shorter", SHORTER)


def changed(ruleset: RuleSet, version: str, changes: dict[str, dict[str, Any]]) -> RuleSet:
    thresholds = {
        rule: {**own, **changes.get(rule, {})} for rule, own in ruleset.thresholds.items()
    }
    return replace(ruleset, version=version, thresholds=thresholds)


@in_every_life
@given(seed=seeds)
def test_by_the_rules_that_were_activated_exactly_what_was_sent(seed: int) -> None:
    """Fails without: where the clock looked, _follow_clock()."""
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    hub, activations = lived(random, sets_of(network=random.random() < 0.5))
    sent = [*told_in(CHILD, hub.entries)]
    given_again = replayed(hub, lambda now: in_force(activations, now))
    comparison = Comparison()
    comparison.add(sent, given_again)
    assert not [*comparison.gained, *comparison.lost, *comparison.earlier, *comparison.later]
    # Not only the same alerts: each revision, in the same words, to the same people.
    assert given_again == sent


@in_every_life
@given(seed=seeds)
def test_by_others_what_a_hub_that_had_had_them_would_have_sent(seed: int) -> None:
    """Of alerts: which, and when. Fails without: the time of what was past when it was told of."""
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    ruleset = sets_of(network=False)[1]
    tried = draw_change(random, ruleset)
    told = draw_told(random)
    readings = draw_readings(random, told)
    hub = punctual(told, readings, ruleset)
    would_have = told_in(CHILD, punctual(told, readings, tried).entries)
    comparison = Comparison()
    comparison.add(would_have, replayed(hub, always(tried)))
    assert not [*comparison.gained, *comparison.lost, *comparison.earlier, *comparison.later]


def test_the_rules_that_are_drawn_gain_and_lose_alerts_and_tell_of_them_earlier_and_later() -> None:
    every = Comparison()
    for seed in range(100):
        random = Random(seed)  # noqa: S311 - a seed makes it the same each time
        ruleset = sets_of(network=False)[1]
        tried = draw_change(random, ruleset)
        told = draw_told(random)
        hub = punctual(told, draw_readings(random, told), ruleset)
        every.add(told_in(CHILD, hub.entries), replayed(hub, always(tried)))
    assert min(map(len, (every.gained, every.lost, every.earlier, every.later))) >= 3


# --- lives --------------------------------------------------------------------------------------


def lived(random: Random, sets: Sequence[RuleSet]) -> tuple[Hub, list[Activation]]:
    """A hub that reads, is answered, and goes over to other rules; and when it did."""
    told = draw_told(random)
    readings = draw_readings(random, told)
    hub = hub_for(told, sets[0])
    activations = [Activation(datetime.min.replace(tzinfo=END.tzinfo), sets[0])]
    places = sorted(random.sample(range(len(readings) + 1), min(2, len(readings))))
    for number, reading in enumerate(readings):
        parted = number == 0 or readings[number - 1].at < reading.at
        if places and places[0] <= number and parted:
            places.pop(0)
            hub.ruleset = sets[len(activations)]
            activations.append(Activation(reading.at, hub.ruleset))
        if reading.looks:
            hub.tick(reading.at, random.choice((None, None, None, "nothing was heard")))
        _people(random, hub, reading.at)
        hub.receive(reading.event, reading.at)
    come_to_rest(hub, END)
    return hub, activations


def _people(random: Random, hub: Hub, now: datetime) -> None:
    """Somebody answers, somebody joins."""
    who = random.choice(sorted(teams().values()))
    if hub.alerts and random.random() < 0.2:
        alert = random.choice(sorted(hub.alerts))
        hub.command(Acknowledge(alert, who, None, None, already_known=False), now)
    if random.random() < 0.1:
        ends_at = random.choice((None, now + timedelta(days=1)))
        hub.command(JoinNetwork(who, "drawn", now, ends_at), now)


def punctual(told: Told, readings: Sequence[Reading], ruleset: RuleSet) -> Hub:
    """A hub whose clock looks whenever something falls due."""
    hub = hub_for(told, ruleset)
    for reading in readings:
        _look_at_all(hub, reading.at)
        hub.receive(reading.event, reading.at)
    _look_at_all(hub, END)
    return hub


def _look_at_all(hub: Hub, until: datetime) -> None:
    while True:
        awaited = [(one.state, one.due_at) for one in hub.case.awaited.values()]
        answers = [(one.state, one.due_at) for one in hub.case.expectations.values()]
        due = [
            due_at
            for state, due_at in (*awaited, *answers)
            if state is ExpectationState.OPEN and due_at is not None and due_at <= until
        ]
        if not due:
            return
        hub.tick(max(min(due), hub.entries[-1].entered_at))


# --- rules --------------------------------------------------------------------------------------


def draw_change(random: Random, ruleset: RuleSet) -> RuleSet:
    """Figures of a dozen rules half as large or larger, a list shorter, a rule out of force."""
    changes: dict[str, dict[str, Any]] = {}
    for rule in random.sample(sorted(ruleset.thresholds), 12):
        own = ruleset.thresholds[rule]
        changes[rule] = {
            name: _drawn(random, value)
            for name, value in own.items()
            if not name.startswith(SIGHT) and random.random() < 0.6
        }
    other = changed(ruleset, "tried", changes)
    return replace(other, rules=tuple(each for each in other.rules if random.random() < 0.95))


def _drawn(random: Random, value: Any) -> Any:
    if isinstance(value, int):
        return max(1, int(value * random.choice((0.5, 0.7, 1.5))))
    if isinstance(value, list) and len(value) > 1 and isinstance(value[0], str):
        return value[:-1]
    return value


# --- replay -------------------------------------------------------------------------------------


def replayed(hub: Hub, ruleset: Callable[[datetime], RuleSet]) -> list[Announced]:
    def context(now: datetime) -> Context:
        return Context(ruleset(now), hub.directory, hub.calendar, now)

    return Replay(CHILD, context).run(hub.entries, END)


def always(ruleset: RuleSet) -> Callable[[datetime], RuleSet]:
    return lambda _: ruleset


def in_force(activations: Sequence[Activation], now: datetime) -> RuleSet:
    """The rules of the last activation until then."""
    return next(each.ruleset for each in reversed(activations) if each.at <= now)
