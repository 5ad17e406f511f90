"""Histories of one child, drawn at random: what agencies said, corrected and took back.

What is drawn keeps to what the rules can see, so that order may change nothing:

* incidents of one custody record lie within 400 days of each other (``same_record_days``);
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
from tests.unit.rules.said import (
    Said,
    admission,
    attendance,
    detention,
    found,
    incident,
    left,
    london,
    placed,
    report,
)

BEGIN = london("2021-03-01 08:00")
WRONG_CLOCKS = ("1970-01-01T00:00+00:00", "2100-01-01T00:00+00:00", "9999-12-31", "0001-01-01")
INCIDENTS = ("ligature", "unconscious", "force_used", "observation_raised", "healthcare_called")
CODES = ("K2", "U1", "T0", "T1")


Arrival = tuple[Said, datetime]
"""What was said, and when the hub receives it."""

KINDS = (
    *("custody",) * 2,
    *("report",) * 3,
    *("found",) * 2,
    *("placed",) * 2,
    *("left",) * 2,
    "other",
)


def draw_history(random: Random, statements: int = 12, kinds: Sequence[str] = KINDS) -> list[Event]:
    """What was said of the child, each version of each statement, in the order of its receipt."""
    return [said.received(at) for said, at in draw_arrivals(random, statements, kinds)]


def draw_arrivals(
    random: Random, statements: int = 12, kinds: Sequence[str] = KINDS
) -> list[Arrival]:
    """The same before the hub has received it."""
    arrivals = [
        arrival
        for number in range(random.randint(1, statements))
        for arrival in _versions(random, _first(random, number, kinds))
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


def _first(random: Random, number: int, kinds: Sequence[str]) -> Said:
    match random.choice(kinds):
        case "custody":
            record, what = f"CR-{random.randint(1, 2)}", random.choice(INCIDENTS)
            at = _after(random, days=10, most=13)
            return incident(what, at, record=record, reference=f"I-{number}")
        case "report":
            return report(_episode(random), _after(random, most=150), reference=f"R-{number}")
        case "found":
            return found(_episode(random), _after(random, most=150), reference=f"F-{number}")
        case "placed":
            return placed(
                f"P-{number}",
                _day(random),
                kind=random.choice(CODES),
                registration=random.choice(("registered", "registered", "unregistered")),
                planned=random.choice((None, True, False)),
                emergency=random.choice((None, None, True)),
                reference=f"S-{number}",
            )
        case "left":
            planned = random.choice((None, True, False))
            return left(_placement(random), _day(random), planned=planned, reference=f"E-{number}")
        case _:
            at = _after(random, most=150)
            return random.choice(
                (
                    detention(at, record=f"D-{number}"),
                    attendance(at, reference=f"A-{number}"),
                    admission(at, reference=f"H-{number}"),
                )
            )


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
            versions.append(replace(_changed(random, said), version=last.version + 1))
        elif _chance(random, 0.4):
            versions.append(last.retracted())
        else:
            versions.append(_changed(random, last))
    return [(one, at + timedelta(minutes=10 * n)) for n, one in enumerate(versions)]


def _changed(random: Random, said: Said) -> Said:
    """The next version, with one thing changed."""
    match said.type:
        case "custody-incident":
            return random.choice(
                (
                    said.corrected(kind=random.choice(INCIDENTS)),
                    said.corrected(custody_record=f"CR-{random.randint(1, 2)}"),
                    said.corrected(occurred=_after(random, days=10, most=13)),
                    said.corrected(means=random.choice(("cord", "blanket"))),
                )
            )
        case "missing-report" | "missing-found":
            return random.choice(
                (
                    said.corrected(episode=_episode(random)),
                    said.corrected(occurred=_after(random, most=150)),
                    said.corrected(),
                )
            )
        case "placement-start":
            return random.choice(
                (
                    said.corrected(placement=f"{said.reference}-{said.version}"),
                    said.corrected(occurred=_day(random)),
                    said.corrected(planned=random.choice((None, True, False))),
                    said.corrected(
                        kind={"system": "ssda903.place", "code": random.choice(CODES)},
                    ),
                )
            )
        case "placement-end":
            return random.choice(
                (
                    said.corrected(placement=_placement(random)),
                    said.corrected(occurred=_day(random)),
                    said.corrected(planned=random.choice((None, True, False))),
                )
            )
        case _:
            return said.corrected()


def _after(random: Random, *, days: int = 0, most: int) -> str:
    """A time so many days after the beginning, in steps of six hours so that some coincide."""
    hours = 6 * random.randint(days * 4, most * 4)
    return (BEGIN + timedelta(hours=hours)).isoformat()


def _day(random: Random) -> str:
    """A day of five years."""
    day: datetime = BEGIN + timedelta(days=random.choice((7, 30, 200)) * random.randint(-8, 8))
    return day.date().isoformat()


def _episode(random: Random) -> str:
    return f"M-{random.randint(1, 12)}"


def _placement(random: Random) -> str:
    return f"P-{random.randint(0, 11)}"
