"""Commands: what a person asks for. A refusal is an answer with its reason, not an error."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from safeguarding.case import AlertState, Case
from safeguarding.events import CANARY
from safeguarding.facts import (
    Acknowledged,
    Alert,
    Fact,
    HandedOver,
    NetworkJoined,
    NetworkLeft,
    Recipient,
)
from safeguarding.network import Membership

# An agency's own reference of a worker. A name has spaces and an address an @, so most of what
# would say in clear who somebody is does not pass; the hub cannot tell the rest.
_WORKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}")


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


@dataclass(frozen=True, slots=True)
class HandOver:
    """A team passes what it has in hand of an alert from one of its workers to the next.

    ``from_worker`` is None where nobody in particular had it. Both are the agency's own opaque
    references.
    """

    alert_id: UUID
    recipient: Recipient
    from_worker: str | None
    to_worker: str
    note: str | None

    def decide(self, case: Case, now: datetime, alert: Alert | None) -> list[Fact] | Refused:
        """Record it, if there is anything left to have in hand. It answers nothing.

        ``alert`` is the alert as it was last told: a case does not remember what is settled.
        """
        refused = unfit_workers(self.from_worker, self.to_worker) or self._nothing_to_hand_over(
            case, alert
        )
        if refused is not None:
            return refused
        return [
            HandedOver(
                alert_id=self.alert_id,
                recipient=self.recipient,
                from_worker=self.from_worker,
                to_worker=self.to_worker,
                handed_over_at=now,
                note=self.note,
            )
        ]

    def _nothing_to_hand_over(self, case: Case, alert: Alert | None) -> Refused | None:
        record = case.alert(self.alert_id)
        if record is None:
            return Refused("there is no such alert: take its id from the notification")
        if self.recipient not in dict(record.told):
            return Refused(
                "this team was not told of the alert in that role: name the team and role that were"
            )
        if record.state is AlertState.WITHDRAWN:
            return Refused("the alert was withdrawn: there is nothing left to hand over")
        if alert is not None and alert.settled:
            return Refused("the matter is settled: there is nothing left to hand over")
        return None


WORKER_REFERENCE = (
    "the reference that your own system has for them, such as staff-0412"
    " (letters, digits and . _ / : -, at most 64), never by name"
)


def names_a_worker(text: str) -> bool:
    """Whether it may be an agency's own opaque reference of a worker, and is no name or address."""
    return _WORKER.fullmatch(text) is not None


def unfit_workers(from_worker: str | None, to_worker: str) -> Refused | None:
    """Why nothing can be handed over between these two. What was written is not repeated."""
    for worker in (from_worker, to_worker):
        if worker is not None and not names_a_worker(worker):
            return Refused(f"a worker is named by {WORKER_REFERENCE}")
    if from_worker == to_worker:
        return Refused("this hands over to the worker who has it: name the one who comes on")
    return None


Command = JoinNetwork | LeaveNetwork | Acknowledge
