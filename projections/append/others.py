"""What an event means for children whose event it is not: the facts for their own logs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from safeguarding.case import Case
from safeguarding.companions import tell_companion, tell_no_companion
from safeguarding.events import Event
from safeguarding.facts import Fact, NamedWithAnother
from safeguarding.ruleset import Context
from safeguarding.timeline import Entry
from safeguarding.two_children import tell_named, tell_settled


@dataclass(frozen=True, slots=True)
class Others:
    """See the module. Whoever asks applies each fact to its case before the next is asked for.

    ``own`` is the event's entry, in the log of the child whose event it is.
    """

    event: Event
    own: Entry
    cases: Mapping[UUID, Case]
    context: Context

    def named(self, children: Sequence[UUID]) -> Iterator[tuple[Case, Fact]]:
        """That the event names each of these too, and what is told around it."""
        event = self.event
        for case in map(self.cases.__getitem__, children):
            told = tell_named(event, case, self.context)
            if told is not None:  # Else it was said when an earlier version came.
                what = (event.agency, event.reference, event.version)
                yield case, NamedWithAnother(*what, self.own.child_id)
                yield case, told

    def settled(self, children: Sequence[UUID]) -> Iterator[tuple[Case, Fact]]:
        """That the event names them no more with another."""
        for case in map(self.cases.__getitem__, children):
            settled = tell_settled(self.event, case, self.context)
            if settled is not None:
                yield case, settled

    def companions(self, children: Sequence[UUID]) -> Iterator[tuple[Case, Fact]]:
        """That the event names each of these as a companion."""
        for case in map(self.cases.__getitem__, children):
            for fact in tell_companion(self.event, case, self.context) or ():
                yield case, fact

    def parted(self, children: Sequence[UUID]) -> Iterator[tuple[Case, Fact]]:
        """That the event names them as companions no more."""
        for case in map(self.cases.__getitem__, children):
            withdrawn = tell_no_companion(self.event, case, self.context)
            if withdrawn is not None:
                yield case, withdrawn
