"""What is said of visits to, reviews about and health assessments of a looked-after child."""

from typing import Any

from tests.unit.rules.said import Said, left


def visit(
    occurred: str,
    by: str = "social_worker",
    *,
    seen: bool = True,
    reference: str | None = None,
    **details: Any,
) -> Said:
    """Somebody visited the child."""
    says = {"by": by, "seen": seen, **details}
    name = reference or f"V/{occurred}"
    return Said("statutory-visit", "social-care", name, occurred, None, by, says)


def review(occurred: str, kind: str = "looked_after", *, reference: str | None = None) -> Said:
    """A statutory review was held."""
    name = reference or f"R/{occurred}"
    return Said("review", "social-care", name, occurred, None, "iro", {"kind": kind})


def assessed(
    occurred: str,
    kind: str = "review",
    *,
    step: str = "held",
    by: str | None = "doctor",
    reference: str | None = None,
) -> Said:
    """The child's health was assessed, or was to be."""
    says = {"kind": kind, "step": step, "by": by if step == "held" else None}
    name = reference or f"HA/{occurred}"
    return Said("health-assessment", "social-care", name, occurred, None, "social_worker", says)


def went_home(occurred: str, placement: str = "PL-1") -> Said:
    """Care ended: she returned home as planned."""
    reason = {"system": "ssda903.rec", "code": "E4A"}
    return left(placement, occurred, planned=True, reason=reason, reference=f"{placement}/care")
