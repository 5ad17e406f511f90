"""Plays a story through the pure domain, without broker or database, and collects who is told.

``make demo ARGS=--exit`` plays it through everything. This is the same question in milliseconds.
"""

from collections.abc import Iterator
from uuid import UUID

from kith.scenario.player import kind_of_key
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
from projections.directory import directory_of
from safeguarding import commands
from safeguarding.case import Case
from safeguarding.commands import Refused
from safeguarding.events import Event
from safeguarding.facts import Announcement, Fact, RuleFailed
from schemas.agencies import Agencies
from schemas.codec import Decoded
from schemas.events import event_from
from schemas.plain import read_event
from schemas.registry import load_registry
from schemas.rulesets import CURRENT, NETWORK, load_ruleset
from tests.unit.rules.hub import Hub

ANY = UUID("00000000-0000-5000-8000-000000000001")


def play(story: Story, agencies: Agencies, case: Case | None = None) -> list[tuple[object, ...]]:
    """Everything that is sent, as ``comparable`` has it. ``case`` may have lived a story before."""
    return list(_Player(story, agencies, case or Case(child_id=ANY)).play())


def lived(story: Story, agencies: Agencies) -> Hub:
    """The hub in memory after the story."""
    player = _Player(story, agencies, Case(child_id=ANY))
    list(player.play())
    return player.hub


def comparable(copy: ExpectedNotification) -> tuple[object, ...]:
    """An expected copy as ``play`` gives those that came."""
    return copy.step, copy.alert, copy.kind, copy.severity, copy.mode, copy.recipient


class _Player:
    def __init__(self, story: Story, agencies: Agencies, case: Case) -> None:
        network = story.network_rules and NETWORK.parent / story.network_rules
        rules = NETWORK.parent / story.rules if story.rules else CURRENT
        ruleset, calendar = load_ruleset(rules, network or None)
        self._story = story
        self.hub = Hub(ruleset, calendar, directory_of(agencies), case)
        self._registry = load_registry()
        self._named: dict[UUID, AlertName] = {}

    def play(self) -> Iterator[tuple[object, ...]]:
        for step in self._story.steps:
            for fact in [*self.hub.tick(step.at), *self._facts(step)]:
                assert not isinstance(fact, RuleFailed), fact
                if isinstance(fact, Announcement):
                    yield from self._told(step, fact)

    def _facts(self, step: Step) -> list[Fact]:
        match step.action:
            case Publish() as publish:
                return self.hub.receive(self._event(publish, step))
            case NetworkJoin(recipient, starts_at, ends_at, reason):
                command = commands.JoinNetwork(recipient, reason, starts_at, ends_at)
                return self._asked(step, command)
            case NetworkLeave(recipient, reason):
                return self._asked(step, commands.LeaveNetwork(recipient, reason, step.at))
            case Acknowledge(alert, recipient, action, known):
                ids = [each for each, name in self._named.items() if name == alert]
                assert len(ids) == 1, f"{len(ids)} alerts are {alert}, answered at {step.id}"
                answer = commands.Acknowledge(ids[0], recipient, None, action, known)
                return self._asked(step, answer)
            case _:
                return []

    def _asked(self, step: Step, command: commands.Command) -> list[Fact]:
        answer = self.hub.command(command, step.at)
        assert not isinstance(answer, Refused), f"{step.id}: {answer}"
        return answer

    def _event(self, publish: Publish, step: Step) -> Event:
        schema, datum = read_event(publish.event, self._registry)
        return event_from(
            Decoded(schema, datum),
            received_at=step.at,
            broker_at=step.at,
            backfilled=publish.backfill,
        )

    def _told(self, step: Step, fact: Announcement) -> Iterator[tuple[object, ...]]:
        alert = fact.alert
        named = AlertName(alert.rule, kind_of_key(alert.key), step.written_as)
        name = self._named.setdefault(alert.alert_id, named)
        for notice in fact.notices:
            yield step.written_as, name, notice.kind, alert.severity, notice.mode, notice.recipient
