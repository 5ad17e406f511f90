"""Reading all of the log at once: a partition at a time in each of as many processes as cores.

As a principal that can write to no topic, so whatever is done with it sends nothing.
"""

import gc
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from os import cpu_count
from typing import Any, Protocol, TypeVar

from kith.rebuilding import PRINCIPAL, end_with_parent
from kith.settings import Settings
from kith.wiring import wire
from processors.rebuilding.log import TimelineLog
from processors.rebuilding.topics import BulkTopics, Reach
from projections.append.world import World

Result_co = TypeVar("Result_co", covariant=True)


class Work(Protocol[Result_co]):
    """What is done with a part of the log, all entries of each of its children."""

    def run(self, batches: Iterable[Iterable[bytes]]) -> Result_co:
        """Read these messages. Raises NotAnEntry, KeyUnknown, Unopenable."""


class Worker(Protocol[Result_co]):
    """Makes the work of a process: a class, or a function of a module, so that it can be sent."""

    def __call__(self, world: World, *arguments: Any) -> Work[Result_co]:
        """Make it."""


def each_part(
    settings: Settings, worker: Worker[Result_co], *arguments: Any
) -> Iterator[Result_co]:
    """What the work comes to for each part of the log.

    Raises TopicUnread, and whatever the work raises.
    """
    parts = _reach(settings)
    if not parts:
        return
    count = min(len(parts), cpu_count() or 1)
    begin = (settings, worker, arguments)
    # Spawned, since a fork would inherit the threads of the Kafka client.
    with ProcessPoolExecutor(count, get_context("spawn"), _begin, begin) as pool:
        yield from pool.map(_run, parts.items())


def _reach(settings: Settings) -> dict[int, Reach]:
    topics = BulkTopics(settings.kafka(PRINCIPAL).for_confluent())
    try:
        log = TimelineLog(topics, wire(settings).world.timeline_partitions)
        return {each: reach for each, reach in log.reach().items() if reach.high > reach.low}
    finally:
        topics.close()


@dataclass(frozen=True, slots=True)
class _Begun:
    """What each process makes once. Its connection lasts as long as it does."""

    work: Work[Any]
    log: TimelineLog


_begun: _Begun | None = None


def _begin(settings: Settings, worker: Worker[Any], arguments: tuple[Any, ...]) -> None:
    """What each process does once."""
    global _begun  # noqa: PLW0603 - the only way from a pool's initializer to its work
    end_with_parent()
    wiring = wire(settings)
    topics = BulkTopics(wiring.settings.kafka(PRINCIPAL).for_confluent())
    log = TimelineLog(topics, wiring.world.timeline_partitions)
    _begun = _Begun(worker(wiring.world, *arguments), log)
    # What is made is kept for one partition, and none of it in cycles.
    gc.disable()


def _run(part: tuple[int, Reach]) -> Any:
    """The work of one process, for one partition after another."""
    partition, reach = part
    if _begun is None:
        raise RuntimeError("a process of the pool was not begun")
    return _begun.work.run(_begun.log.messages(partition, reach.low, reach.high))
