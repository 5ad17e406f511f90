"""deprivation-of-liberty: restriction without authority, a condition that is not met, a home (1.6).

Three grounds, each with alerts of its own:

* a restriction of which no authority is recorded (``deprivation_restrictions``): in the review a
  member of staff was with her on the ward at all times, for weeks (3.19, 3.23, 3.37);
* an order that authorises a deprivation of liberty, of which a condition is not met (3.23);
* a home that should be registered and is not, while such an order stands.

The last two are in ``deprivation_orders``. What is said of orders comes from a court: no word of a
condition stands in an alert, and named roles alone read of it. That an order nears its end is for
the clock to find (order-end).
"""

from collections.abc import Mapping
from datetime import timedelta

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.hospital import deprivation_orders as orders
from safeguarding.rules.hospital import deprivation_restrictions as restrictions
from safeguarding.rules.rule import Finding, Need, Thresholds

_RESTRICTION = frozenset({restrictions.RESTRICTION})
_ORDERS_AND_HOMES = frozenset({orders.ORDER, orders.START, orders.END})


class DeprivationOfLiberty:
    """One alert for each kind of restriction at a place, for each order, and for each home."""

    id = "deprivation-of-liberty"
    paragraphs: tuple[str, ...] = ("1.6", "3.19", "3.21", "3.23", "3.24", "3.25", "3.26", "3.27")
    why = (
        "A child may be kept from leaving only by an authority that the law knows, and as it says. "
        "Where none is recorded, nobody can check it, and she has nobody to appeal to."
    )
    watches = _RESTRICTION | _ORDERS_AND_HOMES

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """The restrictions beside one; the orders around any home that an event may bear on."""
        around = timedelta(days=thresholds["look_around_days"])
        return (
            Need(_RESTRICTION, around, around),
            Need(_ORDERS_AND_HOMES, 2 * around, 2 * around),
        )

    def keys(self, case: Case, about: Event) -> set[str]:
        """The restriction; or the order, and every home at hand, since an order may be of it."""
        if about.type == restrictions.RESTRICTION:
            return {restrictions.key(about)}
        at_hand = [about, *case.standings.of(self.watches)]
        homes = {orders.home_key(each) for each in at_hand if each.type == orders.START}
        return homes | ({orders.key(about)} if about.type == orders.ORDER else set())

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What is held about the restriction; or about the order and the homes around it."""
        around = timedelta(days=thresholds["look_around_days"])
        since, until = about.placed_at - around, about.placed_at + around
        if about.type == restrictions.RESTRICTION:
            return restrictions.assess(about, case.events(_RESTRICTION, since, until), thresholds)
        findings: dict[str, Finding | None] = {}
        if about.type == orders.ORDER:
            beside = case.events({orders.ORDER}, since, until)
            findings[orders.key(about)] = orders.of_order(about, beside)
        if about.type == orders.START:
            findings[orders.home_key(about)] = None  # Unless it stands, which is seen below.
        for start in case.events({orders.START}, since, until):
            seen_from_it = (start.placed_at - around, start.placed_at + around)
            findings[orders.home_key(start)] = orders.of_home(
                start, case.events(_ORDERS_AND_HOMES, *seen_from_it)
            )
        return findings
