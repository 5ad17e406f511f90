"""What agencies say of hospitals, detentions, restrictions and orders, in the fewest words."""

from typing import Any

from tests.unit.rules.said import Said, london


def gone(
    occurred: str,
    *,
    step: str = "left",
    known: str | None = None,
    agency: str = "acute-trust",
    said_by: str = "ward",
    reference: str | None = None,
    from_kind: str = "hospital",
    from_name: str = "children's ward",
    authority: str = "not_recorded",
    **details: Any,
) -> Said:
    """A ward, unless the spec says other: the child left it, or (``step``) is back."""
    says = {
        "from_kind": from_kind,
        "from_name": from_name,
        "authority": authority,
        "step": step,
        **details,
    }
    name = reference or f"{step}/{occurred}"
    return Said("absconded", agency, name, occurred, known, said_by, says)


def sectioned(
    code: str,
    occurred: str,
    *,
    step: str = "started",
    known: str | None = None,
    agency: str = "acute-trust",
    said_by: str = "ward",
    reference: str | None = None,
    place: str = "children's ward",
    place_kind: str = "general_ward",
    arrived: str | None = None,
    **details: Any,
) -> Said:
    """A hospital: the child is detained under the section with this code, or (``step``) no more."""
    says = {
        "section": {"system": "mhsds.legal-status", "code": code},
        "step": step,
        "place": place,
        "place_kind": place_kind,
        "arrived": arrived and london(arrived).isoformat(),
        **details,
    }
    name = reference or f"{step}/{code}/{occurred}"
    return Said("mental-health-detention", agency, name, occurred, known, said_by, says)


def found_by_police(code: str, occurred: str, **details: Any) -> Said:
    """The police: the child is detained and taken to a place of safety, an emergency department."""
    says = {"place": "emergency department", "place_kind": "emergency_department", **details}
    return sectioned(code, occurred, agency="police", said_by="police_officer", **says)
