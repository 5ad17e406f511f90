"""The embedded stack, whole: PostgreSQL, Kafka, what they hold, and the hub's processes."""

import base64
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import psycopg

from deploy.embedded import kafka, postgres
from deploy.embedded.jars import cache_dir, ensure_jars, read_lock
from deploy.embedded.process import ProcessSpec
from deploy.embedded.state import (
    BROKERS_FILE,
    StateDir,
    answers,
    ensure_ports,
    ensure_secrets,
    write_private,
)
from deploy.embedded.supervisor import ProcessFailed, Supervisor
from deploy.provision import Provisioned, provision
from projections.migrate import migrate
from schemas.agencies import load_agencies
from schemas.topics import TopicPlan, load_topics

FORMAT_SECONDS = 60.0
SERVICE_READY_SECONDS = 60.0
HUB_READY_SECONDS = 45.0


class BrokersChanged(RuntimeError):
    """A stack was asked for another number of brokers than it was first started with."""


def is_service(name: str) -> bool:
    """Whether a process of the stack is a broker or the database, and not the hub's own."""
    return name == "postgres" or kafka.is_broker(name)


@dataclass(frozen=True, slots=True)
class StackOptions:
    """What to run, and the sources of time and ids that the migrations need.

    `brokers` is how many; None is as many as the stack was first started with, at first one.
    """

    state: StateDir
    agencies_file: Path
    mode: str
    hub: tuple[ProcessSpec, ...]
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]
    brokers: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of progress: a step that started or is done (after `seconds`), or a note."""

    state: str
    text: str
    seconds: float | None = None


class Stack:
    """Start and stop everything. Its methods are called from one thread, the main one."""

    def __init__(self, options: StackOptions, report: Callable[[Progress], None]) -> None:
        self._options = options
        self._state = options.state
        self._report = report
        self.supervisor = Supervisor(options.state, self._note)

    def start(self) -> None:
        """Bring all up; return when each part has said that it is ready.

        Raises JarError, PostgresError, ProcessFailed, ProvisioningError, FileRefused,
        MigrationFault, BrokersChanged.
        """
        plan = load_topics(load_agencies(self._options.agencies_file))
        self._state.make()
        count = self._count_brokers()
        names = (*kafka.port_names(count), "postgres")
        ports = ensure_ports(self._state.root / "ports.json", names)
        with self._step("Kafka's jars, checked against the lock"):
            brokers = self._brokers(ports, count)
        bootstrap = kafka.bootstrap_of(brokers)
        broker_password = self._broker_password()
        first = not all(broker.permitted for broker in brokers)
        if not first:  # It takes the longest, so it starts first.
            self._start_kafka(brokers, broker_password)
        with self._step("PostgreSQL"):
            self._start_postgres(ports["postgres"])
        with self._step("tables"):
            self._migrate(ports["postgres"])
        if first:
            with self._step("Kafka's first start: users and permissions"):
                self._first_start(brokers, broker_password, plan)
            self._start_kafka(brokers, broker_password)
        with self._step("Kafka"):
            self._await_kafka(brokers)
        with self._step("topics, users and permissions"):
            self.say_what_changed(provision_broker(self._state, bootstrap, plan))
        self._write_stack_file(bootstrap, ports["postgres"])
        for spec in self._options.hub:
            self.supervisor.start(spec)
        for spec in self._options.hub:
            with self._step(spec.name):
                self._await_hub(spec.name)

    def replace_hub(self) -> None:
        """End and start the hub's processes one at a time, so that they see new topics.

        One that does not come back is left to the supervisor, which goes on trying.
        """
        for spec in self._options.hub:
            try:
                with self._step(f"replacing {spec.name}"):
                    self.supervisor.restart(spec.name)
                    self._await_hub(spec.name)
            except ProcessFailed as failure:
                self._note(str(failure))

    def stop(self) -> None:
        """End the hub's processes, then the services; leave nothing running."""
        self._state.stack_file.unlink(missing_ok=True)
        running = list(self.supervisor.children)
        hub = [name for name in running if not is_service(name)]
        for names in (hub, [name for name in running if is_service(name)]):
            if names:
                with self._step(f"ending {', '.join(names)}"):
                    self.supervisor.stop(names)

    def say_what_changed(self, done: Provisioned) -> None:
        """Report each change and difference, or that there was none."""
        for line in summary(done):
            self._note(line)

    def _count_brokers(self) -> int:
        asked, kept = self._options.brokers, self._state.brokers
        if kept is not None and asked not in (None, kept):
            raise BrokersChanged(
                f"The stack in {self._state.root} was first started with {kept} broker(s), whose "
                f"data cannot be spread over {asked}: leave the number out, or name another "
                "--state-dir."
            )
        count = kept or asked or 1
        (self._state.root / BROKERS_FILE).write_text(f"{count}\n", encoding="ascii")
        return count

    def _brokers(self, ports: dict[str, int], count: int) -> list[kafka.Broker]:
        def fetched(done: int, total: int) -> None:
            if done % 10 == 0 or done == total:
                self._note(f"{done} of {total} jars fetched (44 MB in all)")

        jars = tuple(ensure_jars(cache_dir() / "kafka-jars", read_lock(), fetched))
        brokers = []
        for index, name in enumerate(kafka.broker_names(count)):
            home = self._state.broker(name)
            home.mkdir(mode=0o700, exist_ok=True)
            brokers.append(kafka.Broker(home, jars, ports, index, count))
        return brokers

    def _broker_password(self) -> str:
        path = self._state.secrets / "broker.json"
        return ensure_secrets(path, [kafka.BROKER_PRINCIPAL])[0][kafka.BROKER_PRINCIPAL]

    def _first_start(
        self, brokers: Sequence[kafka.Broker], broker_password: str, plan: TopicPlan
    ) -> None:
        passwords = _principal_passwords(self._state, plan)[0]
        cluster_id = base64.urlsafe_b64encode(b"\x00" + os.urandom(15)).decode().rstrip("=")
        for broker in brokers:
            self.supervisor.run_to_end(
                broker.format(cluster_id, passwords[kafka.PROVISION_PRINCIPAL], broker_password),
                FORMAT_SECONDS,
            )
            broker.forget_format()
        self._start_kafka(brokers, broker_password)
        self._await_kafka(brokers)
        bootstrap = kafka.bootstrap_of(brokers)
        self.say_what_changed(provision_broker(self._state, bootstrap, plan))
        for broker in brokers:
            broker.mark_permitted()
        self.supervisor.stop([broker.name for broker in brokers])

    def _start_kafka(self, brokers: Sequence[kafka.Broker], broker_password: str) -> None:
        for broker in brokers:
            self.supervisor.start(broker.server(broker_password))

    def _await_kafka(self, brokers: Sequence[kafka.Broker]) -> None:
        for broker in brokers:

            def accepts(port: int = broker.client_port) -> bool:
                return answers(port)

            self.supervisor.wait_until(accepts, broker.name, SERVICE_READY_SECONDS)

    def _start_postgres(self, port: int) -> None:
        passwords, _ = ensure_secrets(self._state.secrets / "postgres.json", postgres.ROLES)
        postgres.prepare(self._state.postgres, passwords, self._note)
        pgpass = self._state.secrets / "pgpass"
        postgres.write_pgpass(pgpass, port, passwords)
        self.supervisor.start(postgres.server(self._state.postgres, port))
        owner = postgres.dsn("kith_owner", port, pgpass)

        def accepts() -> bool:
            try:
                psycopg.connect(owner, connect_timeout=2).close()
            except psycopg.OperationalError:
                return False
            return True

        self.supervisor.wait_until(accepts, "postgres", SERVICE_READY_SECONDS)

    def _migrate(self, port: int) -> None:
        applied = migrate(
            postgres.dsn("kith_owner", port, self._state.secrets / "pgpass"),
            mode=self._options.mode,
            now=self._options.now,
            new_id=self._options.new_id,
        )
        for name in applied:
            self._note(f"migration {name}")

    def _await_hub(self, name: str) -> None:
        mark = self._state.ready_file(name)
        self.supervisor.wait_until(mark.exists, name, HUB_READY_SECONDS)

    def _write_stack_file(self, bootstrap: str, port: int) -> None:
        pgpass = self._state.secrets / "pgpass"
        content = {
            "mode": self._options.mode,
            "bootstrap": bootstrap,
            "agencies_file": str(self._options.agencies_file),
            **{
                f"{role.removeprefix('kith_')}_dsn": postgres.dsn(role, port, pgpass)
                for role in postgres.ROLES
            },
        }
        write_private(self._state.stack_file, json.dumps(content, indent=1) + "\n")

    @contextmanager
    def _step(self, text: str) -> Iterator[None]:
        started_at = time.monotonic()
        self._report(Progress("started", text))
        yield
        self._report(Progress("done", text, time.monotonic() - started_at))

    def _note(self, text: str) -> None:
        self._report(Progress("note", text))


