"""Stale writers: a process that was stopped inside its transaction keeps its locks.

The server's time-outs do not work on it, since it is the process that would have to notice. So
whoever has waited for a lock as long as it may ends what is older than any append of ours.
"""

from datetime import timedelta

from psycopg import errors

from projections.database import Connection

# What a wait for a lock ends with.
WAITED_TOO_LONG = (errors.LockNotAvailable, errors.QueryCanceled, errors.TransactionTimeout)
# No transaction of ours takes longer than this unless its process was stopped in it.
STALE_AFTER = timedelta(seconds=5)


def end_stale_writers(connection: Connection) -> None:
    """Take their locks from writers that have had them too long. Raises psycopg.Error."""
    connection.execute("select kept.end_stale_writers(%s)", [STALE_AFTER])
