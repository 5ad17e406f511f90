"""What is told where one event names two children: to both networks, and no more than that it came.

Which of them is meant, or whether their numbers were mixed up, only its agency can say. Neither
network is told what the event says, nor who the other child is.
"""

from dataclasses import replace

from safeguarding.announcing import announce, withdraw
from safeguarding.case import AlertState, Case
from safeguarding.events import NOBODY, Event, Reference
from safeguarding.facts import AlertRaised, AlertUpdated, AlertWithdrawn, Severity
from safeguarding.network import on_network
from safeguarding.rules.own import OwnRule
from safeguarding.rules.rule import Finding, Route, ground_key
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
    key = two_children_key(event.key)
    record = case.alerts.get((TWO_CHILDREN.id, key))
    unnamed = replace(event, subject=NOBODY)
    finding = _finding(unnamed, case, context)
    return announce(TWO_CHILDREN, key, finding, record, unnamed, case, context)


def tell_settled(event: Event, case: Case, context: Context) -> AlertWithdrawn | None:
    """The fact that takes that back once a later version came, or None if nothing was told."""
    record = case.alerts.get((TWO_CHILDREN.id, two_children_key(event.key)))
    if record is None or record.state is not AlertState.OPEN:
        return None
    fact = withdraw(TWO_CHILDREN, record, replace(event, subject=NOBODY), case, context)
    what = (
        f"{event.agency} has corrected or taken back the event that named this child and another. "
        "If it is about this child, it is told in alerts of its own."
    )
    return replace(fact, alert=replace(fact.alert, what=what), because="settled")


def _finding(event: Event, case: Case, context: Context) -> Finding:
    members = on_network(case.memberships.values(), context.now)
    return Finding(
        severity=Severity.HIGH,
        headline="Something came that may be about this child",
        what=(
            f"{event.agency} sent an event whose numbers stand for this child and for another one. "
            f"Kith does not know who is meant. Ring {event.agency} and ask."
        ),
        where=None,
        occurred=event.occurred,
        grounds=(event,),
        # It may be for any of them, so whoever is at work is asked.
        route=Route(act=tuple(dict.fromkeys(member.role for member in members)) or ("nobody",)),
    )
