"""Taking in: the tables in use take what only the log has, before anything is decided on them.

After a restore of an older copy the tables are behind the log, and only behind it: each child's
entries go on where the tables end. The writer's own rights suffice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from projections.append import writing
from projections.append.rows import fact_rows
from projections.append.world import World
from projections.database import Connection, execute_each
from projections.rebuild import completing
from projections.rebuild.agreement import NotMended
from projections.rebuild.extending import Extender
from projections.rebuild.history import Gap, two_in_one_place
from projections.rebuild.reading import EntryReader, LogEntry, read_for_tables
from projections.rebuild.schema import IN_USE

_AT_ONCE = 2000


@dataclass(slots=True)
class TakingIn:
    """Works over a writer's ``connection``, in transactions that the caller opens."""

    connection: Connection
    world: World
    reader: EntryReader

    def lacking(self, entries: Sequence[LogEntry]) -> list[LogEntry]:
        """Those that the tables do not hold, each once. Raises LogConflict."""
        rows = self.connection.execute(
            "select e.child_id, e.sequence, sha256(e.header) from derived.entry e "
            "join unnest(%b::uuid[], %b::bigint[]) as w(child_id, sequence) "
            "using (child_id, sequence)",
            [[each.child_id for each in entries], [each.sequence for each in entries]],
        ).fetchall()
        held = {(row[0], row[1]): row[2] for row in rows}
        found = {}
        for each in entries:
            place = (each.child_id, each.sequence)
            if place not in held:
                held[place] = each.hash
                found[place] = each
            elif held[place] != each.hash:
                raise two_in_one_place(each)
        return list(found.values())

    def take(self, entries: Sequence[LogEntry]) -> None:
        """Take entries that the tables lack, with all that goes with them beside the tables.

        Their events are recorded, so that they are repeats when they come again; what they tell
        and was not delivered is queued. Raises NotMended, LogConflict.
        """
        extender = Extender(self.connection, IN_USE, self.world)
        gaps: list[Gap] = []
        for start in range(0, len(entries), _AT_ONCE):
            gaps = extender.extend(entries[start : start + _AT_ONCE]).gaps
        for gap in gaps:
            raise NotMended(
                f"child {gap.child_id} lacks entry {gap.sequence} in the log and in the tables, "
                "and has later ones: restore the newer of your backups beside it and look there"
            )
        completing.record(self.connection, completing.recorded_rows(self.reader, entries))
        rows = fact_rows([read_for_tables(self.reader, each) for each in entries])
        # First what is to be sent, then without what the log says was delivered.
        execute_each(self.connection, list(writing.to_agencies(rows)))

    def sent(self, entries: Sequence[LogEntry]) -> None:
        """The log holds these: they need not be copied to it again."""
        self.connection.execute(
            "delete from kept.outbox_entry o using unnest(%b::uuid[], %b::bigint[]) "
            "as w(child_id, sequence) "
            "where o.child_id = w.child_id and o.sequence = w.sequence",
            [[each.child_id for each in entries], [each.sequence for each in entries]],
        )
