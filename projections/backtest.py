"""A trial of rules over the log: what they would have told, beside what was told.

It reads messages of the log and changes nothing. Children of whom the key was destroyed are beyond
use, and are counted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from projections.append.world import World
from projections.rebuild.reading import EntryReader, LogEntry
from safeguarding.backtest.comparing import Comparison
from safeguarding.backtest.replay import Announced, Replay, told_in
from safeguarding.ruleset import Context, RuleSet
from schemas.keys import KeyDestroyed

# They change nothing that a rule decides, and half of a log are deliveries: never opened.
_OF_NO_ACCOUNT = frozenset(
    {
        "delivered",
        "deadline-doubted",
        "expectation-cancelled",
        "expectation-met",
        "named-with-another",
        "rule-failed",
        "time-flagged",
        "undecided",
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: from when (None: the begin) until before when, of which children (all).

    Deadlines fall due up to ``before``.
    """

    since: datetime | None
    before: datetime
    children: frozenset[UUID] = frozenset()

    def concerns(self, announced: Announced) -> bool:
        """Whether it lies in the time that is compared."""
        return announced.at < self.before and (self.since is None or announced.at >= self.since)


@dataclass(slots=True)
class Tried:
    """What came of it. ``failed`` counts rules that raised, by rule and fault."""

    entries: int = 0
    children: int = 0
    beyond_use: int = 0
    comparison: Comparison = field(default_factory=Comparison)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: "Tried") -> None:
        """Count another part in."""
        self.entries += other.entries
        self.children += other.children
        self.beyond_use += other.beyond_use
        self.comparison.add_all(other.comparison)
        self.failed += other.failed


class Trial:
    """Tries rules on one part of the log, all entries of each of its children."""

    def __init__(self, world: World, ruleset: RuleSet, asked: Asked) -> None:
        self._world = world
        self._ruleset = ruleset
        self._asked = asked
        self._reader = EntryReader(world.registry, world.keys)

    def run(self, batches: Iterable[Iterable[bytes]]) -> Tried:
        """Read all messages, then decide child by child.

        Raises NotAnEntry, KeyUnknown, Unopenable.
        """
        tried = Tried()
        children: dict[UUID, dict[int, LogEntry]] = {}
        for batch in batches:
            for message in batch:
                tried.entries += 1
                entry = self._reader.read(message)
                if self._asked.children and entry.child_id not in self._asked.children:
                    continue
                known = children.setdefault(entry.child_id, {})
                if entry.heading["type"] not in _OF_NO_ACCOUNT:
                    known[entry.sequence] = entry  # A repeat is the same entry once more.
        for child_id in sorted(children):
            held = children.pop(child_id)
            self._try(child_id, [held[sequence] for sequence in sorted(held)], tried)
        return tried

    def _try(self, child_id: UUID, held: Sequence[LogEntry], tried: Tried) -> None:
        try:
            entries = [self._reader.opened(each) for each in held]
        except KeyDestroyed:
            tried.beyond_use += 1
            return
        tried.children += 1
        replay = Replay(child_id, self._context)
        after = replay.run(entries, self._asked.before)
        tried.failed += replay.failed
        before = told_in(child_id, entries)
        tried.comparison.add(self._asked_of(before), self._asked_of(after))

    def _asked_of(self, announced: Iterable[Announced]) -> list[Announced]:
        return [each for each in announced if self._asked.concerns(each)]

    def _context(self, now: datetime) -> Context:
        return Context(self._ruleset, self._world.directory, self._world.calendar, now)
