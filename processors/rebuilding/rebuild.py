"""Rebuild: the tables anew from the log, beside those in use, then compared or put in place.

The log is read to its end while appends go on, in bulk and then in smaller and smaller parts;
they are stopped only for the last one, so that log and tables can be taken as of one point.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from psycopg import errors

from processors.rebuilding.alerts import SentNotifications
from processors.rebuilding.log import TimelineLog
from processors.rebuilding.topics import Reach
from processors.rebuilding.verification import CLOCKS_DIFFER
from projections.append.pausing import appends_stopped
from projections.append.rows import Row
from projections.append.world import World
from projections.append.write_all import NOTIFY_CHANNEL
from projections.database import Connection
from projections.rebuild import completing, schema
from projections.rebuild.bulk import Loaded
from projections.rebuild.comparing import TableHash, child_hashes, hash_tables
from projections.rebuild.extending import Extender
from projections.rebuild.history import Gap, LogConflict
from projections.rebuild.reading import EntryReader

# So few are left that they can be read while appends are stopped.
_FEW = 500
_MOST_ROUNDS = 10
_DRAIN_SECONDS = 10.0
_TELL_OF = 5
# While somebody reads in a long transaction.
_MOST_TRIES = 30
_BETWEEN_TRIES_SECONDS = 1.0

Tell = Callable[[str], None]
# Loads these partitions of the log into ``derived_next``, and gives the parts as they are done.
Load = Callable[[Mapping[int, Reach]], Iterable[Loaded]]


class NotRebuilt(Exception):
    """The rebuild was given up, and nothing was changed. The text says why and what to do."""


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild came to. Seconds are those of the whole, and those without appends.

    ``recorded`` events and ``queued`` notifications were missing beside the tables, and
    ``resumed`` events were decided to their end. Hashes are only there where they were compared.
    """

    entries: int = 0
    children: int = 0
    repeats: int = 0
    gaps: list[Gap] = field(default_factory=list)
    beyond_use: int = 0
    load_seconds: float = 0.0
    seconds: float = 0.0
    stopped_seconds: float = 0.0
    replaced: bool = False
    recorded: int = 0
    queued: int = 0
    resumed: int = 0
    log: list[TableHash] = field(default_factory=list)
    tables: list[TableHash] = field(default_factory=list)
    differing: dict[str, list[UUID]] = field(default_factory=dict)

    @property
    def entries_per_second(self) -> float:
        """How fast the log was read into the tables, without keys and indexes."""
        return self.entries / self.load_seconds if self.load_seconds else 0.0

    @property
    def equal(self) -> bool:
        """Whether the tables are what the log says, all of it."""
        return self.log == self.tables and not self.gaps


@dataclass(slots=True)
class Means:
    """What a rebuild works with.

    ``connect`` gives connections of the owner. ``retention`` is that of the ``agencies``'
    alerts topics. ``resume`` decides appends to their end that the log has in part; it gives
    how many events that were.
    """

    world: World
    connect: Callable[[], Connection]
    log: TimelineLog
    sent: SentNotifications
    agencies: Sequence[str]
    retention: timedelta
    load: Load
    resume: Callable[[], int]
    tell: Tell
    clock: Callable[[], float]
    sleep: Callable[[float], None]


