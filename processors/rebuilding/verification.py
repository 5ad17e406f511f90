"""Verification: log and tables entry by entry, and repair of whichever lacks some."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from processors.rebuilding.alerts import SentNotifications
from processors.rebuilding.log import TimelineLog
from projections.append.pausing import appends_stopped
from projections.append.world import World
from projections.database import Connection
from projections.rebuild import agreement, completing, schema
from projections.rebuild.agreement import Agreement, Disagreement, NotMended, Place
from projections.rebuild.reading import EntryReader, LogEntry

# Beyond this it is quicker, and no less safe, to make all tables anew.
MOST_TAKEN_BACK = 10_000
# The broker's clock may be behind ours by so much.
CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(slots=True)
class Verification:
    """Compares the log with the tables in use. Used once.

    ``retention`` is that of the ``agencies``' alerts topics.
    """

    connection: Connection
    world: World
    log: TimelineLog
    sent: SentNotifications
    agencies: Sequence[str]
    retention: timedelta
    sleep: Callable[[float], None]

    def verify(self) -> Disagreement:
        """What log and tables do not have in common; contradictions and gaps are paged.

        Raises NotAnEntry, TopicUnread, psycopg.Error.
        """
        compared = Agreement(self.connection, self.world)
        compared.look()
        compared.read(self._messages())
        found = compared.compare()
        agreement.page_beyond_repair(self.connection, found, self.world.now())
        return found

    def repair(self, found: Disagreement) -> int:
        """Copy what only one side has to the other; how many notifications were queued for it.

        Raises NotMended, LogConflict, NotStopped and as ``verify``. What was queued for the log
        is there when the relay has sent it.
        """
        if found.beyond_repair:
            raise NotMended("log and tables contradict each other, or lack the same entry")
        queued = self._take_back(found.log_only) if found.log_only else 0
        if found.tables_only:
            agreement.send_again(self.connection, found.tables_only, self.world)
        detail = (
            f"{len(found.log_only)} entries were only in the log and are now in the tables; "
            f"{len(found.tables_only)} were only in the tables and are sent to the log"
        )
        agreement.page(
            self.connection, [("log-repaired", "kith.timeline", detail)], self.world.now()
        )
        return queued

    def _take_back(self, places: Sequence[Place]) -> int:
        if len(places) > MOST_TAKEN_BACK:
            raise NotMended(
                f"{len(places)} entries are only in the log: `kith rebuild` makes all tables anew "
                "from it, which is quicker"
            )
        entries = list(self._entries(places))
        self.sent.look()
        with appends_stopped(self.connection, self.sleep):
            on_topics = self.sent.look()
            since = self.world.now() - self.retention + CLOCKS_DIFFER
            with self.connection.transaction():
                agreement.take_back(self.connection, entries, self.world)
                completing.keep_numbers(self.connection, schema.IN_USE, self.sent.highest)
                return completing.queue_again(
                    self.connection, schema.IN_USE, on_topics, self.agencies, since
                )

    def _entries(self, places: Sequence[Place]) -> Iterator[LogEntry]:
        reader = EntryReader(self.world.registry, self.world.keys)
        wanted: defaultdict[int, set[int]] = defaultdict(set)
        for place in places:
            wanted[place.partition].add(place.offset)
        for partition, offsets in wanted.items():
            # In one go: to fetch each by itself takes longer than to read what lies between.
            read = self.log.numbered(partition, min(offsets), max(offsets) + 1)
            yield from (reader.read(message) for _, offset, message in read if offset in offsets)

    def _messages(self) -> Iterator[tuple[int, int, bytes]]:
        for partition, reach in self.log.reach().items():
            yield from self.log.numbered(partition, reach.low, reach.high)
