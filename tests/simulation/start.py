"""How the simulated hub starts: log and tables are made to agree before anything is decided."""

from typing import TYPE_CHECKING

from projections.append.resuming import told_again
from safeguarding.events import Event
from safeguarding.facts import Delivered, ExpectationLapsed, Fact, Verdict
from safeguarding.timeline import Entry
from tests.simulation.broker import Logged
from tests.simulation.core import Core, fact_id
from tests.simulation.defences import Defence
from tests.simulation.tables import Child, announced, rebuilt

if TYPE_CHECKING:
    from uuid import UUID

CHECKED_BACK = 20


class Starting(Core):
    """What happens before the first step, and after the broker was away."""

    def stop(self) -> None:
        """Every process has ended; the next step starts them."""
        self._started = False

    def disconnected(self) -> None:
        """The broker went away and came back."""
        self._disconnected = set(self.broker.events)

    def start(self) -> None:
        """Make tables and log agree, before anything is decided or sent."""
        if self._started:
            return
        self._started = True
        self.disconnected()
        if Defence.LOG_READ_ON_START in self.defences:
            taken = self._take_from_log()
            if Defence.APPEND_COMPLETED in self.defences:
                self._complete(taken)
        if Defence.LOG_MENDED in self.defences:
            self._send_to_log_again()
        if Defence.NUMBER_ABOVE_TOPIC in self.defences:
            for agency in self.broker.alerts:
                last = self.broker.highest_number(agency)
                if Defence.WHOLE_TOPIC_READ not in self.defences:
                    last = self.broker.last_number(agency)
                self.tables.numbers[agency] = max(self.tables.numbers.get(agency, 0), last)

    def _take_from_log(self) -> list[Logged]:
        taken = []
        on_topics = {
            told.notice.notification_id for topic in self.broker.alerts.values() for told in topic
        }
        by_sequence = sorted(self.broker.log, key=lambda one: one.entry.sequence)
        for logged in by_sequence:
            child = self.tables.children[logged.entry.child_id]
            if logged.entry.sequence != child.case.sequence + 1:
                continue
            child.add(logged)
            taken.append(logged)
            body = logged.entry.body
            if isinstance(body, Event):
                self.tables.recorded.add((body.agency, body.event_id))
            if isinstance(body, Delivered):
                sent = {one.notification_id for one in body.deliveries}
                self.tables.unsent = [
                    one for one in self.tables.unsent if one.notice.notification_id not in sent
                ]
            if Defence.MISSING_QUEUED_AGAIN in self.defences:
                self.tables.unsent += [
                    one
                    for one in announced(logged.entry)
                    if one.notice.notification_id not in on_topics
                ]
        return taken

    def _complete(self, taken: list[Logged]) -> None:
        """Only the last event of a child can have been cut off from what followed from it.

        So can the last of what was missed from its alert. What completed one is an append of its
        own, and may be cut off as well.
        """
        held: dict[int, set[UUID]] = {}
        for child in self.tables.children.values():
            for one in child.entries:
                held.setdefault(one.append_id, set()).add(one.entry.entry_id)
        cut = {one.append_id for one in taken if len(held[one.append_id]) < one.append_size}
        for child in self.tables.children.values():
            index = max(
                (n for n, one in enumerate(child.entries) if _is_followed(one.entry.body)),
                default=None,
            )
            if index is None or child.entries[index].append_id not in cut:
                continue
            if isinstance(child.entries[index].entry.body, Event):
                self._decide_again(child, index)
            else:
                self._tell_again(child, child.entries[index].entry)

    def _decide_again(self, child: Child, index: int) -> None:
        own = child.entries[index].entry
        assert isinstance(own.body, Event)
        then = rebuilt(child.case.child_id, child.entries[:index])
        before = then.case.standing_event(own.body.key)
        then.add(child.entries[index])
        held = {one.entry.entry_id for one in child.entries}
        new = []
        for fact in self._follows(then.case, own.body, before, own.entered_at):
            entry = self._enter(then, fact, fact_id(then, own), own.entered_at, own)
            if entry.entry_id not in held:
                new.append((child, entry))
        self._commit(new, evolved=False)

    def _tell_again(self, child: Child, own: Entry) -> None:
        assert isinstance(own.body, ExpectationLapsed)
        name = (own.body.rule, own.body.key)
        for fact in told_again(name, child.case, self.context(own.entered_at)):
            entry = self._enter(child, fact, fact_id(child, own), own.entered_at)
            self._commit([(child, entry)])

    def _send_to_log_again(self) -> None:
        held = {one.entry.entry_id for one in self.broker.log}
        held |= {one.entry.entry_id for one in self.tables.unsent_entries}
        self.tables.unsent_entries += [
            one
            for child in self.tables.children.values()
            for one in child.entries
            if one.entry.entry_id not in held
        ]

    def check_position(self, agency: str) -> None:
        self._disconnected.discard(agency)
        if Defence.POSITION_CHECKED not in self.defences:
            return
        topic = self.broker.events.get(agency, [])
        position = min(self.tables.positions.get(agency, 0), len(topic))
        first = max(0, position - CHECKED_BACK)
        for offset in range(first, position):
            event = topic[offset]
            if (event.agency, event.event_id) not in self.tables.recorded:
                position = offset
                break
        self.tables.positions[agency] = position


def _is_followed(body: Event | Fact) -> bool:
    """Whether something follows from it, within the same append."""
    missed = isinstance(body, ExpectationLapsed) and body.verdict is Verdict.MISSED
    return missed or isinstance(body, Event)
