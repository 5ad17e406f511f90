"""Replay: one child's log once more, decided by the rules that are tried.

What agencies and people said, and who was on the network, is taken from the log as it stands; what
rules decided is decided anew, at the times at which the hub decided. So the rules that were in
force give exactly what was told, and others give what they would have told to the same people.

What follows from other rules only by what people would have done then stays as it was: answers,
reminders and briefings are those of the log. Whether an agency was heard from when a time passed
is known only where the log says so; elsewhere it is taken to have been.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from safeguarding.case import AlertKey, Case, ExpectationState
from safeguarding.companions import NAMED_COMPANION
from safeguarding.decide import decide_again, decide_rules, decide_rules_without
from safeguarding.due import lapse_due
from safeguarding.events import Event, Reference
from safeguarding.evolve import evolve
from safeguarding.facts import (
    Acknowledged,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    AnswerReminded,
    Briefed,
    ChildIdentified,
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMet,
    ExpectationMissed,
    ExpectationOpened,
    Fact,
    Mode,
    Moved,
    NetworkJoined,
    NetworkLeft,
    RuleDecided,
    RuleFailed,
    Verdict,
)
from safeguarding.ruleset import Context
from safeguarding.timeline import Entry
from safeguarding.two_children import TWO_CHILDREN
from safeguarding.undecided import UNDECIDED

Told = AlertRaised | AlertUpdated | AlertWithdrawn

# Before the rules decide on an event stands who is on the network, and what newcomers were told.
_SETTLED_BEFORE = ChildIdentified | NetworkJoined | NetworkLeft | Briefed
_OF_PEOPLE = Acknowledged | AnswerReminded | ExpectationMissed
# What the hub tells of itself, without a rule, stays as it was.
_HUBS_OWN = frozenset({UNDECIDED.id, TWO_CHILDREN.id, NAMED_COMPANION.id})
_NO_ENTRY = UUID(int=0)


class Kind(StrEnum):
    """What is told of an alert."""

    RAISED = "raised"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


_KINDS: Mapping[type[Told], Kind] = {
    AlertRaised: Kind.RAISED,
    AlertUpdated: Kind.UPDATED,
    AlertWithdrawn: Kind.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Announced:
    """What was told of an alert, when the hub decided it."""

    child_id: UUID
    at: datetime
    fact: Told

    @property
    def kind(self) -> Kind:
        """What was told of it."""
        return _KINDS[type(self.fact)]

    @property
    def name(self) -> AlertKey:
        """The alert's rule and key."""
        return self.fact.alert.rule, self.fact.alert.key

    @property
    def copies(self) -> Iterable[tuple[str, Mode]]:
        """Each recipient's role and mode."""
        return [(each.recipient.role, each.mode) for each in self.fact.notices]


@dataclass(frozen=True, slots=True)
class _Cause:
    """An entry on which the rules decide, once who is on the network because of it is settled."""

    at: datetime
    event: Event
    before: Event | None = None
    gone: bool = False
    again: str | None = None


