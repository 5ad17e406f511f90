"""The hub in memory: arrivals go through the same evolve and decide, and everything is held.

What the append does around them (transactions, sealing, loading only what is needed) is left out:
``tests/integration/append`` compares the two.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from uuid import UUID, uuid5

from kith.settings import AGENCIES_FILE
from projections.directory import directory_of
from safeguarding.case import AlertRecord, AlertState, Case, ExpectationState
from safeguarding.commands import Command, Refused
from safeguarding.companions import companions_of, tell_companion, tell_no_companion
from safeguarding.decide import decide
from safeguarding.due import fall_due, lapse_due, remind
from safeguarding.events import Event, Reference
from safeguarding.evolve import evolve
from safeguarding.facts import Alert, AlertRaised, AlertUpdated, AlertWithdrawn, Fact, Recipient
from safeguarding.ids import NAMESPACE
from safeguarding.membership.briefing import OpenAlert, brief, newcomer
from safeguarding.network import Directory
from safeguarding.office import Calendar
from safeguarding.ruleset import Context, RuleSet
from safeguarding.timeline import Entry
from schemas.agencies import load_agencies
from schemas.rulesets import NETWORK, NEXT, load_network, load_ruleset
from tests.unit.rules.said import NHS_NUMBER

CHILD = UUID("00000000-0000-4000-8000-00000000c41d")
# Whose specs show how rules work together. Every other rule's specs are about that one alone.
TOGETHER = (
    "canary",
    "custody-ligature",
    "child-in-custody",
    "self-harm",
    "missing",
    "placement-move",
    "late-disclosure",
)


@cache
def rules_together() -> tuple[RuleSet, Calendar]:
    return only(*TOGETHER), load_ruleset(NEXT)[1]


@cache
def only(*rules: str) -> RuleSet:
    """These rules, and no other."""
    ruleset = load_ruleset(NEXT)[0]
    kept = tuple(rule for rule in ruleset.rules if rule.id in rules)
    assert {rule.id for rule in kept} == {*rules}, "a rule is not in v2.yaml, or not in ALL"
    return replace(ruleset, rules=kept)


@cache
def rules_with_network() -> RuleSet:
    """The same, with memberships that follow from events."""
    return only(*TOGETHER).following(load_network(NETWORK))


@cache
def directory() -> Directory:
    return directory_of(load_agencies(AGENCIES_FILE))


@cache
def teams() -> dict[str, Recipient]:
    """The first team of the demo area's file that holds each role, by role."""
    found: dict[str, Recipient] = {}
    for each in load_agencies(AGENCIES_FILE).contacts():
        found.setdefault(each.role, Recipient(each.agency, each.team, each.role))
    return found


