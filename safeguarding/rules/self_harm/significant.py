"""What counts as a significant event, for rules that ask what ought to follow from one.

Self-harm, an intent to die, detention, leaving a hospital, exploitation, and a placement that broke
down. Missing episodes are not among them: they are many, and have rules of their own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from safeguarding.events import Event

Details = Mapping[str, Any]

SELF_HARM_TYPES = frozenset({"self-harm-incident", "emergency-attendance", "custody-incident"})
_CRITICAL_METHODS = frozenset({"ligature", "height", "railway", "water"})


def _self_harm(event: Event) -> bool:
    says = event.details
    match event.type:
        case "emergency-attendance":
            doubtful = says["self_harm"] == "not_known" and says["unconscious"]
            return says["self_harm"] == "yes" or bool(doubtful)
        case "custody-incident":
            return says["kind"] in {"ligature", "other_self_harm", "unconscious"}
        case _:
            return event.type == "self-harm-incident"


_OTHERS: dict[str, Callable[[Details], bool]] = {
    "stated-intent": lambda says: says["step"] != "closed",
    "custody-detention": lambda _: True,
    "mental-health-detention": lambda says: says["step"] == "started",
    "absconded": lambda says: says["step"] == "left",
    "exploitation-concern": lambda says: says["level"] != "suspected",
    # Nobody is said to have failed by it. Where nobody says, it is not taken for unplanned.
    "placement-end": lambda says: says["planned"] is False,
}

SIGNIFICANT = SELF_HARM_TYPES | frozenset(_OTHERS)
"""The types among which such events are found."""


def is_significant(event: Event) -> bool:
    """Whether it is one: the type alone does not say so."""
    if event.type in SELF_HARM_TYPES:
        return _self_harm(event)
    return event.type in _OTHERS and _OTHERS[event.type](event.details)


def is_critical_harm(event: Event, *, admitted: bool = False) -> bool:
    """Whether it is self-harm that could have killed, as self-harm and custody-ligature see it.

    ``admitted``: a hospital says that an admission follows from this attendance.
    """
    if event.type not in SELF_HARM_TYPES or not _self_harm(event):
        return False
    says = event.details
    if event.type == "custody-incident":
        return True
    if says["unconscious"] or event.type == "emergency-attendance":
        # An attendance does not say how. Where an admission follows, an overdose may be why.
        return bool(says["unconscious"]) or admitted
    if says["method"] in _CRITICAL_METHODS:
        return True
    return bool(says["admission_needed"]) and says["method"] in {"overdose", "not_known"}
