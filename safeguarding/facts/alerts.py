"""Facts about alerts: what a rule found, who is told of it, and what they answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from safeguarding.events import Subject
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
    """Urgent goes to who can act now and asks for an acknowledgement; a digest wakes nobody."""

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
    """One recipient's copy of an alert. ``acknowledge_by`` is None where no answer is asked for.

    A digest has one where it is office work that waits for the office to open.
    """

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
class HandedOver:
    """A team passed what it has in hand of an alert from one of its workers to the next.

    Workers are named by their agency's own opaque references, as in ``Acknowledged.by``. It is no
    answer: whatever deadline the team has, it keeps.
    """

    alert_id: UUID
    recipient: Recipient
    from_worker: str | None
    to_worker: str
    handed_over_at: datetime
    note: str | None


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
class AnswerReminded:
    """A recipient was reminded, while there is still time, that an answer is awaited.

    The alert is repeated, as in ``ExpectationMissed``.
    """

    expectation_id: UUID
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
