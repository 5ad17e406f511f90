"""A stay: why some teams belong on a child's network, from when, and until when.

Stays are read from the child's history, as findings are: nothing depends on the order in which
the events came. :mod:`safeguarding.membership.following` compares them with the memberships that
stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.facts import Recipient
from safeguarding.network import Directory
from safeguarding.rules.rule import Thresholds

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stay:
    """``ends_at`` is None while no end is known; ``ended_because`` says why there is one.

    An end of the future is a limit: nothing is said when it comes, so who joins is told of it.
    """

    ground: str
    recipients: tuple[Recipient, ...]
    starts_at: datetime
    ends_at: datetime | None
    reason: str
    ended_because: str

    @property
    def joined_because(self) -> str:
        """Why the teams join, and why they leave by themselves if no more is told."""
        if self.ends_at is None:
            return self.reason
        because = self.ended_because
        return f"{self.reason}. Ends by itself: {because[:1].lower()}{because[1:]}"


class Reading(Protocol):
    """What one kind of stay follows from. Its grounds begin with ``id`` and a colon."""

    id: str
    watches: frozenset[str]

    def stays(self, case: Case, thresholds: Thresholds, directory: Directory) -> Iterable[Stay]:
        """All stays of this kind that the history holds, each ground once."""


def all_events(case: Case, *types: str) -> list[Event]:
    """Every event of these types that stands, oldest first."""
    return case.events(types, _FIRST, _LAST)


def named(event: Event) -> str:
    """The event as a reason names it."""
    return f"{event.type.replace('-', ' ')} {event.reference} of {event.agency}"


def first_end(start: Event, ends: Iterable[Event]) -> Event | None:
    """The first of these that does not lie before the start."""
    return min(
        (each for each in ends if each.over_at >= start.placed_at),
        key=lambda each: (each.over_at, each.key),
        default=None,
    )
