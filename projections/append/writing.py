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
from projections.database import Given, Query
from safeguarding.case import Case

_CHILDREN = Given(
    "child_id uuid, key_id text, log_partition smallint, status text, sequence bigint, head bytea"
)
_GROWN = Given("child_id uuid, status text, sequence bigint, head bytea")
_ENTRIES = Given(
    "child_id uuid, sequence bigint, entry_id uuid, type text, entered_at timestamptz, "
    "header bytea, key_id text, nonce bytea, sealed bytea"
)
_TO_LOG = Given("child_id uuid, sequence bigint, log_partition smallint")
_STANDINGS = Given(
    "agency text, reference text, child_id uuid, version int, retracted boolean, type text, "
    "occurred_at timestamptz, sequence bigint"
)
_MEMBERSHIPS = Given(
    "child_id uuid, agency text, team text, role text, starts_at timestamptz, "
    "ends_at timestamptz, ground text"
)
_ALERTS = Given(
    "alert_id uuid, child_id uuid, rule text, key text, severity text, level int, revision int, "
    "state text, sequence bigint, wording bytea, told text"
)
_EXPECTATIONS = Given(
    "expectation_id uuid, child_id uuid, kind text, alert_id uuid, agency text, team text, "
    "role text, due_at timestamptz, opened_sequence bigint, state text, closed_sequence bigint, "
    "reminded boolean"
)
_AWAITED = Given(
    "child_id uuid, rule text, key text, expectation_id uuid, revision int, due_at timestamptz, "
    "awaits text[], agencies text[], ground_agency text, ground_reference text, wording bytea, "
    "opened_sequence bigint, state text, closed_sequence bigint"
)
_IDENTIFIERS = Given("digest bytea, scheme text, child_id uuid")
_NOTIFICATIONS = Given(
    "notification_id uuid, alert_id uuid, child_id uuid, sequence bigint, agency text, team text, "
    "role text, kind text, revision int, mode text, rule text, severity text, "
    "acknowledge_by timestamptz, hub_from timestamptz, real_from timestamptz"
)
_TO_AGENCIES = Given("notification_id uuid, child_id uuid, sequence bigint, agency text")
_ACKNOWLEDGEMENTS = Given(
    "child_id uuid, sequence bigint, alert_id uuid, agency text, team text, role text, "
    "acknowledged_at timestamptz, already_known boolean"
)
_DELIVERIES = Given(
    "notification_id uuid, number bigint, log_offset bigint, delivered_at timestamptz"
)
_ACTIVATIONS = Given(
    "child_id uuid, sequence bigint, entry_id uuid, version text, entered_at timestamptz"
)
_RECORDED = Given("agency text, event_id uuid, content bytea, child_id uuid, sequence bigint")
_PAGES = Given("reason text, concerns text, detail text")


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
        _CHILDREN.query(
            "insert into derived.child select * from w",
            fresh,
        ),
        _GROWN.query(
            "update derived.child c set status = w.status, sequence = w.sequence, head = w.head "
            "from w where c.child_id = w.child_id",
            grown,
        ),
    ]


def entries(sealed: Sequence[SealedEntry]) -> Query:
    """The log itself."""
    return _ENTRIES.query(
        "insert into derived.entry select * from w",
        (entry_row(one) for one in sealed),
    )


def to_log(sealed: Sequence[SealedEntry], world: World) -> Query:
    """What of the log is to be copied to ``kith.timeline``."""
    rows = [
        (one.entry.child_id, one.entry.sequence, world.log_partition(one.entry.child_id))
        for one in sealed
    ]
    return _TO_LOG.query(
        "insert into kept.outbox_entry (child_id, sequence, log_partition) select * from w",
        rows,
    )


def cases_changed(cases: Mapping[UUID, Case]) -> Iterator[Query]:
    """What the entries changed in the cases: the tables follow from evolve alone."""
    yield _standings(standing_rows(cases.values()))
    yield _memberships(membership_rows(cases.values()))
    yield _alerts(alert_rows(cases.values()))
    yield _expectations(expectation_rows(cases.values()))
    yield _awaited(awaited_rows(cases.values()))


