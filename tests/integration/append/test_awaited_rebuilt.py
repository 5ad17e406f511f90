"""What rules await, built again from the log: in bulk, entry after entry, and a bulk that grows."""

from collections.abc import Sequence

import pytest

from projections.append.resuming import CutAppends, resume
from projections.database import Connection
from projections.entries import Stored
from projections.rebuild import schema
from projections.rebuild.bulk import BulkLoad
from projections.rebuild.comparing import hash_tables
from projections.rebuild.extending import Extender
from schemas.envelope import decode_header, encode_envelope, verify_chain
from tests.integration.append.awaiting import (
    MONDAY,
    alerts,
    child_is_back,
    next_rules,
    states,
    tick,
)
from tests.integration.append.hub import AppendHub
from tests.unit.rules.said import found, report
from tests.unit.rules.said_return import interview


@pytest.fixture
def hub(hub: AppendHub) -> AppendHub:
    return next_rules(hub)


@pytest.fixture
def log(hub: AppendHub) -> Sequence[bytes]:
    """The log of a child of whom everything became of what was awaited."""
    child = child_is_back(hub)
    hub.say(report("E-2", "2021-07-01 20:00"), found("E-2", "2021-07-01 22:00"))
    hub.say(report("E-3", "2021-07-02 20:00"), found("E-3", "2021-07-02 22:00"))
    hub.say(interview("E-2", "2021-07-02 15:00"))
    hub.say(found("E-3", "2021-07-02 22:00").retracted())
    hub.clock.move(MONDAY)
    tick(hub)
    hub.say(report("E-4", "2021-07-11 20:00"), found("E-4", "2021-07-11 22:00"))
    hub.say(report("E-5", "2021-06-01 20:00"), found("E-5", "2021-06-01 22:00"))
    tick(hub, {})
    assert {state for _, state in states(hub)} == {
        *("open", "met", "missed", "not_known", "cancelled")
    }
    return [encode_envelope(each, hub.world.registry) for each in hub.log(child)]


def built(hub: AppendHub, log: Sequence[bytes], in_bulk: int) -> Connection:
    """The tables made anew: so many entries in bulk, the others after them, in three parts."""
    connection = hub.connection("owner")
    schema.make_next(connection)
    indexes = schema.take_indexes(connection)
    BulkLoad(connection, schema.NEXT, hub.world).load([log[:in_bulk]])
    schema.put_indexes(connection, indexes)
    extender = Extender(connection, schema.NEXT, hub.world)
    rest = log[in_bulk:]
    third = len(rest) // 3 + 1
    for start in range(0, len(rest), third):
        extender.extend(extender.read(rest[start : start + third]))
    return connection


def test_a_miss_of_which_the_alert_was_cut_off_is_told(hub: AppendHub) -> None:
    """Fails without: looking for what lapsed among appends that the log holds in part."""
    child = child_is_back(hub)
    hub.clock.move(MONDAY)
    tick(hub)
    before = hub.log(child)
    types = [decode_header(each.header, hub.world.registry).type for each in before]
    kept = before[: types.index("expectation-lapsed") + 1]
    assert types[len(kept) :] == ["alert-raised"]
    connection = built(hub, [encode_envelope(each, hub.world.registry) for each in kept], len(kept))
    with connection.transaction():
        schema.put_in_place(connection)
        connection.execute("delete from kept.outbox_entry")
        connection.execute("delete from kept.outbox_notification")
    assert alerts(hub) == []
    tick(hub)
    assert alerts(hub) == []
    cut = CutAppends(hub.world)
    for each in kept:
        cut.show(Stored(each.header, each.key_id, each.nonce, each.sealed))
    writer = hub.connection()
    with writer.transaction():
        assert resume(writer, cut.entries(), hub.world) == 1
    assert alerts(hub) == [("open", 1)]
    assert verify_chain(hub.log(child), hub.world.registry) is None
    # Once more it would say nothing new.
    with writer.transaction():
        resume(writer, cut.entries(), hub.world)
    assert alerts(hub) == [("open", 1)]


@pytest.mark.parametrize("share", [1.0, 0.5, 0.0])
def test_the_tables_are_the_same(hub: AppendHub, log: Sequence[bytes], share: float) -> None:
    """Fails without: ``awaited`` in the bulk; without loading it in the extender."""
    connection = built(hub, log, int(len(log) * share))
    in_use = hash_tables(connection, schema.IN_USE, [])
    assert "awaited" in [each.table for each in in_use]
    assert hash_tables(connection, schema.NEXT, []) == in_use
    query = "select * from {}.awaited order by key"
    new, old = (
        connection.execute(query.format(name).encode()).fetchall()
        for name in (schema.NEXT, schema.IN_USE)
    )
    assert new == old


def test_a_difference_in_what_is_awaited_is_seen(hub: AppendHub, log: Sequence[bytes]) -> None:
    connection = built(hub, log, len(log))
    connection.execute("update derived.awaited set due_at = due_at + interval '1 hour'")
    differ = {
        each.table
        for each, other in zip(
            hash_tables(connection, schema.IN_USE, []),
            hash_tables(connection, schema.NEXT, []),
            strict=True,
        )
        if each != other
    }
    assert differ == {"awaited"}
