"""How a hub with all rules comes to read what was said: in which order, how often, how late.

Its clock looks at drawn times in between, and at the end once more, long after the last deadline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from safeguarding.events import Event, Subject
from safeguarding.facts import ChildIdentified, Fact, RuleFailed
from safeguarding.office import Calendar
from safeguarding.ruleset import RuleSet
from schemas.rulesets import NEXT, load_ruleset
from tests.property.every_kind import BEGIN, draw_life
from tests.property.histories import Arrival
from tests.unit.rules.hub import Hub
from tests.unit.rules.said import london
from tests.unit.rules.spec import members

END = BEGIN + timedelta(days=800)
# Most agencies give none; one is 18 within the days that are drawn, the other some months later.
BIRTHDAYS = (None, None, date(2003, 4, 3), date(2003, 8, 10))
DELAYS_MINUTES = (0, 10, 60, 600, 3000)
LAGS_HOURS = (0, 0, 30, 2000)
"""How long the hub may be behind: of such a time a random part."""


@dataclass(frozen=True)
class Reading:
    """An event that the hub reads at that time, and whether its clock looks just before."""

    at: datetime
    looks: bool
    event: Event


@dataclass(frozen=True)
class Told:
    """All that agencies said of a child whose birthday is known or not."""

    events: tuple[Event, ...]
    born: date | None


@cache
def all_rules() -> tuple[RuleSet, Calendar]:
    return load_ruleset(NEXT)


def draw_arrivals_of_all(random: Random, statements: int, name: str = "") -> list[Arrival]:
    """Each version of each statement, and when it is received: the later ones later."""
    arrivals = []
    for versions in draw_life(random, name).statements(statements):
        at = BEGIN
        for said in versions:
            delay = timedelta(minutes=random.choice(DELAYS_MINUTES))
            at = max(at, london(said.occurred)) + delay
            arrivals.append((said, at))
    return arrivals


def draw_told(random: Random, statements: int = 14) -> Told:
    """The same as events, of which the time of receipt is part."""
    arrivals = draw_arrivals_of_all(random, statements)
    return Told(tuple(said.received(at) for said, at in arrivals), random.choice(BIRTHDAYS))


def read_at_once(told: Told) -> list[Reading]:
    """In the order of receipt, without delay; the clock looks before each."""
    in_turn = sorted(told.events, key=lambda event: (event.received_at, event.key, event.version))
    return [Reading(event.received_at, looks=True, event=event) for event in in_turn]


def draw_readings(random: Random, told: Told) -> list[Reading]:
    """In any order, some of them several times, some months late."""
    read = []
    for event in told.events:
        at = event.received_at + timedelta(hours=random.choice(LAGS_HOURS) * random.random())
        times = [at]
        while random.random() < 0.2:
            times.append(at + timedelta(hours=random.choice((0.1, 30, 2000))))
        read += [(each, random.random(), event) for each in times]
    read.sort(key=lambda one: one[:2])
    return [Reading(at, looks=random.random() < 0.3, event=event) for at, _, event in read]


def hub_for(told: Told, ruleset: RuleSet | None = None) -> Hub:
    """A hub that knows the child and four teams around it, and has read nothing yet."""
    hub = Hub(ruleset or all_rules()[0], all_rules()[1])
    members("social_worker edt placement iro", since="2019-01-01 00:00")(hub)
    known = Subject((), born=told.born)
    hub.enter(ChildIdentified((), (), provisional=False, doubts=(), subject=known), BEGIN)
    return hub


def hub_after_reading(told: Told, readings: Sequence[Reading]) -> Hub:
    """The hub in the end. No rule may have failed."""
    hub = hub_for(told)
    facts: list[Fact] = []
    for reading in readings:
        if reading.looks:
            facts += hub.tick(reading.at)
        facts += hub.receive(reading.event, reading.at)
    come_to_rest(hub, END)
    assert not [fact for fact in facts if isinstance(fact, RuleFailed)]
    return hub


def come_to_rest(hub: Hub, now: datetime) -> None:
    """The clock looks until nothing falls due any more."""
    while hub.tick(now):
        pass
