"""Plays a story through the pure domain, without broker or database, and collects who is told.

``make demo ARGS=--exit`` plays it through everything. This is the same question in milliseconds.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid5

from producers.scenario import (
    Acknowledge,
    AlertName,
    ExpectedNotification,
    NetworkJoin,
    NetworkLeave,
    Publish,
    Step,
    Story,
)
from safeguarding.case import Case, ExpectationState
from safeguarding.decide import decide
from safeguarding.due import fall_due
from safeguarding.events import Event
from safeguarding.evolve import evolve
from safeguarding.facts import (
    Acknowledged,
    Alert,
    Announcement,
    Fact,
    NetworkJoined,
    NetworkLeft,
    Recipient,
    RuleFailed,
)
from safeguarding.network import Directory
from safeguarding.ruleset import Context
from safeguarding.timeline import Entry
from schemas.agencies import Agencies, Contact
from schemas.codec import Decoded
from schemas.events import event_from
from schemas.plain import read_event
from schemas.registry import load_registry
from schemas.rulesets import load_ruleset

Body = TypeVar("Body", bound=Event | Fact)
ANY = UUID("00000000-0000-5000-8000-000000000001")


def play(story: Story, agencies: Agencies, case: Case | None = None) -> list[tuple[object, ...]]:
    """Everything that is sent, as ``comparable`` has it. ``case`` may have lived a story before."""
    return list(_Player(agencies, case or Case(child_id=ANY)).play(story))


def comparable(copy: ExpectedNotification) -> tuple[object, ...]:
    """An expected copy as ``play`` gives those that came."""
    return copy.step, copy.alert, copy.kind, copy.severity, copy.mode, copy.recipient


class _Player:
    def __init__(self, agencies: Agencies, case: Case) -> None:
        self.case = case
        self._ruleset, self._calendar = load_ruleset()
        self._directory = _directory(agencies)
        self._registry = load_registry()
        self._named: dict[UUID, AlertName] = {}
        self._alerts: dict[UUID, Alert] = {}

    def play(self, story: Story) -> Iterator[tuple[object, ...]]:
        for step in story.steps:
            for fact in [*self._due(step.at), *self._facts(step)]:
                assert not isinstance(fact, RuleFailed), fact
                if isinstance(fact, Announcement):
                    yield from self._told(step, fact)

    def _facts(self, step: Step) -> Iterator[Fact]:
        match step.action:
            case Publish() as publish:
                yield from self._decided(self._event(publish, step.at), step.at)
            case NetworkJoin(recipient, starts_at, ends_at, reason):
                yield self._enter(NetworkJoined(recipient, reason, starts_at, ends_at), step.at)
            case NetworkLeave(recipient, reason):
                yield self._enter(NetworkLeft(recipient, reason, step.at), step.at)
            case Acknowledge() as answer:
                ids = [each for each, name in self._named.items() if name == answer.alert]
                assert len(ids) == 1, f"{len(ids)} alerts are {answer.alert}, answered at {step.id}"
                fact = Acknowledged(ids[0], answer.recipient, None, step.at, None, False)
                yield self._enter(fact, step.at)

    def _event(self, publish: Publish, at: datetime) -> Event:
        schema, datum = read_event(publish.event, self._registry)
        return event_from(
            Decoded(schema, datum), received_at=at, broker_at=at, backfilled=publish.backfill
        )

    def _decided(self, event: Event, at: datetime) -> Iterator[Fact]:
        before = self.case.standing_event(event.key)
        self._enter(event, at)
        for fact in decide(self.case, event, before, self._context(at)):
            yield self._enter(fact, at)

    def _due(self, at: datetime) -> Iterator[Fact]:
        for each in list(self.case.expectations.values()):
            if each.state is ExpectationState.OPEN and each.due_at <= at:
                alert = self._alerts[each.alert_id]
                fact = fall_due(self.case, alert, each.recipient, self._context(at))
                if fact is not None:
                    yield self._enter(fact, at)

    def _told(self, step: Step, fact: Announcement) -> Iterator[tuple[object, ...]]:
        alert = fact.alert
        key = "pattern" if alert.key.startswith("pattern") else None
        name = self._named.setdefault(alert.alert_id, AlertName(alert.rule, key, step.id))
        self._alerts[alert.alert_id] = alert
        for notice in fact.notices:
            yield step.id, name, notice.kind, alert.severity, notice.mode, notice.recipient

    def _enter(self, body: Body, at: datetime) -> Body:
        entry_id = uuid5(ANY, str(self.case.sequence))
        evolve(self.case, Entry(entry_id, ANY, self.case.sequence + 1, at, None, entry_id, body))
        return body

    def _context(self, now: datetime) -> Context:
        return Context(self._ruleset, self._directory, self._calendar, now)


def _directory(agencies: Agencies) -> Directory:
    def recipient(contact: Contact) -> Recipient:
        return Recipient(contact.agency, contact.team, contact.role)

    return Directory(
        {team: recipient(contact) for team, contact in agencies.escalations().items()},
        recipient(agencies.area.steward),
        recipient(agencies.area.emergency_duty_team),
    )
