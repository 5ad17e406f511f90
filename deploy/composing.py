"""What the containers of deploy/compose.yaml need before they start: secrets and configurations.

`python -m deploy.composing STATE KAFKA POSTGRES` writes into three folders, each a volume: the
hub's own, the broker's and the database's. Secrets that are there stay as they are.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.embedded.kafka import (
    BROKER_PRINCIPAL,
    PROVISION_PRINCIPAL,
    SUPER_USERS,
    as_properties,
    server_settings,
)
from deploy.embedded.postgres import ROLES, roles_sql
from deploy.embedded.state import ensure_secrets, write_private

CLIENT_PORT = 9092
DATABASE = "kith"
# Other users read these, each in a volume that only its own container has beside the hub's.
_READABLE = 0o644


def compose(state: Path, kafka: Path, postgres: Path) -> None:
    """Write everything. Each folder must exist."""
    secrets = state / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    provisioner, _ = ensure_secrets(secrets / "kafka.json", [PROVISION_PRINCIPAL])
    broker, _ = ensure_secrets(secrets / "broker.json", [BROKER_PRINCIPAL])
    superuser, _ = ensure_secrets(secrets / "superuser.json", ["postgres"])
    roles, _ = ensure_secrets(secrets / "postgres.json", ROLES)
    write_private(secrets / "pgpass", _pgpass(roles))
    settings = server_settings(
        data_dir="/var/lib/kafka/data",
        listen="0.0.0.0",  # noqa: S104 - inside the container
        client_port=CLIENT_PORT,
        controller_port=CLIENT_PORT + 1,
        advertised=f"kafka:{CLIENT_PORT}",
        broker_password=broker[BROKER_PRINCIPAL],
    )
    # Unlike the embedded broker this one keeps its super-users; see docs/operating.md.
    _write(kafka / "server.properties", as_properties(settings | SUPER_USERS))
    scram = (
        f"SCRAM-SHA-512=[name={PROVISION_PRINCIPAL},password={provisioner[PROVISION_PRINCIPAL]}]"
    )
    _write(kafka / "first-user", scram)
    _write(postgres / "superuser", superuser["postgres"])
    _write(
        postgres / "roles.sql", roles_sql(roles) + f"create database {DATABASE} owner kith_owner;\n"
    )


def _pgpass(roles: Mapping[str, str]) -> str:
    return "".join(f"postgres:5432:*:{role}:{roles[role]}\n" for role in ROLES)


def _write(path: Path, text: str) -> None:
    write_private(path, text)
    path.chmod(_READABLE)


if __name__ == "__main__":
    compose(*map(Path, sys.argv[1:4]))
