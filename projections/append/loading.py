"""Loading: the cases of a batch, as much of each as the rules in force need."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from projections.append import opening, reads
from projections.append.arrivals import Grasp
from projections.append.memory import Memory, Remembered
from projections.append.newcomers import open_alerts_of
from projections.append.reads import AlertName
from projections.append.records import alert_record, awaited, expectation
from projections.append.wanted import Wanted
from projections.append.windows import Windows
from projections.append.world import World
from projections.database import Connection, Query, fetch_each
from projections.entries import Stored
from safeguarding.case import Case
from safeguarding.decide import keys_touched
from safeguarding.facts import ChildIdentified, Recipient
from safeguarding.membership.briefing import bounding
from safeguarding.network import Membership
from safeguarding.rules.absence import Absence
from safeguarding.rules.rule import Need


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
    """Children, locked; their cases; what the steps asked to see; the answers to what was asked.

    ``held`` says how much of each child's history its case holds.
    """

    children: dict[UUID, Child]
    cases: dict[UUID, Case]
    held: dict[UUID, Remembered]
    grasp: Grasp
    answers: list[list[tuple[Any, ...]]]


def load(
    connection: Connection,
    wanted: Wanted,
    world: World,
    questions: Sequence[Query] = (),
    memory: Memory | None = None,
) -> Loaded:
    """Lock the children in the order of their ids, and load their cases.

    First the events in their windows; they say under which keys the alerts must be read. In a
    pipeline what follows a lock in the same round trip is read once the lock is held.
    ``questions`` are asked then, too. What ``memory`` holds is not read again.
    """
    remembered = {} if memory is None else memory.take(wanted.children)
    unread = wanted.windows.unread(remembered)
    locked, grown, *found = fetch_each(
        connection,
        [
            reads.lock_children(sorted(wanted.children | wanted.unseen)),
            reads.grown({child_id: each.case.sequence for child_id, each in remembered.items()}),
            *questions,
            reads.standings(wanted.references),
            *_history(wanted.children - remembered.keys(), unread),
        ],
    )
    children = {row[0]: Child(*row) for row in locked}
    held = _that_go_on(remembered, grown, children, world)
    anew = {child_id for child_id in children if child_id not in held}
    held |= {child_id: Remembered(_case(children[child_id], world)) for child_id in sorted(anew)}
    answers, standings, history = found[: len(questions)], found[len(questions)], found[-4:]
    _fill(held, standings, history, world)
    _note(held, unread)
    changed = anew & remembered.keys()
    if changed:
        # Somebody else appended to what was remembered, and only now, under the lock, it shows.
        unread = wanted.windows.of(changed).unread({})
        _fill(held, (), fetch_each(connection, _history(changed, unread)), world)
        _note(held, unread)
    _look_around(connection, held, wanted, world)
    grasp = _load_alerts(connection, held, wanted, world)
    return Loaded(children, {i: each.case for i, each in held.items()}, held, grasp, answers)


def _history(children: Collection[UUID], windows: Windows) -> list[Query]:
    """What reads of these children who is on the network and who they are; and all the windows."""
    ordered = sorted(children)
    return [reads.memberships(ordered), reads.identified(ordered), *windows.queries]


def _that_go_on(
    remembered: Mapping[UUID, Remembered],
    grown: Iterable[tuple[Any, ...]],
    children: Mapping[UUID, Child],
    world: World,
) -> dict[UUID, Remembered]:
    """Those whose log goes on from what is remembered. Raises KeyDestroyed."""
    entries: dict[UUID, list[tuple[Any, ...]]] = {child_id: [] for child_id in remembered}
    for row in grown:
        entries[row[0]].append(row)
    held = {}
    for child_id, each in remembered.items():
        child = children.get(child_id)
        if child is None or not each.goes_on(entries[child_id], child.sequence, child.head):
            continue
        opening.refuse_destroyed(child.key_id, world)
        held[child_id] = each
    return held


def _case(child: Child, world: World) -> Case:
    return Case(
        child.child_id,
        provisional=child.status == "provisional",
        sequence=child.sequence,
        head=child.head,
        kept=opening.worked_out(child.child_id, world),
    )


def _fill(
    held: Mapping[UUID, Remembered],
    standings: Iterable[tuple[Any, ...]],
    history: Sequence[Iterable[tuple[Any, ...]]],
    world: World,
) -> None:
    memberships, identified, *events = history
    for row in memberships:
        membership = Membership(Recipient(*row[1:4]), *row[4:7])
        held[row[0]].case.memberships[membership.key] = membership
    for row in identified:
        fact = opening.identified(Stored(*row[1:]), world)
        if isinstance(fact, ChildIdentified):
            case = held[row[0]].case
            case.subject = case.subject.with_what(fact.subject)
    _stand(chain(standings, *events), held, world)


def _note(held: Mapping[UUID, Remembered], windows: Windows) -> None:
    """Note what was read."""
    for (child_id, event_type), window in windows.plain.items():
        if child_id in held:
            held[child_id].read(event_type, window)


def _look_around(
    connection: Connection, held: Mapping[UUID, Remembered], wanted: Wanted, world: World
) -> None:
    """A retraction or correction is decided around what it replaces too.

    Only the log says when and what that was. So with what is awaited and what opened it. These
    are few, so only they pay a second round trip.
    """
    around = Windows()
    for child_id, event in wanted.events:
        replaced = held[child_id].case.standing_event(event.key) if child_id in held else None
        if replaced is not None:
            around.widen(child_id, replaced, world.ruleset.needs(replaced.type))
    for child_id, lapsing in wanted.lapsing:
        each = held.get(child_id)
        opened_it = None if each is None else each.case.standing_event(lapsing.ground)
        if opened_it is not None:
            around.widen(child_id, opened_it, _needs_of(lapsing.rule, world))
    unread = around.unread(held)
    if unread.plain or unread.under:
        _stand(chain(*fetch_each(connection, unread.queries)), held, world)
        _note(held, unread)


def _needs_of(rule_id: str, world: World) -> list[Need]:
    """What one rule needs; nothing where it is in force no more."""
    return [
        need
        for rule in world.ruleset.rules
        if rule.id == rule_id
        for need in rule.needs(world.ruleset.thresholds[rule.id])
    ]


def _stand(rows: Iterable[tuple[Any, ...]], held: Mapping[UUID, Remembered], world: World) -> None:
    stood = opening.Standings(world)
    for row in rows:
        each = held.get(row[0])
        if each is not None and (row[1], row[2]) not in each.case.standings:
            each.case.standings[row[1], row[2]] = stood.of(row)


def _load_alerts(
    connection: Connection, held: Mapping[UUID, Remembered], wanted: Wanted, world: World
) -> Grasp:
    cases = {child_id: each.case for child_id, each in held.items()}
    touched = wanted.alerts | {
        (child_id, rule, key)
        for child_id, event in wanted.events
        if child_id in cases
        for rule, key in keys_touched(world.ruleset, cases[child_id], event)
    }
    names = sorted(
        name for name in touched if name[0] not in held or name[1:] not in held[name[0]].names
    )
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
    for child_id, *name in names:
        if child_id in held:
            held[child_id].names.add((name[0], name[1]))
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
