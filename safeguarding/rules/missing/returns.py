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
        run: list[Event] = []
        for each in self.finds:
            if run and not self._goes_on(run):
                run = []
            run.append(each)
            if each.key == end.key:
                break
        return run

    def merged(self, run: Sequence[Event]) -> bool:
        """Whether the last of the run waits for the next return."""
        return self.again(run[-1]) != [] and run[-1].over_at < run[0].over_at + self.at_most

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

    def _goes_on(self, run: Sequence[Event]) -> bool:
        return self.merged(run) and first_held(self.about(run[-1])) is None


def first_held(interviews: Sequence[Event]) -> Met | None:
    """The first that took place, or that the child declined."""
    done = [each for each in interviews if each.details["step"] in {"held", "declined"}]
    return Met(done[0], done[0].placed_at) if done else None


def _place(event: Event) -> datetime:
    return event.placed_at


def _episode(event: Event) -> tuple[str, str]:
    """As the agency that opened it numbers it."""
    return event.agency, event.details["episode"]


def _about(interview: Event, one: Event) -> bool:
    episode = one.details["episode"]
    says = interview.details
    # The force that found her asks for its own ends: only what it calls independent counts.
    counts = interview.agency != one.agency or bool(says["independent"])
    return counts and (says["episode"] == episode or episode in says["covers"])
