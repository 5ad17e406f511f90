"""What happens when a deadline passes: a reminder, and the team's next contact."""

from safeguarding.case import Case, ExpectationState
from safeguarding.decide import Context
from safeguarding.expectations import ACKNOWLEDGE, acknowledge_expectation_id
from safeguarding.facts import (
    Alert,
    ExpectationMissed,
    Mode,
    Notice,
    NotificationKind,
    Recipient,
)
from safeguarding.ids import notification_id


def fall_due(
    case: Case, alert: Alert, recipient: Recipient, context: Context
) -> ExpectationMissed | None:
    """The fact that a recipient did not acknowledge in time, or None if that is not so.

    The recipient is reminded, and the team's next contact is told with a deadline of its
    own, so that the chain goes on until someone answers or it ends.
    """
    expectation = case.expectations.get(acknowledge_expectation_id(alert.alert_id, recipient))
    if (
        expectation is None
        or expectation.state is not ExpectationState.OPEN
        or expectation.due_at > context.now
    ):
        return None
    notices = [_notice(alert, recipient, NotificationKind.REMINDER, context)]
    contact = context.directory.next_contact(recipient)
    if contact is not None and contact != recipient:
        notices.append(_notice(alert, contact, NotificationKind.ESCALATED, context))
    return ExpectationMissed(
        expectation_id=expectation.expectation_id,
        kind=ACKNOWLEDGE,
        due_at=expectation.due_at,
        recipient=recipient,
        alert=alert,
        notices=tuple(notices),
    )


def _notice(
    alert: Alert, recipient: Recipient, kind: NotificationKind, context: Context
) -> Notice:
    escalated = kind is NotificationKind.ESCALATED
    within = context.ruleset.acknowledge_within[alert.severity]
    return Notice(
        notification_id=notification_id(alert.alert_id, recipient, kind, alert.revision),
        recipient=recipient,
        kind=kind,
        revision=alert.revision,
        mode=Mode.URGENT,
        acknowledge_by=context.now + within if escalated else None,
    )
