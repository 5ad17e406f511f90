"""What agencies say of the risk of a missing episode, in the fewest words that a spec needs."""

from typing import Any

from tests.unit.rules.said import Said


def risk(
    occurred: str,
    *,
    looked_after: bool | None = True,
    episode: str = "MP-1",
    known: str | None = None,
    agency: str = "police",
    said_by: str | None = "missing_coordinator",
    reference: str | None = None,
    **details: Any,
) -> Said:
    """Police, unless the spec says other: the risk of the episode, and whether she is with one."""
    says = {
        "episode": episode,
        "level": "high",
        "companions_looked_after": looked_after,
        **details,
    }
    name = reference or f"{episode}/risk/{occurred}"
    return Said("missing-risk", agency, name, occurred, known, said_by, says)
