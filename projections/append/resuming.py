"""Resuming: an append of which the log kept only some entries is decided to its end.

That happens when the database is lost, with its outbox, while the relay copies an append to the
log, and an older one takes its place. The event is recorded by its entry and so is never decided
again by itself. Ids follow from the event's, so what was told once is not told again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import UUID

from projections.append import in_force, loading
from projections.append.appender import hub_time
from projections.append.arrivals import Lapsing
from projections.append.companions import find_companions
from projections.append.cut_journal import CutJournal
from projections.append.drafts import Matter
from projections.append.wanted import Wanted
from projections.append.world import World
from projections.append.write_all import write_decided
from projections.database import Connection
from projections.entries import Stored, open_entry
from safeguarding.case import AlertKey, Case, ExpectationState
from safeguarding.companions import MAY_CHANGE, children_named, companion_key, companions_of
from safeguarding.due import lapse_due
from safeguarding.events import ABOUT_ALERTS, Event
from safeguarding.facts import (
    AlertRaised,
    AlertUpdated,
    ExpectationLapsed,
    Fact,
    RuleFailed,
    Undecided,
    Verdict,
)
from safeguarding.resolution import Resolution, resolve, sort_identifiers
from safeguarding.ruleset import Context
from safeguarding.timeline import Entry
from schemas.codec import decode
from schemas.envelope import EntryHeader, decode_header
from schemas.events import event_from
from schemas.keys import KeyDestroyed

UNDECIDED = "undecided"
LAPSED = "expectation-lapsed"


@dataclass(slots=True)
class _Append:
    """What the log holds of an append: places, the last event of each child, and its reports.

    ``reports`` are events that may have led to something in the log of another child, by place.
    """

    size: int
    indexes: set[int] = field(default_factory=set)
    last: dict[UUID, tuple[int, Stored]] = field(default_factory=dict)
    reports: dict[int, Stored] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cut:
    """An entry of such an append. ``last`` says that it is its child's last one of that append."""

    stored: Stored
    last: bool = True


@dataclass(slots=True)
class CutAppends:
    """Finds appends of which entries are missing, among the entries that it is shown."""

    world: World
    # None stands for one that was seen whole: the log may be long.
    _appends: dict[UUID, _Append | None] = field(default_factory=dict)

    def show(self, stored: Stored) -> None:
        """Take note of an entry, whether or not the tables had it."""
        header = decode_header(stored.header, self.world.registry)
        append = self._appends.setdefault(header.append_id, _Append(header.append_size))
        if append is None:
            return
        append.indexes.add(header.append_index)
        before = append.last.get(header.child_id, (-1, stored))
        event = header.event_id is not None or header.type == UNDECIDED
        # Said by the clock, and followed by nothing but an alert.
        lapsed = header.type == LAPSED and header.caused_by is None
        if (event or lapsed) and before[0] < header.append_index:
            append.last[header.child_id] = (header.append_index, stored)
        if header.event_id is not None and header.type in MAY_CHANGE:
            append.reports[header.append_index] = stored
        if len(append.indexes) == append.size:
            self._appends[header.append_id] = None

    def entries(self) -> list[Cut]:
        """Events, and what lapsed, of which something that followed may be missing, in their order.

        Of a child's entries the log lacks the last ones, if any: what followed from an earlier
        entry of the append is there, in that child's own log. What a report led to in the log of
        another child may be missing though the report is not the last.
        """
        return [
            cut
            for append in self._appends.values()
            if append is not None
            for _, cut in sorted(_cut(append).items())
        ]


def _cut(append: _Append) -> dict[int, Cut]:
    """What of an append is to be looked at, by place."""
    reports = {index: Cut(stored, last=False) for index, stored in append.reports.items()}
    return reports | {index: Cut(stored) for index, stored in append.last.values()}


def resume(connection: Connection, entries: Iterable[Cut], world: World) -> int:
    """Decide these to their end, in a transaction that the caller has opened; how many.

    Appends must be stopped. An entry of a child that is beyond use is passed over.
    """
    world = in_force.now(connection, world)
    done = 0
    for cut in entries:
        try:
            own = open_entry(cut.stored, world.keys, world.registry)
        except KeyDestroyed:
            continue
        if isinstance(own.body, Event) and own.body.type in MAY_CHANGE:
            _resume_companions(connection, own, own.body, world)
        if not cut.last:
            continue
        if isinstance(own.body, Event):
            _resume(connection, own, own.body, world)
            done += 1
        elif isinstance(own.body, Undecided):
            _resume_undecided(connection, own, own.body, world)
            done += 1
        elif isinstance(own.body, ExpectationLapsed):
            _resume_lapsed(connection, own, own.body, world)
            done += 1
    return done


def _resume(connection: Connection, own: Entry, event: Event, world: World) -> None:
    before = _replaced(connection, own, event, world)
    wanted = Wanted()
    wanted.event(own.child_id, event, world)
    if before is not None:
        wanted.event(own.child_id, before, world)
    identity = _identity(connection, own, event, before, world)
    for child_id in identity.named:
        wanted.named(child_id, event)
    journal, known = _journal(connection, wanted, world)
    journal.resume(own, event, before, identity)
    if event.version > 1 and before is None:
        # It may have been taken from another child, where what followed may be missing too.
        journal.matters.append(
            Matter("append-cut", str(own.entry_id), "see whether it was about another child before")
        )
    write_decided(connection, journal, known, world)


