"""The agencies of an area, their teams and roles, and whom to turn to when one does not answer.

The file (``deploy/agencies.yaml`` for the demo) is reviewed like code: broker users, topics and
recipients follow from it.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from safeguarding.events import CANARY
from schemas.reviewed_file import Fault, FileRefused, KeyPath, Reviewed, ReviewedFile

# Ids become parts of topic names and broker users, so they are plain and short.
AgencyId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
TeamId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Urn = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,20}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Partitions = Annotated[int, Field(ge=1, le=64)]


class Contact(Reviewed):
    """A team in a role: what a notification is addressed to."""

    agency: AgencyId
    team: TeamId
    role: Role


class Team(Reviewed):
    """A team, the roles that people hold in it, and the team to turn to if it does not answer.

    With null that is its agency's contact, and if there is none, the partnership's.
    """

    name: Text
    roles: Annotated[list[Role], Field(min_length=1)]
    escalates_to: Contact | None


class AgencyPartitions(Reviewed):
    """How many partitions the agency's own topics have. Alerts always have one."""

    events: Partitions = 1
    backfill: Partitions = 1


class Feeds(Reviewed):
    """What an agency publishes as it happens, so that its silence says something.

    ``usual_days``: as long as it is usual to hear nothing from it, of whatever kind.
    """

    usual_days: Annotated[int, Field(ge=1, le=366)]
    publishes: Annotated[list[Text], Field(min_length=1)]


class Agency(Reviewed):
    """One organisation that publishes to the hub and is told by it."""

    name: Text
    kind: Text
    partitions: AgencyPartitions = AgencyPartitions()
    # The regulator's numbers (URN) of the homes and services that it runs.
    urns: list[Urn] = Field(default_factory=list)
    # Whom to turn to where the chains of its teams end.
    escalates_to: Contact | None = None
    # Nothing that a rule awaits is missed but by an agency that says here that it would tell.
    feeds: Feeds | None = None
    teams: Annotated[dict[TeamId, Team], Field(min_length=1)]


class Area(Reviewed):
    """Who is told of an alert that nobody on a network can act on, or that no agency answers."""

    name: Text
    steward: Contact
    emergency_duty_team: Contact
    # Whom to turn to where an agency's chain ends: who answers for the partnership.
    partnership: Contact | None = None


class Agencies(Reviewed):
    """The whole file."""

    area: Area
    agencies: Annotated[dict[AgencyId, Agency], Field(min_length=1)]

    def agency(self, agency_id: str) -> Agency:
        """Find one agency. Raises LookupError that names those there are."""
        try:
            return self.agencies[agency_id]
        except KeyError:
            known = ", ".join(sorted(self.agencies))
            raise LookupError(f"no agency {agency_id!r} in the agencies file: {known}") from None

    def contacts(self) -> Iterator[Contact]:
        """Every team in every role."""
        for agency_id, agency in self.agencies.items():
            for team_id, team in agency.teams.items():
                for role in team.roles:
                    yield Contact(agency=agency_id, team=team_id, role=role)

    def roles_of(self, agency_id: str) -> frozenset[str]:
        """Every role of an agency's teams; none where there is no such agency."""
        return frozenset(each.role for each in self.contacts() if each.agency == agency_id)

    def knows(self, contact: Contact) -> bool:
        """Whether the agency has this team and the team this role."""
        agency = self.agencies.get(contact.agency)
        team = agency.teams.get(contact.team) if agency else None
        return team is not None and contact.role in team.roles

    def feeds(self) -> Mapping[str, Feeds]:
        """What agencies publish live, by agency; those that say nothing of it are left out."""
        return {
            agency_id: agency.feeds
            for agency_id, agency in self.agencies.items()
            if agency.feeds is not None
        }

    def escalations(self) -> Mapping[tuple[str, str], Contact]:
        """Each team's next contact, by agency and team; teams that end a chain are left out.

        The team's own; where it has none its agency's; and where that is itself, or there is none,
        the partnership's.
        """
        found: dict[tuple[str, str], Contact] = {}
        for agency_id, agency in self.agencies.items():
            for team_id, team in agency.teams.items():
                contact = team.escalates_to or self._above(agency_id, team_id)
                if contact is not None:
                    found[agency_id, team_id] = contact
        return found

    def _above(self, agency_id: str, team_id: str) -> Contact | None:
        """The next contact of a team that names none: with the partnership's the chain ends."""
        for contact in (self.area.partnership, self.agencies[agency_id].escalates_to):
            if contact is not None and (contact.agency, contact.team) == (agency_id, team_id):
                return self.area.partnership if contact is not self.area.partnership else None
        return self.agencies[agency_id].escalates_to or self.area.partnership


