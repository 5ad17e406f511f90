"""Services from containers (testcontainers), where a Docker daemon answers.

Honestly: this was written against the documentation of the images and was not run where it was
written, since there is no Docker daemon there. The embedded services are what CI runs.
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy
from testcontainers.postgres import PostgresContainer

from deploy.embedded.jars import KAFKA_VERSION
from deploy.embedded.kafka import (
    PROVISION_PRINCIPAL,
    SUPER_USERS,
    as_properties,
    server_settings,
)
from deploy.embedded.postgres import ROLES, roles_sql
from deploy.embedded.state import LOOPBACK, free_port
from tests.services.services import Services, write_secrets

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = f"apache/kafka:{KAFKA_VERSION}"
CLIENT_PORT = 9092
START = """
set -e
printf '%s' "$KITH_PROPERTIES" > /tmp/server.properties
cd /opt/kafka/bin
id="$(./kafka-storage.sh random-uuid)"
./kafka-storage.sh format --config /tmp/server.properties --cluster-id "$id" \
  --add-scram "SCRAM-SHA-512=[name=hub-provision,password=$KITH_PROVISION_PASSWORD]" > /dev/null
exec ./kafka-server-start.sh /tmp/server.properties
"""


@contextmanager
def container_services() -> Iterator[Services]:
    """Start a broker and a database in containers and provision them."""
    root = Path(tempfile.mkdtemp(prefix="kith-test-"))
    passwords = {role: secrets.token_hex(16) for role in ROLES}
    provision_password = secrets.token_hex(16)
    write_secrets(root, {"kafka.json": {PROVISION_PRINCIPAL: provision_password}})
    try:
        with PostgresContainer(POSTGRES_IMAGE, driver=None) as database:
            _make_roles(database, passwords)
            host = database.get_container_host_ip()
            port = int(database.get_exposed_port(5432))
            dsn = {
                role: f"host={host} port={port} dbname=kith user={role} password={password}"
                for role, password in passwords.items()
            }
            with _kafka(provision_password) as bootstrap:
                services = Services(
                    bootstrap=bootstrap,
                    state_dir=root,
                    owner_dsn=dsn["kith_owner"],
                    writer_dsn=dsn["kith_writer"],
                    reader_dsn=dsn["kith_reader"],
                    watch_dsn=dsn["kith_watch"],
                )
                services.provision()
                yield services
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _make_roles(database: PostgresContainer, passwords: Mapping[str, str]) -> None:
    statements = roles_sql(passwords) + "create database kith owner kith_owner;\n"
    for statement in filter(None, (part.strip() for part in statements.split(";\n"))):
        code, output = database.exec(
            ["psql", "-U", database.username, "-d", database.dbname, "-c", statement]
        )
        if code != 0:
            raise RuntimeError(f"the database container refused its roles: {output!r}")


@contextmanager
def _kafka(provision_password: str) -> Iterator[str]:
    # The broker tells clients its address, so the port on this machine must be known before.
    port = free_port()
    settings = server_settings(
        data_dir="/tmp/kafka-data",  # noqa: S108 - inside the container
        listen="0.0.0.0",  # noqa: S104 - inside the container
        client_port=CLIENT_PORT,
        controller_port=CLIENT_PORT + 1,
        advertised=f"{LOOPBACK}:{port}",
        broker_password=secrets.token_hex(16),
    )
    # Unlike the embedded broker this one keeps its super-users: it lives for one session only.
    container = (
        DockerContainer(KAFKA_IMAGE)
        .with_env("KITH_PROPERTIES", as_properties(settings | SUPER_USERS))
        .with_env("KITH_PROVISION_PASSWORD", provision_password)
        .with_kwargs(entrypoint=["bash", "-c"])
        .with_command([START])
        .with_bind_ports(CLIENT_PORT, port)
        .waiting_for(LogMessageWaitStrategy("Kafka Server started"))
    )
    with container:
        yield f"{LOOPBACK}:{port}"
