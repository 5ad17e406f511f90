"""The relay of the simulated hub: entries to the log, then notifications to agencies' topics."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from safeguarding.facts import Delivered, Delivery
from safeguarding.ids import NAMESPACE, entry_id
from tests.simulation.broker import Logged
from tests.simulation.defences import Defence
from tests.simulation.start import Starting
from tests.simulation.tables import Unsent


class Relaying(Starting):
    """Sends what is unsent."""

    def relay(self, most: int, now: datetime) -> int:
        """Send the oldest of what is unsent; how many messages that was."""
        self.start()
        entries = self.tables.unsent_entries[:most]
        waiting = {one.entry.entry_id for one in self.tables.unsent_entries[most:]}
        pending = [one for one in self.tables.unsent if one.entry.entry_id not in waiting][:most]
        if Defence.LOWER_NUMBER_FIRST in self.defences:
            pending = self._in_order(pending, waiting)
        if Defence.ENTRY_BEFORE_NOTIFICATION not in self.defences:
            pending = self.tables.unsent[:most]
            self._send_notifications(pending, now)
            pending = []
        if Defence.SENT_BEFORE_FORGOTTEN not in self.defences:
            self._forget_entries(entries)
        for entry in entries:
            self.crash("before an entry is sent")
            self.broker.log.append(entry)
        self.crash("after entries were sent")
        self._forget_entries(entries)
        self._send_notifications(pending, now)
        return len(entries) + len(pending)

    def _in_order(self, pending: list[Unsent], waiting: set[UUID]) -> list[Unsent]:
        """Without those that would overtake a lower number of their agency."""
        lowest: dict[str, int] = {}
        for one in self.tables.unsent:
            if one.number is not None and one.entry.entry_id in waiting:
                agency = one.notice.recipient.agency
                lowest[agency] = min(lowest.get(agency, one.number), one.number)
        return [
            one
            for one in pending
            if (least := lowest.get(one.notice.recipient.agency)) is None
            or (one.number is not None and one.number < least)
        ]

    def _send_notifications(self, pending: list[Unsent], now: datetime) -> None:
        before = dict(self.tables.numbers), list(self.tables.unsent)
        numbered = self.tables.give_numbers(pending)
        given = dict(self.tables.numbers), list(self.tables.unsent)
        if Defence.NUMBER_BEFORE_SEND in self.defences:
            self.crash("after numbers were given")
        else:
            self.tables.numbers, self.tables.unsent = before
        if Defence.SENT_BEFORE_FORGOTTEN not in self.defences:
            self._forget(numbered, now)
        for one in numbered:
            self.crash("before a notification is sent")
            self.broker.tell(one.notice.recipient.agency, [one.message()])
        self.crash("after notifications were sent")
        if Defence.NUMBER_BEFORE_SEND not in self.defences:
            self.tables.numbers, self.tables.unsent = given
        self._forget(numbered, now)

    def _forget_entries(self, sent: Sequence[Logged]) -> None:
        gone = {id(one) for one in sent}
        self.tables.unsent_entries = [
            one for one in self.tables.unsent_entries if id(one) not in gone
        ]

    def _forget(self, sent: Sequence[Unsent], now: datetime) -> None:
        gone = {one.notice.notification_id for one in sent}
        here = [one for one in self.tables.unsent if one.notice.notification_id in gone]
        self.tables.unsent = [
            one for one in self.tables.unsent if one.notice.notification_id not in gone
        ]
        for one in here:
            child = self.tables.children[one.entry.child_id]
            delivery = Delivery(one.notice.notification_id, one.number or 0, 0, 0, now)
            step = uuid5(NAMESPACE, f"delivered|{one.notice.notification_id}|{one.number}")
            entry = self._enter(child, Delivered((delivery,)), entry_id(step, 0), now)
            self._commit([(child, entry)])
