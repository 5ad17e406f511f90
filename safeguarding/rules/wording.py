"""Putting what agencies wrote into sentences that an alert can carry."""

from collections.abc import Iterable

# What one agency wrote at length is in its event; an alert must fit on every topic and screen.
MOST_CHARACTERS = 600
MOST_CHARACTERS_OF_ALL = 4_000
MOST_GROUNDS = 60


def sentence(parts: Iterable[str | None]) -> str:
    """One sentence of the parts that say something."""
    said = [_trimmed(part) for part in parts if part]
    return "; ".join(said) + "."


def plain(code: str) -> str:
    """A code of the contract as words: ``missing_coordinator`` is a missing coordinator."""
    return code.replace("_", " ")


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """The text, cut where it is too long, which is shown."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _trimmed(part: str) -> str:
    return shortened(part.strip()).rstrip(".")
