"""Composition of a back-test: from settings to processes that try rules on parts of the log."""

import gc
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from kith.rebuilding import PRINCIPAL, end_with_parent
from kith.settings import Settings
from kith.wiring import Wiring, wire
from processors.rebuilding.log import TimelineLog
from processors.rebuilding.topics import BulkTopics, Reach
from projections.backtest import Asked, Trial, Tried
from schemas.rulesets import load_ruleset


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a back-test came to: rules of this version, over all of the log, in so many seconds."""

    version: str
    tried: Tried
    seconds: float

    @property
    def entries_per_second(self) -> float:
        """Over the whole of it, the start of the processes included."""
        return self.tried.entries / self.seconds if self.seconds else 0.0


def backtest(settings: Settings, ruleset: Path, asked: Asked) -> Backtest:
    """Try the rules of this file on the log. As a principal that can write to no topic.

    Raises FileRefused, TopicUnread, NotAnEntry, KeyUnknown, Unopenable.
    """
    version = load_ruleset(ruleset, settings.membership_rules)[0].version
    begun = time.monotonic()
    tried = Tried()
    for part in _parts(settings, ruleset, asked, _reach(settings)):
        tried.add(part)
    return Backtest(version, tried, time.monotonic() - begun)


def _reach(settings: Settings) -> dict[int, Reach]:
    topics = BulkTopics(settings.kafka(PRINCIPAL).for_confluent())
    try:
        log = TimelineLog(topics, wire(settings).world.timeline_partitions)
        return {each: reach for each, reach in log.reach().items() if reach.high > reach.low}
    finally:
        topics.close()


def _parts(
    settings: Settings, ruleset: Path, asked: Asked, parts: Mapping[int, Reach]
) -> Iterator[Tried]:
    """A partition at a time in each of as many processes as there are cores."""
    if not parts:
        return
    count = min(len(parts), cpu_count() or 1)
    begin = (settings, ruleset, asked)
    # Spawned, since a fork would inherit the threads of the Kafka client.
    with ProcessPoolExecutor(count, get_context("spawn"), _begin, begin) as pool:
        yield from pool.map(_try_partition, parts.items())


_begun: tuple[Wiring, Trial] | None = None


def _begin(settings: Settings, ruleset: Path, asked: Asked) -> None:
    """What each process does once."""
    global _begun  # noqa: PLW0603 - the only way from a pool's initializer to its work
    end_with_parent()
    wiring = wire(settings)
    rules, _ = load_ruleset(ruleset, settings.membership_rules)
    _begun = wiring, Trial(wiring.world, rules, asked)
    # What is made is kept for one partition, and none of it in cycles.
    gc.disable()


def _try_partition(part: tuple[int, Reach]) -> Tried:
    """The work of one process, for one partition after another."""
    partition, reach = part
    if _begun is None:
        raise RuntimeError("a process of the pool was not begun")
    wiring, trial = _begun
    topics = BulkTopics(wiring.settings.kafka(PRINCIPAL).for_confluent())
    try:
        log = TimelineLog(topics, wiring.world.timeline_partitions)
        return trial.run(log.messages(partition, reach.low, reach.high))
    finally:
        topics.close()
