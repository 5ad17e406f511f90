"""The relay itself: entries to ``kith.timeline``, then notifications to agencies' topics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid5

import structlog

from processors.relay import outbox
from processors.relay.outbox import PendingEntry, PendingNotification
from processors.relay.sending import Acknowledgement, Outgoing, Sender
from projections.append.arrivals import Grasp, Step
from projections.append.persistence import Appending
from projections.database import Connection
from projections.entries import open_fact
from safeguarding.case import Case
from safeguarding.facts import Announcement, Delivered, Delivery, Fact
from safeguarding.ids import NAMESPACE
from safeguarding.notification import compose
from safeguarding.ruleset import Context
from schemas.envelope import Envelope, encode_envelope
from schemas.notifications import encode_notification
from schemas.topics import alerts_topic

log = structlog.get_logger()

TIMELINE_TOPIC = "kith.timeline"
# Only one relay sends at a time. Any fixed number will do.
LOCK = 7_205_119_002


class AlertsTail(Protocol):
    """What the agencies' topics say of themselves."""

    def last_number(self, agency: str) -> int:
        """The number of the last notification on the agency's topic, 0 if it is empty."""


@dataclass(slots=True)
class Relay:
    """Sends what is unsent, and records what was delivered. Only one of them at a time."""

    connection: Connection
    appending: Appending
    sender: Sender

    def lock(self) -> bool:
        """Become the one relay; False while another one is. Held until the connection ends."""
        row = self.connection.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        return bool(row and row[0])

    def catch_up_numbers(self, agencies: Iterable[str], tail: AlertsTail) -> None:
        """Before the first send: go on above what each agency's topic already holds."""
        for agency in agencies:
            outbox.raise_number(self.connection, agency, tail.last_number(agency))

    def run_once(self) -> int:
        """Send the oldest of what is unsent; how many messages that was.

        Raises SendFailed, psycopg.Error: what was not recorded as sent is sent again.
        """
        entries = outbox.pending_entries(self.connection)
        if entries:
            self.sender.send([self._log_message(entry) for entry in entries])
            outbox.entries_sent(self.connection, entries)
        notifications = outbox.pending_notifications(self.connection)
        if notifications:
            numbered = outbox.give_numbers(self.connection, notifications)
            sent = self.sender.send([self._alert_message(each) for each in numbered])
            self._record(numbered, sent)
        return len(entries) + len(notifications)

    def _log_message(self, entry: PendingEntry) -> Outgoing:
        stored = entry.stored
        envelope = Envelope(stored.header, stored.key_id, stored.nonce, stored.sealed)
        return Outgoing(
            TIMELINE_TOPIC,
            entry.log_partition,
            entry.child_id.bytes,
            encode_envelope(envelope, self.appending.world.registry),
        )

    def _alert_message(self, pending: PendingNotification) -> Outgoing:
        world = self.appending.world
        fact = open_fact(pending.stored, world.keys, world.registry)
        if not isinstance(fact, Announcement):
            raise TypeError(f"{pending.notification_id} was not made by a fact that announces")
        notification = compose(
            fact,
            pending.notification_id,
            pending.number or 0,
            pending.child_id,
            pending.decided_at,
        )
        return Outgoing(
            alerts_topic(pending.agency),
            0,
            pending.child_id.bytes,
            encode_notification(notification, world.registry),
            (("ce_id", str(pending.notification_id).encode()),),
        )

    def _record(
        self, numbered: Sequence[PendingNotification], sent: Sequence[Acknowledgement]
    ) -> None:
        """One fact a child: these reached their topics. It notifies nobody."""
        deliveries: dict[UUID, list[Delivery]] = {}
        for pending, place in zip(numbered, sent, strict=True):
            deliveries.setdefault(pending.child_id, []).append(
                Delivery(
                    pending.notification_id,
                    pending.number or 0,
                    place.partition,
                    place.offset,
                    place.at,
                )
            )
        self.appending.append([], [_delivered(*each) for each in deliveries.items()])


def _delivered(child_id: UUID, deliveries: list[Delivery]) -> Step:
    ids = tuple(each.notification_id for each in deliveries)
    step_id = uuid5(NAMESPACE, f"delivered|{'|'.join(str(each) for each in ids)}")

    def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact]:
        del case, context
        fresh = tuple(each for each in deliveries if each.notification_id in grasp.unsent)
        return [Delivered(fresh)] if fresh else []

    return Step(step_id, child_id, decide, notification_ids=ids)
