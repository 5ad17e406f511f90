"""What is said of assessments by social care, and of a child who goes to live with a parent."""

from typing import Any

from tests.unit.rules.said import Said


def assessment(
    step: str,
    occurred: str,
    kind: str = "child_and_family",
    *,
    reference: str | None = None,
    **details: Any,
) -> Said:
    """How far an assessment of the child has come."""
    name = reference or f"{kind}/{step}/{occurred[:10]}"
    says = {"kind": kind, "step": step, **details}
    return Said(
        "social-care-assessment", "social-care", name, occurred, None, "social_worker", says
    )


def to_mother(step: str, occurred: str, *, reference: str = "RP-1") -> Said:
    """The child goes to live with her mother, or is to go."""
    says = {"parent": "mother", "step": step, "footing": "not_agreed"}
    return Said(
        "return-to-parents", "social-care", reference, occurred, None, "social_worker", says
    )
