"""The network around a child: teams in roles, each with a start, an end and a reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from safeguarding.facts import Recipient


@dataclass(frozen=True, slots=True)
class Membership:
    """A team in a role that is, or was, on a child's network. Why, the log says.

    ``ground`` is what it follows from; empty where a person made it.
    """

    recipient: Recipient
    starts_at: datetime
    ends_at: datetime | None
    ground: str = ""

    @property
    def key(self) -> "MembershipKey":
        """What tells it from the child's other memberships."""
        return (self.recipient, self.starts_at, self.ground)

    def active(self, at: datetime) -> bool:
        """Whether the team is on the network at that instant (the end is exclusive)."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


MembershipKey = tuple[Recipient, datetime, str]


def on_network(memberships: Iterable[Membership], at: datetime) -> list[Recipient]:
    """Who is on the network at that instant, each once, in a stable order."""
    return sorted({m.recipient for m in memberships if m.active(at)})


# By the last word of a role: a birth_mother is a person, a family_support_worker is not.
_PERSONS = frozenset(
    {
        *("child", "parent", "parents", "mother", "father", "stepmother", "stepfather"),
        *("carer", "carers", "guardian", "guardians", "partner", "household", "family"),
        *("grandparent", "grandparents", "grandmother", "grandfather", "aunt", "uncle"),
        *("sibling", "siblings", "sister", "brother", "relative", "relatives", "friend"),
    }
)
# The duty team that a fostering agency has for its carers, which is an organisation's.
_TEAMS_OF_CARERS = frozenset({"foster_carer"})


def is_person(role: str) -> bool:
    """Whether the role is a person's (a parent, a carer, of the household), and no team's.

    Persons are put on a network by name, by a person, and never because of what happens.
    """
    return role not in _TEAMS_OF_CARERS and role.rpartition("_")[2] in _PERSONS


@lru_cache(maxsize=8)  # A directory is asked many times for each event.
def _in_order(teams: frozenset[Recipient]) -> tuple[Recipient, ...]:
    return tuple(sorted(teams))


@dataclass(frozen=True, slots=True)
class Directory:
    """Whom to turn to when a team does not answer, or when nobody can act.

    ``escalates_to`` names each team's next contact: its own, then its agency's, then the
    partnership's. The data steward and the area's
    emergency duty team are told of an alert that would otherwise have no recipient who
    can act (a provisional child has no network yet). ``teams`` are all teams in all their
    roles, ``providers`` the agency behind each of the regulator's numbers (URN) of a placement.
    """

    escalates_to: Mapping[tuple[str, str], Recipient]
    steward: Recipient
    emergency_duty_team: Recipient
    teams: frozenset[Recipient] = frozenset()
    providers: Mapping[str, str] = field(default_factory=dict)

    def in_roles(self, roles: Iterable[str], agency: str | None = None) -> Iterator[Recipient]:
        """The teams in these roles, of one agency or of all, in a stable order."""
        wanted = frozenset(roles)
        for team in _in_order(self.teams):
            if team.role in wanted and agency in {None, team.agency}:
                yield team

    @property
    def fallback(self) -> tuple[Recipient, Recipient]:
        """Who is told when nobody else can act."""
        return (self.steward, self.emergency_duty_team)

    def next_contact(self, recipient: Recipient) -> Recipient | None:
        """The team's next contact, or None at the end of its chain."""
        return self.escalates_to.get((recipient.agency, recipient.team))
