"""When a care order was discharged (Children Act 1989, section 39).

The contract does not tell a discharge from another end: an order *ended*, it says, and no step says
that a discharge was applied for (what is applied for is the order). So what shows another end is
looked for:

* another order in its place: a care order, an interim one, a placement order; or special
  guardianship, before which the court has a report by law (section 14A). A supervision order is
  none: it is what a court may make when it discharges (section 39(4));
* its own last day, as it was made or changed, was reached: it ran out;
* care ended, about then, for a reason that is another end: adoption, a death, another authority,
  being an adult.

**What nothing shows to be another end is taken for a discharge.** That costs a manager a line in
vain, where an authority says less than it knows; the other mistake would cost the child a look. An
18th birthday that the hub knows ends what is awaited by itself. A return to parents may say by its
footing that the order is discharged.
"""

from collections.abc import Sequence
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.deadlines import end_of_day
from safeguarding.events import Event
from safeguarding.moments import Moment, Precision
from safeguarding.rules.planning.looked_after import PLACEMENT_END, reason_of
from safeguarding.rules.rule import Thresholds

ORDER = "court-order"
TO_PARENTS = "return-to-parents"

_CARE = frozenset({"care", "interim_care"})
_FINAL = frozenset({"care", "placement", "special_guardianship"})
_IN_ITS_PLACE = _CARE | _FINAL


def is_discharge(event: Event, case: Case, thresholds: Thresholds) -> bool:
    """Whether a care order ended with it, and nothing shows that it was by no discharge."""
    says = event.details
    if event.type == TO_PARENTS:
        return bool(says["step"] == "started" and says["footing"] == "order_discharged")
    if event.type != ORDER or says["step"] != "ended" or says["order"] not in _CARE:
        return False
    around = timedelta(days=thresholds["look_around_days"])
    near = timedelta(days=thresholds["order_days"])
    at = event.placed_at
    orders = case.events({ORDER}, at - around, at + near)
    ends = case.events({PLACEMENT_END}, at - near, at + near)
    return not (
        _ran_out(event, orders)
        or any(_is_in_place(event, each, orders) for each in orders)
        or any(reason_of(each) in thresholds["other_ends"] for each in ends)
    )


def _ran_out(end: Event, orders: Sequence[Event]) -> bool:
    """Whether it lasted until the last day that was stated before."""
    stated = [
        each.details["ends"]
        for each in orders
        if each.details["step"] in {"made", "changed"}
        and _is_same(end, each)
        and each.details["ends"] is not None
    ]
    if not stated:
        return False
    last = Moment(stated[-1]["at"], Precision(stated[-1]["precision"]))
    return last.precision is not Precision.UNKNOWN and last.at <= end.placed_at


def _is_in_place(end: Event, other: Event, orders: Sequence[Event]) -> bool:
    """Whether the other was made then, or stands since before: of one that stands, not interim."""
    says = other.details
    if says["step"] != "made" or says["order"] not in _IN_ITS_PLACE:
        return False
    if end_of_day(other.placed_at) >= end_of_day(end.placed_at):
        return True
    ended = any(
        each.details["step"] == "ended"
        and other.placed_at <= each.placed_at <= end.over_at
        and _is_same(each, other)
        for each in orders
    )
    return says["order"] in _FINAL and other.agency == end.agency and not ended


def _is_same(one: Event, other: Event) -> bool:
    """Whether both are of one order: of its kind and number, where both give the number."""
    numbers = {each.details["order_number"] for each in (one, other)} - {None}
    kinds = {each.details["order"] for each in (one, other)}
    return one.agency == other.agency and len(kinds) == 1 and len(numbers) < 2
