# ruff: noqa: INP001 - a script of the docs, no package to ship.
"""Make the secrets and tables of a hub that runs on your own Kafka and PostgreSQL. Run it once.

    KITH_STATE_DIR=... KITH_POSTGRES_OWNER_DSN=... .venv/bin/python docs/operating/prepare.py

What is there already is left as it is, so running it again is how a new agency gets its passwords
and how new migrations are applied. `kith up` does the same for an embedded stack.
"""

import sys
from datetime import UTC, datetime
from uuid import uuid4

import psycopg

from deploy.embedded.state import ensure_secrets
from kith.hub_keys import make_hub_keys
from kith.settings import Settings
from projections.migrate import MigrationFault, migrate
from schemas.agencies import load_agencies
from schemas.topics import load_topics


def main() -> None:
    """Make what is missing, and say what that was."""
    settings = Settings()
    owner = settings.dsn("owner")  # First, so that nothing is made where it is not known.
    settings.secrets_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    plan = load_topics(load_agencies(settings.agencies_file))
    _, passwords = ensure_secrets(settings.kafka_secrets, plan.principals.names(plan.agencies))
    _, message_keys = ensure_secrets(
        settings.message_key_file or settings.secrets_dir / "message-keys.json", plan.agencies
    )
    make_hub_keys(settings.state_dir)
    try:
        applied = migrate(
            owner,
            mode=settings.hub_mode,
            now=lambda: datetime.now(UTC),
            new_id=uuid4,
        )
    except (psycopg.OperationalError, MigrationFault) as fault:
        sys.exit(f"The tables were not made: {fault}")
    for what, names in (
        ("password", passwords),
        ("message key", message_keys),
        ("migration", applied),
    ):
        for name in names:
            sys.stdout.write(f"{what}: {name}\n")


if __name__ == "__main__":
    main()
