"""What an append reads of the children it is about: one query each, all by index."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from projections.database import Given, Query
from safeguarding.events import Reference

# Each row has its own looked up ("offset 0": by itself). Left to choose, PostgreSQL reads a table
# whole as long as its statistics say that it is small, and a hub that grows quickly waits for them.
_ITS_ENTRY = (
    "cross join lateral (select header, key_id, nonce, sealed from derived.entry "
    "where child_id = s.child_id and sequence = s.sequence offset 0) e"
)
_ITS_STANDINGS = (
    "cross join lateral (select * from derived.standing "
    "where child_id = w.child_id and type = w.type "
    "and occurred_at between w.since and w.until and not retracted offset 0) s "
)

AlertName = tuple[UUID, str, str]  # child, rule, key
Window = tuple[datetime, datetime]

_NAMES = Given("child_id uuid, rule text, key text")
REFERENCES = Given("agency text, reference text")
_SINCE = Given("child_id uuid, sequence bigint")
_WINDOWS = Given("child_id uuid, type text, since timestamptz, until timestamptz")
_WINDOWS_UNDER = Given(
    "child_id uuid, type text, rule text, key text, since timestamptz, until timestamptz"
)


def lock_children(children: Sequence[UUID]) -> Query:
    """The rows of these children, locked in the order of their ids until the transaction ends."""
    return (
        "select child_id, key_id, status, sequence, head from derived.child "
        "where child_id = any(%b::uuid[]) order by child_id for update",
        [children],
    )


def grown(since: Mapping[UUID, int]) -> Query:
    """What the logs of these children hold from that entry on, by types and hashes.

    No more than so many: nobody goes on from a log that has grown by more.
    """
    return _SINCE.query(
        "select w.child_id, e.sequence, e.type, sha256(e.header) from w cross join lateral ("
        "select sequence, type, header from derived.entry where child_id = w.child_id "
        "and sequence >= w.sequence order by sequence limit 20) e order by 1, 2",
        sorted(since.items()),
    )


def memberships(children: Sequence[UUID]) -> Query:
    """Who is and was on the networks of these children."""
    return (
        "select child_id, agency, team, role, starts_at, ends_at, ground from derived.membership "
        "where child_id = any(%b::uuid[])",
        [children],
    )


def identified(children: Sequence[UUID]) -> Query:
    """What says who these children are."""
    return (
        "select child_id, header, key_id, nonce, sealed from derived.entry "
        "where child_id = any(%b::uuid[]) and type = 'child-identified' order by sequence",
        [children],
    )


def alerts(names: Sequence[AlertName], alert_ids: Sequence[UUID]) -> Query:
    """Alerts by name, or by id."""
    return _NAMES.query(
        "select a.child_id, a.alert_id, a.rule, a.key, a.severity, a.level, a.revision, a.state, "
        "a.sequence, a.wording, a.told from derived.alert a "
        "join w using (child_id, rule, key) union "
        "select a.child_id, a.alert_id, a.rule, a.key, a.severity, a.level, a.revision, a.state, "
        "a.sequence, a.wording, a.told from derived.alert a where a.alert_id = any(%b::uuid[])",
        names,
        alert_ids,
    )


def expectations(names: Sequence[AlertName], alert_ids: Sequence[UUID]) -> Query:
    """What is expected under alerts, by name or by id."""
    # Two halves, each by its index: with "or" between them PostgreSQL reads the whole table.
    return _NAMES.query(
        "select e.child_id, e.expectation_id, e.kind, e.alert_id, e.agency, e.team, e.role, "
        "e.due_at, e.opened_sequence, e.state, e.closed_sequence, e.reminded "
        "from derived.expectation e "
        "join derived.alert a using (alert_id) "
        "join w on a.child_id = w.child_id and a.rule = w.rule and a.key = w.key union "
        "select e.child_id, e.expectation_id, e.kind, e.alert_id, e.agency, e.team, e.role, "
        "e.due_at, e.opened_sequence, e.state, e.closed_sequence, e.reminded "
        "from derived.expectation e "
        "where e.alert_id = any(%b::uuid[])",
        names,
        alert_ids,
    )


def awaited(names: Sequence[AlertName]) -> Query:
    """What rules await, by the same names as their alerts."""
    return _NAMES.query(
        "select a.child_id, a.rule, a.key, a.expectation_id, a.revision, a.due_at, a.awaits, "
        "a.agencies, a.ground_agency, a.ground_reference, a.wording, a.opened_sequence, a.state, "
        "a.closed_sequence from derived.awaited a "
        "join w using (child_id, rule, key)",
        names,
    )


def standings(references: set[Reference]) -> Query:
    """What stands under these references."""
    return REFERENCES.query(
        "select s.child_id, s.agency, s.reference, s.version, s.retracted, s.type, "
        "s.occurred_at, s.sequence, e.header, e.key_id, e.nonce, e.sealed "
        "from derived.standing s join derived.entry e using (child_id, sequence) "
        "join w using (agency, reference)",
        sorted(references),
    )


def windows(windows: Mapping[tuple[UUID, str], Window]) -> Query:
    """What stands of a type within a time."""
    rows = [(*name, *window) for name, window in sorted(windows.items())]
    return _WINDOWS.query(
        "select s.child_id, s.agency, s.reference, s.version, s.retracted, s.type, "
        "s.occurred_at, s.sequence, e.header, e.key_id, e.nonce, e.sealed "
        "from w " + _ITS_STANDINGS + _ITS_ENTRY,
        rows,
    )


def windows_under(windows: Mapping[tuple[UUID, str, str, str], Window]) -> Query:
    """The same, where an alert was ever raised under that name."""
    rows = [(*name, *window) for name, window in sorted(windows.items())]
    return _WINDOWS_UNDER.query(
        "select s.child_id, s.agency, s.reference, s.version, s.retracted, s.type, "
        "s.occurred_at, s.sequence, e.header, e.key_id, e.nonce, e.sealed "
        "from w "
        "join derived.alert a on a.child_id = w.child_id and a.rule = w.rule and a.key = w.key "
        + _ITS_STANDINGS
        + _ITS_ENTRY,
        rows,
    )


def alert_bodies(alert_ids: Sequence[UUID]) -> Query:
    """The facts that alerts were last announced by."""
    return (
        "select a.alert_id, e.header, e.key_id, e.nonce, e.sealed from derived.alert a "
        "join derived.entry e using (child_id, sequence) where a.alert_id = any(%b::uuid[])",
        [alert_ids],
    )


def unsent(notification_ids: set[UUID]) -> Query:
    """Which of these are still to be recorded as delivered."""
    return (
        "select notification_id from kept.outbox_notification "
        "where notification_id = any(%b::uuid[])",
        [sorted(notification_ids)],
    )
