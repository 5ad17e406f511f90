"""What an event costs a child with a long history, beside one with a short one.

The append alone, one event at a time, the two children in turn, so that whatever else the
machine does meets both alike.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from bench.load import ALERTS_EVERY, Load
from bench.preparing import drained
from bench.writing import Writer
from kith.wiring import Wiring

SHORT, LONG = 10, 10_000
_TO_BEGIN = 5
_DRAIN_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of one append, the median of many. ``ratio`` is long to short."""

    kind: str
    appends: int
    short_ms: float
    long_ms: float
    ratio: float


@dataclass(frozen=True, slots=True)
class History:
    """``short`` and ``long`` are the entries that the children had before; both kinds of event."""

    short: int
    long: int
    costs: list[Cost]

    @property
    def ratio(self) -> float:
        """The larger of the ratios."""
        return max(cost.ratio for cost in self.costs)


def measure(wiring: Wiring, run: str, *, long: int = LONG, appends: int = 500) -> History:
    """Give two children histories of ``SHORT`` and ``long`` entries, and append to them in turn."""
    writer = Writer(wiring, "bench.history.cost")
    children = {SHORT: Load(1, 0, f"{run}-short"), long: Load(1, 0, f"{run}-long")}
    now = datetime.now(UTC)
    for entries, load in children.items():
        writer.events([load.introduction(0, now)], now, backfilled=False)
        writer.join(load, [0])
        events = round((entries - _TO_BEGIN) * ALERTS_EVERY / (ALERTS_EVERY + 1))
        writer.events(list(load.history(0, events, now)), now, backfilled=True)
    drained(wiring, _DRAIN_SECONDS)
    took: dict[tuple[int, bool], list[float]] = {}
    for number in range(appends * 2):
        # As many that alert as not, since each kind has a median of its own.
        event_number = ALERTS_EVERY * number + number % 2
        for entries, load in children.items():
            at = datetime.now(UTC)
            event = load.about(0, event_number, at)
            inbound = writer.received(event, at, backfilled=False)
            started_at = time.perf_counter()
            writer.append([inbound])
            took.setdefault((entries, event.alerts), []).append(time.perf_counter() - started_at)
    writer.close()
    drained(wiring, _DRAIN_SECONDS)
    costs = [
        _cost(kind, took[SHORT, alerts], took[long, alerts])
        for kind, alerts in (("alerting nobody", False), ("alerting three", True))
    ]
    return History(SHORT, long, costs)


def _cost(kind: str, short: list[float], long: list[float]) -> Cost:
    ones = median(short) * 1000, median(long) * 1000
    return Cost(kind, len(short), round(ones[0], 2), round(ones[1], 2), round(ones[1] / ones[0], 2))
