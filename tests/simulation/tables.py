"""The database of a simulation: what is committed, and backups of it."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from safeguarding.case import Case
from safeguarding.evolve import evolve
from safeguarding.facts import Announcement, Notice
from safeguarding.timeline import Entry
from tests.simulation.broker import Logged, Told


@dataclass(slots=True)
class Child:
    """One child's log, and the case that follows from it."""

    case: Case
    entries: list[Logged] = field(default_factory=list)

    def add(self, logged: Logged) -> None:
        """One entry more."""
        evolve(self.case, logged.entry)
        self.entries.append(logged)


@dataclass(frozen=True, slots=True)
class Unsent:
    """A notification that its agency's topic does not hold yet."""

    notice: Notice
    entry: Entry
    number: int | None = None

    def message(self) -> Told:
        """What is sent."""
        body = self.entry.body
        assert isinstance(body, Announcement)
        assert self.number is not None
        alert = body.alert
        return Told(self.number, self.notice, self.entry.child_id, alert.alert_id, alert.what)


@dataclass(slots=True)
class Tables:
    """Only whole appends change them, so that what they hold is always what was committed."""

    children: dict[UUID, Child] = field(default_factory=dict)
    recorded: set[tuple[str, UUID]] = field(default_factory=set)
    positions: dict[str, int] = field(default_factory=dict)
    unsent_entries: list[Logged] = field(default_factory=list)
    unsent: list[Unsent] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def backup(self) -> "Tables":
        """A copy of it all."""
        return Tables(
            {one: rebuilt(one, child.entries) for one, child in self.children.items()},
            set(self.recorded),
            dict(self.positions),
            list(self.unsent_entries),
            list(self.unsent),
            dict(self.numbers),
        )

    def queue(self, logged: Logged) -> None:
        """An entry and what it announces are to be sent."""
        self.unsent_entries.append(logged)
        self.unsent += announced(logged.entry)

    def give_numbers(self, pending: list[Unsent]) -> list[Unsent]:
        """Number what has no number, and keep that."""
        numbered = [self._numbered(one) for one in pending]
        given = {one.notice.notification_id: one for one in numbered}
        self.unsent = [given.get(one.notice.notification_id, one) for one in self.unsent]
        return numbered

    def _numbered(self, one: Unsent) -> Unsent:
        if one.number is not None:
            return one
        agency = one.notice.recipient.agency
        self.numbers[agency] = self.numbers.get(agency, 0) + 1
        return replace(one, number=self.numbers[agency])


def announced(entry: Entry) -> list[Unsent]:
    """The copies that an entry makes."""
    body = entry.body
    if not isinstance(body, Announcement):
        return []
    return [Unsent(notice, entry) for notice in body.notices]


def rebuilt(child_id: UUID, entries: list[Logged]) -> Child:
    """A child from its log, by evolve alone."""
    child = Child(Case(child_id))
    for logged in entries:
        child.add(logged)
    return child
