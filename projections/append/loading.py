"""Loading: the cases of a batch, as much of each as the rules in force need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from projections.append import opening, reads
from projections.append.arrivals import Grasp, Lapsing, Step
from projections.append.newcomers import open_alerts_of
from projections.append.reads import AlertName, Window
from projections.append.records import alert_record, awaited, expectation
from projections.append.world import World
from projections.database import Connection, Query, fetch_each
from projections.entries import Stored
from safeguarding.case import Case
from safeguarding.companions import NAMED_COMPANION, companion_key
from safeguarding.decide import keys_touched
from safeguarding.events import ACKNOWLEDGEMENT, Event, Reference
from safeguarding.facts import ChildIdentified, Recipient
from safeguarding.membership.briefing import bounding
from safeguarding.network import Membership
from safeguarding.rules.absence import Absence
from safeguarding.rules.rule import Need
from safeguarding.two_children import TWO_CHILDREN, two_children_key
from safeguarding.undecided import UNDECIDED, undecided_key


@dataclass(slots=True)
class Windows:
    """Which events are wanted: of a child and type, placed between two instants.

    Those ``under`` an alert are wanted only if it was ever raised.
    """

    plain: dict[tuple[UUID, str], Window] = field(default_factory=dict)
    under: dict[tuple[UUID, str, str, str], Window] = field(default_factory=dict)

    def widen(self, child_id: UUID, about: Event, needs: Iterable[Need]) -> None:
        """Add what is needed around this event."""
        for need in needs:
            window = about.placed_at - need.before, about.placed_at + need.after
            for event_type in need.types:
                if need.under is None:
                    _widen(self.plain, (child_id, event_type), window)
                else:
                    _widen(self.under, (child_id, event_type, *need.under(about)), window)

    @property
    def queries(self) -> list[Query]:
        """What reads the events."""
        return [reads.windows(self.plain), reads.windows_under(self.under)]


def _widen(windows: dict[Any, Window], key: tuple[Any, ...], window: Window) -> None:
    known = windows.get(key, window)
    windows[key] = (min(known[0], window[0]), max(known[1], window[1]))


@dataclass(slots=True)
class Wanted:
    """What a batch needs to see, gathered before anything is read."""

    children: set[UUID] = field(default_factory=set)
    events: list[tuple[UUID, Event]] = field(default_factory=list)
    references: set[Reference] = field(default_factory=set)
    windows: Windows = field(default_factory=Windows)
    alerts: set[AlertName] = field(default_factory=set)
    alert_ids: set[UUID] = field(default_factory=set)
    notification_ids: set[UUID] = field(default_factory=set)
    joined: set[UUID] = field(default_factory=set)
    lapsing: list[tuple[UUID, Lapsing]] = field(default_factory=list)
    hub_now: datetime | None = None

    def event(self, child_id: UUID, event: Event, world: World) -> None:
        """Add what deciding on this event needs."""
        self.children.add(child_id)
        self.references.add(event.key)
        self.events.append((child_id, event))
        if event.type == ACKNOWLEDGEMENT:
            self.alert_ids.add(event.details["alert_id"])
        self.windows.widen(child_id, event, world.ruleset.needs(event.type))

    def left_behind(self, child_id: UUID, event: Event) -> None:
        """Add what must be decided anew about the child that the event was taken for."""
        self.children.add(child_id)
        self.events.append((child_id, event))

    def undecided(self, child_id: UUID, event: Event) -> None:
        """Add what telling of an undecided event needs: nothing that a rule has a say in."""
        self.children.add(child_id)
        self.alerts.add((child_id, UNDECIDED.id, undecided_key(event)))

    def named(self, child_id: UUID, event: Event) -> None:
        """Add what telling a child needs that an event names it together with another."""
        self.children.add(child_id)
        self.alerts.add((child_id, TWO_CHILDREN.id, two_children_key(event.key)))

    def companion(self, child_id: UUID, event: Event) -> None:
        """Add what telling a child needs that a report names it, or does so no more."""
        self.children.add(child_id)
        self.alerts.add((child_id, NAMED_COMPANION.id, companion_key(event.key)))

    def lapses(self, child_id: UUID, lapsing: Lapsing) -> None:
        """Add what judging something needs of which the time has come."""
        self.children.add(child_id)
        self.references.add(lapsing.ground)
        self.alerts.add((child_id, lapsing.rule, lapsing.key))
        self.lapsing.append((child_id, lapsing))

    def step(self, step: Step, world: World) -> None:
        """Add what a step of the hub needs."""
        self.children.add(step.child_id)
        for event in step.about:
            self.event(step.child_id, event, world)
        self.alert_ids.update(step.alert_ids)
        self.notification_ids.update(step.notification_ids)
        if step.lapsing is not None:
            self.lapses(step.child_id, step.lapsing)
        if step.joins and world.ruleset.network is not None:
            self.joined.add(step.child_id)


@dataclass(frozen=True, slots=True)
class Child:
    """A child's row, locked until the transaction ends."""

    child_id: UUID
    key_id: str
    status: str
    sequence: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Loaded:
    """Children, locked; their cases; what the steps asked to see; the answers to what was asked."""

    children: dict[UUID, Child]
    cases: dict[UUID, Case]
    grasp: Grasp
    answers: list[list[tuple[Any, ...]]]


