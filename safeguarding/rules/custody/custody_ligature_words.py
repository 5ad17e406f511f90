"""What custody-ligature says of what happened in custody, whoever tells of it."""

from collections.abc import Callable, Mapping
from typing import Any

from safeguarding.events import Event
from safeguarding.rules.self_harm_reports import IN_CUSTODY
from safeguarding.rules.wording import plain, sentence

Says = Mapping[str, Any]

_INCIDENTS = {
    "ligature": "ligature",
    "other_self_harm": "self-harm",
    "unconscious": "loss of consciousness",
    "force_used": "force used",
    "observation_raised": "observation level raised",
    "healthcare_called": "healthcare professional called",
}
_DECLARED = {
    "self_harm": "self-harm",
    "force_used": "force used",
    "healthcare_called": "healthcare professional called",
}
_HEALTHCARE = {
    "called": "healthcare professional called",
    "seen": "seen by a healthcare professional",
    "declined": "the child would not see a healthcare professional",
    "not_available": "no healthcare professional could come",
}


def headline(event: Event) -> str:
    """In a few words, to be read after "In custody"."""
    says = event.details
    match event.type:
        case "custody-incident":
            return _INCIDENTS[says["kind"]]
        case "pre-release-declaration":
            return ", ".join(name for matter, name in _DECLARED.items() if says[matter])
        case "use-of-force":
            return _INCIDENTS["force_used"]
        case "custody-observation":
            return _INCIDENTS["observation_raised"]
        case "custody-healthcare":
            return _HEALTHCARE[says["step"]]
        case _:
            return "self-harm"  # Of a nurse, or of an appropriate adult.


def happened(event: Event) -> str:
    """A sentence of what is told."""
    first, *more = _PARTS[event.type](event.details)
    said = f"{headline(event)}{first or ''}"
    return sentence([f"{said[0].upper()}{said[1:]}", *more])


def _incident(says: Says) -> list[str | None]:
    level, done = says["observation_level"], says["action_taken"]
    return [
        None,
        says["means"] and f"with {says['means']}",
        says["injury"] and f"injury: {says['injury']}",
        level and f"observation now {plain(level)}",
        done and f"done: {done}",
    ]


def _nurse(says: Says) -> list[str | None]:
    return [", as the custody nurse reports", *_listed("injuries", says["injuries"])]


def _adult(says: Says) -> list[str | None]:
    return [", as the appropriate adult reports", *_listed("concerns", says["concerns"])]


def _declaration(says: Says) -> list[str | None]:
    return [", as custody declares", says["details"]]


def _force(says: Says) -> list[str | None]:
    return [None, says["injury"] and f"injury: {says['injury']}"]


def _observation(says: Says) -> list[str | None]:
    return [None, f"observation now {plain(says['level'])}"]


def _healthcare(says: Says) -> list[str | None]:
    sent = "sent to hospital" if says["sent_to_hospital"] else None
    return [None, says["called_for"] and f"called for: {says['called_for']}", sent]


def _listed(name: str, items: list[str]) -> list[str | None]:
    return [f"{name}: {', '.join(items)}" if items else None]


_PARTS: Mapping[str, Callable[[Says], list[str | None]]] = {
    IN_CUSTODY: _incident,
    "custody-nurse-report": _nurse,
    "appropriate-adult-report": _adult,
    "pre-release-declaration": _declaration,
    "use-of-force": _force,
    "custody-observation": _observation,
    "custody-healthcare": _healthcare,
}
