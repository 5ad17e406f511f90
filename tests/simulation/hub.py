"""The hub of a simulation: worker, clock and commands, a step at a time."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

from safeguarding.case import Case, ExpectationState
from safeguarding.commands import Refused
from safeguarding.due import fall_due, lapse_due, remind
from safeguarding.events import Event
from safeguarding.facts import Alert, Announcement, ExpectationMissed, Fact
from safeguarding.ids import NAMESPACE, entry_id, event_entry_id
from safeguarding.timeline import Entry
from tests.simulation.core import fact_id
from tests.simulation.defences import Defence
from tests.simulation.relay import Relaying
from tests.simulation.tables import Child

Decide = Callable[[Case], Sequence[Fact] | Refused]


class SimulatedHub(Relaying):
    """Everything that the hub's processes do."""

    def read(self, agency: str, most: int, now: datetime) -> int:
        """Take the next events of an agency's topic; how many they were."""
        self.start()
        if agency in self._disconnected:
            self.check_position(agency)
        topic = self.broker.events.get(agency, [])
        position = self.tables.positions.get(agency, 0)
        batch = topic[position : position + most]
        if not batch:
            return 0
        if Defence.POSITION_IN_APPEND not in self.defences:
            self.tables.positions[agency] = position + len(batch)
        self.crash("before the commit of an append")
        new: list[tuple[Child, Entry]] = []
        for event in batch:
            key = (event.agency, event.event_id)
            if key in self.tables.recorded and Defence.INBOX in self.defences:
                continue
            self.tables.recorded.add(key)
            new += self._event(event, now)
        self._commit(new)
        self.tables.positions[agency] = position + len(batch)
        self.crash("after the commit of an append")
        return len(batch)

    def _event(self, event: Event, now: datetime) -> Iterable[tuple[Child, Entry]]:
        child = self.tables.children[self.whose(event)]
        before = child.case.standing_event(event.key)
        own = self._enter(child, event, event_entry_id(event.agency, event.event_id), now)
        yield child, own
        for fact in self._follows(child.case, event, before, now):
            yield child, self._enter(child, fact, fact_id(child, own), now, own)

    def step(self, child_id: UUID, step_id: UUID, facts_of: Decide, now: datetime) -> list[Fact]:
        """Append what somebody asks for; done again, it adds nothing."""
        self.start()
        child = self.tables.children[child_id]
        done = any(one.entry.entry_id == entry_id(step_id, 0) for one in child.entries)
        if done and Defence.SAME_STEP_ONCE in self.defences:
            return []
        facts = facts_of(child.case)
        if isinstance(facts, Refused):
            return []
        self.crash("before the commit of a step")
        self._commit(
            [
                (child, self._enter(child, fact, entry_id(step_id, number), now))
                for number, fact in enumerate(facts)
            ]
        )
        self.crash("after the commit of a step")
        return list(facts)

    def tick(self, now: datetime) -> int:
        """Append what fell due; how many deadlines that were."""
        self.start()
        read = self.tables.positions
        behind = any(read.get(agency, 0) < end for agency, end in self.broker.ends().items())
        if behind and Defence.CLOCK_WAITS in self.defences:
            return 0
        if self._disconnected and Defence.CLOCK_TRUSTS_CHECKED in self.defences:
            return 0
        count = 0
        for child_id, child in self.tables.children.items():
            due = [
                one
                for one in child.case.expectations.values()
                if one.state is ExpectationState.OPEN and one.due_at <= now
            ]
            for one in sorted(due, key=lambda each: (each.due_at, each.expectation_id)):
                alert = last_alert(child, one.alert_id)
                facts = self.step(
                    child_id,
                    uuid5(NAMESPACE, f"due|{one.expectation_id}|{one.due_at.isoformat()}"),
                    lambda case, alert=alert, who=one.recipient: [  # type: ignore[misc]
                        fact
                        for fact in [fall_due(case, alert, who, self.context(now))]
                        if fact is not None
                    ],
                    now,
                )
                self.missed += [(now, f) for f in facts if isinstance(f, ExpectationMissed)]
                count += len(facts)
            count += self._remind(child_id, child, now)
            count += self._lapse(child_id, child, now)
        return count

    def _remind(self, child_id: UUID, child: Child, now: datetime) -> int:
        """Append who is asked again, since the time is soon over."""
        longest = max(self.rules[0].remind_before.values(), default=timedelta(0))
        waiting = [
            one
            for one in child.case.expectations.values()
            if one.state is ExpectationState.OPEN and now < one.due_at <= now + longest
        ]
        count = 0
        for one in sorted(waiting, key=lambda each: (each.due_at, each.expectation_id)):
            alert = last_alert(child, one.alert_id)
            if remind(child.case, alert, one.recipient, self.context(now)) is None:
                continue
            step_id = uuid5(NAMESPACE, f"remind|{one.expectation_id}|{one.due_at.isoformat()}")
            facts = self.step(
                child_id,
                step_id,
                lambda case, alert=alert, who=one.recipient: [  # type: ignore[misc]
                    fact
                    for fact in [remind(case, alert, who, self.context(now))]
                    if fact is not None
                ],
                now,
            )
            count += len(facts)
        return count

    def _lapse(self, child_id: UUID, child: Child, now: datetime) -> int:
        """Append what follows from the time of what rules await having passed."""
        due = [
            one
            for one in child.case.awaited.values()
            if one.state is ExpectationState.OPEN and one.due_at and one.due_at <= now
        ]
        count = 0
        for one in sorted(due, key=lambda each: (each.due_at, each.expectation_id)):
            step_id = uuid5(NAMESPACE, f"lapse|{one.expectation_id}|{one.revision}|{one.due_at}")
            lapse = partial(
                lapse_due, name=(one.rule, one.key), unknown=None, context=self.context(now)
            )
            count += len(self.step(child_id, step_id, lapse, now))
        return count


def last_alert(child: Child, alert_id: UUID) -> Alert:
    """The alert as it was last announced."""
    for logged in reversed(child.entries):
        body = logged.entry.body
        if isinstance(body, Announcement) and body.alert.alert_id == alert_id:
            return body.alert
    raise LookupError("the log announces no such alert")
