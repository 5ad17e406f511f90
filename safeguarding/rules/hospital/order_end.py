"""order-end: an order of a court that ends on a day, and of which nobody tells what follows (1.6).

A child who is kept by an order is kept without authority on the day after it. A court is asked for
another weeks before, or nobody has asked. So of each order with a last day it is awaited, some
days before it, that another is asked for or made, or that it is told to have ended; and on that day
what came of it. In the review the order was made in December and changed in January; when it was to
end, nobody says.

What courts say goes nowhere but to those who have it already: an alert names the kind of order and
its last day, and named roles alone read it. Silent of an order that is to last for longer than the
hub looks around it, and of one whose agency does not say when it ends.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from safeguarding.case import Case
from safeguarding.deadlines import opening_before
from safeguarding.events import Event
from safeguarding.moments import Moment, Precision
from safeguarding.office import Calendar
from safeguarding.rules.absence import Absence, Expected, Met
from safeguarding.rules.hospital import order_end_words as words
from safeguarding.rules.hospital.deprivation_orders import ORDER
from safeguarding.rules.hospital.deprivation_orders import key as order_name
from safeguarding.rules.rule import Thresholds, ground_key

_IN_FORCE = frozenset({"made", "changed"})
_LIBERTY = frozenset({"deprivation_of_liberty", "secure_accommodation"})
_CARE = frozenset(
    {
        *("emergency_protection", "interim_care", "care", "supervision", "placement"),
        *("special_guardianship", "child_arrangements"),
    }
)
_IN_ITS_PLACE = {
    **dict.fromkeys(_LIBERTY, _LIBERTY),
    **dict.fromkeys(("emergency_protection", "interim_care"), _CARE),
}
"""Which orders can follow one of a kind."""


class OrderEnd(Absence):
    """Of each order with a last day: what follows, in time; and on that day what came of it."""

    id = "order-end"
    paragraphs: tuple[str, ...] = ("1.6", "3.23", "3.26")
    why = (
        "On the day after an order ends there is nothing by which the child may be kept. Another "
        "one takes a court days or weeks, so somebody must know of it before."
    )
    opens = frozenset({ORDER})
    meets = frozenset({ORDER})

    def window(self, thresholds: Thresholds) -> timedelta:
        """The longest order whose end is looked at, and how long after it another is looked for."""
        return timedelta(days=thresholds["look_around_days"])

    def keys_of(self, opening: Event) -> tuple[str, ...]:
        """What follows the order as it was made or changed; and its last day."""
        name = (opening.agency, opening.reference)
        return (ground_key("near", *name), ground_key("end", *name))

    def expected(
        self, opening: Event, case: Case, thresholds: Thresholds, calendar: Calendar
    ) -> Iterator[Expected]:
        """Another order, or its end, some days before it and on its last day."""
        days = thresholds["days_before"].get(opening.details["order"])
        around = self.window(thresholds)
        ends = _ends(opening)
        if days is None or ends is None or ends.latest is None:
            return
        begun, last = opening.placed_at, ends.latest
        if not begun < last <= begun + around:
            return
        later = [
            each
            for each in case.events({ORDER}, begun - around, begun + around)
            if _is_later(opening, each)
        ]
        if any(_restates(opening, last, each) for each in later):
            return  # The last statement of when it ends has its own.
        before = _before(begun, ends.at, days, calendar)
        near, end = self.keys_of(opening)
        for key, due_at, steps in (
            (near, before, frozenset({"applied_for", "refused"})),
            (end, last, frozenset({"refused"})),
        ):
            what = [each for each in later if _follows(opening, last, each, steps)]
            asked = next((each for each in later if _is_asked(opening, each)), None)
            met = Met(what[0], _at(what[0], due_at)) if what else None
            yield Expected(
                key=key,
                what=words.awaited(opening, soon=key == near),
                opening=opening,
                due_at=due_at,
                awaits=self.meets,
                met=met,
                missed=words.missed(opening, ends, met, asked, soon=key == near),
            )


def _before(begun: datetime, ends: datetime, days: int, calendar: Calendar) -> datetime:
    """So many days before, or halfway through a shorter order; when the office opens."""
    at = max(ends - timedelta(days=days), begun + (ends - begun) / 2)
    opens = opening_before(at, calendar)
    return opens if opens > begun else max(at, begun)


def _ends(order: Event) -> Moment | None:
    """Until when it was made for, where that is said and can be."""
    said = order.details["ends"]
    if order.details["step"] not in _IN_FORCE or said is None:
        return None
    return Moment(said["at"], Precision(said["precision"]))


def _is_later(order: Event, other: Event) -> bool:
    """Whether it comes after the order. Of a day whose hour is not known, as for most it is."""
    match other.details["step"]:
        case "ended":
            return other.over_at >= order.placed_at
        case "applied_for" | "refused":
            # On the day itself it was for this order, which was then made.
            return other.placed_at > order.over_at
        case _:
            return (other.placed_at, other.key) > (order.placed_at, order.key)


def _restates(order: Event, last: datetime, other: Event) -> bool:
    """Whether it says of that order that it ends on another day, and not a later one."""
    ends = _ends(other)
    if ends is None or ends.latest is None:
        return False
    return order_name(other) == order_name(order) and ends.latest <= last


def _follows(order: Event, last: datetime, other: Event, steps: frozenset[str]) -> bool:
    """Whether it tells what follows: it ended, or goes on, or another was made in its place."""
    says = other.details
    if says["step"] == "ended":
        return order_name(other) == order_name(order)
    if says["step"] in steps:
        return _is_in_place(order, other)
    if says["step"] == "changed":
        # That conditions changed says nothing of when it ends.
        return order_name(other) == order_name(order) and _outlasts(other, last, unsaid=False)
    return (
        says["step"] == "made"
        and _is_in_place(order, other)
        and _outlasts(other, last, unsaid=True)
    )


def _outlasts(other: Event, last: datetime, *, unsaid: bool) -> bool:
    ends = _ends(other)
    return unsaid if ends is None else ends.latest is None or ends.latest > last


def _is_in_place(order: Event, other: Event) -> bool:
    kinds: frozenset[str] = _IN_ITS_PLACE.get(order.details["order"], frozenset())
    return order_name(other) == order_name(order) or other.details["order"] in kinds


def _is_asked(order: Event, other: Event) -> bool:
    return bool(other.details["step"] == "applied_for") and _is_in_place(order, other)


def _at(word: Event, due_at: datetime) -> datetime:
    """When it was. A day whose hour is not known may have been in time, and is."""
    return due_at if word.placed_at <= due_at <= word.over_at else word.over_at
