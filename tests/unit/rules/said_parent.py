"""What the responsible authority says of a child who goes to live with a parent."""

from typing import Any

from tests.unit.rules.said import Said


def with_parent(
    step: str,
    occurred: str,
    *,
    footing: str = "not_agreed",
    known: str | None = None,
    said_by: str | None = "social_worker",
    reference: str | None = None,
    **details: Any,
) -> Said:
    """Social care: how far it has come, with her mother."""
    says = {"parent": "mother", "step": step, "footing": footing, **details}
    name = reference or f"RP/{step}"
    return Said("return-to-parents", "social-care", name, occurred, known, said_by, says)
