"""The relay itself: entries to ``kith.timeline``, then notifications to agencies' topics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from processors.relay import outbox
from processors.relay.outbox import PendingEntry, PendingNotification
from processors.relay.recording import Recorder
from processors.relay.sending import Acknowledgement, Outgoing, Sender
from projections.append.world import World
from projections.database import Connection
from projections.entries import open_fact
from safeguarding.facts import Announcement, Delivery, Fact
from safeguarding.notification import compose
from schemas.envelope import Envelope, encode_envelope
from schemas.notifications import encode_notification
from schemas.topics import alerts_topic

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
    world: World
    sender: Sender
    recorder: Recorder

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
        entries, pending = outbox.oldest(self.connection, self.recorder.sent_unrecorded())
        to_log = self.sender.start([self._log_message(entry) for entry in entries])
        # Numbers are given while the entries are on their way: both take a round trip.
        numbered = outbox.give_numbers(self.connection, pending)
        to_log.wait()
        to_agencies = self.sender.start(self._alert_messages(numbered))
        outbox.entries_sent(self.connection, entries)
        for each, place in zip(numbered, to_agencies.wait(), strict=True):
            self.recorder.add(each.child_id, _delivery(each, place))
        return len(entries) + len(numbered)

    def _log_message(self, entry: PendingEntry) -> Outgoing:
        stored = entry.stored
        envelope = Envelope(stored.header, stored.key_id, stored.nonce, stored.sealed)
        return Outgoing(
            TIMELINE_TOPIC,
            entry.log_partition,
            entry.child_id.bytes,
            encode_envelope(envelope, self.world.registry),
        )

    def _alert_messages(self, numbered: Sequence[PendingNotification]) -> list[Outgoing]:
        # One fact tells several recipients: it is opened once.
        facts: dict[bytes, Fact] = {}
        return [self._alert_message(each, facts) for each in numbered]

    def _alert_message(self, pending: PendingNotification, facts: dict[bytes, Fact]) -> Outgoing:
        fact = facts.get(pending.stored.header)
        if fact is None:
            fact = open_fact(pending.stored, self.world.keys, self.world.registry)
            facts[pending.stored.header] = fact
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
            encode_notification(notification, self.world.registry),
            (("ce_id", str(pending.notification_id).encode()),),
        )


def _delivery(pending: PendingNotification, place: Acknowledgement) -> Delivery:
    return Delivery(
        pending.notification_id, pending.number or 0, place.partition, place.offset, place.at
    )
