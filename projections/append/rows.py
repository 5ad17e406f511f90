"""The rows of the derived tables, as they follow from cases and entries alone.

The append and the rebuild both make their rows here, each value in the order of its table's
columns, so that neither can come to write what the other does not.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from projections.append.sealing import SealedEntry
from safeguarding.case import Case
from safeguarding.facts import (
    Acknowledged,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    Announcement,
    AnswerReminded,
    Briefed,
    ChildIdentified,
    Delivered,
    ExpectationMissed,
    RuleSetActivated,
)

Row = tuple[Any, ...]


def child_row(case: Case, key_id: str, log_partition: int, head: bytes) -> Row:
    """The child's row in ``derived.child``."""
    return (case.child_id, key_id, log_partition, status(case), case.sequence, head)


def status(case: Case) -> str:
    """Whether the hub knows who this is."""
    return "provisional" if case.provisional else "known"


def entry_row(one: SealedEntry) -> Row:
    """The entry's row in ``derived.entry``."""
    return (
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


def standing_rows(cases: Iterable[Case]) -> list[Row]:
    """What changed of ``derived.standing``. What has moved to another child stands there."""
    return [
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
        for reference in sorted(case.changed.standings & case.standings.keys())
        for standing in (case.standings[reference],)
    ]


def membership_rows(cases: Iterable[Case]) -> list[Row]:
    """What changed of ``derived.membership``."""
    return [
        (
            case.child_id,
            membership.recipient.agency,
            membership.recipient.team,
            membership.recipient.role,
            membership.starts_at,
            membership.ends_at,
            membership.ground,
        )
        for case in cases
        for key in sorted(case.changed.memberships)
        for membership in (case.memberships[key],)
    ]


def alert_rows(cases: Iterable[Case]) -> list[Row]:
    """What changed of ``derived.alert``."""
    return [
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


def expectation_rows(cases: Iterable[Case]) -> list[Row]:
    """What changed of ``derived.expectation``."""
    return [
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
            expectation.reminded,
        )
        for case in cases
        for key in sorted(case.changed.expectations)
        for expectation in (case.expectations[key],)
    ]


def awaited_rows(cases: Iterable[Case]) -> list[Row]:
    """What changed of ``derived.awaited``."""
    return [
        (
            case.child_id,
            awaited.rule,
            awaited.key,
            awaited.expectation_id,
            awaited.revision,
            awaited.due_at,
            list(awaited.awaits),
            list(awaited.agencies),
            *awaited.ground,
            awaited.wording,
            awaited.opened_sequence,
            awaited.state.value,
            awaited.closed_sequence,
        )
        for case in cases
        for key in sorted(case.changed.awaited)
        for awaited in (case.awaited[key],)
    ]


@dataclass(slots=True)
class FactRows:
    """What single facts put into tables of their own.

    ``notifications`` lack number, offset and time of delivery, which ``deliveries`` give
    (notification, number, offset, delivered at).
    """

    identifiers: list[Row] = field(default_factory=list)
    notifications: list[Row] = field(default_factory=list)
    acknowledgements: list[Row] = field(default_factory=list)
    deliveries: list[Row] = field(default_factory=list)
    activations: list[Row] = field(default_factory=list)

    def add(self, one: SealedEntry) -> None:
        """Add what this entry gives, which for most is nothing."""
        child_id, sequence = one.entry.child_id, one.entry.sequence
        match one.entry.body:
            case ChildIdentified() as fact:
                self.identifiers += [
                    (digest, scheme, child_id)
                    for digest, scheme in zip(fact.digests, fact.schemes, strict=True)
                ]
            case (
                AlertRaised()
                | AlertUpdated()
                | AlertWithdrawn()
                | AnswerReminded()
                | ExpectationMissed()
                | Briefed() as fact
            ):
                self.notifications += _notification_rows(one, fact)
            case Acknowledged() as fact:
                who = fact.recipient
                self.acknowledgements.append(
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
            case RuleSetActivated() as fact:
                self.activations.append(
                    (child_id, sequence, one.entry.entry_id, fact.version, one.entry.entered_at)
                )
            case Delivered() as fact:
                self.deliveries += [
                    (each.notification_id, each.number, each.offset, each.delivered_at)
                    for each in fact.deliveries
                ]
            case _:
                pass


def fact_rows(sealed: Sequence[SealedEntry]) -> FactRows:
    """The rows of these entries' facts."""
    rows = FactRows()
    for one in sealed:
        rows.add(one)
    return rows


def _notification_rows(one: SealedEntry, fact: Announcement) -> list[Row]:
    since = one.draft.since
    return [
        (
            notice.notification_id,
            fact.alert.alert_id,
            one.entry.child_id,
            one.entry.sequence,
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