@dataclass
class Hub:
    """One child's log, and the hub around it. ``number`` is the child's own."""

    ruleset: RuleSet = field(default_factory=lambda: rules_together()[0])
    calendar: Calendar = field(default_factory=lambda: rules_together()[1])
    directory: Directory = field(default_factory=directory)
    case: Case = field(default_factory=lambda: Case(child_id=CHILD))
    entries: list[Entry] = field(default_factory=list)
    recorded: set[tuple[str, UUID]] = field(default_factory=set)
    alerts: dict[UUID, Alert] = field(default_factory=dict)
    told_at: dict[UUID, datetime] = field(default_factory=dict)
    number: str = NHS_NUMBER
    heard: dict[Reference, int] = field(default_factory=dict)

    def receive(self, event: Event, now: datetime | None = None) -> list[Fact]:
        """Take an event; what follows from it. One that is recorded already is dropped."""
        if (event.agency, event.event_id) in self.recorded:
            return []
        self.recorded.add((event.agency, event.event_id))
        at = now or event.received_at
        before = self.case.standing_event(event.key)
        own = self.enter(event, at)
        facts = []
        for fact in decide(self.case, event, before, self.context(at)):
            facts += self._enter_and_brief(fact, at, own)
        return facts

    def hear(self, event: Event, now: datetime | None = None) -> list[Fact]:
        """Take an event about another child; what follows here if it names this one, or did."""
        if self.heard.get(event.key, 0) >= event.version:
            return []
        self.heard[event.key] = event.version
        at = now or event.received_at
        facts: list[Fact] = []
        if self.number in {each.value for each in companions_of(event.details)}:
            facts += tell_companion(event, self.case, self.context(at)) or ()
        elif withdrawn := tell_no_companion(event, self.case, self.context(at)):
            facts.append(withdrawn)
        for fact in facts:
            self.enter(fact, at)
        return facts

    def command(self, command: Command, now: datetime) -> list[Fact] | Refused:
        """Do what a person asks for."""
        answer = command.decide(self.case, now)
        if isinstance(answer, Refused):
            return answer
        return [each for fact in answer for each in self._enter_and_brief(fact, now)]

    def _enter_and_brief(self, fact: Fact, at: datetime, cause: Entry | None = None) -> list[Fact]:
        joins = newcomer(self.case, fact, self.context(at))
        self.enter(fact, at, cause)
        facts = [fact]
        if joins is not None:
            for briefed in brief(self.case, joins, self._told_lately(at).get, self.context(at)):
                self.enter(briefed, at, cause)
                facts.append(briefed)
        return facts

    def _told_lately(self, now: datetime) -> dict[UUID, OpenAlert]:
        network = self.ruleset.network
        since = now - network.briefing_window if network else now
        return {
            key: OpenAlert(each, self.told_at[key])
            for key, each in self.alerts.items()
            if self.told_at[key] >= since
        }

    def tick(self, now: datetime, unknown: str | None = None) -> list[Fact]:
        """What has fallen due by now, in the order in which the clock takes it.

        ``unknown`` is why the hub cannot know whether what rules await has happened.
        """
        return [*self._unanswered(now), *self._due_soon(now), *self._lapsed(now, unknown)]

    def _due_soon(self, now: datetime) -> list[Fact]:
        waiting = [
            each
            for each in self.case.expectations.values()
            if each.state is ExpectationState.OPEN
            and each.due_at > now
            and each.alert_id in self.alerts
        ]
        facts: list[Fact] = []
        for each in sorted(waiting, key=lambda one: (one.due_at, one.expectation_id)):
            fact = remind(self.case, self.alerts[each.alert_id], each.recipient, self.context(now))
            if fact is not None:
                self.enter(fact, now)
                facts.append(fact)
        return facts

    def _lapsed(self, now: datetime, unknown: str | None) -> list[Fact]:
        due = [
            each
            for each in self.case.awaited.values()
            if each.state is ExpectationState.OPEN and each.due_at and each.due_at <= now
        ]
        facts: list[Fact] = []
        for each in sorted(due, key=lambda one: (one.due_at, one.expectation_id)):
            for fact in lapse_due(self.case, (each.rule, each.key), unknown, self.context(now)):
                facts += self._enter_and_brief(fact, now)
        return facts

    def _unanswered(self, now: datetime) -> list[Fact]:
        due = [
            each
            for each in self.case.expectations.values()
            if each.state is ExpectationState.OPEN
            and each.due_at <= now
            and each.alert_id in self.alerts  # A case that was lived before may hold others.
        ]
        facts: list[Fact] = []
        for each in sorted(due, key=lambda one: (one.due_at, one.expectation_id)):
            alert = self.alerts[each.alert_id]
            fact = fall_due(self.case, alert, each.recipient, self.context(now))
            if fact is not None:
                self.enter(fact, now)
                facts.append(fact)
        return facts

    def context(self, now: datetime) -> Context:
        return Context(self.ruleset, self.directory, self.calendar, now)

    def open_alerts(self) -> list[AlertRecord]:
        return [each for each in self.case.alerts.values() if each.state is AlertState.OPEN]

    def enter(self, body: Event | Fact, at: datetime, cause: Entry | None = None) -> Entry:
        """Add an entry to the child's log, and what follows from it to the case."""
        sequence = self.case.sequence + 1
        identity = uuid5(NAMESPACE, str(sequence))
        follows = None if cause is None else cause.entry_id
        correlation = identity if cause is None else cause.correlation_id
        entry = Entry(identity, self.case.child_id, sequence, at, follows, correlation, body)
        evolve(self.case, entry)
        self.entries.append(entry)
        if isinstance(body, AlertRaised | AlertUpdated | AlertWithdrawn):
            self.alerts[body.alert.alert_id] = body.alert
            self.told_at[body.alert.alert_id] = at
        return entry
