"""A hub with a log: appended in this process, sent by a relay of its own, and then looked at."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import UUID

from kafka import TopicPartition

from bench.load import NETWORK, Load
from bench.writing import Writer
from kith.rebuilding import PRINCIPAL, rebuilding
from kith.wiring import wire
from processors.rebuilding.log import TimelineLog
from processors.rebuilding.rebuild import Rebuild, Rebuilt
from processors.rebuilding.topics import BulkTopics
from projections.database import Connection
from projections.rebuild import schema
from projections.rebuild.comparing import TableHash, hash_tables
from projections.rebuild.reading import EntryReader, LogEntry
from schemas.topics import TIMELINE_TOPIC, alerts_topic
from tests.integration.cli_hub import Ran, kith
from tests.services.hub import RunningHub

CHILDREN = 6
PATIENCE_SECONDS = 60.0


class LoggedHub:
    """Some children with alerts, all of it on the log and delivered, while the relay runs."""

    def __init__(self, running: RunningHub) -> None:
        self.running = running
        self.settings = running.hub.settings
        self.wiring = wire(self.settings)
        self.load = Load(CHILDREN, seed=17, run="rebuild")
        self._writer = Writer(self.wiring, "test.rebuild")
        self._events = 0

    def live(self, events: int = 30) -> None:
        """Make the children known, let their networks join, and append this many events."""
        now = datetime.now(UTC)
        self.running.start("relay")
        self._writer.events(list(self.load.introductions(now)), now, backfilled=False)
        self._writer.join(self.load, range(CHILDREN))
        self.append(events)
        self.drained()

    def append(self, events: int) -> None:
        """Append this many further events."""
        now = datetime.now(UTC)
        numbers = range(self._events, self._events + events)
        self._events += events
        made = [self.load.event(number, now) for number in numbers]
        self._writer.events(made, now, backfilled=False)

    def drained(self) -> None:
        """Wait until the relay has sent everything, and recorded what was delivered."""
        self.until("select count(*) from kept.outbox_entry", 0)
        self.until("select count(*) from kept.outbox_notification", 0)
        # The last delivery is an entry too.
        self.until("select count(*) from kept.outbox_entry", 0)

    def until(self, query: LiteralString, value: object) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.one(query)) != value:
            assert time.monotonic() < deadline, f"{query}: {found}"
            time.sleep(0.05)

    @contextmanager
    def owner(self) -> Iterator[Connection]:
        with schema.owner_connection(self.settings.dsn("owner"), "kith-test") as connection:
            yield connection

    def rows(self, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        with self.owner() as connection:
            return connection.execute(query, parameters).fetchall()

    def one(self, query: LiteralString, *parameters: object) -> Any:
        ((value,),) = self.rows(query, *parameters)
        return value

    def execute(self, statement: LiteralString, *parameters: object) -> int:
        """Do something to the database behind the hub's back; how many rows that was."""
        with self.owner() as connection:
            return connection.execute(statement, parameters).rowcount

    def hashes(self, beyond_use: list[UUID] | None = None) -> list[TableHash]:
        """A hash over all that people see, table by table."""
        with self.owner() as connection:
            return hash_tables(connection, schema.IN_USE, beyond_use or [])

    def recorded(self) -> list[tuple[Any, ...]]:
        return self.rows("select * from kept.recorded order by agency, event_id")

    def log(self) -> list[LogEntry]:
        """All that the log holds, in the order of each partition."""
        topics = BulkTopics(self.settings.kafka(PRINCIPAL).for_confluent())
        log = TimelineLog(topics, self.wiring.world.timeline_partitions)
        reader = EntryReader(self.wiring.world.registry, self.wiring.world.keys)
        read = [
            reader.read(message)
            for partition, reach in log.reach().items()
            for _, _, message in log.numbered(partition, reach.low, reach.high)
        ]
        topics.close()
        return read

    def truncate(self, topic: str, partition: int, before: int = -1) -> None:
        """Let the broker forget the records of a partition, all or those before an offset."""
        with self.running.hub.services.janitor() as admin:
            admin.delete_records({TopicPartition(topic, partition): before})

    def truncate_log(self) -> None:
        for partition in range(self.wiring.world.timeline_partitions):
            self.truncate(TIMELINE_TOPIC, partition)

    def ends(self) -> dict[str, int]:
        """How many records each agency's topic was ever given."""
        topics = BulkTopics(self.settings.kafka("hub-operator").for_confluent())
        found = {who.agency: topics.reach(alerts_topic(who.agency), 0).high for who in NETWORK}
        topics.close()
        return found

    @contextmanager
    def rebuilding(self) -> Iterator[Rebuild]:
        with rebuilding(self.settings, lambda _: None) as work:
            yield work

    def replace(self) -> Rebuilt:
        with self.rebuilding() as work:
            return work.replace()

    def kith(self, *arguments: str) -> Ran:
        """Run the command."""
        return kith(self.running.hub.environment, *arguments)

    def close(self) -> None:
        self._writer.close()
