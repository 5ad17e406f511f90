"""Facts about what is awaited: something that must happen by a time, or at an event.

An acknowledgement that is awaited has facts of its own, see ``safeguarding.facts.alerts``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from safeguarding.facts.alerts import Ground


class Verdict(StrEnum):
    """What the hub holds once the time has passed and nothing has met what was awaited.

    missed: it has not happened, as far as those who would say so have said. not_known: nobody
    who would say so is heard from, or what came cannot be read; so it may have happened.
    """

    MISSED = "missed"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class ExpectationOpened:
    """Something is awaited. A higher ``revision`` says again what has changed about it.

    ``due_at`` is None while it is due at an event that has not come. ``awaits`` names the types of
    event that can meet it, ``agencies`` whose they must be (anybody's where it is empty).
    """

    expectation_id: UUID
    rule: str
    ruleset: str
    key: str
    revision: int
    what: str
    due_at: datetime | None
    awaits: tuple[str, ...]
    agencies: tuple[str, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class ExpectationMet:
    """It happened in time, whenever the hub was told: ``by`` is what shows it."""

    expectation_id: UUID
    rule: str
    key: str
    met_at: datetime
    by: Ground


@dataclass(frozen=True, slots=True)
class ExpectationCancelled:
    """It is awaited no more, and why."""

    expectation_id: UUID
    rule: str
    key: str
    because: str


@dataclass(frozen=True, slots=True)
class ExpectationLapsed:
    """Its time passed and nothing met it. ``because`` says why a verdict is not known."""

    expectation_id: UUID
    rule: str
    key: str
    due_at: datetime
    verdict: Verdict
    because: str | None
