"""Alerts of the hub about itself: named like those of a rule, and found by no rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.rule import Finding, Need, Thresholds


@dataclass(slots=True)
class OwnRule:
    """The name and the reason of such alerts. It watches nothing."""

    id: str
    why: str
    paragraphs: tuple[str, ...] = ()
    watches: frozenset[str] = frozenset()

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Nothing."""
        del thresholds
        return ()

    def keys(self, case: Case, about: Event) -> Iterable[str]:
        """None: the hub gives the key itself."""
        del case, about
        return ()

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """Nothing: the hub finds it itself."""
        del case, about, thresholds
        return {}
