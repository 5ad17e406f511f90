"""What transition says. It never says when the child was born, nor on which day she is 18."""

from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.absence import Met
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds

_ABLE_TO_ACT = ("senior_manager", "team_manager")
_READERS = tuple(
    Reader(role)
    for role in (
        *_ABLE_TO_ACT,
        "social_worker",
        "iro",
        "personal_adviser",
        "camhs_community",
        "adult_services",
    )
)
_ASKED = (
    "Asked: that adult services are on the child's network to stay, and that a planned meeting "
    "agrees with them who does what."
)


def missed(
    opening: Event,
    signs: Sequence[Event],
    plans: Sequence[Event],
    met: Met | None,
    thresholds: Thresholds,
) -> Finding:
    """That no plan with adult services is known in time, and how far it has come."""
    months = thresholds["due_months"]
    if met is not None:
        headline = "Adult services have a plan"
        what = "Adult services have agreed to a plan with those around the child, and act on it."
    else:
        headline = "No plan with adult services is known"
        known = _known(signs, plans)
        what = f"The child is at high risk, and an adult within {months} months. {known} {_ASKED}"
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening, *plans[:1], *([met.by] if met else [])),
        route=Route(
            act=_ABLE_TO_ACT,
            readers=_READERS,
            office_work=True,
            tells_speakers=met is None,
        ),
        level=0 if met else 1,
        settled=met is not None,
    )


def _known(signs: Sequence[Event], plans: Sequence[Event]) -> str:
    """In three steps, so that not every meeting changes the words and tells somebody."""
    if plans:
        return "Adult services came to a planned meeting; nothing that they did besides is known."
    if signs:
        return (
            "Adult services have taken part; no planned meeting that agreed what they do is known."
        )
    return "That adult services have taken part is not known."
