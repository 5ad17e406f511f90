"""`kith health`: whether each process lives, is ready and gets on; for people and for probes."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kith.health import ProcessHealth


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("health")(show)


def show(
    process: Annotated[
        str | None, typer.Argument(help="timeline, backfill, relay, clock or watch; else all.")
    ] = None,
    state_dir: Annotated[
        Path | None, typer.Option(help="Where the stack keeps its state (default: .kith).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say of each process whether it lives, is ready and gets on, as the watch sees it.

    The exit code is 1 while one does not live, is not ready or is stuck. Who is merely late is
    told: starting it again would not help.
    """
    from kith.health import health_of
    from kith.processes import HUB_PROCESSES
    from kith.settings import Settings

    if process is not None and process not in HUB_PROCESSES:
        typer.echo(f"{process}: the processes are {', '.join(HUB_PROCESSES)}.", err=True)
        raise typer.Exit(2)
    settings = Settings() if state_dir is None else Settings(state_dir=state_dir)
    found = health_of(
        settings.run, datetime.now(UTC), HUB_PROCESSES if process is None else (process,)
    )
    if as_json:
        typer.echo(json.dumps([asdict(each) | {"well": each.well} for each in found], indent=2))
    else:
        for each in found:
            typer.echo(in_words(each))
    if not all(each.well for each in found):
        raise typer.Exit(1)


def in_words(health: "ProcessHealth") -> str:
    """One line: `relay: live, ready, stuck since 03:12:05: nothing taken of ... for 30 s`."""
    parts = [
        "live" if health.live else "not live",
        "ready" if health.ready else "not ready",
        health.progress + (f" since {health.since[11:19]}" if health.since else ""),
    ]
    waiting = f" ({health.waiting} waiting)" if health.waiting else ""
    why = f": {health.why}" if health.why else ""
    return f"{health.name}: {', '.join(parts)}{waiting}{why}"