def _resume_companions(connection: Connection, own: Entry, event: Event, world: World) -> None:
    """Tell whom the event names as companions, and whom no more, where that is missing."""
    stands = connection.execute(
        "select child_id, version from derived.standing where agency = %s and reference = %s",
        [*event.key],
    ).fetchone()
    if stands != (own.child_id, event.version):
        return  # A later version says whom it names.
    numbers = sort_identifiers(companions_of(event.details), event.agency).trusted
    known = _children_of(connection, [world.digest(each) for each in numbers])
    named = children_named(known.values(), own.child_id)
    told = connection.execute(*find_companions([companion_key(event.key)])).fetchall()
    parted = sorted({child_id for _, child_id in told} - {*named})
    for child_id in (*named, *parted):
        wanted = Wanted()
        wanted.companion(child_id, event)
        try:
            journal, locked = _journal(connection, wanted, world)
            journal.resume_companion(own, event, child_id, is_named=child_id in named)
            write_decided(connection, journal, locked, world)
        except KeyDestroyed:
            continue  # A child who is beyond use keeps nobody from being told, nor the hub.


def _children_of(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, UUID]:
    """For whom these stand."""
    return dict(
        connection.execute(
            "select digest, child_id from derived.identifier where digest = any(%b::bytea[])",
            [sorted(digests)],
        ).fetchall()
    )


def _resume_undecided(
    connection: Connection, own: Entry, undecided: Undecided, world: World
) -> None:
    event = event_from(
        decode(undecided.message, world.registry),
        received_at=undecided.received_at,
        broker_at=undecided.broker_at,
        backfilled=undecided.backfilled,
    )
    wanted = Wanted()
    wanted.undecided(own.child_id, event)
    journal, known = _journal(connection, wanted, world)
    journal.resume_undecided(own, event, _identity(connection, own, event, None, world))
    write_decided(connection, journal, known, world)


def _resume_lapsed(
    connection: Connection, own: Entry, lapsed: ExpectationLapsed, world: World
) -> None:
    row = connection.execute(
        "select ground_agency, ground_reference from derived.awaited where expectation_id = %s",
        [lapsed.expectation_id],
    ).fetchone()
    if row is None or lapsed.verdict is not Verdict.MISSED:
        return  # Nobody is told of what is not known.
    wanted = Wanted()
    wanted.lapses(own.child_id, Lapsing(lapsed.rule, lapsed.key, row))
    journal, known = _journal(connection, wanted, world)
    journal.resume_step(own, partial(told_again, (lapsed.rule, lapsed.key)))
    write_decided(connection, journal, known, world)


def told_again(name: AlertKey, case: Case, context: Context) -> list[Fact]:
    """What is told of something that was missed; nothing new where it was told."""
    awaited = case.awaited.get(name)
    if awaited is None or awaited.state is not ExpectationState.MISSED:
        return []
    case.awaited[name] = replace(awaited, state=ExpectationState.OPEN)
    facts = lapse_due(case, name, None, context)
    case.awaited[name] = awaited
    return [fact for fact in facts if isinstance(fact, AlertRaised | AlertUpdated | RuleFailed)]


def _journal(
    connection: Connection, wanted: Wanted, world: World
) -> tuple[CutJournal, dict[UUID, loading.Child]]:
    """A journal over the cases that are wanted, and their children, locked."""
    real_now = world.now()
    wanted.hub_now = hub_time(connection, world, real_now)
    loaded = loading.load(connection, wanted, world)
    journal = CutJournal(
        world,
        loaded.cases,
        wanted.hub_now,
        real_now,
        alerts=loaded.grasp.alerts,
        open_before=loaded.grasp.open_alerts,
    )
    return journal, loaded.children


def _identity(
    connection: Connection, own: Entry, event: Event, before: Event | None, world: World
) -> Resolution:
    """What the identifiers that the event names say, of those that are not linked yet."""
    nothing = Resolution(own.child_id, False, (), ())
    if before is not None or event.type in ABOUT_ALERTS:
        return nothing
    subject = sort_identifiers(event.subject.identifiers, event.agency)
    digests = {world.digest(each): each for each in subject.trusted}
    known = _children_of(connection, list(digests))
    resolution = resolve(subject, {digests[digest]: child for digest, child in known.items()})
    return resolution if resolution.child in {None, own.child_id} else nothing


def _replaced(connection: Connection, own: Entry, event: Event, world: World) -> Event | None:
    """The version that stood before this one, in the same child's log."""
    if event.version == 1:
        return None
    rows = connection.execute(
        "select header, key_id, nonce, sealed from derived.entry "
        "where child_id = %s and sequence < %s order by sequence",
        [own.child_id, own.sequence],
    ).fetchall()
    versions: dict[int, Stored] = {}
    for row in rows:
        stored = Stored(*row)
        header = decode_header(stored.header, world.registry)
        if _of(header, event) and header.version is not None and header.version < event.version:
            versions[header.version] = stored
    if not versions:
        return None
    body = open_entry(versions[max(versions)], world.keys, world.registry).body
    return body if isinstance(body, Event) else None


def _of(header: EntryHeader, event: Event) -> bool:
    return (header.agency, header.reference) == event.key