_OWN = Agency(
    name="Kith itself",
    kind="hub",
    teams={CANARY: Team(name="The hub's canary", roles=[CANARY], escalates_to=None)},
)


def load_agencies(path: Path, event_types: Collection[str] | None = None) -> Agencies:
    """Read an agencies file, and add the hub's own agency.

    ``event_types`` are those of the contract, where it is at hand: what a feed publishes must be
    among them. Raises FileRefused naming file, line and key of each fault.
    """
    file = ReviewedFile(path)
    agencies = file.parse(Agencies)
    faults = [*_unknown_contacts(file, agencies), *_circles(file, agencies)]
    faults += _shared_urns(file, agencies)
    if event_types is not None:
        faults += _unknown_types(file, agencies, event_types)
    if CANARY in agencies.agencies:
        faults.append(file.fault(("agencies", CANARY), "this name is the hub's own: take another"))
    if faults:
        raise FileRefused(faults)
    # The hub's own agency has topics, a principal and credentials like any other.
    return agencies.model_copy(update={"agencies": {**agencies.agencies, CANARY: _OWN}})


def _unknown_contacts(file: ReviewedFile, agencies: Agencies) -> Iterator[Fault]:
    named: list[tuple[KeyPath, Contact]] = [
        (("area", "steward"), agencies.area.steward),
        (("area", "emergency_duty_team"), agencies.area.emergency_duty_team),
    ]
    if agencies.area.partnership is not None:
        named.append((("area", "partnership"), agencies.area.partnership))
    for agency_id, agency in agencies.agencies.items():
        if agency.escalates_to is not None:
            named.append((("agencies", agency_id, "escalates_to"), agency.escalates_to))
        named += [
            (("agencies", agency_id, "teams", team_id, "escalates_to"), team.escalates_to)
            for team_id, team in agency.teams.items()
            if team.escalates_to is not None
        ]
    for key_path, contact in named:
        if not agencies.knows(contact):
            yield file.fault(
                key_path,
                f"there is no role {contact.role} in team {contact.team} of agency"
                f" {contact.agency}: name one that this file has",
            )


def _shared_urns(file: ReviewedFile, agencies: Agencies) -> Iterator[Fault]:
    """Find numbers that two agencies claim: a placement has one provider."""
    claimed: dict[str, str] = {}
    for agency_id, agency in agencies.agencies.items():
        for urn in agency.urns:
            other = claimed.setdefault(urn, agency_id)
            if other != agency_id:
                yield file.fault(
                    ("agencies", agency_id, "urns"),
                    f"{urn} is a number of {other} too: name it once",
                )


def _unknown_types(
    file: ReviewedFile, agencies: Agencies, event_types: Collection[str]
) -> Iterator[Fault]:
    """Find types that no event has: what is awaited would never be missed for a misspelt name."""
    for agency_id, feeds in agencies.feeds().items():
        for place, event_type in enumerate(feeds.publishes):
            if event_type not in event_types:
                near = get_close_matches(event_type, sorted(event_types), n=1)
                remedy = f"did you mean {near[0]}?" if near else "see docs/events.md"
                yield file.fault(
                    ("agencies", agency_id, "feeds", "publishes", place),
                    f"there is no event {event_type}: {remedy}",
                )


def _circles(file: ReviewedFile, agencies: Agencies) -> Iterator[Fault]:
    """Find teams from which an escalation would come back, so that it would never end."""
    following = {team: (to.agency, to.team) for team, to in agencies.escalations().items()}
    for start in following:
        passed, team = {start}, following.get(start)
        while team is not None and team not in passed:
            passed.add(team)
            team = following.get(team)
        if team == start:
            agency_id, team_id = start
            yield file.fault(
                ("agencies", agency_id, "teams", team_id, "escalates_to"),
                "an escalation from here comes back to the same team: name another, or null "
                "where the next is the agency's own contact",
            )
