"""Missing reports that name companions, in the fewest words that a spec needs."""

from dataclasses import replace
from typing import Any

from tests.unit.rules.said import NHS_NUMBER, Said, report

FIRST_NUMBER = "9992186062"
"""The child who is reported missing."""

OTHER_NUMBER = NHS_NUMBER
"""The child who is named as a companion."""


def numbers(*values: str) -> list[dict[str, str]]:
    """NHS numbers."""
    return [{"scheme": "nhs-number", "value": each} for each in values]


def together(
    occurred: str,
    *companions: str,
    episode: str = "MP-1",
    about: str = FIRST_NUMBER,
    **more: Any,
) -> Said:
    """Police: a child is missing, and with her children of these numbers."""
    said = report(episode, occurred, companion_identifiers=numbers(*companions), **more)
    return replace(said, schema=2, identifiers=tuple(numbers(about)))


def naming(said: Said, *companions: str) -> Said:
    """The next version, which names these and no others."""
    return said.corrected(companion_identifiers=numbers(*companions))
