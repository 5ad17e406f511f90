"""Entries that only the log has, taken back into the tables with all that goes with them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from projections.append.arrivals import Fate, Grasp, Step
from projections.entries import Stored
from projections.rebuild import schema
from projections.rebuild.agreement import NotMended, take_back
from projections.rebuild.comparing import TableHash, hash_tables
from projections.rebuild.reading import EntryReader, LogEntry
from safeguarding.case import Case
from safeguarding.facts import Delivered, Delivery, Fact
from safeguarding.ruleset import Context
from tests.integration.append.hub import AppendHub, fates
from tests.unit.rules.said import Said, incident, report

KEPT = 2


def two_children(hub: AppendHub) -> None:
    """Two children with alerts; of one an event was corrected."""
    hub.clock.move("2021-10-05 12:00")
    said = incident("ligature", reference="I-1")
    hub.say(said, another())
    hub.say(said.corrected(kind="force_used"), report("M-1", "2021-10-05 11:00"))


def another() -> Said:
    """What is said of the other child."""
    local = {"scheme": "local", "value": "PN-2"}
    return replace(incident("unconscious", record="CR-9", reference="I-9"), identifiers=(local,))


def deliver(hub: AppendHub, notification: UUID, child: UUID, number: int) -> None:
    """Record, as the relay does, that a notification reached its topic."""
    delivery = Delivery(notification, number, 0, number, hub.clock.at + timedelta(seconds=1))

    def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact]:
        del case, grasp, context
        return [Delivered((delivery,))]

    step = Step(uuid4(), child, decide, notification_ids=(notification,))
    assert hub.appending().append([], [step])[0].fate is Fate.RECORDED


def entries(hub: AppendHub) -> list[LogEntry]:
    """All entries, as the log would have them."""
    reader = EntryReader(hub.world.registry, hub.world.keys)
    rows = hub.rows(
        "select header, key_id, nonce, sealed from derived.entry order by child_id, sequence"
    )
    return [reader.entry(Stored(*row)) for row in rows]


def hashes(hub: AppendHub) -> list[TableHash]:
    return hash_tables(hub.connection("owner"), schema.IN_USE, [])


def unsent(hub: AppendHub) -> list[tuple[Any, ...]]:
    return hub.rows(
        "select notification_id, child_id, sequence, agency, number "
        "from kept.outbox_notification order by notification_id"
    )


def forget(hub: AppendHub, child: UUID, kept: int) -> None:
    """Take the child's tail away, from wherever an older copy would not have it."""
    owner = hub.connection("owner")
    for table in ("derived.entry", "derived.notification", "kept.recorded", "kept.outbox_entry"):
        query: Any = f"delete from {table} where child_id = %s and sequence > %s"
        owner.execute(query, [child, kept])
    owner.execute(
        "delete from kept.outbox_notification where child_id = %s and sequence > %s", [child, kept]
    )


def taken_back(hub: AppendHub, lost: list[LogEntry]) -> None:
    connection = hub.connection("owner")
    with connection.transaction():
        take_back(connection, lost, hub.world)


@pytest.mark.parametrize("kept", [KEPT, 0])
def test_what_was_not_delivered_is_queued_and_what_was_is_not(hub: AppendHub, kept: int) -> None:
    """Fails without: completing.queue; without completing.record."""
    two_children(hub)
    child, other_child = hub.children()
    first = hub.rows(
        "select notification_id, child_id from derived.notification where child_id = %s "
        "order by sequence, notification_id limit 3",
        child,
    )
    for number, (notification, of) in enumerate(first, start=1):
        deliver(hub, notification, of, number)
    before = hashes(hub), unsent(hub), hub.rows("select * from kept.recorded order by 1, 2")
    assert len(before[1]) > 3
    log = entries(hub)
    forget(hub, child, kept)
    # An older copy has what was delivered later as still to be sent.
    hub.connection("owner").execute(
        "insert into kept.outbox_notification (notification_id, child_id, sequence, agency, number)"
        " values (%s, %s, 1, 'police', 1)",
        [first[0][0], child],
    )
    assert hashes(hub) != before[0]
    taken_back(hub, [each for each in log if each.child_id == child and each.sequence > kept])
    assert hashes(hub) == before[0]
    assert unsent(hub) == before[1]
    assert hub.rows("select * from kept.recorded order by 1, 2") == before[2]
    # And what comes again is a repeat.
    assert fates(hub.say(another())) == ["duplicate"]
    assert hashes(hub) == before[0]
    assert other_child in hub.children()


def test_nothing_is_taken_back_after_an_entry_that_is_nowhere(hub: AppendHub) -> None:
    """Fails without: the look at gaps."""
    two_children(hub)
    child = max(hub.children(), key=lambda each: len(hub.log(each)))
    log = [each for each in entries(hub) if each.child_id == child]
    forget(hub, child, KEPT)
    before = hashes(hub)
    with pytest.raises(NotMended, match=f"lacks entry {KEPT + 1} in the log and in the tables"):
        taken_back(hub, log[KEPT + 1 :])
    assert hashes(hub) == before


def test_a_child_beyond_use_is_taken_back_as_far_as_its_headers_say(hub: AppendHub) -> None:
    """Fails without: read_for_tables (the key is asked for and is not there)."""
    two_children(hub)
    child, other_child = hub.children()
    log = entries(hub)
    other = hub.rows("select * from derived.alert where child_id = %s", other_child)
    forget(hub, child, KEPT)
    hub.world.keys.destroy(hub.one("select key_id from derived.child where child_id = %s", child))
    taken_back(hub, [each for each in log if each.child_id == child and each.sequence > KEPT])
    assert [each.hash for each in entries(hub)] == [each.hash for each in log]
    assert hub.rows("select * from derived.alert where child_id = %s", child) == []
    assert hub.rows("select * from derived.alert where child_id = %s", other_child) == other
    assert hub.one("select count(*) from derived.standing where child_id = %s", child) > 0


def test_a_statement_stays_with_the_child_it_moved_to(hub: AppendHub) -> None:
    """Fails without: _leave_moved."""
    two_children(hub)
    said = incident("ligature", reference="I-1").corrected(kind="force_used").corrected()
    moved = replace(said, identifiers=another().identifiers)
    away = hub.one("select child_id from derived.standing where reference = 'I-1'")
    assert fates(hub.say(moved)) == ["recorded"]
    standing = "select * from derived.standing where reference = 'I-1'"
    before = hub.rows(standing)
    to = before[0][2]
    assert to != away
    hub.world.keys.destroy(hub.one("select key_id from derived.child where child_id = %s", away))
    log = entries(hub)
    for children in ([away], [away, to]):
        for child in children:
            forget(hub, child, KEPT)
        lost = [each for each in log if each.child_id in children and each.sequence > KEPT]
        taken_back(hub, lost)
        assert hub.rows(standing) == before
