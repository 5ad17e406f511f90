"""Alerts that the hub raises of itself, without a rule: told to whoever is at work, and taken back.

Something came, and the hub cannot say what it means for the child: so, where nothing else says
whom, nobody in particular can be asked, and everybody on the network who is on duty is.
"""

from dataclasses import replace

from safeguarding.announcing import announce, withdraw
from safeguarding.case import AlertState, Case
from safeguarding.events import Event
from safeguarding.facts import AlertRaised, AlertUpdated, AlertWithdrawn, Severity
from safeguarding.network import on_network
from safeguarding.rules.rule import Finding, Route
from safeguarding.rules.telling.own import OwnRule
from safeguarding.ruleset import Context


def tell(
    rule: OwnRule,
    key: str,
    event: Event,
    case: Case,
    context: Context,
    *,
    headline: str,
    what: str,
    settled: bool = False,
    route: Route | None = None,
) -> AlertRaised | AlertUpdated | None:
    """The fact that tells the child's network that something came. None if it was told before.

    Without a ``route`` whoever is at work is asked.
    """
    members = on_network(case.memberships.values(), context.now)
    # It may be for any of them.
    everybody = Route(act=tuple(dict.fromkeys(member.role for member in members)) or ("nobody",))
    finding = Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=what,
        where=None,
        occurred=event.occurred,
        grounds=(event,),
        route=route or everybody,
        settled=settled,
    )
    record = case.alerts.get((rule.id, key))
    return announce(rule, key, finding, record, event, case, context)


def take_back(
    rule: OwnRule,
    key: str,
    event: Event,
    case: Case,
    context: Context,
    *,
    headline: str,
    what: str,
    because: str,
) -> AlertWithdrawn | None:
    """The fact that takes it back, or None if nothing is told, or it was taken back before."""
    record = case.alerts.get((rule.id, key))
    if record is None or record.state is not AlertState.OPEN:
        return None
    fact = withdraw(rule, record, event, case, context)
    return replace(fact, alert=replace(fact.alert, headline=headline, what=what), because=because)
