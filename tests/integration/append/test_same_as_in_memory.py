"""The append decides what the pure domain decides that holds everything: entry for entry.

Drawn histories, in any order, with repeats, in batches of any size.
"""

from dataclasses import replace
from datetime import datetime
from random import Random
from uuid import UUID

import pytest

from projections.append.arrivals import Fate
from safeguarding.case import Case
from safeguarding.commands import JoinNetwork
from safeguarding.events import Event
from safeguarding.facts import ChildIdentified, Fact
from tests.integration.append.awaiting import next_rules
from tests.integration.append.hub import AppendHub
from tests.property.histories import draw_arrivals, shuffled
from tests.unit.rules.hub import Hub, teams
from tests.unit.rules.said import Said, london, other
from tests.unit.rules.said_companions import FIRST_NUMBER, OTHER_NUMBER, numbers
from tests.unit.rules.spec import members

AROUND_HER = "social_worker edt placement iro"
AFTERWARDS = "2026-01-02 22:00"
LONG_AGO = "2000-01-01 00:00"


def pure(hub: AppendHub) -> Hub:
    (child,) = hub.children()
    return pure_of(hub, child)


def pure_of(hub: AppendHub, child: UUID) -> Hub:
    return Hub(ruleset=hub.world.ruleset, case=Case(child_id=child))


def facts_of(hub: AppendHub, child: UUID) -> list[Fact]:
    bodies = [entry.body for entry in hub.entries(child)]
    return [body for body in bodies if not isinstance(body, Event | ChildIdentified)]


def facts_in(memory: Hub) -> list[Fact]:
    bodies = [entry.body for entry in memory.entries]
    return [body for body in bodies if not isinstance(body, Event | ChildIdentified)]


def identified(hub: AppendHub, child: UUID) -> list[ChildIdentified]:
    """Who the child is: resolving is the append's own work."""
    bodies = [entry.body for entry in hub.entries(child)]
    return [body for body in bodies if isinstance(body, ChildIdentified)]


def begun(hub: AppendHub, random: Random) -> tuple[Hub, UUID, list[tuple[Said, datetime]]]:
    """A child whose first event came, and who has a network: in memory, its id, what comes then."""
    hub.clock.move(AFTERWARDS)
    (said, at), *rest = shuffled(random, draw_arrivals(random, 16))
    hub.append(hub.record_at(said, at))
    memory = pure(hub)
    memory.receive(said.received(at), hub.clock.at)
    (child,) = hub.children()
    for fact in identified(hub, child):
        memory.enter(fact, hub.clock.at)
    members(AROUND_HER)(memory)
    hub.members(AROUND_HER)
    return memory, child, rest


@pytest.mark.parametrize("every", [False, True], ids=["first-rules", "all-rules"])
@pytest.mark.parametrize("seed", range(14))
def test_entry_for_entry(hub: AppendHub, seed: int, every: bool) -> None:
    """Fails without: any window that a rule needs."""
    if every:
        next_rules(hub)
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    memory, child, rest = begun(hub, random)
    while rest:
        size = random.randint(1, 7)
        batch, rest = rest[:size], rest[size:]
        outcomes = hub.append(*(hub.record_at(said, at) for said, at in batch))
        assert {one.fate for one in outcomes} <= {Fate.RECORDED, Fate.DUPLICATE}
        for said, at in batch:
            memory.receive(said.received(at), hub.clock.at)
    assert facts_of(hub, child) == facts_in(memory)
    assert tables_of(hub) == cases_of(memory)
    assert hub.pages() == []


