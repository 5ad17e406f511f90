"""What an alert says of a placement that was not briefed, and whom it asks."""

from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.absence import Met
from safeguarding.rules.placement.current_matters import Matter
from safeguarding.rules.rule import Finding, Reader, Route

_ROUTE = Route(
    # The child is there already, so at night too. Carers read what is current when they join.
    act=("social_worker", "edt"),
    readers=(Reader("team_manager"), Reader("placements_officer"), Reader("iro")),
    tells_speakers=True,
)
_ASKED = "Asked: to tell whoever has the child now, whatever they were told in an earlier stay."


def missed(
    opening: Event,
    release: Event | None,
    briefings: Sequence[Event],
    current: Sequence[Matter],
    since_then: Sequence[Matter],
    met: Met | None,
) -> Finding:
    """Told when the child came before the briefing. ``since_then`` is what it could not hold."""
    when = "was released" if release else "came"
    if met is not None:
        headline = "Briefing after the child came"
        what = f"Whoever has the child was told after the child {when}."
    else:
        headline = "No briefing is known for this placement"
        must_hold = "; ".join(each.name for each in current)
        what = f"{_known(briefings, since_then, when)} It must hold: {must_hold}. {_ASKED}"
    said = [each.last for each in current]
    own = [opening, *([release] if release else []), *([met.by] if met else briefings[-1:])]
    return Finding(
        severity=Severity.HIGH if any(each.is_grave for each in current) else Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(*dict.fromkeys([*reversed(said), *own]),),
        route=_ROUTE,
        level=0 if met else 1,
        settled=met is not None,
    )


def _known(briefings: Sequence[Event], since_then: Sequence[Matter], when: str) -> str:
    if since_then:
        names = "; ".join(each.name for each in since_then)
        return f"A briefing was given before the child {when}, and since then: {names}."
    if not briefings:
        return f"No briefing before the child {when} is known."
    says = briefings[-1].details
    left_out = "; ".join(says["left_out"])
    if says["step"] == "not_given":
        of_what = f", of: {left_out}" if left_out else ""
        return f"It is said that no briefing was given before the child {when}{of_what}."
    if left_out:
        return f"Of the briefing it is said that it left out: {left_out}."
    if says["step"] == "declined":
        return "A briefing was offered, and not wanted."
    return "A briefing was given; of what, is not said."
