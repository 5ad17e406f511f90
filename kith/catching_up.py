"""Composition of catching up: what each process that writes does before it decides anything."""

import time

from kith.wiring import Wiring
from processors.catching_up import CatchingUp, CaughtUp
from processors.rebuilding.log import TimelineLog
from processors.rebuilding.topics import BulkTopics
from projections.append.guarding import Guard


def catch_up(wiring: Wiring, principal: str, application: str, guard: Guard) -> CaughtUp:
    """Let the tables hold all that the log does. ``principal`` may read ``kith.timeline``.

    Raises as ``CatchingUp.run`` does.
    """
    topics = BulkTopics(wiring.settings.kafka(principal).for_confluent())
    try:
        return CatchingUp(
            connect=lambda: wiring.connect(f"{application}-catching-up"),
            log=TimelineLog(topics, wiring.world.timeline_partitions),
            world=wiring.world,
            sleep=time.sleep,
        ).run(guard)
    finally:
        topics.close()
