"""Connections to PostgreSQL, and several statements in one round trip."""

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg

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


def fetch_each(connection: Connection, queries: Sequence[Query]) -> list[list[tuple[Any, ...]]]:
    """The rows of each query. In a pipeline all are sent before the first answer is awaited.

    A query whose lists are all empty asks for nothing, and is not sent: most of what an append may
    need to read is needed by few events.
    """
    cursors = [
        connection.execute(*query) if asks_for_something(query) else None for query in queries
    ]
    return [[] if cursor is None else cursor.fetchall() for cursor in cursors]


def asks_for_something(query: Query) -> bool:
    """Whether the query has no lists of rows or keys, or one that is not empty."""
    lists = [each for each in query[1] if isinstance(each, list)]
    return not lists or any(lists)


def execute_each(connection: Connection, statements: Sequence[Query]) -> None:
    """Run statements without rows. In a pipeline no answer is awaited before its end."""
    for sql, parameters in statements:
        connection.execute(sql, parameters)
