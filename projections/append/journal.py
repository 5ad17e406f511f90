"""The journal of one append: entries in order, first decided, then sealed and chained."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from projections.append.arrivals import Grasp, Step
from projections.append.drafts import Draft, Instant, Matter, came_to_nothing, read_event
from projections.append.others import Others
from projections.append.resolving import Resolved
from projections.append.world import World
from safeguarding.about_alerts import decide_about_alert
from safeguarding.case import Case
from safeguarding.commands import Refused
from safeguarding.decide import decide, decide_without
from safeguarding.events import ABOUT_ALERTS, Event, Subject
from safeguarding.evolve import evolve
from safeguarding.facts import (
    Alert,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    ChildIdentified,
    Fact,
    Moved,
    RuleFailed,
    Undecided,
)
from safeguarding.ids import elsewhere_entry_id, entry_id, event_entry_id, undecided_entry_id
from safeguarding.membership.briefing import OpenAlert, brief, newcomer
from safeguarding.resolution import Resolution
from safeguarding.ruleset import Context
from safeguarding.timeline import Entry
from safeguarding.undecided import tell_decided, tell_undecided


@dataclass(slots=True)
class Journal:
    """Collects drafts and matters; changes the cases that it is given."""

    world: World
    cases: dict[UUID, Case]
    hub_now: datetime
    real_now: datetime
    drafts: list[Draft] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    # Those of which an event or a step speaks, as they were last told.
    alerts: Mapping[UUID, Alert] = field(default_factory=dict)
    # In full, where somebody may join the network and be told of them.
    open_before: Mapping[UUID, OpenAlert] = field(default_factory=dict)
    _open_now: dict[UUID, OpenAlert] = field(default_factory=dict, init=False)

    def undecided(self, resolved: Resolved, fault: str) -> int:
        """Append an event that cannot be decided on as it came, and tell that something came."""
        event = read_event(resolved.inbound, self.world, self.hub_now)
        case = self.cases[resolved.child_id]
        kept = Undecided(
            agency=event.agency,
            reference=event.reference,
            event_id=event.event_id,
            version=event.version,
            type=event.type,
            received_at=event.received_at,
            broker_at=event.broker_at,
            backfilled=event.backfilled,
            fault=fault,
            message=resolved.inbound.record.value or b"",
        )
        since = Instant(event.received_at, event.broker_at)
        entered_at = self._entered_at(event)
        identity = undecided_entry_id(event.agency, event.event_id)
        own = self._append(case, kept, identity, None, identity, since, entered_at)
        for identified in self._identified(resolved.resolution, case, event, new=resolved.new):
            self._follow(case, identified, own, since, entered_at)
        told = tell_undecided(event, case, self._context(entered_at))
        if told is not None:
            self._follow(case, told, own, since, entered_at)
        self.matters.append(Matter("undecided", str(identity), f"{event.type}: {fault}"))
        return own.sequence

    def decided(self, resolved: Resolved) -> int | None:
        """Append an event that lay undecided, with all that follows; None if that was done."""
        event = read_event(resolved.inbound, self.world, self.hub_now)
        case = self.cases[resolved.child_id]
        context = self._context(self.hub_now)
        if tell_decided(event, case, context) is None:
            return None
        sequence = self.event(resolved)
        identity = event_entry_id(event.agency, event.event_id)
        own = next(each.entry for each in self.drafts if each.entry.entry_id == identity)
        settled = tell_decided(event, case, context)
        if settled is not None:
            since = Instant(event.received_at, event.broker_at)
            self._follow(case, settled, own, since, self.hub_now)
        return sequence

    def event(self, resolved: Resolved) -> int:
        """Append an event and what follows from it; the sequence of the event's entry."""
        event = read_event(resolved.inbound, self.world, self.hub_now)
        case = self.cases[resolved.child_id]
        if resolved.early is not None:
            self.event(resolved.early)
        identity = resolved.identity or event_entry_id(event.agency, event.event_id)
        since = Instant(event.received_at, event.broker_at)
        entered_at = self._entered_at(event)
        before = case.standing_event(event.key)
        own = self._append(case, event, identity, None, identity, since, entered_at)
        for identified in self._identified(resolved.resolution, case, event, new=resolved.new):
            self._follow(case, identified, own, since, entered_at)
        if event.type in ABOUT_ALERTS:
            self._about_alert(case, event, own, since, entered_at)
            return own.sequence
        if resolved.moved_from is not None:
            self._move(case, self.cases[resolved.moved_from], event, own, since, entered_at)
        self._decide(case, event, before, own, since, entered_at)
        others = Others(event, own, self.cases, self._context(entered_at))
        self._tell_others(others.named(resolved.resolution.named), own, since, entered_at)
        self._tell_others(others.settled(resolved.settled), own, since, entered_at)
        self._tell_others(others.companions(resolved.companions), own, since, entered_at)
        self._tell_others(others.parted(resolved.parted), own, since, entered_at)
        self._note_companion_doubts(resolved, case, own)
        return own.sequence

    def _decide(
        self,
        case: Case,
        event: Event,
        before: Event | None,
        own: Entry,
        since: Instant,
        entered_at: datetime,
    ) -> None:
        """Append what follows from an event; who joins by it is told what was open before."""
        context = self._context(entered_at)
        for fact in self._with_briefings(case, decide(case, event, before, context), context):
            self._follow(case, fact, own, since, entered_at)
            self._note_failure(fact, own)

    def _with_briefings(
        self, case: Case, facts: Iterable[Fact], context: Context
    ) -> Iterator[Fact]:
        """Give the facts, and what who joins by one is told; append each before the next."""
        for fact in facts:
            joins = newcomer(case, fact, context)
            yield fact
            if joins is not None:
                yield from brief(case, joins, self._open_alert, context)

    def _open_alert(self, alert_id: UUID) -> OpenAlert | None:
        return self._open_now.get(alert_id) or self.open_before.get(alert_id)

    def _tell_others(
        self,
        told: Iterable[tuple[Case, Fact]],
        own: Entry,
        since: Instant,
        entered_at: datetime,
    ) -> None:
        """Append to the logs of other children what an event means for them, each in turn."""
        for case, fact in told:
            self._elsewhere(case, fact, own, since, entered_at)

    def _note_companion_doubts(self, resolved: Resolved, case: Case, own: Entry) -> None:
        """Who is named by a doubtful number is not told: a person must know of that."""
        doubts = resolved.inbound.companions.doubts
        standing = case.standings.get(resolved.inbound.reference)
        stands = standing is not None and standing.version == resolved.inbound.version
        # What is said again in the log of another child was said to the person before.
        if doubts and stands and resolved.identity is None:
            self.matters.append(Matter("companion-doubt", str(own.entry_id), "; ".join(doubts)))

    def _move(
        self,
        to: Case,
        away: Case,
        event: Event,
        own: Entry,
        since: Instant,
        entered_at: datetime,
    ) -> None:
        """Say in both logs that the event is about another child, and tell those who were told."""
        gone = away.standing_event(event.key)
        what = (event.agency, event.reference, event.version)
        self._follow(to, Moved(*what, away.child_id, away=False), own, since, entered_at)
        self._elsewhere(away, Moved(*what, to.child_id, away=True), own, since, entered_at)
        if gone is None:
            return
        context = self._context(entered_at)
        for fact in self._with_briefings(away, decide_without(away, gone, context), context):
            self._elsewhere(away, fact, own, since, entered_at)
            self._note_failure(fact, own)

    def _note_failure(self, fact: Fact, own: Entry) -> None:
        if isinstance(fact, RuleFailed):
            self.matters.append(
                Matter("rule-failed", str(own.entry_id), f"{fact.rule}: {fact.fault}")
            )

    def step(self, step: Step, grasp: Grasp) -> int | Refused | None:
        """Append what a step decides; the last sequence, a refusal, or None for nothing."""
        case = self.cases[step.child_id]
        context = self._context(self.hub_now)
        facts = step.decide(case, grasp, context)
        if isinstance(facts, Refused):
            return facts
        for number, fact in enumerate(self._with_briefings(case, facts, context)):
            self._append_step(case, fact, step, number)
        return case.sequence if facts else None

    def _append_step(self, case: Case, fact: Fact, step: Step, number: int) -> None:
        since = Instant(self.hub_now, self.real_now)
        identity = entry_id(step.step_id, number)
        own = self._append(case, fact, identity, None, step.step_id, since, self.hub_now)
        self._note_failure(fact, own)

    def _about_alert(
        self, case: Case, event: Event, own: Entry, since: Instant, entered_at: datetime
    ) -> None:
        """Append what a team's word about an alert comes to; where to nothing, tell a person."""
        alert_id = event.details["alert_id"]
        told_now = self._open_now.get(alert_id)
        alert = self.alerts.get(alert_id) if told_now is None else told_now.alert
        facts = decide_about_alert(event, case, alert, entered_at)
        if isinstance(facts, Refused):
            self.matters.append(came_to_nothing(event, own.entry_id, facts.reason))
            return
        for fact in facts:
            self._follow(case, fact, own, since, entered_at)

    def _identified(
        self, resolution: Resolution, case: Case, event: Event, *, new: bool
    ) -> Iterable[ChildIdentified]:
        if resolution.doubts:
            self.matters.append(
                Matter("identity-doubt", str(case.child_id), "; ".join(resolution.doubts))
            )
        # A name says who is meant to those who are told; it is never used to find a child.
        named = (case.subject.name is None and event.subject.name is not None) or (
            case.subject.born is None and event.subject.born is not None
        )
        if new or resolution.links or named:
            yield ChildIdentified(
                digests=tuple(self.world.digest(each) for each in resolution.links),
                schemes=tuple(each.scheme for each in resolution.links),
                provisional=resolution.provisional if new else case.provisional,
                doubts=resolution.doubts,
                subject=Subject(resolution.links, event.subject.name, event.subject.born),
            )

    def _follow(
        self, case: Case, fact: Fact, cause: Entry, since: Instant, entered_at: datetime
    ) -> None:
        step = case.sequence - cause.sequence
        identity = entry_id(cause.entry_id, step)
        self._append(case, fact, identity, cause.entry_id, cause.correlation_id, since, entered_at)

    def _elsewhere(
        self, case: Case, fact: Fact, cause: Entry, since: Instant, entered_at: datetime
    ) -> None:
        """Append to another child's log what an event of this one led to."""
        identity = elsewhere_entry_id(cause.entry_id, case.child_id, case.sequence + 1)
        self._append(case, fact, identity, cause.entry_id, cause.correlation_id, since, entered_at)

    def _append(
        self,
        case: Case,
        body: Event | Fact,
        identity: UUID,
        caused_by: UUID | None,
        correlation_id: UUID,
        since: Instant,
        entered_at: datetime,
    ) -> Entry:
        entry = Entry(
            entry_id=identity,
            child_id=case.child_id,
            sequence=case.sequence + 1,
            entered_at=entered_at,
            caused_by=caused_by,
            correlation_id=correlation_id,
            body=body,
        )
        evolve(case, entry)
        if isinstance(body, AlertRaised | AlertUpdated | AlertWithdrawn):
            self._open_now[body.alert.alert_id] = OpenAlert(body.alert, entered_at)
        self.drafts.append(Draft(entry, since))
        return entry

    def _entered_at(self, event: Event) -> datetime:
        # In a scenario the hub's time is that of the step which is being played.
        return max(event.received_at, self.hub_now) if self.world.scenario else self.hub_now

    def _context(self, now: datetime) -> Context:
        return Context(self.world.ruleset, self.world.directory, self.world.calendar, now)
