"""The canary: an event goes the whole way that alerts go, each minute, or a person is paged.

From the hub's own agency's topic through the timeline, a rule and the relay to that agency's
alerts topic, with that agency's own credentials. What it passed through works for others too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import structlog
from confluent_kafka import Consumer, KafkaException, TopicPartition

from processors.watch.duties import Page
from safeguarding.events import CANARY
from schemas.codec import Undecodable, decode
from schemas.notifications import NotANotification, notification_from
from schemas.registry import Registry
from schemas.topics import alerts_topic

log = structlog.get_logger()

MISSING = "canary-missing"
_CONNECT_SECONDS = 10.0
_POLL_SECONDS = 0.5


class NotSung(Exception):
    """The canary could not be published or listened for. The text says why, in a word."""


class Ear(Protocol):
    """Where the notification must arrive."""

    def listen(self) -> None:
        """From now on hear what arrives. Raises NotSung."""

    def heard(self, timeout_seconds: float) -> str | None:
        """The reference of the next canary that arrived, None if there is none in time."""


@dataclass(slots=True)
class Canary:
    """``sing`` publishes a canary with a reference of ``name`` and raises NotSung.

    ``clock`` counts seconds; ``came`` is told how long it took.
    """

    sing: Callable[[str], None]
    ear: Ear
    name: Callable[[], str]
    clock: Callable[[], float]
    page: Page
    within_seconds: float
    came: Callable[[float], None]

    def run_once(self) -> None:
        """Send one and wait for it. It pages what does not come."""
        began_at = self.clock()
        reference = self.name()
        try:
            self.ear.listen()
            self.sing(reference)
        except NotSung as fault:
            self._missing(f"it could not be sent: {fault}")
            return
        while (left := began_at + self.within_seconds - self.clock()) > 0:
            if self.ear.heard(min(left, _POLL_SECONDS)) == reference:
                took = self.clock() - began_at
                log.info("canary-came", seconds=round(took, 3))
                self.came(took)
                return
        self._missing(f"it was published and did not arrive within {self.within_seconds:g} s")

    def _missing(self, why: str) -> None:
        log.error(MISSING, because=why)
        self.page(MISSING, CANARY, why)


@dataclass(slots=True)
class AlertsEar:
    """Hears the hub's own agency's alerts topic, as that agency and in no group."""

    access: Mapping[str, Any]
    registry: Registry
    _consumer: Consumer | None = field(default=None, init=False)

    def listen(self) -> None:
        """Begin at the end of the topic; once begun, it goes on. Raises NotSung."""
        if self._consumer is not None:
            return
        principal = self.access["sasl.username"]
        consumer = Consumer(
            {
                **self.access,
                # It joins no group and commits nothing; the library wants a name all the same.
                "group.id": f"{principal}.canary",
                "enable.auto.commit": False,
                # Of a topic that was made anew, all of it is new.
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 100,
            }
        )
        partition = TopicPartition(alerts_topic(CANARY), 0)
        try:
            _, partition.offset = consumer.get_watermark_offsets(
                partition, timeout=_CONNECT_SECONDS
            )
            consumer.assign([partition])
        except KafkaException as fault:
            consumer.close()
            raise NotSung(f"its alerts topic cannot be read ({fault.args[0].name()})") from fault
        self._consumer = consumer

    def heard(self, timeout_seconds: float) -> str | None:
        """The reference of the next canary that arrived. What else stands there is passed over."""
        message = None if self._consumer is None else self._consumer.poll(timeout_seconds)
        if message is None or message.error() is not None:
            return None
        try:
            notification = notification_from(decode(message.value(), self.registry))
        except (Undecodable, NotANotification):
            return None
        return notification.alert.grounds[0].reference if notification.alert.grounds else None

    def close(self) -> None:
        """Leave the broker."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None


def event(reference: str, at: datetime) -> dict[str, Any]:
    """The canary in plain form. A number for each day, so that no child's log grows for ever."""
    number = f"{CANARY}-{at:%Y-%m-%d}"
    return {
        "type": CANARY,
        "schema": 1,
        "event": {
            "agency": CANARY,
            "reference": reference,
            "version": 1,
            "occurred": at.isoformat(),
            "known": at.isoformat(),
            "statement": "fact",
            "subject": {"identifiers": [{"scheme": "local", "value": number}]},
            "basis": "public_task",
            "purpose": "safeguarding",
        },
    }
