"""The relay itself: entries to ``kith.timeline``, then notifications to agencies' topics."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from processors.relay import outbox
from processors.relay.holding import Holding
from processors.relay.outbox import PendingEntry, PendingNotification
from processors.relay.recording import Recorder
from processors.relay.sending import Acknowledgement, Outgoing, Sender, SendFailed
from projections.append.world import World
from projections.database import Connection
from projections.entries import open_fact
from safeguarding.facts import Announcement, Delivery, Fact
from safeguarding.notification import Notification, compose
from schemas import failpoints
from schemas.cloud_events import HUB_SOURCE, cloud_event
from schemas.envelope import Envelope, encode_envelope
from schemas.keys import KeyDestroyed
from schemas.notifications import NOTIFICATION, encode_notification
from schemas.topics import alerts_topic

TIMELINE_TOPIC = "kith.timeline"
# Only one relay sends at a time. Any fixed number will do.
LOCK = 7_205_119_002
# A relay looks each second, and waits for the broker twice at most, for 20 s each time.
SILENT_SECONDS = 90
# Up to so many notifications each is sent as it is written, which is soonest. Of more, all are
# written first: they would go out in many small requests, and a backlog costs the broker and the
# relay a third more.
FEW = 10
# What the broker says of a topic, and not of itself.
OF_A_TOPIC = frozenset(
    {
        "TOPIC_AUTHORIZATION_FAILED",
        "UNKNOWN_TOPIC_OR_PART",
        "_UNKNOWN_TOPIC",
        "_UNKNOWN_PARTITION",
        "MSG_SIZE_TOO_LARGE",
    }
)


class LogTailLost(Exception):
    """The log gives offsets anew that it gave before: it has lost what stood there."""


class AlertsTail(Protocol):
    """What the agencies' topics say of themselves."""

    def numbers(self, agency: str, *, everything: bool) -> Mapping[UUID, int]:
        """The numbers of notifications on the agency's topic: the last of them, or all."""


Sent = Callable[
    [Sequence[PendingEntry], Sequence[tuple[PendingNotification, Acknowledgement]]], None
]


