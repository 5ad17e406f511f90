"""What every process of the hub is made of, from its settings.

Clocks and chance are taken here, and passed on.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from kith.contract import contract
from kith.hub_keys import identity_key, key_store
from kith.settings import NotConfiguredError, Settings
from projections.append.persistence import Appending
from projections.append.world import World
from projections.database import Connection, connect
from projections.directory import directory_of
from schemas import failpoints
from schemas.agencies import Feeds, load_agencies
from schemas.rulesets import load_ruleset
from schemas.topics import TopicPlan, load_topics


def now() -> datetime:
    """The real time, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Wiring:
    """Settings, topics and world of one process, and what agencies publish live."""

    settings: Settings
    plan: TopicPlan
    world: World
    feeds: Mapping[str, Feeds]

    def connect(self, application: str) -> Connection:
        """A connection of the role that appends."""
        return connect(self.settings.dsn("writer"), application=application)

    def refuse_other_mode(self) -> None:
        """Refuse a database that belongs to a hub in the other mode. Raises NotConfiguredError.

        A scenario's time must never reach real children.
        """
        with self.connect("kith-mode") as connection:
            row = connection.execute("select mode from kept.hub").fetchone()
        mode = "scenario" if self.world.scenario else "production"
        if row is None or row[0] != mode:
            raise NotConfiguredError(
                f"this process is to run in {mode} mode, and its database is not of such a hub: "
                "set KITH_MODE, or give it another database"
            )

    def appending(
        self,
        application: str,
        *,
        patience_seconds: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Appending:
        """The process's way to append; see there for patience. It sleeps before each new try."""
        return Appending(lambda: self.connect(application), self.world, sleep, patience_seconds)


def wire(settings: Settings) -> Wiring:
    """Read contract, rules, agencies and keys.

    Raises FileRefused, NotConfiguredError, KeyStoreDamaged, SchemaFault: a process that
    cannot read all of it does not start. Raises FailpointsRefused where a test's variable was
    left behind.
    """
    failpoints.arm(os.environ)
    registry = contract(settings)
    event_types = {schema.type for schema in registry.family("events")}
    agencies = load_agencies(settings.agencies_file, event_types)
    plan = load_topics(agencies)
    ruleset, calendar = load_ruleset(settings.rules_file, settings.membership_rules)
    world = World(
        registry=registry,
        keys=key_store(settings),
        ruleset=ruleset,
        directory=directory_of(agencies),
        calendar=calendar,
        identity_key=identity_key(settings),
        timeline_partitions=plan.topic("kith.timeline").partitions,
        scenario=settings.hub_mode == "scenario",
        now=now,
        new_id=uuid4,
        random_bytes=os.urandom,
    )
    return Wiring(settings, plan, world, agencies.feeds())
