"""What one recipient is sent. It follows from the fact that announces it, and no more."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from safeguarding.facts import (
    Alert,
    Announcement,
    ExpectationMissed,
    Mode,
    NotificationKind,
    Recipient,
)

CAUTION = (
    "Kith tells you what an agency recorded. It replaces no phone call and no 999: "
    "if a child is in danger now, ring."
)


@dataclass(frozen=True, slots=True)
class Notification:
    """See the schema of the same name for each field."""

    notification_id: UUID
    number: int
    recipient: Recipient
    kind: NotificationKind
    mode: Mode
    acknowledge_by: datetime | None
    child_id: UUID
    alert: Alert
    others_told: tuple[Recipient, ...]
    unanswered_by: Recipient | None
    decided_at: datetime
    caution: str


def compose(
    fact: Announcement, notification_id: UUID, number: int, child_id: UUID, decided_at: datetime
) -> Notification:
    """The notification with this id among those that the fact announces.

    Raises LookupError when the fact announces none with this id.
    """
    for notice in fact.notices:
        if notice.notification_id == notification_id:
            break
    else:
        raise LookupError(f"the fact announces no notification {notification_id}")
    # National numbers, the recipient's own, and those of whoever spoke: enough to know who
    # is meant and to ask, and no other agency's numbers.
    readers = frozenset({notice.recipient.agency, *(each.agency for each in fact.alert.grounds)})
    others = {each.recipient for each in fact.notices} - {notice.recipient}
    return Notification(
        notification_id=notification_id,
        number=number,
        recipient=notice.recipient,
        kind=notice.kind,
        mode=notice.mode,
        acknowledge_by=notice.acknowledge_by,
        child_id=child_id,
        alert=replace(fact.alert, subject=fact.alert.subject.known_to(readers)),
        others_told=tuple(sorted(others)),
        unanswered_by=fact.recipient if isinstance(fact, ExpectationMissed) else None,
        decided_at=decided_at,
        caution=CAUTION,
    )
