"""What is said of an order near its last day, or past it; never what the court said."""

from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Moment
from safeguarding.rules.absence import Met
from safeguarding.rules.days import in_words
from safeguarding.rules.rule import Finding, Reader, Route

_ORDERS = {
    "deprivation_of_liberty": "An order that authorises a deprivation of liberty",
    "secure_accommodation": "A secure accommodation order",
    "interim_care": "An interim care order",
    "emergency_protection": "An emergency protection order",
}
_ACT = ("social_worker", "team_manager")
_READERS = tuple(Reader(role) for role in (*_ACT, "senior_manager", "iro"))


def awaited(order: Event, *, soon: bool) -> str:
    """What is awaited."""
    what = "that another order is asked for or made, or that it ends"
    if not soon:
        what = "another order, or the word that it has ended"
    return f"{_named(order)[0].lower()}{_named(order)[1:]}: {what}"


def missed(
    order: Event, ends: Moment, met: Met | None, asked: Event | None, *, soon: bool
) -> Finding:
    """That its last day is near, or over, and nobody has told what follows."""
    what = f"{_named(order)} was made until {in_words(ends.at, ends.precision)}."
    if soon:
        headline = "An order: nothing is told of what follows its last day"
        asks = "that a court is asked in time, or that it is told that the order is to end"
    else:
        headline = "An order is past its last day, and nothing is told of another"
        asks = "that it is told by what authority the child is kept now, if so"
    if met is not None:
        headline = "An order: what followed is told"
        what += " It is told now what followed."
    elif asked is not None:
        what += f" Another was asked for; of its being made nobody has told. Asked: {asks}."
    else:
        what += f" Nobody has told what follows. Asked: {asks}."
    return Finding(
        severity=Severity.HIGH,
        headline=headline,
        what=what,
        where=None,
        occurred=order.occurred,
        grounds=(order,) if met is None else (order, met.by),
        # Courts and lawyers work by day; who told of the order is asked what follows.
        route=Route(act=_ACT, readers=_READERS, office_work=True, tells_speakers=True),
        level=0 if met else 1,
        settled=met is not None,
    )


def _named(order: Event) -> str:
    return _ORDERS.get(order.details["order"], "An order")
