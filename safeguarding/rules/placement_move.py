"""placement-move: a child is moved, again, or to where she is less safe (3.10 to 3.27).

About nine placements in seven months, two of them hospital wards, several not registered
with anybody. A move is told to the network; one that adds risk goes to those who decide.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.rules.rule import Finding, Need, Route, Thresholds

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
        """All placements of some years back, since a placement may run for years."""
        return (
            Need(
                self.watches,
                timedelta(days=thresholds["look_back_days"]),
                timedelta(days=thresholds["window_days"]),
            ),
        )

    def keys(self, case: Case, about: Event) -> set[str]:
        """Every placement at hand: an earlier one that comes to light changes later moves."""
        starts = [standing.event for standing in case.standings.values()]
        return {_key(about)} | {_key(each) for each in starts if each and each.type == START}

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about each placement that this event may have made a move."""
        window = timedelta(days=thresholds["window_days"])
        back = timedelta(days=thresholds["look_back_days"])
        temporary = frozenset(thresholds["temporary_codes"])
        history = _History(
            case.events({START}, about.occurred.at - back, about.occurred.at + window),
            case.events({END}, about.occurred.at - back, about.occurred.at + window),
            window,
            temporary,
        )
        findings: dict[str, Finding | None] = {}
        if about.type == START and case.standing_event(about.key) is None:
            findings[_key(about)] = None
        # An end may be stated to the day, so that the next placement seems to begin before it.
        since = about.occurred.at - timedelta(days=7)
        for start in history.starts:
            if since <= start.occurred.at <= about.occurred.at + window:
                findings[_key(start)] = _finding(start, history, thresholds)
        return findings


class _History:
    """Placements by when they started, and how each ended."""

    def __init__(
        self,
        starts: Sequence[Event],
        ends: Sequence[Event],
        window: timedelta,
        temporary: frozenset[str],
    ) -> None:
        self.starts = [each for each in starts if each.details["kind"]["code"] not in temporary]
        self._window = window
        self._ends = {(each.agency, each.details["placement"]): each for each in ends}
        self._ends_alone = [
            each
            for each in ends
            if (each.details["kind"] or {}).get("code") not in temporary
            and not any(_placement(each) == _placement(start) for start in starts)
        ]

    def end(self, start: Event) -> Event | None:
        """How the placement ended, if that is known."""
        return self._ends.get(_placement(start))

    def before(self, start: Event) -> Event | None:
        """The placement before this one: its start, or its end where only that is known."""
        place = self.starts.index(start)
        if place:
            return self.starts[place - 1]
        alone = [each for each in self._ends_alone if each.occurred.at <= start.occurred.at]
        return alone[-1] if alone else None

    def is_move(self, start: Event) -> bool:
        """Whether another placement started, ran or ended in the window before this one."""
        since = start.occurred.at - self._window
        earlier = self.starts[: self.starts.index(start)]
        return any(self._lasted_into(each, since) for each in earlier) or any(
            since <= each.occurred.at <= start.occurred.at for each in self._ends_alone
        )

    def moves_up_to(self, start: Event) -> list[Event]:
        """The moves in the window up to this one, itself included."""
        since = start.occurred.at - self._window
        upto = self.starts[: self.starts.index(start) + 1]
        return [each for each in upto if each.occurred.at >= since and self.is_move(each)]

    def _lasted_into(self, start: Event, since: datetime) -> bool:
        end = self.end(start)
        return end is None or end.occurred.at >= since


def _finding(start: Event, history: _History, thresholds: Thresholds) -> Finding | None:
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
    history: _History,
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


def _kind(start: Event) -> str:
    kind = start.details["kind"]
    return str(kind["display"] or f"a placement of kind {kind['code']}")


def _placement(event: Event) -> tuple[str, str]:
    return (event.agency, event.details["placement"])


def _key(event: Event) -> str:
    return f"placement:{event.agency}:{event.details['placement']}"
