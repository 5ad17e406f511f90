"""A trial of rules over the log: what they would have told, beside what was told.

It reads what the tables hold of the log and changes nothing. Children of whom the key was destroyed
are beyond use, and are counted.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from projections.append.world import World
from projections.rebuild.beginnings import Beginnings
from projections.rebuild.reading import BEYOND_USE as CHANGES_NOTHING
from projections.rebuild.reading import EntryReader, LogEntry
from safeguarding.backtest.comparing import Comparison, Telling
from safeguarding.backtest.differing import Rules
from safeguarding.backtest.replay import Kind, Replay, told_in
from safeguarding.case import AlertKey
from safeguarding.events import Event, Reference
from safeguarding.facts import Mode
from safeguarding.rules.absence import Absence
from safeguarding.ruleset import Context, RuleSet
from safeguarding.timeline import Entry
from schemas.codec import decode
from schemas.keys import KeyDestroyed

# They change nothing that a rule decides, and half of a log are deliveries: never read.
_OF_NO_ACCOUNT = frozenset(
    {
        "delivered",
        "deadline-doubted",
        "named-as-companion",
        "named-with-another",
        "rule-failed",
        "time-flagged",
        "undecided",
    }
)
# What only a rule that awaits something has to do with.
_OF_ABSENCES = frozenset(
    {"expectation-cancelled", "expectation-lapsed", "expectation-met", "expectation-opened"}
)
_TELLS = {f"alert-{each}": each for each in Kind}
_MOVED = "moved"


class Histories(Protocol):
    """Children's logs by child and type; see :mod:`projections.histories`."""

    def count(self, children: Sequence[UUID]) -> int:
        """How many entries their logs hold."""

    def of_types(
        self, children: Collection[UUID], types: Collection[str]
    ) -> Mapping[UUID, Sequence[LogEntry]]:
        """Each child's entries of these types, in order. Raises NotAnEntry."""

    def concerned(self, children: Sequence[UUID], rules: Collection[str]) -> Collection[UUID]:
        """Those of whom these rules ever told, or awaited anything."""

    def restated(self, children: Sequence[UUID]) -> Mapping[UUID, Collection[Reference]]:
        """The statements of each that were said more than once, and stand in the child's log."""

    def decided_by_others(self, children: Sequence[UUID], versions: Collection[str]) -> bool:
        """Whether any entry was decided by rules of another version than these."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: from when (None: the begin) until before when, of which children (all).

    Deadlines fall due up to ``before``.
    """

    since: datetime | None
    before: datetime
    children: frozenset[UUID] = frozenset()

    def concerns(self, telling: Telling) -> bool:
        """Whether it lies in the time that is compared."""
        return telling.at < self.before and (self.since is None or telling.at >= self.since)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the log says of what was told of an alert: no more of it than is compared."""

    child_id: UUID
    at: datetime
    kind: Kind
    name: AlertKey
    copies: Sequence[tuple[str, Mode]]


@dataclass(slots=True)
class Tried:
    """What came of it. ``failed`` counts rules that raised, by rule and fault.

    ``by_others`` says that rules decided which nobody here knows.
    """

    entries: int = 0
    by_others: bool = False
    children: int = 0
    beyond_use: int = 0
    comparison: Comparison = field(default_factory=Comparison)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: "Tried") -> None:
        """Count another part in."""
        self.entries += other.entries
        self.by_others |= other.by_others
        self.children += other.children
        self.beyond_use += other.beyond_use
        self.comparison.add_all(other.comparison)
        self.failed += other.failed


@dataclass(frozen=True, slots=True)
class Only:
    """The rules that are tried alone, and the versions of all that are known to have decided."""

    rules: frozenset[str]
    known: frozenset[str]


class Trial:
    """Tries rules on the logs of some children.

    With ``only`` these rules alone are tried, and nothing is read that none of them reads.
    """

    def __init__(
        self, world: World, rules: Rules, asked: Asked, reader: EntryReader, only: Only | None
    ) -> None:
        self._world = world
        self._rules = rules if only is None else _limited(rules, only.rules)
        self._asked = asked
        self._only = only
        self._reader = reader
        self._beginnings = Beginnings(world.registry)
        events = {each.type for each in world.registry.family("events")}
        facts = {each.type for each in world.registry.family("facts")} - _OF_NO_ACCOUNT
        read = events if only is None else _types_read(self._rules.ruleset) & events
        awaits = only is None or any(isinstance(e, Absence) for e in self._rules.ruleset.rules)
        self._unread = events - read
        self._types = read | (facts if awaits else facts - _OF_ABSENCES)

    def run(self, histories: Histories, children: Sequence[UUID]) -> Tried:
        """Decide child by child. Raises NotAnEntry, KeyUnknown, Unopenable."""
        tried = Tried(entries=histories.count(children))
        if self._only is None:
            held = histories.of_types(children, self._types)
        else:
            tried.by_others = histories.decided_by_others(children, self._only.known)
            concerned = histories.concerned(children, self._only.rules)
            others = {*children} - {*concerned}
            # Of the others they told nothing, and so nothing of that need be looked for.
            held = {
                **histories.of_types(concerned, self._types),
                **histories.of_types(others, self._types - _OF_ABSENCES - _TELLS.keys()),
            }
        restated = histories.restated(children) if self._only is not None else {}
        for child_id in sorted(held):
            self._try(child_id, held[child_id], histories, restated.get(child_id, ()), tried)
        return tried

    def _try(
        self,
        child_id: UUID,
        held: Sequence[LogEntry],
        histories: Histories,
        restated: Collection[Reference],
        tried: Tried,
    ) -> None:
        before: Sequence[Telling]
        try:
            if self._only is None:
                entries = [self._reader.opened(each) for each in held]
                before = [*told_in(child_id, entries)]
            else:
                entries, before = self._read_by(self._only.rules, held)
                moved = any(each.type == _MOVED for each in held)
                entries = self._with_unread(child_id, entries, histories, restated, moved=moved)
        except KeyDestroyed:
            tried.beyond_use += 1
            return
        tried.children += 1
        replay = Replay(child_id, self._context)
        after = replay.run(entries, self._asked.before)
        tried.failed += replay.failed
        tried.comparison.add(self._asked_of(before), self._asked_of(after))

    def _read_by(
        self, only: frozenset[str], held: Sequence[LogEntry]
    ) -> tuple[list[Entry], list[_Told]]:
        """What the rules that are tried have to do with, in its order; and what they told."""
        entries: list[Entry] = []
        told: list[_Told] = []
        for each in held:
            if self._reader.is_event(each):
                entries.append(self._reader.opened(each))
                continue
            body = self._reader.body(each)
            rule = self._beginnings.rule_of(body)
            if rule is not None and rule not in only:
                continue
            if each.type in _TELLS:
                # What a rule told is decided anew. Only its place in the log counts.
                entry = self._reader.tied(each, CHANGES_NOTHING)
                told.append(self._told(entry, each.type, body))
            else:
                entry = self._reader.of(each, decode(body, self._world.registry))
            entries.append(entry)
        return entries, told

    def _with_unread(
        self,
        child_id: UUID,
        entries: list[Entry],
        histories: Histories,
        restated: Collection[Reference],
        *,
        moved: bool,
    ) -> list[Entry]:
        """With what replaced a statement that is read, though no rule reads that.

        A statement may be retracted, or become one of another type. One that went to another child
        stands there.
        """
        read = {entry.body.key for entry in entries if isinstance(entry.body, Event)}
        if not moved and read.isdisjoint(restated):
            return entries
        unread = histories.of_types([child_id], self._unread).get(child_id, ())
        replaced = [self._reader.unopened(each) for each in unread if each.statement in read]
        found = [*entries, *replaced]
        return sorted(found, key=lambda entry: entry.sequence)

    def _told(self, entry: Entry, type_: str, body: bytes) -> _Told:
        says = self._beginnings.plain(body)
        name = says["alert"]["rule"], says["alert"]["key"]
        copies = [(each["recipient"]["role"], Mode(each["mode"])) for each in says["notices"]]
        return _Told(entry.child_id, entry.entered_at, _TELLS[type_], name, copies)

    def _asked_of(self, told: Iterable[Telling]) -> list[Telling]:
        return [each for each in told if self._asked.concerns(each)]

    def _context(self, now: datetime) -> Context:
        rules = self._rules
        return Context(rules.ruleset, self._world.directory, rules.calendar, now)


def _limited(rules: Rules, only: frozenset[str]) -> Rules:
    kept = tuple(each for each in rules.ruleset.rules if each.id in only)
    return replace(rules, ruleset=replace(rules.ruleset, rules=kept))


def _types_read(ruleset: RuleSet) -> frozenset[str]:
    """The types of event that any of the rules watches, or needs beside those."""
    needed = (need for rule in ruleset.rules for need in rule.needs(ruleset.thresholds[rule.id]))
    watched = (rule.watches for rule in ruleset.rules)
    return frozenset[str]().union(*watched, *(need.types for need in needed))
