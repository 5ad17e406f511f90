"""One statement about a child, drawn at random, and what a correction may change of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.unit.rules.said import (
    Said,
    admission,
    adults_report,
    arrest,
    assessed,
    attendance,
    detention,
    found,
    harmed,
    incident,
    left,
    london,
    placed,
    release,
    report,
)

BEGIN = london("2021-03-01 08:00")
INCIDENTS = ("ligature", "unconscious", "force_used", "observation_raised", "healthcare_called")
CODES = ("K2", "U1", "T0", "T1")
PLANNED = (None, True, False)
METHODS = ("ligature", "overdose", "laceration", "not_known")
SEEN = ("yes", "yes", "no", "not_known")
STEPS = ("requested", "completed", "refused")

DETENTION = ("detained", "detained", "arrested", "released", "adult")
SELF_HARM = ("harmed", "attended", "admitted", "assessed")


def first(random: Random, number: int, kind: str) -> Said:
    """The first version of the statement with this number."""
    return _FIRST[kind](random, number)


def changed(random: Random, said: Said) -> Said:
    """The next version, with one thing changed."""
    changes = random.choice(_CHANGES[said.type])
    return said.corrected(**changes(random, said))


def _placed(random: Random, number: int) -> Said:
    return placed(
        f"P-{number}",
        _day(random),
        kind=random.choice(CODES),
        registration=random.choice(("registered", "registered", "unregistered")),
        planned=random.choice(PLANNED),
        emergency=random.choice((None, None, True)),
        reference=f"S-{number}",
    )


_FIRST: dict[str, Callable[[Random, int], Said]] = {
    "custody": lambda random, n: incident(
        random.choice(INCIDENTS), _at(random), record=_record(random), reference=f"I-{n}"
    ),
    "detained": lambda random, n: replace(
        detention(_at(random), record=_record(random)), reference=f"D-{n}"
    ),
    "arrested": lambda random, n: arrest(
        _at(random), record=_record(random), reference=f"AR-{n}", appropriate_adult_asked="mother"
    ),
    "released": lambda random, n: release(_at(random), record=_record(random), reference=f"RE-{n}"),
    "adult": lambda random, n: adults_report(
        _at(random), record=_record(random), reference=f"AA-{n}"
    ),
    "harmed": lambda random, n: harmed(random.choice(METHODS), _at(random), reference=f"SH-{n}"),
    "attended": lambda random, n: attendance(
        _at(random), self_harm=random.choice(SEEN), reference=f"A-{n}"
    ),
    "admitted": lambda random, n: admission(
        _at(random), reference=f"H-{n}", follows=_attendance(random)
    ),
    "assessed": lambda random, n: assessed(random.choice(STEPS), _at(random), reference=f"PSA-{n}"),
    "report": lambda random, n: report(_episode(random), _later(random), reference=f"R-{n}"),
    "found": lambda random, n: found(_episode(random), _later(random), reference=f"F-{n}"),
    "placed": _placed,
    "left": lambda random, n: left(
        _placement(random), _day(random), planned=random.choice(PLANNED), reference=f"E-{n}"
    ),
}

Change = Callable[[Random, Said], dict[str, Any]]


def _to(name: str, draw: Callable[[Random], Any]) -> Change:
    return lambda random, _: {name: draw(random)}


def _of(name: str, *values: Any) -> Change:
    return lambda random, _: {name: random.choice(values)}


def _at(random: Random) -> str:
    """In the days of which a custody record, or a stay in hospital, may be."""
    return _after(random, days=10, most=13)


def _later(random: Random) -> str:
    return _after(random, most=150)


def _day(random: Random) -> str:
    """A day of five years."""
    day: datetime = BEGIN + timedelta(days=random.choice((7, 30, 200)) * random.randint(-8, 8))
    return day.date().isoformat()


def _after(random: Random, *, days: int = 0, most: int) -> str:
    """A time so many days after the beginning, in steps of six hours so that some coincide."""
    hours = 6 * random.randint(days * 4, most * 4)
    return (BEGIN + timedelta(hours=hours)).isoformat()


def _record(random: Random) -> str:
    return f"CR-{random.randint(1, 2)}"


def _attendance(random: Random) -> str:
    return f"A-{random.randint(0, 11)}"


def _episode(random: Random) -> str:
    return f"M-{random.randint(1, 12)}"


def _placement(random: Random) -> str:
    return f"P-{random.randint(0, 11)}"


_CUSTODY = (_to("custody_record", _record), _to("occurred", _at))
_MISSING: tuple[Change, ...] = (_to("episode", _episode), _to("occurred", _later), lambda _, __: {})
_CHANGES: dict[str, tuple[Change, ...]] = {
    "custody-incident": (*_CUSTODY, _of("kind", *INCIDENTS), _of("means", "cord", "blanket")),
    "custody-detention": _CUSTODY,
    "custody-arrest": (*_CUSTODY, _of("custody_record", None)),
    "custody-release": _CUSTODY,
    "appropriate-adult-report": (_to("custody_record", _record),),
    "self-harm-incident": (
        _of("method", *METHODS),
        _of("unconscious", True),
        _to("occurred", _at),
    ),
    "emergency-attendance": (_of("self_harm", *SEEN), _to("occurred", _at)),
    "hospital-admission": (_to("follows_reference", _attendance), _to("occurred", _at)),
    "psychosocial-assessment": (_of("step", *STEPS), _to("occurred", _at)),
    "missing-report": _MISSING,
    "missing-found": _MISSING,
    "placement-start": (
        lambda _, said: {"placement": f"{said.reference}-{said.version}"},
        _to("occurred", _day),
        _of("planned", *PLANNED),
        lambda random, _: {"kind": {"system": "ssda903.place", "code": random.choice(CODES)}},
    ),
    "placement-end": (
        _to("placement", _placement),
        _to("occurred", _day),
        _of("planned", *PLANNED),
    ),
}
