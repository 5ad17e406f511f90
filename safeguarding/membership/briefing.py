"""Briefing: who joins a child's network is sent the alerts that were open before (3.18)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from safeguarding.case import AlertKey, AlertRecord, AlertState, Case, ExpectationState
from safeguarding.events import Event
from safeguarding.facts import (
    Alert,
    Briefed,
    Fact,
    Mode,
    NetworkJoined,
    NotificationKind,
    Recipient,
    Severity,
)
from safeguarding.ids import notification_id
from safeguarding.membership.publishing import publishers
from safeguarding.membership.rules import NetworkRules
from safeguarding.network import Directory, on_network
from safeguarding.rules.absence import Absence
from safeguarding.ruleset import Context, RuleSet


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that stands, in full, and when it was raised or last told anew."""

    alert: Alert
    told_at: datetime


def newcomer(case: Case, fact: Fact, context: Context) -> Recipient | None:
    """Who joins with this fact, which ``case`` has not taken in, and is not on the network yet."""
    if not isinstance(fact, NetworkJoined) or context.ruleset.network is None:
        return None
    begun = fact.starts_at <= context.now and (fact.ends_at is None or context.now < fact.ends_at)
    present = fact.recipient in on_network(case.memberships.values(), context.now)
    return fact.recipient if begun and not present else None


def may_bring(case: Case, event: Event, rules: NetworkRules, directory: Directory) -> bool:
    """Whether this event, which ``case`` has not taken in, may bring a newcomer.

    Where it may not, no open alert need be read.
    """
    before = case.standing_event(event.key)
    types = [event.type] if before is None else [event.type, before.type]
    if rules.watching(*types):
        return True
    present = on_network(case.memberships.values(), event.received_at)
    return any(who not in present for who in publishers(event, directory))


def brief(
    case: Case, who: Recipient, as_told: Callable[[UUID], OpenAlert | None], context: Context
) -> Iterator[Briefed]:
    """One copy of each open alert that the newcomer may see and was not told of, worst first.

    ``as_told`` gives an alert that stands as it was last told. One that is settled, such as
    that of an episode that has ended, is not open: it asks for nothing any more, and a pattern
    of such episodes has an alert of its own. Nor is one about what by law is over, though nobody
    has told of its end: ``case`` holds what bounds it (``bounding``). Only what is critical and
    news is urgent, to who can act now: what everybody else has known for weeks must be known, and
    wakes nobody.
    """
    rules = context.ruleset.network
    if rules is None:
        return
    records = [record for record in case.alerts.values() if record.rule in rules.briefed]
    for record in sorted(records, key=_worst_first):
        if record.state is not AlertState.OPEN or who in dict(record.told):
            continue
        stands = as_told(record.alert_id)
        if stands is None:
            continue
        alert = stands.alert
        if alert.settled or _of_history(record, alert, context) or _past(record, case, context):
            continue
        critical = alert.severity is Severity.CRITICAL
        news = context.now - stands.told_at <= rules.urgent_window
        urgent = critical and news and context.calendar.on_duty(who.role, context.now)
        deadline = context.now + context.ruleset.acknowledge_within[alert.severity]
        yield Briefed(
            recipient=who,
            alert=alert,
            notification_id=notification_id(
                alert.alert_id, who, NotificationKind.BRIEFING, alert.revision
            ),
            mode=Mode.URGENT if urgent else Mode.DIGEST,
            acknowledge_by=deadline if urgent else None,
        )


def bounding(record: AlertRecord, ruleset: RuleSet) -> list[AlertKey]:
    """The names of the expectations that say until when the alert can be about what goes on."""
    return [
        (rule.id, record.key)
        for rule in ruleset.rules
        if isinstance(rule, Absence) and rule.bounds == record.rule
    ]


def _past(record: AlertRecord, case: Case, context: Context) -> bool:
    """Whether such a time is over, whatever was told of it."""
    bounds = [case.awaited.get(name) for name in bounding(record, context.ruleset)]
    standing = [each for each in bounds if each and each.state is not ExpectationState.CANCELLED]
    return any(each.due_at is not None and each.due_at <= context.now for each in standing)


def _of_history(record: AlertRecord, alert: Alert, context: Context) -> bool:
    """Raised from history that was loaded, which told nobody: nor is it told afterwards."""
    late = alert.late_seconds
    old = late is None or timedelta(seconds=late) > context.ruleset.old_after
    return not record.told and old


def _worst_first(record: AlertRecord) -> tuple[int, int, str]:
    return (-record.severity.rank, record.sequence, record.key)
