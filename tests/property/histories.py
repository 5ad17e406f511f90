"""Histories of one child, drawn at random: what agencies said, corrected and took back.

What is drawn keeps to what the rules can see, so that order may change nothing:

* what is said of one custody record lies within 400 days of each other (``same_record_days``);
* missing episodes lie within 370 days, since a pattern that began before what can be seen from an
  episode (400 days less 30) is raised anew, and which episode that is depends on the order;
* a placement has one start, as the contract says;
* a statement keeps its type through its versions.

Placements may lie years apart.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from safeguarding.events import Event
from tests.property.statements import DETENTION, SELF_HARM, changed, first
from tests.unit.rules.said import Said, london

WRONG_CLOCKS = ("1970-01-01T00:00+00:00", "2100-01-01T00:00+00:00", "9999-12-31", "0001-01-01")

Arrival = tuple[Said, datetime]
"""What was said, and when the hub receives it."""

KINDS = (
    *("custody",) * 3,
    *("report",) * 6,
    *("found",) * 3,
    *("placed",) * 4,
    *("left",) * 3,
    *DETENTION,
    *SELF_HARM,
)


def draw_history(random: Random, statements: int = 16, kinds: Sequence[str] = KINDS) -> list[Event]:
    """What was said of the child, each version of each statement, in the order of its receipt."""
    return [said.received(at) for said, at in draw_arrivals(random, statements, kinds)]


def draw_arrivals(
    random: Random, statements: int = 16, kinds: Sequence[str] = KINDS
) -> list[Arrival]:
    """The same before the hub has received it."""
    arrivals = [
        arrival
        for number in range(random.randint(1, statements))
        for arrival in _versions(random, first(random, number, random.choice(kinds)))
    ]
    return sorted(arrivals, key=lambda arrival: (arrival[1], arrival[0].reference))


def shuffled(random: Random, events: Sequence[Any]) -> list[Any]:
    """The same in any order, some of them several times."""
    again = [event for event in events if _chance(random, 0.3)]
    order = [*events, *again, *again[::2]]
    random.shuffle(order)
    return order


def shuffled_by_statement(random: Random, events: Sequence[Event]) -> list[Event]:
    """In any order, but the versions of one statement in theirs."""
    order = shuffled(random, events)
    versions: dict[object, list[Event]] = {}
    for event in sorted(order, key=lambda event: event.version):
        versions.setdefault(event.key, []).append(event)
    return [versions[event.key].pop(0) for event in order]


def _chance(random: Random, of_one: float) -> bool:
    """Whether it happens. The least that can be drawn is that it does not."""
    return random.random() >= 1 - of_one


def _versions(random: Random, said: Said) -> list[Arrival]:
    """The versions of one statement, each received after the one before it."""
    at = london(said.occurred) + random.choice(
        (timedelta(0), timedelta(minutes=20), timedelta(hours=3), timedelta(hours=20))
    )
    if _chance(random, 0.05):
        said = replace(said, occurred=random.choice(WRONG_CLOCKS), known=at.isoformat())
    if _chance(random, 0.15):
        said = said.as_history()
    versions = [said]
    if _chance(random, 0.08):
        early = london(said.occurred) if said.occurred not in WRONG_CLOCKS else at
        days = 210 if said.type.startswith("missing") else 365
        wrong = (early - timedelta(days=days)).isoformat()
        versions = [replace(said, occurred=wrong, known=at.isoformat())]
    while _chance(random, 0.3):
        last = versions[-1]
        if last.type == "retraction":
            versions.append(replace(changed(random, said), version=last.version + 1))
        elif _chance(random, 0.4):
            versions.append(last.retracted())
        else:
            versions.append(changed(random, last))
    return [(one, at + timedelta(minutes=10 * n)) for n, one in enumerate(versions)]
