"""What those say who look after a child."""

from tests.unit.rules.said import Said


def concern(occurred: str, *, agency: str = "fostering", said_by: str = "foster_carer") -> Said:
    """They are worried."""
    says = {"carer": said_by, "concerns": ["will not eat"], "urgency": "soon"}
    return Said("carer-concern", agency, f"CC/{occurred}", occurred, None, said_by, says)
