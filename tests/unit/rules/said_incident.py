"""What is said of a serious incident and of meetings."""

from typing import Any

from tests.unit.rules.said import Said, london


def harm(
    kind: str,
    occurred: str,
    *,
    known: str | None = None,
    notified: str | None = None,
    agency: str = "social-care",
    reference: str = "SH-1",
    **details: Any,
) -> Said:
    """The child died or was seriously harmed; ``notified`` is when the panel was told of it."""
    told = london(notified).isoformat() if notified else None
    says = {"kind": kind, "notified": told, **details}
    return Said("serious-harm", agency, reference, occurred, known, "team_manager", says)


def notified(said: Said, at: str) -> Said:
    """The same, and the panel was told of it then."""
    return said.corrected(notified=london(at).isoformat())


def meeting(
    number: str,
    occurred: str,
    kind: str = "planning",
    *,
    step: str = "held",
    planned: str = "reactive",
    agency: str = "social-care",
    said_by: str = "team_manager",
    **details: Any,
) -> Said:
    """A meeting about the child was called, held or cancelled."""
    says = {"meeting": number, "kind": kind, "step": step, "planned": planned, **details}
    return Said("meeting", agency, f"{number}/{step}", occurred, None, said_by, says)
