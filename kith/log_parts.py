"""Reading all of the log at once: a partition at a time in each of as many processes as cores.

As a principal that can write to no topic, so whatever is done with it sends nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Protocol, TypeVar

from kith.in_processes import in_processes
from kith.rebuilding import PRINCIPAL
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
    yield from in_processes(
        partial(_reader, settings, worker, arguments), [*_reach(settings).items()]
    )


def _reach(settings: Settings) -> dict[int, Reach]:
    topics = BulkTopics(settings.kafka(PRINCIPAL).for_confluent())
    try:
        log = TimelineLog(topics, wire(settings).world.timeline_partitions)
        return {each: reach for each, reach in log.reach().items() if reach.high > reach.low}
    finally:
        topics.close()


def _reader(
    settings: Settings, worker: Worker[Any], arguments: tuple[Any, ...]
) -> Callable[[tuple[int, Reach]], Any]:
    """The work of one process, for one partition after another. Its client lasts as long."""
    wiring = wire(settings)
    topics = BulkTopics(wiring.settings.kafka(PRINCIPAL).for_confluent())
    log = TimelineLog(topics, wiring.world.timeline_partitions)
    work = worker(wiring.world, *arguments)

    def run(part: tuple[int, Reach]) -> Any:
        partition, reach = part
        return work.run(log.messages(partition, reach.low, reach.high))

    return run
