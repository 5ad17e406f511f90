"""What is said of safety plans."""

from typing import Any

from tests.unit.rules.said import Said


def plan(
    step: str,
    occurred: str,
    *shared_with: str,
    number: str = "SP-61",
    agency: str = "social-care",
    **details: Any,
) -> Said:
    """What became of a plan, and which roles have it."""
    says = {"plan": number, "step": step, "shared_with": [*shared_with], **details}
    name = f"{number}/{step}/{occurred}"
    return Said("safety-plan", agency, name, occurred, None, "social_worker", says)
