"""Composition of a timeline processor, for either feed."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from hashlib import sha256
from typing import Any

import psycopg
import structlog
import uvloop
from faust.types import TP
from mode import Worker

from kith.catching_up import catch_up
from kith.collecting import collect_seldom
from kith.logs import configure_logs
from kith.metering import Metering
from kith.observing import appends, counted_sleep
from kith.serving import Health, serve
from kith.settings import Settings
from kith.tracing import tracing
from kith.wiring import Wiring, now, wire
from processors.clock.ends import EndsUnknown, KafkaEnds
from processors.feed import Feed
from processors.position_check import PositionCheck
from processors.rebuilding.topics import BulkTopics, TopicUnread
from processors.redriving import Redriving
from processors.timeline import Broker, TimelineProcessor, build_app
from projections.append.guarding import Guard
from projections.append.pausing import NotStopped
from schemas.topics import Topic

log = structlog.get_logger()

BEAT_SECONDS = 1.0
LOOK_SECONDS = 1.0
REDRIVE_SECONDS = 10.0
PAUSE_SECONDS = 0.5
# The broker or the database does not answer: nothing was changed, and it is tried again.
_AWAY = (EndsUnknown, TopicUnread, psycopg.OperationalError, psycopg.InterfaceError)


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
    metering = Metering(feed.name)
    appending = wiring.appending(
        f"kith-{feed.name}", sleep=counted_sleep(metering, feed.name, time.sleep)
    )
    _catch_up(wiring, feed, appending.guard)
    positions = _Positions(wiring, feed, appending.guard, _leave)
    app = build_app(
        feed,
        Broker(
            access.bootstrap,
            access.principal,
            access.password.get_secret_value(),
            access.for_aiokafka().get("ssl_context"),
        ),
        positions,
        str(data_dir),
        member_name(settings.worker, wiring.plan.family(f"agency-{feed.topic_suffix}")),
    )
    traces = tracing(settings, feed.name, wiring.world.registry)
    processor = TimelineProcessor(
        feed=feed,
        registry=wiring.world.registry,
        appending=appending,
        scenario=wiring.world.scenario,
        clock=time.monotonic,
        leave=_leave,
        appended=appends(metering, feed.name, now, traces),
    )
    processor.attach(app, wiring.plan.agencies)
    redriving = Redriving(
        wiring.world,
        feed.backfilled,
        lambda: wiring.connect(f"kith-{feed.name}-redriving"),
        processor.append_alone,
    )
    health = Health()
    serve(settings, feed.name, health, metering.figures)
    beating: set[asyncio.Task[None]] = set()

    async def ready(*_: Any, **__: Any) -> None:
        log.info("ready", feed=feed.name)
        health.ready()
        if not beating:  # Once, though partitions are assigned again and again.
            beating.add(for_ever(_beat(health), _leave))
            beating.add(for_ever(positions.watch(), _leave))
            if wiring.world.registry.ids is not None:
                beating.add(for_ever(_redrive(redriving), _leave))

    app.on_partitions_assigned.connect(ready)
    collect_seldom()
    Worker(app, loglevel="WARNING", logfile=None, redirect_stdouts=False).execute_from_commandline()


def for_ever(work: Coroutine[Any, Any, None], leave: Callable[[], None]) -> asyncio.Task[None]:
    """Work that never ends by itself. If it does all the same, nobody would miss it: ``leave``."""

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            fault = task.exception()
            log.critical(
                "work-ended", what=getattr(work, "__name__", "work"), fault=type(fault).__name__
            )
            leave()

    task = asyncio.create_task(work)
    task.add_done_callback(ended)
    return task


def member_name(worker: str, topics: Iterable[Topic]) -> str:
    """The worker's name in its group: another one where the topics have other partitions.

    Whom the group knows by name gets back what was shared out before, if it comes back in time: a
    partition that was added meanwhile would be nobody's.
    """
    shape = " ".join(sorted(f"{topic.name}/{topic.partitions}" for topic in topics))
    return f"{worker}-{sha256(shape.encode()).hexdigest()[:8]}"


def _catch_up(wiring: Wiring, feed: Feed, guard: Guard) -> None:
    while True:
        try:
            catch_up(wiring, feed.principal, f"kith-{feed.name}", guard)
        except (*_AWAY, NotStopped) as fault:
            log.warning("catching-up-again", because=type(fault).__name__)
            time.sleep(PAUSE_SECONDS)
        else:
            return


def _name(fault: Exception) -> str | None:
    """What the broker called it; what PostgreSQL says may hold values."""
    return str(fault) if isinstance(fault, EndsUnknown) else None


def _leave() -> None:
    os._exit(70)


async def _redrive(redriving: Redriving) -> None:
    """Look for ever for what only a schema registry that was away has kept back."""
    while True:
        await asyncio.sleep(REDRIVE_SECONDS)
        try:
            await asyncio.to_thread(redriving.once)
        except Exception as fault:  # noqa: BLE001 - it is tried again, and a steward can do it too
            log.warning("redriving-again", because=type(fault).__name__)


async def _beat(health: Health) -> None:
    """As long as the event loop turns, the worker lives."""
    while True:
        health.beat()
        await asyncio.sleep(BEAT_SECONDS)


class _Positions:
    """Where to read on, checked against the broker: at each assignment, and as its epochs change.

    ``leave`` ends the process, hard: when a position went back while it read, or the database is
    another. The next one begins from what the tables say by then.
    """

    def __init__(self, wiring: Wiring, feed: Feed, guard: Guard, leave: Callable[[], None]) -> None:
        access = wiring.settings.kafka(feed.principal).for_confluent()
        family = "agency-backfill" if feed.backfilled else "agency-events"
        self._check = PositionCheck(
            feed=feed,
            world=wiring.world,
            topics=BulkTopics(access),
            ends=KafkaEnds(access, wiring.plan.family(family)).ends,
            connect=lambda: wiring.connect(f"kith-{feed.name}-positions"),
            guard=guard,
        )
        self._leave = leave

    async def __call__(self, partitions: list[TP]) -> Mapping[TP, int]:
        """The stored positions, where the broker still holds what was read up to them."""
        wanted = [(each.topic, each.partition) for each in partitions]
        while True:
            try:
                found = await asyncio.to_thread(self._check.assigned, wanted)
            except _AWAY as fault:
                log.warning("positions-again", because=type(fault).__name__)
                await asyncio.sleep(PAUSE_SECONDS)
            except Exception as fault:
                log.critical("positions-fault", fault=type(fault).__name__)
                self._leave()
                raise
            else:
                return {each: found[each.topic, each.partition] for each in partitions}

    async def watch(self) -> None:
        """Look for new epochs for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                went_back = await asyncio.to_thread(self._check.look)
            except _AWAY as fault:
                log.info("positions-unchecked", because=type(fault).__name__, fault=_name(fault))
            except Exception as fault:
                log.critical("positions-fault", fault=type(fault).__name__)
                self._leave()
                raise
            else:
                if went_back:
                    log.critical("position-lost")
                    self._leave()
