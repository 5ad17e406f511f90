"""What is said of a child's leaving hospital, and of what was done before."""

from typing import Any

from tests.unit.rules.said import Said

ALL = "ward@acute-trust camhs_community@camhs social_worker@social-care placement@placement"
"""Who is needed for a meeting that plans a discharge to a placement in the area."""


def discharged(
    occurred: str,
    *,
    agency: str = "acute-trust",
    spell: str = "SP-1",
    site: str = "RXX01",
    destination: str | None = "placement",
) -> Said:
    """Hospital: the child left."""
    says = {"site": site, "spell": spell, "destination": destination}
    return Said("hospital-discharge", agency, f"{spell}/end", occurred, None, "ward", says)


def transferred(
    occurred: str,
    kind: str = "acute",
    *,
    agency: str = "host-trust",
    spell: str | None = "HS-1",
    site: str = "RXX01",
    to: str = "RYY01",
    authority: str | None = None,
) -> Said:
    """The hospital that took the child, unless the spec says other: from one to another."""
    says = {"from_site": site, "to_site": to, "spell": spell, "kind": kind, "authority": authority}
    return Said("hospital-transfer", agency, f"{to}/{kind}", occurred, None, "ward", says)


def met(
    occurred: str,
    kind: str = "discharge_planning",
    *,
    about: str | None = None,
    there: str = ALL,
    apologies: str = "",
    step: str = "held",
    name: str = "M-1",
    **details: Any,
) -> Said:
    """Social care: a meeting, and who was there: role, and agency where one is given."""
    invitees = [
        {"role": role, "agency": agency or None, "attendance": attendance}
        for roles, attendance in ((there, "attended"), (apologies, "apologies"))
        for role, _, agency in (each.partition("@") for each in roles.split())
    ]
    says = {
        "meeting": name,
        "kind": kind,
        "step": step,
        "planned": "reactive",
        "about_reference": about,
        "invitees": invitees,
        **details,
    }
    return Said("meeting", "social-care", f"{name}/{step}", occurred, None, "social_worker", says)


def discharge_plan(occurred: str, *, spell: str = "SP-1", names: str | None = None) -> Said:
    """Hospital: it plans to let the child go, and which meeting planned it."""
    says = {"site": "RXX01", "spell": spell, "meeting_reference": names}
    return Said("discharge-planned", "acute-trust", f"{spell}/plan", occurred, None, "ward", says)
