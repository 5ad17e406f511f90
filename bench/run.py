"""One run of the bench: which parts, in which order, on which stack."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from bench import all_rules, backtest, catch_up, history, latency, rebuild
from bench.filling import fill
from bench.lives import Lives
from bench.load import Load
from bench.preparing import drained
from bench.quix import column
from bench.stack import at_rest_mb, running
from bench.stages import stages
from kith.settings import Settings
from kith.wiring import Wiring, wire

PARTS = ("backtest", "history", "latency", "rules", "catch-up", "rebuild", "quix")
RATES = (50.0, 500.0)
SEED = 20211002
_DRAIN_SECONDS = 300.0
_SETTLE_SECONDS = 5.0
_HOP_SECONDS = 10.0
# Each part has numbers of its own, so that no event is another's repeat.
_NUMBERS = 10**7


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything: ``seconds`` at each rate, the rest in events and entries."""

    children: int = 2_000
    entries_each: int = 200
    seconds: float = 30.0
    catch_up_events: int = 30_000
    long_history: int = history.LONG
    appends: int = 500
    quix_history: int = 20
    lives: int = 200
    rules_seconds: float = 15.0


QUICK = Size(
    children=100,
    entries_each=40,
    seconds=5.0,
    catch_up_events=3_000,
    long_history=2_000,
    appends=100,
    quix_history=5,
    lives=30,
    rules_seconds=5.0,
)


class Run:
    """Measures ``parts`` in a stack of its own in ``settings``' state directory.

    ``tell`` is given one line at each step.
    """

    def __init__(
        self, settings: Settings, size: Size, parts: frozenset[str], tell: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._size = size
        self._parts = parts
        self._tell = tell
        self._name = f"run{int(time.time())}"
        self._load = Load(size.children, SEED, self._name)
        self._figures: dict[str, Any] = {}

    def measure(self) -> dict[str, Any]:
        """The figures, by part. Raises NotPrepared, ProcessFailed, CalledProcessError."""
        begun_at = time.perf_counter()
        # The first start formats and provisions; the measured one is warm.
        with self._stack(hub=True) as wiring:
            if self._parts - {"history", "quix", "rules"}:
                self._fill()
            if "backtest" in self._parts:
                self._backtest(wiring)
            if "history" in self._parts:
                self._history(wiring)
        if "latency" in self._parts:
            with self._stack(hub=True) as wiring:
                self._latency(wiring)
        if "rules" in self._parts:
            with self._stack(hub=True) as wiring:
                self._all_rules(wiring)
        if self._parts & {"catch-up", "rebuild", "quix"}:
            with self._stack(hub=False) as wiring:
                if "catch-up" in self._parts:
                    self._catch_up(wiring)
                if "rebuild" in self._parts:
                    self._rebuild()
                if "quix" in self._parts:
                    self._quix(wiring)
        self._figures["seconds"] = round(time.perf_counter() - begun_at)
        return self._figures

    @contextmanager
    def _stack(self, *, hub: bool) -> Iterator[Wiring]:
        with running(self._settings, hub=hub) as up_seconds:
            if hub:
                self._figures["up_seconds"] = round(up_seconds, 1)
            yield wire(self._settings)

    def _fill(self) -> None:
        size = self._size
        self._tell(f"a history: {size.children} children with {size.entries_each} entries each")
        filled = fill(self._settings, self._load, size.children, size.entries_each)
        self._tell(f"  {filled.entries} entries in {filled.seconds:.0f} s")
        self._figures["filled"] = asdict(filled)

    def _backtest(self, wiring: Wiring) -> None:
        time.sleep(_SETTLE_SECONDS)
        self._tell("back-test of one changed figure")
        self._figures["backtest"] = asdict(backtest.measure(wiring))

    def _history(self, wiring: Wiring) -> None:
        size = self._size
        self._tell(f"the cost of an event with {history.SHORT} and {size.long_history} before it")
        done = history.measure(wiring, self._name, long=size.long_history, appends=size.appends)
        self._figures["history"] = asdict(done) | {"ratio": done.ratio}

    def _latency(self, wiring: Wiring) -> None:
        time.sleep(_SETTLE_SECONDS)
        self._figures["at_rest_mb"] = at_rest_mb(self._settings)
        path = latency.of_the_hub(wiring.settings, wiring.world.registry)
        self._tell("Kafka alone")
        hop = latency.bare_hop(
            wiring.settings,
            path,
            self._load,
            first=9 * _NUMBERS,
            seconds=min(self._size.seconds, 10),
        )
        self._figures["kafka_hop_ms"] = asdict(hop)
        drained(wiring, _DRAIN_SECONDS)
        found, parts = [], []
        for place, rate in enumerate(RATES, start=1):
            self._tell(f"publish to notification, {rate:g} events/s")
            begun_at = datetime.now(UTC)
            first, seconds = place * _NUMBERS, self._size.seconds
            done = latency.measure(path, self._load, first=first, rate=rate, seconds=seconds)
            found.append(asdict(done))
            drained(wiring, _DRAIN_SECONDS)
            parts.append([asdict(each) for each in stages(wiring, begun_at)])
        self._figures["publish_to_notification_ms"] = found
        self._figures["stages_ms"] = parts

    def _all_rules(self, wiring: Wiring) -> None:
        size, run = self._size, f"{self._name}-lives"
        self._tell(f"all rules: {size.lives} lives with {size.entries_each} entries each")
        all_rules.put_in_force(wiring, every_rule=True)
        filled = fill(self._settings, Lives(size.lives, SEED, run), size.lives, size.entries_each)
        self._tell(f"  {filled.events} events in {filled.seconds:.0f} s")
        time.sleep(_SETTLE_SECONDS)
        self._tell("publish to notification, with all rules and with the first seven in turn")
        lives = Lives(size.lives, SEED, run, lived=filled.events_each)
        first, seconds = 7 * _NUMBERS, size.rules_seconds
        done = all_rules.compare(wiring, lives, first=first, seconds=seconds)
        self._figures["all_rules"] = done.as_data() | {"filled": asdict(filled)}

    def _catch_up(self, wiring: Wiring) -> None:
        path = latency.of_the_hub(wiring.settings, wiring.world.registry)
        events = self._size.catch_up_events
        self._tell(f"catch-up: {events} events while the hub is down")
        catch_up.publish(path, self._load, first=8 * _NUMBERS, events=events)
        done = catch_up.measure(wiring.settings, wiring, path, events=events)
        self._figures["catch_up"] = asdict(done)

    def _rebuild(self) -> None:
        self._tell("rebuild, compared with the tables in use")
        self._figures["rebuild"] = asdict(rebuild.measure(self._settings, self._tell))

    def _quix(self, wiring: Wiring) -> None:
        size = self._size
        self._tell("the same in Quix Streams, in an environment of its own")
        what = column.Measured(
            size.children, size.quix_history, RATES, size.seconds, size.catch_up_events
        )
        done = column.measure(wiring.settings, wiring.world.registry, self._name, what)
        self._figures["quix"] = asdict(done)
