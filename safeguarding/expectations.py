"""Expectations: something must happen by a time, and silence is evidence.

The first kind is the acknowledgement of an urgent notification. It is opened by the
fact that carries the notification, met by an acknowledgement of the same team and
role, missed when its time has passed, and cancelled when the alert is withdrawn.

The second is what a rule awaits under a ground: see ``safeguarding.rules.absence``.
"""

from uuid import UUID, uuid5

from safeguarding.facts import Recipient
from safeguarding.ids import NAMESPACE

ACKNOWLEDGE = "acknowledge"


def acknowledge_expectation_id(alert_id: UUID, recipient: Recipient) -> UUID:
    """One deadline to acknowledge for each alert and recipient, whatever its revision."""
    name = f"expect|{ACKNOWLEDGE}|{alert_id}|{recipient.agency}|{recipient.team}|{recipient.role}"
    return uuid5(NAMESPACE, name)


def awaited_expectation_id(rule: str, child_id: UUID, key: str) -> UUID:
    """One expectation for each rule, child and ground, whatever its revision."""
    return uuid5(NAMESPACE, f"await|{rule}|{child_id}|{key}")
