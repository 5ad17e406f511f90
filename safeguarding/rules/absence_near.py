"""An absence rule whose windows are long, and of whose openings an event bears on a few only.

Most events come last in a history: what they can change lies between two words, or in the weeks
beside them. To read every opening of a year anew for each of them would cost more with every month
that a child is in care, on the path on which alerts are decided.
"""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.office import Calendar
from safeguarding.rules.absence import HARM, Absence, Expected, _ended
from safeguarding.rules.rule import Thresholds


class NearAbsence(Absence):
    """As every absence; ``between`` says which openings an event may bear on."""

    @abstractmethod
    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """From when until when an opening may lie on which this event bears."""

    def expectations(
        self, case: Case, about: Event, thresholds: Thresholds, calendar: Calendar
    ) -> Mapping[str, Expected | None]:
        """What is awaited under each such ground; None where nothing is."""
        found: dict[str, Expected | None] = {}
        if about.type in self.opens:
            found |= dict.fromkeys(self.keys_of(about))  # Unless it stands, which is seen below.
        around = self.window(thresholds)
        since, until = about.placed_at - around, about.placed_at + around
        if about.type != HARM:
            since, until = self.between(case, about, thresholds)
        for opening in case.events(self.opens, since, until):
            found |= dict.fromkeys(self.keys_of(opening))
            for each in self.expected(opening, case, thresholds, calendar):
                found[each.key] = _ended(each, case, around)
        return found
