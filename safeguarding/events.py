"""What an agency says happened, as the domain sees it, free of any wire format."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from safeguarding.identifiers import Identifier
from safeguarding.moments import EARLIEST_PLAUSIBLE_YEAR, Moment, Precision

RETRACTION = "retraction"
ACKNOWLEDGEMENT = "acknowledgement"
ALERT_HANDOVER = "alert-handover"
# What a team says of an alert: it names no child, stands in no history, and no rule reads it.
ABOUT_ALERTS = frozenset({ACKNOWLEDGEMENT, ALERT_HANDOVER})
# An event type, and the hub's own agency, its team and its role, which alone publish and read it.
CANARY = "canary"
# The field of a missing report that names who is missing too. Its first version has none.
COMPANIONS = "companion_identifiers"

# An agency and the reference that it gave to the thing it speaks of. Every version
# of one statement bears the same reference.
Reference = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """How the agency identifies the child; which child that is, the hub resolves."""

    identifiers: tuple[Identifier, ...]
    name: str | None = None
    born: date | None = None

    def with_what(self, other: "Subject") -> "Subject":
        """This subject and what ``other`` adds: each identifier once, the newer name."""
        return Subject(
            tuple(dict.fromkeys([*self.identifiers, *other.identifiers])),
            other.name or self.name,
            other.born or self.born,
        )

    def known_to(self, agencies: frozenset[str]) -> "Subject":
        """The subject as these agencies can read it: national numbers, and their own."""
        seen = tuple(each for each in self.identifiers if each.issuer in {None, *agencies})
        return replace(self, identifiers=seen)


NOBODY = Subject(())


@dataclass(frozen=True, slots=True)
class Event:
    """One version of one statement of one agency about one child.

    ``received_at`` is the hub's time of receipt; ``broker_at`` the broker's clock at
    that instant. They differ only while a scenario is played. ``backfilled`` tells
    history, loaded in bulk, from the live feed. ``subject_view`` is what the child says of it
    (agrees, denies, not_asked), None where the agency does not say.

    Rules ask for what follows from these again and again, so that it is worked out once: ``key`` is
    what corrections and retractions share. ``placed_at`` is its place in the child's history: when
    it occurred. Where that cannot be right (before a child of today was born, after the hub was
    told) it is when the hub was told: a clock that is wrong must not part an event from what
    belongs to it. ``over_at`` is when it was over at the latest: a day, or a month, is over when it
    is, not before. For an event that ends something: it is not to lie before what began on the same
    day.
    """

    event_id: UUID
    type: str
    schema_version: int
    agency: str
    reference: str
    version: int
    occurred: Moment
    known: Moment
    recorded_at: datetime | None
    received_at: datetime
    broker_at: datetime
    backfilled: bool
    statement: str
    said_by: str | None
    subject: Subject
    labels: tuple[str, ...]
    details: Mapping[str, Any] = field(hash=False)
    subject_view: str | None = None
    key: Reference = field(init=False, repr=False, compare=False)
    placed_at: datetime = field(init=False, repr=False, compare=False)
    over_at: datetime = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what follows from the rest."""
        placed_at = _placed_at(self.occurred, self.received_at)
        object.__setattr__(self, "key", (self.agency, self.reference))
        object.__setattr__(self, "placed_at", placed_at)
        object.__setattr__(self, "over_at", _over_at(placed_at, self.occurred, self.received_at))

    @property
    def learned_at(self) -> datetime | None:
        """When the agency knew of it, or None if it does not say."""
        return None if self.known.precision is Precision.UNKNOWN else self.known.at


def _placed_at(occurred: Moment, received_at: datetime) -> datetime:
    at = occurred.at
    impossible = at.year < EARLIEST_PLAUSIBLE_YEAR or at > received_at
    return received_at if impossible else at


def _over_at(placed_at: datetime, occurred: Moment, received_at: datetime) -> datetime:
    latest = occurred.latest
    if occurred.precision not in {Precision.DAY, Precision.MONTH} or latest is None:
        return placed_at
    return max(placed_at, min(latest, received_at))
