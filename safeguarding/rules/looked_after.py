"""What ends care, for rules that await something of looked-after children only."""

from datetime import datetime

from safeguarding.case import Case
from safeguarding.events import Event

PLACEMENT_END = "placement-end"
CARE_ENDED = "she is not looked after any more"

# SSDA903, reason an episode ended: every code but X1 (another begins) says that care ends.
_REASONS = "ssda903.rec"
_GOES_ON = "X1"


def ends_care(event: Event) -> bool:
    """Whether it is the end of a placement with which care ends."""
    if event.type != PLACEMENT_END:
        return False
    reason = event.details["reason"] or {}
    return reason.get("system") == _REASONS and reason.get("code") != _GOES_ON


def care_ended(case: Case, since: datetime, until: datetime) -> Event | None:
    """The end of care between the two, if there is one: the first."""
    ends = case.events({PLACEMENT_END}, since, until)
    return next((each for each in ends if ends_care(each)), None)
