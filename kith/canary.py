"""Composition of the canary: the hub's own agency, as any agency publishes and reads."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from kith.settings import Settings
from kith.wiring import now
from processors.watch.canary import AlertsEar, Canary, NotSung, event
from processors.watch.duties import Page
from producers.connection import BrokerUnavailable
from producers.publisher import NotPublished, Publisher
from safeguarding.events import CANARY
from schemas.principals import agency_principal
from schemas.registry import load_registry

# What is not published by then has not gone the way of an alert.
_PUBLISH_SECONDS = 10.0


def canary(settings: Settings, page: Page, came: Callable[[float], None]) -> Canary:
    """The canary of this hub; ``came`` is told how long each took, in seconds.

    Raises NotConfiguredError where its agency has no password yet.
    """
    access = settings.kafka(agency_principal(CANARY))
    return Canary(
        sing=_Voice(settings).sing,
        ear=AlertsEar(access.for_confluent(), load_registry()),
        name=lambda: f"{CANARY}-{uuid4()}",
        clock=time.monotonic,
        page=page,
        within_seconds=settings.canary_within_seconds,
        came=came,
    )


@dataclass(slots=True)
class _Voice:
    """Publishes with the library that agencies use, over one connection while it holds."""

    settings: Settings
    _publisher: Publisher | None = field(default=None, init=False)

    def sing(self, reference: str) -> None:
        try:
            if self._publisher is None:
                self._publisher = self._connected()
            self._publisher.publish(event(reference, now()))
        except (BrokerUnavailable, NotPublished) as fault:
            if self._publisher is not None:
                self._publisher.close()
                self._publisher = None
            raise NotSung(f"its topic takes nothing ({type(fault).__name__})") from fault

    def _connected(self) -> Publisher:
        publisher = Publisher(
            CANARY,
            self.settings.kafka(agency_principal(CANARY)),
            key_secret=self.settings.message_key_secret(CANARY),
            wait_seconds=_PUBLISH_SECONDS,
            delivery_timeout_seconds=_PUBLISH_SECONDS,
        )
        publisher.connect()
        return publisher
