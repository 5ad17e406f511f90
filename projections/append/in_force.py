"""The rules in force: those of the last activation in the hub's own log.

Every append asks which that is, in the round trip in which it looks for repeats, so that all
processes go over to other rules with the first append after the activation, and none is restarted.
Where nothing was activated, the rules decide that the process was given at its start.
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from projections.append.arrivals import Step
from projections.append.guarding import AnotherHub
from projections.append.world import World
from projections.database import Connection, Query
from projections.entries import Stored, open_fact
from safeguarding.facts import RuleSetActivated
from safeguarding.ids import HUB, NAMESPACE
from safeguarding.office import Calendar
from safeguarding.ruleset import RuleSet
from schemas.reviewed_file import FileRefused, ReviewedFile
from schemas.rulesets import read_ruleset

# What this process has read, by the entry that activated it; a person activates seldom.
_read: dict[UUID, tuple[RuleSet, Calendar]] = {}


def ask() -> Query:
    """What each append asks: the entry of the last activation, or no row."""
    return (
        "select entry_id from derived.activation where child_id = %b "
        "order by sequence desc limit 1",
        [HUB],
    )


def now(connection: Connection, world: World) -> World:
    """The world with the rules that decide now. Raises AnotherHub."""
    return with_rules(connection, connection.execute(*ask()).fetchall(), world)


def with_rules(connection: Connection, answer: Sequence[tuple[Any, ...]], world: World) -> World:
    """The world with the rules of that entry.

    Raises AnotherHub where this version of Kith cannot read them: nothing may be decided by other
    rules than those that people put in force.
    """
    for (entry_id,) in answer:
        if entry_id not in _read:
            _read[entry_id] = _rules(activated(connection, entry_id, world))
        ruleset, calendar = _read[entry_id]
        return replace(world, ruleset=ruleset.following(world.ruleset.network), calendar=calendar)
    return world


def activation(version: str, text: str, by: str | None, reason: str, before: int) -> Step:
    """The step that puts the rules of this text in force, once, after ``before`` others."""
    fact = RuleSetActivated(version, text, by, reason)
    step_id = uuid5(NAMESPACE, f"activate|{before}|{sha256(text.encode()).hexdigest()}")
    return Step(step_id, HUB, lambda _case, _grasp, _context: [fact], begins=True)


def activated(connection: Connection, entry_id: UUID, world: World) -> RuleSetActivated:
    """What a person put in force with this entry."""
    row = connection.execute(
        "select header, key_id, nonce, sealed from derived.entry where entry_id = %b", [entry_id]
    ).fetchone()
    fact = open_fact(Stored(*row), world.keys, world.registry) if row else None
    if not isinstance(fact, RuleSetActivated):
        raise AnotherHub("the entry that put rules in force is not there")
    return fact


def ever(connection: Connection, world: World) -> list[tuple[RuleSet, Calendar]]:
    """All that were in force, those that the process was given first. Raises AnotherHub.

    Those that nothing was ever decided by are among them.
    """
    rows = connection.execute(
        "select entry_id from derived.activation where child_id = %b order by sequence", [HUB]
    ).fetchall()
    worlds = [world, *(with_rules(connection, [row], world) for row in rows)]
    return [(each.ruleset, each.calendar) for each in worlds]


def _rules(fact: RuleSetActivated) -> tuple[RuleSet, Calendar]:
    try:
        return read_ruleset(ReviewedFile(Path(f"rules of version {fact.version}"), fact.text))
    except FileRefused as refused:
        raise AnotherHub(
            f"the rules in force cannot be read by this Kith: activate others.\n{refused}"
        ) from refused
