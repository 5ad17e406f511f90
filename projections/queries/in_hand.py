"""What a team has in hand about children: what it has not answered, and what it said it will do.

Deadlines stand in the tables, words only in the sealed log, so the entries behind what is left are
opened: the last announcement of each alert, the team's last answer, and its last hand-over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.database import Connection, Query, fetch_each
from projections.entries import Stored
from projections.queries.timeline import BEYOND_USE, Shown, open_shown
from safeguarding.facts import (
    Acknowledged,
    Alert,
    AlertRaised,
    AlertUpdated,
    HandedOver,
    Recipient,
    Severity,
)
from schemas.keys import KeyStore
from schemas.registry import Registry


@dataclass(frozen=True, slots=True)
class LastHandOver:
    """The last time that a team handed an alert over. ``sequence`` is its place in the log."""

    sequence: int
    fact: HandedOver


@dataclass(frozen=True, slots=True)
class InHand:
    """An alert that a team has not done with.

    ``due_at`` is by when it is to be answered, None where it is answered. ``answer`` is what the
    team said last: of an alert that has risen since, what it said before. ``alert`` is None where
    the log's entry cannot be opened, and so may ``answer`` be.
    """

    child_id: UUID
    alert_id: UUID
    rule: str
    severity: Severity
    alert: Alert | None
    due_at: datetime | None
    answer: Acknowledged | None
    handed: LastHandOver | None

    @property
    def urgency(self) -> tuple[Any, ...]:
        """The most urgent first: what awaits an answer, by severity, then by when it is due.

        What was answered follows, by severity, then what was promised longest ago.
        """
        said_at = None if self.answer is None else self.answer.acknowledged_at
        at = self.due_at or said_at
        stamp = at.timestamp() if at is not None else 0.0
        return (self.due_at is None, -self.severity.rank, stamp, self.alert_id)


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of what a team was asked, or answered without being asked.

    ``due_at`` is None where it has answered since; ``answered`` is the place of its last answer.
    """

    child_id: UUID
    alert_id: UUID
    rule: str
    severity: str
    announced: int
    due_at: datetime | None
    answered: int | None


def read_in_hand(
    connection: Connection,
    recipient: Recipient,
    since: datetime,
    keys: KeyStore,
    registry: Registry,
) -> list[InHand]:
    """What the team has in hand in that role, the most urgent first. Raises psycopg.Error.

    What it has not answered is there however old it is; what it said it will do, if it said so at
    ``since`` or later.
    """
    rows = connection.execute(*_asked(recipient, since)).fetchall()
    asked = [Asked(*row) for row in rows]
    places = {(each.child_id, each.announced) for each in asked}
    places |= {(each.child_id, each.answered) for each in asked if each.answered is not None}
    entries, handed = fetch_each(
        connection, [_entries(sorted(places)), _hand_overs({each.child_id for each in asked})]
    )
    opened = [open_shown(Stored(*row), keys, registry) for row in entries]
    log = {(each.header.child_id, each.sequence): each for each in opened}
    return in_hand(asked, log, _last(handed, recipient, keys, registry))


def last_hand_overs(
    connection: Connection,
    recipient: Recipient,
    children: Iterable[UUID],
    keys: KeyStore,
    registry: Registry,
) -> Mapping[UUID, LastHandOver]:
    """The team's last hand-over of each alert of these children, by alert."""
    (rows,) = fetch_each(connection, [_hand_overs(set(children))])
    return _last(rows, recipient, keys, registry)


def in_hand(
    asked: Sequence[Asked],
    log: Mapping[tuple[UUID, int], Shown],
    handed: Mapping[UUID, LastHandOver],
) -> list[InHand]:
    """What is left of what was asked, given the entries that were opened."""
    found = []
    for each in asked:
        announced = log[each.child_id, each.announced]
        alert = _alert(announced)
        # Of a child who is beyond use nothing is awaited, and nobody answers for what is settled.
        if announced.closed == BEYOND_USE or (alert is not None and alert.settled):
            continue
        answer = None
        if each.answered is not None:
            body = log[each.child_id, each.answered].body
            answer = body if isinstance(body, Acknowledged) else None
            seen_only = answer is not None and not (answer.action or "").strip()
            if seen_only and each.due_at is None:
                continue  # Nothing is left to do.
        found.append(
            InHand(
                child_id=each.child_id,
                alert_id=each.alert_id,
                rule=each.rule,
                severity=Severity(each.severity),
                alert=alert,
                due_at=each.due_at,
                answer=answer,
                handed=handed.get(each.alert_id),
            )
        )
    return sorted(found, key=lambda one: one.urgency)


def _alert(shown: Shown) -> Alert | None:
    return shown.body.alert if isinstance(shown.body, AlertRaised | AlertUpdated) else None


def _last(
    rows: Iterable[tuple[Any, ...]], recipient: Recipient, keys: KeyStore, registry: Registry
) -> Mapping[UUID, LastHandOver]:
    """By alert. The rows are in the order of each child's log, so the last one stays."""
    found = {}
    for row in rows:
        shown = open_shown(Stored(*row), keys, registry)
        if isinstance(shown.body, HandedOver) and shown.body.recipient == recipient:
            found[shown.body.alert_id] = LastHandOver(shown.sequence, shown.body)
    return found


def _asked(recipient: Recipient, since: datetime) -> Query:
    who = [recipient.agency, recipient.team, recipient.role]
    # An answer that stands before the copy that asks does not answer it: the alert has risen since.
    # A late answer leaves the deadline missed, and is an answer all the same.
    return (
        "select e.child_id, e.alert_id, a.rule, a.severity, a.sequence, "
        "case when k.sequence >= e.opened_sequence then null else e.due_at end, k.sequence "
        "from derived.expectation e join derived.alert a using (alert_id) "
        "left join lateral (select b.sequence, b.acknowledged_at from derived.acknowledgement b "
        "where b.alert_id = e.alert_id and b.agency = e.agency and b.team = e.team "
        "and b.role = e.role order by b.sequence desc limit 1) k on true "
        "where e.agency = %s and e.team = %s and e.role = %s and e.state <> 'cancelled' "
        "and a.state = 'open' and (k.sequence is null or k.sequence < e.opened_sequence "
        "or k.acknowledged_at >= %s)",
        [*who, since],
    )


def _entries(places: Sequence[tuple[UUID, int]]) -> Query:
    return (
        "select e.header, e.key_id, e.nonce, e.sealed "
        "from unnest(%s::uuid[], %s::bigint[]) as w(child_id, sequence) "
        "join derived.entry e using (child_id, sequence)",
        [[child_id for child_id, _ in places], [sequence for _, sequence in places]],
    )


def _hand_overs(children: set[UUID]) -> Query:
    return (
        "select header, key_id, nonce, sealed from derived.entry "
        "where child_id = any(%s::uuid[]) and type = 'handed-over' order by child_id, sequence",
        [sorted(children)],
    )
