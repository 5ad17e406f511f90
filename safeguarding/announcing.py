"""Announcing: from a finding to the fact that tells people, or to silence.

A finding is compared with the alert that stands under its key:

* none stands: raised, to the whole route;
* severity or level rose: updated, told like a new alert, to the whole route;
* the words changed: updated; those who were told urgently learn it urgently where the
  finding says so, all others by a digest line; nobody has to acknowledge again;
* nothing changed: silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from safeguarding.case import AlertRecord, AlertState, Case, wording
from safeguarding.facts import (
    Alert,
    AlertRaised,
    AlertUpdated,
    AlertWithdrawn,
    Ground,
    Mode,
    Notice,
    NotificationKind,
    Recipient,
)
from safeguarding.ids import alert_id, notification_id
from safeguarding.network import on_network
from safeguarding.routing import recipients

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from safeguarding.decide import Context
    from safeguarding.events import Event
    from safeguarding.facts import Severity
    from safeguarding.rules.rule import Finding, Rule


@dataclass(frozen=True, slots=True)
class _Telling:
    """How one announcement is told."""

    alert: UUID
    kind: NotificationKind
    revision: int
    severity: Severity
    acknowledge: bool


def announce(
    rule: Rule,
    key: str,
    finding: Finding,
    record: AlertRecord | None,
    arrived: Event,
    case: Case,
    context: Context,
) -> AlertRaised | AlertUpdated | None:
    """The fact that a finding leads to, or None when nothing new is to be said."""
    opens = record is None or record.state is AlertState.WITHDRAWN
    rose = record is not None and (
        finding.severity.rank > record.severity.rank or finding.level > record.level
    )
    same = record is not None and wording(finding.what) == record.wording
    if same and not opens and not rose:
        return None
    revision = 1 if record is None else record.revision + 1
    identity = record.alert_id if record else alert_id(rule.id, case.child_id, arrived.key)
    alert = _alert(rule, key, finding, arrived, identity, revision, context)
    kind = NotificationKind.RAISED if opens else NotificationKind.UPDATED
    telling = _Telling(identity, kind, revision, finding.severity, acknowledge=opens or rose)
    told = _whom(finding, record, case, context, anew=opens or rose)
    if _is_history(arrived, context):
        told = []
    notices = _notices(told, telling, context)
    return AlertRaised(alert, notices) if opens else AlertUpdated(alert, notices)


def withdraw(
    rule: Rule, record: AlertRecord, arrived: Event, case: Case, context: Context
) -> AlertWithdrawn:
    """The fact that tells everyone who was told that the ground no longer stands."""
    alert = Alert(
        alert_id=record.alert_id,
        rule=rule.id,
        ruleset=context.ruleset.version,
        key=record.key,
        severity=record.severity,
        level=record.level,
        revision=record.revision + 1,
        headline="Withdrawn",
        what=f"The report behind this alert was {_taken_back(arrived)} by its agency.",
        where=None,
        why=rule.why,
        paragraphs=rule.paragraphs,
        subject=arrived.subject,
        occurred=arrived.occurred,
        late_seconds=late_seconds(arrived),
        grounds=(ground(arrived),),
    )
    telling = _Telling(
        record.alert_id,
        NotificationKind.WITHDRAWN,
        alert.revision,
        record.severity,
        acknowledge=False,
    )
    return AlertWithdrawn(alert, _taken_back(arrived), _notices(record.told, telling, context))


def late_seconds(event: Event) -> int | None:
    """How long after the agency knew of it the hub was told; None when it does not say."""
    if event.learned_at is None:
        return None
    return max(0, round((event.received_at - event.learned_at).total_seconds()))


def ground(event: Event) -> Ground:
    """The event as a ground that an alert was decided from."""
    return Ground(
        agency=event.agency,
        reference=event.reference,
        version=event.version,
        type=event.type,
        occurred=event.occurred,
        known=event.known,
        received_at=event.received_at,
    )


def _taken_back(arrived: Event) -> str:
    return "retracted" if arrived.type == "retraction" else "corrected"


def _alert(
    rule: Rule,
    key: str,
    finding: Finding,
    arrived: Event,
    identity: UUID,
    revision: int,
    context: Context,
) -> Alert:
    return Alert(
        alert_id=identity,
        rule=rule.id,
        ruleset=context.ruleset.version,
        key=key,
        severity=finding.severity,
        level=finding.level,
        revision=revision,
        headline=finding.headline,
        what=finding.what,
        where=finding.where,
        why=rule.why,
        paragraphs=rule.paragraphs,
        subject=arrived.subject,
        occurred=finding.occurred,
        late_seconds=late_seconds(arrived),
        grounds=tuple(ground(event) for event in finding.grounds),
    )


def _whom(
    finding: Finding,
    record: AlertRecord | None,
    case: Case,
    context: Context,
    *,
    anew: bool,
) -> list[tuple[Recipient, Mode]]:
    members = on_network(case.memberships.values(), context.now)
    route = recipients(
        finding.route, members, context.now, context.calendar, context.directory
    )
    if anew or record is None:
        return route
    told = dict(route) | dict(record.told)
    if not finding.repeats_urgently:
        return [(recipient, Mode.DIGEST) for recipient in sorted(told)]
    urgent_before = {recipient for recipient, mode in record.told if mode is Mode.URGENT}
    return [
        (recipient, Mode.URGENT if recipient in urgent_before else Mode.DIGEST)
        for recipient in sorted(told)
    ]


def _is_history(arrived: Event, context: Context) -> bool:
    """Backfilled, and known so long before receipt that nobody is to be woken for it."""
    known_at = arrived.learned_at or arrived.occurred.at
    return arrived.backfilled and arrived.received_at - known_at > context.ruleset.old_after


def _notices(
    told: Iterable[tuple[Recipient, Mode]], telling: _Telling, context: Context
) -> tuple[Notice, ...]:
    within: timedelta = context.ruleset.acknowledge_within[telling.severity]
    deadline: datetime = context.now + within
    return tuple(
        Notice(
            notification_id=notification_id(
                telling.alert, recipient, telling.kind, telling.revision
            ),
            recipient=recipient,
            kind=telling.kind,
            revision=telling.revision,
            mode=mode,
            acknowledge_by=deadline if telling.acknowledge and mode is Mode.URGENT else None,
        )
        for recipient, mode in told
    )
