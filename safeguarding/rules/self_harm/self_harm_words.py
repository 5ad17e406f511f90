"""What an alert of self-harm says, of an attendance and of an incident."""

from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.rules.wording import plain, sentence

_METHODS = {
    "height": "at a height",
    "railway": "at a railway",
    "water": "at water",
    "other": "in another way",
    "not_known": "how is not known",
}
_STEPS = {
    "requested": "one is asked for",
    "started": "one has begun",
    "completed": "one is done",
    "refused": "the child would not",
    "not_done": "it did not take place",
}


def headline(report: Event, *, self_harm: bool) -> str:
    """What has happened, in a few words; ``self_harm`` is whether it is known to be that."""
    if _is_incident(report):
        return f"Self-harm: {_method(report)}"
    return f"In an emergency department: {'self-harm' if self_harm else 'unconscious'}"


def happened(report: Event, *, self_harm: bool) -> str:
    """What the report says, in a sentence."""
    says = report.details
    conscious = {True: "was unconscious", False: "was not unconscious", None: None}
    if not _is_incident(report):
        reason = "self-harm" if self_harm else "whether for self-harm is not known"
        # Nothing but the account says how, and with what.
        came = f"Came to an emergency department: {reason}"
        return sentence([came, conscious[says["unconscious"]], says["account"]])
    admission = {True: "hospital bed needed", False: "no hospital bed needed", None: None}
    return sentence(
        [
            f"Self-harm: {_method(report)}",
            says["means"] and f"with {says['means']}",
            says["injury"] and f"injury: {says['injury']}",
            conscious[says["unconscious"]],
            says["treatment"] and f"done: {says['treatment']}",
            admission[says["admission_needed"]],
            says["found_by"] and f"found by: {plain(says['found_by'])}",
        ]
    )


def where(report: Event) -> str | None:
    """The place, or the hospital's site."""
    place: str | None = report.details["place" if _is_incident(report) else "site"]
    return place and plain(place)


def admitted(admission: Event) -> str:
    """That the child was admitted for it."""
    says = admission.details
    return sentence([f"Admitted to {says['ward']}" if says["ward"] else "Admitted", says["reason"]])


def expected(assessments: Sequence[Event]) -> str:
    """An assessment is expected before a child who harmed herself leaves the department (3.19)."""
    last = _STEPS[assessments[-1].details["step"]] if assessments else "none is recorded yet"
    return f"A psychosocial assessment is expected before leaving: {last}."


def beside(others: Sequence[Event], hours: int) -> str:
    """Which reports of the hours before there are: they may be of the same."""
    named = dict.fromkeys(
        f"{'incident' if _is_incident(each) else 'attendance'} ({each.agency})" for each in others
    )
    return f"Also reported in the {hours} h before: {', '.join(named)}."


def way(method: str) -> str:
    """A method of the contract in words."""
    return _METHODS.get(method, plain(method))


def _is_incident(report: Event) -> bool:
    return report.type == "self-harm-incident"


def _method(report: Event) -> str:
    return way(report.details["method"])
