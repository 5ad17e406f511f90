"""Whether the broker and the database answer, and how far the hub is behind."""

import time
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from kafka import TopicPartition
from kafka.admin import (
    KafkaAdminClient,
    OffsetSpec,  # type: ignore[attr-defined,unused-ignore]
)
from kafka.errors import KafkaError

from kith.settings import NotConfiguredError, Settings
from schemas.agencies import load_agencies
from schemas.topics import load_topics

PRINCIPAL = "hub-operator"
TIMEOUT_MS = 5_000
TIMEOUT_SECONDS = 5
READ_FAMILIES = ("agency-events", "agency-backfill")

# What is still to be done, by where it waits; each query gives one number.
WAITING: dict[str, LiteralString] = {
    "entries to copy to the log": "select count(*) from kept.outbox_entry",
    "notifications to send": "select count(*) from kept.outbox_notification",
    "quarantined": "select count(*) from kept.quarantine where state = 'waiting'",
    "open pages": "select count(*) from kept.page "
    "where resolved_at is null and gathered_into is null",
}


@dataclass(slots=True)
class HubStatus:
    """What was found. What could not be asked is said in `problems`, in words."""

    broker: dict[str, Any] = field(default_factory=dict)
    database: dict[str, Any] = field(default_factory=dict)
    behind: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def look(settings: Settings) -> HubStatus:
    """Ask broker and database; never raises for what does not answer."""
    status = HubStatus()
    try:
        positions = _ask_database(settings, status)
    except (NotConfiguredError, psycopg.Error) as error:
        status.problems.append(f"database: {str(error).strip()}")
        positions = None
    try:
        _ask_broker(settings, status, positions)
    except (NotConfiguredError, KafkaError) as error:
        status.problems.append(f"broker: {error}")
    return status


def _ask_database(settings: Settings, status: HubStatus) -> dict[tuple[str, int], int] | None:
    dsn = settings.dsn("reader")
    started_at = time.monotonic()
    with psycopg.connect(dsn, autocommit=True, connect_timeout=TIMEOUT_SECONDS) as connection:
        row = connection.execute(
            "select current_setting('server_version'), pg_database_size(current_database()), "
            "to_regclass('kept.position') is not null"
        ).fetchone()
        if row is None:
            return None
        status.database = {
            "version": row[0],
            "size_mb": round(row[1] / 1024 / 1024, 1),
            "answered_in_ms": round((time.monotonic() - started_at) * 1000, 1),
        }
        if not row[2]:
            status.problems.append("database: it has no tables yet; `kith up` makes them")
            return None
        for name, query in WAITING.items():
            found = connection.execute(query).fetchone()
            status.waiting[name] = found[0] if found else 0
        rows = connection.execute("select topic, partition, next_offset from kept.position")
        return {(topic, partition): offset for topic, partition, offset in rows}


def _ask_broker(
    settings: Settings, status: HubStatus, positions: dict[tuple[str, int], int] | None
) -> None:
    plan = load_topics(load_agencies(settings.agencies_file))
    access = settings.kafka(PRINCIPAL).for_kafka_python()
    started_at = time.monotonic()
    admin = KafkaAdminClient(
        **access,
        client_id="kith-status",
        request_timeout_ms=TIMEOUT_MS,
        bootstrap_timeout_ms=TIMEOUT_MS,
    )
    try:
        present = {topic["name"] for topic in admin.describe_topics() if topic["name"]}
        status.broker = {
            "bootstrap": settings.kafka(PRINCIPAL).bootstrap,
            "topics": len(present),
            "answered_in_ms": round((time.monotonic() - started_at) * 1000, 1),
        }
        missing = sorted(topic.name for topic in plan.topics if topic.name not in present)
        if missing:
            status.problems.append(
                f"broker: {len(missing)} topics of the agencies file are missing, for example "
                f"{missing[0]}: run `kith up` again"
            )
        if positions is None:
            return
        partitions = [
            TopicPartition(topic.name, partition)
            for family in READ_FAMILIES
            for topic in plan.family(family)
            if topic.name in present
            for partition in range(topic.partitions)
        ]
        ends = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
        for partition, end in ends.items():
            read = positions.get((partition.topic, partition.partition), 0)
            if end.offset > read:
                status.behind[f"{partition.topic}/{partition.partition}"] = end.offset - read
    finally:
        admin.close()
