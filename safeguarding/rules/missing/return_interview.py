"""return-interview: a child who came back is asked what happened, by somebody independent.

Statutory guidance on children who run away or go missing from home or care (2014): offered on every
return, and held within 72 hours of it unless the child declines. The police's own prevention
interview is another thing. A child who is missing again meanwhile has one interview about both,
after the next return; but not for longer than some days (``returns.py``).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import hours_after
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.days import in_words
from safeguarding.rules.missing.returns import (
    FOUND,
    INTERVIEW,
    REPORT,
    Returns,
    first_held,
    touched,
)
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key

_ROUTE = Route(
    act=("social_worker", "team_manager"),
    readers=(Reader("iro"), Reader("missing_coordinator")),
    office_work=True,
    tells_speakers=True,
)


class ReturnInterview(Absence):
    """One expectation for each missing episode that ended."""

    id = "return-interview"
    paragraphs: tuple[str, ...] = ("3.5",)
    why = (
        "What a child says soon after coming back tells where she was drawn, and by whom. "
        "After some days she may not say it any more."
    )
    opens = frozenset({FOUND})
    meets = frozenset({INTERVIEW})
    bears = frozenset({REPORT})

    def window(self, thresholds: Thresholds) -> timedelta:
        """An interview that is held late is looked for so long."""
        return timedelta(days=thresholds["look_around_days"])

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """From the first return of which it says something else: those that follow may merge."""
        at, around = about.placed_at, self.window(thresholds)
        # A return that lies further back may be seen from one that this event is seen from.
        finds, reports = (
            case.events({each}, at - 2 * around, at + 2 * around) for each in (FOUND, REPORT)
        )
        first = touched(about, finds, reports, thresholds["hours"])
        since = min([at, *(each.placed_at for each in first)])
        return max(since, at - around), at + around

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The episode."""
        return (ground_key("episode", opening.agency, opening.details["episode"]),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """An interview about the episode, counted from the last word of its end."""
        del calendar
        around = self.window(thresholds)
        since, until = opening.placed_at - around, opening.placed_at + around
        hours: int = thresholds["hours"]
        returns = Returns.around(case, since, until, hours, thresholds["merged_days"])
        run = returns.run_to(opening)
        if run[-1].key != opening.key:
            return  # The last one opens it.
        # One after a later return is about this one too.
        said = returns.about(opening, *returns.again(opening))
        met = first_held(said)
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a return interview",
            opening=opening,
            due_at=hours_after(opening.over_at, hours),
            awaits=self.meets,
            met=met,
            missed=_missed(run, returns.about(*run) + said, met, hours),
            cancelled="missing again: one interview after the next return is about both"
            if returns.merged(run)
            else None,
        )


def _missed(run: Sequence[Event], said: Sequence[Event], met: Met | None, hours: int) -> Finding:
    opening = run[-1]
    if met is not None:
        headline = "Return interview after the time for it"
        how = "Held" if met.by.details["step"] == "held" else "Declined"
        what = f"{how} later than {hours} hours after the return."
    else:
        headline, so_far = _so_far(run, hours)
        steps = {each.details["step"] for each in said}
        offered = "It was offered." if "offered" in steps else "No offer is known."
        what = f"{so_far} {offered}"
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(*run,) if met is None else (*run, met.by),
        route=_ROUTE,
        level=0 if met else 1,
        settled=met is not None,
    )


def _so_far(run: Sequence[Event], hours: int) -> tuple[str, str]:
    if len(run) == 1:
        return f"No return interview within {hours} hours", (
            f"{hours} hours have passed since the child was found or came back, "
            "and no return interview is known."
        )
    first = in_words(run[0].over_at, run[0].occurred.precision)
    return f"No return interview after {len(run)} returns", (
        f"The child was found or came back {len(run)} times since {first}, "
        "and no return interview is known. One may be about all of them."
    )
