"""What beside the derived tables must fit the log: which events are known, what is to be sent.

Both belong to ``kept`` and stay as they are. After a restore of an older copy the log knows more
than they do, and what they lack is added.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from projections.append.arrivals import content_of
from projections.append.rows import FactRows, Row
from projections.append.writing import recorded
from projections.database import Connection
from projections.entries import Stored
from projections.rebuild.reading import EntryReader, LogEntry
from projections.rebuild.schema import in_schema
from safeguarding.facts import Undecided
from schemas.keys import KeyDestroyed
from schemas.registry import Registry

# What an event said cannot be known once its child is beyond use. It was recorded all the same,
# and if it should come again, whatever it says differs from this: it is set aside, not appended.
_NO_CONTENT = b""
# An event that lies undecided in the log is recorded too: its network was told of it once.
UNDECIDED = "undecided"


def unrecorded(connection: Connection, reader: EntryReader, registry: Registry) -> list[Row]:
    """The rows that ``kept.recorded`` lacks for events in ``derived_next``."""
    facts = sorted({schema.type for schema in registry.family("facts")} - {UNDECIDED})
    # One by one: after the loss of everything these are all events that ever were.
    rows = connection.cursor().stream(
        "select e.header, e.key_id, e.nonce, e.sealed from derived_next.entry e "
        "where e.type <> all(%s::text[]) and not exists (select from kept.recorded r "
        "where r.child_id = e.child_id and r.sequence = e.sequence)",
        [facts],
    )
    return recorded_rows(reader, (reader.entry(Stored(*row)) for row in rows))


def recorded_rows(reader: EntryReader, entries: Iterable[LogEntry]) -> list[Row]:
    """The rows of ``kept.recorded`` for the events among these, decided or undecided."""
    rows = []
    for entry in entries:
        if reader.is_event(entry):
            rows.append(_recorded_row(reader, entry))
        elif entry.heading["type"] == UNDECIDED:
            rows += _undecided_row(reader, entry)
    return rows


def _recorded_row(reader: EntryReader, entry: LogEntry) -> Row:
    """The row of ``kept.recorded`` for an event."""
    try:
        content = content_of(reader.body(entry))
    except KeyDestroyed:
        content = _NO_CONTENT
    heading = entry.heading
    return (
        heading["agency"],
        UUID(heading["event_id"]),
        content,
        entry.child_id,
        entry.sequence,
    )


def _undecided_row(reader: EntryReader, entry: LogEntry) -> list[Row]:
    """None where the child is beyond use: not even which event it was can be read any more."""
    try:
        kept = reader.sealed(entry).entry.body
    except KeyDestroyed:
        return []
    if not isinstance(kept, Undecided):
        return []
    content = content_of(kept.message)
    return [(kept.agency, kept.event_id, content, entry.child_id, entry.sequence)]


def wait_for_the_cut(connection: Connection) -> None:
    """Let nothing be decided until somebody has looked for appends that the log has in part.

    Their events are recorded by now, and would never be decided again by themselves.
    """
    connection.execute("update kept.hub set caught_up = false")


def record(connection: Connection, rows: Sequence[Row]) -> None:
    """Add rows to ``kept.recorded``; what is there stays."""
    if rows:
        query, parameters = recorded(rows)
        connection.execute(query + " on conflict do nothing", parameters)


def queue(connection: Connection, rows: FactRows) -> None:
    """Let the outbox follow facts that were taken back: what they announced, and delivered."""
    connection.execute(
        "insert into kept.outbox_notification (notification_id, child_id, sequence, agency) "
        "select notification_id, child_id, sequence, agency from derived.notification "
        "where notification_id = any(%s::uuid[]) and delivered_at is null "
        "order by sequence, notification_id on conflict (notification_id) do nothing",
        [[row[0] for row in rows.notifications]],
    )
    connection.execute(
        "delete from kept.outbox_notification where notification_id = any(%s::uuid[])",
        [[row[0] for row in rows.deliveries]],
    )


def queue_again(
    connection: Connection,
    schema: LiteralString,
    sent: Mapping[UUID, int],
    agencies: Collection[str],
    since: datetime,
) -> int:
    """Queue what must still be sent, by the tables of ``schema``; how many notifications.

    That is what was never delivered, and what was delivered ``since`` then, which its topic
    must still hold, and is not there. ``sent`` is what the topics hold: notification and
    number. What was sent once keeps its number. What the log says was delivered and is where
    it should be leaves the outbox. The caller has opened the transaction.
    """
    connection.execute(
        "create temporary table on_topic (notification_id uuid primary key, number bigint) "
        "on commit drop"
    )
    with connection.cursor().copy("copy on_topic from stdin") as copy:
        for row in sent.items():
            copy.write_row(row)
    connection.execute("analyze on_topic")
    connection.execute(
        in_schema(
            schema,
            "delete from kept.outbox_notification o using derived.notification n "
            "where n.notification_id = o.notification_id and n.delivered_at is not null",
        )
    )
    queued = connection.execute(
        # xmax: 0 for a row that is new, and not for one that only got its number.
        in_schema(
            schema,
            "insert into kept.outbox_notification as o (notification_id, child_id, sequence, "
            "agency, number) select n.notification_id, n.child_id, n.sequence, n.agency, "
            "coalesce(n.number, t.number) from derived.notification n "
            "left join on_topic t using (notification_id) "
            "where n.agency = any(%s::text[]) and (n.delivered_at is null "
            "or (n.delivered_at >= %s and t.notification_id is null)) "
            "order by 5, n.sequence, n.notification_id on conflict (notification_id) do update "
            "set number = excluded.number where o.number is null and excluded.number is not null "
            "returning xmax = 0",
        ),
        [sorted(agencies), since],
    ).fetchall()
    return sum(new for (new,) in queued)


def keep_numbers(connection: Connection, schema: LiteralString, highest: Mapping[str, int]) -> None:
    """Never give a number again that was delivered, or stands on a topic.

    ``highest`` are the highest numbers on the agencies' topics, which forget after a month.
    """
    connection.execute(
        in_schema(
            schema,
            "insert into kept.alert_number as a (agency, last_number) select agency, max(number) "
            "from (select agency, number from derived.notification where number is not null "
            "union all select * from unnest(%s::text[], %s::bigint[])) given group by agency "
            "on conflict (agency) do update "
            "set last_number = greatest(a.last_number, excluded.last_number)",
        ),
        [list(highest), list(highest.values())],
    )


def lost_by_swap(connection: Connection) -> list[tuple[UUID, int, bool]]:
    """Last entries of the tables in use that ``derived_next`` lacks, or has otherwise.

    Each as child, sequence, and whether the log holds another entry there. The chain says
    that whoever has the last entry has those before it; a child's row has its place and hash.
    """
    return connection.execute(
        "select c.child_id, c.sequence, n.header is not null from derived.child c "
        "left join derived_next.entry n using (child_id, sequence) "
        "where n.header is null or sha256(n.header) <> c.head order by 1"
    ).fetchall()
