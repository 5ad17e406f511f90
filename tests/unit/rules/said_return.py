"""What is said of the interview after a child was missing."""

from typing import Any

from tests.unit.rules.said import Said


def interview(
    episode: str,
    occurred: str,
    step: str = "held",
    *,
    agency: str = "social-care",
    said_by: str = "social_worker",
    reference: str | None = None,
    **details: Any,
) -> Said:
    """It was offered, held or declined."""
    says = {"episode": episode, "step": step, **details}
    name = reference or f"{episode}/interview/{step}"
    return Said("return-interview", agency, name, occurred, None, said_by, says)