@dataclass(slots=True)
class Replay:
    """Reads one child's log. ``context`` gives what a decision leans on at that time.

    ``failed`` counts rules that raised, by rule and kind of fault.
    """

    child_id: UUID
    context: Callable[[datetime], Context]
    case: Case = field(init=False)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter, init=False)
    _versions: dict[Reference, list[Event]] = field(default_factory=dict, init=False)
    # The step in which a rule last decided anew; nothing in it is the clock's.
    _decided: UUID | None = field(default=None, init=False)
    # By when the log awaits what, at this place of it.
    _awaited: dict[AlertKey, datetime] = field(default_factory=dict, init=False)
    # The time of the entry that was read last.
    _reached: datetime | None = field(default=None, init=False)
    _told: list[Announced] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Begin with an empty case."""
        self.case = Case(self.child_id)

    def run(self, entries: Sequence[Entry], until: datetime) -> list[Announced]:
        """What the rules tell of all entries in turn, and of what falls due by ``until``."""
        cause: _Cause | None = None
        chain: UUID | None = None
        for entry in entries:
            ended = entry.correlation_id != chain or not isinstance(entry.body, _SETTLED_BEFORE)
            if cause is not None and ended:
                self._decide(cause)
                cause = None
            if entry.correlation_id != chain:
                # Within a chain all is of one moment, and the clock looks at nothing.
                self._let_lapse(entry.entered_at)
            chain, self._reached = entry.correlation_id, entry.entered_at
            cause = self._take(entry) or cause
            self._follow_clock(entry)
        if cause is not None:
            self._decide(cause)
        self._let_lapse(until)
        return self._told

    def _take(self, entry: Entry) -> _Cause | None:
        """Let an entry change the case; what the rules are to decide on because of it."""
        match entry.body:
            case Event() as event:
                before = self.case.standing_event(event.key)
                evolve(self.case, entry)
                self._versions.setdefault(event.key, []).append(event)
                return _Cause(entry.entered_at, event, before)
            case Moved(away=True) as moved:
                gone = self.case.standing_event((moved.agency, moved.reference))
                evolve(self.case, entry)
                return None if gone is None else _Cause(entry.entered_at, gone, gone=True)
            case RuleDecided() as decided:
                self._decided = entry.correlation_id
                versions = self._versions.get((decided.agency, decided.reference))
                if versions is None:
                    return None  # Of a type that the rules that are tried do not read.
                return _Cause(entry.entered_at, versions[-1], again=decided.rule)
            case AlertRaised() | AlertUpdated() | AlertWithdrawn() as told:
                if told.alert.rule in _HUBS_OWN:
                    evolve(self.case, entry)
            case body if isinstance(body, _SETTLED_BEFORE | _OF_PEOPLE):
                evolve(self.case, entry)
            case _:
                pass
        return None

    def _follow_clock(self, entry: Entry) -> None:
        """Look where the clock looked, and note what the log awaits: it says when that was."""
        match entry.body:
            case ExpectationLapsed() as lapsed:
                unknown = lapsed.because if lapsed.verdict is Verdict.NOT_KNOWN else None
                self._lapse((lapsed.rule, lapsed.key), unknown, entry.entered_at)
                self._awaited.pop((lapsed.rule, lapsed.key), None)
            case (ExpectationOpened() | ExpectationMet() | ExpectationCancelled()) as found:
                # Other rules than those that opened it may have changed what is awaited by then.
                if entry.caused_by is None and entry.correlation_id != self._decided:
                    self._lapse((found.rule, found.key), None, entry.entered_at)
                self._awaited.pop((found.rule, found.key), None)
                if isinstance(found, ExpectationOpened) and found.due_at is not None:
                    self._awaited[found.rule, found.key] = found.due_at

    def _decide(self, cause: _Cause) -> None:
        context = self.context(cause.at)
        if cause.again is not None:
            versions = self._versions[cause.event.key]
            self._apply(decide_again(cause.again, self.case, versions, context), cause.at)
        elif cause.gone:
            self._apply(decide_rules_without(self.case, cause.event, context), cause.at)
        else:
            facts = decide_rules(self.case, cause.event, cause.before, context)
            self._apply(facts, cause.at)

    def _let_lapse(self, at: datetime) -> None:
        """What fell due before that. Of what the log awaits too it says when the hub looked."""
        due = [
            (awaited.due_at, name)
            for name, awaited in self.case.awaited.items()
            if awaited.state is ExpectationState.OPEN
            and awaited.due_at is not None
            and awaited.due_at <= at
            and awaited.due_at != self._awaited.get(name)
        ]
        for due_at, name in sorted(due):
            # Of what was past when it was told of, the clock could not look before.
            looks = due_at if self._reached is None else max(due_at, self._reached)
            self._lapse(name, None, looks)

    def _lapse(self, name: AlertKey, unknown: str | None, at: datetime) -> None:
        self._apply(lapse_due(self.case, name, unknown, self.context(at)), at)

    def _apply(self, facts: Iterable[Fact], at: datetime) -> None:
        """Apply each before the next is asked for, as the append does."""
        for fact in facts:
            body = Entry(_NO_ENTRY, self.child_id, self.case.sequence, at, None, _NO_ENTRY, fact)
            evolve(self.case, body)
            if isinstance(fact, AlertRaised | AlertUpdated | AlertWithdrawn):
                self._told.append(Announced(self.child_id, at, fact))
            elif isinstance(fact, RuleFailed):
                self.failed[fact.rule, fact.fault] += 1


def told_in(
    child_id: UUID, entries: Iterable[Entry], only: frozenset[str] | None = None
) -> Iterator[Announced]:
    """What was told of alerts by rules, as the log has it; by these alone, where some are given."""
    for entry in entries:
        body = entry.body
        if (
            isinstance(body, AlertRaised | AlertUpdated | AlertWithdrawn)
            and body.alert.rule not in _HUBS_OWN
            and (only is None or body.alert.rule in only)
        ):
            yield Announced(child_id, entry.entered_at, body)
