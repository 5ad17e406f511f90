"""A looked-after child's placements, legal status and reviews in plain words."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import code_in_words, in_words, sentence
from projections.queries.words.said import Said, coded, labelled, lines


def placement_start(says: Mapping[str, Any]) -> Said:
    """A placement starts, with what makes it risky."""
    flags = lines(
        _registration(says["registration"]),
        "out of area" if says["out_of_area"] else None,
        {True: "planned", False: "not planned"}.get(says["planned"]),
        "in an emergency" if says["emergency"] else None,
    )
    return Said(
        f"Placement starts: {code_in_words(says['kind'])}",
        lines(
            labelled("Name", says["name"]),
            labelled("Provider", says["provider"]),
            sentence(", ".join(flags)),
            labelled("Regulator's number", says["urn"]),
            labelled("Placement", says["placement"]),
        ),
    )


def placement_end(says: Mapping[str, Any]) -> Said:
    """A placement ends, why, and who ended it."""
    kind = f": {code_in_words(says['kind'])}" if says["kind"] else ""
    ended_by = says["ended_by"]
    return Said(
        f"Placement ends{kind}",
        lines(
            labelled("Reason", says["reason"]),
            None if ended_by == "not_known" else f"Ended by: {in_words(ended_by)}",
            {True: "Planned", False: "Not planned"}.get(says["planned"]),
            labelled("Placement", says["placement"]),
        ),
    )


def legal_status(says: Mapping[str, Any]) -> Said:
    """A legal status begins, changes or is renewed."""
    return Said(
        f"Legal status: {code_in_words(says['status'])}",
        lines(coded("Made by", says["authority"]), labelled("Ends", says["ends"])),
    )


def review(says: Mapping[str, Any]) -> Said:
    """A statutory review was held."""
    kinds = {
        "looked_after": "Review of the care plan held",
        "child_protection": "Child protection conference held",
        "other": "Review held",
    }
    return Said(
        kinds.get(says["kind"]) or f"Review held: {in_words(says['kind'])}",
        lines(labelled("Child's part", says["participation"])),
    )


def _registration(value: str) -> str | None:
    return None if value == "not_known" else in_words(value)
