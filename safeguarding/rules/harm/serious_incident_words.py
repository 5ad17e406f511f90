"""What serious-incident-notification says."""

from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.absence import Met
from safeguarding.rules.rule import Finding, Reader, Route

# The authority where it happened need not be the one that looks after the child.
_ROUTE = Route(
    act=("senior_manager", "host_authority"),
    readers=(Reader("partnership"), Reader("team_manager"), Reader("iro")),
    office_work=True,
    tells_speakers=True,
)


def not_notified(incident: Sequence[Event], notified: Met | None, days: int) -> Finding:
    """That the notification is late, or not known at all."""
    happened, where = _happened(incident), _authority(incident)
    if notified is not None:
        headline = "Serious incident notified after the time for it"
        what = f"{happened} The panel was notified later than {days} working days after it."
    else:
        headline = f"No notification within {days} working days"
        what = (
            f"{happened} {days} working days later no notification to the national panel is "
            f"known. It is for {where} to notify, or to say why it need not."
        )
        if all(each.details["abuse_or_neglect"] in {None, "not_known"} for each in incident):
            what += " Whether abuse or neglect is suspected has not been said."
    return _finding(incident, headline, what, notified)


def not_reviewed(incident: Sequence[Event], held: Met | None, days: int) -> Finding:
    """That the rapid review is late, or not known at all."""
    happened = _happened(incident)
    if held is not None:
        headline = "Rapid review after the time for it"
        what = f"{happened} The rapid review was held later than {days} working days after "
        what += "the notification."
    else:
        headline = f"No rapid review within {days} working days"
        what = (
            f"{happened} {days} working days after the notification no rapid review is known. "
            "It is for the safeguarding partners of the area where it happened."
        )
    return _finding(incident, headline, what, held)


def _happened(incident: Sequence[Event]) -> str:
    died = incident[0].details["kind"] == "death"
    return "The child has died." if died else "The child was seriously harmed."


def _authority(incident: Sequence[Event]) -> str:
    named = [each.details["place_authority"] for each in incident]
    return next((each for each in named if each), "the authority of the area where it happened")


def _finding(incident: Sequence[Event], headline: str, what: str, met: Met | None) -> Finding:
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=what,
        where=None,
        occurred=incident[0].occurred,
        grounds=tuple(dict.fromkeys([*incident, *([met.by] if met else [])])),
        route=_ROUTE,
        level=0 if met else 1,
        settled=met is not None,
    )
