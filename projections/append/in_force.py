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
    """All by which something about a child was decided, in their order. Raises AnotherHub.

    Those that the process was given decided until the first activation.
    """
    rows = connection.execute(
        "select entry_id, activated_at from derived.activation where child_id = %b "
        "order by sequence",
        [HUB],
    ).fetchall()
    begins = [None, *(row[1] for row in rows)]
    found = []
    for entry_id, since, until in zip(
        [None, *(row[0] for row in rows)], begins, [*begins[1:], None], strict=True
    ):
        (decided,) = connection.execute(_DECIDED, [HUB, since, since, until, until]).fetchone() or (
            False,
        )
        if decided:
            each = world if entry_id is None else with_rules(connection, [(entry_id,)], world)
            found.append((each.ruleset, each.calendar))
    return found


# The canary is no child, and lives from the first minute on.
_DECIDED = (
    "select exists (select from derived.entry where child_id <> %b "
    "and child_id not in (select child_id from derived.standing where type = 'canary') "
    "and (%b::timestamptz is null or entered_at >= %b) "
    "and (%b::timestamptz is null or entered_at < %b))"
)


def _rules(fact: RuleSetActivated) -> tuple[RuleSet, Calendar]:
    try:
        return read_ruleset(ReviewedFile(Path(f"rules of version {fact.version}"), fact.text))
    except FileRefused as refused:
        raise AnotherHub(
            f"the rules in force cannot be read by this Kith: activate others.\n{refused}"
        ) from refused
