"""What the child says, what others object to or differ about, and what was done well."""

from collections.abc import Mapping
from typing import Any

from projections.queries.words.names import in_words, role_in_words, sentence
from projections.queries.words.said import Said, lines, others, text_of


def wishes(says: Mapping[str, Any]) -> Said:
    """What a child wants or feels, in their own words."""
    return Said(
        f"The child says, about {text_of(says['about'])}",
        lines(f"\u201c{text_of(says['says'])}\u201d", *others(says, "about", "says")),
    )


def objection(says: Mapping[str, Any]) -> Said:
    """Somebody who may objects."""
    who = {"child": "The child", "parent": "A parent", "other": "Somebody"}
    return Said(
        f"{who.get(says['by'], 'Somebody')} objects to {in_words(says['to_what'])}",
        others(says, "by", "to_what"),
    )


def challenge(says: Mapping[str, Any]) -> Said:
    """Professionals differ, and how far it has come."""
    return Said(
        f"{sentence(role_in_words(says['by_role']))} {in_words(says['step'])}: "
        f"{text_of(says['matter'])}",
        others(says, "by_role", "step", "matter"),
    )


def good_practice(says: Mapping[str, Any]) -> Said:
    """Somebody did something that others should know and do."""
    return Said(
        f"Good practice, {role_in_words(says['by_role'])}: {text_of(says['what'])}",
        others(says, "by_role", "what"),
    )
