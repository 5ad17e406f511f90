"""Statements about several children, some first taken for another's, in any order and any batches.

Whatever the order, in the end each statement stands in the log of the child that its last version
names, and each child's open alerts are those of what stands there, told from the beginning.
"""

from dataclasses import replace
from random import Random

import pytest

from schemas.envelope import verify_chain
from tests.integration.append.hub import AppendHub
from tests.property.histories import Arrival, draw_arrivals, shuffled
from tests.property.standing import hub_after
from tests.property.statements import DETENTION, SELF_HARM
from tests.unit.rules.said import other

AFTERWARDS = "2026-01-02 22:00"
KINDS = ("custody", "report", "report", "found", "placed", "left", *DETENTION, *SELF_HARM)
# Of the test range, with valid check digits.
NUMBERS = ("9991234004", "9434765919", "9000000009")


def about(number: str) -> tuple[dict[str, str]]:
    return ({"scheme": "nhs-number", "value": number},)


def draw(random: Random) -> list[Arrival]:
    """A history whose statements, and most of whose corrections, are about one of the children."""
    whose: dict[str, str] = {}
    arrivals = []
    for said, at in draw_arrivals(random, 24, KINDS):
        if said.reference not in whose or random.random() > 0.3:
            whose[said.reference] = random.choice(NUMBERS)
        arrivals.append((replace(said, identifiers=about(whose[said.reference])), at))
    return arrivals


def moves(arrivals: list[Arrival]) -> int:
    """How often a correction names another child than the version before it."""
    said = {(one.reference, one.version): one for one, _ in arrivals}
    return sum(
        one.type != "retraction"
        and (reference, version - 1) in said
        and said[reference, version - 1].identifiers != one.identifiers
        for (reference, version), one in said.items()
    )


def last_versions(arrivals: list[Arrival]) -> dict[str, Arrival]:
    last: dict[str, Arrival] = {}
    for said, at in arrivals:
        if said.reference not in last or last[said.reference][0].version < said.version:
            last[said.reference] = (said, at)
    return {name: one for name, one in last.items() if one[0].type != "retraction"}


def expected_alerts(arrivals: list[Arrival], number: str) -> list[tuple[object, ...]]:
    """Those of a child who was known to have lived through what stands, and nothing else."""
    mine = [
        said.received(at)
        for said, at in last_versions(arrivals).values()
        if said.identifiers == about(number)
    ]
    return sorted(
        (record.rule, _name(record.key), record.severity.value, record.level)
        for record in hub_after(mine).open_alerts()
        if record.rule != "late-disclosure"
    )


def _name(key: str) -> str:
    return "pattern" if key.startswith("pattern:") else key


@pytest.mark.parametrize("seed", range(16))
def test_each_statement_stands_with_the_child_that_its_last_version_names(
    hub: AppendHub, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - a seed makes it the same each time
    hub.clock.move(AFTERWARDS)
    for number in NUMBERS:
        hub.say(replace(other("2021-01-01", reference=f"LS-{number}"), identifiers=about(number)))
    arrivals = draw(random)
    waiting = shuffled(random, arrivals) if seed % 2 else arrivals
    while waiting:
        size = random.randint(1, 6)
        hub.append(*(hub.record_at(said, at) for said, at in waiting[:size]))
        waiting = waiting[size:]
    assert hub.quarantined() == []
    assert hub.pages() == []
    children = {
        number: hub.one(
            "select child_id from derived.standing where reference = %s", f"LS-{number}"
        )
        for number in NUMBERS
    }
    assert len(hub.children()) == len(NUMBERS)
    stands = hub.rows(
        "select reference, child_id, version from derived.standing "
        "where not retracted and reference not like 'LS-%%' order by 1"
    )
    assert stands == [
        (name, children[said.identifiers[0]["value"]], said.version)
        for name, (said, _) in sorted(last_versions(arrivals).items())
    ]
    for number, child in children.items():
        found = hub.rows(
            "select rule, key, severity, level from derived.alert "
            "where child_id = %s and state = 'open' and rule <> 'late-disclosure'",
            child,
        )
        shown = sorted((rule, _name(key), *rest) for rule, key, *rest in found)
        assert shown == expected_alerts(arrivals, number)
        assert verify_chain(hub.log(child), hub.world.registry) is None


def test_the_histories_that_are_drawn_hold_moves() -> None:
    assert sum(moves(draw(Random(seed))) for seed in range(16)) > 20  # noqa: S311
