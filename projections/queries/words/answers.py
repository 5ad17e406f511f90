"""What agencies say of what was said before, in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import in_words
from projections.queries.words.said import Said, labelled, lines, text_of


def acknowledgement(says: Mapping[str, Any]) -> Said:
    """A team answers for having seen an alert."""
    already = ", which was known already" if says["already_known"] else ""
    return Said(
        f"Acknowledges an alert{already}",
        lines(
            f"For: {says['team']}/{says['role']}",
            labelled("By", says["by"]),
            labelled("Action", says["action"]),
        ),
    )


def alert_handover(says: Mapping[str, Any]) -> Said:
    """A worker who goes off shift passes an alert to the next."""
    return Said(
        "Hands over an alert",
        lines(
            f"For: {says['team']}/{says['role']}",
            labelled("From", says["from_worker"]),
            labelled("To", says["to_worker"]),
            labelled("Note", says["note"]),
        ),
    )


def canary(says: Mapping[str, Any]) -> Said:
    """The hub looks whether it reaches itself."""
    del says
    return Said("Canary: Kith looks whether it reaches itself, about no child")


def retraction(says: Mapping[str, Any]) -> Said:
    """An agency takes back what it said."""
    reasons = {
        "wrong_child": "it was about another child",
        "did_not_happen": "it did not happen",
        "entered_in_error": "it was entered in error",
        "other": "see the note",
    }
    reason = reasons.get(says["reason"]) or in_words(says["reason"])
    return Said(f"Taken back: {reason}", lines(text_of(says["note"])))
