"""Filling the log before anything is measured: a hub with a history, not an empty one.

Each child's history is appended by the hub's own append, one process a core, without agencies'
topics before it. Three quarters of it are old and come as backfill, so they raise alerts of which
nobody is told; of the rest every fifth event is told to three recipients. The hub's own relay
carries all of it to ``kith.timeline``, and records the deliveries.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context

from bench.load import Event, Load
from bench.preparing import drained
from bench.writing import Writer
from kith.collecting import collect_seldom
from kith.settings import Settings
from kith.wiring import wire

DRAIN_SECONDS = 600.0
_CHILDREN_AT_ONCE = 25
_EVENTS_AT_ONCE = 20
# Its first event, who it is, and the three who join its network.
_TO_BEGIN = 5
_OLD_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Filled:
    """What the log held before the measurements. Seconds are those of append and of relay."""

    children: int
    events_each: int
    events: int
    entries: int
    append_seconds: float
    seconds: float


def fill(settings: Settings, load: Load, children: int, entries_each: int) -> Filled:
    """Give each child about ``entries_each`` entries; return when all of it is relayed.

    Raises NotPrepared.
    """
    events = load.events_for(entries_each - _TO_BEGIN, _OLD_SHARE)
    started_at = time.perf_counter()
    count = os.cpu_count() or 1
    parts = [(type(load), load.run, range(n, children, count), events) for n in range(count)]
    with ProcessPoolExecutor(count, get_context("spawn"), _begin, (settings,)) as pool:
        list(pool.map(_fill, parts))
    appended_at = time.perf_counter()
    wiring = wire(settings)
    drained(wiring, DRAIN_SECONDS)
    with wiring.connect("kith-bench") as connection:
        row = connection.execute("select count(*) from derived.entry").fetchone()
    return Filled(
        children=children,
        events_each=events,
        events=children * (events + 1),
        entries=row[0] if row else 0,
        append_seconds=round(appended_at - started_at, 1),
        seconds=round(time.perf_counter() - started_at, 1),
    )


_settings: Settings | None = None


def _begin(settings: Settings) -> None:
    global _settings  # noqa: PLW0603 - the only way from a pool's initializer to its work
    _settings = settings
    collect_seldom()


def _fill(part: tuple[type[Load], str, range, int]) -> None:
    kind, run, children, events = part
    if _settings is None:
        raise RuntimeError("a process of the pool was not begun")
    writer = Writer(wire(_settings), f"bench.history.{run}.{children.start}")
    load = kind(children.stop, 0, run)
    old = round(events * _OLD_SHARE)
    for group in _groups(children):
        now = datetime.now(UTC)
        writer.events([load.introduction(child, now) for child in group], now, backfilled=False)
        writer.join(load, group)
        past = [list(load.history(child, old, now)) for child in group]
        for batch in _rounds(past):
            writer.events(batch, now, backfilled=True)
        heard = [list(load.lately(child, old, events - old, now)) for child in group]
        for batch in _rounds(heard):
            writer.events(batch, datetime.now(UTC), backfilled=False)
    writer.close()


def _groups(children: range) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(children), _CHILDREN_AT_ONCE):
        yield tuple(children[start : start + _CHILDREN_AT_ONCE])


def _rounds(histories: list[list[Event]]) -> Iterator[list[Event]]:
    """Some of each child's events in turn, so that their entries lie between one another."""
    longest = max((len(each) for each in histories), default=0)
    for start in range(0, longest, _EVENTS_AT_ONCE):
        yield [event for each in histories for event in each[start : start + _EVENTS_AT_ONCE]]
