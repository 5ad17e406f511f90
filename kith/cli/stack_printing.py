"""The stack in words: what is done while it starts, and how it stands."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from deploy.embedded.stack import Progress
    from kith.health import ProcessHealth
    from kith.hub_status import HubStatus


class Display:
    """Progress for a person: a turning sign while a step runs, its time when it is done."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(highlight=False)
        self._status: Any = None

    def __call__(self, progress: "Progress") -> None:
        """Show one line of progress."""
        if progress.state == "started":
            self._status = self._console.status(progress.text)
            self._status.start()
        elif progress.state == "done":
            self._end_turning()
            self._console.print(f"  [green]✓[/] {progress.text}  [dim]{progress.seconds:.1f} s[/]")
        elif progress.state == "note":
            self._console.print(f"    [dim]{progress.text}[/]")
        elif progress.state == "ready":
            self._console.print("[green]Ready.[/] Ctrl-C ends the stack.")

    def _end_turning(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


def show_as_json(progress: "Progress") -> None:
    """Show one line of progress as JSON."""
    typer.echo(json.dumps(asdict(progress)))


def show_processes(
    processes: list[dict[str, Any]], health: "list[ProcessHealth]", run: Path
) -> None:
    """A row for each process, and how much memory they take."""
    from rich.console import Console
    from rich.table import Table

    if not processes:
        return
    table = Table(
        "process",
        "pid",
        "state",
        "RSS MB",
        "up",
        "restarts",
        "gets on",
        "serves",
        box=None,
        pad_edge=False,
    )
    by_name = {each.name: each for each in health}
    for p in processes:
        own = by_name.get(p["name"])
        progress = "" if own is None else own.progress
        colour = "green" if p["state"] in ("ready", "running") else "red"
        up_for = f"{p['uptime_seconds']:.0f} s"
        state = f"[{colour}]{p['state']}[/]"
        row = (p["name"], str(p["pid"]), state, f"{p['rss_mb']:.0f}", up_for, str(p["restarts"]))
        table.add_row(*row, progress, _address(run, p["name"]))
    console = Console(highlight=False)
    console.print(table)
    rss, pss = (sum(p[kind] for p in processes) for kind in ("rss_mb", "pss_mb"))
    console.print(f"memory: {rss:.0f} MB resident, {pss:.0f} MB with shared pages counted once")


def _address(run: Path, name: str) -> str:
    """Where a process serves its health and figures, if it does."""
    from kith.serving import address_file

    try:
        return address_file(run, name).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def show_hub(hub: "HubStatus") -> None:
    """Broker, database, what is behind, what waits, and what is wrong."""
    if hub.broker:
        typer.echo("broker: {bootstrap}, {topics} topics, {answered_in_ms} ms".format(**hub.broker))
    if hub.database:
        typer.echo(
            "database: PostgreSQL {version}, {size_mb} MB, {answered_in_ms} ms".format(
                **hub.database
            )
        )
    behind = ", ".join(f"{name} by {count}" for name, count in hub.behind.items())
    typer.echo(f"behind: {behind or 'nothing'}")
    waiting = ", ".join(f"{count} {name}" for name, count in hub.waiting.items() if count)
    typer.echo(f"waiting: {waiting or 'nothing'}")
    for problem in hub.problems:
        typer.echo(f"PROBLEM {problem}")
