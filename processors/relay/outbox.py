"""The outbox: what is still to be sent, and the numbers that notifications get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from projections.database import Connection, Given, Query
from projections.entries import Stored
from schemas.envelope import entry_hash

MOST_ENTRIES = 500
MOST_NOTIFICATIONS = 200

_UNNUMBERED = Given("place int, notification_id uuid, agency text")


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
    without ``sent_already`` and those for agencies that are ``held_back``. Both are read by one
    statement, and so from one snapshot: outbox ids are given before they are committed, so a lower
    one may appear later.
    """
    rows = connection.execute(*unsent(sent_already, held_back)).fetchall()
    return (
        [PendingEntry(row[1], row[2], row[3], Stored(*row[9:])) for row in rows if not row[0]],
        [_notification(row) for row in rows if row[0]],
    )


def are_all(entries: Sequence[PendingEntry], notifications: Sequence[PendingNotification]) -> bool:
    """Whether these are all that were unsent when they were read: neither kind is at its most."""
    return len(entries) < MOST_ENTRIES and len(notifications) < MOST_NOTIFICATIONS


def _notification(row: tuple[Any, ...]) -> PendingNotification:
    return PendingNotification(
        child_id=row[2],
        notification_id=row[4],
        agency=row[5],
        number=row[6],
        decided_at=row[7],
        real_from=row[8],
        stored=Stored(*row[9:]),
    )


def unsent(sent_already: Sequence[UUID], held_back: Sequence[str]) -> Query:
    """The oldest entries that the log does not have; then the oldest notifications.

    Each row of an outbox has its entry looked up ("offset 0": by itself). Left to choose,
    PostgreSQL joins: after a backlog its statistics say that the outbox is long, and it reads every
    entry there ever was, at each look, until the next analyze.
    """
    return (
        "with oldest as (select * from kept.outbox_entry order by outbox_id limit %s), "
        "seen as (select coalesce(max(outbox_id), 0) as outbox_id from oldest) "
        "select false as is_told, o.outbox_id, o.child_id, o.log_partition, null::uuid, "
        "null::text, null::bigint, null::timestamptz, null::timestamptz, "
        "e.header, e.key_id, e.nonce, e.sealed from oldest o "
        "cross join lateral (select header, key_id, nonce, sealed from derived.entry "
        "where child_id = o.child_id and sequence = o.sequence offset 0) e "
        "union all "
        "select true, o.outbox_id, o.child_id, null, o.notification_id, o.agency, o.number, "
        "e.entered_at, coalesce(n.real_from, e.entered_at), e.header, e.key_id, e.nonce, e.sealed "
        "from (select * from kept.outbox_notification o "
        "where o.notification_id <> all(%s::uuid[]) and o.agency <> all(%s::text[]) "
        "and not exists (select from kept.outbox_entry w "
        "where w.child_id = o.child_id and w.sequence = o.sequence "
        "and w.outbox_id > (select outbox_id from seen)) order by o.outbox_id limit %s) o "
        "cross join lateral (select entered_at, header, key_id, nonce, sealed from derived.entry "
        "where child_id = o.child_id and sequence = o.sequence offset 0) e "
        "left join lateral (select real_from from derived.notification "
        "where notification_id = o.notification_id offset 0) n on true "
        "order by is_told, outbox_id",
        [MOST_ENTRIES, list(sent_already), list(held_back), MOST_NOTIFICATIONS],
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
    connection.execute(_FORGET + query, [[entry.outbox_id for entry in entries], *read])


# Nobody waits for the disk. Where a crash takes it back, they are sent to the log again, and
# whoever reads that drops a repeat, as after a crash before this.
_FORGET: LiteralString = (
    "with quietly as materialized (select set_config('synchronous_commit', 'off', true)), "
    "gone as (delete from kept.outbox_entry where outbox_id = any(%b::bigint[]) "
    "and exists (select from quietly)) "
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


def give_numbers(
    connection: Connection, notifications: Sequence[PendingNotification]
) -> list[PendingNotification]:
    """Number what has no number yet, and commit that before anything is sent.

    Each agency's numbers have no gaps: they are given in order, in one transaction, and a
    numbered notification stays in the outbox until the broker has it.
    """
    unnumbered = [each for each in notifications if each.number is None]
    if not unnumbered:
        return list(notifications)
    given: dict[UUID, int] = dict(connection.execute(*_numbering(unnumbered)).fetchall())
    numbered = [
        replace(each, number=given[each.notification_id]) if each.number is None else each
        for each in notifications
    ]
    return sorted(numbered, key=lambda each: (each.agency, each.number))


def _numbering(unnumbered: Sequence[PendingNotification]) -> Query:
    """Take the next numbers of each agency, and give them in order: all in one round trip.

    Agencies' rows are locked in their order.
    """
    return _UNNUMBERED.query(
        ", taken as (insert into kept.alert_number "
        "select agency, count(*) from w group by agency order by agency "
        "on conflict (agency) do update "
        "set last_number = kept.alert_number.last_number + excluded.last_number "
        "returning agency, last_number), "
        "placed as (select notification_id, agency, row_number() over "
        "(partition by agency order by place) - count(*) over (partition by agency) as from_last "
        "from w) "
        "update kept.outbox_notification o set number = t.last_number + p.from_last "
        "from placed p join taken t using (agency) where o.notification_id = p.notification_id "
        "returning o.notification_id, o.number",
        [(place, each.notification_id, each.agency) for place, each in enumerate(unnumbered)],
    )


def raise_number(connection: Connection, agency: str, at_least: int) -> None:
    """Never give a number again that the agency's topic already holds."""
    connection.execute(
        "insert into kept.alert_number values (%s, %s) on conflict (agency) do update "
        "set last_number = greatest(kept.alert_number.last_number, excluded.last_number)",
        [agency, at_least],
    )
