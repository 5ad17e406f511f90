"""A child's case: the bounded part of a child's history that one decision needs.

Whoever loads a case chooses what it holds: the events in the windows that the rules
declare, the alerts under the keys that they may touch, the whole network. ``evolve``
changes a case in place, its owner is the caller, and ``changed`` collects what has to
be stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from safeguarding.events import NOBODY, Event, Reference, Subject
from safeguarding.facts import Mode, Recipient, Severity
from safeguarding.network import Membership, MembershipKey
from safeguarding.standings import Standings

AlertKey = tuple[str, str]  # rule, and what the rule calls the ground


class AlertState(StrEnum):
    """An alert is open until its ground is withdrawn."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"


class ExpectationState(StrEnum):
    """What became of something that had to happen by a time."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    NOT_KNOWN = "not_known"
    CANCELLED = "cancelled"


def wording(what: str) -> bytes:
    """Eight bytes that change when the words of an alert change.

    The tables keep these and not the words, which only the sealed log holds.
    """
    return sha256(what.encode()).digest()[:8]


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """What the case remembers of an alert: enough to decide what changed, and whom to tell."""

    alert_id: UUID
    rule: str
    key: str
    severity: Severity
    level: int
    revision: int
    state: AlertState
    sequence: int
    wording: bytes
    told: tuple[tuple[Recipient, Mode], ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """An answer to an alert that must come by a time. What rules await is ``Awaited``."""

    expectation_id: UUID
    kind: str
    alert_id: UUID
    recipient: Recipient
    due_at: datetime
    opened_sequence: int
    state: ExpectationState
    closed_sequence: int | None = None
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that a rule awaits under a ground. ``due_at`` is None while its event has not come.

    ``ground`` is the event that opened it. ``wording`` changes when what is said of it changes.
    """

    expectation_id: UUID
    rule: str
    key: str
    revision: int
    due_at: datetime | None
    awaits: tuple[str, ...]
    agencies: tuple[str, ...]
    ground: Reference
    wording: bytes
    opened_sequence: int
    state: ExpectationState
    closed_sequence: int | None = None


@dataclass(slots=True)
class Changed:
    """Which parts of a case differ from what was loaded."""

    standings: set[Reference] = field(default_factory=set)
    memberships: set[MembershipKey] = field(default_factory=set)
    alerts: set[AlertKey] = field(default_factory=set)
    expectations: set[UUID] = field(default_factory=set)
    awaited: set[AlertKey] = field(default_factory=set)


@dataclass(slots=True)
class Case:
    """See the module. ``sequence`` and ``head`` are the last entry's number and hash."""

    child_id: UUID
    provisional: bool = False
    subject: Subject = NOBODY
    sequence: int = 0
    head: bytes = bytes(32)
    standings: Standings = field(default_factory=Standings)
    memberships: dict[MembershipKey, Membership] = field(default_factory=dict)
    alerts: dict[AlertKey, AlertRecord] = field(default_factory=dict)
    expectations: dict[UUID, Expectation] = field(default_factory=dict)
    awaited: dict[AlertKey, Awaited] = field(default_factory=dict)
    changed: Changed = field(default_factory=Changed)
    # What rules have worked out of it (``safeguarding.rules.kept``): says nothing of its own.
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def standing_event(self, key: Reference) -> Event | None:
        """The event that stands under this reference, or None if there is none (any more)."""
        standing = self.standings.get(key)
        return None if standing is None or standing.retracted else standing.event

    def events(self, types: Iterable[str], since: datetime, until: datetime) -> list[Event]:
        """Standing events of these types with their place in [since, until], oldest first.

        Events of one instant are ordered by agency and reference, so that the order in
        which they arrived changes nothing.
        """
        return self.standings.events(types, since, until)

    def alert(self, alert_id: UUID) -> AlertRecord | None:
        """The alert with this id, if the case holds it."""
        return next((a for a in self.alerts.values() if a.alert_id == alert_id), None)
