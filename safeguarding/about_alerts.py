"""About alerts: what a team's published word of an alert comes to, as the same person's command."""

from datetime import datetime

from safeguarding.case import Case
from safeguarding.commands import Acknowledge, HandOver, Refused
from safeguarding.events import ACKNOWLEDGEMENT, Event
from safeguarding.facts import Alert, Fact, Recipient


def decide_about_alert(
    event: Event, case: Case, alert: Alert | None, now: datetime
) -> list[Fact] | Refused:
    """The facts that follow from an event of ``ABOUT_ALERTS``, or why none do.

    ``alert`` is the one that it speaks of, as it was last told. A team speaks for itself alone:
    its agency is the one on whose topic the event came.
    """
    says = event.details
    alert_id, recipient = says["alert_id"], Recipient(event.agency, says["team"], says["role"])
    if event.type == ACKNOWLEDGEMENT:
        by, action = says["by"], says["action"]
        answer = Acknowledge(alert_id, recipient, by, action, says["already_known"])
        return answer.decide(case, now)
    workers = says["from_worker"], says["to_worker"]
    return HandOver(alert_id, recipient, *workers, says["note"]).decide(case, now, alert)
