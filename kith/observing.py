"""What processes count and time of their work, from what they tell of it as it is done."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from kith.metering import Metering
from kith.processes import HUB_PROCESSES
from kith.tracing import Tracing
from processors import metrics
from processors.relay.outbox import PendingEntry, PendingNotification
from processors.relay.sending import Acknowledgement
from processors.watch.checks import Look, State, Verdict
from projections.append.arrivals import Fate, Inbound, Outcome
from projections.database import Connection

_PROGRESS = {State.OK: 0, State.LATE: 1, State.STUCK: 2}


def appends(
    metering: Metering,
    feed: str,
    now: Callable[[], datetime],
    tracing: Tracing | None = None,
) -> Callable[[Sequence[Inbound], Sequence[Outcome], float], None]:
    """What a timeline processor tells of each batch that it has committed."""

    def appended(inbounds: Sequence[Inbound], outcomes: Sequence[Outcome], seconds: float) -> None:
        committed_at = now()
        metering.observe(metrics.APPEND_SECONDS, seconds, feed)
        for fate, count in Counter(outcome.fate for outcome in outcomes).items():
            metering.add(metrics.EVENTS, count, feed, fate.value)
        for inbound, outcome in zip(inbounds, outcomes, strict=True):
            if outcome.fate is Fate.RECORDED:
                took = (committed_at - inbound.record.broker_at).total_seconds()
                metering.observe(metrics.BROKER_TO_COMMIT_SECONDS, took, feed)
            elif outcome.fate is Fate.QUARANTINED:
                metering.add(metrics.QUARANTINED, 1, feed, outcome.reason or "unknown")
        if tracing is not None:
            began_at = committed_at - timedelta(seconds=seconds)
            tracing.appended(zip(inbounds, outcomes, strict=True), began_at, committed_at)

    return appended


def sends(
    metering: Metering, now: Callable[[], datetime], tracing: Tracing | None = None
) -> Callable[
    [Sequence[PendingEntry], Sequence[tuple[PendingNotification, Acknowledgement]]], None
]:
    """What the relay tells of each of its rounds."""

    def sent(
        entries: Sequence[PendingEntry],
        notifications: Sequence[tuple[PendingNotification, Acknowledgement]],
    ) -> None:
        if entries:
            metering.add(metrics.ENTRIES_SENT, len(entries))
        for notification, place in notifications:
            took = (place.at - notification.real_from).total_seconds()
            metering.add(metrics.NOTIFICATIONS_SENT, 1, notification.agency)
            metering.observe(metrics.BROKER_TO_DELIVERY_SECONDS, took)
        if tracing is not None:
            tracing.sent(entries, now())
            tracing.delivered(notifications)

    return sent


def counted_sleep(
    metering: Metering, process: str, sleep: Callable[[float], None]
) -> Callable[[float], None]:
    """The pause between two tries of an append: whoever pauses tries again."""

    def pause(seconds: float) -> None:
        metering.add(metrics.RETRIES, 1, process)
        sleep(seconds)

    return pause


def show_look(metering: Metering, look: Look, verdicts: Sequence[Verdict]) -> None:
    """Put into the gauges what the watch saw and found."""
    metering.set(metrics.LOOKED_AT, look.at.timestamp())
    for verdict in verdicts:
        metering.set(metrics.PROGRESS, _PROGRESS[verdict.state], verdict.process)
        if look.hindered is None:
            metering.set(metrics.OLDEST_SECONDS, verdict.oldest_seconds, verdict.process)
    lags: Counter[str] = Counter()
    for work in look.works:
        for queue in work.queues:
            if queue.count is None:
                lags[queue.name.rpartition("/")[0]] += queue.waiting
            else:
                metering.set(metrics.OUTBOX_WAITING, queue.waiting, queue.name)
    for topic, lag in lags.items():
        metering.set(metrics.LAG, lag, topic)


def show_canary(metering: Metering, now: Callable[[], datetime]) -> Callable[[float], None]:
    """What the canary tells when it came, in seconds."""

    def came(seconds: float) -> None:
        metering.set(metrics.CANARY_SECONDS, seconds)
        metering.set(metrics.CANARY_CAME_AT, now().timestamp())

    return came


def show_tables(metering: Metering, connection: Connection) -> None:
    """Put into the gauges what waits for a person. Raises psycopg.Error."""
    pages = connection.execute(
        "select reason, count(*) from kept.page where resolved_at is null "
        "and gathered_into is null group by reason"
    ).fetchall()
    metering.clear(metrics.PAGES_OPEN)
    for reason, count in pages:
        metering.set(metrics.PAGES_OPEN, count, reason)
    row = connection.execute(
        "select (select count(*) from kept.quarantine where state = 'waiting'), "
        "(select count(*) from kept.page where reason = 'rule-failed')"
    ).fetchone()
    if row is not None:
        metering.set(metrics.QUARANTINE_WAITING, row[0])
        metering.set(metrics.RULE_FAILURES, row[1])


def show_restarts(metering: Metering, run: Path) -> None:
    """Put into the gauges how often an embedded supervisor has started each process again."""
    for name in HUB_PROCESSES:
        try:
            record = json.loads((run / f"{name}.json").read_bytes())
        except FileNotFoundError:
            continue  # Nobody supervises it here.
        metering.set(metrics.RESTARTS, record["restarts"], name)
