"""What agencies say of meetings, in the fewest words that a spec needs."""

from typing import Any

from tests.unit.rules.said import Said, london

ASKED_AT = "2021-10-01 09:00"


def asked(
    roles: str, attendance: str = "attended", agency: str | None = None
) -> list[dict[str, Any]]:
    """People in these roles were asked, and came unless the spec says other."""
    at = london(ASKED_AT).isoformat()
    return [
        {"role": role, "agency": agency, "invited": at, "attendance": attendance}
        for role in roles.split()
    ]


def not_asked(
    roles: str, attendance: str = "not_invited", reason: str | None = None
) -> list[dict[str, Any]]:
    """People in these roles were not asked, or were kept out."""
    return [{"role": role, "attendance": attendance, "reason": reason} for role in roles.split()]


def meeting(
    step: str,
    occurred: str,
    *invitees: list[dict[str, Any]],
    kind: str = "strategy",
    number: str = "M-1",
    known: str | None = None,
    agency: str = "social-care",
    said_by: str | None = "team_manager",
    reference: str | None = None,
    **details: Any,
) -> Said:
    """Social care, unless the spec says other: a meeting was called, held or cancelled."""
    says = {
        "meeting": number,
        "kind": kind,
        "step": step,
        "planned": "not_stated",
        "invitees": [each for some in invitees for each in some],
        **details,
    }
    name = reference or f"{number}/{step}"
    return Said("meeting", agency, name, occurred, known, said_by, says)
