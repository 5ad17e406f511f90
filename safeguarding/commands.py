"""Commands: what a person asks for. A refusal is an answer with its reason, not an error."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from safeguarding.case import AlertState, Case
from safeguarding.events import CANARY
from safeguarding.facts import Acknowledged, Fact, NetworkJoined, NetworkLeft, Recipient
from safeguarding.network import Membership


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a command was not carried out, and what to do."""

    reason: str


@dataclass(frozen=True, slots=True)
class JoinNetwork:
    """A team in a role is to be told of what happens to this child."""

    recipient: Recipient
    reason: str
    starts_at: datetime
    ends_at: datetime | None = None

    def decide(self, case: Case, now: datetime) -> list[Fact] | Refused:
        """Joining twice is no error: the second time nothing is added.

        A membership that goes on for longer than the one that there is, is another.
        """
        if self.recipient.agency == CANARY:
            return Refused("this is the hub's own agency, which reads of no child")
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            return Refused("the membership ends before it starts: give an end after its start")
        if any(self._adds_nothing_to(each, now) for each in case.memberships.values()):
            return []
        return [NetworkJoined(self.recipient, self.reason, self.starts_at, self.ends_at)]

    def _adds_nothing_to(self, membership: Membership, now: datetime) -> bool:
        lasts = membership.ends_at is None or (
            self.ends_at is not None and self.ends_at <= membership.ends_at
        )
        begun = membership.active(max(now, self.starts_at))
        # One that follows from events ends with them, and so is no reason not to make another.
        made_by_hand = not membership.ground
        return membership.recipient == self.recipient and made_by_hand and begun and lasts


@dataclass(frozen=True, slots=True)
class LeaveNetwork:
    """A team in a role is to be told no longer."""

    recipient: Recipient
    reason: str
    ends_at: datetime

    def decide(self, case: Case, now: datetime) -> list[Fact] | Refused:
        """Only a team that is on the network can leave it."""
        del now
        member = any(
            membership.recipient == self.recipient
            and (membership.ends_at is None or membership.ends_at > self.ends_at)
            for membership in case.memberships.values()
        )
        if not member:
            return Refused("this team is not on the child's network in that role")
        return [NetworkLeft(self.recipient, self.reason, self.ends_at)]


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A recipient answers for having seen an alert, and says what it will do.

    ``seen_revision`` is the revision that the person had in front of them: who has seen
    less than there is now is asked to look again. None for systems that do not say.
    """

    alert_id: UUID
    recipient: Recipient
    by: str | None
    action: str | None
    already_known: bool
    seen_revision: int | None = None

    def decide(self, case: Case, now: datetime) -> list[Fact] | Refused:
        """Two recipients may both acknowledge: one never clears the other's copy."""
        alert = case.alert(self.alert_id)
        if alert is None:
            return Refused("there is no such alert: take its id from the notification")
        if self.recipient not in dict(alert.told):
            return Refused("this team was not told of the alert in that role")
        if alert.state is AlertState.WITHDRAWN:
            return Refused("the alert was withdrawn: there is nothing left to acknowledge")
        if self.seen_revision is not None and self.seen_revision < alert.revision:
            return Refused(
                f"the alert is at revision {alert.revision}, you saw {self.seen_revision}: "
                "read it again, then acknowledge"
            )
        return [
            Acknowledged(
                alert_id=self.alert_id,
                recipient=self.recipient,
                by=self.by,
                acknowledged_at=now,
                action=self.action,
                already_known=self.already_known,
            )
        ]


Command = JoinNetwork | LeaveNetwork | Acknowledge
