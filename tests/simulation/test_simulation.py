"""Row 18: the pure core with faults in virtual time, from seeds, each of which replays exactly."""

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from multiprocessing import get_context

import pytest

from tests.chaos.rows import Row
from tests.property.every_kind import BEGIN
from tests.simulation.defences import ALL, Defence
from tests.simulation.judgement import wrong
from tests.simulation.run import Run

MOST_SEEDS = 1500
# What shows in no run of mixed faults, or too seldom: test_by_hand.py has them.
BY_HAND = {
    Defence.POSITION_IN_APPEND,
    Defence.WHOLE_TOPIC_READ,
    Defence.ENTRY_BEFORE_NOTIFICATION,
    Defence.LOWER_NUMBER_FIRST,
    Defence.CLOCK_TRUSTS_CHECKED,
}


def _part(seeds: range, *, every_rule: bool = False) -> tuple[list[tuple[int, str]], Counter[str]]:
    """What is wrong with these seeds, and how often each fault was there."""
    found: list[tuple[int, str]] = []
    faults: Counter[str] = Counter()
    for seed in seeds:
        run = Run(seed, every_rule=every_rule).go()
        faults.update(run.faults)
        found += [(seed, each) for each in wrong(run)]
    return found, faults


@pytest.mark.row(18, "seeded simulation of the pure core")
@pytest.mark.timeout(300)
def test_no_seed_loses_doubles_or_misjudges_anything(row: Row) -> None:
    """Fails without: any of the defences (``defences.py``) but those of ``BY_HAND``: see below."""
    seeds = row.of(ci=500, long=100_000)
    parts = [range(first, min(first + 250, seeds)) for first in range(0, seeds, 250)]
    found: list[tuple[int, str]] = []
    faults: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for wrong_ones, happened in pool.map(_part, parts):
            found += wrong_ones
            faults += happened
    row.note(seeds=seeds, faults=faults.total(), wrong=len(found))
    assert found == [], f"replay one: python -m tests.simulation SEED; {found[:20]}"
    # A simulation without faults would pass as well.
    assert {"restore", "lose log", "lose events", "kill"} <= set(faults)
    assert sum(point.startswith(("before", "after")) for point in faults) >= 6


@pytest.mark.row(18, "seeded simulation of the pure core")
@pytest.mark.timeout(300)
def test_no_seed_of_all_rules_over_every_kind_of_event_does(row: Row) -> None:
    """Fails without: what is sent before it is forgotten (SENT_BEFORE_FORGOTTEN)."""
    seeds = row.of(ci=80, long=20_000)
    parts = [range(first, min(first + 40, seeds)) for first in range(0, seeds, 40)]
    found: list[tuple[int, str]] = []
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for wrong_ones, _ in pool.map(partial(_part, every_rule=True), parts):
            found += wrong_ones
    row.note(seeds_of_all_rules=seeds, wrong_of_all_rules=len(found))
    assert found == [], f"replay one: python -m tests.simulation SEED --every-rule; {found[:20]}"


@pytest.mark.row(18, "seeded simulation of the pure core")
@pytest.mark.timeout(300)
def test_nor_does_an_area_of_many_children_over_months(row: Row) -> None:
    """Fails without: positions checked after a disconnection (POSITION_CHECKED)."""
    children = row.of(ci=100, long=600)
    run = Run(1, every_rule=True, children=children).go()
    row.note(children=children, entries=len(run.broker.log), published=len(run.broker.published))
    assert wrong(run) == [], "replay it: python -m tests.simulation 1 --every-rule --children 100"
    rules = {key[0] for child in run.hub.tables.children.values() for key in child.case.alerts}
    assert len(rules) >= 30
    assert {"restore", "lose log", "lose events", "kill"} & set(run.faults)
    assert run.now - BEGIN > timedelta(days=90)


@pytest.mark.parametrize(("seed", "every_rule"), [(3, False), (22, False), (65, True), (66, True)])
def test_a_seed_replays_exactly(seed: int, every_rule: bool) -> None:
    one, other = (Run(seed, every_rule=every_rule).go() for _ in range(2))
    assert one.faults == other.faults
    assert one.broker.log == other.broker.log
    assert one.broker.alerts == other.broker.alerts


@pytest.mark.timeout(300)
@pytest.mark.parametrize("defence", sorted(ALL - BY_HAND))
def test_without_a_defence_some_seed_goes_wrong(defence: Defence) -> None:
    assert any(wrong(Run(seed, ALL - {defence}).go()) for seed in range(MOST_SEEDS))
