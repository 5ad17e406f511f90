"""What planned-move says."""

from collections.abc import Sequence

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds

_DAYS_OF_A_MONTH = 30.5
_READERS = tuple(
    Reader(role) for role in ("social_worker", "team_manager", "placements_officer", "iro")
)
_ASKED = "Asked: to meet with whoever has the child now, and to agree who does what."


def missed(
    opening: Event,
    held: Sequence[Event],
    joint: Sequence[Event],
    briefings: Sequence[Event],
    thresholds: Thresholds,
) -> Finding:
    """Told after a planned move. What is not known may have been done all the same."""
    lacking = _lacking(held, joint, briefings)
    months = round(thresholds["window_days"] / _DAYS_OF_A_MONTH)
    before = f"A planned move, after {thresholds['moves']} moves or more in {months} months."
    if lacking:
        headline = "Planned move, and not all of a transition plan is known"
        what = " ".join([before, *lacking, *([] if joint else [_ASKED])])
    else:
        headline = "The plan for a move was completed after it"
        what = f"{before} It was planned together and a briefing was given; not all before it."
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening, *joint[:1], *briefings[:1]),
        route=Route(readers=_READERS, office_work=True, tells_speakers=bool(lacking)),
        # What is taken back again is a rise, and told like new.
        level=len(lacking),
        settled=not lacking,
    )


def _lacking(
    held: Sequence[Event], joint: Sequence[Event], briefings: Sequence[Event]
) -> tuple[str, ...]:
    said = []
    if not joint and held:
        said.append(
            "A meeting that could plan it was held; that it decided something, with a carer and "
            "several agencies there, is not known."
        )
    elif not joint:
        said.append("No meeting that planned it is known.")
    if not briefings:
        said.append("No briefing for this placement is known.")
    return tuple(said)
