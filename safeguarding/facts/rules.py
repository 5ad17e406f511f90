"""Facts about the rules themselves, kept in the hub's own log."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleSetActivated:
    """From here on the rules of this file decide; ``text`` is all of it, as it was reviewed."""

    version: str
    text: str
    by: str | None
    reason: str
