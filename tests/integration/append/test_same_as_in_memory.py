"""The append decides what the pure domain decides that holds everything: entry for entry.

Drawn histories, in any order, with repeats, in batches of any size.
"""

from random import Random

import pytest

from projections.append.arrivals import Fate
from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import ChildIdentified, Fact
from tests.integration.append.awaiting import next_rules
from tests.integration.append.hub import AppendHub
from tests.property.histories import draw_arrivals, shuffled
from tests.unit.rules.hub import Hub
from tests.unit.rules.spec import members

AROUND_HER = "social_worker edt placement iro"
AFTERWARDS = "2026-01-02 22:00"


def pure(hub: AppendHub) -> Hub:
    (child,) = hub.children()
    return Hub(ruleset=hub.world.ruleset, case=Case(child_id=child))


def facts_of(hub: AppendHub) -> list[Fact]:
    (child,) = hub.children()
    bodies = [entry.body for entry in hub.entries(child)]
    return [body for body in bodies if not isinstance(body, Event | ChildIdentified)]


def identified(hub: AppendHub) -> list[ChildIdentified]:
    """Who the child is: resolving is the append's own work."""
    (child,) = hub.children()
    bodies = [entry.body for entry in hub.entries(child)]
    return [body for body in bodies if isinstance(body, ChildIdentified)]


@pytest.mark.parametrize("every", [False, True], ids=["first-rules", "all-rules"])
@pytest.mark.parametrize("seed", range(20))
def test_entry_for_entry(hub: AppendHub, seed: int, every: bool) -> None:
    """Fails without: any window that a rule needs."""
    if every:
        next_rules(hub)
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    hub.clock.move(AFTERWARDS)
    (said, at), *rest = shuffled(random, draw_arrivals(random, 16))
    hub.append(hub.record_at(said, at))
    memory = pure(hub)
    memory.receive(said.received(at), hub.clock.at)
    for fact in identified(hub):
        memory.enter(fact, hub.clock.at)
    members(AROUND_HER)(memory)
    hub.members(AROUND_HER)
    while rest:
        size = random.randint(1, 7)
        batch, rest = rest[:size], rest[size:]
        outcomes = hub.append(*(hub.record_at(said, at) for said, at in batch))
        assert {one.fate for one in outcomes} <= {Fate.RECORDED, Fate.DUPLICATE}
        for said, at in batch:
            memory.receive(said.received(at), hub.clock.at)
    assert facts_of(hub) == [
        entry.body
        for entry in memory.entries
        if not isinstance(entry.body, Event | ChildIdentified)
    ]
    assert tables_of(hub) == cases_of(memory)
    assert hub.pages() == []


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
