"""A hub whose database can be set back to an earlier copy, with a relay that runs by hand."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
from confluent_kafka import Producer
from psycopg import sql

from kith.catching_up import catch_up
from kith.wiring import Wiring, wire
from processors.catching_up import CaughtUp
from processors.rebuilding.log import TimelineLog
from processors.rebuilding.topics import BulkTopics
from processors.relay.holding import Holding
from processors.relay.recording import Recorder
from processors.relay.relay import Relay
from processors.relay.sending import Sender, producer_config
from processors.relay.tail import KafkaAlertsTail
from projections.append.arrivals import Grasp, Outcome, Record, Step, receive
from projections.append.guarding import Guard
from projections.rebuild.agreement import Agreement, Disagreement
from safeguarding.case import Case
from safeguarding.commands import JoinNetwork, Refused
from safeguarding.facts import Fact
from safeguarding.ruleset import Context
from schemas.envelope import Envelope, verify_chain
from tests.integration.append.hub import message
from tests.services.services import FreshHub
from tests.unit.rules.hub import teams
from tests.unit.rules.said import Said, london


@dataclass
class RestoredHub:
    """One database of a hub. ``copies`` are earlier ones of it, by the same topics and keys."""

    hub: FreshHub
    records: list[Record] = field(default_factory=list)
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.wiring: Wiring = wire(self.hub.settings)
        self.appending = self.wiring.appending("kith-test", patience_seconds=0)

    def record(self, said: Said) -> Record:
        topic = f"agency.{said.agency}.events"
        offset = sum(each.topic == topic for each in self.records)
        value = message(said.plain())
        one = Record(topic, said.agency, 0, offset, value, self.wiring.world.now(), False)
        self.records.append(one)
        return one

    def say(self, *said: Said) -> list[Outcome]:
        return self.append([self.record(one) for one in said])

    def append(self, records: Sequence[Record]) -> list[Outcome]:
        registry = self.wiring.world.registry
        return self.appending.append([receive(one, registry, scenario=False) for one in records])

    def members(self, roles: str) -> None:
        """Put teams in these roles on every child's network."""
        for (child,) in self.rows("select child_id from derived.child"):
            for role in roles.split():
                self._join(child, JoinNetwork(teams()[role], "test", london("2000-01-01 00:00")))

    def _join(self, child: UUID, command: JoinNetwork) -> None:
        def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact] | Refused:
            del grasp
            return command.decide(case, context.now)

        self.appending.append([], [Step(uuid4(), child, decide)])

    @contextmanager
    def relay(self) -> Iterator[Relay]:
        """A relay that has looked for numbers. What it delivered is recorded at the end."""
        access = self.hub.settings.kafka("hub-relay").for_confluent()
        sender = Sender(lambda: Producer(producer_config(access)))
        recorder = Recorder(self.wiring.appending("kith-test-relay"), 0.0, leave=lambda: None)
        topics = BulkTopics(access)
        with self.wiring.connect("kith-test-relay") as connection:
            relay = Relay(connection, self.wiring.world, sender, recorder, Holding(self.clock))
            tail = KafkaAlertsTail(topics, self.wiring.world.registry)
            relay.catch_up_numbers(self.wiring.plan.agencies, tail)
            yield relay
        topics.close()
        thread = recorder.start()
        recorder.stop()
        thread.join(20)
        recorder.appending.close()
        sender.drop()

    def drain(self) -> None:
        """Send all there is, deliveries too."""
        unsent: LiteralString = (
            "select (select count(*) from kept.outbox_entry) "
            "+ (select count(*) from kept.outbox_notification)"
        )
        while self.one(unsent):
            with self.relay() as relay:
                while relay.run_once():
                    pass

    def catch_up(self) -> CaughtUp:
        return catch_up(self.wiring, "hub-timeline", "kith-test", Guard())

    def copy(self) -> "RestoredHub":
        """A copy of the database as it is now, as a backup that is restored later."""
        self.appending.close()
        name = f"{self.hub.database}_copy{uuid4().hex[:6]}"
        with psycopg.connect(self.hub.services.owner_dsn, autocommit=True) as connection:
            connection.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(name), sql.Identifier(self.hub.database)
                )
            )
        hub = FreshHub(self.hub.services, name, self.hub.mode, self.hub.agencies_file)
        return RestoredHub(hub, list(self.records))

    def restored(self) -> None:
        """Say of this copy that it was restored, as ``kith restore`` does."""
        with psycopg.connect(self.hub.dsn("owner")) as connection:
            connection.execute(
                "update kept.hub set incarnation = %s, caught_up = false, numbers_known = false",
                [uuid4()],
            )

    def drop(self) -> None:
        self.appending.close()
        self.hub.services.drop_database(self.hub.database)

    def rows(self, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.hub.dsn("owner")) as connection:
            return connection.execute(query, parameters).fetchall()

    def one(self, query: LiteralString) -> Any:
        ((value,),) = self.rows(query)
        return value

    def entries(self) -> list[tuple[Any, ...]]:
        return self.rows(
            "select child_id, sequence, entry_id, header from derived.entry order by 1, 2"
        )

    def disagreement(self) -> Disagreement:
        """What `kith verify` would find."""
        topics = BulkTopics(self.hub.settings.kafka("hub-rebuild").for_confluent())
        log = TimelineLog(topics, self.wiring.world.timeline_partitions)
        with psycopg.connect(self.hub.dsn("owner"), autocommit=True) as connection:
            compared = Agreement(connection, self.wiring.world)
            compared.look()
            compared.read(
                each
                for partition, reach in log.reach().items()
                for each in log.numbered(partition, reach.low, reach.high)
            )
            found = compared.compare()
        topics.close()
        return found

    def assert_chains_hold(self) -> None:
        world = self.wiring.world
        for (child,) in self.rows("select child_id from derived.child"):
            rows = self.rows(
                "select header, key_id, nonce, sealed from derived.entry where child_id = %s "
                "order by sequence",
                child,
            )
            log = [Envelope(*row) for row in rows]
            assert verify_chain(log, world.registry, key_for=world.keys.key_for) is None
