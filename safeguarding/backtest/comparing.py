"""What other rules change: alerts gained and lost, told earlier and later, to more and to fewer."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from safeguarding.backtest.replay import Kind
from safeguarding.case import AlertKey
from safeguarding.facts import Mode

AlertName = tuple[UUID, str, str]  # child, rule, key
RoleMode = tuple[str, str, Mode]  # rule, role, mode


class Telling(Protocol):
    """What is compared of what was told of an alert, whether or not all of it was read."""

    @property
    def child_id(self) -> UUID:
        """Whose alert it is."""

    @property
    def at(self) -> datetime:
        """When the hub decided it."""

    @property
    def kind(self) -> Kind:
        """What was told of it."""

    @property
    def name(self) -> AlertKey:
        """The alert's rule and key."""

    @property
    def copies(self) -> Iterable[tuple[str, Mode]]:
        """Each recipient's role and mode."""


@dataclass(frozen=True, slots=True)
class Change:
    """One alert that other rules change. ``before`` and ``after``: first raised, or never."""

    child_id: UUID
    rule: str
    key: str
    before: datetime | None
    after: datetime | None


@dataclass(slots=True)
class Comparison:
    """Of any number of children. Sizes are bounded by the alerts, not by the log."""

    gained: list[Change] = field(default_factory=list)
    lost: list[Change] = field(default_factory=list)
    earlier: list[Change] = field(default_factory=list)
    later: list[Change] = field(default_factory=list)
    same: int = 0
    told_before: Counter[RoleMode] = field(default_factory=Counter)
    told_after: Counter[RoleMode] = field(default_factory=Counter)

    def add(self, before: Iterable[Telling], after: Iterable[Telling]) -> None:
        """Compare what was told of one child with what would have been."""
        was, now = list(before), list(after)
        self.told_before += _told(was)
        self.told_after += _told(now)
        first_was, first_now = _first(was), _first(now)
        for name in sorted({*first_was, *first_now}):
            change = Change(*name, first_was.get(name), first_now.get(name))
            self._place(change)

    def add_all(self, other: "Comparison") -> None:
        """Take in another part."""
        self.gained += other.gained
        self.lost += other.lost
        self.earlier += other.earlier
        self.later += other.later
        self.same += other.same
        self.told_before += other.told_before
        self.told_after += other.told_after

    def _place(self, change: Change) -> None:
        if change.before is None:
            self.gained.append(change)
        elif change.after is None:
            self.lost.append(change)
        elif change.after < change.before:
            self.earlier.append(change)
        elif change.after > change.before:
            self.later.append(change)
        else:
            self.same += 1


def _first(told: Iterable[Telling]) -> dict[AlertName, datetime]:
    """When each alert was raised first."""
    found: dict[AlertName, datetime] = {}
    for each in told:
        if each.kind is Kind.RAISED:
            found.setdefault((each.child_id, *each.name), each.at)
    return found


def _told(told: Iterable[Telling]) -> Counter[RoleMode]:
    """How many notifications each role gets of each rule."""
    return Counter((each.name[0], *copy) for each in told for copy in each.copies)
