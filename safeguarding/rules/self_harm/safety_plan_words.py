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


def missed(
    opening: Event, met: Met | None, *, again: bool, unshared: bool, watched: bool
) -> Finding:
    """That no plan takes up what happened, or that one has since."""
    if met is not None:
        headline = "Safety plan after the time for it"
        what = "A safety plan that takes up what happened has been made or looked at, and shared."
    else:
        headline = "After grave self-harm: no safety plan is known"
        what = "After grave self-harm no safety plan is known yet that takes it up."
        if unshared:
            what = "After grave self-harm a safety plan was looked at; nobody is known to have it."
        if again:
            what += " It has happened again since."
        if watched:
            what += " Somebody is with the child at all times."
        what += " Asked: a plan that names the means, with whoever looks after the child."
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
