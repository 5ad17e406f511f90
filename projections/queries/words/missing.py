"""A missing child, and one who is found, in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import in_words, role_in_words
from projections.queries.words.said import (
    Said,
    by_role,
    coded,
    labelled,
    lines,
    others,
    text_of,
    when,
)
from safeguarding.events import COMPANIONS


def report(says: Mapping[str, Any]) -> Said:
    """A child is reported missing, or away without authorisation."""
    away = says["kind"] == "away_without_authorisation"
    place = in_words(says["last_seen_place"]) if says["last_seen_place"] else None
    seen = ", ".join(lines(when(says["last_seen"]), place))
    return Said(
        "Away without authorisation" if away else "Reported missing",
        lines(
            f"Reported by: {role_in_words(says['reported_by'])}",
            labelled("Last seen", seen),
            # Not who: those who read of this child are not to learn of another one here.
            "With another child, it is thought" if says.get(COMPANIONS) else None,
            text_of(says["circumstances"]),
            labelled("Episode", says["episode"]),
        ),
    )


def found(says: Mapping[str, Any]) -> Said:
    """A missing child is found, or returns."""
    return Said(
        "Found" if says["found_by"] is None else f"Found by {role_in_words(says['found_by'])}",
        lines(
            coded("Where", says["place"]),
            by_role("Taken to", says["returned_to"]),
            labelled("Harm known", says["harm_known"]),
            labelled("Episode", says["episode"]),
        ),
    )


def risk(says: Mapping[str, Any]) -> Said:
    """How high the risk of a missing episode is."""
    level = in_words(says["level"])
    return Said(f"Missing: risk is {level}".replace("is no ", "is: no "), others(says, "level"))


def sighting(says: Mapping[str, Any]) -> Said:
    """A missing child is seen or heard of, and not back."""
    return Said("Missing: seen or heard of", others(says))


def return_interview(says: Mapping[str, Any]) -> Said:
    """The interview after a child was missing."""
    steps = {
        "offered": "Return interview offered",
        "held": "Return interview held",
        "declined": "Return interview declined by the child",
        "not_offered": "Return interview not offered",
    }
    return Said(steps.get(says["step"], "Return interview"), others(says, "step"))
