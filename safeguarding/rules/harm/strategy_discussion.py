"""strategy-discussion: after an allegation of harm the agencies talk about the child (3.16, 3.19).

Working Together to Safeguard Children: whenever there is reasonable cause to suspect that a child
suffers or is likely to suffer significant harm, children's social care, the police and health hold
a strategy discussion, as soon as that is so. It gives no hours. One working day after the
allegation was known is chosen.

A strategy discussion that was held since then counts, whatever called it, and one about the
allegation's own reference whenever it was. One held before the allegation does not, nor does any
other meeting: a review or a panel does not decide whether there is an enquiry. Once it is told what
became of the allegation nothing is awaited any more. That the child denies it changes nothing here.

Of one allegation, as its agency numbers it, several reports may tell; what is said last stands. Who
looks after the child never reads of it here: it may be about them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_working_day
from safeguarding.events import Event
from safeguarding.moments import Precision
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.harm import allegations
from safeguarding.rules.harm import strategy_discussion_words as words
from safeguarding.rules.rule import Thresholds
from safeguarding.rules.statements import last_said

MEETING = "meeting"
OUTCOME = "allegation-outcome"

_NO_DAY = frozenset({Precision.MONTH, Precision.UNKNOWN})


class StrategyDiscussion(Absence):
    """One discussion for each allegation that the child was harmed."""

    id = "strategy-discussion"
    paragraphs: tuple[str, ...] = ("1.4", "3.16", "3.19")
    why = (
        "Each agency knows a part of what is alleged. Whether the child is safe tonight, and who "
        "speaks to the child first, is decided well only together, and soon."
    )
    opens = frozenset({allegations.ALLEGATION})
    meets = frozenset({MEETING})
    bears = frozenset({OUTCOME})

    def window(self, thresholds: Thresholds) -> timedelta:
        """Children tell of harm years later, and the discussion follows when they tell."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str]:
        """The allegation."""
        return (allegations.key(opening),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterable[Expected]:
        """The discussion, where the last word is still that the child was harmed."""
        around = self.window(thresholds)
        told = _told_of(opening, case, around)
        said = last_said(told)
        known_at = _known_at([each for each in told if _of_harm(each, thresholds)])
        late = timedelta(days=thresholds["late_days"])
        if known_at is None or not _of_harm(said, thresholds):
            return
        if known_at + late > told[0].placed_at + around:
            return  # The discussion that follows does not see so far back.
        days: int = thresholds["working_days"]
        due_at = end_of_working_day(known_at, days, calendar)
        held = _held(told, known_at, known_at + late, case, thresholds)
        in_time = held is not None and held.at <= due_at
        ended = None if in_time else _ended(opening, due_at, case, around)
        yield Expected(
            key=allegations.key(opening),
            what="a strategy discussion",
            opening=told[0],
            due_at=due_at,
            awaits=self.meets,
            met=held,
            missed=words.not_held(said, held, days),
            cancelled=ended,
        )


def _told_of(opening: Event, case: Case, around: timedelta) -> list[Event]:
    """All that is told of the same allegation, oldest first."""
    placed = opening.placed_at
    reports = case.events({allegations.ALLEGATION}, placed - around, placed + around)
    return [each for each in reports if allegations.key(each) == allegations.key(opening)]


def _of_harm(report: Event, thresholds: Thresholds) -> bool:
    """Whether it may be significant harm: another crime against the child alone need not be."""
    kinds = report.details["kinds"]
    named = not kinds or not set(thresholds["harm_kinds"]).isdisjoint(kinds)
    return named and allegations.of_harm(report)


def _known_at(reports: Sequence[Event]) -> datetime | None:
    """When the first who tells of it knew; when the hub was told, where that is not said.

    None where history says neither: then nobody knows when a discussion would have been due.
    """
    known = [_known(each) for each in reports]
    return min((each for each in known if each is not None), default=None)


def _known(report: Event) -> datetime | None:
    if report.known.precision in _NO_DAY:
        return None if report.backfilled else report.received_at
    return max(report.placed_at, min(report.known.at, report.received_at))


def _held(
    told: Sequence[Event], since: datetime, until: datetime, case: Case, thresholds: Thresholds
) -> Met | None:
    """The first that was held since then, or about this; of its own day it is taken for granted."""
    references = {each.reference for each in told}
    held = [
        each
        for each in case.events({MEETING}, told[0].placed_at - (until - since), until)
        if each.details["step"] == "held"
        and each.details["kind"] in thresholds["meeting_kinds"]
        and (each.over_at >= since or each.details["about_reference"] in references)
    ]
    return Met(held[0], held[0].placed_at) if held else None


def _ended(opening: Event, due_at: datetime, case: Case, around: timedelta) -> str | None:
    """Why it was awaited no more when it fell due."""
    placed = opening.placed_at
    outcomes = [
        each
        for each in case.events({OUTCOME}, placed - around, placed + around)
        if allegations.key(each) == allegations.key(opening)
        and each.details["outcome"] != "goes_on"
        and each.placed_at < due_at
    ]
    return "what became of the allegation was known before it was due" if outcomes else None
