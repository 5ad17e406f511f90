"""Restoring a backup: beside what is there, and then in its place.

The database that is replaced is kept under another name. Keys are merged: none that the store
holds is lost, none that was destroyed comes back. The restored database is a new incarnation, and
nothing is appended to it before it has taken in what the log knows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy.backup.making import Place
from deploy.backup.manifest import (
    DATABASE,
    DESTROYED,
    KEYS,
    Manifest,
    NotABackup,
    fingerprint,
    read_manifest,
)
from deploy.backup.tools import run
from projections.migrate import migrate, migrations
from schemas.key_file import KeysInFiles

# Every cluster has it, and no hub is in it.
_ELSEWHERE = "postgres"


class NotRestored(Exception):
    """Nothing was changed. The text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """``keys`` were missing in the store; ``replaced`` is what the old database is called now."""

    manifest: Manifest
    incarnation: UUID
    keys: int
    replaced: str | None


def restore(
    folder: Path,
    place: Place,
    mode: str,
    store: Callable[[], KeysInFiles],
    now: Callable[[], datetime],
    new_id: Callable[[], UUID],
) -> Restored:
    """Restore a backup. No process of the hub may run.

    Raises NotABackup, NotRestored, ToolFailed, MigrationFault, KeyStoreDamaged, psycopg.Error:
    then the database in use is as it was; keys may have been added.
    """
    manifest = read_manifest(folder)
    _refuse_foreign(manifest, place, mode)
    name = str(conninfo_to_dict(place.dsn)["dbname"])
    incarnation = new_id()
    with psycopg.connect(
        make_conninfo(place.dsn, dbname=_ELSEWHERE), autocommit=True
    ) as connection:
        connection.execute("set client_min_messages = warning")
        _refuse_running(connection, name)
        beside = f"{name}_restoring"
        connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(beside)))
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(beside)))
        restored = make_conninfo(place.dsn, dbname=beside)
        options = ("--exit-on-error", "--no-owner", f"--dbname={beside}", str(folder / DATABASE))
        run("pg_restore", options, restored, place.tools)
        migrate(restored, mode=manifest.mode, now=now, new_id=new_id)
        _begin_anew(restored, incarnation)
        keys = store().merge((folder / KEYS).read_bytes(), (folder / DESTROYED).read_bytes())
        replaced = _put_in_place(connection, name, beside, now())
    return Restored(manifest, incarnation, keys, replaced)


def _refuse_foreign(manifest: Manifest, place: Place, mode: str) -> None:
    for what, held, path in (
        ("master key", manifest.master_key, place.master_key),
        ("key of identifiers", manifest.identity_key, place.identity_key),
    ):
        if fingerprint(path) != held:
            raise NotABackup(
                f"this backup is of another hub, or {path} is not its {what}: put the right one "
                "back from where it is kept"
            )
    if manifest.mode != mode:
        raise NotABackup(
            f"this backup is of a hub in {manifest.mode} mode, and this one is in {mode} mode"
        )
    known = {each.number for each in migrations()}
    if newer := [number for number in manifest.migrations if number not in known]:
        raise NotABackup(
            f"this backup has migration {newer[-1]}, which this Kith does not know: "
            "restore it with the version that made it, or a newer one"
        )


def _refuse_running(connection: psycopg.Connection, name: str) -> None:
    # PostgreSQL's own workers, which vacuum now and then, step aside by themselves.
    rows = connection.execute(
        "select distinct coalesce(nullif(application_name, ''), usename::text) "
        "from pg_stat_activity where datname = %s and backend_type = 'client backend' order by 1",
        [name],
    ).fetchall()
    if rows:
        raise NotRestored(
            f"the hub is running, or somebody else uses its database ({_names(rows)}): end it "
            "with `kith down`, then start `kith up --services-only`"
        )


def _begin_anew(dsn: str, incarnation: UUID) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "update kept.hub set incarnation = %s, caught_up = false, numbers_known = false",
            [incarnation],
        )


def _put_in_place(
    connection: psycopg.Connection, name: str, beside: str, at: datetime
) -> str | None:
    """Two renamings in one transaction: PostgreSQL refuses them while anybody is connected."""
    replaced = f"{name}_replaced_{at:%Y%m%d_%H%M%S}"
    there = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    rename = sql.SQL("alter database {} rename to {}")
    try:
        with connection.transaction():
            if there:
                connection.execute(rename.format(sql.Identifier(name), sql.Identifier(replaced)))
            connection.execute(rename.format(sql.Identifier(beside), sql.Identifier(name)))
    except errors.ObjectInUse:
        raise NotRestored(
            "a process of the hub has started meanwhile: end it with `kith down`, then try again"
        ) from None
    return replaced if there else None


def _names(rows: list[tuple[str, ...]]) -> str:
    return ", ".join(row[0] for row in rows)
