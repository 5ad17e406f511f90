"""What a rule is: a pure reading of a child's history, never a reaction to an arrival.

A rule says what it holds about each ground that an event touches: a ``Finding``, or
None where there is no ground (any more). It does not know what was raised before and in
which order events came. ``safeguarding.decide`` compares its findings with the alerts
that stand, and raises, updates or withdraws. That is why late, repeated, corrected and
out-of-order events end in the same open alerts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Protocol, runtime_checkable

from safeguarding.case import AlertKey, Case
from safeguarding.events import Event
from safeguarding.facts import Recipient, Severity
from safeguarding.moments import Moment

Thresholds = Mapping[str, Any]

_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """A role that reads of a finding; of one agency only, where ``agency`` is given."""

    role: str
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Who is told of a finding, and how.

    ``act`` names the roles that can act; those on duty are told urgently. ``readers`` get
    a digest line: everyone else on the network where it is None. ``office_work`` says that
    outside office hours nobody is asked to act now, so nobody stands in either: who could act
    has a digest line, to be answered once the office is open. ``speakers`` are roles that spoke
    in the event beside its publisher: nobody is told their own news,
    unless ``tells_speakers``, for an alert that says what they did not. ``always`` read of it
    whether or not they are on the network. ``answer_for_it`` are roles of one agency that are
    asked beside ``act``, on the network or not any more: what is missing is theirs to give, or
    it is about their own people. ``let_go`` are teams in roles of ``act`` that had the child and
    have it no more: they read.
    """

    act: tuple[str, ...] = ()
    readers: tuple[Reader, ...] | None = None
    office_work: bool = False
    speakers: tuple[str, ...] = ()
    tells_speakers: bool = False
    always: tuple[Recipient, ...] = ()
    answer_for_it: tuple[Reader, ...] = ()
    let_go: tuple[Reader, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A ground for an alert, in plain words.

    A rise in ``severity`` or ``level`` is told like a new alert, to the whole route. Other
    changes of ``what`` are told by digest, unless ``settled``: then the matter is over (a
    missing child was found), open deadlines lapse, and whoever was told urgently, or would
    be now, hears it urgently. No answer is asked for.
    """

    severity: Severity
    headline: str
    what: str
    where: str | None
    occurred: Moment
    grounds: tuple[Event, ...]
    route: Route
    level: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """The events of these types, this long before and after the one that is decided on.

    ``under`` narrows it to events that share a ground, for a rule that holds a finding on each
    event that stands: it gives the alert (rule, key) that any such event left. Where there is
    none there is no earlier event of the ground, and nothing of the window need be read. (An
    event on which the rule failed leaves none either, until it is decided anew.)
    """

    types: frozenset[str]
    before: timedelta
    after: timedelta
    under: Callable[[Event], AlertKey] | None = None


def ground_key(kind: str, agency: str, name: str) -> str:
    """What a rule calls a ground: the agency, and the agency's own name for it.

    A name of unusual length gives way to its hash. Alerts are found by an index, which takes no
    long keys, and one endless number must not stop everybody's events.
    """
    short = name if len(name) <= _MOST_CHARACTERS else sha256(name.encode()).hexdigest()
    return f"{kind}:{agency}:{short}"


class Rule(Protocol):
    """See the module. ``paragraphs`` are those of the review that the rule answers."""

    id: str
    paragraphs: tuple[str, ...]
    why: str

    @property
    def watches(self) -> frozenset[str]:
        """The types of event that the rule reads."""

    def needs(self, thresholds: Thresholds) -> tuple[Need, ...]:
        """Which events around the one that is decided on must be at hand."""

    def keys(self, case: Case, about: Event) -> Iterable[str]:
        """What the rule calls the grounds that this event may touch.

        ``case`` holds the events that the rule needs, and no alerts yet.
        """

    def assess(
        self, case: Case, about: Event, thresholds: Thresholds
    ) -> Mapping[str, Finding | None]:
        """What the rule holds about those grounds, given the history in ``case``.

        ``about`` is the event that came, or, after a retraction, the one retracted;
        whether it stands is for ``case`` to say.
        """


@runtime_checkable
class Composed(Protocol):
    """A rule that asks others' functions what they hold: ``asks`` names those rules.

    It finds the thresholds of each that is in force in its own, under ``asked``. So no figure
    stands twice in a file, and a rule that is not in force is not asked.
    """

    asks: tuple[str, ...]
