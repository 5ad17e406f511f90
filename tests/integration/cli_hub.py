"""A hub for tests of the commands: real PostgreSQL, no broker, and the hub's time set by hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID, uuid4

import structlog
from typer.testing import CliRunner

from kith.cli import app
from kith.hub_keys import make_hub_keys
from kith.settings import AGENCIES_FILE, Settings
from kith.wiring import Wiring, wire
from producers.preparing import Preparer
from projections.append.arrivals import Fate, Grasp, Outcome, Record, Step, receive
from projections.database import connect
from safeguarding.case import Case
from safeguarding.facts import Delivered, Delivery, Fact
from safeguarding.ruleset import Context
from tests.services.services import Services
from tests.unit.rules.said import Said, london, registry

KEY_SECRET = b"secret of 16 or more bytes"
# When the broker took what the hub decided, after the decision.
UNDER_WAY = timedelta(seconds=3)


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Its JSON. Fails if anything else stands there."""
        return json.loads(self.out)


def kith(environment: Mapping[str, str], *arguments: str, width: int = 120) -> Ran:
    """Run the command as a person does, without a terminal; in this process, which is faster."""
    try:
        result = CliRunner().invoke(app, arguments, env={**environment, "COLUMNS": str(width)})
    finally:
        # The command sent its logs to a standard error that is closed now.
        structlog.reset_defaults()
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables under which the command finds a hub. Its mode it must find out itself."""
    return {
        "KITH_STATE_DIR": str(settings.state_dir),
        "KITH_AGENCIES_FILE": str(settings.agencies_file),
        "KITH_KAFKA_BOOTSTRAP": settings.kafka_bootstrap or "",
        "KITH_POSTGRES_WRITER_DSN": settings.dsn("writer"),
        "KITH_POSTGRES_READER_DSN": settings.dsn("reader"),
    }


@dataclass
class CliHub:
    """Takes what is said, as the timeline processor does, and runs commands."""

    services: Services
    database: str
    offset: int = 0
    wiring: Wiring = field(init=False)

    def __post_init__(self) -> None:
        make_hub_keys(self.services.state_dir)
        settings = self.services.settings(
            self.database, mode="scenario", agencies_file=Path(AGENCIES_FILE)
        )
        self.wiring = wire(settings)
        self._appending = self.wiring.appending("kith-test")

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(self.wiring.settings)

    def kith(self, *arguments: str, width: int = 120) -> Ran:
        return kith(self.environment, *arguments, width=width)

    def at(self, text: str) -> None:
        """From now on it is this time on the hub's clock, and stays so."""
        with self.wiring.connect("kith-test") as connection:
            connection.execute("delete from kept.scenario_time")
            connection.execute(
                "insert into kept.scenario_time (hub_at, set_at, flows) values (%s, now(), false)",
                [london(text)],
            )

    def say(self, *said: Said) -> list[Outcome]:
        """Append what agencies said, in one batch."""
        return self.send(*((each.agency, message(each)) for each in said))

    def send(self, *values: tuple[str, bytes | None]) -> list[Outcome]:
        """Append whatever bytes came on an agency's topic."""
        world = self.wiring.world
        inbounds = []
        for agency, value in values:
            topic, offset, now = f"agency.{agency}.events", self.offset, world.now()
            record = Record(topic, agency, 0, offset, value, now, backfilled=False)
            inbounds.append(receive(record, world.registry, scenario=True))
            self.offset += 1
        return self._appending.append(inbounds)

    def child(self, said: Said) -> UUID:
        """Append it, and say to which child it belongs."""
        (outcome,) = self.say(said)
        assert outcome.fate is Fate.RECORDED
        assert outcome.child_id is not None
        return outcome.child_id

    def deliver(self, after: timedelta = UNDER_WAY) -> None:
        """All that is to be sent reaches its agency so long after it was decided."""
        waiting: dict[UUID, list[Delivery]] = {}
        rows = self.rows(
            "select o.notification_id, o.child_id, n.real_from "
            "from kept.outbox_notification o join derived.notification n "
            "using (notification_id) order by outbox_id"
        )
        for number, (notification_id, child_id, real_from) in enumerate(rows, start=1):
            delivery = Delivery(notification_id, number, 0, number - 1, real_from + after)
            waiting.setdefault(child_id, []).append(delivery)
        for child_id, deliveries in waiting.items():
            self._appending.append([], [Step(uuid4(), child_id, _delivered(deliveries))])

    def rows(self, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        """What the owner of the tables sees."""
        dsn = self.services.dsn("owner", self.database)
        with connect(dsn, application="kith-test") as connection:
            return connection.execute(query, parameters).fetchall()

    def close(self) -> None:
        self._appending.close()


def message(said: Said) -> bytes:
    """The bytes that the producer library puts on the topic."""
    return Preparer(said.agency, KEY_SECRET, registry()).prepare(said.plain()).message


def _delivered(deliveries: list[Delivery]) -> Any:
    def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact]:
        del case, grasp, context
        return [Delivered(tuple(deliveries))]

    return decide


def utc(text: str) -> str:
    """A time in London as the commands' JSON writes it."""
    at: datetime = london(text)
    return at.isoformat().replace("+00:00", "Z")
