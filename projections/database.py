"""Connections to PostgreSQL, and several statements in one round trip."""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

import orjson
import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

Query = tuple[LiteralString, Sequence[Any]]
Connection = psycopg.Connection[tuple[Any, ...]]

# Seconds, so that nothing waits for ever: a waiter gives up, tells, and tries again. The second
# half is for the server, as below for us: a client that went away without a word would keep its
# locks until the system's own probes find out, in two hours.
TIMEOUTS = (
    "-c lock_timeout=2s -c statement_timeout=20s -c transaction_timeout=30s "
    "-c idle_in_transaction_session_timeout=10s "
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 "
    "-c tcp_user_timeout=10000"
)


# A network that went away tells nobody. A server that has not confirmed within ten seconds what it
# was sent, or that answers none of the system's own probes for 5 + 3 * 2 s, is taken for gone.
NEVER_WAIT_FOR_EVER: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def connect(dsn: str, *, application: str, connect_timeout_seconds: int = 5) -> Connection:
    """A connection in autocommit mode; transactions are opened where they are needed.

    ``application`` names the process in pg_stat_activity. Raises psycopg.OperationalError.
    """
    connection: Connection = psycopg.connect(
        dsn,
        autocommit=True,
        application_name=application,
        connect_timeout=connect_timeout_seconds,
        options=TIMEOUTS,
        prepare_threshold=1,
        **NEVER_WAIT_FOR_EVER,
    )
    # Not every statement is known to the server yet; each is prepared the second time.
    connection.prepared_max = 200
    return connection


class Rows(list[dict[str, Any]]):
    """Rows that a statement is given as one parameter: see ``Given``."""


class Given:
    """The columns of rows that a statement is given, written ``name type, name type``.

    They go as one parameter, in JSON. As one list a column psycopg finds out anew for each what it
    consists of, 11 to 15 us a list, and an append has ninety of them. PostgreSQL reads the one in
    no more time than the others.
    """

    def __init__(self, columns: LiteralString) -> None:
        self._names = [column.split(" ")[0] for column in columns.split(", ")]
        self._with: LiteralString = (
            f"with w as (select * from json_to_recordset(%b) as w({columns})) "  # noqa: S608 - ours
        )

    def query(
        self, statement: LiteralString, rows: Iterable[Sequence[object]], *others: object
    ) -> Query:
        """A statement over these rows, which it calls ``w``: values in the order of the columns.

        ``others`` are its other parameters.
        """
        given = Rows(dict(zip(self._names, row, strict=True)) for row in rows)
        return self._with + statement, [given, *others]


class _RowsDumper(Dumper):
    format = Format.BINARY
    oid = psycopg.postgres.types["json"].oid

    def dump(self, obj: Rows) -> bytes:
        return orjson.dumps(obj, default=_as_bytea)


def _as_bytea(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"no column holds a {type(value).__name__}")


psycopg.adapters.register_dumper(Rows, _RowsDumper)


def fetch_each(connection: Connection, queries: Sequence[Query]) -> list[list[tuple[Any, ...]]]:
    """The rows of each query. In a pipeline all are sent before the first answer is awaited.

    One that asks for nothing is not sent: most of what an append may need to read is needed by few
    events.
    """
    cursors = [
        connection.execute(*query) if asks_for_something(query) else None for query in queries
    ]
    return [[] if cursor is None else cursor.fetchall() for cursor in cursors]


def asks_for_something(query: Query) -> bool:
    """Whether a statement has no lists of rows or keys, or one that is not empty."""
    lists = [each for each in query[1] if isinstance(each, list)]
    return not lists or any(lists)


def execute_each(connection: Connection, statements: Sequence[Query]) -> None:
    """Run statements without rows. In a pipeline no answer is awaited before its end."""
    for sql, parameters in statements:
        connection.execute(sql, parameters)
