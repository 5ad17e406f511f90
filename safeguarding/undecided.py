"""What the hub says of an event that its own code failed on, and once it has decided on it.

Nobody goes silent for a fault of ours: whoever is on the child's network and on duty is told that
something came, and from whom, and is asked to ring them.
"""

from safeguarding.case import Case
from safeguarding.events import ABOUT_ALERTS, Event
from safeguarding.facts import AlertRaised, AlertUpdated, AlertWithdrawn
from safeguarding.own_alerts import take_back, tell
from safeguarding.rules.rule import ground_key
from safeguarding.rules.telling.own import OwnRule
from safeguarding.ruleset import Context

UNDECIDED = OwnRule(
    "undecided",
    "Kith could not decide on an event, for a fault of its own. Nobody is to go without it.",
)


def undecided_key(event: Event) -> str:
    """What the alert about an undecided event is called by."""
    return ground_key("event", event.agency, str(event.event_id))


def tell_undecided(event: Event, case: Case, context: Context) -> AlertRaised | AlertUpdated | None:
    """The fact that tells the child's network that something came. None if it was told before."""
    return tell(
        UNDECIDED,
        undecided_key(event),
        event,
        case,
        context,
        headline="Something came that Kith could not decide on",
        what=(
            f"{event.agency} sent an event ({event.type}). Kith could not decide on it, and cannot "
            f"say how urgent it is. Ring {event.agency} and ask what it says."
        ),
        # What is said of an alert is for the hub itself: it only informs.
        settled=event.type in ABOUT_ALERTS,
    )


def tell_decided(event: Event, case: Case, context: Context) -> AlertWithdrawn | None:
    """The fact that takes that back, or None if it was taken back before."""
    return take_back(
        UNDECIDED,
        undecided_key(event),
        event,
        case,
        context,
        headline="Decided now",
        what="Kith has decided on this event now. What follows from it is told in its own alerts.",
        because="decided",
    )