@pytest.mark.parametrize("seed", range(12))
def test_with_a_companion_both_logs_entry_for_entry(hub: AppendHub, seed: int) -> None:
    """Fails without: a companion's alert among what is loaded; the companion's row locked."""
    random = Random(seed)  # noqa: S311
    hub.clock.move(AFTERWARDS)
    memories = {
        number: known_in_both(hub, number, roles)
        for number, roles in ((FIRST_NUMBER, AROUND_HER), (OTHER_NUMBER, "foster_carer edt"))
    }
    drawn = draw_arrivals(random, 16, ("report", "report", "report", "found", "placed"))
    rest = shuffled(random, [(with_companions(random, said), at) for said, at in drawn])
    while rest:
        size = random.randint(1, 7)
        batch, rest = rest[:size], rest[size:]
        hub.append(*(hub.record_at(said, at) for said, at in batch))
        for said, at in batch:
            memories[FIRST_NUMBER].receive(said.received(at), hub.clock.at)
            memories[OTHER_NUMBER].hear(said.received(at), hub.clock.at)
    for memory in memories.values():
        assert facts_of(hub, memory.case.child_id) == facts_in(memory)
    assert hub.pages() == []


def known_in_both(hub: AppendHub, number: str, roles: str) -> Hub:
    """A child with this number, on the real hub, and the same one in memory."""
    said = replace(other("2021-01-01", number), identifiers=tuple(numbers(number)))
    (outcome,) = hub.say(said)
    assert outcome.child_id is not None
    memory = replace(pure_of(hub, outcome.child_id), number=number)
    memory.receive(said.received(hub.clock.at), hub.clock.at)
    for fact in identified(hub, outcome.child_id):
        memory.enter(fact, hub.clock.at)
    for role in roles.split():
        hub.command(outcome.child_id, JoinNetwork(teams()[role], "spec", london(LONG_AGO)))
    members(roles)(memory)
    return memory


def with_companions(random: Random, said: Said) -> Said:
    """The same about the first child; a report names the other one, somebody else, or nobody."""
    said = replace(said, identifiers=tuple(numbers(FIRST_NUMBER)))
    if said.type != "missing-report":
        return said
    names = numbers(*random.choice(([OTHER_NUMBER], [OTHER_NUMBER, "9994021133"], [])))
    return replace(said, schema=2, details={**said.details, "companion_identifiers": names})


def tables_of(hub: AppendHub) -> dict[str, list[tuple[object, ...]]]:
    """What the tables hold of the one child, without entries' numbers."""
    return {
        "standing": hub.rows(
            "select agency, reference, version, retracted, type, occurred_at "
            "from derived.standing order by agency, reference"
        ),
        "alert": hub.rows(
            "select rule, key, severity, level, revision, state, wording, told "
            "from derived.alert order by rule, key"
        ),
        "expectation": hub.rows(
            "select expectation_id, due_at, state from derived.expectation order by 1"
        ),
        "awaited": hub.rows(
            "select rule, key, expectation_id, revision, due_at, awaits, agencies, ground_agency, "
            "ground_reference, wording, state from derived.awaited order by rule, key"
        ),
    }


def cases_of(memory: Hub) -> dict[str, list[tuple[object, ...]]]:
    case = memory.case
    alerts = sorted(case.alerts.values(), key=lambda alert: (alert.rule, alert.key))
    return {
        "standing": [
            (*key, one.version, one.retracted, one.type, one.occurred_at)
            for key, one in sorted(case.standings.items())
        ],
        "alert": [
            (
                one.rule,
                one.key,
                one.severity.value,
                one.level,
                one.revision,
                one.state.value,
                one.wording,
                [[who.agency, who.team, who.role, mode.value] for who, mode in one.told],
            )
            for one in alerts
        ],
        "expectation": sorted(
            (one.expectation_id, one.due_at, one.state.value) for one in case.expectations.values()
        ),
        "awaited": [
            (
                *(one.rule, one.key, one.expectation_id, one.revision, one.due_at),
                *([*one.awaits], [*one.agencies], *one.ground, one.wording, one.state.value),
            )
            for _, one in sorted(case.awaited.items())
        ],
    }


def test_the_comparison_can_fail(hub: AppendHub) -> None:
    hub.clock.move(AFTERWARDS)
    arrivals = draw_arrivals(Random(3), 16)  # noqa: S311
    hub.append(*(hub.record_at(said, at) for said, at in arrivals))
    memory = pure(hub)
    for said, at in arrivals[:-1]:
        memory.receive(said.received(at), hub.clock.at)
    assert tables_of(hub) != cases_of(memory)
