"""Composition of a timeline processor, for either feed."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog
import uvloop
from mode import Worker

from kith.logs import configure_logs
from kith.serving import Health, serve
from kith.settings import Settings
from kith.wiring import Wiring, wire
from processors.feed import Feed
from processors.timeline import Broker, TimelineProcessor, build_app, stored_positions

if TYPE_CHECKING:
    from projections.database import Connection

log = structlog.get_logger()

BEAT_SECONDS = 1.0


def consume(feed: Feed) -> None:
    """Run the processor of a feed until SIGTERM, or leave hard on a fault."""
    settings = Settings()
    configure_logs(settings.log_level, feed.name)
    uvloop.install()
    wiring = wire(settings)
    wiring.refuse_other_mode()
    access = settings.kafka(feed.principal)
    data_dir = settings.state_dir / "faust" / feed.name
    data_dir.mkdir(parents=True, exist_ok=True)
    app = build_app(
        feed,
        Broker(
            access.bootstrap,
            access.principal,
            access.password.get_secret_value(),
            access.for_aiokafka().get("ssl_context"),
        ),
        stored_positions(_Positions(wiring, feed)),
        str(data_dir),
        settings.worker,
    )
    processor = TimelineProcessor(
        feed=feed,
        registry=wiring.world.registry,
        appending=wiring.appending(f"kith-{feed.name}"),
        scenario=wiring.world.scenario,
        clock=time.monotonic,
        leave=lambda: os._exit(70),
    )
    processor.attach(app, wiring.plan.agencies)
    health = Health()
    serve(settings, feed.name, health)
    beating: set[asyncio.Task[None]] = set()

    async def ready(*_: Any, **__: Any) -> None:
        log.info("ready", feed=feed.name)
        health.ready()
        if not beating:  # Once, though partitions are assigned again and again.
            beating.add(asyncio.create_task(_beat(health)))

    app.on_partitions_assigned.connect(ready)
    Worker(app, loglevel="WARNING", logfile=None, redirect_stdouts=False).execute_from_commandline()


async def _beat(health: Health) -> None:
    """As long as the event loop turns, the worker lives."""
    while True:
        health.beat()
        await asyncio.sleep(BEAT_SECONDS)


class _Positions:
    """Reads ``kept.position`` at each assignment, over a connection that is made anew if lost."""

    def __init__(self, wiring: Wiring, feed: Feed) -> None:
        self._wiring = wiring
        self._feed = feed

    def __call__(self, wanted: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
        connection: Connection = self._wiring.connect(f"kith-{self._feed.name}-positions")
        with connection:
            rows = connection.execute(
                "select topic, partition, next_offset from kept.position"
            ).fetchall()
        found = {(topic, partition): offset for topic, partition, offset in rows}
        return {key: found[key] for key in wanted if key in found}
