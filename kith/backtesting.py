"""Composition of a back-test: other rules, tried on all of the log, as the tables hold it.

As a role that can only read, so whatever is done with it changes and sends nothing.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from kith.in_processes import in_processes
from kith.settings import Settings
from kith.wiring import wire
from projections.backtest import Asked, Only, Trial, Tried
from projections.database import connect
from projections.histories import Histories, everybody
from projections.rebuild.reading import EntryReader
from safeguarding.backtest.differing import Rules, differing
from schemas.keys import LastKey
from schemas.rulesets import load_ruleset

APPLICATION = "kith-backtest"
# One statement reads what so many children have of what is asked for.
_AT_ONCE = 50


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
    None, and where the log was decided by others too. Raises FileRefused, NotAnEntry, KeyUnknown,
    Unopenable.
    """
    rules = Rules(*load_ruleset(ruleset, settings.membership_rules))
    only = None
    if in_force is not None:
        known = frozenset(each.ruleset.version for each in in_force)
        only = Only(differing(rules, in_force), known)
    begun = time.monotonic()
    tried = _tried(settings, rules, asked, only)
    if tried.by_others:
        # Those of another Kith, which called them otherwise: what they said nobody knows here.
        only = None
        tried = _tried(settings, rules, asked, only)
    seconds = time.monotonic() - begun
    return Backtest(rules.ruleset.version, None if only is None else only.rules, tried, seconds)


def _tried(settings: Settings, rules: Rules, asked: Asked, only: Only | None) -> Tried:
    with closing(connect(settings.dsn("reader"), application=APPLICATION)) as connection:
        children = sorted(asked.children) or everybody(connection)
    parts = [children[n : n + _AT_ONCE] for n in range(0, len(children), _AT_ONCE)]
    tried = Tried()
    for part in in_processes(partial(_trial, settings, rules, asked, only), parts):
        tried.add(part)
    return tried


def _trial(
    settings: Settings, rules: Rules, asked: Asked, only: Only | None
) -> Callable[[Sequence[UUID]], Tried]:
    """What one process of several does with some children."""
    world = wire(settings).world
    reader = EntryReader(world.registry, LastKey(world.keys))
    connection = connect(settings.dsn("reader"), application=APPLICATION)
    return partial(
        Trial(world, rules, asked, reader, only).run, Histories(connection, reader, world.registry)
    )
