"""Who the child lives with around an event, and what they have said: for placement-silence."""

from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.planning.looked_after import PLACEMENT_END, PLACEMENT_START
from safeguarding.rules.rule import Thresholds
from safeguarding.rules.significant_events import (
    SIGNIFICANT,
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
_ALL = SIGNIFICANT | WORDS | STAYS | {PLACEMENT_START, PLACEMENT_END}


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
    ``over`` ends it, or takes her to hospital, after the opening. ``word`` is the first after it.
    """

    def __init__(
        self, opening: Event, case: Case, around: timedelta, thresholds: Thresholds
    ) -> None:
        at, place = opening.placed_at, _place(opening)
        told = case.events(_ALL, at - around, at + around)
        # Of the opening's own instant, what comes first by its name is before.
        before = [each for each in told if _place(each) < place]
        after = [each for each in told if _place(each) > place]
        self.home = _home([*before, opening], thresholds)
        self.in_hospital = _in_hospital(before)
        self.over = next((each for each in after if self._ends(each, thresholds)), None)
        self.word = next((each for each in after if spoke(each)), None)
        if self.over and self.word and _place(self.word) > _place(self.over):
            self.word = None  # It is of others, or of another time.
        came = at if self.home is None else self.home.placed_at
        recent = came - timedelta(days=thresholds["recent_days"])
        self.grave_before_home = any(
            is_grave(each, thresholds) and recent <= each.placed_at <= came for each in before
        )
        since = [each for each in before if each.placed_at >= came]
        words = [_place(each) for each in since if spoke(each)]
        last = max(words, default=None)
        grave = [each for each in since if happened(each, thresholds)]
        self.silent_already = (last is None and self.grave_before_home) or any(
            last is None or _place(each) > last for each in grave
        )

    def _ends(self, event: Event, thresholds: Thresholds) -> bool:
        if event.type == PLACEMENT_END:
            own = self.home is not None and self.home.details["placement"]
            return bool(event.details["placement"] == own)
        moved = event.type == PLACEMENT_START and not _is_temporary(event, thresholds)
        return moved or event.type == ADMISSION


def _place(event: Event) -> tuple[object, ...]:
    return (event.placed_at, event.key)


def _is_temporary(start: Event, thresholds: Thresholds) -> bool:
    return start.details["kind"]["code"] in thresholds["temporary_codes"]


def _home(told: list[Event], thresholds: Thresholds) -> Event | None:
    """The last placement that has not ended, if there are carers in it who publish."""
    starts = [
        each
        for each in told
        if each.type == PLACEMENT_START and not _is_temporary(each, thresholds)
    ]
    if not starts or starts[-1].details["kind"]["code"] in thresholds["codes_without_carers"]:
        return None
    number = starts[-1].details["placement"]
    ends = [each for each in told if each.type == PLACEMENT_END]
    return None if any(each.details["placement"] == number for each in ends) else starts[-1]


def _in_hospital(before: list[Event]) -> bool:
    stays = [each for each in before if each.type in STAYS]
    return bool(stays) and stays[-1].type == ADMISSION
