"""What carers must know before a child comes: current risks, means, the safety plan (3.18).

Named as the events have it, in their codes and in what they say of means; accounts are not read.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from safeguarding.events import Event
from safeguarding.rules.self_harm_reports import (
    ATTENDANCE,
    CRITICAL_IN_CUSTODY,
    IN_CUSTODY,
    INCIDENT,
    is_self_harm,
)
from safeguarding.rules.wording import plain

WEAPON = "weapon"
EXPLOITATION = "exploitation-concern"
MISSING = "missing-report"
SUBSTANCES = "substance-concern"
INTENT = "stated-intent"
MEANS = "means-of-harm"
PLAN = "safety-plan"

MATTERS = frozenset(
    {
        *(ATTENDANCE, INCIDENT, IN_CUSTODY, WEAPON, EXPLOITATION),
        *(MISSING, SUBSTANCES, INTENT, MEANS, PLAN),
    }
)

# With these the child may come to harm on the first night.
_GRAVE = frozenset({ATTENDANCE, INCIDENT, IN_CUSTODY, WEAPON, EXPLOITATION, INTENT, MEANS})
_IN_CUSTODY = {
    "ligature": "ligature in custody",
    "other_self_harm": "self-harm in custody",
    "unconscious": "unconscious in custody",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that carers must know, in a few words, and the event that says it last."""

    name: str
    last: Event

    @property
    def is_grave(self) -> bool:
        """Whether the child may come to harm, or do it, where carers do not know of it."""
        return self.last.type in _GRAVE


def current(events: Iterable[Event], codes: Collection[str]) -> list[Matter]:
    """What is to be known of these events, each matter once, the newest first.

    A plan that has ended, and an intent that somebody has closed, are known no more. That a plan
    was shared or gone through changes nothing about it.
    """
    found: dict[str, Matter] = {}
    for event in events:  # Oldest first.
        step = event.details.get("step")
        before = [name for name, each in found.items() if _supersedes(event, each.last)]
        if before and step in {"shared", "reviewed"}:
            continue
        for name in before:
            del found[name]
        called = _named(event, codes)
        if called is not None and step not in {"ended", "closed"}:
            found.pop(called, None)
            found[called] = Matter(called, event)
    return [*reversed(found.values())]


def _supersedes(event: Event, said: Event) -> bool:
    """Whether it speaks of the same plan, or of what the child means to do."""
    if event.type != said.type:
        return False
    if event.type == PLAN:
        return bool(event.details["plan"] == said.details["plan"])
    return event.type == INTENT


def _named(event: Event, codes: Collection[str]) -> str | None:
    says = event.details
    name: str | None = _NAMES.get(event.type)
    match event.type:
        case "self-harm-incident":
            name = _with(f"self-harm ({plain(says['method'])})", says["means"])
        case "emergency-attendance" if is_self_harm(event, codes):
            name = "self-harm (in hospital)"
        case "custody-incident" if says["kind"] in CRITICAL_IN_CUSTODY:
            name = _with(_IN_CUSTODY[says["kind"]], says["means"])
        case "weapon":
            name = f"weapon: {says['weapon']}"
        case "means-of-harm" if says["now"] != "removed":
            name = f"within reach: {says['means']}"
        case "safety-plan":
            name = _with("the safety plan", ", ".join(says["means"]), "means")
        case _:
            pass
    return name


_NAMES = {
    EXPLOITATION: "exploitation",
    MISSING: "missing episodes",
    SUBSTANCES: "alcohol or drugs",
    INTENT: "what the child said of meaning to die",
}


def _with(name: str, means: str | None, word: str = "with") -> str:
    return f"{name}, {word} {means}" if means else name
