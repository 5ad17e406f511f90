"""What happens when a deadline passes.

Of an answer that is awaited: a reminder, while there is time, and then the team's next contact. Of
what a rule awaits: it is missed, or it is not known.
"""

from datetime import datetime

from safeguarding.announcing import has_left
from safeguarding.awaiting import lapse
from safeguarding.case import AlertKey, Case, ExpectationState
from safeguarding.expectations import ACKNOWLEDGE, acknowledge_expectation_id
from safeguarding.facts import (
    Alert,
    AnswerReminded,
    DeadlineDoubted,
    ExpectationCancelled,
    ExpectationLapsed,
    ExpectationMissed,
    Fact,
    Mode,
    Notice,
    NotificationKind,
    Recipient,
    RuleFailed,
    Verdict,
)
from safeguarding.ids import notification_id
from safeguarding.rules.absence import Absence
from safeguarding.ruleset import Context

_OPEN = ExpectationState.OPEN


def remind(
    case: Case, alert: Alert, recipient: Recipient, context: Context
) -> AnswerReminded | None:
    """The fact that a recipient is reminded, some minutes before its time is over, and only once.

    None if that is not so, or if nobody is there any more to be reminded.
    """
    expectation = case.expectations.get(acknowledge_expectation_id(alert.alert_id, recipient))
    if expectation is None or expectation.state is not _OPEN or expectation.reminded:
        return None
    before = context.ruleset.remind_before.get(alert.severity)
    due_at = expectation.due_at
    if before is None or not due_at - before <= context.now < due_at:
        return None
    if has_left(recipient, case, context):
        return None
    step = f"before@{due_at.isoformat()}"
    notice = _notice(alert, recipient, NotificationKind.REMINDER, step, due_at)
    return AnswerReminded(expectation.expectation_id, due_at, recipient, alert, (notice,))


def fall_due(
    case: Case, alert: Alert, recipient: Recipient, context: Context
) -> ExpectationMissed | None:
    """The fact that a recipient did not acknowledge in time, or None if that is not so.

    The team's next contact is told with a deadline of its own, so that the chain goes on until
    someone answers or it ends. The recipient is reminded with it, where there was no time before
    (the hub was away), unless it has left.
    """
    expectation = case.expectations.get(acknowledge_expectation_id(alert.alert_id, recipient))
    if (
        expectation is None
        or expectation.state is not ExpectationState.OPEN
        or expectation.due_at > context.now
    ):
        return None
    step = f"{recipient.agency}/{recipient.team}/{recipient.role}@{expectation.due_at.isoformat()}"
    notices = []
    if not expectation.reminded and not has_left(recipient, case, context):
        notices.append(_notice(alert, recipient, NotificationKind.REMINDER, step, None))
    contact = context.directory.next_contact(recipient)
    if contact is not None and contact != recipient:
        deadline = _deadline(case, alert, contact, context)
        notices.append(_notice(alert, contact, NotificationKind.ESCALATED, step, deadline))
    return ExpectationMissed(
        expectation_id=expectation.expectation_id,
        kind=ACKNOWLEDGE,
        due_at=expectation.due_at,
        recipient=recipient,
        alert=alert,
        notices=tuple(notices),
    )


def lapse_due(case: Case, name: AlertKey, unknown: str | None, context: Context) -> list[Fact]:
    """What follows from the time of what a rule awaits having passed; nothing if that is not so.

    ``unknown`` says why the hub cannot know whether it happened. A rule that raises is told of as
    ever, and its expectation is closed, so that the clock does not ask it for ever.
    """
    awaited = case.awaited.get(name)
    past = awaited is not None and awaited.due_at is not None and awaited.due_at <= context.now
    if awaited is None or awaited.due_at is None or not past or awaited.state is not _OPEN:
        return []
    what = (awaited.expectation_id, awaited.rule, awaited.key)
    rule = next((each for each in context.ruleset.rules if each.id == awaited.rule), None)
    opening = case.standing_event(awaited.ground)
    if not isinstance(rule, Absence) or opening is None:
        return [ExpectationCancelled(*what, "no rule in force awaits it any more")]
    try:
        return list(lapse(rule, awaited, opening, unknown, case, context))
    except Exception as fault:  # noqa: BLE001 - one rule's fault must not hold up the clock
        why = "the rule failed"
        return [
            RuleFailed(rule.id, type(fault).__name__, opening.agency, opening.reference),
            ExpectationLapsed(*what, awaited.due_at, Verdict.NOT_KNOWN, why),
        ]


def doubted(
    missed: ExpectationMissed, *, undecided: bool, quarantined: bool
) -> list[DeadlineDoubted | ExpectationMissed]:
    """What is said of a deadline that passed while the answer may lie where the hub cannot read it.

    Whether it was kept is not known, and the log says so. People are reminded all the same: to
    hold that back would make them silent for a fault of the hub's own.
    """
    if not (undecided or quarantined):
        return [missed]
    return [DeadlineDoubted(missed.expectation_id, undecided, quarantined), missed]


def _deadline(case: Case, alert: Alert, contact: Recipient, context: Context) -> datetime | None:
    """The contact's deadline: its own if it has one, none if it has answered or missed it."""
    own = case.expectations.get(acknowledge_expectation_id(alert.alert_id, contact))
    if own is None:
        return context.now + context.ruleset.acknowledge_within[alert.severity]
    return own.due_at if own.state is ExpectationState.OPEN else None


def _notice(
    alert: Alert,
    recipient: Recipient,
    kind: NotificationKind,
    step: str,
    acknowledge_by: datetime | None,
) -> Notice:
    return Notice(
        notification_id=notification_id(alert.alert_id, recipient, kind, alert.revision, step),
        recipient=recipient,
        kind=kind,
        revision=alert.revision,
        mode=Mode.URGENT,
        acknowledge_by=acknowledge_by,
    )
