"""What agencies say of the conditions of placements, in the fewest words that a spec needs."""

from typing import Any

from tests.unit.rules.said import Said
from tests.unit.rules.said_meetings import asked, meeting


def approval(
    placement: str,
    occurred: str,
    decision: str = "approved",
    *,
    what: str = "out_of_area",
    reference: str | None = None,
    **details: Any,
) -> Said:
    """Social care: how far an approval of the placement has come."""
    says = {"placement": placement, "what": what, "decision": decision, **details}
    name = reference or f"{placement}/{what}/{decision}"
    return Said("placement-approval", "social-care", name, occurred, None, "senior_manager", says)


def decided(
    occurred: str,
    *,
    kind: str = "placement",
    step: str = "held",
    agencies: str = "social-care camhs",
    number: str = "M-1",
    attendance: str = "attended",
    decisions: tuple[str, ...] = ("Two staff at night.",),
) -> Said:
    """Social care: a meeting of these agencies decided something."""
    invitees = [asked("social_worker", attendance, agency) for agency in agencies.split()]
    says = [{"what": each} for each in decisions]
    return meeting(step, occurred, *invitees, kind=kind, number=number, decisions=says)
