"""A hub for tests of the append: real PostgreSQL, no broker, time that stands until it is moved."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4, uuid5

from kith.settings import AGENCIES_FILE
from producers.preparing import Preparer
from projections.append.arrivals import Fate, Grasp, Outcome, Record, Step, receive
from projections.append.persistence import Appending
from projections.append.world import World
from projections.database import Connection, connect
from projections.directory import directory_of
from projections.entries import Stored, open_entry
from safeguarding.case import Case
from safeguarding.commands import Command, JoinNetwork, Refused
from safeguarding.facts import Alert, Fact
from safeguarding.ids import NAMESPACE
from safeguarding.ruleset import Context
from safeguarding.timeline import Entry
from schemas.agencies import load_agencies
from schemas.envelope import EntryHeader, Envelope, decode_header, entry_hash
from schemas.keys import KeysInMemory
from tests.unit.rules.hub import rules_together, teams
from tests.unit.rules.said import Said, london, registry

PARTITIONS = 4
KEY_SECRET = b"secret of 16 or more bytes"


class Clock:
    """The real time of a test. It stands still, so that nothing depends on how fast it ran."""

    def __init__(self, at: str) -> None:
        self.at = london(at)

    def now(self) -> datetime:
        return self.at

    def move(self, to: str | None = None, **by: float) -> None:
        self.at = london(to) if to is not None else self.at + timedelta(**by)


def make_world(clock: Clock, *, scenario: bool = False) -> World:
    """A world as ``kith.wiring`` makes it, but for keys in memory, and with the first rules."""
    ruleset, calendar = rules_together()
    return World(
        registry=registry(),
        keys=KeysInMemory(os.urandom),
        ruleset=ruleset,
        directory=directory_of(load_agencies(AGENCIES_FILE)),
        calendar=calendar,
        identity_key=os.urandom(32),
        timeline_partitions=PARTITIONS,
        scenario=scenario,
        now=clock.now,
        new_id=uuid4,
        random_bytes=os.urandom,
    )


@dataclass
class Topics:
    """The agencies' topics: each record gets its offset and the broker's time."""

    clock: Clock
    offsets: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def record(
        self, agency: str, value: bytes | None, *, backfilled: bool = False, **more: Any
    ) -> Record:
        topic = f"agency.{agency}.{'backfill' if backfilled else 'events'}"
        offset = self.offsets[topic]
        self.offsets[topic] += 1
        return Record(topic, agency, 0, offset, value, self.clock.at, backfilled, **more)


@dataclass
class AppendHub:
    """Appends what is said, and looks into the tables."""

    dsn: Callable[[str], str]
    clock: Clock
    world: World
    topics: Topics
    pauses: list[float] = field(default_factory=list)
    _connections: list[Connection] = field(default_factory=list)
    _appending: Appending | None = None
    _owner: Connection | None = None

    def connection(self, role: str = "writer") -> Connection:
        """A connection of its own, closed with the test."""
        made = connect(self.dsn(role), application="kith-test")
        self._connections.append(made)
        return made

    def appending(self, **changes: Any) -> Appending:
        """One process's way to append, with the pauses that it takes noted and cut short."""

        def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        return Appending(self.connection, replace(self.world, **changes), pause, 5)

    def append(self, *records: Record, appending: Appending | None = None) -> list[Outcome]:
        """Append records in one batch, as the timeline processor does."""
        if self._appending is None:
            self._appending = self.appending()
        scenario = self.world.scenario
        inbounds = [receive(one, self.world.registry, scenario=scenario) for one in records]
        return (appending or self._appending).append(inbounds)

    def say(self, *said: Said) -> list[Outcome]:
        """Publish and append in one batch."""
        return self.append(*(self.record(one) for one in said))

    def record(self, said: Said, **more: Any) -> Record:
        """What the broker holds after this was published."""
        value = message(said.plain())
        return self.topics.record(said.agency, value, backfilled=said.backfilled, **more)

    def record_at(self, said: Said, at: datetime) -> Record:
        """The same, where the broker's time is another."""
        return replace(self.record(said), broker_at=at)

    def members(self, roles: str, *, since: str = "2000-01-01 00:00") -> None:
        """Put teams in these roles on the network of the one child."""
        (child,) = self.children()
        for role in roles.split():
            joined = self.command(child, JoinNetwork(teams()[role], "spec", london(since)))
            assert joined.fate is Fate.RECORDED, joined

    def command(self, child_id: UUID, command: Command, *alert_ids: UUID) -> Outcome:
        """Do what a person asks for."""

        def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact] | Refused:
            del grasp
            return command.decide(case, context.now)

        if self._appending is None:
            self._appending = self.appending()
        step = Step(uuid4(), child_id, decide, alert_ids, joins=isinstance(command, JoinNetwork))
        return self._appending.append([], [step])[0]

    def rows(self, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        """What the owner of the tables sees."""
        if self._owner is None or self._owner.closed:
            self._owner = self.connection("owner")
        return self._owner.execute(query, parameters).fetchall()

    def one(self, query: LiteralString, *parameters: object) -> Any:
        ((value,),) = self.rows(query, *parameters)
        return value

    def children(self) -> list[UUID]:
        return [row[0] for row in self.rows("select child_id from derived.child order by 1")]

    def log(self, child_id: UUID) -> list[Envelope]:
        """The child's log, as the tables keep it."""
        rows = self.rows(
            "select header, key_id, nonce, sealed from derived.entry where child_id = %s "
            "order by sequence",
            child_id,
        )
        return [Envelope(*row) for row in rows]

    def headers(self) -> list[EntryHeader]:
        rows = self.rows("select header from derived.entry order by child_id, sequence")
        return [decode_header(row[0], self.world.registry) for row in rows]

    def headers_of(self, child_id: UUID) -> list[EntryHeader]:
        return [decode_header(one.header, self.world.registry) for one in self.log(child_id)]

    @staticmethod
    def hash_of(entry: Envelope) -> bytes:
        return entry_hash(entry.header)

    def entries(self, child_id: UUID) -> list[Entry]:
        """The child's log, opened."""
        return [
            open_entry(
                Stored(one.header, one.key_id, one.nonce, one.sealed),
                self.world.keys,
                self.world.registry,
            )
            for one in self.log(child_id)
        ]

    def alerts(self, child_id: UUID) -> Iterator[Alert]:
        """Each alert as it was last told."""
        last: dict[UUID, Alert] = {}
        for entry in self.entries(child_id):
            alert = getattr(entry.body, "alert", None)
            if alert is not None:
                last[alert.alert_id] = alert
        yield from last.values()

    def pages(self) -> list[str]:
        return [row[0] for row in self.rows("select reason from kept.page order by page_id")]

    def quarantined(self) -> list[tuple[str, str]]:
        """Reason and detail of each."""
        return self.rows("select reason, detail from kept.quarantine order by topic, log_offset")

    def close(self) -> None:
        if self._appending is not None:
            self._appending.close()
        for each in self._connections:
            each.close()


def message(plain: Mapping[str, Any]) -> bytes:
    """The bytes that the producer library puts on the topic."""
    agency = plain["event"]["agency"]
    return Preparer(agency, KEY_SECRET, registry()).prepare(plain).message


def fates(outcomes: Iterable[Outcome]) -> list[str]:
    return [f"{one.fate} {one.reason}" if one.reason else one.fate.value for one in outcomes]


def acknowledgement(
    alert_id: UUID, recipient: tuple[str, str, str], at: str, reference: str = "ACK-1"
) -> dict[str, Any]:
    """An acknowledgement as an agency's own system publishes it."""
    agency, team, role = recipient
    said = Said("acknowledgement", agency, reference, at, None, role, {}, identifiers=())
    return said.plain() | {
        "alert_id": str(alert_id),
        "team": team,
        "role": role,
        "already_known": False,
    }


def alert_handover(
    alert_id: UUID, recipient: tuple[str, str, str], at: str, reference: str = "HO-1", **says: str
) -> dict[str, Any]:
    """A hand-over as an agency's own system publishes it."""
    agency, team, role = recipient
    said = Said("alert-handover", agency, reference, at, None, role, {}, identifiers=())
    workers = {"from_worker": "staff-0412", "to_worker": "staff-0587"}
    about = {"alert_id": str(alert_id), "team": team, "role": role}
    return said.plain() | workers | about | says


def id_of(text: str) -> UUID:
    return uuid5(NAMESPACE, text)
