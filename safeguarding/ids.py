"""Deterministic ids (UUIDv5) from what does not change.

Whoever decides the same thing twice, after a crash or a restore, gives it the same id.
"""

from uuid import UUID, uuid5

from safeguarding.facts import NotificationKind, Recipient

NAMESPACE = UUID("8f7a5c0e-6b0f-5f0e-9d53-2f6d1c1f3a10")


HUB = uuid5(NAMESPACE, "hub")
"""Whose log holds what is about the hub itself and about no child, such as which rules decide."""


def alert_id(rule: str, child_id: UUID, key: str) -> UUID:
    """An alert is a rule, a child, and what the rule calls the ground.

    The key holds the agency's own reference of the ground, without its version, so a
    corrected or repeated event finds the alert that it opened. One event may open two
    alerts of one rule (a missing episode, and the pattern that it completes).
    """
    return uuid5(NAMESPACE, f"alert|{rule}|{child_id}|{key}")


def notification_id(
    alert: UUID, recipient: Recipient, kind: NotificationKind, revision: int, step: str = ""
) -> UUID:
    """A notification is an alert, a recipient, a kind, a revision and a step.

    ``step`` tells copies apart that one revision sends to one recipient for several
    reasons: two teams that did not answer and share their next contact.
    """
    who = f"{recipient.agency}|{recipient.team}|{recipient.role}"
    return uuid5(NAMESPACE, f"notification|{alert}|{who}|{kind}|{revision}|{step}")


def event_entry_id(agency: str, event_id: UUID) -> UUID:
    """An event's entry is its agency and the id that the agency gave it."""
    return uuid5(NAMESPACE, f"event|{agency}|{event_id}")


def undecided_entry_id(agency: str, event_id: UUID) -> UUID:
    """The entry that keeps an event until it can be decided, and is not yet the event's own."""
    return uuid5(NAMESPACE, f"undecided|{agency}|{event_id}")


def elsewhere_entry_id(cause: UUID, child_id: UUID, sequence: int) -> UUID:
    """A fact's entry in the log of another child than the one whose entry led to it."""
    return uuid5(NAMESPACE, f"elsewhere|{cause}|{child_id}|{sequence}")


def entry_id(cause: UUID, step: int) -> UUID:
    """A fact's entry is its cause and its place among the facts that the cause led to."""
    return uuid5(NAMESPACE, f"entry|{cause}|{step}")
