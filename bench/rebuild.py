"""Rebuild: how fast the tables come out of a long log.

The history is appended as the timeline processor would, without agencies' topics before it; the
hub's own relay then carries it to the log, and records the deliveries.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid5

from bench.load import NETWORK, PUBLISHER, Event, Load
from bench.preparing import drained
from kith.rebuilding import rebuilding
from kith.wiring import Wiring
from producers.preparing import Preparer
from projections.append.arrivals import Grasp, Record, Step, receive
from safeguarding.case import Case
from safeguarding.commands import JoinNetwork, Refused
from safeguarding.facts import Fact, Recipient
from safeguarding.identifiers import Identifier
from safeguarding.ids import NAMESPACE
from safeguarding.ruleset import Context

_AT_ONCE = 500
# No topic of the broker: its position must be nobody else's.
_TOPIC = "bench.history"
_DRAIN_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class RebuildSpeed:
    """A rebuild that was compared with the tables in use. ``equal`` must be true."""

    entries: int
    children: int
    equal: bool
    load_seconds: float
    entries_per_second: float
    seconds: float


def fill(wiring: Wiring, load: Load, children: int, events: int) -> None:
    """Append a history of ``events`` about ``children``, and wait until the log has it."""
    at = datetime.now(UTC)
    first = list(load.introductions(at))
    writer = _Writer(wiring)
    writer.events(first)
    writer.join(children, load)
    writer.events([load.event(number, at) for number in range(events)])
    drained(wiring, _DRAIN_SECONDS)


def measure(wiring: Wiring, tell: Callable[[str], None]) -> RebuildSpeed:
    """Rebuild beside the tables in use, and compare."""
    with rebuilding(wiring.settings, tell) as work:
        done = work.verify()
    return RebuildSpeed(
        entries=done.entries,
        children=done.children,
        equal=done.equal,
        load_seconds=round(done.load_seconds, 2),
        entries_per_second=round(done.entries_per_second),
        seconds=round(done.seconds, 2),
    )


class _Writer:
    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._appending = wiring.appending("kith-bench", patience_seconds=30)
        secret = wiring.settings.message_key_secret(PUBLISHER)
        self._preparer = Preparer(PUBLISHER, secret, wiring.world.registry)
        self._offset = time.time_ns()

    def events(self, events: list[Event]) -> None:
        for start in range(0, len(events), _AT_ONCE):
            batch = [self._record(each) for each in events[start : start + _AT_ONCE]]
            registry = self._wiring.world.registry
            self._appending.append([receive(each, registry, scenario=False) for each in batch])

    def join(self, children: int, load: Load) -> None:
        digests = [
            self._wiring.world.digest(Identifier("local", load.local_id(child), PUBLISHER))
            for child in range(children)
        ]
        with self._wiring.connect("kith-bench") as connection:
            found = connection.execute(
                "select child_id from derived.identifier where digest = any(%s::bytea[])",
                [digests],
            ).fetchall()
        joins = [
            Step(uuid5(NAMESPACE, f"bench|{child_id}|{who}"), child_id, _joining(who))
            for (child_id,) in found
            for who in NETWORK
        ]
        for start in range(0, len(joins), _AT_ONCE):
            self._appending.append([], joins[start : start + _AT_ONCE])

    def _record(self, event: Event) -> Record:
        self._offset += 1
        message = self._preparer.prepare(event.plain).message
        now = datetime.now(UTC)
        return Record(_TOPIC, PUBLISHER, 0, self._offset, message, now, backfilled=False)


def _joining(who: Recipient) -> Callable[[Case, Grasp, Context], list[Fact] | Refused]:
    def decide(case: Case, _: Grasp, context: Context) -> list[Fact] | Refused:
        return JoinNetwork(who, "bench", context.now).decide(case, context.now)

    return decide
