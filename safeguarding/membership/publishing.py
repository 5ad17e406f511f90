"""published: the team that told of something is on the network for a time after it.

It stays until a Monday, so that who publishes often joins once a week and not with each event. What
was told stays told: a correction or retraction makes the time neither longer nor shorter.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from safeguarding.events import ABOUT_ALERTS, CANARY, RETRACTION, Event
from safeguarding.facts import Recipient
from safeguarding.membership.stay import Stay, named
from safeguarding.network import Directory, is_person
from safeguarding.rules.rule import ground_key

ID = "published"
_NOT_TELLING = frozenset({*ABOUT_ALERTS, CANARY, RETRACTION})


def published(event: Event, days: int, directory: Directory) -> Iterator[Stay]:
    """The stay that follows from an event as it comes; history that is loaded makes none."""
    teams = tuple(publishers(event, directory))
    if teams:
        yield Stay(
            ground_of(event.agency),
            teams,
            event.received_at,
            _following_monday(event.received_at.date() + timedelta(days=days)),
            f"Told of something: {named(event)}",
            f"A Monday, when nothing more was told for {days} days",
        )


def publishers(event: Event, directory: Directory) -> Iterator[Recipient]:
    """The agency's teams in the role that said it; its only team where no role did.

    Never a person: an agency that passes on what a mother said does not bring her on.
    """
    if event.backfilled or event.type in _NOT_TELLING:
        return
    of_agency = [
        team
        for team in sorted(directory.teams)
        if team.agency == event.agency and not is_person(team.role)
    ]
    if event.said_by is None and len(of_agency) == 1:
        yield of_agency[0]
    yield from (team for team in of_agency if team.role == event.said_by)


def ground_of(agency: str) -> str:
    """What the hub calls an agency's having published."""
    return ground_key(ID, agency, "events")


def _following_monday(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=-day.weekday() % 7), time(), UTC)
