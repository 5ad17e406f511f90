"""A Kafka and a PostgreSQL for tests, wherever they come from, and what tests ask of them."""

import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import uuid4

import psycopg
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)
from psycopg import sql
from pydantic import SecretStr

from deploy.embedded.kafka import broker_acls
from deploy.embedded.state import ensure_secrets
from deploy.provision import Provisioned, provision
from kith.settings import AGENCIES_FILE, KafkaAccess, PostgresRole, Settings
from projections.migrate import migrate
from schemas.agencies import load_agencies
from schemas.topics import TopicPlan, load_topics

Mode = Literal["production", "scenario"]
# A user of the tests alone, who may delete topics: nobody in a real hub may.
JANITOR = "test-janitor"
DROP_SECONDS = 30.0
LED_SECONDS = 30.0


@dataclass(slots=True)
class Services:
    """The session's services. `state_dir` holds the secrets, laid out as a real stack's.

    `owner_dsn` and so on name a database that tests leave alone; each test gets its own.
    """

    bootstrap: str
    state_dir: Path
    owner_dsn: str
    writer_dsn: str
    reader_dsn: str
    watch_dsn: str
    _templates: dict[Mode, str] = field(default_factory=dict)

    def settings(self, database: str | None = None, **more: Any) -> Settings:
        """Settings of a hub on these services, by default on the database left alone."""
        given: dict[str, Any] = {
            "state_dir": self.state_dir,
            "kafka_bootstrap": self.bootstrap,
            **{f"postgres_{role}_dsn": self.dsn(role, database) for role in get_args(PostgresRole)},
        }
        return Settings(**(given | more))

    def dsn(self, role: PostgresRole | str, database: str | None = None) -> str:
        """Connection string of owner, writer, reader or watch."""
        dsn: str = getattr(self, f"{role}_dsn")
        return psycopg.conninfo.make_conninfo(dsn, dbname=database) if database else dsn

    def access(self, principal: str) -> KafkaAccess:
        """A principal's way to the broker; `access(p).for_kafka_python()` and so on."""
        return self.settings().kafka(principal)

    def plan(self, agencies_file: Path = AGENCIES_FILE) -> TopicPlan:
        """Topics and principals of an agencies file."""
        return load_topics(load_agencies(agencies_file))

    def provision(self, agencies_file: Path = AGENCIES_FILE, **more: Any) -> Provisioned:
        """Make topics, users and permissions of an agencies file; passwords are made as needed."""
        plan = self.plan(agencies_file)
        names = plan.principals.names(plan.agencies)
        passwords, new = ensure_secrets(self.state_dir / "secrets" / "kafka.json", names)
        ensure_secrets(self.state_dir / "secrets" / "message-keys.json", plan.agencies)
        access = self.access("hub-provision").for_kafka_python()
        return provision(
            access, plan, passwords, new_passwords=new, extra_acls=broker_acls(), **more
        )

    def new_database(self, mode: Mode = "production") -> str:
        """Name of a new, migrated, empty database."""
        if mode not in self._templates:
            self._templates[mode] = self._make_template(mode)
        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(self.owner_dsn, autocommit=True) as connection:
            connection.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(name), sql.Identifier(self._templates[mode])
                )
            )
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        deadline = time.monotonic() + DROP_SECONDS
        with psycopg.connect(self.owner_dsn, autocommit=True) as connection:
            while True:
                try:
                    connection.execute(drop)
                except psycopg.errors.InsufficientPrivilege:
                    # It is being vacuumed, and who does that may not be ended by its owner.
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.1)
                else:
                    return

    def empty_topics(self, agencies_file: Path = AGENCIES_FILE) -> None:
        """Delete all topics and make those of the agencies file anew, with nothing in them."""
        with self.janitor() as admin:
            found = [t["name"] for t in admin.describe_topics() if not t["is_internal"]]
            if found:
                admin.delete_topics(found)
        self.provision(agencies_file)
        self._wait_led([topic.name for topic in self.plan(agencies_file).topics])

    def _wait_led(self, topics: list[str]) -> None:
        """Wait until a broker leads each partition: it says so in its metadata before it does."""
        admin = AdminClient(self.janitor_access().for_confluent())
        found = admin.list_topics(timeout=LED_SECONDS).topics
        left = {TopicPartition(name, each) for name in topics for each in found[name].partitions}
        deadline = time.monotonic() + LED_SECONDS
        while left:
            asked = admin.list_offsets(dict.fromkeys(left, OffsetSpec.latest()))
            left = {each for each, answer in asked.items() if answer.exception() is not None}
            assert time.monotonic() < deadline, f"nobody leads {left}"
            time.sleep(0.02 if left else 0.0)

    @contextmanager
    def janitor(self) -> Iterator[KafkaAdminClient]:
        """An admin client that may delete topics and groups."""
        access = self.janitor_access().for_kafka_python()
        admin = KafkaAdminClient(**access, request_timeout_ms=20_000)
        try:
            yield admin
        finally:
            admin.close()

    def janitor_access(self) -> KafkaAccess:
        """The way to the broker of who may see and delete all topics and groups."""
        password = SecretStr(self._make_janitor())
        return replace(self.access("hub-provision"), principal=JANITOR, password=password)

    def _make_janitor(self) -> str:
        path = self.state_dir / "secrets" / "janitor.json"
        passwords, new = ensure_secrets(path, [JANITOR])
        if new:
            allow = ACLPermissionType.ALLOW
            every_topic = ResourcePattern(ResourceType.TOPIC, "*")
            every_group = ResourcePattern(ResourceType.GROUP, "*")
            may = ACLOperation.DESCRIBE, ACLOperation.DELETE
            acls = [
                ACL(f"User:{JANITOR}", "*", operation, allow, pattern)
                for operation in may
                for pattern in (every_topic, every_group)
            ]
            admin = KafkaAdminClient(**self.access("hub-provision").for_kafka_python())
            try:
                admin.alter_user_scram_credentials(
                    [UserScramCredentialUpsertion(JANITOR, "SCRAM-SHA-512", passwords[JANITOR])]
                )
                admin.create_acls(acls)
            finally:
                admin.close()
        return passwords[JANITOR]

    def _make_template(self, mode: Mode) -> str:
        run = hashlib.sha256(f"{os.getpid()}-{self.state_dir}".encode()).hexdigest()[:8]
        name = f"template_{mode}_{run}"
        self.drop_database(name)
        with psycopg.connect(self.owner_dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        owner = self.dsn("owner", name)
        migrate(owner, mode=mode, now=lambda: datetime.now(UTC), new_id=uuid4)
        return name


@dataclass(frozen=True, slots=True)
class FreshHub:
    """A hub's empty topics and empty database, for one test."""

    services: Services
    database: str
    mode: Mode
    agencies_file: Path

    @property
    def settings(self) -> Settings:
        """Settings of this hub."""
        return self.services.settings(
            self.database, mode=self.mode, agencies_file=self.agencies_file
        )

    def dsn(self, role: PostgresRole) -> str:
        """Connection string to this hub's database."""
        return self.services.dsn(role, self.database)

    @property
    def environment(self) -> dict[str, str]:
        """The KITH_ variables for this hub's processes and for the `kith` command."""
        settings = self.settings
        return {
            "KITH_MODE": self.mode,
            "KITH_STATE_DIR": str(self.services.state_dir),
            "KITH_AGENCIES_FILE": str(self.agencies_file),
            "KITH_KAFKA_BOOTSTRAP": self.services.bootstrap,
            "KITH_POSTGRES_OWNER_DSN": settings.dsn("owner"),
            "KITH_POSTGRES_WRITER_DSN": settings.dsn("writer"),
            "KITH_POSTGRES_READER_DSN": settings.dsn("reader"),
            "KITH_POSTGRES_WATCH_DSN": settings.dsn("watch"),
        }


def write_secrets(state_dir: Path, secrets_by_file: Mapping[str, Mapping[str, str]]) -> None:
    """Lay out secrets that came from elsewhere as in a stack's own directory."""
    folder = state_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in secrets_by_file.items():
        (folder / name).write_text(json.dumps(dict(content)))
