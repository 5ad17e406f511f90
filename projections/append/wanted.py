"""What a batch needs to see, gathered before anything is read."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from projections.append.arrivals import Lapsing, Step
from projections.append.reads import AlertName
from projections.append.windows import Windows
from projections.append.world import World
from safeguarding.companions import NAMED_COMPANION, companion_key
from safeguarding.events import ABOUT_ALERTS, Event, Reference
from safeguarding.two_children import TWO_CHILDREN, two_children_key
from safeguarding.undecided import UNDECIDED, undecided_key


@dataclass(slots=True)
class Wanted:
    """Children to lock, and what of them is to be read: of those that are ``unseen`` nothing."""

    children: set[UUID] = field(default_factory=set)
    unseen: set[UUID] = field(default_factory=set)
    events: list[tuple[UUID, Event]] = field(default_factory=list)
    references: set[Reference] = field(default_factory=set)
    windows: Windows = field(default_factory=Windows)
    alerts: set[AlertName] = field(default_factory=set)
    alert_ids: set[UUID] = field(default_factory=set)
    notification_ids: set[UUID] = field(default_factory=set)
    joined: set[UUID] = field(default_factory=set)
    lapsing: list[tuple[UUID, Lapsing]] = field(default_factory=list)
    hub_now: datetime | None = None

    def event(self, child_id: UUID, event: Event, world: World) -> None:
        """Add what deciding on this event needs."""
        self.children.add(child_id)
        self.references.add(event.key)
        self.events.append((child_id, event))
        if event.type in ABOUT_ALERTS:
            self.alert_ids.add(event.details["alert_id"])
        self.windows.widen(child_id, event, world.ruleset.needs(event.type))

    def left_behind(self, child_id: UUID, event: Event) -> None:
        """Add what must be decided anew about the child that the event was taken for."""
        self.children.add(child_id)
        self.events.append((child_id, event))

    def undecided(self, child_id: UUID, event: Event) -> None:
        """Add what telling of an undecided event needs: nothing that a rule has a say in."""
        self.children.add(child_id)
        self.alerts.add((child_id, UNDECIDED.id, undecided_key(event)))

    def named(self, child_id: UUID, event: Event) -> None:
        """Add what telling a child needs that an event names it together with another."""
        self.children.add(child_id)
        self.alerts.add((child_id, TWO_CHILDREN.id, two_children_key(event.key)))

    def companion(self, child_id: UUID, event: Event) -> None:
        """Add what telling a child needs that a report names it, or does so no more."""
        self.children.add(child_id)
        self.alerts.add((child_id, NAMED_COMPANION.id, companion_key(event.key)))

    def lapses(self, child_id: UUID, lapsing: Lapsing) -> None:
        """Add what judging something needs of which the time has come."""
        self.children.add(child_id)
        self.references.add(lapsing.ground)
        self.alerts.add((child_id, lapsing.rule, lapsing.key))
        self.lapsing.append((child_id, lapsing))

    def step(self, step: Step, world: World) -> None:
        """Add what a step of the hub needs."""
        (self.unseen if step.blind else self.children).add(step.child_id)
        for event in step.about:
            self.event(step.child_id, event, world)
        self.alert_ids.update(step.alert_ids)
        self.notification_ids.update(step.notification_ids)
        if step.lapsing is not None:
            self.lapses(step.child_id, step.lapsing)
        if step.joins and world.ruleset.network is not None:
            self.joined.add(step.child_id)
