"""Making a backup while the hub runs: first the database, then the keys.

The dump is of one instant. A key is on disk before anything that it seals is in the database, so
the keys of that instant are among those that are copied afterwards.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from deploy.backup.manifest import (
    DATABASE,
    DESTROYED,
    KEYS,
    Manifest,
    NotABackup,
    digest,
    fingerprint,
)
from deploy.backup.tools import run
from schemas.line_file import sync_folder, write_atomically


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hub's things are: ``dsn`` is the owner's, ``tools`` None for the embedded ones."""

    dsn: str
    keys: Path
    master_key: Path
    identity_key: Path
    tools: Path | None


def make(folder: Path, place: Place, now: Callable[[], datetime]) -> Manifest:
    """Back up into ``folder``, which must be new or empty.

    Raises NotABackup, ToolFailed, psycopg.Error: what is left then has no manifest.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotABackup(f"{folder} is not empty: a backup is made into a folder of its own")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    made_at = now()
    master, identity = fingerprint(place.master_key), fingerprint(place.identity_key)
    with psycopg.connect(place.dsn, autocommit=True) as connection:
        hub = connection.execute("select mode, incarnation::text from kept.hub").fetchone()
        numbers = connection.execute("select number from public.migration order by 1").fetchall()
        entries = connection.execute("select count(*) from derived.entry").fetchone()
    if hub is None or entries is None:
        raise NotABackup("the database holds no hub: is it the right one?")
    dump = folder / DATABASE
    # A schema that a rebuild is making beside the one in use is no part of the hub.
    options = ("--format=custom", "--exclude-schema=derived_next", f"--file={dump}")
    run("pg_dump", options, place.dsn, place.tools)
    dump.chmod(0o600)
    with dump.open("rb+") as file:
        os.fsync(file.fileno())
    for name in (KEYS, DESTROYED):
        source = place.keys / name
        write_atomically(folder / name, source.read_bytes() if source.exists() else b"")
    sync_folder(folder)
    manifest = Manifest(
        made_at=made_at.isoformat(timespec="seconds"),
        mode=hub[0],
        incarnation=hub[1],
        migrations=[row[0] for row in numbers],
        entries=entries[0],
        master_key=master,
        identity_key=identity,
        files={name: digest(folder / name) for name in (DATABASE, KEYS, DESTROYED)},
    )
    manifest.write(folder)
    return manifest
