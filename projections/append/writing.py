"""Writing: the rows of one append, each table in one statement, all in one round trip."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from projections.append.journal import Matter
from projections.append.sealing import SealedEntry
from projections.append.world import World
from projections.database import Query
from safeguarding.case import Case
from safeguarding.facts import (
    Acknowledged,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    ChildIdentified,
    Delivered,
    ExpectationMissed,
)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class NewChild:
    """A child that begins with this append."""

    child_id: UUID
    key_id: str


def children(
    new: Sequence[NewChild], cases: Mapping[UUID, Case], heads: Mapping[UUID, bytes], world: World
) -> list[Query]:
    """Make new children, move the known ones to their new last entry."""
    made = {child.child_id for child in new}
    fresh = [
        (
            child.child_id,
            child.key_id,
            world.log_partition(child.child_id),
            _status(cases[child.child_id]),
            cases[child.child_id].sequence,
            heads[child.child_id],
        )
        for child in new
    ]
    grown = [
        (case.child_id, _status(case), case.sequence, heads[case.child_id])
        for case in cases.values()
        if case.child_id not in made
    ]
    return [
        (
            "insert into derived.child select * from unnest(%b::uuid[], %b::text[], "
            "%b::smallint[], %b::text[], %b::bigint[], %b::bytea[])",
            columns(fresh, 6),
        ),
        (
            "update derived.child c set status = w.status, sequence = w.sequence, head = w.head "
            "from unnest(%b::uuid[], %b::text[], %b::bigint[], %b::bytea[]) "
            "as w(child_id, status, sequence, head) where c.child_id = w.child_id",
            columns(grown, 4),
        ),
    ]


def entries(sealed: Sequence[SealedEntry], world: World) -> list[Query]:
    """The log itself, and what of it is to be copied to ``kith.timeline``."""
    rows = [
        (
            one.entry.child_id,
            one.entry.sequence,
            one.entry.entry_id,
            one.type,
            one.entry.entered_at,
            one.stored.header,
            one.stored.key_id,
            one.stored.nonce,
            one.stored.sealed,
        )
        for one in sealed
    ]
    outbox = [(row[0], row[1], world.log_partition(row[0])) for row in rows]
    return [
        (
            "insert into derived.entry select * from unnest(%b::uuid[], %b::bigint[], "
            "%b::uuid[], %b::text[], %b::timestamptz[], %b::bytea[], %b::text[], %b::bytea[], "
            "%b::bytea[])",
            columns(rows, 9),
        ),
        (
            "insert into kept.outbox_entry (child_id, sequence, log_partition) "
            "select * from unnest(%b::uuid[], %b::bigint[], %b::smallint[])",
            columns(outbox, 3),
        ),
    ]


def cases_changed(cases: Mapping[UUID, Case]) -> Iterator[Query]:
    """What the entries changed in the cases: the tables follow from evolve alone."""
    yield _standings(cases.values())
    yield _memberships(cases.values())
    yield _alerts(cases.values())
    yield _expectations(cases.values())


def _standings(cases: Iterable[Case]) -> Query:
    rows = [
        (
            *reference,
            case.child_id,
            standing.version,
            standing.retracted,
            standing.type,
            standing.occurred_at,
            standing.sequence,
        )
        for case in cases
        for reference in sorted(case.changed.standings)
        for standing in (case.standings[reference],)
    ]
    return (
        "insert into derived.standing select * from unnest(%b::text[], %b::text[], %b::uuid[], "
        "%b::int[], %b::boolean[], %b::text[], %b::timestamptz[], %b::bigint[]) "
        "on conflict (agency, reference) do update set child_id = excluded.child_id, "
        "version = excluded.version, retracted = excluded.retracted, type = excluded.type, "
        "occurred_at = excluded.occurred_at, sequence = excluded.sequence",
        columns(rows, 8),
    )


def _memberships(cases: Iterable[Case]) -> Query:
    rows = [
        (
            case.child_id,
            membership.recipient.agency,
            membership.recipient.team,
            membership.recipient.role,
            membership.starts_at,
            membership.ends_at,
        )
        for case in cases
        for key in sorted(case.changed.memberships)
        for membership in (case.memberships[key],)
    ]
    return (
        "insert into derived.membership select * from unnest(%b::uuid[], %b::text[], "
        "%b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[]) "
        "on conflict (child_id, agency, team, role, starts_at) "
        "do update set ends_at = excluded.ends_at",
        columns(rows, 6),
    )


def _alerts(cases: Iterable[Case]) -> Query:
    rows = [
        (
            alert.alert_id,
            case.child_id,
            alert.rule,
            alert.key,
            alert.severity.value,
            alert.level,
            alert.revision,
            alert.state.value,
            alert.sequence,
            alert.wording,
            json.dumps([[r.agency, r.team, r.role, mode.value] for r, mode in alert.told]),
        )
        for case in cases
        for key in sorted(case.changed.alerts)
        for alert in (case.alerts[key],)
    ]
    return (
        "insert into derived.alert select * from unnest(%b::uuid[], %b::uuid[], %b::text[], "
        "%b::text[], %b::text[], %b::int[], %b::int[], %b::text[], %b::bigint[], %b::bytea[], "
        "%s::jsonb[]) on conflict (alert_id) do update set severity = excluded.severity, "
        "level = excluded.level, revision = excluded.revision, state = excluded.state, "
        "sequence = excluded.sequence, wording = excluded.wording, told = excluded.told",
        columns(rows, 11),
    )


def _expectations(cases: Iterable[Case]) -> Query:
    rows = [
        (
            expectation.expectation_id,
            case.child_id,
            expectation.kind,
            expectation.alert_id,
            expectation.recipient.agency,
            expectation.recipient.team,
            expectation.recipient.role,
            expectation.due_at,
            expectation.opened_sequence,
            expectation.state.value,
            expectation.closed_sequence,
        )
        for case in cases
        for key in sorted(case.changed.expectations)
        for expectation in (case.expectations[key],)
    ]
    return (
        "insert into derived.expectation select * from unnest(%b::uuid[], %b::uuid[], "
        "%b::text[], %b::uuid[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], "
        "%b::bigint[], %b::text[], %b::bigint[]) on conflict (expectation_id) do update set "
        "due_at = excluded.due_at, opened_sequence = excluded.opened_sequence, "
        "state = excluded.state, closed_sequence = excluded.closed_sequence",
        columns(rows, 11),
    )


def facts(sealed: Sequence[SealedEntry]) -> Iterator[Query]:
    """What single facts put into tables of their own."""
    identifiers: list[Row] = []
    notifications: list[Row] = []
    acknowledgements: list[Row] = []
    deliveries: list[Row] = []
    for one in sealed:
        child_id, sequence = one.entry.child_id, one.entry.sequence
        match one.entry.body:
            case ChildIdentified() as fact:
                identifiers += [
                    (digest, scheme, child_id)
                    for digest, scheme in zip(fact.digests, fact.schemes, strict=True)
                ]
            case AlertRaised() | AlertUpdated() | AlertWithdrawn() | ExpectationMissed() as fact:
                since = one.draft.since
                notifications += [
                    (
                        notice.notification_id,
                        fact.alert.alert_id,
                        child_id,
                        sequence,
                        notice.recipient.agency,
                        notice.recipient.team,
                        notice.recipient.role,
                        notice.kind.value,
                        notice.revision,
                        notice.mode.value,
                        fact.alert.rule,
                        fact.alert.severity.value,
                        notice.acknowledge_by,
                        since.hub,
                        since.real,
                    )
                    for notice in fact.notices
                ]
            case Acknowledged() as fact:
                who = fact.recipient
                acknowledgements.append(
                    (
                        child_id,
                        sequence,
                        fact.alert_id,
                        who.agency,
                        who.team,
                        who.role,
                        fact.acknowledged_at,
                        fact.already_known,
                    )
                )
            case Delivered() as fact:
                deliveries += [
                    (each.notification_id, each.number, each.offset, each.delivered_at)
                    for each in fact.deliveries
                ]
            case _:
                pass
    yield _identifiers(identifiers)
    yield from _notifications(notifications)
    yield _acknowledgements(acknowledgements)
    yield from _deliveries(deliveries)


def _identifiers(rows: Sequence[Row]) -> Query:
    # No "on conflict": two writers that give one identifier to two new children must clash.
    return (
        "insert into derived.identifier select * from unnest(%b::bytea[], %b::text[], %b::uuid[])",
        columns(rows, 3),
    )


def _notifications(rows: Sequence[Row]) -> Iterator[Query]:
    yield (
        "insert into derived.notification (notification_id, alert_id, child_id, sequence, "
        "agency, team, role, kind, revision, mode, rule, severity, acknowledge_by, hub_from, "
        "real_from) select * from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::bigint[], "
        "%b::text[], %b::text[], %b::text[], %b::text[], %b::int[], %b::text[], %b::text[], "
        "%b::text[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[])",
        columns(rows, 15),
    )
    yield (
        "insert into kept.outbox_notification (notification_id, child_id, sequence, agency) "
        "select * from unnest(%b::uuid[], %b::uuid[], %b::bigint[], %b::text[])",
        columns([(row[0], row[2], row[3], row[4]) for row in rows], 4),
    )


def _acknowledgements(rows: Sequence[Row]) -> Query:
    return (
        "insert into derived.acknowledgement select * from unnest(%b::uuid[], %b::bigint[], "
        "%b::uuid[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::boolean[])",
        columns(rows, 8),
    )


def _deliveries(rows: Sequence[Row]) -> Iterator[Query]:
    yield (
        "update derived.notification n set number = w.number, log_offset = w.log_offset, "
        "delivered_at = w.delivered_at from unnest(%b::uuid[], %b::bigint[], %b::bigint[], "
        "%b::timestamptz[]) as w(notification_id, number, log_offset, delivered_at) "
        "where n.notification_id = w.notification_id",
        columns(rows, 4),
    )
    yield (
        "delete from kept.outbox_notification where notification_id = any(%b::uuid[])",
        [[row[0] for row in rows]],
    )


def recorded(rows: Sequence[Row]) -> Query:
    """Remember events: (agency, event id, content, child or None, sequence or None)."""
    return (
        "insert into kept.recorded select * from unnest(%b::text[], %b::uuid[], %b::bytea[], "
        "%b::uuid[], %b::bigint[])",
        columns(rows, 5),
    )


def pages(matters: Sequence[Matter], paged_at: object) -> Query:
    """Put matters before the people of the hub."""
    return (
        "insert into kept.page (paged_at, reason, concerns, detail) "
        "select %s::timestamptz, * from unnest(%b::text[], %b::text[], %b::text[])",
        [paged_at, *columns([(m.reason, m.concerns, m.detail) for m in matters], 3)],
    )


def columns(rows: Sequence[Row], width: int) -> list[list[Any]]:
    """Rows as one list a column, as unnest wants them."""
    return [[row[column] for row in rows] for column in range(width)]


def _status(case: Case) -> str:
    return "provisional" if case.provisional else "known"
