"""Facts about whom an event is about, and who is around that child."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from safeguarding.events import NOBODY, Subject
from safeguarding.facts.alerts import Recipient


@dataclass(frozen=True, slots=True)
class ChildIdentified:
    """Who this child is, as far as an event has added to it.

    ``digests`` are keyed hashes of ``subject``'s identifiers, in their order: no identifier
    stands in the tables in clear. ``doubts`` say why a child is provisional, by scheme,
    never by value.
    """

    digests: tuple[bytes, ...]
    schemes: tuple[str, ...]
    provisional: bool
    doubts: tuple[str, ...]
    subject: Subject = NOBODY


@dataclass(frozen=True, slots=True)
class NetworkJoined:
    """A team in a role joined the child's network.

    ``ground`` names what it follows from, where it follows from events; it is empty for a
    membership that a person made.
    """

    recipient: Recipient
    reason: str
    starts_at: datetime
    ends_at: datetime | None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class NetworkLeft:
    """A team in a role left the child's network.

    With a ``ground`` it leaves what followed from that ground, else everything.
    """

    recipient: Recipient
    reason: str
    ends_at: datetime
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A correction says that an event is about another child: both children's logs say so.

    ``away`` in the log of the child that it was taken for; there it stands no more.
    """

    agency: str
    reference: str
    version: int
    other_child: UUID
    away: bool


@dataclass(frozen=True, slots=True)
class NamedWithAnother:
    """An event's identifiers stand for this child and another: neither is it known to be about.

    ``kept_with`` is the provisional child in whose log it stands.
    """

    agency: str
    reference: str
    version: int
    kept_with: UUID


@dataclass(frozen=True, slots=True)
class NamedAsCompanion:
    """An event about another child names this one as missing together with that child.

    It does not say who that is: whoever reads this log is told of this child alone.
    """

    agency: str
    reference: str
    version: int
