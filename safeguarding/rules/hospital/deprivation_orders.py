"""Orders that authorise a deprivation of liberty: conditions, and homes that are not registered.

In the review the court asked for a placement trained in restraint, and it was not (3.23).

Alerts say that a condition is not met, never which: what courts say goes nowhere but to those who
have it already. Orders of an authority that gives no number are taken for one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Moment, Precision
from safeguarding.rules.rule import Finding, Reader, Route, ground_key

ORDER = "court-order"
START = "placement-start"
END = "placement-end"

_DEPRIVATION = "deprivation_of_liberty"
_IN_FORCE = frozenset({"made", "changed"})
_OVER = frozenset({*_IN_FORCE, "ended"})

_RESPONSIBLE = ("social_worker", "team_manager", "senior_manager")
_READ_OF_ORDERS = (*_RESPONSIBLE, "iro")
_TELL_THE_REGULATOR = ("senior_manager", "commissioning", "team_manager")
_READ_OF_HOMES = (*_TELL_THE_REGULATOR, "social_worker", "iro", "placements_officer")


def key(order: Event) -> str:
    """The court's number of the order, or its kind where the authority gives none."""
    says = order.details
    return ground_key("order", order.agency, says["order_number"] or says["order"])


def home_key(start: Event) -> str:
    """The placement."""
    return ground_key("home", start.agency, start.details["placement"])


def of_order(about: Event, beside: Iterable[Event]) -> Finding | None:
    """Whether a condition of the order is not met, as far as is said."""
    of_it = [each for each in beside if key(each) == key(about) and _deprives(each)]
    unmet = [each for each in of_it if _unmet(each)]
    if not unmet:
        return None
    last = unmet[-1]
    end = next((each for each in of_it if _ends(last, each)), None)
    return Finding(
        severity=Severity.HIGH,
        headline="Condition of an order not met" + ("" if end is None else ": over"),
        what=_said_of_order(last, end),
        where=None,
        occurred=(end or last).occurred,
        grounds=(last,) if end is None else (last, end),
        route=_route(_RESPONSIBLE if end is None else (), _READ_OF_ORDERS),
        level=0 if end else _unmet(last),
        settled=end is not None,
    )


def of_home(start: Event, beside: Sequence[Event]) -> Finding | None:
    """Whether such an order stands, or stood, while the child lives where nobody is registered."""
    if start.details["registration"] != "unregistered":
        return None
    until = next((each.over_at for each in beside if _is_end_of(start, each)), None)
    order = next((each for each in _in_force(beside, start.placed_at, until)), None)
    if order is None:
        return None
    return Finding(
        severity=Severity.HIGH,
        headline="Home not registered, under an order",
        what=(
            "The home should be registered and is not, and an order authorises a deprivation of "
            "liberty; asked: that the regulator is told at once, if it has not been."
        ),
        where=None,
        occurred=max((start.occurred, order.occurred), key=lambda each: each.at),
        grounds=(start, order),
        # It says what whoever told of the home, or of the order, did not.
        route=replace(_route(_TELL_THE_REGULATOR, _READ_OF_HOMES), tells_speakers=True),
    )


def _route(act: tuple[str, ...], readers: tuple[str, ...]) -> Route:
    """To named roles only, and nobody is woken: it is work for the office."""
    return Route(act=act, readers=tuple(Reader(role) for role in readers), office_work=True)


def _deprives(order: Event) -> bool:
    return bool(order.details["order"] == _DEPRIVATION)


def _unmet(order: Event) -> int:
    says = order.details
    if says["step"] not in _IN_FORCE:
        return 0
    return sum(each["met"] == "no" for each in says["conditions"])


def _ends(last: Event, other: Event) -> bool:
    """Whether the order was changed so that no condition is unmet, or ended."""
    later = other.key != last.key and other.over_at >= last.placed_at
    return later and other.details["step"] in _OVER and not _unmet(other)


def _said_of_order(last: Event, end: Event | None) -> str:
    number = _unmet(last)
    now, then = ("is", "was") if number == 1 else ("are", "were")
    several = "A condition" if number == 1 else f"{number} conditions"
    order = "an order that authorises a deprivation of liberty"
    said = f"{several} {now if end is None else then} said not to be met of {order}"
    if end is None:
        return (
            f"{said}; which, the authority's own file says. Asked: that it is met, or that the "
            "court is asked again."
        )
    if end.details["step"] == "ended":
        return f"{said}. The order has ended."
    return f"{said}. The order has been changed, and of no condition is that said now."


def _is_end_of(start: Event, other: Event) -> bool:
    same = (other.agency, other.details.get("placement")) == (
        start.agency,
        start.details["placement"],
    )
    return other.type == END and same and other.over_at >= start.placed_at


def _in_force(beside: Sequence[Event], since: datetime, until: datetime | None) -> Iterator[Event]:
    """The orders that stood at some time between, by when they were made or changed."""
    orders = [each for each in beside if each.type == ORDER and _deprives(each)]
    for order in orders:
        if order.details["step"] not in _IN_FORCE or (until and order.placed_at >= until):
            continue
        over = [_last_day(order), *(each.over_at for each in orders if _replaces(order, each))]
        if all(each is None or each > since for each in over):
            yield order


def _replaces(order: Event, other: Event) -> bool:
    later = other.key != order.key and other.over_at >= order.placed_at
    return later and key(other) == key(order) and other.details["step"] in _OVER


def _last_day(order: Event) -> datetime | None:
    """Until when it was made for; None if that is not said, or cannot be."""
    ends = order.details["ends"]
    if ends is None:
        return None
    latest = Moment(ends["at"], Precision(ends["precision"])).latest
    return latest if latest is not None and latest > order.placed_at else None
