"""Composition of a back-test: other rules, tried on all of the log."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kith.log_parts import each_part
from kith.settings import Settings
from projections.backtest import Asked, Trial, Tried
from safeguarding.backtest.differing import Rules, differing
from schemas.rulesets import load_ruleset


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a back-test came to: rules of this version, over all of the log, in so many seconds.

    ``only`` are the rules that were tried, where the others stand as they always did.
    """

    version: str
    only: frozenset[str] | None
    tried: Tried
    seconds: float

    @property
    def entries_per_second(self) -> float:
        """Over the whole of it, the start of the processes included."""
        return self.tried.entries / self.seconds if self.seconds else 0.0


def backtest(
    settings: Settings, ruleset: Path, asked: Asked, in_force: Sequence[Rules] | None
) -> Backtest:
    """Try the rules of this file on the log.

    Of ``in_force``, all that ever decided, only what differs is tried; all of them where it is
    None, and where the log was decided by others too. Raises FileRefused, TopicUnread, NotAnEntry,
    KeyUnknown, Unopenable.
    """
    rules = Rules(*load_ruleset(ruleset, settings.membership_rules))
    only = None if in_force is None else differing(rules, in_force)
    begun = time.monotonic()
    tried = _tried(settings, rules, asked, only)
    if not tried.versions <= {each.ruleset.version for each in in_force or ()}:
        # Those of another Kith, which called them otherwise: what they said nobody knows here.
        if only is not None:
            tried = _tried(settings, rules, asked, None)
        only = None
    return Backtest(rules.ruleset.version, only, tried, time.monotonic() - begun)


def _tried(settings: Settings, rules: Rules, asked: Asked, only: frozenset[str] | None) -> Tried:
    tried = Tried()
    for part in each_part(settings, Trial, rules, asked, only):
        tried.add(part)
    return tried
