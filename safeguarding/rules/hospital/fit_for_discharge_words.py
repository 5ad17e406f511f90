"""What is said of a child who is fit to leave hospital and is there still, and who is told."""

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Precision
from safeguarding.rules.days import day_of, in_words, when
from safeguarding.rules.hospital.ward_readiness import TRANSFER, Readiness
from safeguarding.rules.rule import Finding, Reader, Route

AWAITED = "leaving the ward once fit for it"
MUST_STAY = "the hospital found that the child must stay for treatment"

_ACT = ("social_worker", "team_manager")
_OVERSEES = "senior_manager"
_READS = ("iro", "placements_officer", "commissioning", "ward", "safeguarding_nurse")
_VAGUE = frozenset({Precision.MONTH, Precision.UNKNOWN})
_AWAITING = {
    "placement": "a placement",
    "assessment": "an assessment",
    "funding": "an agreement on who pays",
    "further_nhs_care": "a bed or treatment elsewhere",
    "community_support": "support where the child will live",
    "choice": "the agreement of the child, or of who has parental responsibility",
    "disagreement": "an agreement between agencies",
    "other": "something else",
}


def missed(readiness: Readiness, waited: str, *, long: bool) -> Finding:
    """Told when the child had not left after ``waited``; graver where that is ``long``."""
    began, left, unfit = readiness.began, readiness.left, readiness.unfit
    what = f"Medically fit to leave hospital since {_day(began)}. "
    if left is not None:
        headline = "Left the ward some time after being fit to"
        how = "was taken to another hospital" if left.type == TRANSFER else "left the ward"
        what += f"The child {how} {_on(left)}{_later(began, left)}."
    elif unfit is not None:
        headline = "No longer fit to leave the ward"
        on = _on(unfit)
        what += f"{on[0].upper()}{on[1:]}{_later(began, unfit)}, {MUST_STAY}."
    else:
        headline = "Fit to leave hospital and still on a ward"
        what += f"{waited} later the child is not known to have left the ward. "
        what += _awaiting(readiness.said[-1])
        what += "Asked: where the child is to live, who finds it, and by when."
    over = left or unfit
    return Finding(
        severity=Severity.HIGH if long else Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=began.occurred,
        grounds=(began,) if over is None else (began, over),
        route=_route(long=long, settled=over is not None),
        level=0 if over else 1,
        settled=over is not None,
    )


def _route(*, long: bool, settled: bool) -> Route:
    """Who oversees can find what a social worker cannot, and is asked once it lasts."""
    act = (*_ACT, _OVERSEES) if long else _ACT
    reads = _READS if long else (_OVERSEES, *_READS)
    return Route(
        act=act,
        readers=tuple(Reader(role) for role in reads),
        # A place to live is sought in office hours; she is safe on the ward meanwhile.
        office_work=True,
        # That it is over is no news to who says so.
        tells_speakers=not settled,
    )


def _awaiting(said: Event) -> str:
    words = [_AWAITING[each] for each in said.details["awaiting"] if each in _AWAITING]
    return f"Awaiting: {', '.join(words)}. " if words else ""


def _day(event: Event) -> str:
    return in_words(event.placed_at, event.occurred.precision)


def _on(event: Event) -> str:
    return when(event.placed_at, event.occurred.precision)


def _later(began: Event, over: Event) -> str:
    """How long it lasted, where both days are known: two at least, or it was not missed."""
    if {began.occurred.precision, over.occurred.precision} & _VAGUE:
        return ""
    return f", {(day_of(over.placed_at) - day_of(began.placed_at)).days} days later"
