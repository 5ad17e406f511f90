"""Loading: the cases of a batch, as much of each as the rules in force need."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from projections.append import alerts, opening, reads
from projections.append.arrivals import Grasp
from projections.append.memory import Memory, Remembered
from projections.append.newcomers import open_alerts_of
from projections.append.reads import AlertName
from projections.append.records import alert_record
from projections.append.wanted import Wanted
from projections.append.windows import Windows
from projections.append.world import World
from projections.database import Connection, Query, fetch_each
from projections.entries import Stored
from safeguarding.case import Case
from safeguarding.facts import ChildIdentified, Recipient
from safeguarding.membership.briefing import bounding
from safeguarding.network import Membership
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
    # A case of which no more is to be read says already now which alerts may be touched.
    whole = {i: each.case for i, each in remembered.items() if i not in unread.children}
    early = alerts.not_at_hand(wanted.alerts | alerts.touched(wanted, whole, world), remembered)
    alert_ids = sorted(wanted.alert_ids)
    locked, grown, bodies, unsent, *found = fetch_each(
        connection,
        [
            reads.lock_children(sorted(wanted.children | wanted.unseen)),
            reads.grown({child_id: each.case.sequence for child_id, each in remembered.items()}),
            reads.alert_bodies(alert_ids),
            reads.unsent(wanted.notification_ids),
            *alerts.queries(early, alert_ids, wanted, world),
            reads.standings(wanted.references),
            *_history(wanted.children - remembered.keys(), unread),
            *questions,
        ],
    )
    named, standings, history, answers = found[:3], found[3], found[4:8], found[8:]
    children = {row[0]: Child(*row) for row in locked}
    held = _that_go_on(remembered, grown, children, world)
    settled = held.keys() & whole.keys()
    anew = {child_id for child_id in children if child_id not in held}
    held |= {child_id: Remembered(_case(children[child_id], world)) for child_id in sorted(anew)}
    _fill(held, standings, history, world)
    _note(held, unread)
    changed = anew & remembered.keys()
    if changed:
        # Somebody else appended to what was remembered, and only now, under the lock, it shows.
        unread = wanted.windows.of(changed).unread({})
        _fill(held, (), fetch_each(connection, _history(changed, unread)), world)
        _note(held, unread)
    # What an event replaces and was not at hand lies in no window that was read: it is read now.
    settled -= _look_around(connection, held, wanted, world)
    alerts.put_in(held, early, named)
    cases = {child_id: each.case for child_id, each in held.items()}
    open_alerts = _load_alerts(connection, held, settled, wanted, world)
    bodies_by_id = {row[0]: opening.alert_body(Stored(*row[1:5]), world) for row in bodies}
    grasp = Grasp(bodies_by_id, frozenset(row[0] for row in unsent), open_alerts)
    return Loaded(children, cases, held, grasp, answers)


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
) -> set[UUID]:
    """A retraction or correction is decided around what it replaces too.

    Only the log says when and what that was. So with what is awaited and what opened it. These
    are few, so only they pay a second round trip. Of which children something was read.
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
    if unread.children:
        _stand(chain(*fetch_each(connection, unread.queries)), held, world)
        _note(held, unread)
    return unread.children


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
    connection: Connection,
    held: Mapping[UUID, Remembered],
    settled: Collection[UUID],
    wanted: Wanted,
    world: World,
) -> opening.OpenAlerts:
    """The alerts that were not looked for yet; and those of which who joins may be told.

    Of those ``settled`` all are at hand that their events may touch.
    """
    cases = {child_id: each.case for child_id, each in held.items()}
    open_to = {child_id: case for child_id, case in cases.items() if child_id not in settled}
    names = alerts.not_at_hand(
        {name for name in wanted.alerts if name[0] in held}
        | alerts.touched(wanted, open_to, world),
        held,
    )
    found = fetch_each(
        connection,
        [
            *alerts.queries(names, [], wanted, world),
            *open_alerts_of(wanted.joined, wanted.events, cases, world, wanted.hub_now),
        ],
    )
    alerts.put_in(held, names, found[:3])
    briefing = list(chain(*found[3:]))
    # A newcomer is sent no alert about what by law is over. Few alerts are bounded so.
    alerts.put_in(held, (), [briefing, (), ()])
    bounds = fetch_each(connection, [reads.awaited(_that_bound(briefing, world))])
    alerts.put_in(held, (), [(), (), *bounds])
    return opening.OpenAlerts({row[1]: Stored(*row[11:15]) for row in briefing}, world)


def _that_bound(rows: Iterable[tuple[Any, ...]], world: World) -> list[AlertName]:
    """What bounds the open alerts of which a newcomer may be sent."""
    return [(row[0], *name) for row in rows for name in bounding(alert_record(row), world.ruleset)]
