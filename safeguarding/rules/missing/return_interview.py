"""return-interview: a child who came back is asked what happened, by somebody independent.

Statutory guidance on children who run away or go missing from home or care (2014): offered on every
return, and held within 72 hours of it unless the child declines. The police's own prevention
interview is another thing. A child who is missing again meanwhile has one interview about both,
after the next return.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.deadlines import hours_after
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.rule import Finding, Reader, Route, Thresholds, ground_key

FOUND = "missing-found"
REPORT = "missing-report"
INTERVIEW = "return-interview"

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
        ends = [each for each in case.events({FOUND}, since, until) if _same(each, opening)]
        if opening.key != ends[-1].key:
            return  # The last one opens it.
        hours: int = thresholds["hours"]
        due_at = hours_after(opening.over_at, hours)
        said = [each for each in case.events({INTERVIEW}, since, until) if _about(each, opening)]
        met = _met(said)
        again = [
            each
            for each in case.events({REPORT}, opening.over_at, due_at)
            if not _same(each, opening) and (met is None or each.placed_at < met.at)
        ]
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a return interview",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=_missed(opening, said, met, hours),
            cancelled="missing again: one interview after the next return is about both"
            if again
            else None,
        )


def _same(event: Event, opening: Event) -> bool:
    """Of one episode, as the agency that opened it numbers them."""
    return (event.agency, event.details["episode"]) == (opening.agency, opening.details["episode"])


def _about(interview: Event, opening: Event) -> bool:
    episode = opening.details["episode"]
    says = interview.details
    # The force that found her asks for its own ends: only what it calls independent counts.
    counts = interview.agency != opening.agency or bool(says["independent"])
    return counts and (says["episode"] == episode or episode in says["covers"])


def _met(said: Sequence[Event]) -> Met | None:
    done = [each for each in said if each.details["step"] in {"held", "declined"}]
    return Met(done[0], done[0].placed_at) if done else None


def _missed(opening: Event, said: Sequence[Event], met: Met | None, hours: int) -> Finding:
    if met is not None:
        headline = "Return interview after the time for it"
        how = "Held" if met.by.details["step"] == "held" else "Declined"
        what = f"{how} later than {hours} hours after the return."
    else:
        headline = f"No return interview within {hours} hours"
        steps = {each.details["step"] for each in said}
        offered = "It was offered." if "offered" in steps else "No offer is known."
        what = f"Back for {hours} hours, and no return interview is known. {offered}"
    return Finding(
        severity=Severity.MEDIUM,
        headline=headline,
        what=what,
        where=None,
        occurred=opening.occurred,
        grounds=(opening,) if met is None else (opening, met.by),
        route=_ROUTE,
        level=0 if met else 1,
        settled=met is not None,
    )
