"""Writing: the rows of one append, each table in one statement, all in one round trip."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from projections.append.drafts import Matter
from projections.append.rows import (
    FactRows,
    Row,
    alert_rows,
    awaited_rows,
    child_row,
    entry_row,
    expectation_rows,
    membership_rows,
    standing_rows,
    status,
)
from projections.append.sealing import SealedEntry
from projections.append.world import World
from projections.database import Query
from safeguarding.case import Case


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
        child_row(
            cases[child.child_id],
            child.key_id,
            world.log_partition(child.child_id),
            heads[child.child_id],
        )
        for child in new
    ]
    grown = [
        (case.child_id, status(case), case.sequence, heads[case.child_id])
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


def entries(sealed: Sequence[SealedEntry]) -> Query:
    """The log itself."""
    return (
        "insert into derived.entry select * from unnest(%b::uuid[], %b::bigint[], "
        "%b::uuid[], %b::text[], %b::timestamptz[], %b::bytea[], %b::text[], %b::bytea[], "
        "%b::bytea[])",
        columns([entry_row(one) for one in sealed], 9),
    )


def to_log(sealed: Sequence[SealedEntry], world: World) -> Query:
    """What of the log is to be copied to ``kith.timeline``."""
    rows = [
        (one.entry.child_id, one.entry.sequence, world.log_partition(one.entry.child_id))
        for one in sealed
    ]
    return (
        "insert into kept.outbox_entry (child_id, sequence, log_partition) "
        "select * from unnest(%b::uuid[], %b::bigint[], %b::smallint[])",
        columns(rows, 3),
    )


def cases_changed(cases: Mapping[UUID, Case]) -> Iterator[Query]:
    """What the entries changed in the cases: the tables follow from evolve alone."""
    yield _standings(standing_rows(cases.values()))
    yield _memberships(membership_rows(cases.values()))
    yield _alerts(alert_rows(cases.values()))
    yield _expectations(expectation_rows(cases.values()))
    yield _awaited(awaited_rows(cases.values()))


def _standings(rows: Sequence[Row]) -> Query:
    return (
        "insert into derived.standing select * from unnest(%b::text[], %b::text[], %b::uuid[], "
        "%b::int[], %b::boolean[], %b::text[], %b::timestamptz[], %b::bigint[]) "
        "on conflict (agency, reference) do update set child_id = excluded.child_id, "
        "version = excluded.version, retracted = excluded.retracted, type = excluded.type, "
        "occurred_at = excluded.occurred_at, sequence = excluded.sequence",
        columns(rows, 8),
    )


def _memberships(rows: Sequence[Row]) -> Query:
    return (
        "insert into derived.membership select * from unnest(%b::uuid[], %b::text[], "
        "%b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[]) "
        "on conflict (child_id, agency, team, role, starts_at, ground) "
        "do update set ends_at = excluded.ends_at",
        columns(rows, 7),
    )


def _alerts(rows: Sequence[Row]) -> Query:
    return (
        "insert into derived.alert select * from unnest(%b::uuid[], %b::uuid[], %b::text[], "
        "%b::text[], %b::text[], %b::int[], %b::int[], %b::text[], %b::bigint[], %b::bytea[], "
        "%s::jsonb[]) on conflict (alert_id) do update set severity = excluded.severity, "
        "level = excluded.level, revision = excluded.revision, state = excluded.state, "
        "sequence = excluded.sequence, wording = excluded.wording, told = excluded.told",
        columns(rows, 11),
    )


def _expectations(rows: Sequence[Row]) -> Query:
    return (
        "insert into derived.expectation select * from unnest(%b::uuid[], %b::uuid[], "
        "%b::text[], %b::uuid[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], "
        "%b::bigint[], %b::text[], %b::bigint[], %b::boolean[]) "
        "on conflict (expectation_id) do update set "
        "due_at = excluded.due_at, opened_sequence = excluded.opened_sequence, "
        "state = excluded.state, closed_sequence = excluded.closed_sequence, "
        "reminded = excluded.reminded",
        columns(rows, 12),
    )


def _awaited(rows: Sequence[Row]) -> Query:
    # Types and agencies have no spaces in them, and unnest makes one row of each inner list.
    flat = [(*row[:6], " ".join(row[6]), " ".join(row[7]), *row[8:]) for row in rows]
    return (
        "insert into derived.awaited select child_id, rule, key, expectation_id, revision, due_at, "
        "string_to_array(awaits, ' '), string_to_array(agencies, ' '), ground_agency, "
        "ground_reference, wording, opened_sequence, state, closed_sequence "
        "from unnest(%b::uuid[], %b::text[], %b::text[], %b::uuid[], %b::int[], "
        "%b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bytea[], "
        "%b::bigint[], %b::text[], %b::bigint[]) as w(child_id, rule, key, expectation_id, "
        "revision, due_at, awaits, agencies, ground_agency, ground_reference, wording, "
        "opened_sequence, state, closed_sequence) on conflict (child_id, rule, key) do update set "
        "revision = excluded.revision, due_at = excluded.due_at, awaits = excluded.awaits, "
        "agencies = excluded.agencies, ground_agency = excluded.ground_agency, "
        "ground_reference = excluded.ground_reference, wording = excluded.wording, "
        "opened_sequence = excluded.opened_sequence, state = excluded.state, "
        "closed_sequence = excluded.closed_sequence",
        columns(flat, 14),
    )


def facts(rows: FactRows) -> Iterator[Query]:
    """What single facts put into tables of their own."""
    yield _identifiers(rows.identifiers)
    yield _notifications(rows.notifications)
    yield _acknowledgements(rows.acknowledgements)
    yield _deliveries(rows.deliveries)
    yield _activations(rows.activations)


def to_agencies(rows: FactRows) -> Iterator[Query]:
    """What is to be sent to agencies, and what need not be sent any more."""
    yield (
        "insert into kept.outbox_notification (notification_id, child_id, sequence, agency) "
        "select * from unnest(%b::uuid[], %b::uuid[], %b::bigint[], %b::text[])",
        columns([(row[0], row[2], row[3], row[4]) for row in rows.notifications], 4),
    )
    yield (
        "delete from kept.outbox_notification where notification_id = any(%b::uuid[])",
        [[row[0] for row in rows.deliveries]],
    )


def _identifiers(rows: Sequence[Row]) -> Query:
    # No "on conflict": two writers that give one identifier to two new children must clash.
    return (
        "insert into derived.identifier select * from unnest(%b::bytea[], %b::text[], %b::uuid[])",
        columns(rows, 3),
    )


def _notifications(rows: Sequence[Row]) -> Query:
    return (
        "insert into derived.notification (notification_id, alert_id, child_id, sequence, "
        "agency, team, role, kind, revision, mode, rule, severity, acknowledge_by, hub_from, "
        "real_from) select * from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::bigint[], "
        "%b::text[], %b::text[], %b::text[], %b::text[], %b::int[], %b::text[], %b::text[], "
        "%b::text[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[])",
        columns(rows, 15),
    )


def _acknowledgements(rows: Sequence[Row]) -> Query:
    return (
        "insert into derived.acknowledgement select * from unnest(%b::uuid[], %b::bigint[], "
        "%b::uuid[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::boolean[])",
        columns(rows, 8),
    )


def _deliveries(rows: Sequence[Row]) -> Query:
    return (
        "update derived.notification n set number = w.number, log_offset = w.log_offset, "
        "delivered_at = w.delivered_at from unnest(%b::uuid[], %b::bigint[], %b::bigint[], "
        "%b::timestamptz[]) as w(notification_id, number, log_offset, delivered_at) "
        "where n.notification_id = w.notification_id",
        columns(rows, 4),
    )


def _activations(rows: Sequence[Row]) -> Query:
    return (
        "insert into derived.activation select * from unnest(%b::uuid[], %b::bigint[], "
        "%b::uuid[], %b::text[], %b::timestamptz[])",
        columns(rows, 5),
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


def columns(rows: Sequence[Row], width: int) -> list[list[object]]:
    """Rows as one list a column, as unnest wants them."""
    return [[row[column] for row in rows] for column in range(width)]
