"""What an alert of a carer's concern says, and what is asked of who reads it."""

from safeguarding.events import Event
from safeguarding.rules.statements import stated
from safeguarding.rules.wording import plain, sentence

_URGENCY = {
    "now": "they say that something must be done now",
    "today": "they say that something must be done today",
    "soon": "they say that something must be done within days",
    "to_know": "they ask for nothing to be done",
}
_BASIS = {
    "seen": "it was seen",
    "said": "the child said so",
    "found": "something was found",
    "tested": "a test showed it",
    "suspected": "it is suspected",
}


def headline(report: Event) -> str:
    """What it is about, in a few words."""
    return "A carer tells of substances" if _of_substances(report) else "A carer is worried"


def happened(report: Event, urgency: str) -> str:
    """What the carer says. The account stands in the event, unless it is all that there is."""
    says = report.details
    if _of_substances(report):
        named = f": {', '.join(says['substances'])}" if says["substances"] else ""
        parts = [
            f"The child takes alcohol or drugs, or may do{named}",
            _BASIS[says["basis"]],
            says["state"] and f"how the child was: {says['state']}",
            says["supplied_by"] and f"from: {plain(says['supplied_by'])}",
        ]
    else:
        parts = [
            ", ".join(says["concerns"]) or says["account"] or "What worries them is not said",
            says["asked_for"] and f"asked for: {says['asked_for']}",
            _URGENCY[urgency],
        ]
    said = sentence([*parts, stated(report)])
    # Two ways, says the review: who never hears what came of it stops telling.
    return said if urgency == "to_know" else f"{said} Whoever told it is to hear what follows."


def _of_substances(report: Event) -> bool:
    return report.type == "substance-concern"
