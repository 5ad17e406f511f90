"""What is said of the end of a stay in hospital."""

from tests.unit.rules.said import Said


def discharge(spell: str, occurred: str, *, agency: str = "acute-trust") -> Said:
    """She left the hospital."""
    says = {"site": "RXX01", "spell": spell, "destination": "placement"}
    return Said("hospital-discharge", agency, f"{spell}/end", occurred, None, "ward", says)


def readiness(
    occurred: str,
    step: str = "ready",
    *,
    agency: str = "acute-trust",
    spell: str = "SP-1",
    site: str = "RXX01",
    awaiting: str = "placement",
    reference: str | None = None,
) -> Said:
    """The hospital finds that she is fit to leave, or no longer; ``awaiting`` what, in a list."""
    waits = awaiting.split() if step == "ready" else []
    says = {"site": site, "spell": spell, "step": step, "awaiting": waits}
    name = reference or f"{spell}/{step}/{occurred}"
    return Said("discharge-readiness", agency, name, occurred, None, "ward", says)
