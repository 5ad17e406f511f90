"""What an alert of a difference says: who asked what of whom, what is next. It takes no side."""

from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.rules.wording import plain, sentence

_ASKED_FOR = {
    "mental-health-act-assessment": "A Mental Health Act assessment",
    "referral": "A referral",
    "social-care-assessment": "An assessment by social care",
}
_STEPS = {
    "disagreed": "disagrees",
    "challenged": "asks for another decision",
    "declined": "declined what was asked",
    "escalated": "has taken it to somebody above",
    "resolved": "it is settled",
    "withdrawn": "it was taken back",
}
_NEXT = {
    1: "Whoever sees it otherwise can challenge it, manager to manager.",
    2: "If that does not settle it, dispute resolution by the reviewing officer is next.",
    3: "It is for those above to settle, in the times of the partnership's escalation.",
}


def happened(matter: Sequence[Event], level: int) -> str:
    """What is recorded, one sentence an event, and what can be done next; level 0 is settled."""
    said = list(dict.fromkeys(_sentence(each) for each in matter))
    return " ".join([*said, _NEXT[level] if level else "So it is settled."])


def headline(level: int, *, only_declined: bool) -> str:
    """How far it has come, in a few words. Who asked may see it as who declined does."""
    if not level:
        return "A difference between professionals is settled"
    if only_declined:
        return "A request was declined"
    return "Professionals differ" + (": escalated" if level == max(_NEXT) else "")


def _sentence(event: Event) -> str:
    says = event.details
    if event.type != "challenge":
        return _request(event)
    towards = says["to_role"] or says["to_agency"]
    return sentence(
        [
            says["matter"].strip().rstrip("."),
            f"{plain(says['by_role'])} ({says['by_agency'] or event.agency}): "
            f"{_STEPS[says['step']]}",
            towards and f"towards: {plain(towards)}",
            says["reason"] and f"why: {says['reason']}",
            says["answer"] and f"answer: {says['answer']}",
        ]
    )


def _request(event: Event) -> str:
    says = event.details
    who = plain(event.said_by) if event.said_by else event.agency
    by = f" by {plain(says['asked_by'])}" if says["asked_by"] else ""
    why = says.get("declined_because" if event.type == "referral" else "reason")
    asked = f"{_ASKED_FOR[event.type]} was asked for{by}"
    return sentence([asked, f"{plain(says['step'])}, says {who}", why])
