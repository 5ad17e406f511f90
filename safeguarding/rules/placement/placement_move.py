"""placement-move: a child is moved, again, or to where she is less safe (3.10 to 3.27).

About nine placements in seven months, two of them hospital wards, several not registered
with anybody. A move is told to the network; one that adds risk goes to those who decide.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Precision
from safeguarding.rules.rule import Finding, Need, Route, Thresholds, ground_key

START = "placement-start"
END = "placement-end"

_ABLE_TO_ACT = ("social_worker", "team_manager", "edt")


class PlacementMove:
    """One alert for each move, with the strongest of its severities."""

    id = "placement-move"
    paragraphs: tuple[str, ...] = ("3.10", "3.12", "3.13", "3.18", "3.21", "3.27")
    why = (
        "Each move costs a child relationships and safety. Those around her must know where "
        "she is, and that somebody has thought about the risk."
    )
    watches = frozenset({START, END})

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """All placements of some years around, since a placement may run for years."""
        window, back = _spans(thresholds)
        # Whatever is seen from any placement that the event may have made a move.
        around = window + back + window
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """Every placement at hand: an earlier one that comes to light changes later moves."""
        return {_key(each) for each in [about, *case.standings.of({START})]}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about each placement that this event may have made a move.

        What is held about one placement follows from what can be seen from it (``History``),
        whichever event it is that comes; and whatever sees the event is looked at anew. So the
        order in which they come changes nothing.
        """
        window, back = _spans(thresholds)
        findings: dict[str, Finding | None] = {}
        if about.type == START:
            findings[_key(about)] = None  # Unless it stands, which is seen below.
        since, until = about.placed_at - window, about.placed_at + window + back
        for start in case.events({START}, since, until):
            if _code(start) in thresholds["temporary_codes"]:
                findings.setdefault(_key(start), None)
            else:
                history = History(case, start, thresholds)
                findings[_key(start)] = _finding(start, history, thresholds)
        return findings


class History:
    """Placements by when they started, and how each ended, as seen from one of them.

    ``planned_move`` counts moves by the same reading. ``thresholds`` are ``window_days``,
    ``look_back_days`` and ``temporary_codes``, of whichever rule reads.
    """

    def __init__(self, case: Case, seen_from: Event, thresholds: Thresholds) -> None:
        window, back = _spans(thresholds)
        temporary = frozenset(thresholds["temporary_codes"])
        since, until = seen_from.placed_at - window - back, seen_from.placed_at + window
        starts = case.events({START}, since, until)
        ends = case.events({END}, since, until)
        self.starts = [each for each in starts if _code(each) not in temporary]
        self._window = window
        self._back = back
        self._ends = {_placement(each): each for each in ends}
        started = {_placement(start) for start in starts}
        self._ends_alone = [
            each
            for each in ends
            if _code(each) not in temporary and _placement(each) not in started
        ]

    def end(self, start: Event) -> Event | None:
        """How the placement ended, if that is known."""
        return self._ends.get(_placement(start))

    def before(self, start: Event) -> Event | None:
        """The placement before this one: its start, or its end where only that is known."""
        place = self.starts.index(start)
        if place:
            return self.starts[place - 1]
        alone = [each for each in self._ends_alone if each.placed_at <= start.placed_at]
        return alone[-1] if alone else None

    def is_move(self, start: Event) -> bool:
        """Whether another placement started, ran or ended in the window before this one.

        A placement that began at an unknown time was running when its history was loaded.
        """
        if start.occurred.precision is Precision.UNKNOWN:
            return False
        since = start.placed_at - self._window
        earlier = self.starts[: self.starts.index(start)]
        seen = [each for each in earlier if each.placed_at >= start.placed_at - self._back]
        return any(self._lasted_into(each, since) for each in seen) or any(
            since <= each.placed_at <= start.placed_at for each in self._ends_alone
        )

    def moves_up_to(self, start: Event) -> list[Event]:
        """The moves in the window up to this one, itself included."""
        since = start.placed_at - self._window
        upto = self.starts[: self.starts.index(start) + 1]
        return [each for each in upto if each.placed_at >= since and self.is_move(each)]

    def _lasted_into(self, start: Event, since: datetime) -> bool:
        end = self.end(start)
        return end is None or end.placed_at >= since


def _finding(start: Event, history: History, thresholds: Thresholds) -> Finding | None:
    if not history.is_move(start):
        return None
    moves = history.moves_up_to(start)
    before = history.before(start)
    reasons = _reasons(start, before, history, len(moves), thresholds)
    ended = history.end(before) if before is not None and before.type == START else before
    grounds = tuple(dict.fromkeys(each for each in (before, ended, start) if each is not None))
    return Finding(
        severity=Severity.HIGH if reasons else Severity.MEDIUM,
        headline="Placement move" + (f": {reasons[0]}" if reasons else ""),
        what=f"Moved to {_kind(start)}." + "".join(f" {each.capitalize()}." for each in reasons),
        where=start.details["name"],
        occurred=start.occurred,
        grounds=grounds,
        route=Route(act=_ABLE_TO_ACT if reasons else ()),
    )


def _reasons(
    start: Event,
    before: Event | None,
    history: History,
    moves: int,
    thresholds: Thresholds,
) -> list[str]:
    says = start.details
    reasons = []
    if moves >= thresholds["moves"]:
        months = round(thresholds["window_days"] / 30.5)
        reasons.append(f"{thresholds['moves']} moves or more in {months} months")
    if says["registration"] in {"unregulated", "unregistered"}:
        reasons.append(f"the placement is {says['registration']}")
    if says["emergency"]:
        reasons.append("an emergency placement")
    if says["out_of_area"]:
        reasons.append("out of area")
    if says["planned"] is False:
        reasons.append("not planned")
    ended = history.end(before) if before is not None and before.type == START else before
    if ended is not None and ended.details["planned"] is False:
        reasons.append("the placement before ended unplanned")
    return reasons


def moves_up_to(start: Event, case: Case, thresholds: Thresholds) -> int:
    """How many moves there are in the window up to this start; 0 where it is none itself."""
    history = History(case, start, thresholds)
    known = start in history.starts and history.is_move(start)
    return len(history.moves_up_to(start)) if known else 0


def _kind(start: Event) -> str:
    kind = start.details["kind"]
    return str(kind["display"] or f"a placement of kind {kind['code']}")


def _spans(thresholds: Thresholds) -> tuple[timedelta, timedelta]:
    window, back = thresholds["window_days"], thresholds["look_back_days"]
    return timedelta(days=window), timedelta(days=back)


def _code(event: Event) -> str | None:
    code: str | None = (event.details["kind"] or {}).get("code")
    return code


def _placement(event: Event) -> tuple[str, str]:
    return (event.agency, event.details["placement"])


def _key(event: Event) -> str:
    return ground_key("placement", event.agency, event.details["placement"])
