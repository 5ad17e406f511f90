"""The clock itself.

A deadline is judged only when the hub has read everything that agencies published before
it looked: after an hour's outage the acknowledgements that wait in the topics count, and
nobody is reminded falsely.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

import structlog

from processors.clock.ends import End
from projections.append.appender import hub_time
from projections.append.arrivals import Fate, Grasp, Step
from projections.append.persistence import Appending
from projections.database import Connection
from safeguarding.case import Case
from safeguarding.due import doubted, fall_due
from safeguarding.facts import Fact, Recipient
from safeguarding.ids import NAMESPACE
from safeguarding.ruleset import Context
from safeguarding.undecided import UNDECIDED
from schemas import failpoints

log = structlog.get_logger()

MOST_AT_ONCE = 200
# Where a scenario's player says that it has moved the time.
TIME_CHANNEL = "kith_time"
# How long the clock waits for a backlog to be read before it tells a person that it does.
PATIENCE = timedelta(minutes=10)


class Ends(Protocol):
    """How far agencies have published."""

    def ends(self) -> Mapping[tuple[str, int], End]:
        """The end of each partition of the live topics; raises OSError-like faults."""


@dataclass(frozen=True, slots=True)
class Due:
    """An expectation whose time has come.

    ``undecided`` and ``quarantined`` say where what came may hold the answer: about the same
    child, or from the same agency.
    """

    expectation_id: UUID
    child_id: UUID
    alert_id: UUID
    recipient: Recipient
    due_at: datetime
    undecided: bool
    quarantined: bool


@dataclass(slots=True)
class Clock:
    """Appends what fell due, through the same transaction as everything else."""

    connection: Connection
    appending: Appending
    ends: Ends
    _waiting_since: datetime | None = field(default=None, init=False)

    def run_once(self) -> int:
        """Append what is due now; how many deadlines that were. Raises psycopg.Error."""
        world = self.appending.world
        looked_at = world.now()
        now = hub_time(self.connection, world, looked_at)
        due = self._due(now)
        if due:
            behind = self._behind()
            if behind is not None:
                self._wait(behind, now, looked_at)
                return 0
        self._waiting_since = None
        outcomes = self.appending.append([], [_step(each) for each in due])
        failpoints.reach(failpoints.CLOCK_BEFORE_REACHED)
        if len(due) < MOST_AT_ONCE:
            self._reached(now, looked_at, None)
        return sum(outcome.fate is Fate.RECORDED for outcome in outcomes)

    def _due(self, now: datetime) -> list[Due]:
        rows = self.connection.execute(
            "select e.expectation_id, e.child_id, e.alert_id, e.agency, e.team, e.role, e.due_at, "
            "exists (select from derived.alert a where a.child_id = e.child_id "
            "and a.rule = %s and a.state = 'open' and a.alert_id <> e.alert_id), "
            "exists (select from kept.quarantine q where q.agency = e.agency "
            "and q.state = 'waiting' and q.quarantined_at <= e.due_at) "
            "from derived.expectation e where e.state = 'open' and e.due_at <= %s "
            "order by e.due_at, e.expectation_id limit %s",
            [UNDECIDED.id, now, MOST_AT_ONCE],
        ).fetchall()
        return [
            Due(
                expectation_id=row[0],
                child_id=row[1],
                alert_id=row[2],
                recipient=Recipient(*row[3:6]),
                due_at=row[6],
                undecided=row[7],
                quarantined=row[8],
            )
            for row in rows
        ]

    def _behind(self) -> str | None:
        """A live partition that the hub has not read to its end, if there is one.

        A position that was not compared with the broker's records in this epoch of their leader
        says nothing: the broker may have lost its tail and given the offsets to others.
        """
        read = {
            (topic, partition): (offset, epoch)
            for topic, partition, offset, epoch in self.connection.execute(
                "select topic, partition, next_offset, leader_epoch from kept.position"
            ).fetchall()
        }
        for (topic, partition), end in sorted(self.ends.ends().items()):
            offset, epoch = read.get((topic, partition), (0, None))
            if offset < end.offset or (end.offset > 0 and epoch != end.epoch):
                return f"{topic}[{partition}]"
        return None

    def _wait(self, behind: str, now: datetime, looked_at: datetime) -> None:
        self._waiting_since = self._waiting_since or looked_at
        if looked_at - self._waiting_since > PATIENCE:
            self._waiting_since = looked_at
            self.connection.execute(
                "insert into kept.page (paged_at, reason, concerns, detail) "
                "values (%s, 'clock-waits', %s, 'deadlines wait until this topic has been read')",
                [looked_at, behind],
            )
            log.error("clock-waits", topic=behind)
        reached = self.connection.execute("select reached from kept.clock").fetchone()
        self._reached(reached[0] if reached else now - PATIENCE, looked_at, behind)

    def _reached(self, reached: datetime, looked_at: datetime, waits_for: str | None) -> None:
        self.connection.execute(
            "insert into kept.clock (reached, looked_at, waits_for) values (%s, %s, %s) "
            "on conflict (only_row) do update set reached = excluded.reached, "
            "looked_at = excluded.looked_at, waits_for = excluded.waits_for",
            [reached, looked_at, waits_for],
        )


def _step(due: Due) -> Step:
    step_id = uuid5(NAMESPACE, f"due|{due.expectation_id}|{due.due_at.isoformat()}")

    def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact]:
        missed = fall_due(case, grasp.alerts[due.alert_id], due.recipient, context)
        if missed is None:
            return []
        return [*doubted(missed, undecided=due.undecided, quarantined=due.quarantined)]

    return Step(step_id, due.child_id, decide, alert_ids=(due.alert_id,))
