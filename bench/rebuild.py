"""Rebuild: how fast the tables come out of a long log."""

from collections.abc import Callable
from dataclasses import dataclass

from kith.rebuilding import rebuilding
from kith.settings import Settings


@dataclass(frozen=True, slots=True)
class RebuildSpeed:
    """A rebuild that was compared with the tables in use. ``equal`` must be true."""

    entries: int
    children: int
    equal: bool
    load_seconds: float
    entries_per_second: float
    seconds: float


def measure(settings: Settings, tell: Callable[[str], None]) -> RebuildSpeed:
    """Rebuild beside the tables in use, and compare."""
    with rebuilding(settings, tell) as work:
        done = work.verify()
    return RebuildSpeed(
        entries=done.entries,
        children=done.children,
        equal=done.equal,
        load_seconds=round(done.load_seconds, 2),
        entries_per_second=round(done.entries_per_second),
        seconds=round(done.seconds, 2),
    )
