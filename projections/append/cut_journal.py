"""The journal of an append of which the log kept only some entries: it goes on behind those.

What is missing is decided anew, with the same ids, from the cases as they are now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from projections.append.drafts import Instant
from projections.append.journal import Journal
from projections.append.others import Others
from safeguarding.case import Case
from safeguarding.events import ABOUT_ALERTS, Event
from safeguarding.facts import Fact
from safeguarding.resolution import Resolution
from safeguarding.ruleset import Context
from safeguarding.timeline import Entry
from safeguarding.undecided import tell_undecided


@dataclass(slots=True)
class CutJournal(Journal):
    """See the module."""

    def resume_companion(self, own: Entry, event: Event, child_id: UUID, *, is_named: bool) -> None:
        """Say in that child's log what is missing there after an event whose entry the log kept."""
        since = Instant(event.received_at, event.broker_at)
        others = Others(event, own, self.cases, self._context(self.hub_now))
        told = others.companions([child_id]) if is_named else others.parted([child_id])
        self._tell_others(told, own, since, self.hub_now)

    def resume(self, own: Entry, event: Event, before: Event | None, identity: Resolution) -> None:
        """Decide what is missing after an event whose entry the log kept: with the same ids.

        ``before`` stood under its reference until then. ``identity`` is what was resolved.
        """
        case = self.cases[own.child_id]
        since = Instant(event.received_at, event.broker_at)
        if case.sequence == own.sequence:  # What says who the child is comes right behind it.
            new = own.sequence == 1
            for identified in self._identified(identity, case, event, new=new):
                self._follow(case, identified, own, since, self.hub_now)
            if event.type in ABOUT_ALERTS:
                self._about_alert(case, event, own, since, self.hub_now)
        self._decide(case, event, before, own, since, self.hub_now)
        others = Others(event, own, self.cases, self._context(self.hub_now))
        self._tell_others(others.named(identity.named), own, since, self.hub_now)

    def resume_undecided(self, own: Entry, event: Event, identity: Resolution) -> None:
        """Tell of an undecided event what was not told, in the same way."""
        case = self.cases[own.child_id]
        since = Instant(event.received_at, event.broker_at)
        if case.sequence == own.sequence:
            new = own.sequence == 1
            for identified in self._identified(identity, case, event, new=new):
                self._follow(case, identified, own, since, self.hub_now)
        told = tell_undecided(event, case, self._context(self.hub_now))
        if told is not None:
            self._follow(case, told, own, since, self.hub_now)

    def resume_step(self, own: Entry, decide: Callable[[Case, Context], list[Fact]]) -> None:
        """Append what is missing after an entry that the hub itself had made."""
        case = self.cases[own.child_id]
        since = Instant(self.hub_now, self.real_now)
        for fact in decide(case, self._context(self.hub_now)):
            self._follow(case, fact, own, since, self.hub_now)
            self._note_failure(fact, own)
