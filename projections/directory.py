"""From the agencies file to the directory that decisions lean on."""

from safeguarding.facts import Recipient
from safeguarding.network import Directory
from schemas.agencies import Agencies, Contact


def directory_of(agencies: Agencies) -> Directory:
    """All teams, each one's next contact, and who is told when nobody else can act."""
    return Directory(
        escalates_to={
            team: _recipient(contact) for team, contact in agencies.escalations().items()
        },
        steward=_recipient(agencies.area.steward),
        emergency_duty_team=_recipient(agencies.area.emergency_duty_team),
        teams=frozenset(map(_recipient, agencies.contacts())),
        providers={
            urn: agency_id for agency_id, agency in agencies.agencies.items() for urn in agency.urns
        },
    )


def _recipient(contact: Contact) -> Recipient:
    return Recipient(contact.agency, contact.team, contact.role)
