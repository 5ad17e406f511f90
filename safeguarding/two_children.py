"""What is told where one event names two children: to both networks, and no more than that it came.

Which of them is meant, or whether their numbers were mixed up, only its agency can say. Neither
network is told what the event says, nor who the other child is.
"""

from dataclasses import replace

from safeguarding.case import Case
from safeguarding.events import NOBODY, Event, Reference
from safeguarding.facts import AlertRaised, AlertUpdated, AlertWithdrawn
from safeguarding.own_alerts import take_back, tell
from safeguarding.rules.rule import ground_key
from safeguarding.rules.telling.own import OwnRule
from safeguarding.ruleset import Context

TWO_CHILDREN = OwnRule(
    "two-children",
    "An event names two children, and nobody may go without it for the other's sake.",
)


def two_children_key(reference: Reference) -> str:
    """What the alert about such an event is called by, in each child's log."""
    return ground_key("event", *reference)


def tell_named(event: Event, case: Case, context: Context) -> AlertRaised | AlertUpdated | None:
    """The fact that tells one child's network that it may be meant. None if it was told before."""
    return tell(
        TWO_CHILDREN,
        two_children_key(event.key),
        # The other child's numbers are not for this one's network.
        replace(event, subject=NOBODY),
        case,
        context,
        headline="Something came that may be about this child",
        what=(
            f"{event.agency} sent an event whose numbers stand for this child and for another one. "
            f"Kith does not know who is meant. Ring {event.agency} and ask."
        ),
    )


def tell_settled(event: Event, case: Case, context: Context) -> AlertWithdrawn | None:
    """The fact that takes that back once a later version came, or None if nothing was told."""
    return take_back(
        TWO_CHILDREN,
        two_children_key(event.key),
        replace(event, subject=NOBODY),
        case,
        context,
        headline="Withdrawn",
        what=(
            f"{event.agency} has corrected or taken back the event that named this child and "
            "another. If it is about this child, it is told in alerts of its own."
        ),
        because="settled",
    )
