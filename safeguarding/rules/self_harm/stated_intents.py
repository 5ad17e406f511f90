"""What a child said of dying or being harmed, as more than one rule reads it, and what ends it.

A closing ends what was said before it, and only once the date that the child named has passed. A
day has passed at midnight in London, a month with its last day.
"""

from collections.abc import Sequence
from datetime import datetime

from safeguarding.deadlines import end_of_day, end_of_month
from safeguarding.events import Event
from safeguarding.moments import Moment, Precision

INTENT = "stated-intent"


def says(event: Event) -> bool:
    """That the child said it. A statement that a correction closed says it still."""
    return not closes(event) or event.version > 1


def closes(event: Event) -> bool:
    """That somebody who can has closed it."""
    return bool(event.details["step"] == "closed")


def by_when(said: Event) -> Moment | None:
    """By when, where the child named a time that anybody knows."""
    stated = said.details["by_when"]
    if stated is None or stated["precision"] == Precision.UNKNOWN:
        return None
    return Moment(stated["at"], Precision(stated["precision"]))


def over_at(by: Moment) -> datetime:
    """When the time that the child named has passed."""
    match by.precision:
        case Precision.DAY:
            return end_of_day(by.at)
        case Precision.MONTH:
            return end_of_month(by.at)
        case _:
            return by.latest or by.at


def follows(closing: Event, said: Event) -> bool:
    """A closing of the same day, at an hour not known, is after what was said on it."""
    return closing.over_at >= said.placed_at


def closing_of(said: Event, closings: Sequence[Event]) -> Event | None:
    """The first of these that ends it: after what was said, and once its date has passed."""
    by = by_when(said)
    passed = None if by is None else over_at(by)
    ends = (each for each in closings if follows(each, said))
    return next((each for each in ends if passed is None or passed <= each.placed_at), None)
