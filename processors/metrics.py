"""Every metric of the hub, as one typed list: what is not here is not measured.

`docs/metrics.md` is written from it, and the dashboard and the alert rules may name nothing else.
Labels are names of topics, agencies, processes and reasons, never anything about a child.
"""

from dataclasses import dataclass
from typing import Literal

# From a few milliseconds, which is usual, to an outage.
_WAYS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 600.0)
_FEEDS = ("timeline", "backfill")
_WATCH = ("watch",)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``served_by`` are the processes whose /metrics have it."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    unit: str
    labels: tuple[str, ...]
    help: str
    served_by: tuple[str, ...]
    buckets: tuple[float, ...] = ()


EVENTS = Metric(
    "kith_events_total",
    "counter",
    "events",
    ("feed", "fate"),
    "Records of agencies' topics by what became of them: recorded, duplicate, quarantined.",
    _FEEDS,
)
QUARANTINED = Metric(
    "kith_events_quarantined_total",
    "counter",
    "events",
    ("feed", "reason"),
    "Records that could not be accepted, by reason.",
    _FEEDS,
)
APPEND_SECONDS = Metric(
    "kith_append_seconds",
    "histogram",
    "seconds",
    ("feed",),
    "How long the append of one batch took, with what it waited for.",
    _FEEDS,
    _WAYS,
)
BROKER_TO_COMMIT_SECONDS = Metric(
    "kith_broker_to_commit_seconds",
    "histogram",
    "seconds",
    ("feed",),
    "From the broker's receipt of an event until it was committed to the child's log.",
    _FEEDS,
    _WAYS,
)
RETRIES = Metric(
    "kith_append_retries_total",
    "counter",
    "appends",
    ("process",),
    "Appends that were tried again: after a race, a wait for a lock, or a database that was away.",
    ("timeline", "backfill", "relay", "clock"),
)
ENTRIES_SENT = Metric(
    "kith_entries_sent_total",
    "counter",
    "entries",
    (),
    "Entries that kith.timeline has acknowledged.",
    ("relay",),
)
NOTIFICATIONS_SENT = Metric(
    "kith_notifications_sent_total",
    "counter",
    "notifications",
    ("agency",),
    "Notifications that the agency's topic has acknowledged.",
    ("relay",),
)
BROKER_TO_DELIVERY_SECONDS = Metric(
    "kith_broker_to_delivery_seconds",
    "histogram",
    "seconds",
    (),
    "From the broker's receipt of an event until that of a notification that follows from it.",
    ("relay",),
    _WAYS,
)
RELAY_AGAIN = Metric(
    "kith_relay_again_total",
    "counter",
    "times",
    ("why",),
    "How often the relay dropped its producer or connection and began again.",
    ("relay",),
)
LAG = Metric(
    "kith_lag_records",
    "gauge",
    "records",
    ("topic",),
    "Records of an agency's topic that are not recorded yet.",
    _WATCH,
)
OUTBOX_WAITING = Metric(
    "kith_outbox_waiting",
    "gauge",
    "messages",
    ("what",),
    "What was committed and not sent yet: entries to the log, notifications.",
    _WATCH,
)
OLDEST_SECONDS = Metric(
    "kith_oldest_waiting_seconds",
    "gauge",
    "seconds",
    ("process",),
    "How long the oldest of what waits for a process has waited; of the relay, the outbox's age.",
    _WATCH,
)
PROGRESS = Metric(
    "kith_process_progress",
    "gauge",
    "0, 1 or 2",
    ("process",),
    "0 gets on, 1 late, 2 stuck, as the watch sees it.",
    _WATCH,
)
RESTARTS = Metric(
    "kith_process_restarts",
    "gauge",
    "restarts",
    ("process",),
    "How often the embedded supervisor has started a process again since the stack came up.",
    _WATCH,
)
LOOKED_AT = Metric(
    "kith_watch_looked_at_seconds",
    "gauge",
    "seconds since 1970",
    (),
    "When the watch looked last. What it says is as old as that.",
    _WATCH,
)
CANARY_SECONDS = Metric(
    "kith_canary_seconds",
    "gauge",
    "seconds",
    (),
    "How long the last canary took that came: published, decided, sent, read.",
    _WATCH,
)
CANARY_CAME_AT = Metric(
    "kith_canary_came_at_seconds",
    "gauge",
    "seconds since 1970",
    (),
    "When a canary came last.",
    _WATCH,
)
DUTIES_ILL = Metric(
    "kith_watch_duties_ill",
    "gauge",
    "duties",
    (),
    "Duties of the watch that fail or hang.",
    _WATCH,
)
PAGES_OPEN = Metric(
    "kith_pages_open",
    "gauge",
    "pages",
    ("reason",),
    "Pages that nobody has resolved, by reason.",
    _WATCH,
)
QUARANTINE_WAITING = Metric(
    "kith_quarantine_waiting",
    "gauge",
    "records",
    (),
    "Records in quarantine that nobody has redriven or discarded.",
    _WATCH,
)
RULE_FAILURES = Metric(
    "kith_rule_failures",
    "gauge",
    "failures",
    (),
    "Rules that raised an error on an event, ever.",
    _WATCH,
)

METRICS: tuple[Metric, ...] = (
    EVENTS,
    QUARANTINED,
    APPEND_SECONDS,
    BROKER_TO_COMMIT_SECONDS,
    RETRIES,
    ENTRIES_SENT,
    NOTIFICATIONS_SENT,
    BROKER_TO_DELIVERY_SECONDS,
    RELAY_AGAIN,
    LAG,
    OUTBOX_WAITING,
    OLDEST_SECONDS,
    PROGRESS,
    RESTARTS,
    LOOKED_AT,
    CANARY_SECONDS,
    CANARY_CAME_AT,
    DUTIES_ILL,
    PAGES_OPEN,
    QUARANTINE_WAITING,
    RULE_FAILURES,
)
