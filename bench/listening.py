"""Listeners on the agencies' own alerts topics, warm before anything is measured."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import Consumer, Message, TopicPartition

_POLL_SECONDS = 0.2
_METADATA_SECONDS = 10.0


@dataclass(slots=True)
class Listener:
    """Reads one topic in a thread of its own, and keeps each message with its time of arrival.

    Nothing is decoded before the end, so that listening disturbs the load as little as it can.
    ``access`` are the settings of confluent-kafka's clients.
    """

    access: dict[str, Any]
    topic: str
    arrived: list[tuple[Message, float]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _ready: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start to listen at the end of the topic."""
        self._thread = threading.Thread(target=self._run, name=self.topic, daemon=True)
        self._thread.start()
        self._ready.wait(30)

    def stop(self) -> None:
        """Stop, and wait for the thread to end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(10)

    def _run(self) -> None:
        consumer = Consumer(
            {
                **self.access,
                "group.id": f"{self.access['sasl.username']}.bench",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 500,
                "fetch.error.backoff.ms": 5,
            }
        )
        consumer.assign(self._ends(consumer))
        consumer.poll(_POLL_SECONDS)
        self._ready.set()
        while not self._stop.is_set():
            message = consumer.poll(_POLL_SECONDS)
            if message is not None and message.error() is None:
                self.arrived.append((message, time.perf_counter()))
        consumer.close()

    def _ends(self, consumer: Consumer) -> Sequence[TopicPartition]:
        known = consumer.list_topics(self.topic, _METADATA_SECONDS).topics[self.topic]
        places = [TopicPartition(self.topic, number) for number in known.partitions]
        for place in places:
            place.offset = consumer.get_watermark_offsets(place)[1]
        return places
