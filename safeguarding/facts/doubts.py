"""Facts about what the hub could not decide, or could not take at its word."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RuleFailed:
    """A rule raised instead of deciding; the other rules decided. ``fault`` names a type."""

    rule: str
    fault: str
    agency: str
    reference: str


@dataclass(frozen=True, slots=True)
class RuleDecided:
    """A rule that had failed on an event has decided on it since."""

    rule: str
    agency: str
    reference: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """The hub's own code failed on an event, which is kept here as it came (``message``).

    It changes no case. Once the fault is mended the event itself is appended and decided.
    """

    agency: str
    reference: str
    event_id: UUID
    version: int
    type: str
    received_at: datetime
    broker_at: datetime
    backfilled: bool
    fault: str
    message: bytes


@dataclass(frozen=True, slots=True)
class DeadlineDoubted:
    """Whether a deadline was kept is not known: what came may be the answer."""

    expectation_id: UUID
    undecided: bool
    quarantined: bool


@dataclass(frozen=True, slots=True)
class TimeFlagged:
    """A stated time cannot be right. The event stands all the same."""

    agency: str
    reference: str
    fields: tuple[str, ...]
