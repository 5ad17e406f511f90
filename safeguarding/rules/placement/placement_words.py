"""Who the child lives with around an event, and what they have said: for placement-silence."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import cached_property

from safeguarding.case import Case
from safeguarding.events import Event, Reference
from safeguarding.rules.planning.looked_after import PLACEMENT_END, PLACEMENT_START
from safeguarding.rules.rule import Thresholds
from safeguarding.rules.significant_events import (
    SIGNIFICANT_FOR_A_PLACEMENT,
    is_significant_for_a_placement,
)

ADMISSION = "hospital-admission"
DISCHARGE = "hospital-discharge"
STAYS = frozenset({ADMISSION, DISCHARGE})
WORDS = frozenset(
    {
        "carer-concern",
        "substance-concern",
        "exploitation-concern",
        "self-harm-incident",
        "missing-report",
        "missing-found",
        "sighting",
        "restriction",
        "means-of-harm",
        "wishes-and-feelings",
    }
)
"""In which types of event those she lives with speak."""
GRAVE = SIGNIFICANT_FOR_A_PLACEMENT
"""In which types of event something grave happens."""

_CARERS = frozenset({"placement", "foster_carer"})
# Whom the event names beside its publisher: who rings the police has not been silent.
_NAMED = {"missing-report": "reported_by", "missing-found": "found_by"}
_MOVES = frozenset({PLACEMENT_START, PLACEMENT_END, ADMISSION})


def spoke(event: Event) -> bool:
    """Whether it is a word of those the child lives with, or of what they told the publisher."""
    named = event.details[_NAMED[event.type]] if event.type in _NAMED else None
    return event.type in WORDS and not _CARERS.isdisjoint({event.said_by, named})


def happened(event: Event, thresholds: Thresholds) -> bool:
    """Whether something grave happened that is not told by those she lives with."""
    return is_grave(event, thresholds) and not spoke(event)


def is_grave(event: Event, thresholds: Thresholds) -> bool:
    """Whether those she lives with must have something to say of it, whoever told of it."""
    return is_significant_for_a_placement(event, thresholds["self_harm_codes"])


class Living:
    """Where she lives at ``opening``, and who has said what there, as far as ``case`` shows.

    ``home`` is the start of the placement, None where it is not known or has no carers who publish.
    The rest is looked up when it is asked for: of most events nothing is awaited, and no history
    need be read to see that.
    """

    def __init__(
        self, opening: Event, case: Case, around: timedelta, thresholds: Thresholds
    ) -> None:
        self._at, self._here = opening.placed_at, _place(opening)
        self._since, self._until = self._at - around, self._at + around
        self._case, self._thresholds = case, thresholds
        self.home = self._home(opening)

    @property
    def in_hospital(self) -> bool:
        """Whether she is in hospital when it happens."""
        stays = self._before(STAYS)
        return bool(stays) and stays[-1].type == ADMISSION

    @cached_property
    def over(self) -> Event | None:
        """What ends the stay there, or takes her to hospital, after the opening."""
        return next((each for each in self._after(_MOVES) if self._ends(each)), None)

    @cached_property
    def word(self) -> Event | None:
        """The first word after the opening, unless the stay there is over by then."""
        word = next((each for each in self._after(WORDS) if spoke(each)), None)
        if self.over and word and _place(word) > _place(self.over):
            return None  # It is of others, or of another time.
        return word

    @cached_property
    def grave_before_home(self) -> bool:
        """Whether she came there soon after something grave."""
        recent = self._came - timedelta(days=self._thresholds["recent_days"])
        before = self._before(GRAVE, recent, self._came)
        return any(is_grave(each, self._thresholds) for each in before)

    @property
    def silent_already(self) -> bool:
        """Whether a word was awaited before the opening that has not come."""
        words = self._before(WORDS, self._came)
        last = next((_place(each) for each in reversed(words) if spoke(each)), None)
        if last is None and self.grave_before_home:
            return True
        return any(
            (last is None or _place(each) > last) and happened(each, self._thresholds)
            for each in self._before(GRAVE, self._came)
        )

    @property
    def _came(self) -> datetime:
        return self._at if self.home is None else self.home.placed_at

    def _before(
        self, types: Collection[str], since: datetime | None = None, until: datetime | None = None
    ) -> list[Event]:
        """Of the opening's own instant, what comes first by its name is before."""
        since = self._since if since is None else max(since, self._since)
        told = self._case.events(types, since, self._at if until is None else until)
        while told and _place(told[-1]) >= self._here:
            told.pop()
        return told

    def _after(self, types: Collection[str]) -> Iterator[Event]:
        told = self._case.events(types, self._at, self._until)
        return (each for each in told if _place(each) > self._here)

    def _home(self, opening: Event) -> Event | None:
        """The last placement that has not ended, if there are carers in it who publish."""
        told = [*self._before({PLACEMENT_START, PLACEMENT_END}), opening]
        starts = [
            each
            for each in told
            if each.type == PLACEMENT_START and not _is_temporary(each, self._thresholds)
        ]
        without = self._thresholds["codes_without_carers"]
        if not starts or starts[-1].details["kind"]["code"] in without:
            return None
        number = starts[-1].details["placement"]
        ends = [each for each in told if each.type == PLACEMENT_END]
        return None if any(each.details["placement"] == number for each in ends) else starts[-1]

    def _ends(self, event: Event) -> bool:
        if event.type == PLACEMENT_END:
            own = self.home is not None and self.home.details["placement"]
            return bool(event.details["placement"] == own)
        moved = event.type == PLACEMENT_START and not _is_temporary(event, self._thresholds)
        return moved or event.type == ADMISSION


def _place(event: Event) -> tuple[datetime, Reference]:
    return (event.placed_at, event.key)


def _is_temporary(start: Event, thresholds: Thresholds) -> bool:
    return start.details["kind"]["code"] in thresholds["temporary_codes"]