def load(
    connection: Connection, wanted: Wanted, world: World, questions: Sequence[Query] = ()
) -> Loaded:
    """Lock the children in the order of their ids, and load their cases.

    First the events in their windows; they say under which keys the alerts must be read. In a
    pipeline what follows a lock in the same round trip is read once the lock is held.
    ``questions`` are asked then, too.
    """
    locked, *found = fetch_each(
        connection,
        [
            reads.lock_children(sorted(wanted.children)),
            *questions,
            reads.memberships(sorted(wanted.children)),
            reads.identified(sorted(wanted.children)),
            reads.standings(wanted.references),
            *wanted.windows.queries,
        ],
    )
    children = {row[0]: Child(*row) for row in locked}
    cases = {
        child.child_id: Case(
            child.child_id,
            provisional=child.status == "provisional",
            sequence=child.sequence,
            head=child.head,
            kept=opening.worked_out(child.child_id, world),
        )
        for child in children.values()
    }
    answers, history = found[: len(questions)], found[len(questions) :]
    _load_history(connection, history, wanted, cases, world)
    names = wanted.alerts | {
        (child_id, rule, key)
        for child_id, event in wanted.events
        if child_id in cases
        for rule, key in keys_touched(world.ruleset, cases[child_id], event)
    }
    grasp = _load_alerts(connection, sorted(names), wanted, cases, world)
    return Loaded(children, cases, grasp, answers)


def _load_history(
    connection: Connection,
    history: Sequence[Sequence[tuple[Any, ...]]],
    wanted: Wanted,
    cases: dict[UUID, Case],
    world: World,
) -> None:
    memberships, identified, *standings = history
    for row in memberships:
        membership = Membership(Recipient(*row[1:4]), *row[4:7])
        cases[row[0]].memberships[membership.key] = membership
    for row in identified:
        fact = opening.identified(Stored(*row[1:]), world)
        if isinstance(fact, ChildIdentified):
            cases[row[0]].subject = cases[row[0]].subject.with_what(fact.subject)
    _stand(chain(*standings), cases, world)
    around = Windows()
    for child_id, event in wanted.events:
        replaced = cases[child_id].standing_event(event.key) if child_id in cases else None
        if replaced is not None:
            around.widen(child_id, replaced, world.ruleset.needs(replaced.type))
    for child_id, awaited_under in wanted.lapsing:
        case = cases.get(child_id)
        opened_it = None if case is None else case.standing_event(awaited_under.ground)
        if opened_it is not None:
            around.widen(child_id, opened_it, _needs_of(awaited_under.rule, world))
    if around.plain or around.under:
        # A retraction or correction is decided around what it replaces, and only the log
        # says when and what that was. So with what is awaited and what opened it. These are few,
        # so only they pay a second round trip.
        _stand(chain(*fetch_each(connection, around.queries)), cases, world)


def _needs_of(rule_id: str, world: World) -> list[Need]:
    """What one rule needs; nothing where it is in force no more."""
    return [
        need
        for rule in world.ruleset.rules
        if rule.id == rule_id
        for need in rule.needs(world.ruleset.thresholds[rule.id])
    ]


def _stand(rows: Iterable[tuple[Any, ...]], cases: dict[UUID, Case], world: World) -> None:
    stood = opening.Standings(world)
    for row in rows:
        case = cases.get(row[0])
        if case is not None and (row[1], row[2]) not in case.standings:
            case.standings[row[1], row[2]] = stood.of(row)


def _load_alerts(
    connection: Connection,
    names: Sequence[AlertName],
    wanted: Wanted,
    cases: dict[UUID, Case],
    world: World,
) -> Grasp:
    alert_ids = sorted(wanted.alert_ids)
    records, expectations, awaits, bodies, unsent, *briefing = fetch_each(
        connection,
        [
            reads.alerts(names, alert_ids),
            reads.expectations(names, alert_ids),
            reads.awaited(_that_await(names, wanted, world)),
            reads.alert_bodies(alert_ids),
            reads.unsent(wanted.notification_ids),
            *open_alerts_of(wanted.joined, wanted.events, cases, world, wanted.hub_now),
        ],
    )
    open_alerts = opening.OpenAlerts(
        {row[1]: Stored(*row[11:15]) for row in chain(*briefing)}, world
    )
    for row in chain(records, *briefing):
        if row[0] in cases:  # Whoever asks may name an alert of another child.
            record = alert_record(row)
            cases[row[0]].alerts[record.rule, record.key] = record
    for row in expectations:
        if row[0] in cases:
            expected = expectation(row)
            cases[row[0]].expectations[expected.expectation_id] = expected
    # A newcomer is sent no alert about what by law is over. Few alerts are bounded so.
    bounding_names = _that_bound(chain(*briefing), world)
    bounds = fetch_each(connection, [reads.awaited(bounding_names)]) if bounding_names else []
    for row in chain(awaits, *bounds):
        if row[0] in cases:
            await_ = awaited(row)
            cases[row[0]].awaited[await_.rule, await_.key] = await_
    alerts = {row[0]: opening.alert_body(Stored(*row[1:5]), world) for row in bodies}
    return Grasp(alerts, frozenset(row[0] for row in unsent), open_alerts)


def _that_await(names: Sequence[AlertName], wanted: Wanted, world: World) -> list[AlertName]:
    """Those of rules that await something, and of what lapses, also where its rule is gone."""
    awaiting = {rule.id for rule in world.ruleset.rules if isinstance(rule, Absence)}
    lapsing = {(child_id, each.rule, each.key) for child_id, each in wanted.lapsing}
    return [name for name in names if name[1] in awaiting or name in lapsing]


def _that_bound(rows: Iterable[tuple[Any, ...]], world: World) -> list[AlertName]:
    """What bounds the open alerts of which a newcomer may be sent."""
    return [(row[0], *name) for row in rows for name in bounding(alert_record(row), world.ruleset)]
