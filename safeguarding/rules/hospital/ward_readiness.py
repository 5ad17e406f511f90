"""From when until when a child was fit to leave a ward and was there, as the hospital tells it.

A hospital may say more than once that a child is fit to leave; the first counts, until the child
has left or must stay after all. A discharge of the stay ends it, and so does a move to another
hospital, which says for itself whether the child is fit to leave. So does a placement that begins:
a hospital may not tell of a discharge. If it says after that that the child is fit to leave, she is
there, and it begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.moments import Precision
from safeguarding.rules.days import day_of
from safeguarding.rules.rule import Thresholds

READINESS = "discharge-readiness"
DISCHARGE = "hospital-discharge"
TRANSFER = "hospital-transfer"
START = "placement-start"
LEAVING = frozenset({DISCHARGE, TRANSFER, START})

_VAGUE = frozenset({Precision.MONTH, Precision.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Readiness:
    """``said`` told of it, the oldest first. At most one of the other two ended it."""

    said: Sequence[Event]
    left: Event | None
    unfit: Event | None

    @property
    def began(self) -> Event:
        """What first told that the child is fit to leave."""
        return self.said[0]


def readiness_from(
    opening: Event, case: Case, around: timedelta, thresholds: Thresholds
) -> Readiness | None:
    """What began with this event; None where it began nothing."""
    since, until = opening.placed_at - around, opening.placed_at + around
    told = [
        each for each in case.events({READINESS}, since, until) if _stay(each) == _stay(opening)
    ]
    # Of one moment what says that she is fit is first.
    told.sort(key=lambda each: (each.placed_at, not _ready(each), each.key))
    here = [each.key for each in told].index(opening.key)
    moves = case.events(LEAVING, since, until)
    leaving = [each for each in moves if _leaves(each, opening, thresholds)]
    if (
        not _ready(opening)
        or _was_gone(opening, leaving)
        or _went_on(told[:here], opening, leaving)
    ):
        return None
    later = [each for each in told[here + 1 :] if not _ready(each)]
    unfit = later[0] if later else None
    left = next((each for each in leaving if _since(each, opening)), None)
    if left is not None and unfit is not None:
        left, unfit = (None, unfit) if unfit.placed_at < left.placed_at else (left, None)
    return Readiness((opening, *takewhile(_ready, told[here + 1 :])), left, unfit)


def _ready(event: Event) -> bool:
    return bool(event.details["step"] == "ready")


def _stay(event: Event) -> tuple[str, str]:
    return event.agency, event.details["spell"]


def _leaves(move: Event, ready: Event, thresholds: Thresholds) -> bool:
    """Whether this is of the kind by which a child leaves that ward."""
    says = move.details
    if move.type == DISCHARGE:
        return _stay(move) == _stay(ready)
    if move.type == TRANSFER:
        return bool(says["kind"] != "within" and says["from_site"] == ready.details["site"])
    return bool(says["kind"]["code"] not in thresholds["no_home_codes"])


def _since(move: Event, ready: Event) -> bool:
    """Whether it came after. What the hospital closes at an hour that nobody knows is over."""
    precision = move.occurred.precision
    if precision in _VAGUE:
        return move.type == DISCHARGE
    if precision is Precision.DAY:
        return day_of(move.placed_at) >= day_of(ready.placed_at)
    return move.placed_at >= ready.placed_at


def _was_gone(opening: Event, leaving: Sequence[Event]) -> bool:
    """Whether the hospital had closed the stay before."""
    return any(each.type == DISCHARGE and not _since(each, opening) for each in leaving)


def _went_on(before: Sequence[Event], opening: Event, leaving: Sequence[Event]) -> bool:
    """Whether it had been said already and lasted: she had not left in between."""
    if not before or not _ready(before[-1]):
        return False
    return not any(_since(each, before[-1]) and not _since(each, opening) for each in leaving)
