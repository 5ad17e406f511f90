"""What assessment-overdue says."""

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.planning.looked_after import PLACEMENT_END
from safeguarding.rules.planning.order_discharged import ORDER
from safeguarding.rules.rule import Finding, Reader, Route

_ABLE_TO_ACT = ("social_worker", "team_manager")
_READERS = tuple(Reader(role) for role in (*_ABLE_TO_ACT, "iro", "senior_manager"))


def a_year_since(opening: Event, met: Event | None, months: int) -> Finding:
    """That the last assessment is too old."""
    if met is not None:
        what = f"The assessment was redone, later than {months} months after the one before."
    else:
        what = (
            f"The last child and family assessment that is known was {months} months ago. "
            "By local policy it is redone by then."
        )
    return _finding(opening, met, what)


def after_upheaval(opening: Event, met: Event | None, days: int, more: int, begun: bool) -> Finding:
    """That no assessment followed a disruption or a change, or was done before a discharge."""
    policy = "By local policy one is done then."
    if opening.type == ORDER:
        interim = opening.details["order"] == "interim_care"
        after = f"{'an interim' if interim else 'a'} care order ended"
        policy = "By local policy one is done before an order is discharged."
    elif opening.type == PLACEMENT_END:
        after = "a placement ended unplanned"
    else:
        after = "the child began to live with a parent"
    if met is not None:
        what = f"The assessment was done, later than {days} working days after {after}."
    else:
        what = (
            f"{days} working days after {after} no child and family assessment is known. "
            f"{'It was begun.' if begun else policy}"
        )
        if more:
            on = "1 more day" if more == 1 else f"{more} more days"
            what += " Since then a placement ended unplanned, or the child began to live with a "
            what += f"parent, on {on}."
    return _finding(opening, met, what)


def _finding(opening: Event, met: Event | None, what: str) -> Finding:
    headline = "Assessment after the time for it" if met else "Assessment overdue"
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if met is None else (opening, met),
        # That it is over is no news to who says so.
        route=Route(
            act=_ABLE_TO_ACT,
            readers=_READERS,
            office_work=True,
            tells_speakers=met is None,
        ),
        level=0 if met else 1,
        settled=met is not None,
    )
