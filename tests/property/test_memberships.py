"""The same events in any order give the same memberships from then on."""

from datetime import datetime, timedelta
from random import Random

import pytest

from safeguarding.events import Event
from safeguarding.facts import NetworkJoined, NetworkLeft, Recipient, RuleFailed
from tests.unit.rules.hub import Hub, rules_with_network
from tests.unit.rules.networked import allegation, discharge, outcome, transfer
from tests.unit.rules.said import (
    Said,
    admission,
    attendance,
    detention,
    left,
    london,
    placed,
    release,
)

START = london("2021-10-01 08:00")
OUTCOMES = ("unfounded", "goes_on", "substantiated")


def _hours(random: Random, most: float) -> float:
    return round(random.uniform(0, most), 2)


def draw(random: Random) -> list[Event]:
    """Statements of a fortnight, some corrected or taken back, each with its time of receipt."""
    events: list[Event] = []
    for _ in range(random.randint(4, 14)):
        occurred = START + timedelta(hours=_hours(random, 300))
        said = _said(random, occurred.strftime("%Y-%m-%d %H:%M"))
        received = occurred + timedelta(hours=_hours(random, 60))
        if any(said.reference == each.reference for each in events):
            continue
        events.append(said.received(received))
        while random.random() < 0.35:
            received += timedelta(hours=_hours(random, 40))
            if random.random() < 0.4:
                said = said.retracted()
            else:
                earlier = occurred - timedelta(hours=_hours(random, 40))
                said = said.corrected(occurred=earlier.strftime("%Y-%m-%d %H:%M"))
            events.append(said.received(received))
            if said.type == "retraction":
                break
    return events


def _said(random: Random, at: str) -> Said:
    number = random.randint(1, 3)
    return random.choice(
        (
            lambda: detention(at, record=f"CR-{number}"),
            lambda: release(at, record=f"CR-{number}", reference=f"CR-{number}/release"),
            lambda: attendance(at, reference=f"ED-{number}"),
            lambda: admission(at, reference=f"SP-{number}"),
            lambda: discharge(at, spell=f"SP-{number}"),
            lambda: transfer(at, random.choice(("acute", "within"))),
            lambda: transfer(at, "acute", agency="host-trust", spell=f"HS-{number}", to="RYY01"),
            lambda: discharge(at, agency="host-trust", spell=f"HS-{number}", site="RYY01"),
            lambda: placed(f"P-{number}", at, urn=random.choice(("SC900001", "SC900002"))),
            lambda: left(f"P-{number}", at),
            lambda: allegation(at),
            lambda: outcome(at, random.choice(OUTCOMES)),
        )
    )()


def memberships(events: list[Event], end: datetime) -> set[tuple[object, ...]]:
    """Who is on the network at the end, or will be: for what, and until when."""
    hub = Hub(ruleset=rules_with_network())
    now = START
    for event in events:
        now = max(now, event.received_at)
        for fact in hub.receive(event, now):
            assert not isinstance(fact, RuleFailed), fact
    return {
        (each.recipient, each.ground, each.ends_at)
        for each in hub.case.memberships.values()
        if each.ends_at is None or each.ends_at > end
    }


@pytest.mark.parametrize("seed", range(150))
def test_any_order_gives_the_same_memberships(seed: int) -> None:
    """Fails without: reading all stays anew (and with a reaction to each arrival instead)."""
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    events = draw(random)
    end = max(each.received_at for each in events)
    first = memberships(sorted(events, key=lambda each: each.received_at), end)
    for _ in range(3):
        assert memberships(random.sample(events, len(events)), end) == first


@pytest.mark.parametrize("seed", range(20))
def test_who_is_on_the_network_joined_and_has_not_left(seed: int) -> None:
    """Each joining and leaving is said: the facts alone give the memberships."""
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    events = sorted(draw(random), key=lambda each: each.received_at)
    hub = Hub(ruleset=rules_with_network())
    until: dict[tuple[Recipient, str], datetime | None] = {}
    for event in events:
        for fact in hub.receive(event):
            if isinstance(fact, NetworkJoined | NetworkLeft):
                until[fact.recipient, fact.ground] = fact.ends_at
    held = {
        (m.recipient, m.ground): m.ends_at
        for m in sorted(hub.case.memberships.values(), key=lambda each: each.starts_at)
    }
    for name, ends_at in until.items():
        assert _over(held[name], events) == _over(ends_at, events)


def _over(ends_at: datetime | None, events: list[Event]) -> datetime | None:
    end = max(each.received_at for each in events)
    return end if ends_at is not None and ends_at <= end else ends_at