class Rebuild:
    """One rebuild over the owner's ``connection``. Used once."""

    def __init__(self, connection: Connection, means: Means) -> None:
        self._connection = connection
        self._means = means
        self._extender = Extender(connection, schema.NEXT, means.world)
        self._ends: dict[int, int] = {}
        self._result = Rebuilt()
        self._beyond_use: set[UUID] = set()

    def verify(self) -> Rebuilt:
        """Build beside, compare as of one point, drop what was built.

        Raises NotRebuilt, NotStopped, LogConflict, NotAnEntry, TopicUnread, KeyUnknown, Unopenable,
        psycopg.Error.
        """
        started_at = self._means.clock()
        try:
            self._build()
            with self._means.connect() as other:
                with self._stopped():
                    self._refuse_unsent()
                    reach = self._means.log.reach()
                    # All later reading of the tables in use is as of this instant.
                    other.execute("begin isolation level repeatable read read only")
                    other.execute("select 1")
                self._catch_up(reach)
                self._means.tell("comparing")
                self._compare(other)
        finally:
            schema.drop_next(self._connection)
        self._result.seconds = self._means.clock() - started_at
        return self._result

    def replace(self) -> Rebuilt:
        """Build beside, and put what was built in the place of the tables in use.

        Raises as ``verify`` does: then nothing was changed.
        """
        started_at = self._means.clock()
        means = self._means
        try:
            self._build()
            reader = EntryReader(means.world.registry, means.world.keys)
            unrecorded = completing.unrecorded(self._connection, reader, means.world.registry)
            means.sent.look()
            for _ in range(_MOST_TRIES):
                with self._stopped():
                    self._catch_up(means.log.reach())
                    self._refuse_loss()
                    means.sent.look()
                    self._swap(unrecorded)
                if self._result.replaced:
                    break
                # Somebody reads in a long transaction: meanwhile the hub goes on.
                means.sleep(_BETWEEN_TRIES_SECONDS)
            else:
                raise NotRebuilt(
                    "somebody reads the tables in one long transaction, so they cannot be "
                    "replaced: see pg_stat_activity"
                )
        finally:
            schema.drop_next(self._connection)
        if unrecorded:
            self._result.resumed = means.resume()
        self._result.recorded = len(unrecorded)
        self._result.seconds = self._means.clock() - started_at
        return self._result

    def _swap(self, unrecorded: Sequence[Row]) -> None:
        """All of it in one transaction; or nothing, while somebody reads the tables."""
        means, connection = self._means, self._connection
        since = means.world.now() - means.retention + CLOCKS_DIFFER
        with suppress(errors.LockNotAvailable):
            with connection.transaction():
                completing.record(connection, unrecorded)
                if unrecorded:
                    completing.wait_for_the_cut(connection)
                completing.keep_numbers(connection, schema.NEXT, means.sent.highest)
                self._result.queued = completing.queue_again(
                    connection, schema.NEXT, means.sent.sent, means.agencies, since
                )
                schema.put_in_place(connection)
                connection.execute("select pg_notify(%s, '')", [NOTIFY_CHANNEL])
            self._result.replaced = True

    def _refuse_loss(self) -> None:
        """Never put tables in place that know less than those in use, or something else."""
        for child_id, sequence, otherwise in completing.lost_by_swap(self._connection):
            if otherwise:
                raise LogConflict(child_id, sequence, "log and tables hold different entries")
            self._refuse_unsent()
            raise NotRebuilt(
                f"the log lacks entries that the tables hold, of child {child_id} up to entry "
                f"{sequence}, for one: `kith verify --repair` copies them to the log"
            )
        if self._result.gaps:
            gap = self._result.gaps[0]
            raise NotRebuilt(
                f"the log lacks entry {gap.sequence} of child {gap.child_id} and has later ones, "
                "and so has to be mended before the tables can be: see `kith verify`"
            )

    def _build(self) -> None:
        schema.make_next(self._connection)
        indexes = schema.take_indexes(self._connection)
        # Where a partition's bulk ends, the rest begins.
        reach = self._means.log.reach()
        self._ends = {partition: each.high for partition, each in reach.items()}
        self._count(self._load(reach))
        self._means.tell(f"{self._result.entries} entries read, making keys and indexes")
        schema.put_indexes(self._connection, indexes)
        for _ in range(_MOST_ROUNDS):
            reach = self._means.log.reach()
            behind = sum(each.high - self._ends[number] for number, each in reach.items())
            self._catch_up(reach)
            if behind <= _FEW:
                return

    def _load(self, reach: dict[int, Reach]) -> Loaded:
        started_at = self._means.clock()
        held = {number: each for number, each in reach.items() if each.high > each.low}
        self._means.tell(
            f"reading {sum(each.high - each.low for each in held.values())} messages of "
            f"{len(held)} partitions"
        )
        loaded = Loaded()
        for part in self._means.load(held):
            loaded.add(part)
        self._extender.await_more(loaded.waiting)
        self._result.load_seconds = self._means.clock() - started_at
        return loaded

    def _catch_up(self, reach: dict[int, Reach]) -> None:
        for messages in self._means.log.after(self._ends, reach):
            self._count(self._extender.extend(self._extender.read(messages)))
        self._ends = {partition: each.high for partition, each in reach.items()}

    def _count(self, loaded: Loaded) -> None:
        self._result.entries += loaded.entries
        self._result.children += loaded.children
        self._result.repeats += loaded.repeats
        self._result.gaps = loaded.gaps
        self._beyond_use |= loaded.beyond_use
        self._result.beyond_use = len(self._beyond_use)

    @contextmanager
    def _stopped(self) -> Iterator[None]:
        """Nothing is appended while the body runs, and the relay has sent what it would."""
        with appends_stopped(self._connection, self._means.sleep):
            started_at = self._means.clock()
            while self._unsent() and self._means.clock() < started_at + _DRAIN_SECONDS:
                self._means.sleep(0.02)
            yield
            # The longest, where it was tried several times.
            stopped_seconds = self._means.clock() - started_at
            self._result.stopped_seconds = max(self._result.stopped_seconds, stopped_seconds)

    def _refuse_unsent(self) -> None:
        if count := self._unsent():
            raise NotRebuilt(
                f"{count} entries wait to be sent to the log and none goes: is the relay "
                "running? `kith status` shows it"
            )

    def _compare(self, tables: Connection) -> None:
        beyond_use = sorted(self._beyond_use)
        self._result.log = hash_tables(self._connection, schema.NEXT, beyond_use)
        self._result.tables = hash_tables(tables, schema.IN_USE, beyond_use)
        for one, other in zip(self._result.log, self._result.tables, strict=True):
            if one != other:
                log = child_hashes(self._connection, schema.NEXT, one.table, beyond_use)
                held = child_hashes(tables, schema.IN_USE, one.table, beyond_use)
                differing = sorted(each for each, _ in log ^ held)
                self._result.differing[one.table] = list(dict.fromkeys(differing))[:_TELL_OF]

    def _unsent(self) -> int:
        row = self._connection.execute("select count(*) from kept.outbox_entry").fetchone()
        return int(row[0]) if row else 0
