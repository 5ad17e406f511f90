"""The clock itself.

A deadline is judged only when the hub has read everything that agencies had published by then:
after an hour's outage what waits in the topics counts, and nothing is missed falsely. Where they
publish all the time there is always something that was not read yet, so the clock keeps how far
they had come when it looked, and goes on from there once that has been read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from processors.clock.answers import answer_step, due_answers, due_reminders, reminder_step
from processors.clock.ends import End
from processors.clock.feeds import Heard, read_heard
from processors.clock.lapsing import Place, Row, due_awaited, lapse_steps
from projections.append import in_force
from projections.append.appender import hub_time
from projections.append.arrivals import Fate, Step
from projections.append.persistence import Appending
from projections.database import Connection
from schemas import failpoints
from schemas.agencies import Feeds

log = structlog.get_logger()

MOST_AT_ONCE = 200
# Where a scenario's player says that it has moved the time.
TIME_CHANNEL = "kith_time"
# How long the clock waits for a backlog to be read before it tells a person that it does.
PATIENCE = timedelta(minutes=10)
# How long it waits for one look's ends: a broker that lost its tail never gives them again.
KEPT = timedelta(seconds=10)


class Ends(Protocol):
    """How far agencies have published."""

    def ends(self) -> Mapping[tuple[str, int], End]:
        """The end of each partition of the live topics; raises OSError-like faults."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What agencies had published at an instant, of the hub and the real one, or before it."""

    now: datetime
    looked_at: datetime
    ends: Mapping[tuple[str, int], End]


@dataclass(frozen=True, slots=True)
class _Due:
    """What the clock is to append, and whether that is all that is due."""

    steps: Sequence[Step]
    all_of_it: bool


@dataclass(slots=True)
class Clock:
    """Appends what fell due, through the same transaction as everything else."""

    connection: Connection
    appending: Appending
    ends: Ends
    # What agencies say that they publish as it happens, by agency.
    feeds: Mapping[str, Feeds]
    _waiting_since: datetime | None = field(default=None, init=False)
    _look: _Look | None = field(default=None, init=False)
    # The hub's time at which all that was due was judged last.
    _judged: datetime | None = field(default=None, init=False)

    def run_once(self) -> int:
        """Append what is due now; how many deadlines that were. Raises psycopg.Error.

        Where it had to wait, it appends what was due when it looked first.
        """
        world = self.appending.world
        looked_at = world.now()
        now = hub_time(self.connection, world, looked_at)
        if world.scenario and now == self._judged:
            # The time stands still. What a step opens that is due already is judged as the time
            # moves on, and not by chance in the middle of the step.
            self._reached(now, looked_at, None)
            return 0
        look = self._kept(looked_at)
        due = self._due(now) if look is None else None
        if due is None or due.steps:
            # The time was taken before the ends, so they hold all that was published by then.
            look = look or _Look(now, looked_at, self.ends.ends())
            behind = self._behind(look.ends)
            if behind is not None:
                self._look = look
                self._wait(behind, now, looked_at)
                return 0
            # Again: what was read until now may hold the answer, or may be what cannot be read.
            now = look.now
            due = self._due(now)
        self._look = self._waiting_since = None
        outcomes = self.appending.append([], due.steps)
        failpoints.reach(failpoints.CLOCK_BEFORE_REACHED)
        if due.all_of_it:
            self._judged = now
            self._reached(now, looked_at, None)
        return sum(outcome.fate is Fate.RECORDED for outcome in outcomes)

    def _kept(self, looked_at: datetime) -> _Look | None:
        """The look whose ends the hub is still to reach."""
        look = self._look
        return None if look is None or looked_at - look.looked_at > KEPT else look

    def _due(self, now: datetime) -> _Due:
        destroyed = sorted(self.appending.world.keys.destroyed())
        query = due_answers(now, destroyed, MOST_AT_ONCE)
        answers = self.connection.execute(*query).fetchall()
        soon = self._soon(now, destroyed)
        lapsing = self._lapsing(now, destroyed)
        steps = [*map(answer_step, answers), *map(reminder_step, soon), *lapsing]
        return _Due(steps, max(len(answers), len(lapsing), len(soon)) < MOST_AT_ONCE)

    def _lapsing(self, now: datetime, destroyed: Sequence[str]) -> list[Step]:
        """What rules await of which the time has come, but for what waits for people."""

        def read(after: Place) -> Sequence[Row]:
            query = due_awaited(now, destroyed, MOST_AT_ONCE, after)
            return self.connection.execute(*query).fetchall()

        def heard() -> Heard:
            return read_heard(self.connection, self.feeds)

        return lapse_steps(read, heard, self.feeds, now, MOST_AT_ONCE)

    def _soon(self, now: datetime, destroyed: Sequence[str]) -> list[tuple[Any, ...]]:
        """Answers that are due soon, by the rules in force now."""
        before = in_force.now(self.connection, self.appending.world).ruleset.remind_before
        query = due_reminders(now, before, destroyed, MOST_AT_ONCE)
        return self.connection.execute(*query).fetchall()

    def _behind(self, ends: Mapping[tuple[str, int], End]) -> str | None:
        """A live partition that the hub has not read up to there, if there is one.

        A position that was not compared with the broker's records in this epoch of their leader
        says nothing: the broker may have lost its tail and given the offsets to others.
        """
        read = {
            (topic, partition): (offset, epoch)
            for topic, partition, offset, epoch in self.connection.execute(
                "select topic, partition, next_offset, leader_epoch from kept.position"
            ).fetchall()
        }
        for (topic, partition), end in sorted(ends.items()):
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
