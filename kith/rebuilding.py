"""Composition of a rebuild: from settings to its connections, its log, and its processes."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from kith.catching_up import catch_up
from kith.in_processes import in_processes
from kith.settings import Settings
from kith.wiring import Wiring, wire
from processors.rebuilding.alerts import SentNotifications
from processors.rebuilding.log import TimelineLog
from processors.rebuilding.rebuild import Means, NotRebuilt, Rebuild
from processors.rebuilding.topics import BulkTopics, Reach
from processors.rebuilding.verification import Verification
from projections.append.guarding import Guard
from projections.database import Connection
from projections.rebuild import schema
from projections.rebuild.bulk import BulkLoad, Loaded
from schemas.topics import TopicPlan

APPLICATION = "kith-rebuild"
PRINCIPAL = "hub-rebuild"
# The rebuild itself reads no agency's topic; the operator may, and neither may write to any.
ALERTS_PRINCIPAL = "hub-operator"
# One rebuild or verification at a time. Any fixed number will do.
_LOCK = 7_205_119_004


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a rebuild and a verification both need."""

    wiring: Wiring
    connection: Connection
    connect: Callable[[], Connection]
    log: TimelineLog
    sent: SentNotifications


@contextmanager
def rebuilding(settings: Settings, tell: Callable[[str], None]) -> Iterator[Rebuild]:
    """A rebuild, and what it needs, closed afterwards. Raises NotRebuilt while another runs."""
    with _parts(settings) as parts:
        means = Means(
            world=parts.wiring.world,
            connect=parts.connect,
            log=parts.log,
            sent=parts.sent,
            agencies=parts.wiring.plan.agencies,
            retention=_retention(parts.wiring.plan),
            load=lambda reach: load_partitions(settings, reach),
            resume=lambda: catch_up(parts.wiring, PRINCIPAL, APPLICATION, Guard()).resumed,
            tell=tell,
            clock=time.monotonic,
            sleep=time.sleep,
        )
        yield Rebuild(parts.connection, means)


@contextmanager
def verification(settings: Settings) -> Iterator[Verification]:
    """A verification, in the same way."""
    with _parts(settings) as parts:
        yield Verification(
            connection=parts.connection,
            world=parts.wiring.world,
            log=parts.log,
            sent=parts.sent,
            agencies=parts.wiring.plan.agencies,
            retention=_retention(parts.wiring.plan),
            sleep=time.sleep,
        )


@contextmanager
def _parts(settings: Settings) -> Iterator[_Parts]:
    wiring = wire(settings)

    def connect() -> Connection:
        return schema.owner_connection(settings.dsn("owner"), APPLICATION)

    topics = BulkTopics(settings.kafka(PRINCIPAL).for_confluent())
    alerts = BulkTopics(settings.kafka(ALERTS_PRINCIPAL).for_confluent())
    try:
        with connect() as connection:
            row = connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
            if not (row and row[0]):
                raise NotRebuilt("another rebuild or verification runs: wait until it is done")
            yield _Parts(
                wiring,
                connection,
                connect,
                TimelineLog(topics, wiring.world.timeline_partitions),
                SentNotifications(alerts, wiring.world.registry, wiring.plan.agencies),
            )
    finally:
        topics.close()
        alerts.close()


def _retention(plan: TopicPlan) -> timedelta:
    """How long the agencies' alerts topics keep what they hold, the shortest."""
    return timedelta(milliseconds=min(topic.retention_ms for topic in plan.family("agency-alerts")))


def load_partitions(settings: Settings, parts: Mapping[int, Reach]) -> Iterator[Loaded]:
    """Load partitions of the log in processes of their own, one for each core."""
    yield from in_processes(partial(_loader, settings), [*parts.items()])


def _loader(settings: Settings) -> Callable[[tuple[int, Reach]], Loaded]:
    """The work of one process, for one partition after another."""
    world = wire(settings).world

    def load(part: tuple[int, Reach]) -> Loaded:
        partition, reach = part
        topics = BulkTopics(settings.kafka(PRINCIPAL).for_confluent())
        log = TimelineLog(topics, world.timeline_partitions)
        try:
            with schema.owner_connection(settings.dsn("owner"), APPLICATION) as connection:
                return BulkLoad(connection, schema.NEXT, world).load(
                    log.messages(partition, reach.low, reach.high)
                )
        finally:
            topics.close()

    return load
