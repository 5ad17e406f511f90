"""`kith backup` and `kith restore`: PostgreSQL and the children's keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kith.cli.reading import JsonOption, StateDirOption, explained, print_json, stop

if TYPE_CHECKING:
    from deploy.backup.making import Place
    from kith.settings import Settings

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The backup's folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(
    folder: FolderArgument, state_dir: StateDirOption = None, as_json: JsonOption = False
) -> None:
    """Back up the database and the children's keys into DIR, a new or empty folder.

    The hub may run. The master key and the key of identifiers are not in it: keep them apart.
    Exit codes: 0 done, 2 not done.
    """
    from deploy.backup.making import make
    from kith.wiring import now

    with _explained():
        manifest = make(folder, _place(_settings(state_dir)), now)
    if as_json:
        print_json(asdict(manifest))
        return
    typer.echo(
        f"{manifest.entries} entries and their keys are in {folder}. Keep it apart from "
        "secrets/master.key and secrets/identity.key, without which it opens nothing."
    )


def restore(
    folder: FolderArgument, state_dir: StateDirOption = None, as_json: JsonOption = False
) -> None:
    """Put the backup in DIR in the place of the database, and add the keys that are missing.

    The hub must not run, its database must: `kith up --services-only`. The old database is kept
    under another name. What came after the backup is taken from the log when the hub starts.
    Exit codes: 0 done, 2 not done, and the database is as it was.
    """
    from uuid import uuid4

    from deploy.backup.restoring import restore as put_back
    from kith.hub_keys import key_store
    from kith.wiring import now

    with _explained():
        settings = _settings(state_dir)
        done = put_back(
            folder,
            _place(settings),
            settings.hub_mode,
            lambda: key_store(settings),
            now,
            uuid4,
        )
    if as_json:
        print_json(
            {
                "made_at": done.manifest.made_at,
                "entries": done.manifest.entries,
                "incarnation": str(done.incarnation),
                "keys_added": done.keys,
                "replaced": done.replaced,
            }
        )
        return
    typer.echo(
        f"Restored as of {done.manifest.made_at}: {done.manifest.entries} entries. "
        f"{done.keys} keys were missing and were added."
    )
    if done.replaced:
        typer.echo(f"What was there is kept in the database {done.replaced}.")
    typer.echo("Start the hub: it takes in what came since from the log. Then `kith verify`.")


def _place(settings: "Settings") -> "Place":
    from deploy.backup.making import Place
    from kith.hub_keys import IDENTITY_KEY, MASTER_KEY

    return Place(
        dsn=settings.dsn("owner"),
        keys=settings.child_keys_dir,
        master_key=settings.secrets_dir / MASTER_KEY,
        identity_key=settings.secrets_dir / IDENTITY_KEY,
        tools=settings.postgres_bin,
    )


@contextmanager
def _explained() -> Iterator[None]:
    from deploy.backup.manifest import NotABackup
    from deploy.backup.restoring import NotRestored
    from deploy.backup.tools import ToolFailed
    from projections.migrate import MigrationFault

    with explained():
        try:
            yield
        except (NotABackup, NotRestored, ToolFailed, MigrationFault) as fault:
            stop(str(fault))


def _settings(state_dir: Path | None) -> "Settings":
    from kith.settings import Settings

    return Settings() if state_dir is None else Settings(state_dir=state_dir)
