"""A timeline entry: an event or a fact in its place in one child's log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from safeguarding.events import Event
from safeguarding.facts import Fact


@dataclass(frozen=True, slots=True)
class Entry:
    """``sequence`` counts from 1 in each child's log; ``entered_at`` is the hub's time.

    ``caused_by`` is the entry that this one follows from, ``correlation_id`` the first
    entry of that chain.
    """

    entry_id: UUID
    child_id: UUID
    sequence: int
    entered_at: datetime
    caused_by: UUID | None
    correlation_id: UUID
    body: Event | Fact
