"""Bulk: a whole partition of the log into empty tables, by evolve and COPY.

Entries are copied as they come. What later entries may still change (a statement's version, an
alert, a notification until it is delivered) is copied at the end.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from psycopg import Copy, Cursor, sql
from psycopg.types.json import Jsonb

from projections.append.rows import (
    FactRows,
    Row,
    alert_rows,
    awaited_rows,
    child_row,
    entry_row,
    expectation_rows,
    membership_rows,
    standing_rows,
)
from projections.append.sealing import SealedEntry
from projections.append.world import World
from projections.database import Connection
from projections.rebuild.history import Gap, History
from projections.rebuild.reading import BEYOND_USE, EntryReader, LogEntry, read_for_tables
from safeguarding.case import Case
from safeguarding.evolve import evolve

_TYPES = {
    "child": "uuid text int2 text int8 bytea",
    "identifier": "bytea text uuid",
    "entry": "uuid int8 uuid text timestamptz bytea text bytea bytea",
    "standing": "text text uuid int4 bool text timestamptz int8",
    "membership": "uuid text text text timestamptz timestamptz text",
    "alert": "uuid uuid text text text int4 int4 text int8 bytea jsonb",
    "notification": "uuid uuid uuid int8 text text text text int4 text text text timestamptz "
    "timestamptz timestamptz int8 int8 timestamptz",
    "expectation": "uuid uuid text uuid text text text timestamptz int8 text int8 bool",
    "awaited": "uuid text text uuid int4 timestamptz text[] text[] text text bytea int8 text int8",
    "acknowledgement": "uuid int8 uuid text text text timestamptz bool",
    "activation": "uuid int8 uuid text timestamptz",
}


@dataclass(slots=True)
class Loaded:
    """What became of the messages. ``waiting`` came after a gap and were not loaded.

    ``beyond_use`` are children of whom the key is destroyed: only what stands in the clear
    headers was loaded of them.
    """

    messages: int = 0
    entries: int = 0
    children: int = 0
    repeats: int = 0
    waiting: list[LogEntry] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    beyond_use: set[UUID] = field(default_factory=set)

    def add(self, other: "Loaded") -> None:
        """Count another part in."""
        self.messages += other.messages
        self.entries += other.entries
        self.children += other.children
        self.repeats += other.repeats
        self.waiting += other.waiting
        self.gaps += other.gaps
        self.beyond_use |= other.beyond_use


@dataclass(slots=True)
class _Child:
    case: Case
    history: History
    key_id: str = ""


class BulkLoad:
    """Loads one part of the log, all entries of each of its children, into ``schema``.

    ``connection`` is the owner's. Used once.
    """

    def __init__(self, connection: Connection, schema: str, world: World) -> None:
        self._connection = connection
        self._schema = schema
        self._world = world
        self._reader = EntryReader(world.registry, world.keys)
        self._children: dict[UUID, _Child] = {}
        self._facts = FactRows()
        self._loaded = Loaded()

    def load(self, batches: Iterable[Iterable[bytes]]) -> Loaded:
        """Load all messages, in one transaction.

        Raises NotAnEntry, LogConflict, KeyUnknown, Unopenable, psycopg.Error.
        """
        with self._connection.transaction():
            with self._connection.cursor() as cursor, self._copying(cursor, "entry") as copy:
                for batch in batches:
                    self._take(batch, copy)
            self._copy_rest()
        histories = [child.history for child in self._children.values()]
        self._loaded.children = len(histories)
        self._loaded.repeats = sum(history.repeats for history in histories)
        for history in histories:
            gap = history.gap()
            if gap is not None:
                self._loaded.gaps.append(gap)
                self._loaded.waiting += history.waiting.values()
        return self._loaded

    def _take(self, messages: Iterable[bytes], copy: Copy) -> None:
        read, children = self._reader.read, self._children
        for message in messages:
            self._loaded.messages += 1
            entry = read(message)
            child = children.get(entry.child_id)
            if child is None:
                child = children[entry.child_id] = _Child(
                    Case(entry.child_id), History(entry.child_id)
                )
            for following in child.history.take(entry):
                copy.write_row(entry_row(self._evolve(child, following)))
                self._loaded.entries += 1

    def _evolve(self, child: _Child, entry: LogEntry) -> SealedEntry:
        child.key_id = entry.stored.key_id
        sealed = read_for_tables(self._reader, entry)
        if sealed.entry.body is BEYOND_USE:
            self._loaded.beyond_use.add(entry.child_id)
        evolve(child.case, sealed.entry)
        self._facts.add(sealed)
        return sealed

    def _copy_rest(self) -> None:
        cases = [child.case for child in self._children.values() if child.case.sequence]
        partition = self._world.log_partition
        for table, rows in (
            (
                "child",
                [
                    child_row(
                        child.case,
                        child.key_id,
                        partition(child.case.child_id),
                        child.history.head,
                    )
                    for child in self._children.values()
                    if child.case.sequence
                ],
            ),
            ("standing", standing_rows(cases)),
            ("membership", membership_rows(cases)),
            ("alert", [(*row[:-1], Jsonb(row[-1], str)) for row in alert_rows(cases)]),
            ("expectation", expectation_rows(cases)),
            ("awaited", awaited_rows(cases)),
            ("identifier", self._facts.identifiers),
            ("notification", list(_delivered(self._facts))),
            ("acknowledgement", self._facts.acknowledgements),
            ("activation", self._facts.activations),
        ):
            with self._connection.cursor() as cursor, self._copying(cursor, table) as copy:
                for row in rows:
                    copy.write_row(row)

    def _copying(self, cursor: Cursor[Row], table: str) -> AbstractContextManager[Copy]:
        return _typed_copy(cursor, self._schema, table)


@contextmanager
def _typed_copy(cursor: Cursor[Row], schema: str, table: str) -> Iterator[Copy]:
    query = sql.SQL("copy {} from stdin (format binary)").format(sql.Identifier(schema, table))
    with cursor.copy(query) as copy:
        copy.set_types(_TYPES[table].split())
        yield copy


def _delivered(facts: FactRows) -> Iterator[Row]:
    """Notifications with what is known of their delivery."""
    deliveries = {row[0]: row[1:] for row in facts.deliveries}
    for row in facts.notifications:
        yield (*row, *deliveries.get(row[0], (None, None, None)))
