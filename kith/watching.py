"""Which duties the watch has, from the settings: its composition root, apart from its process."""

import time
from collections.abc import Sequence

from kith import judgement
from kith.asking import asks
from kith.canary import canary
from kith.metering import Metering
from kith.observing import show_canary, show_look, show_restarts, show_tables
from kith.reconciling import reconcile, reconciling
from kith.settings import Settings
from kith.wiring import now
from processors.feed import BACKFILL, LIVE
from processors.watch.bell import Bell
from processors.watch.checks import Judge, Limits, Look, Verdict
from processors.watch.duties import Duty, Page
from processors.watch.looking import Broker, Groups, Looker, Offsets
from processors.watch.paging import Pager
from processors.watch.watching import UnreadForLong, Watching
from processors.watch.web_hook import WebHook
from projections.database import Connection, connect
from schemas.agencies import load_agencies
from schemas.topics import TopicPlan, load_topics

PRINCIPAL = "hub-watch"
LOOK_SECONDS = 2.5
UNREAD_SECONDS = 3600.0
GROUPS_SECONDS = 10.0
FIGURES_SECONDS = 10.0
PAGE_SECONDS = 0.5


def duties(settings: Settings, page: Page, metering: Metering) -> list[Duty]:
    """Every duty of the watch. A new one is added here."""
    plan = load_topics(load_agencies(settings.agencies_file))
    access = settings.kafka(PRINCIPAL)
    groups = Groups(access.for_kafka_python(), (LIVE.group, BACKFILL.group))
    every = [
        Duty("look", LOOK_SECONDS, _watching(settings, plan, groups, page, metering).run_once),
        Duty("groups", GROUPS_SECONDS, groups.run_once),
        Duty("figures", FIGURES_SECONDS, lambda: _figures(settings, metering)),
        Duty("unread", UNREAD_SECONDS, _unread(settings, plan, page).run_once, 120.0),
    ]
    if settings.canary_seconds and settings.hub_mode == "production":
        patience = settings.canary_within_seconds + 120.0
        sings = canary(settings, page, show_canary(metering, now))
        every.append(Duty("canary", settings.canary_seconds, sings.run_once, patience))
    if settings.reconcile_seconds and settings.hub_mode == "production":
        compared = reconciling(settings, page)
        every.append(
            Duty("reconcile", settings.reconcile_seconds, lambda: reconcile(compared), 3600.0)
        )
    return every


def pager(settings: Settings) -> Pager:
    """How the watch tells a person, and everybody else's pages."""
    hook = settings.page_web_hook
    bell = Bell(None if hook is None else WebHook(hook.get_secret_value()), time.monotonic)
    return Pager(lambda: watch_connection(settings), bell, now, time.monotonic)


def paging(telling: Pager) -> list[Duty]:
    """The pager's own duties: what the one cannot do must not keep the other."""
    return [
        Duty("pages", PAGE_SECONDS, telling.run_once),
        # A hook may be slow to take each of many.
        Duty("bell", PAGE_SECONDS, telling.bell.run_once, 600.0),
    ]


def watch_connection(settings: Settings) -> Connection:
    """A connection of the role that looks, and writes pages only."""
    return connect(settings.dsn("watch"), application="kith-watch")


def _watching(
    settings: Settings, plan: TopicPlan, groups: Groups, page: Page, metering: Metering
) -> Watching:
    looker = Looker(
        connect=lambda: watch_connection(settings),
        broker=Broker(settings.kafka(PRINCIPAL).for_confluent()),
        topics={
            LIVE: plan.family("agency-events"),
            BACKFILL: plan.family("agency-backfill"),
        },
        answers=lambda name: asks(settings.run, name),
        groups=groups.seen,
        now=now,
        clock=time.monotonic,
    )

    def publish(look: Look, verdicts: Sequence[Verdict]) -> None:
        judgement.write(settings.run, look, verdicts)
        show_look(metering, look, verdicts)

    limits = Limits(stuck_seconds=settings.watch_stuck_seconds)
    return Watching(looker.look, Judge(limits), publish, page)


def _figures(settings: Settings, metering: Metering) -> None:
    with watch_connection(settings) as connection:
        show_tables(metering, connection)
    show_restarts(metering, settings.run)


def _unread(settings: Settings, plan: TopicPlan, page: Page) -> UnreadForLong:
    def positions() -> Offsets:
        with watch_connection(settings) as connection:
            rows = connection.execute("select topic, partition, next_offset from kept.position")
            return {(topic, partition): offset for topic, partition, offset in rows}

    broker = Broker(settings.kafka(PRINCIPAL).for_confluent())
    topics = [*plan.family("agency-events"), *plan.family("agency-backfill")]
    return UnreadForLong(broker, topics, positions, now, page)
