"""Stopping all appends for a moment, so that log and tables can be seen as of one point.

Every append shares a lock until its transaction ends; whoever takes it for itself waits for
those that are under way, and holds up those that come. Writers wait and try again, as they
do for any lock, and need no restart.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg import errors, sql

from projections.append.stale import end_stale_writers
from projections.database import Connection, Query

# Any fixed number will do, as long as no other lock of ours has it.
LOCK = 7_205_119_003
_WAIT_SECONDS = 2


class NotStopped(Exception):
    """An append is under way and does not end, so the moment could not be had."""


def take_part() -> Query:
    """The first statement of each append. It waits only while appends are stopped."""
    return ("select pg_advisory_xact_lock_shared(%s)", [LOCK])


@contextmanager
def appends_stopped(
    connection: Connection, sleep: Callable[[float], None], tries: int = 15
) -> Iterator[None]:
    """Let no append begin or be under way while the body runs. Raises NotStopped.

    ``connection`` is in autocommit mode and belongs to the owner. If its process dies, the
    server lets the appends go on.
    """
    connection.execute(sql.SQL("set lock_timeout = {}").format(sql.Literal(f"{_WAIT_SECONDS}s")))
    for _ in range(tries):
        try:
            connection.execute("select pg_advisory_lock(%s)", [LOCK])
            break
        except errors.LockNotAvailable:
            end_stale_writers(connection)
            sleep(0.1)
    else:
        raise NotStopped(
            f"an append has not ended for {tries * _WAIT_SECONDS} s: see pg_stat_activity"
        )
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [LOCK])
