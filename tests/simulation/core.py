"""What every process of the simulated hub works with: the broker, the tables, and how entries come.

What the append, the relay and the start do with PostgreSQL and Kafka is modelled in this package;
resolving and sealing are left out. ``decide``, ``evolve``, ``fall_due`` and the commands are real.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from safeguarding.case import Case
from safeguarding.commands import Acknowledge, Refused
from safeguarding.decide import decide
from safeguarding.events import ACKNOWLEDGEMENT, Event
from safeguarding.evolve import evolve
from safeguarding.facts import ExpectationMissed, Fact, Recipient
from safeguarding.ids import entry_id
from safeguarding.office import Calendar
from safeguarding.ruleset import Context, RuleSet
from safeguarding.timeline import Entry
from tests.simulation.broker import Broker, Logged
from tests.simulation.defences import ALL, Defence
from tests.simulation.tables import Child, Tables
from tests.unit.rules.hub import directory, rules_together


class Crashed(Exception):
    """A process was killed at this point; what it had not committed is gone."""


@dataclass
class Core:
    """``crash`` is asked at every point where a process may be killed."""

    broker: Broker
    crash: Callable[[str], None]
    whose: Callable[[Event], UUID]
    defences: frozenset[Defence] = ALL
    rules: tuple[RuleSet, Calendar] = field(default_factory=rules_together)
    tables: Tables = field(default_factory=Tables)
    # What each tick judged as missed, and when that truly was.
    missed: list[tuple[datetime, ExpectationMissed]] = field(default_factory=list)
    _appends: int = 0
    # The agencies whose topics may have lost their end since their positions were compared.
    _disconnected: set[str] = field(default_factory=set)
    _started: bool = False

    def _follows(
        self, case: Case, event: Event, before: Event | None, now: datetime
    ) -> Iterable[Fact]:
        if event.type != ACKNOWLEDGEMENT:
            yield from decide(case, event, before, self.context(now))
            return
        says = event.details
        recipient = Recipient(event.agency, says["team"], says["role"])
        answer = Acknowledge(says["alert_id"], recipient, None, None, already_known=False)
        facts = answer.decide(case, now)
        if not isinstance(facts, Refused):
            yield from facts

    def context(self, now: datetime) -> Context:
        """The rules in force, the demo's directory."""
        ruleset, calendar = self.rules
        return Context(ruleset, directory(), calendar, now)

    def _enter(
        self,
        child: Child,
        body: Event | Fact,
        identity: UUID,
        now: datetime,
        cause: Entry | None = None,
    ) -> Entry:
        follows = None if cause is None else cause.entry_id
        correlation = identity if cause is None else cause.correlation_id
        entry = Entry(
            identity, child.case.child_id, child.case.sequence + 1, now, follows, correlation, body
        )
        evolve(child.case, entry)
        return entry

    def _commit(self, new: Sequence[tuple[Child, Entry]], *, evolved: bool = True) -> None:
        self._appends += 1
        for child, entry in new:
            logged = Logged(entry, self._appends, len(new))
            if evolved:
                child.entries.append(logged)
            else:
                child.add(logged)
            self.tables.queue(logged)


def fact_id(child: Child, own: Entry) -> UUID:
    return entry_id(own.entry_id, child.case.sequence - own.sequence)
