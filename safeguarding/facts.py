"""Facts: what the hub decided and what a person did, kept in the child's log for ever."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from safeguarding.events import NOBODY, Subject
from safeguarding.moments import Moment


class Severity(StrEnum):
    """How urgent an alert is. Its deadline to acknowledge follows from it."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"

    @property
    def rank(self) -> int:
        """Larger is more urgent."""
        return {"medium": 1, "high": 2, "critical": 3}[self.value]


class Mode(StrEnum):
    """Urgent goes to who can act now and asks for an acknowledgement; a digest informs."""

    URGENT = "urgent"
    DIGEST = "digest"


class NotificationKind(StrEnum):
    """Why a recipient gets this copy."""

    RAISED = "raised"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"
    REMINDER = "reminder"
    ESCALATED = "escalated"
    BRIEFING = "briefing"


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """A team in a role: the hub tells teams, never whole agencies."""

    agency: str
    team: str
    role: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One recipient's copy of an alert. ``acknowledge_by`` is None for a digest."""

    notification_id: UUID
    recipient: Recipient
    kind: NotificationKind
    revision: int
    mode: Mode
    acknowledge_by: datetime | None


@dataclass(frozen=True, slots=True)
class Ground:
    """An event that an alert was decided from."""

    agency: str
    reference: str
    version: int
    type: str
    occurred: Moment
    known: Moment
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that fired, in words that a duty team can act on.

    ``level`` grows when a pattern grows (3, 6, 12 ... episodes); ``late_seconds`` is how
    long after the agency knew it the hub was told, None when the agency does not say.
    ``settled`` says that the matter is over and nobody has to answer any more.
    """

    alert_id: UUID
    rule: str
    ruleset: str
    key: str
    severity: Severity
    level: int
    revision: int
    headline: str
    what: str
    where: str | None
    why: str
    paragraphs: tuple[str, ...]
    subject: Subject
    occurred: Moment
    late_seconds: int | None
    grounds: tuple[Ground, ...]
    settled: bool


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
class AlertRaised:
    """A rule found a ground that nobody had been told of."""

    alert: Alert
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class AlertUpdated:
    """The ground grew, or more is known."""

    alert: Alert
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class AlertWithdrawn:
    """The ground no longer stands: a person corrected or retracted it."""

    alert: Alert
    because: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A recipient answered for having seen an alert."""

    alert_id: UUID
    recipient: Recipient
    by: str | None
    acknowledged_at: datetime
    action: str | None
    already_known: bool


@dataclass(frozen=True, slots=True)
class ExpectationMissed:
    """Something that had to happen by a time has not.

    The alert is repeated so that a reminder can say all that the first copy said.
    """

    expectation_id: UUID
    kind: str
    due_at: datetime
    recipient: Recipient
    alert: Alert
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Briefed:
    """Who has joined the network is told of an alert that was open before."""

    recipient: Recipient
    alert: Alert
    notification_id: UUID
    mode: Mode
    acknowledge_by: datetime | None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The one copy, as the other announcements have theirs."""
        return (
            Notice(
                notification_id=self.notification_id,
                recipient=self.recipient,
                kind=NotificationKind.BRIEFING,
                revision=self.alert.revision,
                mode=self.mode,
                acknowledge_by=self.acknowledge_by,
            ),
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """The broker took a notification for its recipient's agency."""

    notification_id: UUID
    number: int
    partition: int
    offset: int
    delivered_at: datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """Notifications that reached the alerts topics of their recipients."""

    deliveries: tuple[Delivery, ...]


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


Fact = (
    ChildIdentified
    | NetworkJoined
    | NetworkLeft
    | AlertRaised
    | AlertUpdated
    | AlertWithdrawn
    | Acknowledged
    | ExpectationMissed
    | Briefed
    | Delivered
    | Moved
    | NamedWithAnother
    | RuleFailed
    | RuleDecided
    | Undecided
    | DeadlineDoubted
    | TimeFlagged
)
Announcement = AlertRaised | AlertUpdated | AlertWithdrawn | ExpectationMissed | Briefed
