"""How things are named on the command line: a child, a team in a role, an agency, a time."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kith.cli.reading import CANNOT, Wrong

if TYPE_CHECKING:
    from kith.cli.reading import Hub
    from projections.queries.children import KnownChild
    from projections.queries.period import Period
    from safeguarding.facts import Recipient
    from safeguarding.identifiers import Identifier
    from schemas.agencies import Agencies

MOST_REASON = 1000
_SCHEMES = {"nhs": "nhs-number", "nhs-number": "nhs-number", "upn": "upn", "local": "local"}
_HOW_CHILD = "name a child by its id, or as nhs:NUMBER, upn:NUMBER or local:AGENCY:NUMBER"
_HOW_TIME = (
    "write 2021-10-02, 2021-10-02T02:41 or 2021-10-02T02:41:15, in London's time, or with an"
    " offset such as +01:00 or Z"
)
_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[T ](?P<clock>\d\d:\d\d(?P<seconds>:\d\d(?:\.\d{1,6})?)?)"
    r"(?P<offset>Z|[+-]\d\d:\d\d)?)?"
)


def find_child(text: str, hub: "Hub") -> "KnownChild":
    """The child that the text names. Raises Wrong, which repeats no identifier."""
    from projections.queries import children
    from projections.queries.short_ids import NotAnId, id_range

    if ":" in text:
        digest = hub.wiring.world.digest(read_identifier(text, hub.agencies.agencies))
        child = children.child_by_digest(hub.connection, digest)
        if child is None:
            raise Wrong(
                "No child is known by this identifier. A provisional child is named by its id,"
                " which stands in the alert.",
                CANNOT,
            )
        return child
    try:
        wanted = id_range(text)
    except NotAnId:
        raise Wrong(f"This names no child: {_HOW_CHILD}.") from None
    found = children.children_by_prefix(hub.connection, wanted.first, wanted.last)
    if len(found) > 1:
        raise Wrong("Several children's ids start like this: give more of it.", CANNOT)
    child = children.child_by_id(hub.connection, found[0]) if found else None
    if child is None:
        raise Wrong("There is no child with this id.", CANNOT)
    return child


def read_identifier(text: str, agencies: Iterable[str]) -> "Identifier":
    """Read ``SCHEME:VALUE`` or ``local:AGENCY:VALUE``. Raises Wrong."""
    from safeguarding.identifiers import Doubt, Identifier, check, normalised

    scheme, _, value = text.partition(":")
    known = _SCHEMES.get(scheme.strip().lower())
    if known is None:
        raise Wrong(f"This kind of identifier is not known: {_HOW_CHILD}.")
    issuer = None
    if known == "local":
        issuer, colon, value = value.partition(":")
        if not colon or issuer not in agencies:
            names = ", ".join(sorted(agencies))
            raise Wrong(f"A local identifier is local:AGENCY:NUMBER; the agencies are {names}.")
    identifier = normalised(Identifier(known, value, issuer), issuer or "")
    verdict = check(identifier)
    if isinstance(verdict, Doubt):
        raise Wrong(f"This is no {known} that can be looked up: {verdict.in_words}.")
    return identifier


def read_recipient(text: str, agencies: "Agencies | None" = None) -> "Recipient":
    """Read ``AGENCY/TEAM/ROLE``; with ``agencies``, only such as that file has. Raises Wrong."""
    from safeguarding.facts import Recipient

    parts = text.split("/")
    if len(parts) != 3 or not all(parts):
        raise Wrong("Name a team as AGENCY/TEAM/ROLE, for example social-care/edt/edt.")
    recipient = Recipient(*parts)
    if agencies is not None:
        check_recipient(recipient, agencies)
    return recipient


def check_recipient(recipient: "Recipient", agencies: "Agencies") -> None:
    """Refuse a team that the agencies file does not have, naming those that it has."""
    agency = agencies.agencies.get(recipient.agency)
    if agency is None:
        raise Wrong(_unknown("agency", recipient.agency, "the area", agencies.agencies))
    team = agency.teams.get(recipient.team)
    if team is None:
        raise Wrong(_unknown("team", recipient.team, recipient.agency, agency.teams))
    if recipient.role not in team.roles:
        where = f"{recipient.agency}/{recipient.team}"
        raise Wrong(_unknown("role", recipient.role, where, team.roles))


def check_agency(name: str, agencies: "Agencies") -> None:
    """Refuse an agency that the agencies file does not have."""
    if name not in agencies.agencies:
        raise Wrong(_unknown("agency", name, "the area", agencies.agencies))


def check_team(agency: str, team: str, agencies: "Agencies") -> None:
    """Refuse a team that the agency does not have."""
    teams = agencies.agency(agency).teams
    if team not in teams:
        raise Wrong(_unknown("team", team, agency, teams))


def read_reason(text: str) -> str:
    """Read a reason that a person gives. Raises Wrong."""
    reason = text.strip()
    if not 1 <= len(reason) <= MOST_REASON:
        raise Wrong(f"Give a reason of 1 to {MOST_REASON} characters.")
    return reason


def read_time(text: str, *, end_of_period: bool = False) -> datetime:
    """Read a time. A day, or a minute without seconds, is a period: its first or last instant.

    Raises Wrong, also for the local hour that comes twice a year, unless an offset is given.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise Wrong(f"This is no time: {_HOW_TIME}.")
    try:
        return _instant(match, end_of_period=end_of_period).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong(f"There is no such day or hour: {_HOW_TIME}.") from None


def read_period(since: str | None, before: str | None) -> "Period":
    """Read a period: from the start of one time and before the start of another. Raises Wrong."""
    from projections.queries.period import Period

    start = read_time(since) if since is not None else None
    end = read_time(before) if before is not None else None
    if start is not None and end is not None and start >= end:
        raise Wrong("Nothing lies in this period: --from must be before --to.")
    return Period(start, end)


def _instant(match: re.Match[str], *, end_of_period: bool) -> datetime:
    from schemas.moment_text import LONDON

    day, clock = match["day"], match["clock"]
    if clock is None:
        first = datetime.fromisoformat(day).replace(tzinfo=LONDON)
        # Days have 23 to 25 hours, so the end is the next midnight by the clock.
        end = (datetime.fromisoformat(day) + timedelta(days=1)).replace(tzinfo=LONDON)
        return end - timedelta(microseconds=1) if end_of_period else first
    at = datetime.fromisoformat(f"{day}T{clock}{match['offset'] or ''}")
    if at.tzinfo is None:
        at = at.replace(tzinfo=LONDON)
        if at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset():
            raise Wrong("In London this time comes twice, or not at all: add +01:00 or +00:00.")
    if match["seconds"] is None and end_of_period:
        return at + timedelta(minutes=1) - timedelta(microseconds=1)
    return at


def _unknown(kind: str, name: str, where: str, known: Iterable[str]) -> str:
    # An id of an agency, a team or a role is no personal data; anything else is not repeated.
    shown = f" {name}" if re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name) else " of that name"
    return f"There is no {kind}{shown} in {where}; there are {', '.join(sorted(known))}."
