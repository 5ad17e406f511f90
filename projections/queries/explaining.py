"""What an alert was decided from: its last announcement, and the events behind it as they stood."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from projections.queries.timeline import Shown, Timeline
from safeguarding.events import Event
from safeguarding.facts import Alert, AlertRaised, AlertUpdated, AlertWithdrawn


@dataclass(frozen=True, slots=True)
class Explained:
    """``announced`` are the entries that told of the alert, the last one explained.

    ``grounds`` are the events that the last one was decided from, in the version that stood then.
    ``missing`` counts those that the log of this child does not hold any more, or cannot open.
    """

    alert: Alert
    announced: Sequence[Shown]
    grounds: Sequence[Shown]
    missing: int


def explained(timeline: Timeline, alert_id: UUID) -> Explained | None:
    """What the alert was decided from, as known at that time; None where it is not there."""
    announced = [each for each in timeline.entries if _alert(each, alert_id) is not None]
    if not announced:
        return None
    last = announced[-1]
    alert = _alert(last, alert_id)
    if alert is None:
        return None
    wanted = {(each.agency, each.reference, each.version) for each in alert.grounds}
    grounds = [
        each
        for each in timeline.entries
        if isinstance(each.body, Event) and each.sequence < last.sequence and _name(each) in wanted
    ]
    return Explained(alert, announced, grounds, len(wanted) - len({_name(g) for g in grounds}))


def _name(shown: Shown) -> tuple[str, str, int] | None:
    event = shown.body
    return (event.agency, event.reference, event.version) if isinstance(event, Event) else None


def _alert(shown: Shown, alert_id: UUID) -> Alert | None:
    body = shown.body
    if not isinstance(body, AlertRaised | AlertUpdated | AlertWithdrawn):
        return None
    return body.alert if body.alert.alert_id == alert_id else None
