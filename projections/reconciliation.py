"""What agencies' alerts topics must hold by the tables, and how what is missing is sent again.

The tables may lack rows as well: then they are made anew from the entries that they follow from.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from projections.append import writing
from projections.append.rows import FactRows, fact_rows
from projections.append.write_all import NOTIFY_CHANNEL
from projections.database import Connection, execute_each
from projections.entries import Stored
from projections.rebuild.reading import EntryReader, LogEntry, read_for_tables

# The facts that announce something, and the one that says that it arrived.
ANNOUNCING = (
    "alert-raised",
    "alert-updated",
    "alert-withdrawn",
    "answer-reminded",
    "expectation-missed",
    "briefed",
)
DELIVERED = "delivered"

Place = tuple[UUID, int]  # Child and sequence.


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the tables go, at one instant: each child's last entry, and what the log may lack."""

    caught_up: bool
    children: Mapping[UUID, int]
    unsent: frozenset[Place]


def reach(connection: Connection) -> Reach:
    """What the log must hold now, but for what waits to be sent to it."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        hub = connection.execute("select caught_up from kept.hub").fetchone()
        children = connection.execute("select child_id, sequence from derived.child").fetchall()
        unsent = connection.execute("select child_id, sequence from kept.outbox_entry").fetchall()
    return Reach(bool(hub and hub[0]), dict(children), frozenset(unsent))


def lacking(connection: Connection, entries: Sequence[LogEntry]) -> bool:
    """Whether the tables lack one of these, or hold another in its place."""
    row = connection.execute(
        "select count(*) from unnest(%s::uuid[], %s::bigint[], %s::bytea[]) "
        "as w(child_id, sequence, hash) join derived.entry e using (child_id, sequence) "
        "where sha256(e.header) = w.hash",
        [
            [each.child_id for each in entries],
            [each.sequence for each in entries],
            [each.hash for each in entries],
        ],
    ).fetchone()
    return row is None or row[0] < len(entries)


def unknown(connection: Connection, ids: Collection[UUID]) -> list[UUID]:
    """Those of these notifications that the tables do not know."""
    return [
        row[0]
        for row in connection.execute(
            "select w.id from unnest(%s::uuid[]) as w(id) where not exists "
            "(select from derived.notification n where n.notification_id = w.id)",
            [list(ids)],
        )
    ]


def announced(entries: Iterable[LogEntry], reader: EntryReader) -> dict[UUID, UUID]:
    """The notifications that these entries announce, each with its child."""
    rows = fact_rows([read_for_tables(reader, each) for each in entries])
    return {row[0]: row[2] for row in rows.notifications}


def restore(connection: Connection, children: Collection[UUID], reader: EntryReader) -> int:
    """Make anew the rows of ``derived.notification`` that these children lack; how many.

    Raises KeyUnknown, Unopenable, psycopg.Error.
    """
    stored = connection.execute(
        "select header, key_id, nonce, sealed from derived.entry "
        "where child_id = any(%s::uuid[]) and type = any(%s::text[]) order by child_id, sequence",
        [list(children), [*ANNOUNCING, DELIVERED]],
    ).fetchall()
    rows = fact_rows([read_for_tables(reader, reader.entry(Stored(*row))) for row in stored])
    gone = set(unknown(connection, [row[0] for row in rows.notifications]))
    missing = FactRows(
        notifications=[row for row in rows.notifications if row[0] in gone],
        # The last delivery counts, as it does when each is written in its turn.
        deliveries=list({row[0]: row for row in rows.deliveries if row[0] in gone}.values()),
    )
    if missing.notifications:
        with connection.transaction():
            statements = list(writing.facts(missing))
            execute_each(connection, [each for each in statements if any(each[1])])
    return len(missing.notifications)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the tables say of notifications, at one instant, by agency.

    ``delivered`` must be on the topics. ``lost`` were neither delivered nor wait to be sent.
    """

    delivered: Mapping[UUID, str]
    lost: Mapping[UUID, str]


def expected(
    connection: Connection,
    agencies: Collection[str],
    since: datetime,
    destroyed: Collection[str],
) -> Expected:
    """What was delivered ``since`` then, and what waits nowhere.

    Without children whose keys were ``destroyed``: of them nothing can be sent any more.
    """
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        delivered = connection.execute(
            "select n.notification_id, n.agency from derived.notification n "
            "join derived.child c using (child_id) where n.agency = any(%s::text[]) "
            "and n.delivered_at >= %s and c.key_id <> all(%s::text[])",
            [sorted(agencies), since, list(destroyed)],
        ).fetchall()
        lost = connection.execute(
            "select n.notification_id, n.agency from derived.notification n "
            "join derived.child c using (child_id) where n.agency = any(%s::text[]) "
            "and n.delivered_at is null and c.key_id <> all(%s::text[]) and not exists "
            "(select from kept.outbox_notification o "
            "where o.notification_id = n.notification_id) order by n.sequence, n.notification_id",
            [sorted(agencies), list(destroyed)],
        ).fetchall()
    return Expected(dict(delivered), dict(lost))


def queue(
    connection: Connection, missing: Collection[UUID], sent: Mapping[str, Mapping[UUID, int]]
) -> int:
    """Queue notifications to be sent, again or at last; how many were not queued already.

    ``sent`` is what each agency's topic holds: notification and number. What had a number keeps
    it. What may have lost one is given the numbers that were given to nobody else, so that an
    agency's numbers have no gap.
    """
    with connection.transaction():
        rows = connection.execute(
            "select notification_id, agency, number from derived.notification "
            "where notification_id = any(%s::uuid[]) order by agency, sequence, notification_id",
            [list(missing)],
        ).fetchall()
        numbers: dict[UUID, int | None] = {}
        free: dict[str, list[int]] = {}
        for notification_id, agency, number in rows:
            on_topic = sent.get(agency, {})
            given = number or on_topic.get(notification_id)
            if given is None:
                if agency not in free:
                    free[agency] = _free(connection, agency, on_topic)
                given = free[agency].pop(0) if free[agency] else None
            numbers[notification_id] = given
        queued = connection.execute(
            "insert into kept.outbox_notification "
            "(notification_id, child_id, sequence, agency, number) "
            "select n.notification_id, n.child_id, n.sequence, n.agency, w.number "
            "from unnest(%s::uuid[], %s::bigint[]) as w(notification_id, number) "
            "join derived.notification n using (notification_id) "
            "order by w.number nulls last, n.sequence on conflict (notification_id) do nothing",
            [list(numbers), list(numbers.values())],
        )
        connection.execute("select pg_notify(%s, '')", [NOTIFY_CHANNEL])
    return queued.rowcount


def _free(connection: Connection, agency: str, on_topic: Mapping[UUID, int]) -> list[int]:
    """Numbers that were taken, and that no notification of the agency has."""
    rows = connection.execute(
        "select g.number from kept.alert_number a, generate_series(1, a.last_number) as g(number) "
        "where a.agency = %s and not exists (select from derived.notification n "
        "where n.agency = a.agency and n.number = g.number) "
        "and not exists (select from kept.outbox_notification o "
        "where o.agency = a.agency and o.number = g.number) order by g.number",
        [agency],
    )
    held = set(on_topic.values())
    return [row[0] for row in rows if row[0] not in held]
