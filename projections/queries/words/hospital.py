"""Events of hospitals in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.said import Said, by_role, coded, labelled, lines, text_of


def attendance(says: Mapping[str, Any]) -> Said:
    """A child comes to an emergency department."""
    self_harm = {"yes": "yes", "no": "no", "not_known": "not known"}
    return Said(
        f"Came to the emergency department of {text_of(says['site'])}",
        lines(
            labelled("Complaint", says["complaint"]),
            labelled("Intent of the injury", says["injury_intent"]),
            labelled("Self-harm", self_harm.get(says["self_harm"], says["self_harm"])),
            labelled("Unconscious", says["unconscious"]),
            coded("Came by", says["arrived_by"]),
            text_of(says["account"]),
        ),
    )


def admission(says: Mapping[str, Any]) -> Said:
    """A child is admitted, to a ward where that is said."""
    ward = f"{text_of(says['ward'])}, " if says["ward"] else ""
    return Said(
        f"Admitted to {ward}{text_of(says['site'])}",
        lines(
            labelled("Reason", says["reason"]),
            labelled("Follows", says["follows_reference"]),
            labelled("Spell", says["spell"]),
        ),
    )


def discharge(says: Mapping[str, Any]) -> Said:
    """A child leaves hospital, and where to."""
    return Said(
        f"Discharged from {text_of(says['site'])}",
        lines(
            by_role("To", says["destination"]),
            labelled("Fit for discharge since", says["fit_for_discharge"]),
            labelled("Spell", says["spell"]),
        ),
    )
