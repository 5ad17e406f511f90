"""Appending without agencies' topics before it: the hub's own append, in this process."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from bench.load import NETWORK, Event, Load
from kith.wiring import Wiring
from producers.preparing import Preparer
from projections.append.arrivals import Grasp, Inbound, Record, Step, receive
from safeguarding.case import Case
from safeguarding.commands import JoinNetwork, Refused
from safeguarding.facts import Fact, Recipient
from safeguarding.ids import NAMESPACE
from safeguarding.ruleset import Context

AT_ONCE = 500


class Writer:
    """Appends events as a timeline processor would. Each needs a ``topic`` of its own.

    It is no topic of the broker: its position must be nobody else's.
    """

    def __init__(self, wiring: Wiring, topic: str) -> None:
        self._wiring = wiring
        self._topic = topic
        self._appending = wiring.appending("kith-bench", patience_seconds=30)
        self._preparers: dict[str, Preparer] = {}
        self._offset = time.time_ns()

    def received(self, event: Event, at: datetime, *, backfilled: bool) -> Inbound:
        """The event as a processor has it once it is decoded and validated."""
        self._offset += 1
        agency = event.agency
        if agency not in self._preparers:
            secret = self._wiring.settings.message_key_secret(agency)
            self._preparers[agency] = Preparer(agency, secret, self._wiring.world.registry)
        message = self._preparers[agency].prepare(event.plain).message
        record = Record(self._topic, agency, 0, self._offset, message, at, backfilled=backfilled)
        return receive(record, self._wiring.world.registry, scenario=False)

    def events(self, events: Sequence[Event], at: datetime, *, backfilled: bool) -> None:
        """Append all of these."""
        for start in range(0, len(events), AT_ONCE):
            batch = events[start : start + AT_ONCE]
            self.append([self.received(each, at, backfilled=backfilled) for each in batch])

    def append(self, inbounds: Sequence[Inbound]) -> None:
        """Append these in one transaction."""
        self._appending.append(inbounds)

    def join(self, load: Load, children: Iterable[int]) -> None:
        """Let the load's network join around each of these children, which must be known."""
        joins = [join(child_id, who) for child_id in self.known(load, children) for who in NETWORK]
        for start in range(0, len(joins), AT_ONCE):
            self._appending.append([], joins[start : start + AT_ONCE])

    def known(self, load: Load, children: Iterable[int]) -> list[UUID]:
        """The hub's ids of those of these children that it knows."""
        return known(self._wiring, load, children)

    def close(self) -> None:
        """Give the connection back."""
        self._appending.close()


def known(wiring: Wiring, load: Load, children: Iterable[int]) -> list[UUID]:
    """The hub's ids of those of these children that it knows."""
    digests = [wiring.world.digest(load.identifier(child)) for child in children]
    with wiring.connect("kith-bench") as connection:
        rows = connection.execute(
            "select child_id from derived.identifier where digest = any(%s::bytea[])", [digests]
        ).fetchall()
    return [row[0] for row in rows]


def join(child_id: UUID, who: Recipient) -> Step:
    """The step by which a recipient joins a child's network."""
    return Step(uuid5(NAMESPACE, f"bench|{child_id}|{who}"), child_id, _joining(who))


def _joining(who: Recipient) -> Callable[[Case, Grasp, Context], list[Fact] | Refused]:
    def decide(case: Case, _: Grasp, context: Context) -> list[Fact] | Refused:
        return JoinNetwork(who, "bench", context.now).decide(case, context.now)

    return decide
