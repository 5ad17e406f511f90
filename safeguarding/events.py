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
# An event type, and the hub's own agency, its team and its role, which alone publish and read it.
CANARY = "canary"

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

    @property
    def key(self) -> Reference:
        """The agency and its reference: what corrections and retractions share."""
        return (self.agency, self.reference)

    @property
    def placed_at(self) -> datetime:
        """Its place in the child's history: when it occurred.

        Where that cannot be right (before a child of today was born, after the hub was told)
        it is when the hub was told: a clock that is wrong must not part an event from what
        belongs to it.
        """
        occurred = self.occurred.at
        impossible = occurred.year < EARLIEST_PLAUSIBLE_YEAR or occurred > self.received_at
        return self.received_at if impossible else occurred

    @property
    def learned_at(self) -> datetime | None:
        """When the agency knew of it, or None if it does not say."""
        return None if self.known.precision is Precision.UNKNOWN else self.known.at

    @property
    def over_at(self) -> datetime:
        """When it was over at the latest: a day, or a month, is over when it is, not before.

        For an event that ends something: it is not to lie before what began on the same day.
        """
        latest = self.occurred.latest
        if self.occurred.precision not in {Precision.DAY, Precision.MONTH} or latest is None:
            return self.placed_at
        return max(self.placed_at, min(latest, self.received_at))
