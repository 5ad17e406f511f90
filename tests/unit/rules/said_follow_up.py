"""What is said of a child's being seen by mental health services after something."""

from typing import Any

from tests.unit.rules.said import Said


def _way(code: str | None) -> dict[str, str] | None:
    return None if code is None else {"system": "mhsds.consultation-mechanism", "code": code}


def contact(
    occurred: str, *, outcome: str = "attended", way: str | None = "01", **details: Any
) -> Said:
    """Mental health: it was in contact with the child, face to face unless the spec says other."""
    says = {"team": "community", "outcome": outcome, "way": _way(way), **details}
    name = f"CC/{occurred}"
    return Said("camhs-contact", "camhs", name, occurred, None, "camhs_community", says)


def followed_up(
    occurred: str,
    after: str,
    *,
    kind: str = "mental_health_bed",
    step: str = "held",
    way: str | None = "01",
) -> Said:
    """Mental health: what was to follow ``after`` was offered, held, missed or declined."""
    says = {"after_reference": after, "kind": kind, "step": step, "way": _way(way)}
    name = f"FU/{step}/{occurred}"
    return Said("follow-up", "camhs", name, occurred, None, "camhs_community", says)


def detained(occurred: str, place_kind: str, *, agency: str = "mental-health-adults") -> Said:
    """Detained under section 2, in a place of this kind."""
    section = {"system": "mhsds.legal-status", "code": "02"}
    says = {"section": section, "step": "started", "place": "a ward", "place_kind": place_kind}
    return Said("mental-health-detention", agency, "MHD-1", occurred, None, "ward", says)