def _nobody(*_: object) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class Relay:
    """Sends what is unsent, and records what was delivered. Only one of them at a time."""

    connection: Connection
    world: World
    sender: Sender
    recorder: Recorder
    holding: Holding
    log_reads: dict[int, int] = field(default_factory=dict)
    # Told of what the broker has acknowledged.
    sent: Sent = _nobody
    # Whether the last look saw all that there was: what came since has woken the relay.
    saw_all: bool = field(default=True, init=False)
    _may_wait: bool = field(default=True, init=False)

    def lock(self) -> bool:
        """Become the one relay; False while another one is. Held until the connection ends."""
        row = self.connection.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        return bool(row and row[0])

    def be_heard_from(self) -> None:
        """From now on the lock goes to another once nothing is heard for ``SILENT_SECONDS``.

        PostgreSQL ends the session then. Not before the relay has caught up: until it has, it may
        read for minutes without a word.
        """
        self.connection.execute(
            "select set_config('idle_session_timeout', %s, false)", [f"{SILENT_SECONDS}s"]
        )

    def catch_up_numbers(self, agencies: Iterable[str], tail: AlertsTail) -> None:
        """Before the first send: go on above what each agency's topic already holds.

        After a restore all of a topic is looked at: the last one need not be the highest, and
        what is to be sent again keeps its number.
        """
        row = self.connection.execute("select numbers_known from kept.hub").fetchone()
        everything = not (row and row[0])
        for agency in agencies:
            numbers = tail.numbers(agency, everything=everything)
            outbox.raise_number(self.connection, agency, max(numbers.values(), default=0))
            outbox.keep_numbers(self.connection, numbers)
        if everything:
            self.connection.execute("update kept.hub set numbers_known = true")
        self.log_reads = outbox.log_reads(self.connection)

    def run_once(self) -> int:
        """Send the oldest of what is unsent; how many messages that was.

        Raises SendFailed, psycopg.Error: what was not recorded as sent is sent again. Raises
        LogTailLost: the relay must catch up anew, which finds out what else is missing.
        """
        held_back = self.holding.agencies()
        entries, pending = outbox.oldest(
            self.connection, self.recorder.sent_unrecorded(), held_back
        )
        facts: dict[bytes, Fact] = {}
        saw_all = outbox.are_all(entries, pending)
        pending = self._readable(self._in_order(pending), facts)
        failpoints.reach(failpoints.RELAY_BEFORE_ENTRIES)
        to_log = self.sender.start([self._log_message(each) for each in entries])
        # Numbers are given while the entries are on their way: both take a round trip.
        numbered = outbox.give_numbers(self.connection, pending)
        failpoints.reach(failpoints.RELAY_AFTER_NUMBERS)
        places = to_log.wait()
        failpoints.reach(failpoints.RELAY_AFTER_ENTRIES)
        self._watch_the_log(places)
        told = [(each, self._notification(each, facts)) for each in numbered]
        messages = (self._alert_message(*each) for each in told)
        to_agencies = self.sender.start(messages if len(told) <= FEW else list(messages))
        outbox.entries_sent(self.connection, entries, [place.offset for place in places])
        failpoints.reach(failpoints.RELAY_AFTER_FORGETTING)
        results = list(zip(numbered, to_agencies.settle(), strict=True))
        delivered = [(each, place) for each, place in results if not isinstance(place, str)]
        failpoints.reach(failpoints.RELAY_AFTER_NOTIFICATIONS)
        for each, place in delivered:
            self.recorder.add(each.child_id, _delivery(each, place))
        self.sent(entries, delivered)
        failed = [(each, fault) for each, fault in results if isinstance(fault, str)]
        if failed and not (delivered or entries or {fault for _, fault in failed} <= OF_A_TOPIC):
            # Nothing at all was taken: it is the broker, and not one agency's topic.
            raise SendFailed(failed[0][1])
        self._hold_back(delivered, failed)
        self.saw_all = saw_all and not failed and not self._may_wait
        return len(entries) + len(delivered)

    def _in_order(self, pending: Sequence[PendingNotification]) -> list[PendingNotification]:
        """Without those that would overtake a lower number of their agency.

        Who reads 8 after 6 believes that something is lost; and so it is, if a database is restored
        before 7 is sent, since then nobody knows of a 7 any more.
        """
        if not self._may_wait:
            return list(pending)
        waiting = outbox.numbers_waiting(self.connection)
        # Given numbers wait after a start only: what is queued from then on is in order.
        self._may_wait = bool(waiting)
        return [
            each
            for each in pending
            if each.agency not in waiting
            or (each.number is not None and each.number < waiting[each.agency])
        ]

    def _hold_back(
        self,
        delivered: Sequence[tuple[PendingNotification, Acknowledgement]],
        failed: Sequence[tuple[PendingNotification, str]],
    ) -> None:
        """One agency's topic that does not take what the others' do keeps nobody else waiting."""
        self.holding.well({each.agency for each, _ in delivered})
        for agency, fault in {each.agency: fault for each, fault in failed}.items():
            if self.holding.hold(agency):
                self._page("agency-topic-fails", alerts_topic(agency), fault)

    def _readable(
        self, pending: Sequence[PendingNotification], facts: dict[bytes, Fact]
    ) -> list[PendingNotification]:
        """Those that can still be opened; one of a child beyond use can never be sent."""
        readable: list[PendingNotification] = []
        gone: list[PendingNotification] = []
        for each in pending:
            try:
                # One fact tells several recipients: it is opened once.
                if each.stored.header not in facts:
                    facts[each.stored.header] = open_fact(
                        each.stored, self.world.keys, self.world.registry
                    )
            except KeyDestroyed:
                gone.append(each)
            else:
                readable.append(each)
        if gone:
            with self.connection.transaction():
                outbox.forget(self.connection, [each.notification_id for each in gone])
                for each in gone:
                    missing = "" if each.number is None else f"; number {each.number} is missing"
                    detail = f"its child's key was destroyed{missing}"
                    self._page("alert-beyond-use", str(each.notification_id), detail)
        return readable

    def _page(self, reason: str, concerns: str, detail: str) -> None:
        self.connection.execute(
            "insert into kept.page (paged_at, reason, concerns, detail) values (%s, %s, %s, %s)",
            [self.world.now(), reason, concerns, detail],
        )

    def _watch_the_log(self, places: Iterable[Acknowledgement]) -> None:
        """Only the relay writes to the log, so its offsets only grow while it keeps its tail."""
        for place in places:
            if place.offset < self.log_reads.get(place.partition, 0):
                raise LogTailLost(f"{TIMELINE_TOPIC}[{place.partition}]@{place.offset}")
            self.log_reads[place.partition] = place.offset + 1

    def _log_message(self, entry: PendingEntry) -> Outgoing:
        stored = entry.stored
        envelope = Envelope(stored.header, stored.key_id, stored.nonce, stored.sealed)
        return Outgoing(
            TIMELINE_TOPIC,
            entry.log_partition,
            entry.child_id.bytes,
            encode_envelope(envelope, self.world.registry),
        )

    def _notification(
        self, pending: PendingNotification, facts: Mapping[bytes, Fact]
    ) -> Notification:
        fact = facts[pending.stored.header]
        if not isinstance(fact, Announcement):
            raise TypeError(f"{pending.notification_id} was not made by a fact that announces")
        return compose(
            fact,
            pending.notification_id,
            pending.number or 0,
            pending.child_id,
            pending.decided_at,
        )

    def _alert_message(self, pending: PendingNotification, notification: Notification) -> Outgoing:
        return Outgoing(
            alerts_topic(pending.agency),
            0,
            pending.child_id.bytes,
            encode_notification(notification, self.world.registry),
            cloud_event(
                self.world.registry.record(NOTIFICATION),
                event_id=pending.notification_id,
                source=HUB_SOURCE,
                at=pending.decided_at,
            ),
        )


def _delivery(pending: PendingNotification, place: Acknowledgement) -> Delivery:
    return Delivery(
        pending.notification_id, pending.number or 0, place.partition, place.offset, place.at
    )
