"""Listeners on the agencies' own alerts topics, warm before anything is measured."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import OFFSET_END, Consumer, Message, TopicPartition

_POLL_SECONDS = 0.2


@dataclass(slots=True)
class Listener:
    """Reads one topic in a thread of its own and gives each message with its time of arrival."""

    access: dict[str, Any]
    topic: str
    partitions: int
    take: Callable[[Message, float], None]
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
        ends: Sequence[TopicPartition] = [
            TopicPartition(
                self.topic,
                partition,
                consumer.get_watermark_offsets(TopicPartition(self.topic, partition))[1],
            )
            for partition in range(self.partitions)
        ]
        consumer.assign(list(ends) or [TopicPartition(self.topic, 0, OFFSET_END)])
        consumer.poll(_POLL_SECONDS)
        self._ready.set()
        while not self._stop.is_set():
            message = consumer.poll(_POLL_SECONDS)
            if message is not None and message.error() is None:
                self.take(message, time.perf_counter())
        consumer.close()
