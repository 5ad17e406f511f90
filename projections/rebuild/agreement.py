"""Agreement: which entries only the log has, which only the tables, and where they contradict.

Entries never change, so nothing has to stop while this looks: what the tables held before the
log was read must be in the log, and what the log holds must be in the tables afterwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from projections.append.rows import fact_rows
from projections.append.world import World
from projections.append.write_all import NOTIFY_CHANNEL
from projections.database import Connection
from projections.entries import Stored
from projections.rebuild import completing
from projections.rebuild.extending import Extender
from projections.rebuild.reading import EntryReader, LogEntry, read_for_tables
from projections.rebuild.schema import IN_USE, tables

_MOST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """An entry by its child and sequence; for one of the log, where the log has it."""

    child_id: UUID
    sequence: int
    partition: int = 0
    offset: int = 0


@dataclass(slots=True)
class Disagreement:
    """What log and tables do not have in common. ``waiting`` entries are still to be sent.

    ``gaps`` are the first entries that neither has, of children of whom one of them has more.
    """

    in_log: int = 0
    in_tables: int = 0
    waiting: int = 0
    log_only: list[Place] = field(default_factory=list)
    tables_only: list[Place] = field(default_factory=list)
    conflicts: list[Place] = field(default_factory=list)
    gaps: list[Place] = field(default_factory=list)

    @property
    def none(self) -> bool:
        """Whether both say the same, and all of it."""
        return not (self.log_only or self.tables_only or self.beyond_repair)

    @property
    def beyond_repair(self) -> list[Place]:
        """What no copying mends, so that nothing is copied."""
        return [*self.conflicts, *self.gaps]


class Agreement:
    """Compares over the owner's ``connection``, in this order: look, read, compare."""

    def __init__(self, connection: Connection, world: World) -> None:
        self._connection = connection
        self._reader = EntryReader(world.registry, world.keys)

    def look(self) -> None:
        """Note how far the tables reach, and what of it the log need not have yet."""
        with self._connection.transaction():
            self._connection.execute("set transaction isolation level repeatable read")
            self._connection.execute(
                "create temporary table reached as "
                "select child_id, max(sequence) as sequence from derived.entry group by child_id"
            )
            self._connection.execute(
                "create temporary table unsent as select child_id, sequence from kept.outbox_entry"
            )
        self._connection.execute(
            "create temporary table log_entry (child_id uuid, sequence bigint, hash bytea, "
            "partition integer, log_offset bigint)"
        )

    def read(self, messages: Iterable[tuple[int, int, bytes]]) -> None:
        """Note what the log holds: (partition, offset, message). Raises NotAnEntry."""
        with (
            self._connection.cursor() as cursor,
            cursor.copy("copy log_entry from stdin (format binary)") as copy,
        ):
            copy.set_types(["uuid", "int8", "bytea", "int4", "int8"])
            for partition, offset, message in messages:
                entry = self._reader.read(message)
                copy.write_row((entry.child_id, entry.sequence, entry.hash, partition, offset))

    def compare(self) -> Disagreement:
        """What the two do not have in common."""
        for table in ("log_entry", "reached", "unsent"):
            self._connection.execute(f"analyze {table}".encode())
        return Disagreement(
            in_log=self._count("select count(distinct (child_id, sequence)) from log_entry"),
            in_tables=self._count("select count(*) from derived.entry"),
            waiting=self._count("select count(*) from unsent"),
            log_only=self._places(
                "select distinct on (l.child_id, l.sequence) l.child_id, l.sequence, l.partition, "
                "l.log_offset from log_entry l where not exists (select from derived.entry e "
                "where e.child_id = l.child_id and e.sequence = l.sequence) "
                "order by l.child_id, l.sequence, l.log_offset"
            ),
            tables_only=self._places(
                "select e.child_id, e.sequence from derived.entry e "
                "join reached r on r.child_id = e.child_id and e.sequence <= r.sequence "
                "where not exists (select from log_entry l "
                "where l.child_id = e.child_id and l.sequence = e.sequence) "
                "and not exists (select from unsent u "
                "where u.child_id = e.child_id and u.sequence = e.sequence) "
                "order by e.child_id, e.sequence"
            ),
            conflicts=self._places(
                "select child_id, sequence, min(partition), min(log_offset) from ("
                "select l.child_id, l.sequence, l.partition, l.log_offset from log_entry l "
                "join derived.entry e using (child_id, sequence) where sha256(e.header) <> l.hash "
                "union all select child_id, sequence, min(partition), min(log_offset) "
                "from log_entry group by child_id, sequence having count(distinct hash) > 1) c "
                "group by child_id, sequence order by child_id, sequence"
            ),
            # The place after a child's last entry stands for what its row says of its length.
            gaps=self._places(
                "select child_id, min(before) + 1 from (select child_id, sequence, "
                "lag(sequence, 1, 0::bigint) over (partition by child_id order by sequence) "
                "as before from (select child_id, sequence from derived.entry "
                "union select child_id, sequence from log_entry "
                "union select child_id, sequence + 1 from derived.child) held) places "
                "where sequence > before + 1 group by child_id order by child_id"
            ),
        )

    def _count(self, query: str) -> int:
        row = self._connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    def _places(self, query: str) -> list[Place]:
        return [Place(*row) for row in self._connection.execute(query.encode()).fetchall()]


