"""PostgreSQL's own tools, run so that no password stands on a command line."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from deploy.embedded.postgres import binaries

# How libpq calls in the environment what a connection string may hold.
_VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
}


class ToolFailed(Exception):
    """pg_dump or pg_restore failed. The text has its last words."""


def run(tool: str, arguments: Sequence[str], dsn: str, folder: Path | None) -> None:
    """Run ``tool`` of ``folder`` (by default of the embedded PostgreSQL) against a database.

    Raises ToolFailed.
    """
    path = (folder or binaries()) / tool
    given = {
        _VARIABLES[name]: str(value)
        for name, value in conninfo_to_dict(dsn).items()
        if name in _VARIABLES and value is not None
    }
    try:
        done = subprocess.run(
            [str(path), "--no-password", *arguments],
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **given},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as fault:
        raise ToolFailed(
            f"{path} cannot be run ({type(fault).__name__}): KITH_POSTGRES_BIN names the folder "
            "of PostgreSQL's tools"
        ) from fault
    if done.returncode:
        # Its errors name objects; lines that quote rows or statements are left out.
        said = [line for line in done.stderr.splitlines() if line.startswith(tool)]
        raise ToolFailed(f"{tool} failed: {' | '.join(said[-3:])}")