def provision_broker(state: StateDir, bootstrap: str, plan: TopicPlan) -> Provisioned:
    """Provision embedded brokers, with passwords made where there were none.

    Raises ProvisioningError, kafka.errors.KafkaError.
    """
    passwords, new = _principal_passwords(state, plan)
    ensure_secrets(state.secrets / "message-keys.json", plan.agencies)
    access = {
        "bootstrap_servers": bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": kafka.PROVISION_PRINCIPAL,
        "sasl_plain_password": passwords[kafka.PROVISION_PRINCIPAL],
    }
    return provision(
        access,
        plan,
        passwords,
        new_passwords=new,
        extra_acls=kafka.broker_acls(),
        replication_factor=kafka.copies(len(bootstrap.split(","))),
    )


def summary(done: Provisioned) -> list[str]:
    """What provisioning did, for people: long lists of one kind are counted."""
    lines = []
    for kind in ("user", "topic", "permission"):
        changes = [change for change in done.changes if change.startswith(kind)]
        if len(changes) > 3:
            lines.append(f"{len(changes)} {kind}s made or changed")
        else:
            lines += changes
    return [*lines, *done.differences] or ["nothing to change"]


def _principal_passwords(state: StateDir, plan: TopicPlan) -> tuple[dict[str, str], list[str]]:
    return ensure_secrets(state.secrets / "kafka.json", plan.principals.names(plan.agencies))
