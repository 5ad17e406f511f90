"""The broker of a simulation: topics in memory that can lose their tail, as after a power cut."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from safeguarding.events import Event
from safeguarding.facts import Notice
from safeguarding.timeline import Entry


@dataclass(frozen=True, slots=True)
class Logged:
    """A message of the log: an entry, and the append that it belongs to."""

    entry: Entry
    append_id: int
    append_size: int


@dataclass(frozen=True, slots=True)
class Told:
    """A message of an agency's alerts topic: its number, the copy, and what it says."""

    number: int
    notice: Notice
    child_id: UUID
    alert_id: UUID
    says: str


@dataclass(slots=True)
class Broker:
    """Every topic has one partition; an offset is an index."""

    events: dict[str, list[Event]] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    alerts: dict[str, list[Told]] = field(default_factory=dict)
    # When each event was published, every time, and whether the hub could still read that copy.
    published: list[tuple[datetime, Event]] = field(default_factory=list)

    def publish(self, event: Event) -> None:
        """An agency's event, with the time of the broker that it carries."""
        self.events.setdefault(event.agency, []).append(event)
        self.published.append((event.broker_at, event))

    def ends(self) -> dict[str, int]:
        """The end offset of each agency's topic."""
        return {agency: len(topic) for agency, topic in self.events.items()}

    def tell(self, agency: str, messages: Iterable[Told]) -> None:
        """Notifications for an agency."""
        self.alerts.setdefault(agency, []).extend(messages)

    def last_number(self, agency: str) -> int:
        """The number of the last notification, 0 where there is none."""
        topic = self.alerts.get(agency)
        return topic[-1].number if topic else 0

    def highest_number(self, agency: str) -> int:
        """The highest number, 0 where there is none: what was sent again stands behind it."""
        return max((told.number for told in self.alerts.get(agency, [])), default=0)
