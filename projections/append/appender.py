"""The append: one PostgreSQL transaction decides, and only its commit counts.

Share the lock of appends, lock positions, drop what is recorded, resolve subjects, lock the
children in the order of their ids and resolve again, take each event in turn (sequence,
evolve, decide, facts, notifications), write entries, outbox and positions, commit. Whoever
calls it acknowledges to Kafka afterwards, and not before.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from projections.append import guarding, in_force, inbox, loading, pausing, writing
from projections.append.arrivals import (
    Accepted,
    Fate,
    Grasp,
    Inbound,
    Outcome,
    Refusal,
    Rejected,
    Step,
)
from projections.append.batch import Batch
from projections.append.drafts import read_event
from projections.append.guarding import Guard
from projections.append.journal import Journal
from projections.append.memory import Memory
from projections.append.pointing import Question, Reading, ask
from projections.append.resolving import Resolved, resolve_batch
from projections.append.wanted import Wanted
from projections.append.world import World
from projections.append.write_all import write_all
from projections.database import Connection, fetch_each
from safeguarding.case import Case
from safeguarding.commands import Refused
from schemas import failpoints


class ResolutionChanged(Exception):
    """Between reading and locking someone else linked what was read: append again."""


def append(
    connection: Connection,
    inbounds: Sequence[Inbound],
    steps: Sequence[Step],
    world: World,
    guard: Guard,
    memory: Memory,
) -> list[Outcome]:
    """Append a batch in one transaction; the outcomes of ``inbounds``, then of ``steps``.

    Raises ResolutionChanged, NotCaughtUp, psycopg.Error: nothing was appended, try again.
    Raises AnotherHub: nothing was appended, and this process cannot.
    """
    # In a pipeline a transaction costs one round trip for each answer that it waits for.
    with connection.pipeline(), connection.transaction():
        real_now = world.now()
        hub_now = hub_time(connection, world, real_now)
        batch = Batch(inbounds, steps, hub_now, real_now, guard)
        _append(connection, batch, world, memory)
        failpoints.reach(failpoints.APPEND_BEFORE_COMMIT)
    memory.put_back(batch.held, batch.heads)
    failpoints.reach(failpoints.APPEND_AFTER_COMMIT)
    count = len(inbounds) + len(steps)
    return [batch.outcomes[index] for index in range(count)]


def hub_time(connection: Connection, world: World, real_now: datetime) -> datetime:
    """The hub's time: the real one, or in a scenario the scenario's."""
    if not world.scenario:
        return real_now
    row = connection.execute("select hub_at, set_at, flows from kept.scenario_time").fetchone()
    if row is None:
        return real_now
    hub_at, set_at, flows = row
    elapsed: timedelta = real_now - set_at if flows else timedelta(0)
    now: datetime = hub_at + elapsed
    return now


def _append(connection: Connection, batch: Batch, world: World, memory: Memory) -> None:
    accepted = [one for one in batch.inbounds if isinstance(one, Accepted)]
    question = ask(accepted, world)
    fresh, reading, activation = _sift(connection, batch, question)
    if batch.inbounds or not all(step.begins for step in batch.steps):
        # Who puts others in force needs none, since those in force may be what cannot be read.
        world = in_force.with_rules(connection, activation, world)
    resolved = _resolve(fresh, reading, batch, world)
    wanted = _wanted(resolved, batch, world)
    loaded = loading.load(connection, wanted, world, question.queries if fresh else (), memory)
    if fresh and question.reading(loaded.answers) != reading:
        raise ResolutionChanged("a child was linked while its row was being locked")
    known, cases, grasp = loaded.children, loaded.cases, loaded.grasp
    new = [
        writing.NewChild(each.child_id, f"child-{world.new_id()}")
        for each in _each_version(resolved)
        if each.new
    ]
    begins = {each.child_id for each in batch.steps if each.begins} - known.keys()
    new += [writing.NewChild(child_id, f"child-{child_id}") for child_id in sorted(begins)]
    for child in new:
        cases[child.child_id] = Case(child.child_id)
    journal = Journal(
        world,
        cases,
        batch.hub_now,
        batch.real_now,
        alerts=grasp.alerts,
        open_before=grasp.open_alerts,
    )
    _take(journal, resolved, grasp, batch)
    batch.again = {
        each.identity: each.inbound.record.value or b""
        for each in _each_version(resolved)
        if each.identity is not None
    }
    batch.heads = write_all(connection, journal, known, new, batch, world)
    # Who had an event may soon have another; deliveries and deadlines ask for no case again.
    batch.held = {
        child_id: loaded.held[child_id] for child_id, _ in wanted.events if child_id in known
    }


def _wanted(resolved: Mapping[int, Resolved], batch: Batch, world: World) -> Wanted:
    """What deciding on these events and steps needs, and which children are to be locked."""
    wanted = Wanted(hub_now=batch.hub_now)
    for each in _each_version(resolved):
        event = read_event(each.inbound, world, batch.hub_now)
        if each.inbound.fault is not None or each.inbound.undecided_of is not None:
            wanted.undecided(each.child_id, event)
        if each.inbound.fault is not None:
            continue
        wanted.event(each.child_id, event, world)
        if each.moved_from is not None:
            wanted.left_behind(each.moved_from, event)
        for child_id in (*each.resolution.named, *each.settled):
            wanted.named(child_id, event)
        for child_id in (*each.companions, *each.parted):
            wanted.companion(child_id, event)
    for step in batch.steps:
        wanted.step(step, world)
    return wanted


def _each_version(resolved: Mapping[int, Resolved]) -> Iterator[Resolved]:
    """Each event, and before it the early version that is said again with it."""
    for each in resolved.values():
        if each.early is not None:
            yield each.early
        yield each


def _sift(
    connection: Connection, batch: Batch, question: Question
) -> tuple[dict[int, Accepted], Reading, Sequence[tuple[Any, ...]]]:
    """Drop repeats, set conflicts aside; what is left is new.

    And what events point to at this instant, and which rules are in force.
    """
    accepted = {i: one for i, one in enumerate(batch.inbounds) if isinstance(one, Accepted)}
    keys = sorted({one.event_key for one in accepted.values()})
    queries = [
        pausing.take_part(),
        inbox.lock_positions(batch.inbounds),
        guarding.ask(),
        inbox.find_recorded(keys),
        in_force.ask(),
        *question.queries,
    ]
    _, positions, hub, found, activation, *answers = fetch_each(connection, queries)
    batch.guard.admit(hub, positions)
    batch.guard.moving(batch.inbounds)
    known = {(row[0], row[1]): inbox.Recorded(*row[2:]) for row in found}
    fresh: dict[int, Accepted] = {}
    for index, one in enumerate(batch.inbounds):
        if isinstance(one, Rejected):
            _reject(batch, index, one)
            continue
        before = known.get(one.event_key)
        if one.undecided_of is not None:
            fresh[index] = one
        elif before is None:
            known[one.event_key] = inbox.Recorded(one.content, None, None)
            fresh[index] = one
        elif before.content == one.content:
            batch.outcomes[index] = Outcome(Fate.DUPLICATE, before.child_id, before.sequence)
        else:
            refusal = Refusal(
                "conflict", "event.event_id: this id was recorded with another content"
            )
            _reject(batch, index, Rejected(one.record, one.content, refusal))
    return fresh, question.reading(answers), activation


def _resolve(
    fresh: dict[int, Accepted], reading: Reading, batch: Batch, world: World
) -> dict[int, Resolved]:
    result = resolve_batch(list(fresh.values()), reading, world)
    place = {id(one): index for index, one in fresh.items()}
    for inbound, refusal in result.refused:
        _reject(batch, place[id(inbound)], Rejected(inbound.record, inbound.content, refusal))
    return {place[id(each.inbound)]: each for each in result.resolved}


def _reject(batch: Batch, index: int, rejected: Rejected) -> None:
    batch.rejected.append(rejected)
    batch.outcomes[index] = Outcome(Fate.QUARANTINED, reason=rejected.refusal.reason)


def _take(journal: Journal, resolved: dict[int, Resolved], grasp: Grasp, batch: Batch) -> None:
    for index, each in sorted(resolved.items()):
        fate = Fate.RECORDED
        if each.inbound.fault is not None:
            sequence = journal.undecided(each, each.inbound.fault)
            fate = Fate.UNDECIDED
        elif each.inbound.undecided_of is not None:
            decided = journal.decided(each)
            fate = Fate.RECORDED if decided else Fate.DUPLICATE
            batch.outcomes[index] = Outcome(fate, each.child_id, decided)
            continue  # It was recorded when it came.
        else:
            sequence = journal.event(each)
        batch.outcomes[index] = Outcome(fate, each.child_id, sequence)
        agency, event_id = each.inbound.event_key
        batch.recorded.append((agency, event_id, each.inbound.content, each.child_id, sequence))
    for index, step in enumerate(batch.steps, start=len(batch.inbounds)):
        if step.child_id not in journal.cases:
            batch.outcomes[index] = Outcome(Fate.REFUSED, reason="there is no such child")
            continue
        result = journal.step(step, grasp)
        if isinstance(result, Refused):
            batch.outcomes[index] = Outcome(Fate.REFUSED, step.child_id, reason=result.reason)
        else:
            fate = Fate.DUPLICATE if result is None else Fate.RECORDED
            batch.outcomes[index] = Outcome(fate, step.child_id, result)
    batch.matters += journal.matters
