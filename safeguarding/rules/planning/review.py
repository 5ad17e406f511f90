"""review: the care plan is looked at again, by a reviewing officer, within set times.

Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33: the first review
within 20 working days of the start of care, the second within three months of it, and after that
at least every six months. A review may be told of as such, or as a meeting; what is told of
within days is one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_month_day, end_of_working_day
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.planning.looked_after import (
    CARE_ENDED,
    PLACEMENT_END,
    PLACEMENT_START,
    REVIEWS,
    begins_care,
    care_ended,
    is_review,
)
from safeguarding.rules.rule import Finding, Need, Reader, Route, Thresholds, ground_key

# How many times over a review that is told of again and again is looked back for.
_TELLINGS = 10
SAME = "it is the review that was told of before"
_ACT = ("iro", "team_manager")
_READERS = (Reader("social_worker"), Reader("senior_manager"))
_ROUTE = Route(act=_ACT, readers=_READERS, office_work=True, tells_speakers=True)


class Review(Absence):
    """One expectation open at a time: from the start of care, or the last review, on."""

    id = "review"
    paragraphs: tuple[str, ...] = ("3.3", "3.7")
    why = "A plan that nobody looks at again goes on after it has stopped to fit the child."
    opens = REVIEWS | {PLACEMENT_START}
    meets = REVIEWS
    bears = frozenset({PLACEMENT_END})

    def window(self, thresholds: Thresholds) -> timedelta:
        """Half a year to the next one, and for how long one that is late is looked for."""
        return timedelta(days=thresholds["look_around_days"])

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """What lies before an opening is needed as far as it shows that she was in care already."""
        around = self.window(thresholds)
        before = thresholds["care_known_days"] + thresholds["first_within_days"]
        return (Need(self.watches, around + timedelta(days=before), 2 * around),)

    def between(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> tuple[datetime, datetime]:
        """A meeting that is no review bears on nothing."""
        if about.type in REVIEWS and not is_review(about):
            return about.placed_at, about.placed_at
        return super().between(case, about, thresholds)

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """The start of care, or the review."""
        return (ground_key("after", *opening.key),)

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """The next review."""
        began, around = opening.placed_at, self.window(thresholds)
        near = timedelta(days=thresholds["same_review_days"])
        same = False
        if is_review(opening):
            same = _is_the_one_before(opening, case, near)
            first = _is_first(opening, case, thresholds)
            months = thresholds["second_months" if first else "months"]
            due_at = end_of_month_day(began, months)
            since = began + near
            # What is told of until then is the same review.
            known = [
                each for each in _reviews(case, since, began + around) if each.placed_at > since
            ]
        elif begins_care(opening, case, thresholds):
            due_at = end_of_working_day(began, thresholds["first_working_days"], calendar)
            known = _reviews(case, began, began + around)
        else:
            return
        held = next((each for each in known if each.key != opening.key), None)
        met = Met(held, held.placed_at) if held else None
        end = care_ended(case, began, due_at)
        ended = end is not None and (met is None or end.placed_at < met.at)
        yield Expected(
            key=self.keys_of(opening)[0],
            what="a review of the care plan",
            opening=opening,
            due_at=due_at,
            awaits=self.meets,
            met=met,
            missed=_missed(opening, met),
            cancelled=SAME if same else CARE_ENDED if ended else None,
        )


def _reviews(case: Case, since: datetime, until: datetime) -> list[Event]:
    return [each for each in case.events(REVIEWS, since, until) if is_review(each)]


def _is_the_one_before(review: Event, case: Case, near: timedelta) -> bool:
    """Whether it was told of before, by what is near it.

    What is near a later telling alone, and too far from the first, is a review of its own: else
    nothing would be awaited after either.
    """
    first = review
    for each in _reviews(case, review.placed_at - _TELLINGS * near, review.placed_at):
        if first is review or each.placed_at - first.placed_at > near:
            first = each
        if each.key == review.key:
            break
    return first.key != review.key


def _is_first(review: Event, case: Case, thresholds: Thresholds) -> bool:
    """Whether it is the first since care began, as far as that is told of."""
    since = review.placed_at - timedelta(days=thresholds["first_within_days"])
    starts = [
        each
        for each in case.events({PLACEMENT_START}, since, review.placed_at)
        if begins_care(each, case, thresholds)
    ]
    if not starts:
        return False
    near = timedelta(days=thresholds["same_review_days"])
    earlier = _reviews(case, starts[-1].placed_at, review.placed_at - near)
    return not earlier


def _missed(opening: Event, met: Met | None) -> Finding:
    since = "Care began" if opening.type == PLACEMENT_START else "The last review was held"
    if met is not None:
        headline = "Review after the time for it"
        what = "The care plan was reviewed, later than the regulations say."
    else:
        headline = "No review of the care plan is known"
        what = f"{since} longer ago than the regulations allow, and no review since is known."
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
