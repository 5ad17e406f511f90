"""What agencies say where professionals see a child differently, and of stays in hospital."""

from typing import Any

from tests.unit.rules.said import Said


def challenge(
    step: str,
    occurred: str,
    *,
    known: str | None = None,
    agency: str = "social-care",
    by: str = "team_manager",
    to: str | None = "camhs_community",
    to_agency: str | None = "camhs",
    matter: str = "Which placement could meet her needs.",
    about: str | None = None,
    reference: str | None = None,
    **details: Any,
) -> Said:
    """Social care, unless the spec says other: professionals differ, towards CAMHS."""
    says = {
        "matter": matter,
        "step": step,
        "by_role": by,
        "to_role": to,
        "to_agency": to_agency,
        "about_reference": about,
        **details,
    }
    return Said("challenge", agency, reference or f"CH/{step}", occurred, known, by, says)


def assessment(
    step: str,
    occurred: str,
    *,
    known: str | None = None,
    asked_by: str | None = "social_worker",
    said_by: str = "amhp",
    reference: str | None = None,
    **details: Any,
) -> Said:
    """Adult social care: an assessment under the Mental Health Act was asked for."""
    says = {"step": step, "asked_by": asked_by, **details}
    name = reference or f"MHA/{step}/{occurred}"
    return Said(
        "mental-health-act-assessment", "social-care-adults", name, occurred, known, said_by, says
    )


def referral(
    step: str, occurred: str, *, number: str = "RF-1", asked_by: str = "social_worker"
) -> Said:
    """CAMHS: what became of a referral to it."""
    says = {"referral": number, "to": "camhs", "step": step, "asked_by": asked_by}
    return Said("referral", "camhs", f"{number}/{step}", occurred, None, "camhs_community", says)


def assessed_by_social_care(step: str, occurred: str) -> Said:
    """The host authority: an assessment that the social worker asked for."""
    says = {"kind": "risk", "step": step, "asked_by": "social_worker"}
    return Said(
        "social-care-assessment", "host-authority", "SA-1", occurred, None, "host_authority", says
    )


def discharge(occurred: str, *, spell: str = "SP-1") -> Said:
    """Hospital: the child left it."""
    says = {"site": "RXX01", "spell": spell, "destination": "placement"}
    name = f"{spell}/discharge"
    return Said("hospital-discharge", "acute-trust", name, occurred, None, "ward", says)


def transfer(occurred: str, *, spell: str = "MS-1") -> Said:
    """The hospital that takes the child from another."""
    says = {"from_site": "RXX01", "to_site": "RZZ01", "spell": spell, "kind": "to_mental_health"}
    name = f"{spell}/transfer"
    return Said("hospital-transfer", "mental-health-adults", name, occurred, None, "ward", says)
