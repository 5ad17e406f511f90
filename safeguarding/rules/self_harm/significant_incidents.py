"""What is grave enough that an admission after it must not end without a plan (3.21, Rec 3)."""

from collections.abc import Collection

from safeguarding.events import Event
from safeguarding.rules.absence import HARM

ATTENDANCE = "emergency-attendance"
INCIDENT = "self-harm-incident"
IN_CUSTODY = "custody-incident"
SIGNIFICANT = frozenset({ATTENDANCE, INCIDENT, IN_CUSTODY, HARM})

_GRAVE_IN_CUSTODY = frozenset({"ligature", "other_self_harm", "unconscious"})


def attended_for_self_harm(attendance: Event, codes: Collection[str]) -> bool:
    """What staff see counts for more than the codes (SNOMED CT), which are picked from a list."""
    says = attendance.details
    if says["self_harm"] != "not_known":
        return bool(says["self_harm"] == "yes")
    return any((says[name] or {}).get("code") in codes for name in ("complaint", "injury_intent"))


def is_significant(event: Event, codes: Collection[str]) -> bool:
    """Self-harm, loss of consciousness, or serious harm."""
    says = event.details
    if event.type == ATTENDANCE:
        return bool(says["unconscious"]) or attended_for_self_harm(event, codes)
    if event.type == IN_CUSTODY:
        return says["kind"] in _GRAVE_IN_CUSTODY
    return event.type == INCIDENT or (event.type == HARM and says["kind"] == "serious_harm")