def page_beyond_repair(connection: Connection, found: Disagreement, paged_at: datetime) -> None:
    """Put contradictions and gaps before the people of the hub."""
    told = [
        *((each, "log and tables differ") for each in found.conflicts[:_MOST_TOLD]),
        *((each, "neither log nor tables have it") for each in found.gaps[:_MOST_TOLD]),
    ]
    page(
        connection,
        [
            ("log-conflict", str(each.child_id), f"entry {each.sequence}: {problem}")
            for each, problem in told
        ],
        paged_at,
    )


def page(
    connection: Connection, matters: Sequence[tuple[str, str, str]], paged_at: datetime
) -> None:
    """Put matters (reason, what it concerns, detail) before the people of the hub."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into kept.page (paged_at, reason, concerns, detail) values (%s, %s, %s, %s)",
            [(paged_at, *each) for each in matters],
        )


def send_again(connection: Connection, places: Sequence[Place], world: World) -> None:
    """Queue entries that the log lacks, for the relay to copy them there."""
    with connection.transaction():
        connection.execute(
            "insert into kept.outbox_entry (child_id, sequence, log_partition) "
            "select w.child_id, w.sequence, w.partition from unnest(%s::uuid[], %s::bigint[], "
            "%s::smallint[]) with ordinality as w(child_id, sequence, partition, place) "
            "where not exists (select from kept.outbox_entry o "
            "where o.child_id = w.child_id and o.sequence = w.sequence) order by w.place",
            [
                [each.child_id for each in places],
                [each.sequence for each in places],
                [world.log_partition(each.child_id) for each in places],
            ],
        )
        connection.execute("select pg_notify(%s, '')", [NOTIFY_CHANNEL])


class NotMended(Exception):
    """What the tables lack cannot be taken from the log. The text says what and why."""


def take_back(connection: Connection, entries: Sequence[LogEntry], world: World) -> None:
    """Take entries into the tables in use: each of their children is evolved anew, from its first.

    Their events are recorded. What they announce waits to be sent, without a number, and what
    they say was delivered waits no more. The caller has stopped the appends and opened the
    transaction. Raises NotMended, LogConflict.
    """
    reader = EntryReader(world.registry, world.keys)
    children = sorted({each.child_id for each in entries})
    rows = connection.execute(
        "select header, key_id, nonce, sealed from derived.entry where child_id = any(%s::uuid[])",
        [children],
    ).fetchall()
    held = [reader.entry(Stored(*row)) for row in rows]
    for table in tables(connection):
        connection.execute(
            f"delete from {IN_USE}.{table} where child_id = any(%s::uuid[])".encode(),  # noqa: S608
            [children],
        )
    loaded = Extender(connection, IN_USE, world).extend([*held, *entries])
    for gap in loaded.gaps:
        raise NotMended(
            f"child {gap.child_id} lacks entry {gap.sequence} in the log and in the tables, and "
            "has later ones: restore the newer of your backups beside it and look there"
        )
    completing.queue(connection, fact_rows([read_for_tables(reader, each) for each in entries]))
    completing.record(
        connection,
        completing.recorded_rows(reader, entries),
    )
