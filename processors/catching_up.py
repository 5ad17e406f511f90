"""Catching up: before a process decides anything, the tables hold all that the log does.

Mostly they do, and this reads a few messages. After a restore of an older database it takes in
what came since, decides appends to their end that the log kept only in part, and lets appends go
on. One process does it at a time; it may be any that writes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from processors.rebuilding.log import TimelineLog
from processors.rebuilding.topics import Reach
from processors.relay import outbox
from projections.append.guarding import Guard
from projections.append.pausing import appends_stopped
from projections.append.resuming import CutAppends, resume
from projections.append.world import World
from projections.database import Connection
from projections.rebuild import agreement
from projections.rebuild.history import LogConflict
from projections.rebuild.reading import EntryReader, LogEntry
from projections.rebuild.taking_in import TakingIn

log = structlog.get_logger()

# One process catches up at a time. Any fixed number will do.
LOCK = 7_205_119_005
# It may take longer than an append ever does.
_UNHURRIED = "set statement_timeout = 0; set transaction_timeout = 0; set lock_timeout = 0"


@dataclass(frozen=True, slots=True)
class Part:
    """What of a partition is to be read. ``lost``: it no longer ends as it did."""

    start: int
    end: int
    lost: bool


Parts = Mapping[int, Part]


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What was done.

    ``taken`` entries came from the log, ``resumed`` events were decided to their end, and
    ``sent_again`` entries had been lost by the log.
    """

    taken: int = 0
    resumed: int = 0
    sent_again: int = 0


@dataclass(slots=True)
class CatchingUp:
    """``connect`` gives connections of the role that appends."""

    connect: Callable[[], Connection]
    log: TimelineLog
    world: World
    sleep: Callable[[float], None]

    def run(self, guard: Guard) -> CaughtUp:
        """Let the tables hold all that the log does, and ``guard`` know whose they are.

        What the log has lost is queued for it again. Raises LogConflict after it was paged,
        NotMended, NotStopped, NotAnEntry, TopicUnread, AnotherHub, psycopg.Error: then nothing
        was changed.
        """
        with closing(self.connect()) as connection:
            connection.execute(_UNHURRIED)
            connection.execute("select pg_advisory_lock(%s)", [LOCK])
            incarnation, caught_up = self._hub(connection)
            guard.same(incarnation)
            try:
                return self._run(connection, caught_up=caught_up)
            except LogConflict as conflict:
                matter = ("log-conflict", str(conflict.child_id), f"entry {conflict.sequence}")
                agreement.page(connection, [matter], self.world.now())
                raise

    def _run(self, connection: Connection, *, caught_up: bool) -> CaughtUp:
        parts = self._unread(connection)
        taking = self._taking(connection)
        lacks = not caught_up or any(taking.lacking(batch) for batch in self._entries(parts, {}))
        done = CaughtUp()
        if lacks:
            with appends_stopped(connection, self.sleep), connection.transaction():
                done = self._take(connection)
            log.warning("caught-up", taken=done.taken, resumed=done.resumed)
        elif not any(part.lost for part in parts.values()):
            heads: dict[int, bytes] = {}
            for _ in self._entries(parts, heads):
                pass
            self._agree(connection, parts, heads)
        if any(part.lost for part in parts.values()):
            done = replace(done, sent_again=self._send_again(connection))
        return done

    def _take(self, connection: Connection) -> CaughtUp:
        """All in one transaction: what is cut is found among what is taken, or never."""
        parts = self._unread(connection)
        taking = self._taking(connection)
        cut = CutAppends(self.world)
        heads: dict[int, bytes] = {}
        lacking: dict[bytes, LogEntry] = {}  # By hash, since the log may hold an entry twice.
        for batch in self._entries(parts, heads):
            lacking |= {each.hash: each for each in taking.lacking(batch)}
            taking.sent(batch)
            for each in batch:
                cut.show(each.stored)
        taken = list(lacking.values())
        taking.take(taken)
        resumed = resume(connection, cut.entries(), self.world)
        self._agree(connection, parts, heads)
        connection.execute(
            "update kept.hub set caught_up = true, numbers_known = numbers_known and %s",
            [not taken],
        )
        if taken:
            detail = f"{len(taken)} entries were only in the log and are now in the tables"
            agreement.page(
                connection, [("log-taken-in", "kith.timeline", detail)], self.world.now()
            )
        return CaughtUp(len(taken), resumed)

    def _send_again(self, connection: Connection) -> int:
        """Find what the log has lost by reading all of it, and let the relay send that again."""
        lost = {number: part for number, part in self._unread(connection).items() if part.lost}
        compared = agreement.Agreement(connection, self.world)
        compared.look()
        compared.read(
            message
            for number, reach in self.log.reach().items()
            for message in self.log.numbered(number, reach.low, reach.high)
        )
        missing = compared.compare().tables_only
        agreement.send_again(connection, missing, self.world)
        detail = f"the log had lost {len(missing)} entries, which are sent to it again"
        agreement.page(connection, [("log-tail-lost", "kith.timeline", detail)], self.world.now())
        log.error("log-tail-lost", partitions=sorted(lost), sent_again=len(missing))
        heads: dict[int, bytes] = {}
        for _ in self._entries(lost, heads):
            pass
        for number, part in lost.items():
            connection.execute(
                "update kept.log_read set next_offset = %s, last_hash = %s where partition = %s",
                [part.end, heads.get(number), number],
            )
        return len(missing)

    def _taking(self, connection: Connection) -> TakingIn:
        return TakingIn(connection, self.world, EntryReader(self.world.registry, self.world.keys))

    def _hub(self, connection: Connection) -> tuple[UUID, bool]:
        ((incarnation, caught_up),) = connection.execute(
            "select incarnation, caught_up from kept.hub"
        ).fetchall()
        return incarnation, caught_up

    def _unread(self, connection: Connection) -> Parts:
        """From where to where each partition may hold what the tables do not.

        Where the log no longer ends as it did, all of it.
        """
        rows = connection.execute(
            "select partition, next_offset, last_hash from kept.log_read"
        ).fetchall()
        read = {row[0]: (row[1], row[2]) for row in rows}
        parts = {}
        for partition, reach in self.log.reach().items():
            offset, last_hash = read.get(partition, (0, None))
            lost = offset > reach.high or self._changed(partition, offset, last_hash, reach)
            parts[partition] = Part(reach.low if lost else max(offset, reach.low), reach.high, lost)
        return parts

    def _changed(self, partition: int, offset: int, last_hash: bytes | None, reach: Reach) -> bool:
        """Whether another entry stands before the offset than stood there."""
        if last_hash is None or not reach.low < offset <= reach.high:
            return False
        reader = EntryReader(self.world.registry, self.world.keys)
        return any(
            reader.read(message).hash != last_hash
            for batch in self.log.messages(partition, offset - 1, offset)
            for message in batch
        )

    def _entries(self, parts: Parts, heads: dict[int, bytes]) -> Iterator[list[LogEntry]]:
        """The entries of these parts; ``heads`` gets the hash of the last one of each."""
        reader = EntryReader(self.world.registry, self.world.keys)
        for partition, part in sorted(parts.items()):
            for batch in self.log.messages(partition, part.start, part.end):
                entries = [reader.read(message) for message in batch]
                heads[partition] = entries[-1].hash
                yield entries

    def _agree(self, connection: Connection, parts: Parts, heads: Mapping[int, bytes]) -> None:
        """Up to there log and tables agree."""
        read = [
            (number, part.end, heads[number])
            for number, part in parts.items()
            if number in heads and not part.lost
        ]
        connection.execute(*outbox.log_read(read))
