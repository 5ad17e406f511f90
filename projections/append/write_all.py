"""All that an append writes once it has decided, in one round trip."""

from collections.abc import Sequence
from uuid import UUID

from projections.append import inbox, loading, quarantining, writing
from projections.append.arrivals import Accepted, Fate
from projections.append.batch import Batch
from projections.append.guarding import Guard
from projections.append.journal import Journal
from projections.append.rows import fact_rows
from projections.append.sealing import SealedEntry, seal_all
from projections.append.world import World
from projections.database import Connection, Query, asks_for_something, execute_each
from safeguarding.facts import Delivered
from safeguarding.ids import event_entry_id
from schemas.envelope import NO_ENTRY_BEFORE

NOTIFY_CHANNEL = "kith_outbox"


def write_all(
    connection: Connection,
    journal: Journal,
    known: dict[UUID, loading.Child],
    new: Sequence[writing.NewChild],
    batch: Batch,
    world: World,
) -> dict[UUID, bytes]:
    """Write entries, tables, outbox, quarantine and positions. In a transaction.

    The hashes of the children's last entries, as they are with it.
    """
    key_ids = {child.child_id: child.key_id for child in known.values()}
    key_ids |= {child.child_id: child.key_id for child in new}
    # The keys are on disk before anything that they seal can be.
    world.keys.create([child.key_id for child in new])
    heads = {child.child_id: child.head for child in known.values()}
    heads |= {child.child_id: NO_ENTRY_BEFORE for child in new}
    bodies = _bodies(batch)
    sealed = seal_all(journal.drafts, bodies, key_ids, heads, world)
    statements: list[Query] = []
    if sealed:
        statements += writing.children(new, journal.cases, heads, world)
        statements += [writing.entries(sealed), writing.to_log(sealed, world)]
        statements += writing.cases_changed(journal.cases)
        told = fact_rows(sealed)
        statements += [*writing.facts(told), *writing.to_agencies(told)]
    if batch.recorded:
        statements.append(writing.recorded(batch.recorded))
    if batch.rejected:
        month = batch.hub_now.date().replace(day=1)
        key_id = quarantining.hub_key(connection, world, month)
        query, matters = quarantining.quarantined(batch.rejected, key_id, batch.hub_now, world)
        statements.append(query)
        batch.matters += matters
    if batch.matters:
        statements.append(writing.pages(batch.matters, batch.real_now))
    redriven = [
        one.record
        for index, one in enumerate(batch.inbounds)
        if one.record.quarantine_id is not None
        and batch.outcomes[index].fate is not Fate.QUARANTINED
    ]
    if redriven:
        statements.append(quarantining.redriven(redriven, batch.hub_now))
    heard = inbox.heard(batch.inbounds, world, batch.hub_now)
    statements.append(inbox.move_positions(batch.inbounds, batch.real_now, heard))
    if _wakes(sealed, world):
        statements.append(("select pg_notify(%s, '')", [NOTIFY_CHANNEL]))
    execute_each(connection, [each for each in statements if asks_for_something(each)])
    return heads


def write_decided(
    connection: Connection, journal: Journal, known: dict[UUID, loading.Child], world: World
) -> None:
    """Write what a journal holds where nothing came from outside. In a transaction."""
    batch = Batch((), (), journal.hub_now, journal.real_now, Guard(), matters=journal.matters)
    write_all(connection, journal, known, (), batch, world)


def _wakes(sealed: Sequence[SealedEntry], world: World) -> bool:
    """Whether the relay is to look now.

    That something was delivered it takes along, within a second: only a scenario waits for that.
    """
    return any(world.scenario or not isinstance(each.entry.body, Delivered) for each in sealed)


def _bodies(batch: Batch) -> dict[UUID, bytes]:
    bodies = dict(batch.again)
    for one in batch.inbounds:
        if isinstance(one, Accepted):
            agency, event_id = one.event_key
            bodies[event_entry_id(agency, event_id)] = one.record.value or b""
    return bodies
