"""What the hub's own code failed on, and how to decide it again: events, and rules on events."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from projections.append.arrivals import Accepted, Grasp, Record, Rejected, Step, receive
from projections.append.world import World
from projections.database import Connection
from projections.entries import Stored, open_entry
from safeguarding.case import Case
from safeguarding.decide import decide_again
from safeguarding.events import Event
from safeguarding.facts import Fact, RuleFailed, Undecided
from safeguarding.ids import NAMESPACE, entry_id, event_entry_id
from safeguarding.ruleset import Context
from safeguarding.timeline import Entry
from schemas.keys import KeyDestroyed
from schemas.topics import events_topic


class NotReadable(Exception):
    """What is kept of an undecided event cannot be read as one any more."""


@dataclass(frozen=True, slots=True)
class UndecidedEvent:
    """An event that lies undecided in the log of ``child_id``."""

    entry_id: UUID
    child_id: UUID
    entered_at: datetime
    kept: Undecided

    def again(self, world: World) -> Accepted:
        """The event as it came, to be appended and decided now. Raises NotReadable."""
        record = Record(
            topic=events_topic(self.kept.agency),
            agency=self.kept.agency,
            partition=0,
            offset=0,
            value=self.kept.message,
            broker_at=self.kept.broker_at,
            backfilled=self.kept.backfilled,
            scenario_time=self.kept.received_at.isoformat() if world.scenario else None,
            # It does not come from its topic, so it moves no position.
            quarantine_id=self.entry_id,
        )
        inbound = receive(record, world.registry, scenario=world.scenario)
        if isinstance(inbound, Rejected):
            raise NotReadable(f"{inbound.refusal.reason}: {inbound.refusal.detail}")
        return Accepted(record, inbound.content, inbound.decoded, undecided_of=self.child_id)


@dataclass(frozen=True, slots=True)
class FailedRule:
    """A rule that failed on an event in the log of ``child_id``, and has not decided since."""

    entry_id: UUID
    child_id: UUID
    sequence: int
    entered_at: datetime
    rule: str
    fault: str
    agency: str
    reference: str

    def again(self, connection: Connection, world: World) -> Step:
        """The step that lets the rule decide, around every version of the event in the log."""
        versions = tuple(_versions(connection, self, world))

        def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact]:
            del grasp
            return decide_again(self.rule, case, versions, context)

        return Step(_again_id(self.entry_id), self.child_id, decide, about=versions)


def undecided_events(connection: Connection, world: World) -> list[UndecidedEvent]:
    """What lies undecided, the oldest first. A child that is beyond use is passed over."""
    found = [
        UndecidedEvent(entry.entry_id, entry.child_id, entry.entered_at, entry.body)
        for entry in _entries(connection, "undecided", world)
        if isinstance(entry.body, Undecided)
    ]
    own = {each.entry_id: event_entry_id(each.kept.agency, each.kept.event_id) for each in found}
    done = _there(connection, list(own.values()))
    return [each for each in found if own[each.entry_id] not in done]


def failed_rules(connection: Connection, world: World) -> list[FailedRule]:
    """Which rules failed and on what, the oldest first."""
    found = [
        FailedRule(
            entry.entry_id,
            entry.child_id,
            entry.sequence,
            entry.entered_at,
            entry.body.rule,
            entry.body.fault,
            entry.body.agency,
            entry.body.reference,
        )
        for entry in _entries(connection, "rule-failed", world)
        if isinstance(entry.body, RuleFailed)
    ]
    first = {each.entry_id: entry_id(_again_id(each.entry_id), 0) for each in found}
    done = _there(connection, list(first.values()))
    return [each for each in found if first[each.entry_id] not in done]


def _again_id(failed: UUID) -> UUID:
    return uuid5(NAMESPACE, f"rule-decided|{failed}")


def _entries(connection: Connection, type_: str, world: World) -> Iterator[Entry]:
    for row in connection.execute(
        "select header, key_id, nonce, sealed from derived.entry where type = %s "
        "order by entered_at, child_id, sequence",
        [type_],
    ).fetchall():
        try:
            yield open_entry(Stored(*row), world.keys, world.registry)
        except KeyDestroyed:
            continue


def _there(connection: Connection, ids: list[UUID]) -> set[UUID]:
    rows = connection.execute(
        "select entry_id from derived.entry where entry_id = any(%s::uuid[])", [ids]
    ).fetchall()
    return {row[0] for row in rows}


def _versions(connection: Connection, failed: FailedRule, world: World) -> Iterator[Event]:
    """The versions of the statement in this child's log, in the order of their versions."""
    facts = sorted({schema.type for schema in world.registry.family("facts")})
    rows = connection.execute(
        "select header, key_id, nonce, sealed from derived.entry "
        "where child_id = %s and type <> all(%s::text[]) order by sequence",
        [failed.child_id, facts],
    ).fetchall()
    events = []
    for row in rows:
        body = open_entry(Stored(*row), world.keys, world.registry).body
        if isinstance(body, Event) and body.key == (failed.agency, failed.reference):
            events.append(body)
    yield from sorted(events, key=lambda each: each.version)
