"""Publish to notification, open loop: the load does not wait for the hub."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from confluent_kafka import Message

from bench.listening import Listener
from bench.load import NETWORK, PUBLISHER, Load
from kith.settings import Settings
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


@dataclass(slots=True)
class _Arrivals:
    """When each notification of each event arrived. Called from several threads."""

    registry: Registry
    seen: dict[tuple[str, str], float] = field(default_factory=dict)
    ids: set[UUID] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, message: Message, at: float) -> None:
        """Note the first arrival of each copy."""
        notification = notification_from(decode(message.value(), self.registry))
        reference = notification.alert.grounds[-1].reference
        with self.lock:
            self.ids.add(notification.notification_id)
            self.seen.setdefault((notification.recipient.agency, reference), at)


def measure(
    settings: Settings, load: Load, registry: Registry, *, rate: float, seconds: float, warm: float
) -> Latency:
    """Send ``rate`` events a second for ``seconds``, after ``warm`` seconds that do not count."""
    arrivals = _Arrivals(registry)
    listeners = [
        Listener(
            settings.kafka(agency_principal(who.agency)).for_confluent(),
            alerts_topic(who.agency),
            1,
            arrivals.take,
        )
        for who in NETWORK
    ]
    for listener in listeners:
        listener.start()
    access = settings.kafka(agency_principal(PUBLISHER))
    secret = settings.message_key_secret(PUBLISHER)
    due: dict[str, float] = {}
    with Publisher(PUBLISHER, access, key_secret=secret) as publisher:
        count = int(rate * (seconds + warm))
        started_at = time.perf_counter() + 0.1
        for number in range(count):
            at = started_at + number / rate
            event = load.event(number, datetime.now(UTC))
            prepared = publisher.prepare(event.plain)
            while (ahead := at - time.perf_counter()) > 0:
                time.sleep(ahead)
            publisher.send(prepared)
            if event.alerts and number >= rate * warm:
                due[event.reference] = at
        publisher.flush()
    wanted = {(who.agency, reference) for who in NETWORK for reference in due}
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while wanted - arrivals.seen.keys() and time.perf_counter() < deadline:
        time.sleep(0.05)
    for listener in listeners:
        listener.stop()
    took = sorted(
        (arrivals.seen[key] - due[key[1]]) * 1000 for key in wanted if key in arrivals.seen
    )
    return _summary(took, rate, count - int(rate * warm), len(wanted) - len(took))


def bare_hop(settings: Settings, load: Load, *, rate: float, seconds: float) -> Latency:
    """The same publisher to a reader of the very topic: Kafka alone, without the hub.

    The reader is the hub's operator, who may read the agencies' topics.
    """
    seen: dict[bytes, float] = {}

    def take(message: Message, at: float) -> None:
        headers = dict(message.headers() or [])
        seen.setdefault(headers["ce_id"], at)

    listener = Listener(
        settings.kafka("hub-operator").for_confluent(), events_topic(PUBLISHER), 1, take
    )
    listener.start()
    due: dict[bytes, float] = {}
    access = settings.kafka(agency_principal(PUBLISHER))
    with Publisher(PUBLISHER, access, key_secret=settings.message_key_secret(PUBLISHER)) as out:
        started_at = time.perf_counter() + 0.1
        for number in range(int(rate * seconds)):
            at = started_at + number / rate
            prepared = out.prepare(load.event(1 + 5 * number, datetime.now(UTC)).plain)
            while (ahead := at - time.perf_counter()) > 0:
                time.sleep(ahead)
            out.send(prepared)
            due[str(prepared.event_id).encode()] = at
        out.flush()
    time.sleep(0.5)
    listener.stop()
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
