"""What is said of a detention whose time by law is over, or nearly, and of nothing told."""

from dataclasses import replace
from datetime import datetime, timedelta

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Precision
from safeguarding.rules.absence import Met
from safeguarding.rules.days import clock as shown
from safeguarding.rules.days import in_words
from safeguarding.rules.hospital.absconded_detained_words import named
from safeguarding.rules.hospital.detention_clock import SECTION_2, code_of
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds

# Who has the child, or had her, can say it; the others can find out, and act on it.
_HOLD = ("ward", "a_and_e")
_READERS = tuple(
    Reader(role)
    for role in (
        *("social_worker", "team_manager", "iro", "edt", "amhp"),
        *("camhs_crisis", "camhs_community", "camhs_outreach", "safeguarding_nurse", *_HOLD),
    )
)


def awaited(begin: Event) -> str:
    """What is awaited."""
    return f"how {named(begin)} ended, or what came in its place"


def missed(begin: Event, due_at: datetime, met: Met | None, thresholds: Thresholds) -> Finding:
    """That the time is over: nobody has told of an end, or it is said to lie after that time."""
    name, latest = named(begin), _until(begin, due_at)
    name = name[0].upper() + name[1:]
    unless = _unless(begin, thresholds)
    if met is not None:
        headline = f"{name}: an end is told after its time"
        what = f"{name} could last {latest} by law{unless}. It is told that it ended after that."
    else:
        headline = f"{name}: its time is over, and no end is told"
        what = (
            f"{name} could last {latest}. By law it cannot have gone on{unless}; nobody has told "
            "how it ended. Asked: that whoever had the child says how, and by what authority the "
            "child is kept now, if so."
        )
    # The hours of a short power run out at any hour; a ward is there at midnight, an office not.
    act: tuple[str, ...] = ("ward", "social_worker")
    if code_of(begin) != SECTION_2:
        act = (*_HOLD, "social_worker", "edt", "amhp")
    return _finding(begin, met, Severity.HIGH, headline, what, _route(act))


def near(begin: Event, due_at: datetime, met: Met | None) -> Finding:
    """That section 2 is near its end, and nobody has told what follows."""
    what = f"Section 2 can last {_until(begin, due_at)} at most."
    if met is not None:
        headline = "Section 2: what follows is told"
        what += " It is told now what follows."
    else:
        headline = "Section 2: nothing is told of what follows"
        what += (
            " Nobody has told what follows. Asked: that the hospital and the responsible authority "
            "agree in time that it ends, or under what the child is there afterwards."
        )
    route = replace(_route(("social_worker", "ward")), office_work=True)
    return _finding(begin, met, Severity.MEDIUM, headline, what, route)


def _route(act: tuple[str, ...]) -> Route:
    """Who told of the detention is asked too."""
    return Route(act=act, readers=_READERS, tells_speakers=True)


def _finding(
    begin: Event, met: Met | None, severity: Severity, headline: str, what: str, route: Route
) -> Finding:
    return Finding(
        severity=severity,
        headline=headline,
        what=what,
        where=begin.details["place"],
        occurred=begin.occurred,
        grounds=(begin,) if met is None else (begin, met.by),
        route=route,
        level=0 if met else 1,
        settled=met is not None,
    )


def _until(begin: Event, due_at: datetime) -> str:
    """The instant, or the day of which it is the end."""
    if code_of(begin) == SECTION_2 and shown(due_at) == "00:00":
        last = due_at - timedelta(seconds=1)
        return f"to the end of {in_words(last, Precision.DAY)}"
    return f"to {shown(due_at)} on {in_words(due_at, Precision.DAY)}"


def _unless(begin: Event, thresholds: Thresholds) -> str:
    """What the law lets a detention be longer for, and may not have been told."""
    code = code_of(begin)
    if code == SECTION_2:
        return (
            ", unless the child was absent without leave (section 21) or a court was asked about "
            "the nearest relative (section 29)"
        )
    if code in thresholds["place_of_safety_codes"]:
        return f", unless a doctor extended it, by up to {thresholds['more_hours']} h"
    return ""
