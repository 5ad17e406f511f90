"""Composition of a back-test: other rules, tried on all of the log."""

import time
from dataclasses import dataclass
from pathlib import Path

from kith.log_parts import each_part
from kith.settings import Settings
from projections.backtest import Asked, Trial, Tried
from schemas.rulesets import load_ruleset


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a back-test came to: rules of this version, over all of the log, in so many seconds."""

    version: str
    tried: Tried
    seconds: float

    @property
    def entries_per_second(self) -> float:
        """Over the whole of it, the start of the processes included."""
        return self.tried.entries / self.seconds if self.seconds else 0.0


def backtest(settings: Settings, ruleset: Path, asked: Asked) -> Backtest:
    """Try the rules of this file on the log.

    Raises FileRefused, TopicUnread, NotAnEntry, KeyUnknown, Unopenable.
    """
    rules, _ = load_ruleset(ruleset, settings.membership_rules)
    begun = time.monotonic()
    tried = Tried()
    for part in each_part(settings, Trial, rules, asked):
        tried.add(part)
    return Backtest(rules.version, tried, time.monotonic() - begun)
