"""The embedded stack, whole: PostgreSQL, Kafka, what they hold, and the hub's processes."""

import base64
import json
import os
import time
from collections.abc import Callable, Iterator
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
SERVICES = ("kafka", "postgres")


@dataclass(frozen=True, slots=True)
class StackOptions:
    """What to run, and the sources of time and ids that the migrations need."""

    state: StateDir
    agencies_file: Path
    mode: str
    hub: tuple[ProcessSpec, ...]
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]


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
        MigrationFault.
        """
        plan = load_topics(load_agencies(self._options.agencies_file))
        self._state.make()
        ports = ensure_ports(self._state.root / "ports.json")
        with self._step("Kafka's jars, checked against the lock"):
            broker = self._broker(ports)
        broker_password = self._broker_password()
        first = not broker.permitted
        if not first:  # It takes the longest, so it starts first.
            self.supervisor.start(broker.server(broker_password))
        with self._step("PostgreSQL"):
            self._start_postgres(ports["postgres"])
        with self._step("tables"):
            self._migrate(ports["postgres"])
        if first:
            with self._step("Kafka's first start: users and permissions"):
                self._first_start(broker, broker_password, plan)
            self.supervisor.start(broker.server(broker_password))
        with self._step("Kafka"):
            self._await_kafka(broker)
        with self._step("topics, users and permissions"):
            self.say_what_changed(provision_broker(self._state, broker.bootstrap, plan))
        self._write_stack_file(broker.bootstrap, ports["postgres"])
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
        hub = [name for name in self.supervisor.children if name not in SERVICES]
        for names in (hub, [name for name in SERVICES if name in self.supervisor.children]):
            if names:
                with self._step(f"ending {', '.join(names)}"):
                    self.supervisor.stop(names)

    def say_what_changed(self, done: Provisioned) -> None:
        """Report each change and difference, or that there was none."""
        for line in summary(done):
            self._note(line)

    def _broker(self, ports: dict[str, int]) -> kafka.Broker:
        def fetched(done: int, total: int) -> None:
            if done % 10 == 0 or done == total:
                self._note(f"{done} of {total} jars fetched (44 MB in all)")

        jars = ensure_jars(cache_dir() / "kafka-jars", read_lock(), fetched)
        return kafka.Broker(
            self._state.kafka, tuple(jars), ports["kafka_client"], ports["kafka_controller"]
        )

    def _broker_password(self) -> str:
        path = self._state.secrets / "broker.json"
        return ensure_secrets(path, [kafka.BROKER_PRINCIPAL])[0][kafka.BROKER_PRINCIPAL]

    def _first_start(self, broker: kafka.Broker, broker_password: str, plan: TopicPlan) -> None:
        passwords = _principal_passwords(self._state, plan)[0]
        cluster_id = base64.urlsafe_b64encode(b"\x00" + os.urandom(15)).decode().rstrip("=")
        self.supervisor.run_to_end(
            broker.format(cluster_id, passwords[kafka.PROVISION_PRINCIPAL], broker_password),
            FORMAT_SECONDS,
        )
        broker.forget_format()
        self.supervisor.start(broker.server(broker_password))
        self._await_kafka(broker)
        self.say_what_changed(provision_broker(self._state, broker.bootstrap, plan))
        broker.mark_permitted()
        self.supervisor.stop(["kafka"])

    def _await_kafka(self, broker: kafka.Broker) -> None:
        def accepts() -> bool:
            return answers(broker.client_port)

        self.supervisor.wait_until(accepts, "kafka", SERVICE_READY_SECONDS)

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
    """Provision an embedded broker, with passwords made where there were none.

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
    return provision(access, plan, passwords, new_passwords=new, extra_acls=kafka.broker_acls())


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
