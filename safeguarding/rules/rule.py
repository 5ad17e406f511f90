"""What a rule is: a pure reading of a child's history, never a reaction to an arrival.

A rule says what it holds about each ground that an event touches: a ``Finding``, or
None where there is no ground (any more). It does not know what was raised before and in
which order events came. ``safeguarding.decide`` compares its findings with the alerts
that stand, and raises, updates or withdraws. That is why late, repeated, corrected and
out-of-order events end in the same open alerts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Severity
from safeguarding.moments import Moment

Thresholds = Mapping[str, Any]

# How a role is chosen by the hour: in office hours the first, otherwise the second.
SOCIAL_WORKER_OR_EDT = ("social_worker", "edt")


@dataclass(frozen=True, slots=True)
class Route:
    """Who is told of a finding, and how.

    ``urgent`` lists roles that can act now. ``by_hour`` lists pairs of roles (in office
    hours, out of hours) of which one is told urgently. Everyone else on the network gets
    a digest line if ``digest_rest``, or only the roles of ``digest``. ``never`` are the
    roles that spoke: nobody is told their own news.
    """

    urgent: tuple[str, ...] = ()
    by_hour: tuple[tuple[str, str], ...] = ()
    digest: tuple[str, ...] = ()
    digest_rest: bool = False
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A ground for an alert, in plain words.

    ``repeats_urgently`` says whether an update goes urgently to those who were told
    urgently (a missing child was found: stop searching); it asks for no acknowledgement.
    A rise in ``severity`` or ``level`` is told like a new alert, to the whole route.
    """

    severity: Severity
    headline: str
    what: str
    where: str | None
    occurred: Moment
    grounds: tuple[Event, ...]
    route: Route
    level: int = 0
    repeats_urgently: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """The events of these types, this long before and after the one that is decided on."""

    types: frozenset[str]
    before: timedelta
    after: timedelta


class Rule(Protocol):
    """See the module. ``paragraphs`` are those of the review that the rule answers."""

    id: str
    paragraphs: tuple[str, ...]
    why: str
    watches: frozenset[str]

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Which events around the one that is decided on must be at hand."""

    def keys(self, about: Event) -> tuple[str, ...]:
        """What the rule calls the grounds that this event may touch."""

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What the rule holds about those grounds, given the history in ``case``.

        ``about`` is the event that came, or, after a retraction, the one retracted;
        whether it stands is for ``case`` to say.
        """
