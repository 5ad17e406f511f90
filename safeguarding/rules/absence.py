"""An absence: something that must happen by a time, or at an event, and what is told if it has not.

Such a rule says what it awaits under each ground, as the history has it: until when, and what has
met it. It is as pure a reading as any other rule's, and knows no present. Whether the time has
passed without an answer is for the clock to find (``safeguarding.due``), once the hub has read all
that was published before; the rule's alert stands while an expectation is missed, and no longer.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from safeguarding.case import Case
from safeguarding.deadlines import eighteenth_birthday
from safeguarding.events import Event
from safeguarding.moments import Precision
from safeguarding.office import Calendar
from safeguarding.rules.rule import Finding, Need, Thresholds

HARM = "serious-harm"
_HARMS = frozenset({HARM})
_DAYS = frozenset({Precision.DAY, Precision.MONTH})


@dataclass(frozen=True, slots=True)
class Met:
    """The event that truly met what was awaited, and when that happened, in time or late."""

    by: Event
    at: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """What is awaited under one ground.

    ``due_at`` is None while it is due at an event that has not come; what is met after it is met
    late. ``awaits`` names the types of event that can meet it, from one of ``agencies`` (from
    anybody where it is empty). ``cancelled`` says why it was awaited no more when it fell due, in
    words that stand alone. ``missed`` is what is told when it was not met in time, and so must say
    if it was met late since; its route ought to tell those who spoke in the opening event as well,
    since it is no news of theirs. Where that is settled nobody is called but whoever was before.
    ``also_at_18`` says that it is awaited though the child is 18 when it falls due.
    """

    key: str
    what: str
    opening: Event
    due_at: datetime | None
    awaits: frozenset[str]
    missed: Finding
    agencies: frozenset[str] = frozenset()
    met: Met | None = None
    cancelled: str | None = None
    also_at_18: bool = False

    @property
    def met_in_time(self) -> Met | None:
        """What met it, unless that was late.

        A time that is over with a day is the beginning of the next one. What is told of that day,
        and of no hour, came after it.
        """
        if self.met is None or self.due_at is None:
            return self.met
        by = self.met.by
        day_after = by.placed_at == self.due_at and by.occurred.precision in _DAYS
        return None if day_after or self.met.at > self.due_at else self.met


class Absence(ABC):
    """The base of such rules. ``opens`` are the events that open what ``meets`` can meet.

    ``bears`` bear on it besides: they say when it is due, or that it is so no more. ``bounds``
    names a rule whose alerts under the same keys are about what cannot last until after it is due:
    no newcomer is sent them then, since by law it is over, whoever tells of it.
    """

    id: str
    paragraphs: tuple[str, ...]
    why: str
    opens: frozenset[str]
    meets: frozenset[str]
    bears: frozenset[str] = frozenset()
    bounds: str | None = None

    @cached_property
    def watches(self) -> frozenset[str]:
        """All of them, and a death, after which nothing is awaited."""
        return self.opens | self.meets | self.bears | {HARM}

    @abstractmethod
    def window(self, thresholds: Thresholds) -> timedelta:
        """How far from an opening event lies what bears on it, at most, on either side."""

    @abstractmethod
    def keys_of(self, opening: Event) -> Sequence[str]:
        """What the grounds are called that this event may open."""

    @abstractmethod
    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterable[Expected]:
        """What this event opens: nothing where there is no ground after all."""

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """From when until when an opening may lie on which this event bears.

        Narrower where windows are long: most events come last in a history, and to read every
        opening of a year anew for each would cost more with every month that a child is in care.
        """
        del case
        around = self.window(thresholds)
        return about.placed_at - around, about.placed_at + around

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What can be seen from any opening that an event may bear on."""
        around = 2 * self.window(thresholds)
        return (Need(self.watches, around, around),)

    def keys(self, case: Case, about: Event) -> set[str]:
        """The grounds of every opening at hand: an event may bear on each."""
        openings = case.standings.of(self.opens)
        if about.type in self.opens:
            openings.append(about)
        return {key for each in openings for key in self.keys_of(each)}

    def expectations(
        self, case: Case, about: Event, thresholds: Thresholds, calendar: Calendar
    ) -> Mapping[str, Expected | None]:
        """What is awaited under each ground on which the event may bear; None where nothing is."""
        found: dict[str, Expected | None] = {}
        if about.type in self.opens:
            found |= dict.fromkeys(self.keys_of(about))  # Unless it stands, which is seen below.
        around = self.window(thresholds)
        since, until = about.placed_at - around, about.placed_at + around
        if about.type != HARM:
            since, until = self.between(case, about, thresholds)
        deaths = _deaths(case, since - around, until + around)
        for opening in case.events(self.opens, since, until):
            for key in self.keys_of(opening):
                found.setdefault(key)
            for each in self.expected(opening, case, thresholds, calendar):
                found[each.key] = unless_over(each, deaths, around, case.subject.born)
        return found

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """Nothing of itself: an alert follows from what became of an expectation."""
        del case, about, thresholds
        return {}


def _deaths(case: Case, since: datetime, until: datetime) -> list[Event]:
    told = case.events(_HARMS, since, until)
    return [each for each in told if each.details["kind"] == "death"]


def unless_over(
    expected: Expected, deaths: Sequence[Event], around: timedelta, born: date | None
) -> Expected:
    """The same, cancelled where the child has died, or is no child any more, when it falls due."""
    opened, due_at = expected.opening.placed_at, expected.due_at
    near = (each.placed_at for each in deaths if abs(each.placed_at - opened) <= around)
    died_at = next(near, None)
    if died_at is not None and (due_at is None or died_at < due_at):
        return replace(expected, cancelled="the child has died")
    if born is None or due_at is None or expected.also_at_18:
        return expected
    if due_at >= eighteenth_birthday(born):
        return replace(expected, cancelled="the child is 18 by then")
    return expected
