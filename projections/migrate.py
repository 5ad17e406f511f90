"""Plain numbered migrations, applied in order, each once, each in a transaction of its own."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import psycopg

SQL = Path(__file__).parent / "sql"
_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
# Two hubs that start at once must not migrate at once. Any fixed number will do.
_LOCK = 7_205_119_001

_REGISTER = """
create table if not exists public.migration (
    number      integer primary key,
    name        text not null,
    digest      text not null,
    applied_at  timestamptz not null
)
"""


class MigrationFault(Exception):
    """The migrations and the database do not belong together. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. Its digest tells whether it was changed after it was applied."""

    number: int
    name: str
    digest: str
    sql: str


def migrations(folder: Path | None = None) -> list[Migration]:
    """The migrations of ``folder`` in order. Raises MigrationFault on a gap or a bad name."""
    found = []
    for path in sorted((folder or SQL / "migrations").glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise MigrationFault(f"{path}: a migration is called 0001_what_it_does.sql")
        sql = path.read_text(encoding="utf-8")
        digest = hashlib.sha256(sql.encode()).hexdigest()
        found.append(Migration(int(match.group(1)), path.stem, digest, sql))
    numbers = [migration.number for migration in found]
    if numbers != list(range(1, len(found) + 1)):
        raise MigrationFault(f"the migrations are not numbered 1, 2, 3 ... but {numbers}")
    return found


def migrate(
    dsn: str, *, mode: str, now: Callable[[], datetime], new_id: Callable[[], UUID]
) -> list[str]:
    """Apply what is missing, as the owner that ``dsn`` names; give the names applied.

    ``mode`` (production or scenario) is written once; a database made for the other mode
    is refused. Raises MigrationFault, psycopg.Error.
    """
    applied = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
        connection.execute(_REGISTER)
        rows = connection.execute("select number, digest from public.migration").fetchall()
        known: dict[int, str] = dict(rows)
        for migration in migrations():
            if migration.number in known:
                if known[migration.number] != migration.digest:
                    raise MigrationFault(
                        f"{migration.name} was changed after it was applied here: "
                        "put it back and write a new migration"
                    )
                continue
            with connection.transaction():
                connection.execute(migration.sql)
                connection.execute(
                    "insert into public.migration values (%s, %s, %s, %s)",
                    (migration.number, migration.name, migration.digest, now()),
                )
            applied.append(migration.name)
        privileges = (SQL / "privileges.sql").read_text(encoding="utf-8")
        with connection.transaction():
            connection.execute(privileges)
        _claim(connection, mode, now(), new_id())
    return applied


def _claim(connection: psycopg.Connection, mode: str, now: datetime, incarnation: UUID) -> None:
    connection.execute(
        "insert into kept.hub (mode, incarnation, made_at) values (%s, %s, %s) "
        "on conflict do nothing",
        (mode, incarnation, now),
    )
    row = connection.execute("select mode from kept.hub").fetchone()
    if row is not None and row[0] != mode:
        raise MigrationFault(
            f"this database belongs to a hub in {row[0]} mode and cannot serve one in {mode} "
            "mode: give it a database of its own"
        )
