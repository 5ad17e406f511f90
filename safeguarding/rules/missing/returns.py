"""Returns that lie so close to each other that one interview may be about all of them.

A child who is missing again before the interview was due has one about both, after the next return.
But not without end: of a child who is missing every other night nobody would ever be asked for an
interview. So after some days it is due, however often she is missing again, and then it begins
anew.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from safeguarding.case import Case
from safeguarding.deadlines import hours_after
from safeguarding.events import Event
from safeguarding.rules.absence import Met

FOUND = "missing-found"
REPORT = "missing-report"
INTERVIEW = "return-interview"


@dataclass(frozen=True, slots=True)
class Returns:
    """What bears on the returns of a child, within some time."""

    finds: Sequence[Event]
    reports: Sequence[Event]
    interviews: Sequence[Event]
    hours: int
    at_most: timedelta

    @classmethod
    def around(
        cls, case: Case, since: datetime, until: datetime, hours: int, days: int
    ) -> "Returns":
        """What was told of in [since, until]. The last finding of an episode is the one."""
        last: dict[tuple[str, str], Event] = {}
        for each in case.events({FOUND}, since, until):
            last.pop(_episode(each), None)
            last[_episode(each)] = each
        return cls(
            finds=[*last.values()],
            reports=case.events({REPORT}, since, until),
            interviews=case.events({INTERVIEW}, since, until),
            hours=hours,
            at_most=timedelta(days=days),
        )

    def run_to(self, end: Event) -> list[Event]:
        """The returns that belong together, up to this one and with it."""
        at = next((n for n, each in enumerate(self.finds) if each.key == end.key), -1)
        # Back to where no return led to another; from there on only time parts them.
        first = at = at % len(self.finds)
        while first > 0 and self._leads_on(self.finds[first - 1]):
            first -= 1
        run: list[Event] = []
        for each in self.finds[first : at + 1]:
            if run and not self._may_wait(run):
                run = []
            run.append(each)
        return run

    def merged(self, run: Sequence[Event]) -> bool:
        """Whether the last of the run waits for the next return."""
        return self._may_wait(run) and self.again(run[-1]) != []

    def again(self, end: Event) -> list[Event]:
        """The reports after this return, before an interview about it was held or due."""
        until = hours_after(end.over_at, self.hours)
        met = first_held(self.about(end))
        first = bisect_left(self.reports, end.over_at, key=_place)
        after = bisect_right(self.reports, until, key=_place)
        return [
            each
            for each in self.reports[first:after]
            if _episode(each) != _episode(end) and (met is None or each.placed_at < met.at)
        ]

    def about(self, *episodes: Event) -> list[Event]:
        """The interviews about any of these, each a finding or a report."""
        return [each for each in self.interviews if any(_about(each, one) for one in episodes)]

    def _may_wait(self, run: Sequence[Event]) -> bool:
        return run[-1].over_at < run[0].over_at + self.at_most

    def _leads_on(self, end: Event) -> bool:
        return first_held(self.about(end)) is None and self.again(end) != []


def touched(
    about: Event, finds: Sequence[Event], reports: Sequence[Event], hours: int
) -> list[Event]:
    """The returns of which this event may say something else; and so of those that follow them."""
    if about.type == FOUND:
        return [each for each in finds if _episode(each) == _episode(about)]
    if about.type == REPORT:
        return [each for each in finds if _soon_after(each, about, hours)]
    said_of = [each for each in reports if _about(about, each)]
    return [
        each
        for each in finds
        if _about(about, each) or any(_soon_after(each, one, hours) for one in said_of)
    ]


def _soon_after(end: Event, report: Event, hours: int) -> bool:
    return end.over_at <= report.placed_at <= hours_after(end.over_at, hours)


def first_held(interviews: Sequence[Event]) -> Met | None:
    """The first that took place, or that the child declined."""
    done = [each for each in interviews if each.details["step"] in {"held", "declined"}]
    return Met(done[0], done[0].placed_at) if done else None


_place = attrgetter("placed_at")


def _episode(event: Event) -> tuple[str, str]:
    """As the agency that opened it numbers it."""
    return event.agency, event.details["episode"]


def _about(interview: Event, one: Event) -> bool:
    episode = one.details["episode"]
    says = interview.details
    # The force that found her asks for its own ends: only what it calls independent counts.
    counts = interview.agency != one.agency or bool(says["independent"])
    return counts and (says["episode"] == episode or episode in says["covers"])
