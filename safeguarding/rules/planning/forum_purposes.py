"""What calls for a forum: the readings of other rules, by their own functions (3.4).

A purpose is the moment at which one of these rules came to call for it, or called for more: the
second self-harm within a month, a missing pattern that has doubled, a band of the risk score that
is higher than the month before. More of the same is none. A further move that was not planned is
one, and so is a further allegation, since each has to be thought about anew. Nobody is called
together because of history that was loaded.

It came when it was known, not when it happened: no meeting deals with harm that nobody has told of.
Each follows from a bounded stretch before it. No alert of those rules is read.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.moments import Moment, Precision
from safeguarding.rules.harm import exploitation
from safeguarding.rules.harm.exploitation_signs import REPORTS as SIGNS
from safeguarding.rules.kept import kept
from safeguarding.rules.missing import missing, missing_pattern
from safeguarding.rules.placement import placement_move, placement_with_parent
from safeguarding.rules.rule import Need, Thresholds
from safeguarding.rules.self_harm import risk_stratification, self_harm_escalation
from safeguarding.rules.self_harm.risk_score import COUNTED, marks
from safeguarding.rules.self_harm.self_harm_episodes import episodes
from safeguarding.rules.self_harm_reports import REPORTS as SELF_HARM

ASKED = {
    "self_harm": "self-harm-escalation",
    "exploitation": "exploitation",
    "risk": "risk-stratification",
    "missing": "missing",
    "moves": "placement-move",
}
"""The kinds of purpose, in the order in which they are said, and the rule that is asked of each."""
AGAINST_A_CARER = "placement-with-parent"
"""The rule that speaks of a strategy discussion in place of exploitation where a carer is meant."""

_MOVES = frozenset({placement_move.START, placement_move.END})
TYPES = COUNTED | SIGNS | SELF_HARM | _MOVES
# A month of a score has the month before to be compared with.
_TWO_MONTHS = timedelta(days=62, hours=1)
# What is told within hours of each other may be one self-harm, and must not lie on both sides.
_A_DAY = timedelta(days=1)


_Read = Callable[[Case, datetime, datetime, Thresholds], Iterator["Purpose"]]


@dataclass(frozen=True, slots=True)
class Purpose:
    """Of which kind, how grave within it (from 1), by which event, and since when it was known.

    ``rule`` is the one that says so.
    """

    kind: str
    grade: int
    event: Event
    known: Moment
    rule: str

    @property
    def at(self) -> datetime:
        """When it came."""
        return self.known.at


def needs(thresholds: Thresholds, before: timedelta, after: timedelta) -> Iterator[Need]:
    """The events from which purposes can be read that came so long before and after."""
    rules = thresholds["asked"]
    late = before + _told_late("self_harm", thresholds)
    yield Need(SELF_HARM, late + _self_harm(thresholds), after)
    yield Need(COUNTED, late + _period(rules) + _TWO_MONTHS, after)
    if "placement-move" in rules:
        figures = rules["placement-move"]
        days = figures["window_days"] + figures["look_back_days"]
        yield Need(_MOVES, late + timedelta(days=days), after)
    if "exploitation" in rules:
        days = 2 * rules["exploitation"]["pattern_days"]
        past = before + _told_late("exploitation", thresholds)
        yield Need(SIGNS, past + timedelta(days=days), after)


def purposes(case: Case, since: datetime, until: datetime, thresholds: Thresholds) -> list[Purpose]:
    """All that called for a forum since then, oldest first, up to what happened at ``until``."""
    found: list[Purpose] = []
    for kind, rule in ASKED.items():
        if rule in thresholds["asked"]:
            late = _told_late(kind, thresholds)
            read = _reading(kind, case, since - late, until, thresholds)
            # What was known in time, and came since, did not happen before ``since - late``.
            found += [each for each in read if each.at >= since and _calls_people(each, late)]
    return sorted(found, key=lambda each: (each.at, each.event.key, each.kind))


def _reading(
    kind: str, case: Case, since: datetime, until: datetime, thresholds: Thresholds
) -> list[Purpose]:
    """What called for a forum since then by one rule; there may be more, of before."""
    read, types = _READINGS[kind]
    events = case.events(types, since - _back(kind, thresholds), until)
    return kept(
        case,
        f"forum {kind}",
        since,
        events,
        thresholds,
        lambda: list(read(case, since, until, thresholds)),
    )


def _back(kind: str, thresholds: Thresholds) -> timedelta:
    """How far before a purpose lies what it follows from."""
    figures = thresholds["asked"][ASKED[kind]]
    match kind:
        case "self_harm":
            return _self_harm(thresholds)
        case "exploitation":
            return timedelta(days=2 * figures["pattern_days"])
        case "risk":
            return timedelta(days=figures["period_days"]) + _TWO_MONTHS
        case "missing":
            return 2 * timedelta(days=figures["pattern_days"])
        case _:
            return timedelta(days=figures["window_days"] + figures["look_back_days"])


def _calls_people(purpose: Purpose, late: timedelta) -> bool:
    """Not history; nor what is known so late that tomorrow it is out of sight again."""
    soon = purpose.at - purpose.event.placed_at <= late
    dated = purpose.known.precision is not Precision.UNKNOWN
    return soon and dated and not purpose.event.backfilled


def _of_self_harm(
    case: Case, since: datetime, until: datetime, thresholds: Thresholds
) -> Iterator[Purpose]:
    figures = thresholds["asked"]["self-harm-escalation"]
    back = _self_harm(thresholds)
    harms = [each for each in episodes(case, since - back, until, figures) if each.dated]
    begun = [each.began for each in harms]

    @cache
    def level_of(first: int, after: int) -> int:
        return self_harm_escalation.level(harms[first:after], figures)

    for place in range(bisect_left(begun, since), len(harms)):
        harm = harms[place]
        first = bisect_left(begun, harm.began - back + _A_DAY)
        level = level_of(first, place + 1)
        if level > level_of(first, place):
            yield min(
                (_purpose("self_harm", level, each) for each in harm.reports),
                key=lambda each: (each.at, each.event.key),
            )


def _of_exploitation(
    case: Case, since: datetime, until: datetime, thresholds: Thresholds
) -> Iterator[Purpose]:
    figures = thresholds["asked"]["exploitation"]
    for report in exploitation.calls_for_discussion(case, since, until):
        pattern = exploitation.makes_a_pattern(report, case, figures)
        yield _purpose("exploitation", 2 if pattern else 1, report)
    if AGAINST_A_CARER in thresholds["asked"]:
        for report in placement_with_parent.calls_for_discussion(case, since, until):
            yield _purpose("exploitation", 1, report, AGAINST_A_CARER)


def _of_risk(
    case: Case, since: datetime, until: datetime, thresholds: Thresholds
) -> Iterator[Purpose]:
    figures = thresholds["asked"]["risk-stratification"]
    back = timedelta(days=figures["period_days"]) + _TWO_MONTHS
    seen = marks(case, since - back, until, figures)
    for band, mark in risk_stratification.rises(seen, since, figures):
        # A lower one counts the same events again, and is named by its own rule alone.
        if mark.at >= since and band >= thresholds["alone"]["risk"]:
            yield _purpose("risk", band, mark.told[0])


def _of_missing(
    case: Case, since: datetime, until: datetime, thresholds: Thresholds
) -> Iterator[Purpose]:
    figures = thresholds["asked"]["missing"]
    window = timedelta(days=figures["pattern_days"])
    reports = missing.episodes(case.events({missing.REPORT}, since - 2 * window, until))
    begun = [each.placed_at for each in reports]
    levels = [missing_pattern.reached(begun, place, figures) for place in range(len(begun))]
    for place, report in enumerate(reports):
        lately = levels[bisect_left(begun, begun[place] - window) : place]
        if begun[place] >= since and levels[place] > max(lately, default=0):
            # 1 where it is a pattern, and one more at each doubling.
            grade = (levels[place] // figures["pattern_episodes"]).bit_length()
            yield _purpose("missing", grade, report)


def _of_moves(
    case: Case, since: datetime, until: datetime, thresholds: Thresholds
) -> Iterator[Purpose]:
    figures = thresholds["asked"]["placement-move"]
    for start in case.events({placement_move.START}, since, until):
        if start.details["planned"] is True:
            continue  # Somebody has thought about it.
        moves = placement_move.moves_up_to(start, case, figures)
        if moves >= figures["moves"]:
            grade = (moves // figures["moves"]).bit_length()
            yield _purpose("moves", grade, start)


# How each rule is asked, and the types of event that it reads.
_READINGS: Mapping[str, tuple[_Read, frozenset[str]]] = {
    "self_harm": (_of_self_harm, SELF_HARM),
    "exploitation": (_of_exploitation, SIGNS),
    "risk": (_of_risk, COUNTED),
    "missing": (_of_missing, frozenset({missing.REPORT})),
    "moves": (_of_moves, _MOVES),
}


def _purpose(kind: str, grade: int, event: Event, rule: str | None = None) -> Purpose:
    """Known when its agency says, and not before it happened, nor after the hub was told."""
    happened = Moment(event.placed_at, event.occurred.precision)
    learned = event.learned_at
    if learned is None or not happened.at < learned <= event.received_at:
        return Purpose(kind, grade, event, happened, rule or ASKED[kind])
    known = Moment(learned, event.known.precision)
    return Purpose(kind, grade, event, known, rule or ASKED[kind])


def _told_late(kind: str, thresholds: Thresholds) -> timedelta:
    """How long after it happened it may be known first. Of harm by others children tell late."""
    name = "past_harm_days" if kind == "exploitation" else "told_late_days"
    return timedelta(days=thresholds[name])


def _self_harm(thresholds: Thresholds) -> timedelta:
    return timedelta(days=thresholds["self_harm_days"]) + _A_DAY


def _period(rules: Thresholds) -> timedelta:
    return timedelta(days=rules.get("risk-stratification", {}).get("period_days", 0))