def _standings(rows: Sequence[Row]) -> Query:
    return _STANDINGS.query(
        "insert into derived.standing select * from w "
        "on conflict (agency, reference) do update set child_id = excluded.child_id, "
        "version = excluded.version, retracted = excluded.retracted, type = excluded.type, "
        "occurred_at = excluded.occurred_at, sequence = excluded.sequence",
        rows,
    )


def _memberships(rows: Sequence[Row]) -> Query:
    return _MEMBERSHIPS.query(
        "insert into derived.membership select * from w "
        "on conflict (child_id, agency, team, role, starts_at, ground) "
        "do update set ends_at = excluded.ends_at",
        rows,
    )


def _alerts(rows: Sequence[Row]) -> Query:
    return _ALERTS.query(
        "insert into derived.alert select alert_id, child_id, rule, key, severity, level, "
        "revision, state, sequence, wording, told::jsonb from w "
        "on conflict (alert_id) do update set severity = excluded.severity, "
        "level = excluded.level, revision = excluded.revision, state = excluded.state, "
        "sequence = excluded.sequence, wording = excluded.wording, told = excluded.told",
        rows,
    )


def _expectations(rows: Sequence[Row]) -> Query:
    return _EXPECTATIONS.query(
        "insert into derived.expectation select * from w "
        "on conflict (expectation_id) do update set "
        "due_at = excluded.due_at, opened_sequence = excluded.opened_sequence, "
        "state = excluded.state, closed_sequence = excluded.closed_sequence, "
        "reminded = excluded.reminded",
        rows,
    )


def _awaited(rows: Sequence[Row]) -> Query:
    return _AWAITED.query(
        "insert into derived.awaited select * from w "
        "on conflict (child_id, rule, key) do update set "
        "revision = excluded.revision, due_at = excluded.due_at, awaits = excluded.awaits, "
        "agencies = excluded.agencies, ground_agency = excluded.ground_agency, "
        "ground_reference = excluded.ground_reference, wording = excluded.wording, "
        "opened_sequence = excluded.opened_sequence, state = excluded.state, "
        "closed_sequence = excluded.closed_sequence",
        rows,
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
    yield _TO_AGENCIES.query(
        "insert into kept.outbox_notification (notification_id, child_id, sequence, agency) "
        "select * from w",
        ((row[0], row[2], row[3], row[4]) for row in rows.notifications),
    )
    yield (
        "delete from kept.outbox_notification where notification_id = any(%b::uuid[])",
        [[row[0] for row in rows.deliveries]],
    )


def _identifiers(rows: Sequence[Row]) -> Query:
    # No "on conflict": two writers that give one identifier to two new children must clash.
    return _IDENTIFIERS.query(
        "insert into derived.identifier select * from w",
        rows,
    )


def _notifications(rows: Sequence[Row]) -> Query:
    return _NOTIFICATIONS.query(
        "insert into derived.notification (notification_id, alert_id, child_id, sequence, "
        "agency, team, role, kind, revision, mode, rule, severity, acknowledge_by, hub_from, "
        "real_from) select * from w",
        rows,
    )


def _acknowledgements(rows: Sequence[Row]) -> Query:
    return _ACKNOWLEDGEMENTS.query(
        "insert into derived.acknowledgement select * from w",
        rows,
    )


def _deliveries(rows: Sequence[Row]) -> Query:
    return _DELIVERIES.query(
        "update derived.notification n set number = w.number, log_offset = w.log_offset, "
        "delivered_at = w.delivered_at from w "
        "where n.notification_id = w.notification_id",
        rows,
    )


def _activations(rows: Sequence[Row]) -> Query:
    return _ACTIVATIONS.query(
        "insert into derived.activation select * from w",
        rows,
    )


def recorded(rows: Sequence[Row]) -> Query:
    """Remember events: (agency, event id, content, child or None, sequence or None)."""
    return _RECORDED.query(
        "insert into kept.recorded select * from w",
        rows,
    )


def pages(matters: Sequence[Matter], paged_at: object) -> Query:
    """Put matters before the people of the hub."""
    return _PAGES.query(
        "insert into kept.page (paged_at, reason, concerns, detail) "
        "select %b::timestamptz, * from w",
        ((each.reason, each.concerns, each.detail) for each in matters),
        paged_at,
    )
