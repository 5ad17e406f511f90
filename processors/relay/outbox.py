"""The outbox: what is still to be sent, and the numbers that notifications get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.database import Connection, Query
from projections.entries import Stored
from schemas.envelope import entry_hash

MOST_ENTRIES = 500
MOST_NOTIFICATIONS = 200


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """An entry that ``kith.timeline`` has not acknowledged."""

    outbox_id: int
    child_id: UUID
    log_partition: int
    stored: Stored


@dataclass(frozen=True, slots=True)
class PendingNotification:
    """A notification that its agency's topic has not acknowledged, with the fact's entry.

    ``number`` is None until it is given one; from then on it never changes.
    ``real_from`` is when the broker received what it follows from.
    """

    notification_id: UUID
    child_id: UUID
    agency: str
    number: int | None
    decided_at: datetime
    real_from: datetime
    stored: Stored


def oldest(
    connection: Connection, sent_already: Sequence[UUID], held_back: Sequence[str] = ()
) -> tuple[list[PendingEntry], list[PendingNotification]]:
    """The oldest unsent entries, and the notifications that may be sent after them.

    Those are the ones whose facts stand on ``kith.timeline`` or are among these entries,
    without ``sent_already`` and those for agencies that are ``held_back``. Both are read from
    one snapshot: outbox ids are given before they are committed, so a lower one may appear
    later.
    """
    with connection.pipeline(), connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        entries = connection.execute(*unsent_entries())
        notifications = connection.execute(*unsent_notifications(sent_already, held_back))
        return (
            [PendingEntry(row[0], row[1], row[2], Stored(*row[3:])) for row in entries.fetchall()],
            [_notification(row) for row in notifications.fetchall()],
        )


# Each row of an outbox has its entry looked up ("offset 0": by itself). Left to choose, PostgreSQL
# joins: after a backlog its statistics say that the outbox is long, and it reads every entry there
# ever was, at each look, until the next analyze.
def unsent_entries() -> Query:
    """The oldest entries that the log does not have."""
    return (
        "select o.outbox_id, o.child_id, o.log_partition, e.header, e.key_id, e.nonce, e.sealed "
        "from (select * from kept.outbox_entry order by outbox_id limit %s) o "
        "cross join lateral (select header, key_id, nonce, sealed from derived.entry "
        "where child_id = o.child_id and sequence = o.sequence offset 0) e order by o.outbox_id",
        [MOST_ENTRIES],
    )


def unsent_notifications(sent_already: Sequence[UUID], held_back: Sequence[str]) -> Query:
    """The oldest notifications that may be sent once the oldest entries were."""
    return (
        "select o.notification_id, o.child_id, o.agency, o.number, e.entered_at, "
        "coalesce(n.real_from, e.entered_at), e.header, e.key_id, e.nonce, e.sealed "
        "from (select * from kept.outbox_notification o "
        "where o.notification_id <> all(%s::uuid[]) and o.agency <> all(%s::text[]) "
        "and not exists "
        "(select from kept.outbox_entry w "
        "where w.child_id = o.child_id and w.sequence = o.sequence and w.outbox_id > "
        "(select coalesce(max(b.outbox_id), 0) from (select outbox_id from kept.outbox_entry "
        "order by outbox_id limit %s) b)) order by o.outbox_id limit %s) o "
        "cross join lateral (select entered_at, header, key_id, nonce, sealed from derived.entry "
        "where child_id = o.child_id and sequence = o.sequence offset 0) e "
        "left join lateral (select real_from from derived.notification "
        "where notification_id = o.notification_id offset 0) n on true order by o.outbox_id",
        [list(sent_already), list(held_back), MOST_ENTRIES, MOST_NOTIFICATIONS],
    )


def numbers_waiting(connection: Connection) -> dict[str, int]:
    """By agency the lowest number that was given and must wait for its entry to be in the log.

    That happens where the log lost entries, which are copied to it again, at the end of the queue.
    """
    rows = connection.execute(
        "select o.agency, min(o.number) from kept.outbox_notification o "
        "where o.number is not null and exists (select from kept.outbox_entry w "
        "where w.child_id = o.child_id and w.sequence = o.sequence and w.outbox_id > "
        "(select coalesce(max(b.outbox_id), 0) from (select outbox_id from kept.outbox_entry "
        "order by outbox_id limit %s) b)) group by o.agency",
        [MOST_ENTRIES],
    ).fetchall()
    return dict(rows)


def forget(connection: Connection, notification_ids: Sequence[UUID]) -> None:
    """These can never be sent."""
    connection.execute(
        "delete from kept.outbox_notification where notification_id = any(%s::uuid[])",
        [list(notification_ids)],
    )


def entries_sent(
    connection: Connection, entries: Sequence[PendingEntry], offsets: Sequence[int]
) -> None:
    """The broker has acknowledged these: they need not be sent again, nor read on the next start.

    ``offsets`` are where each of them stands in the log.
    """
    if not entries:
        return
    last: dict[int, tuple[int, bytes]] = {}
    for entry, offset in zip(entries, offsets, strict=True):
        last[entry.log_partition] = (offset + 1, entry_hash(entry.stored.header))
    query, read = log_read([(number, *each) for number, each in last.items()])
    with connection.pipeline(), connection.transaction():
        # Nobody waits for the disk. Where a crash takes it back, they are sent to the log again,
        # and whoever reads that drops a repeat, as after a crash before this.
        connection.execute("set local synchronous_commit = off")
        connection.execute(
            "with gone as (delete from kept.outbox_entry where outbox_id = any(%b::bigint[])) "  # noqa: S608 - both parts are ours
            + query,
            [[entry.outbox_id for entry in entries], *read],
        )


def log_read(read: Sequence[tuple[int, int, bytes]]) -> Query:
    """Move on up to where log and tables agree: partition, offset, hash of the entry before it."""
    return (
        "insert into kept.log_read (partition, next_offset, last_hash) "
        "select * from unnest(%b::int[], %b::bigint[], %b::bytea[]) "
        "on conflict (partition) do update set next_offset = excluded.next_offset, "
        "last_hash = excluded.last_hash where kept.log_read.next_offset < excluded.next_offset",
        [[each[0] for each in read], [each[1] for each in read], [each[2] for each in read]],
    )


def log_reads(connection: Connection) -> dict[int, int]:
    """Up to where log and tables agree, by partition."""
    rows = connection.execute("select partition, next_offset from kept.log_read").fetchall()
    return dict(rows)


def keep_numbers(connection: Connection, numbers: Mapping[UUID, int]) -> None:
    """What stands on its topic with a number keeps that one, if it is to be sent again."""
    connection.execute(
        "update kept.outbox_notification o set number = w.number "
        "from unnest(%b::uuid[], %b::bigint[]) as w(notification_id, number) "
        "where o.notification_id = w.notification_id and o.number is null",
        [list(numbers), list(numbers.values())],
    )


def _notification(row: tuple[Any, ...]) -> PendingNotification:
    return PendingNotification(
        notification_id=row[0],
        child_id=row[1],
        agency=row[2],
        number=row[3],
        decided_at=row[4],
        real_from=row[5],
        stored=Stored(*row[6:]),
    )


def give_numbers(
    connection: Connection, notifications: Sequence[PendingNotification]
) -> list[PendingNotification]:
    """Number what has no number yet, and commit that before anything is sent.

    Each agency's numbers have no gaps: they are given in order, in one transaction, and a
    numbered notification stays in the outbox until the broker has it.
    """
    numbered = list(notifications)
    unnumbered = [(i, each) for i, each in enumerate(numbered) if each.number is None]
    if not unnumbered:
        return numbered
    own: dict[str, list[tuple[int, PendingNotification]]] = {}
    for i, each in unnumbered:
        own.setdefault(each.agency, []).append((i, each))
    with connection.pipeline(), connection.transaction():
        last = _advance(connection, {agency: len(each) for agency, each in own.items()})
        for agency, each_own in own.items():
            first = last[agency] - len(each_own) + 1
            for number, (i, each) in enumerate(each_own, start=first):
                numbered[i] = replace(each, number=number)
        given = [numbered[i] for i, _ in unnumbered]
        connection.execute(
            "update kept.outbox_notification o set number = w.number "
            "from unnest(%s::uuid[], %s::bigint[]) as w(notification_id, number) "
            "where o.notification_id = w.notification_id",
            [[each.notification_id for each in given], [each.number for each in given]],
        )
    return sorted(numbered, key=lambda each: (each.agency, each.number))


def raise_number(connection: Connection, agency: str, at_least: int) -> None:
    """Never give a number again that the agency's topic already holds."""
    connection.execute(
        "insert into kept.alert_number values (%s, %s) on conflict (agency) do update "
        "set last_number = greatest(kept.alert_number.last_number, excluded.last_number)",
        [agency, at_least],
    )


def _advance(connection: Connection, by: Mapping[str, int]) -> dict[str, int]:
    """Take numbers for each agency; the last one taken. Rows are locked in order of agency."""
    agencies = sorted(by)
    rows = connection.execute(
        "insert into kept.alert_number select * from unnest(%s::text[], %s::bigint[]) "
        "on conflict (agency) do update "
        "set last_number = kept.alert_number.last_number + excluded.last_number "
        "returning agency, last_number",
        [agencies, [by[agency] for agency in agencies]],
    ).fetchall()
    return dict(rows)
