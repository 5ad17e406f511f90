"""Reads an agency's own alerts topic, with the agency's own credentials and no other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from safeguarding.notification import Notification
from schemas.codec import Undecodable, decode
from schemas.notifications import NotANotification, notification_from
from schemas.registry import Registry
from schemas.topics import alerts_topic

TIMEOUT_SECONDS = 10.0
# Short, so that Ctrl-C is heard soon, and a wrong password is told soon.
POLL_SECONDS = 0.5
ATTEMPT_SECONDS = 1.0
ATTEMPTS = 8
_AWAY = "The broker does not answer. `kith status` shows it."
_MAY_PASS = {
    KafkaError._TIMED_OUT,  # noqa: SLF001 - the client's own names for its own errors.
    KafkaError._TRANSPORT,  # noqa: SLF001
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
    KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001
    KafkaError.LEADER_NOT_AVAILABLE,
}


class FeedUnread(Exception):
    """The topic cannot be read. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that the topic does not hold where they should stand, both inclusive."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record of the topic that is no notification. Never holds what its bytes say."""

    offset: int
    reason: str


Read = Notification | Gap | Unreadable


@dataclass(slots=True)
class Sieve:
    """Drops what was seen before, and notices what is missing.

    The hub sends each notification at least once and gives each a number, without gaps.
    ``last`` is the highest number so far; None where reading begins somewhere between.
    """

    last: int | None = None
    _seen: set[UUID] = field(default_factory=set)

    def take(self, notification: Notification) -> Iterator[Notification | Gap]:
        """The gap before this notification, if there is one, and the notification if it is new."""
        if notification.notification_id in self._seen:
            return
        self._seen.add(notification.notification_id)
        number = notification.number
        if self.last is not None and number > self.last + 1:
            yield Gap(self.last + 1, number - 1)
        self.last = number if self.last is None else max(self.last, number)
        yield notification


class AlertFeed:
    """One reading of the topic. It joins no group and commits nothing, so nobody is disturbed."""

    def __init__(
        self,
        access: Mapping[str, Any],
        agency: str,
        registry: Registry,
        on_away: Callable[[str], None],
    ) -> None:
        """``on_away`` is told, in words, when the broker goes away while it is being read."""
        self._registry = registry
        self._topic = alerts_topic(agency)
        self._on_away = on_away
        self._consumer = Consumer(
            {
                **access,
                "group.id": f"agency-{agency}.kith-alerts",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "earliest",
                "error_cb": self._note_error,
                "log_level": 0,
            }
        )
        self._errors: set[int] = set()
        self._reading = False

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()

    def bounds(self) -> tuple[int, int]:
        """The first offset that the broker still has, and the one after the last.

        Raises FeedUnread.
        """
        partition = TopicPartition(self._topic, 0)
        for _ in range(ATTEMPTS):
            try:
                low, high = self._consumer.get_watermark_offsets(partition, timeout=ATTEMPT_SECONDS)
            except KafkaException as fault:
                self._consumer.poll(0)  # What the client found out meanwhile is told now.
                error = fault.args[0]
                if not self._may_pass(error):
                    raise FeedUnread(self._why(error)) from fault
            else:
                self._reading = True
                return low, high
        raise FeedUnread(_AWAY)

    def read(self, start: int, end: int | None) -> Iterator[Notification | Unreadable]:
        """What stands from offset ``start`` up to ``end``, exclusive; for ever where it is None.

        Raises FeedUnread.
        """
        self._consumer.assign([TopicPartition(self._topic, 0, start)])
        silence = 0.0
        place = start
        while end is None or place < end:
            message = self._consumer.poll(POLL_SECONDS)
            if message is None:
                silence += POLL_SECONDS
                if end is not None and silence >= TIMEOUT_SECONDS:
                    raise FeedUnread(_AWAY)
                continue
            if message.error():
                raise FeedUnread(self._why(message.error()))
            silence = 0.0
            place = (message.offset() or 0) + 1
            yield self._notification(message.offset() or 0, message.value())

    def _notification(self, offset: int, value: bytes | None) -> Notification | Unreadable:
        try:
            return notification_from(decode(value, self._registry))
        except Undecodable as fault:
            return Unreadable(offset, fault.text)
        except NotANotification as fault:
            return Unreadable(offset, str(fault))

    def _note_error(self, error: KafkaError) -> None:
        self._errors.add(error.code())
        if self._reading and error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001
            self._on_away("The broker is away; waiting for it.")

    def _may_pass(self, error: KafkaError) -> bool:
        """Whether it may only take longer: the broker is busy, or starts."""
        refused = KafkaError._AUTHENTICATION in self._errors | {error.code()}  # noqa: SLF001
        return not refused and error.code() in _MAY_PASS

    def _why(self, error: KafkaError) -> str:
        code = error.code()
        if KafkaError._AUTHENTICATION in self._errors | {code}:  # noqa: SLF001 - its own name.
            return "The broker does not take the agency's password: is it this stack's?"
        if code == KafkaError.TOPIC_AUTHORIZATION_FAILED:
            return (
                f"The agency may not read {self._topic}: `kith up` or `kith provision` grants it."
            )
        if code == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return f"There is no topic {self._topic}: `kith up` makes it."
        return f"The broker does not answer ({error.name()}). `kith status` shows it."
