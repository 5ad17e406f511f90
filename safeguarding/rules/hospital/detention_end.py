"""detention-end: a detention that has come to its end by law, and of which no end is told (3.24).

In the review both detentions ended in time: section 136 within a day (3.20), section 2 on its day
21 (3.26). Where nobody tells of an end, the last that was heard of a child is that she is detained,
and whoever joins her network months later would hear it too. So every detention whose time the law
sets awaits the word of how it ended, until then; after that it is for no newcomer (``bounds``). Of
section 2 it is awaited some days before its last day what follows, while there is time to agree.

Of two agencies that tell of one detention each has its own, as in absconded-detained. That the
tribunal may be asked in the first 14 days of section 2 is said there; nothing that agencies publish
tells that it was asked, so nothing of it can be awaited.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import opening_before
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.hospital import detention_clock as clock
from safeguarding.rules.hospital import detention_end_words as words
from safeguarding.rules.hospital import mental_health_status as status
from safeguarding.rules.rule import Thresholds, ground_key

DISCHARGE = "hospital-discharge"
PLANNED = "discharge-planned"


class DetentionEnd(Absence):
    """Of each detention how it ended; of section 2 what follows, too."""

    id = "detention-end"
    paragraphs: tuple[str, ...] = ("3.20", "3.24", "3.26")
    why = (
        "The law says how long a child may be detained. When that time is over, somebody must know "
        "how it ended, and by what authority the child is kept, if so."
    )
    opens = frozenset({status.DETENTION})
    meets = frozenset({status.DETENTION, status.TRANSFER, DISCHARGE, PLANNED})
    bounds = "absconded-detained"

    def window(self, thresholds: Thresholds) -> timedelta:
        """An end that is told of a later day is looked for so long."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The detention, called as in absconded-detained; and what follows it."""
        name = (opening.agency, opening.reference)
        return (ground_key("detention", *name), ground_key("near", *name))

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """A word of how it ended by then, and before that of what follows section 2."""
        if not status.begins(opening):
            return
        around = self.window(thresholds)
        since, until = opening.placed_at - around, opening.placed_at + around
        detentions = case.events({status.DETENTION}, since, until)
        due_at = clock.latest_end(opening, detentions, thresholds)
        if due_at is None:
            return
        moves = case.events({status.TRANSFER}, since, until)
        left = case.events({DISCHARGE}, since, until)
        over = clock.said_over(opening, due_at, detentions, moves, left)
        ended, near = self.keys_of(opening)
        met = None if over is None else Met(over, _at(over, due_at))
        yield Expected(
            key=ended,
            what=words.awaited(opening),
            opening=opening,
            due_at=due_at,
            awaits=self.opens,  # A hospital that tells of discharges only would not tell of it.
            met=met,
            missed=words.missed(opening, due_at, met, thresholds),
        )
        if clock.code_of(opening) != clock.SECTION_2:
            return
        before = opening_before(due_at - timedelta(days=thresholds["near_days"]), calendar)
        plans = case.events({PLANNED}, opening.placed_at, until)
        told = [each for each in (over, *plans[:1]) if each is not None]
        first = min(told, key=lambda each: (each.over_at, each.key), default=None)
        known = None if first is None else Met(first, _at(first, before))
        yield Expected(
            key=near,
            what="what follows section 2, some days before its last",
            opening=opening,
            due_at=before,
            awaits=self.opens,
            met=known,
            missed=words.near(opening, due_at, known),
        )


def _at(word: Event, due_at: datetime) -> datetime:
    """When it happened. A day whose hour is not known may have been in time, and is."""
    return due_at if word.placed_at <= due_at <= word.over_at else word.over_at
