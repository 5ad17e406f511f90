"""Stays with a parent, as the events tell of them: no reference says which belong together.

An authority tells of one move twice: as a placement, and as a return to parents. So all that tells
of a beginning belongs to one stay, until something ends it: its end, or a placement elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from safeguarding.case import Case
from safeguarding.events import Event, Reference
from safeguarding.rules.rule import Thresholds

START = "placement-start"
END = "placement-end"
RETURN = "return-to-parents"

_BEGINS = frozenset({"agreed", "started"})


@dataclass(slots=True)
class Stay:
    """What tells of one stay: what began it (or agreed to it), and what ended it."""

    begun: list[Event] = field(default_factory=list)
    ends: list[Event] = field(default_factory=list)

    @property
    def events(self) -> list[Event]:
        """All of it, what ended it last."""
        return [*self.begun, *self.ends]

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return bool(self.ends)

    @property
    def lives_there(self) -> bool:
        """Whether the child went there, and it is not only agreed."""
        return any(each.type == START or each.details["step"] == "started" for each in self.begun)

    @property
    def told(self) -> Event | None:
        """The last word of a return to parents, which alone says on what footing."""
        return next((each for each in reversed(self.begun) if each.type == RETURN), None)

    @property
    def footing(self) -> str | None:
        """On what footing, where anybody says."""
        footing: str | None = self.told.details["footing"] if self.told else None
        return footing


def stays(case: Case, since: datetime, until: datetime, thresholds: Thresholds) -> list[Stay]:
    """The stays of this time, in their order."""
    events = case.events({START, END, RETURN}, since, until)
    placed = {
        _placement(each) for each in events if each.type == START and _at_parents(each, thresholds)
    }
    found: list[Stay] = []
    for event in sorted(events, key=_order):
        if _begins(event, thresholds):
            if not found or found[-1].ended:
                found.append(Stay())
            found[-1].begun.append(event)
        elif found and _ends(event, placed, thresholds) and not found[-1].ended:
            found[-1].ends.append(event)
    return found


def _begins(event: Event, thresholds: Thresholds) -> bool:
    if event.type == RETURN:
        # Once the order is discharged the child is looked after no more.
        says = event.details
        return says["step"] in _BEGINS and says["footing"] != "order_discharged"
    return event.type == START and _at_parents(event, thresholds)


def _ends(event: Event, placed: Iterable[tuple[str, str]], thresholds: Thresholds) -> bool:
    if event.type == RETURN:
        return bool(event.details["step"] == "ended")
    if event.type == END:
        return _placement(event) in placed or _code(event) in thresholds["parent_codes"]
    return _code(event) not in thresholds["temporary_codes"]


def _at_parents(event: Event, thresholds: Thresholds) -> bool:
    return _code(event) in thresholds["parent_codes"]


def _code(event: Event) -> str | None:
    code: str | None = (event.details["kind"] or {}).get("code")
    return code


def _placement(event: Event) -> tuple[str, str]:
    return (event.agency, event.details["placement"])


def _order(event: Event) -> tuple[datetime, Reference]:
    """A day on which a stay ended is over when it is."""
    over = event.type == END or (event.type == RETURN and event.details["step"] == "ended")
    return (event.over_at if over else event.placed_at, event.key)
