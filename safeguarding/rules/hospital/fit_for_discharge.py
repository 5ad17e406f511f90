"""fit-for-discharge: a child who is fit to leave hospital and has nowhere to go (3.21, 1.5, 3.10).

In the review a child was medically fit for discharge and stayed on a ward, since no placement was
found that took the risk (3.21); wards were two of her nine placements (3.10). No law says by when a
child who is fit must have left. Procedures of safeguarding partnerships (Greater Manchester's, on
the discharge of vulnerable children) want what follows to be agreed within a working day of it.

So a hospital's word that a child is fit to leave opens two expectations that she leaves: by the end
of the next working day, which is told to those who look for a place, and within a week, when it is
told as graver and to who oversees them. Nothing but leaving that stay meets them, no plan and no
date; see ``ward_readiness``. That she must stay after all ends them. A stay of which nobody says
that she is fit to leave is none of this, however long it lasts; nor is a day of fitness that a
hospital first tells of with the discharge: she has gone then.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_day, end_of_working_day
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.hospital import fit_for_discharge_words as words
from safeguarding.rules.hospital.ward_readiness import (
    DISCHARGE,
    LEAVING,
    READINESS,
    TRANSFER,
    Readiness,
    readiness_from,
)
from safeguarding.rules.rule import Thresholds, ground_key


class FitForDischarge(Absence):
    """Two expectations from the first word that the child is fit to leave: soon, and in a week."""

    id = "fit-for-discharge"
    paragraphs: tuple[str, ...] = ("3.21", "1.5", "3.10", "3.31")
    why = (
        "A ward is no home. A child who is fit to leave and stays, since there is nowhere to go, "
        "is harmed by it, and the longer it lasts the less it is anybody's to end."
    )
    opens = frozenset({READINESS})
    meets = LEAVING

    def window(self, thresholds: Thresholds) -> timedelta:
        """As long as a stay may last."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The word that may be the first, for the next working day and for the week."""
        name = (opening.agency, opening.reference)
        return (ground_key("fit", *name), ground_key("week", *name))

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """That she leaves, where this is the first that tells that she may."""
        readiness = readiness_from(opening, case, self.window(thresholds), thresholds)
        if readiness is None:
            return
        began = opening.placed_at
        soon, week = self.keys_of(opening)
        working_days, days = thresholds["working_days"], thresholds["days"]
        due_soon = end_of_working_day(began, working_days, calendar)
        yield self._leaving(soon, readiness, due_soon, _counted(working_days, "working day"))
        yield self._leaving(
            week, readiness, end_of_day(began, days), _counted(days, "day"), long=True
        )

    def _leaving(
        self, key: str, readiness: Readiness, due_at: datetime, waited: str, *, long: bool = False
    ) -> Expected:
        left, unfit = readiness.left, readiness.unfit
        must_stay = unfit is not None and unfit.placed_at < due_at
        return Expected(
            key=key,
            what=words.AWAITED,
            opening=readiness.began,
            due_at=due_at,
            # That a placement begins somewhere is no sign that its hospital would tell.
            awaits=frozenset({DISCHARGE, TRANSFER}),
            agencies=frozenset({readiness.began.agency}),
            met=None if left is None else Met(left, left.placed_at),
            missed=words.missed(readiness, waited, long=long),
            cancelled=words.MUST_STAY if must_stay else None,
        )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
