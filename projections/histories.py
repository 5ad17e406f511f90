"""Children's logs by child and type, as the tables hold them: the exact bytes of ``kith.timeline``.

What asks for a few types of entry pays for those, and not for all that a log holds beside them.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from fastavro import parse_schema, schemaless_writer

from projections.database import Connection
from projections.entries import Stored
from projections.rebuild.reading import HEADER, EntryReader, LogEntry
from safeguarding.events import CANARY, Reference
from safeguarding.ids import HUB
from schemas.registry import Registry

_OF_TYPES = (
    "select header, key_id, nonce, sealed from derived.entry "
    "where child_id = any(%b::uuid[]) and type = any(%b::text[]) order by child_id, sequence"
)
_CONCERNED = (
    "select child_id from derived.alert "
    "where child_id = any(%b::uuid[]) and rule = any(%b::text[]) "
    "union "
    "select child_id from derived.awaited "
    "where child_id = any(%b::uuid[]) and rule = any(%b::text[])"
)
_RESTATED = (
    "select child_id, agency, reference from derived.standing "
    "where child_id = any(%b::uuid[]) and version > 1"
)
# The rules that decided an entry stand at the end of its header, as Avro writes them: nothing is a
# byte 0, which no text ends with.
_BY_OTHERS = (
    "select exists (select from derived.entry e where e.child_id = any(%b::uuid[]) "
    "and get_byte(e.header, octet_length(e.header) - 1) <> 0 "
    "and not exists (select from unnest(%b::bytea[]) known where known = "
    "substring(e.header from octet_length(e.header) - octet_length(known) + 1)))"
)
# What they decide of the hub itself, and of the child of which only its canary tells, is no
# child's.
_NO_CHILDREN = (
    "select child_id from derived.standing where child_id = any(%b::uuid[]) and type = %b"
)
_LAST_FIELD = "ruleset"


def everybody(connection: Connection) -> list[UUID]:
    """All who have a log, the hub itself among them."""
    rows = connection.execute("select child_id from derived.child order by child_id")
    return [child_id for (child_id,) in rows]


@dataclass(slots=True)
class Histories:
    """Reads them, by a connection that need be able to do nothing else."""

    connection: Connection
    reader: EntryReader
    registry: Registry

    def count(self, children: Sequence[UUID]) -> int:
        """How many entries their logs hold."""
        row = self.connection.execute(
            "select count(*) from derived.entry where child_id = any(%b::uuid[])", [[*children]]
        ).fetchone()
        return row[0] if row else 0

    def of_types(
        self, children: Collection[UUID], types: Collection[str]
    ) -> dict[UUID, list[LogEntry]]:
        """Each child's entries of these types, in order. Raises NotAnEntry."""
        found: defaultdict[UUID, list[LogEntry]] = defaultdict(list)
        if children and types:
            rows = self.connection.execute(
                _OF_TYPES, [[*children], [*types]], binary=True
            ).fetchall()
            for row in rows:
                entry = self.reader.entry(Stored(*row))
                found[entry.child_id].append(entry)
        return found

    def concerned(self, children: Sequence[UUID], rules: Collection[str]) -> set[UUID]:
        """Those of whom these rules ever told, or awaited anything."""
        asked = [[*children], [*rules]]
        return {child_id for (child_id,) in self.connection.execute(_CONCERNED, asked * 2)}

    def restated(self, children: Sequence[UUID]) -> dict[UUID, set[Reference]]:
        """The statements of each that were said more than once, and stand in the child's log."""
        found: defaultdict[UUID, set[Reference]] = defaultdict(set)
        for child_id, agency, reference in self.connection.execute(_RESTATED, [[*children]]):
            found[child_id].add((agency, reference))
        return found

    def decided_by_others(self, children: Sequence[UUID], versions: Collection[str]) -> bool:
        """Whether any entry was decided by rules of another version than these."""
        rows = self.connection.execute(_NO_CHILDREN, [[*children], CANARY]).fetchall()
        left = {*children} - {HUB} - {child_id for (child_id,) in rows}
        if not left:
            return False
        row = self.connection.execute(_BY_OTHERS, [[*left], self._endings(versions)]).fetchone()
        return bool(row and row[0])

    def _endings(self, versions: Collection[str]) -> list[bytes]:
        """How a header ends that names them. It begins with its length, so none ends another."""
        last = self.registry.record(HEADER).source["fields"][-1]
        if last["name"] != _LAST_FIELD:
            raise LookupError(f"the header of an entry ends with {last['name']}, not {_LAST_FIELD}")
        schema = parse_schema(last["type"])
        endings = []
        for version in versions:
            written = BytesIO()
            schemaless_writer(written, schema, version)
            endings.append(written.getvalue())
        return endings
