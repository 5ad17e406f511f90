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


def restricted(
    kind: str,
    occurred: str,
    *,
    step: str = "started",
    authority: str = "not_recorded",
    agency: str = "acute-trust",
    said_by: str = "ward",
    reference: str | None = None,
    place: str = "acute ward",
    **details: Any,
) -> Said:
    """A ward, unless the spec says other: what the child may do is restricted, or is no more."""
    says = {"kind": kind, "step": step, "place": place, "authority": authority, **details}
    name = reference or f"{kind}/{step}/{occurred}"
    return Said("restriction", agency, name, occurred, None, said_by, says)


def ordered(
    step: str,
    occurred: str,
    *met: str,
    order: str = "deprivation_of_liberty",
    number: str | None = None,
    ends: str | None = None,
    reference: str | None = None,
) -> Said:
    """Social care: a court made an order (``step``); ``met`` says so of each condition."""
    conditions = [{"text": f"Condition {n}.", "met": each} for n, each in enumerate(met, 1)]
    says = {
        "order": order,
        "step": step,
        "order_number": number,
        "ends": ends,
        "conditions": conditions,
    }
    name = reference or f"{order}/{step}/{occurred}"
    return Said("court-order", "social-care", name, occurred, None, "social_worker", says)


def asked_to_keep(
    occurred: str = "2021-10-10 22:50",
    *,
    known: str | None = None,
    said_by: str = "edt",
    asked_by: str = "edt",
    authority: str = "none",
    answer: str = "agreed",
    spell: str = "SP-1",
    reference: str = "DR-1",
    **details: Any,
) -> Said:
    """Social care asks the hospital not to discharge the child until she has been assessed."""
    says = {
        "site": "RXX01",
        "spell": spell,
        "asked_by": asked_by,
        "until": "A CAMHS assessment has been made.",
        "authority": authority,
        "answer": answer,
        **details,
    }
    return Said("discharge-request", "social-care", reference, occurred, known, said_by, says)


def seen(occurred: str, *, outcome: str = "attended") -> Said:
    """A mental health team for children was in contact with the child, or tried to be."""
    says = {"team": "Tier 4 outreach", "outcome": outcome}
    name = f"CC/{outcome}/{occurred}"
    return Said("camhs-contact", "camhs", name, occurred, None, "camhs_outreach", says)


def serious_harm(
    kind: str,
    occurred: str,
    *,
    known: str | None = None,
    agency: str = "acute-trust",
    said_by: str = "safeguarding_nurse",
    reference: str = "SH-1",
    **details: Any,
) -> Said:
    """A hospital, unless the spec says other: a child died or was seriously harmed."""
    says = {"kind": kind, **details}
    return Said("serious-harm", agency, reference, occurred, known, said_by, says)
