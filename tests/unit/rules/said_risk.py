"""What agencies say that a risk score counts, besides what other rules' builders say."""

from typing import Any

from tests.unit.rules.said import Said


def left_hospital(occurred: str, *, step: str = "left", from_kind: str = "hospital") -> Said:
    """Hospital: the child left it, or is back."""
    says = {"from_kind": from_kind, "from_name": "ward", "authority": "none", "step": step}
    return Said("absconded", "acute-trust", f"AB/{step}/{occurred}", occurred, None, "ward", says)


def detained(occurred: str, *, step: str = "started") -> Said:
    """Hospital: detained under section 2, or no longer."""
    section = {"system": "mhsds.legal-status", "code": "02"}
    says = {"section": section, "step": step, "place": "ward", "place_kind": "general_ward"}
    name = f"MH/{step}/{occurred}"
    return Said("mental-health-detention", "acute-trust", name, occurred, None, "ward", says)


def exploited(
    occurred: str, *, level: str = "confirmed", agency: str = "social-care", **details: Any
) -> Said:
    """Social care, unless the spec says other: the child is exploited."""
    says = {"kinds": ["sexual"], "level": level, **details}
    name = f"EX/{level}/{occurred}"
    return Said("exploitation-concern", agency, name, occurred, None, None, says)


def substances(occurred: str) -> Said:
    """A carer: the child takes something."""
    name = f"SU/{occurred}"
    return Said("substance-concern", "fostering", name, occurred, None, None, {"basis": "seen"})
