"""Publish to notification, open loop: the load does not wait for the hub."""

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench.listening import Listener
from bench.load import NETWORK, PUBLISHER, RULE, Load
from kith.settings import KafkaAccess, Settings
from producers.publisher import Publisher
from schemas.codec import decode
from schemas.notifications import notification_from
from schemas.principals import agency_principal
from schemas.registry import Registry
from schemas.topics import alerts_topic, events_topic

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the instant an event was due to be sent. ``lost`` must be 0."""

    rate: float
    events: int
    notifications: int
    lost: int
    p50: float
    p90: float
    p99: float
    longest: float


@dataclass(frozen=True, slots=True)
class Path:
    """Where events go in and notifications come out, of the hub or of what is beside it.

    ``alerts`` gives each agency's topic, and the settings of a client that may read it.
    """

    events: str
    access: KafkaAccess
    key_secret: bytes
    alerts: Mapping[str, tuple[str, dict[str, Any]]]
    registry: Registry

    @contextmanager
    def publisher(self) -> Iterator[Publisher]:
        """A warm publisher to this path."""
        publisher = Publisher(PUBLISHER, self.access, key_secret=self.key_secret)
        publisher.topic = self.events
        with publisher:
            yield publisher

    @contextmanager
    def listening(self) -> Iterator[list[Listener]]:
        """Warm listeners on all its alerts topics."""
        listeners = [Listener(access, topic) for topic, access in self.alerts.values()]
        for listener in listeners:
            listener.start()
        try:
            yield listeners
        finally:
            for listener in listeners:
                listener.stop()


@dataclass(slots=True)
class Arrivals:
    """When each agency's copy for each reference first arrived. Other alerts may come between."""

    registry: Registry
    seen: dict[tuple[str, str], float] = field(default_factory=dict)
    _read: dict[str, int] = field(default_factory=dict)

    def look(self, listeners: Sequence[Listener]) -> None:
        """Read what came since the last look."""
        for listener in listeners:
            start = self._read.get(listener.topic, 0)
            new = listener.arrived[start:]
            self._read[listener.topic] = start + len(new)
            for message, at in new:
                told = notification_from(decode(message.value(), self.registry))
                if told.alert.rule != RULE:
                    continue
                key = (told.recipient.agency, told.alert.grounds[-1].reference)
                self.seen.setdefault(key, at)


def of_the_hub(settings: Settings, registry: Registry) -> Path:
    """The way through the hub: an agency's topic in, agencies' topics out."""
    return Path(
        events=events_topic(PUBLISHER),
        access=settings.kafka(agency_principal(PUBLISHER)),
        key_secret=settings.message_key_secret(PUBLISHER),
        alerts={
            who.agency: (
                alerts_topic(who.agency),
                settings.kafka(agency_principal(who.agency)).for_confluent(),
            )
            for who in NETWORK
        },
        registry=registry,
    )


def measure(path: Path, load: Load, *, first: int, rate: float, seconds: float) -> Latency:
    """Send ``rate`` events a second for ``seconds``, the event ``first`` to begin with.

    A tenth of them, sent before, does not count: then everything is warm.
    """
    count = int(rate * seconds)
    warming = max(count // 10, int(rate))
    with path.listening() as listeners, path.publisher() as publisher, uncollected():
        now = datetime.now(UTC)
        events = [load.event(first + number, now) for number in range(warming + count)]
        prepared = [publisher.prepare(event.plain) for event in events]
        due: dict[str, float] = {}
        started_at = time.perf_counter() + 0.1
        for number, (event, message) in enumerate(zip(events, prepared, strict=True)):
            at = started_at + number / rate
            while (ahead := at - time.perf_counter()) > 0:
                time.sleep(ahead)
            publisher.send(message)
            if event.alerts and number >= warming:
                due[event.reference] = at
        publisher.flush()
        wanted = {(who.agency, reference) for who in NETWORK for reference in due}
        arrivals = Arrivals(path.registry)
        deadline = time.perf_counter() + PATIENCE_SECONDS
        while wanted - arrivals.seen.keys() and time.perf_counter() < deadline:
            time.sleep(0.05)
            arrivals.look(listeners)
    seen = arrivals.seen
    took = sorted((seen[key] - due[key[1]]) * 1000 for key in wanted if key in seen)
    return _summary(took, rate, count, len(wanted) - len(took))


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: with all that the load holds, one takes 0.2 s.

    No agency's system holds half a minute of events in memory: it is not what is measured.
    """
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def bare_hop(
    settings: Settings, path: Path, load: Load, *, first: int, seconds: float, rate: float = 50.0
) -> Latency:
    """The same publisher to a reader of the very topic: Kafka alone, without the hub.

    The reader is the hub's operator, who may read the agencies' topics. The events alert nobody.
    """
    listener = Listener(settings.kafka("hub-operator").for_confluent(), path.events)
    listener.start()
    due: dict[bytes, float] = {}
    with path.publisher() as out:
        started_at = time.perf_counter() + 0.1
        for number in range(int(rate * seconds)):
            at = started_at + number / rate
            prepared = out.prepare(load.event(first + 1 + 5 * number, datetime.now(UTC)).plain)
            while (ahead := at - time.perf_counter()) > 0:
                time.sleep(ahead)
            out.send(prepared)
            due[str(prepared.event_id).encode()] = at
        out.flush()
    time.sleep(0.5)
    listener.stop()
    seen: dict[bytes, float] = {}
    for message, at in listener.arrived:
        seen.setdefault(dict(message.headers() or [])["ce_id"], at)
    took = sorted((seen[key] - due[key]) * 1000 for key in due if key in seen)
    return _summary(took, rate, len(due), len(due) - len(took))


def _summary(took: Sequence[float], rate: float, events: int, lost: int) -> Latency:
    def percentile(share: float) -> float:
        return round(took[min(len(took) - 1, int(share * len(took)))], 1) if took else 0.0

    return Latency(
        rate=rate,
        events=events,
        notifications=len(took),
        lost=lost,
        p50=percentile(0.5),
        p90=percentile(0.9),
        p99=percentile(0.99),
        longest=round(took[-1], 1) if took else 0.0,
    )
