"""Catch-up: the hub was away, events were published, it comes back."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench.latency import Path
from bench.load import Load
from bench.preparing import NotPrepared
from bench.stack import cpu_seconds, hub_running
from kith.settings import Settings
from kith.wiring import Wiring
from projections.database import Connection

PATIENCE_SECONDS = 300.0
_LOOK_EVERY_SECONDS = 0.02
_PUBLISHED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class CatchUp:
    """From the begin of the first append to the last commit, and until all was relayed.

    Relayed is what the log has, and each notification that was sent and recorded as delivered.
    ``processor_seconds`` is what each process used in all of it, its start included.
    """

    events: int
    seconds: float
    events_per_second: float
    relayed_seconds: float
    relayed_events_per_second: float
    processor_seconds: dict[str, float] = field(default_factory=dict)


def publish(path: Path, load: Load, *, first: int, events: int) -> None:
    """Publish so many events, as fast as it goes. Raises NotPublished."""
    with path.publisher() as publisher:
        now = datetime.now(UTC)
        for number in range(events):
            publisher.send(publisher.prepare(load.event(first + number, now).plain))
            if number % _PUBLISHED_AT_ONCE == 0:
                publisher.flush()


def measure(settings: Settings, wiring: Wiring, path: Path, *, events: int) -> CatchUp:
    """Start the hub over a topic that has ``events`` unread. Raises NotPrepared."""
    started = datetime.now(UTC)
    with wiring.connect("kith-bench") as connection:
        wanted = _read_up_to(connection, path.events) + events
        before = cpu_seconds(settings)
        with hub_running(settings):
            _wait(lambda: _read_up_to(connection, path.events) >= wanted)
            committed = datetime.now(UTC)
            _wait(lambda: _relayed(connection))
            relayed = datetime.now(UTC)
            used = cpu_seconds(settings)
        row = connection.execute(
            "select min(entered_at) from derived.entry where entered_at >= %s", [started]
        ).fetchone()
    begun: datetime = row[0] if row else started
    seconds, relayed_seconds = ((at - begun).total_seconds() for at in (committed, relayed))
    return CatchUp(
        events=events,
        seconds=round(seconds, 2),
        events_per_second=round(events / seconds),
        relayed_seconds=round(relayed_seconds, 2),
        relayed_events_per_second=round(events / relayed_seconds),
        processor_seconds={
            name: round(total - before.get(name, 0.0), 1) for name, total in sorted(used.items())
        },
    )


def _read_up_to(connection: Connection, topic: str) -> int:
    row = connection.execute(
        "select coalesce(sum(next_offset), 0) from kept.position where topic = %s", [topic]
    ).fetchone()
    return int(row[0]) if row else 0


def _relayed(connection: Connection) -> bool:
    row = connection.execute(
        "select not exists (select from kept.outbox_entry) "
        "and not exists (select from kept.outbox_notification)"
    ).fetchone()
    return bool(row and row[0])


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise NotPrepared(f"the hub had not caught up after {PATIENCE_SECONDS:.0f} s")
        time.sleep(_LOOK_EVERY_SECONDS)
