"""A trial of rules over the log: what they would have told, beside what was told.

It reads messages of the log and changes nothing. Children of whom the key was destroyed are beyond
use, and are counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from projections.append.world import World
from projections.rebuild.beginnings import Beginnings
from projections.rebuild.glancing import Glance, Glancing
from projections.rebuild.reading import BEYOND_USE as CHANGES_NOTHING
from safeguarding.backtest.comparing import Comparison, Telling
from safeguarding.backtest.differing import Rules
from safeguarding.backtest.replay import Kind, Replay, told_in
from safeguarding.case import AlertKey
from safeguarding.events import CANARY, Event
from safeguarding.facts import Mode
from safeguarding.ids import HUB
from safeguarding.rules.absence import Absence
from safeguarding.ruleset import Context, RuleSet
from safeguarding.timeline import Entry
from schemas.codec import decode
from schemas.keys import KeyDestroyed

# They change nothing that a rule decides, and half of a log are deliveries: never opened.
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

    ``versions`` are those of the rules that decided the entries.
    """

    entries: int = 0
    versions: set[str] = field(default_factory=set)
    children: int = 0
    beyond_use: int = 0
    comparison: Comparison = field(default_factory=Comparison)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: "Tried") -> None:
        """Count another part in."""
        self.entries += other.entries
        self.versions |= other.versions
        self.children += other.children
        self.beyond_use += other.beyond_use
        self.comparison.add_all(other.comparison)
        self.failed += other.failed


class Trial:
    """Tries rules on one part of the log, all entries of each of its children.

    With ``only`` these rules alone are tried, and nothing is opened that none of them reads.
    """

    def __init__(
        self, world: World, rules: Rules, asked: Asked, only: frozenset[str] | None = None
    ) -> None:
        self._world = world
        self._rules = _limited(rules, only)
        self._asked = asked
        self._only = only
        self._read = _types_read(self._rules.ruleset)
        # Of these it must be seen which rules decided.
        awaits = only is None or any(isinstance(e, Absence) for e in self._rules.ruleset.rules)
        self._passed_over = frozenset() if awaits else _OF_ABSENCES
        self._reader = Glancing(world.registry, world.keys)
        self._beginnings = Beginnings(world.registry)

    def run(self, batches: Iterable[Iterable[bytes]]) -> Tried:
        """Read all messages, then decide child by child.

        Raises NotAnEntry, KeyUnknown, Unopenable.
        """
        tried = Tried()
        children: dict[UUID, dict[int, Glance]] = {}
        versions: defaultdict[UUID, set[str]] = defaultdict(set)
        no_children = {HUB}
        for batch in batches:
            for message in batch:
                tried.entries += 1
                glance = self._reader.glance(message)
                if glance.type in _OF_NO_ACCOUNT:
                    continue
                version = self._reader.decided_by(glance)
                if version is not None:
                    versions[glance.child_id].add(version)
                if glance.type == CANARY:
                    no_children.add(glance.child_id)
                if self._asked.children and glance.child_id not in self._asked.children:
                    continue
                known = children.setdefault(glance.child_id, {})
                if glance.type not in self._passed_over:
                    known[glance.sequence] = glance  # A repeat is the same entry once more.
        for child_id in versions.keys() - no_children:
            tried.versions |= versions[child_id]
        for child_id in sorted(children):
            held = children.pop(child_id)
            self._try(child_id, [held[sequence] for sequence in sorted(held)], tried)
        return tried

    def _try(self, child_id: UUID, held: Sequence[Glance], tried: Tried) -> None:
        try:
            if self._only is None:
                entries = [self._opened(each) for each in held]
                before: Sequence[Telling] = [*told_in(child_id, entries)]
            else:
                entries, before = self._read_by(self._only, held)
        except KeyDestroyed:
            tried.beyond_use += 1
            return
        tried.children += 1
        replay = Replay(child_id, self._context)
        after = replay.run(entries, self._asked.before)
        tried.failed += replay.failed
        tried.comparison.add(self._asked_of(before), self._asked_of(after))

    def _read_by(
        self, only: frozenset[str], held: Sequence[Glance]
    ) -> tuple[list[Entry], list[_Told]]:
        """What the rules that are tried have to do with, in its order; and what they told.

        What was read may be retracted, or become a statement of another type: then what replaced
        it counts though no rule reads it.
        """
        entries: list[Entry] = []
        told: list[_Told] = []
        unread = []
        for each in held:
            if each.type in self._read:
                entries.append(self._opened(each))
            elif self._reader.is_event(each):
                unread.append(each)
            else:
                body = self._reader.opens(each)
                rule = self._beginnings.rule_of(body)
                if rule is not None and rule not in only:
                    continue
                if each.type in _TELLS:
                    # What a rule told is decided anew. Only its place in the log counts.
                    entry = self._reader.tied(each, CHANGES_NOTHING)
                    told.append(self._told(entry, each.type, body))
                else:
                    decoded = decode(body, self._world.registry)
                    entry = self._reader.of(self._reader.whole(each), decoded)
                entries.append(entry)
        read = {entry.body.key for entry in entries if isinstance(entry.body, Event)}
        if read:
            restated = [self._headed(each) for each in unread if self._reader.key(each) in read]
            if restated:
                entries = sorted((*entries, *restated), key=lambda entry: entry.sequence)
        return entries, told

    def _told(self, entry: Entry, type_: str, body: bytes) -> _Told:
        says = self._beginnings.plain(body)
        name = says["alert"]["rule"], says["alert"]["key"]
        copies = [(each["recipient"]["role"], Mode(each["mode"])) for each in says["notices"]]
        return _Told(entry.child_id, entry.entered_at, _TELLS[type_], name, copies)

    def _opened(self, held: Glance) -> Entry:
        return self._reader.opened(self._reader.whole(held))

    def _headed(self, held: Glance) -> Entry:
        """An event of which its header says enough."""
        return self._reader.sealed(self._reader.whole(held)).entry

    def _asked_of(self, told: Iterable[Telling]) -> list[Telling]:
        return [each for each in told if self._asked.concerns(each)]

    def _context(self, now: datetime) -> Context:
        rules = self._rules
        return Context(rules.ruleset, self._world.directory, rules.calendar, now)


def _limited(rules: Rules, only: frozenset[str] | None) -> Rules:
    if only is None:
        return rules
    kept = tuple(each for each in rules.ruleset.rules if each.id in only)
    return replace(rules, ruleset=replace(rules.ruleset, rules=kept))


def _types_read(ruleset: RuleSet) -> frozenset[str]:
    """The types of event that any of the rules watches, or needs beside those."""
    needed = (need for rule in ruleset.rules for need in rule.needs(ruleset.thresholds[rule.id]))
    watched = (rule.watches for rule in ruleset.rules)
    return frozenset[str]().union(*watched, *(need.types for need in needed))
