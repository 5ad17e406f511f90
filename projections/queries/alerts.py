"""Alerts and the copies of them that recipients got, found by what people copy from those."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from projections.database import Connection
from projections.queries.short_ids import IdRange
from safeguarding.facts import Recipient


@dataclass(frozen=True, slots=True)
class Named:
    """What an id on the command line stands for: an alert, or one recipient's copy of it.

    ``told`` are the teams that were told of the alert. ``recipient`` and ``seen_revision``
    are the copy's, None where the id is the alert's own.
    """

    identity: UUID
    alert_id: UUID
    child_id: UUID
    rule: str
    severity: str
    revision: int
    told: tuple[Recipient, ...]
    recipient: Recipient | None
    seen_revision: int | None


def named(connection: Connection, ids: IdRange) -> list[Named]:
    """The alerts and notifications whose ids start so; at most a few."""
    alert = "a.alert_id, a.child_id, a.rule, a.severity, a.revision, a.told"
    rows = connection.execute(
        f"select a.alert_id, {alert}, null, null, null, null from derived.alert a "  # noqa: S608
        "where a.alert_id between %s and %s union all "
        f"select n.notification_id, {alert}, n.agency, n.team, n.role, n.revision "
        "from derived.notification n join derived.alert a using (alert_id) "
        "where n.notification_id between %s and %s limit 5",
        [ids.first, ids.last, ids.first, ids.last],
    ).fetchall()
    return [_named(row) for row in rows]


def entry_place(connection: Connection, entry_id: UUID) -> int | None:
    """The sequence of an entry in its child's log, None where there is no such entry."""
    row = connection.execute(
        "select sequence from derived.entry where entry_id = %s", [entry_id]
    ).fetchone()
    return None if row is None else int(row[0])


def is_sent(connection: Connection, child_id: UUID, sequence: int) -> bool:
    """Whether the relay has copied this entry to ``kith.timeline``."""
    row = connection.execute(
        "select 1 from kept.outbox_entry where child_id = %s and sequence <= %s limit 1",
        [child_id, sequence],
    ).fetchone()
    return row is None


def _named(row: tuple[Any, ...]) -> Named:
    return Named(
        identity=row[0],
        alert_id=row[1],
        child_id=row[2],
        rule=row[3],
        severity=row[4],
        revision=row[5],
        told=tuple(Recipient(each[0], each[1], each[2]) for each in row[6]),
        recipient=Recipient(*row[7:10]) if row[7] is not None else None,
        seen_revision=row[10],
    )
