"""A child's life with the hub, drawn at random: events, answers, silence, teams come and go."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from safeguarding.case import AlertRecord
from safeguarding.commands import Acknowledge, JoinNetwork, LeaveNetwork, Refused
from safeguarding.events import Event
from safeguarding.facts import Fact
from safeguarding.network import on_network
from safeguarding.timeline import Entry
from tests.property.histories import draw_history, shuffled
from tests.property.statements import BEGIN
from tests.unit.rules.hub import Hub, teams


@dataclass(frozen=True)
class Moment:
    """One thing that happened: when, the event behind it if there is one, and what followed.

    ``told_before`` are the alerts as they stood until then.
    """

    now: datetime
    event: Event | None
    facts: list[Fact]
    entries: list[Entry]
    told_before: dict[UUID, AlertRecord]


def live(random: Random, hub: Hub) -> Iterator[Moment]:
    """Live through it; time only goes forward."""
    now = BEGIN - timedelta(days=1)
    waiting = shuffled(random, draw_history(random, 14))
    steps: list[Callable[[], tuple[Event | None, list[Fact] | Refused]]]
    while waiting:
        now += timedelta(minutes=random.choice((0, 1, 10, 16, 61, 600, 3000)))

        def receive() -> tuple[Event | None, list[Fact]]:
            event = waiting.pop()
            return event, hub.receive(event, now)  # noqa: B023 - called at once

        steps = [
            receive,
            receive,
            receive,
            lambda: (None, hub.tick(now)),  # noqa: B023
            lambda: (None, _answer(random, hub, now)),  # noqa: B023
            lambda: (None, _join_or_leave(random, hub, now)),  # noqa: B023
        ]
        before = {record.alert_id: record for record in hub.case.alerts.values()}
        done = len(hub.entries)
        event, facts = random.choice(steps)()
        if not isinstance(facts, Refused):
            yield Moment(now, event, facts, hub.entries[done:], before)


def _answer(random: Random, hub: Hub, now: datetime) -> list[Fact] | Refused:
    alerts = sorted(hub.case.alerts.values(), key=lambda record: record.alert_id)
    if not alerts:
        return []
    alert = random.choice(alerts)
    team = random.choice(sorted(teams().values()))
    command = Acknowledge(alert.alert_id, team, None, None, already_known=False)
    return hub.command(command, now)


def _join_or_leave(random: Random, hub: Hub, now: datetime) -> list[Fact] | Refused:
    team = random.choice(sorted(teams().values()))
    if team in on_network(hub.case.memberships.values(), now):
        return hub.command(LeaveNetwork(team, "drawn", now), now)
    ends_at = random.choice((None, now + timedelta(days=1)))
    return hub.command(JoinNetwork(team, "drawn", now, ends_at), now)
