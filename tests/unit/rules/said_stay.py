"""What is said of the end of a stay in hospital."""

from tests.unit.rules.said import Said


def discharge(spell: str, occurred: str, *, agency: str = "acute-trust") -> Said:
    """She left the hospital."""
    says = {"site": "RXX01", "spell": spell, "destination": "placement"}
    return Said("hospital-discharge", agency, f"{spell}/end", occurred, None, "ward", says)
