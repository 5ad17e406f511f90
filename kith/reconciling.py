"""Composition of the reconciliation: reads as the watch, repairs as whoever appends."""

import time
from datetime import timedelta

import psycopg
import structlog

from kith.rebuilding import verification
from kith.settings import NotConfiguredError, Settings
from kith.wiring import now, wire
from processors.rebuilding.log import TimelineLog
from processors.rebuilding.rebuild import NotRebuilt
from processors.rebuilding.topics import BulkTopics, TopicUnread
from processors.watch.duties import Page
from processors.watch.reconciling import NotRepaired, Reconciling
from processors.watch.seeing import AlertsSeen, LogSeen
from projections.append.pausing import NotStopped
from projections.database import connect
from projections.rebuild.agreement import NotMended
from projections.rebuild.history import LogConflict
from projections.rebuild.reading import EntryReader

PRINCIPAL = "hub-watch"
APPLICATION = "kith-reconcile"
PAUSES_SECONDS = (5.0, 15.0, 45.0)

log = structlog.get_logger()


def reconciling(settings: Settings, page: Page) -> Reconciling:
    """The reconciliation of this hub. Raises what wiring raises."""
    wiring = wire(settings)
    access = settings.kafka(PRINCIPAL).for_confluent()
    reader = EntryReader(wiring.world.registry, wiring.world.keys)
    topics = BulkTopics(access)
    timeline = TimelineLog(topics, wiring.world.timeline_partitions)
    retention = min(topic.retention_ms for topic in wiring.plan.family("agency-alerts"))

    def repair_log() -> None:
        _repair_log(settings)

    return Reconciling(
        looking=lambda: connect(settings.dsn("watch"), application=APPLICATION),
        repairing=lambda: connect(settings.dsn("writer"), application=APPLICATION),
        log=LogSeen(timeline, reader),
        alerts=AlertsSeen(topics, wiring.world.registry, wiring.plan.agencies),
        reader=reader,
        retention=timedelta(milliseconds=retention),
        repair_log=repair_log,
        destroyed=wiring.world.keys.destroyed,
        now=now,
        sleep=time.sleep,
        page=page,
        in_hand_seconds=settings.reconcile_in_hand_seconds,
    )


def reconcile(work: Reconciling) -> None:
    """One look, with some patience for a broker or a database that is just coming back."""
    for pause_seconds in PAUSES_SECONDS:
        try:
            work.run_once()
        except (TopicUnread, psycopg.Error) as fault:
            log.warning("reconcile-again", because=type(fault).__name__)
            time.sleep(pause_seconds)
        else:
            return
    work.run_once()


def _repair_log(settings: Settings) -> None:
    """What `kith verify --repair` does. Needs the owner's rights, since it takes tables back."""
    try:
        with verification(settings) as work:
            found = work.verify()
            if not found.none:
                work.repair(found)
    except (NotConfiguredError, NotRebuilt, NotMended, NotStopped, LogConflict, TopicUnread) as why:
        raise NotRepaired(str(why)) from why
    except psycopg.Error as fault:
        raise NotRepaired(type(fault).__name__) from fault
