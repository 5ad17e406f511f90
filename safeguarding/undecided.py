"""What the hub says of an event that its own code failed on, and once it has decided on it.

Nobody goes silent for a fault of ours: whoever is on the child's network and on duty is told that
something came, and from whom, and is asked to ring them.
"""

from dataclasses import replace

from safeguarding.announcing import announce, withdraw
from safeguarding.case import AlertState, Case
from safeguarding.events import ACKNOWLEDGEMENT, Event
from safeguarding.facts import AlertRaised, AlertUpdated, AlertWithdrawn, Severity
from safeguarding.network import on_network
from safeguarding.rules.own import OwnRule
from safeguarding.rules.rule import Finding, Route, ground_key
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
    record = case.alerts.get((UNDECIDED.id, undecided_key(event)))
    return announce(
        UNDECIDED,
        undecided_key(event),
        _finding(event, case, context),
        record,
        event,
        case,
        context,
    )


def tell_decided(event: Event, case: Case, context: Context) -> AlertWithdrawn | None:
    """The fact that takes that back, or None if it was taken back before."""
    record = case.alerts.get((UNDECIDED.id, undecided_key(event)))
    if record is None or record.state is not AlertState.OPEN:
        return None
    fact = withdraw(UNDECIDED, record, event, case, context)
    what = "Kith has decided on this event now. What follows from it is told in its own alerts."
    alert = replace(fact.alert, headline="Decided now", what=what)
    return replace(fact, alert=alert, because="decided")


def _finding(event: Event, case: Case, context: Context) -> Finding:
    members = on_network(case.memberships.values(), context.now)
    return Finding(
        severity=Severity.HIGH,
        headline="Something came that Kith could not decide on",
        what=(
            f"{event.agency} sent an event ({event.type}). Kith could not decide on it, and cannot "
            f"say how urgent it is. Ring {event.agency} and ask what it says."
        ),
        where=None,
        occurred=event.occurred,
        grounds=(event,),
        # It may be for any of them, so whoever is at work is asked. An answer to an alert is for
        # the hub itself: it only informs.
        route=Route(act=tuple(dict.fromkeys(member.role for member in members)) or ("nobody",)),
        settled=event.type == ACKNOWLEDGEMENT,
    )
