"""What safety-plan says."""

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.absence import Met
from safeguarding.rules.rule import Finding, Reader, Route

# Whoever looks after her must know as well that what they have is from before.
_ROUTE = Route(
    act=("social_worker", "team_manager", "camhs_community"),
    readers=tuple(
        Reader(role)
        for role in ("placement", "foster_carer", "ward", "safeguarding_nurse", "edt", "iro")
    ),
    office_work=True,
    tells_speakers=True,
)


def missed(opening: Event, met: Met | None, hours: int, *, again: bool, unshared: bool) -> Finding:
    """That no plan takes up what happened, or that one did late."""
    if met is not None:
        headline = "Safety plan after the time for it"
        what = f"A safety plan that takes up what happened was shared later than {hours} hours."
    else:
        headline = f"No safety plan within {hours} hours of grave self-harm"
        what = f"{hours} hours after grave self-harm no safety plan is known that takes it up."
        if unshared:
            what = f"{hours} hours after grave self-harm a safety plan was looked at, and nobody "
            what += "is known to have it."
        if again:
            what += " It has happened again since."
        what += " One that names the means, and is with whoever looks after her, is asked for."
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if met is None else (opening, met.by),
        route=_ROUTE,
        level=0 if met else 1,
        settled=met is not None,
    )
