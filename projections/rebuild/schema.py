"""The schema that is built beside the one in use: made, indexed, put in its place, dropped."""

import re
from collections.abc import Iterator
from typing import LiteralString

import psycopg
from psycopg import sql

from projections.database import Connection
from projections.migrate import SQL, migrations

IN_USE = "derived"
NEXT = "derived_next"
_OLD = "derived_old"
# All who read the tables wait behind whoever wants to drop them.
_WAIT_MS = 500


def make_next(connection: Connection) -> None:
    """Make ``derived_next`` empty, from the migrations that made ``derived``.

    Migrations of ``derived`` have ``_derived`` in their names and touch nothing else.
    """
    drop_next(connection)
    for migration in migrations():
        if "_derived" in migration.name:
            connection.execute(re.sub(rf"\b{IN_USE}\b", NEXT, migration.sql).encode())


def drop_next(connection: Connection) -> None:
    """Drop ``derived_next``, also what a rebuild that was killed has left."""
    connection.execute("set client_min_messages = warning")
    connection.execute("drop schema if exists derived_next cascade")


def in_schema(schema: LiteralString, query: LiteralString) -> LiteralString:
    """A statement about ``derived``, about the same tables in another schema."""
    return query.replace("derived.", f"{schema}.")


def tables(connection: Connection, schema: str = IN_USE) -> list[str]:
    """The names of the derived tables."""
    rows = connection.execute(
        "select relname from pg_class where relnamespace = %s::regnamespace and relkind = 'r' "
        "order by relname",
        [schema],
    ).fetchall()
    return [row[0] for row in rows]


def key_columns(connection: Connection, table: str, schema: str = IN_USE) -> list[str]:
    """The columns of a table's primary key, in its order."""
    rows = connection.execute(
        "select a.attname from pg_constraint c, unnest(c.conkey) with ordinality k(number, place), "
        "pg_attribute a where c.conrelid = %s::regclass and c.contype = 'p' "
        "and a.attrelid = c.conrelid and a.attnum = k.number order by k.place",
        [f"{schema}.{table}"],
    ).fetchall()
    return [row[0] for row in rows]


def take_indexes(connection: Connection) -> list[str]:
    """Take keys and indexes off ``derived_next``; the statements that put them back."""
    constraints = connection.execute(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
        "where connamespace = %s::regnamespace and contype in ('p', 'u')",
        [NEXT],
    ).fetchall()
    back = []
    for table, name, definition in constraints:
        back.append(f'alter table {table} add constraint "{name}" {definition}')
        connection.execute(f'alter table {table} drop constraint "{name}"'.encode())
    indexes = connection.execute(
        "select indexname, indexdef from pg_indexes where schemaname = %s", [NEXT]
    ).fetchall()
    for name, definition in indexes:
        back.append(definition)
        connection.execute(f'drop index {NEXT}."{name}"'.encode())
    return back


def put_indexes(connection: Connection, statements: list[str]) -> None:
    """Put keys and indexes back, and let the server look at what it has."""
    # A statement that moved to another child stands there. Where the fact that says so is
    # beyond use, the higher version does.
    connection.execute(
        "delete from derived_next.standing a using derived_next.standing b "
        "where a.agency = b.agency and a.reference = b.reference and a.version < b.version"
    )
    connection.execute("set maintenance_work_mem = '256MB'")
    for statement in statements:
        connection.execute(statement.encode())
    for table in tables(connection, NEXT):
        connection.execute(sql.SQL("analyze {}").format(sql.Identifier(NEXT, table)))


def put_in_place(connection: Connection) -> None:
    """Let ``derived_next`` be ``derived``. The caller has opened the transaction.

    Writers need no restart: the names in their statements are looked up anew. Whoever reads
    now sees the old tables until the end of their transaction, and is waited for for a moment.
    Raises LockNotAvailable.
    """
    connection.execute(f"set local lock_timeout = {_WAIT_MS}")
    for statement in _swap():
        connection.execute(statement)
    connection.execute((SQL / "privileges.sql").read_bytes())


def _swap() -> Iterator[sql.Composed]:
    in_use, beside, old = (sql.Identifier(name) for name in (IN_USE, NEXT, _OLD))
    yield sql.SQL("alter schema {} rename to {}").format(in_use, old)
    yield sql.SQL("alter schema {} rename to {}").format(beside, in_use)
    yield sql.SQL("drop schema {} cascade").format(old)


def owner_connection(dsn: str, application: str) -> Connection:
    """A connection for long work: it may stand in a transaction, and ends with its process."""
    connection: Connection = psycopg.connect(
        dsn,
        autocommit=True,
        application_name=application,
        connect_timeout=5,
        # While one of two connections compares or catches up, the other waits in a snapshot.
        options="-c client_connection_check_interval=1s -c timezone=UTC "
        "-c idle_in_transaction_session_timeout=0",
    )
    return connection
