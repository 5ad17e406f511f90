"""What is said of plans: for a move, and with adult services."""

from typing import Any

from tests.unit.rules.said import Said
from tests.unit.rules.said_meetings import asked, meeting

CAME = ("social_worker social-care", "placement placement", "ward mental-health-adults")


def joint(
    occurred: str,
    *came: str,
    kind: str = "planning",
    number: str = "M-1",
    step: str = "held",
    **details: Any,
) -> Said:
    """Social care: people of these roles and agencies met, and decided something."""
    who = [asked(role, agency=agency) for role, agency in (each.split() for each in came or CAME)]
    says = {"decisions": [{"what": "The child meets the staff first."}], **details}
    return meeting(step, occurred, *who, kind=kind, number=number, **says)


def with_adults(
    occurred: str,
    *,
    attendance: str = "attended",
    kind: str = "planning",
    planned: str = "planned",
    number: str = "M-1",
    who: str | None = "adult_services",
    **details: Any,
) -> Said:
    """Social care: a meeting to which adult services were asked, and what it decided."""
    says: dict[str, Any] = {
        "planned": planned,
        "decisions": [{"what": "Meets the child each month.", "who": who}],
        **details,
    }
    adults = asked("adult_services", attendance, "social-care-adults")
    worker = asked("social_worker", agency="social-care")
    return meeting("held", occurred, worker, adults, kind=kind, number=number, **says)


def referred(occurred: str, step: str = "accepted", *, said_by: str = "adult_services") -> Said:
    """Adult services, unless the spec says other: what became of a referral to them."""
    says = {"referral": "RF-1", "to": "adult social care", "step": step}
    name = f"RF-1/{step}"
    return Said("referral", "social-care-adults", name, occurred, None, said_by, says)


def assessed_by_adults(occurred: str, step: str = "completed") -> Said:
    """Adult services: how far their own assessment has come."""
    says = {"kind": "other", "step": step}
    who = "adult_services"
    return Said(
        "social-care-assessment", "social-care-adults", f"AS/{step}", occurred, None, who, says
    )
