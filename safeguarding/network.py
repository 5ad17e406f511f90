"""The network around a child: teams in roles, each with a start, an end and a reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from safeguarding.facts import Recipient


@dataclass(frozen=True, slots=True)
class Membership:
    """A team in a role that is, or was, on a child's network. Why, the log says."""

    recipient: Recipient
    starts_at: datetime
    ends_at: datetime | None

    def active(self, at: datetime) -> bool:
        """Whether the team is on the network at that instant (the end is exclusive)."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


MembershipKey = tuple[Recipient, datetime]


def on_network(memberships: Iterable[Membership], at: datetime) -> list[Recipient]:
    """Who is on the network at that instant, each once, in a stable order."""
    return sorted({m.recipient for m in memberships if m.active(at)})


@dataclass(frozen=True, slots=True)
class Directory:
    """Whom to turn to when a team does not answer, or when nobody can act.

    ``escalates_to`` names each team's next contact. The data steward and the area's
    emergency duty team are told of an alert that would otherwise have no recipient who
    can act (a provisional child has no network yet).
    """

    escalates_to: Mapping[tuple[str, str], Recipient]
    steward: Recipient
    emergency_duty_team: Recipient

    @property
    def fallback(self) -> tuple[Recipient, Recipient]:
        """Who is told when nobody else can act."""
        return (self.steward, self.emergency_duty_team)

    def next_contact(self, recipient: Recipient) -> Recipient | None:
        """The team's next contact, or None at the end of its chain."""
        return self.escalates_to.get((recipient.agency, recipient.team))
