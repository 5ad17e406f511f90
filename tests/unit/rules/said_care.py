"""What is said of visits to, and reviews about, a looked-after child."""

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


def went_home(occurred: str, placement: str = "PL-1") -> Said:
    """Care ended: she returned home as planned."""
    reason = {"system": "ssda903.rec", "code": "E4A"}
    return left(placement, occurred, planned=True, reason=reason, reference=f"{placement}/care")
