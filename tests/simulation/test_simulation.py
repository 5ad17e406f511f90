"""Row 18: the pure core with faults in virtual time, from seeds, each of which replays exactly."""

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.chaos.rows import Row
from tests.simulation.defences import ALL, Defence
from tests.simulation.judgement import wrong
from tests.simulation.run import Run

MOST_SEEDS = 1500
# What shows in no run of mixed faults, or too seldom: test_by_hand.py has them.
BY_HAND = {
    Defence.POSITION_IN_APPEND,
    Defence.WHOLE_TOPIC_READ,
    Defence.ENTRY_BEFORE_NOTIFICATION,
    Defence.CLOCK_TRUSTS_CHECKED,
}


def _part(seeds: range) -> tuple[list[tuple[int, str]], Counter[str]]:
    """What is wrong with these seeds, and how often each fault was there."""
    found: list[tuple[int, str]] = []
    faults: Counter[str] = Counter()
    for seed in seeds:
        run = Run(seed).go()
        faults.update(run.faults)
        found += [(seed, each) for each in wrong(run)]
    return found, faults


@pytest.mark.row(18, "seeded simulation of the pure core")
@pytest.mark.timeout(300)
def test_no_seed_loses_doubles_or_misjudges_anything(row: Row) -> None:
    seeds = row.of(ci=500, long=100_000)
    parts = [range(first, min(first + 250, seeds)) for first in range(0, seeds, 250)]
    found: list[tuple[int, str]] = []
    faults: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for wrong_ones, happened in pool.map(_part, parts):
            found += wrong_ones
            faults += happened
    row.note(seeds=seeds, faults=faults.total(), wrong=len(found))
    assert found == [], "replay one: python -m tests.simulation SEED"
    # A simulation without faults would pass as well.
    assert {"restore", "lose log", "lose events", "kill"} <= set(faults)
    assert sum(point.startswith(("before", "after")) for point in faults) >= 6


@pytest.mark.parametrize("seed", [3, 22, 65])
def test_a_seed_replays_exactly(seed: int) -> None:
    one, other = Run(seed).go(), Run(seed).go()
    assert one.faults == other.faults
    assert one.broker.log == other.broker.log
    assert one.broker.alerts == other.broker.alerts


@pytest.mark.timeout(300)
@pytest.mark.parametrize("defence", sorted(ALL - BY_HAND))
def test_without_a_defence_some_seed_goes_wrong(defence: Defence) -> None:
    assert any(wrong(Run(seed, ALL - {defence}).go()) for seed in range(MOST_SEEDS))
