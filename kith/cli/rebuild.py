"""`kith rebuild`: the tables anew from the log; `kith verify`: log and tables entry by entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kith.cli.reading import CANNOT, WRONG, JsonOption, StateDirOption, explained, print_json, stop

if TYPE_CHECKING:
    from kith.settings import Settings
    from processors.rebuilding.rebuild import Rebuilt
    from projections.rebuild.agreement import Disagreement, Place

_TELL_OF = 5


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(rebuild)
    app.command()(verify)


def rebuild(
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Compare with the tables in use, and leave them as they are."
        ),
    ] = False,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the derived tables anew from kith.timeline: nothing is decided again, nothing sent.

    The hub runs on while this reads the log; appends wait for a moment at the end. Exit codes: 0
    done, or equal; 1 not equal; 2 it could not be done, and nothing was changed.
    """
    from kith.rebuilding import rebuilding

    with log_explained(), rebuilding(settings_of(state_dir), _tell) as work:
        result = work.verify() if verify else work.replace()
    if as_json:
        print_json(_as_data(result))
    else:
        _show(result, verify=verify)
    if not result.equal:
        raise typer.Exit(CANNOT)


def verify(
    repair: Annotated[
        bool, typer.Option("--repair", help="Copy what only one side has to the other.")
    ] = False,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare kith.timeline and the tables, entry by entry, by child, sequence and hash.

    The hub runs on. Exit codes: 0 they agree, or were repaired; 1 one side lacks entries; 2 they
    contradict each other, or both lack an entry, which pages, or it could not be done.
    """
    from kith.rebuilding import verification

    queued = None
    with log_explained(), verification(settings_of(state_dir)) as work:
        found = work.verify()
        if repair and not found.none and not found.beyond_repair:
            queued = work.repair(found)
    if as_json:
        print_json(_found_as_data(found, queued))
    else:
        _show_found(found, queued)
    if found.beyond_repair:
        raise typer.Exit(WRONG)
    if not found.none and queued is None:
        raise typer.Exit(CANNOT)


def _found_as_data(found: "Disagreement", queued: int | None) -> dict[str, Any]:
    def places(those: "list[Place]") -> list[dict[str, Any]]:
        return [{"child_id": str(each.child_id), "sequence": each.sequence} for each in those]

    return {
        "agree": found.none,
        "repaired": queued is not None,
        "queued": queued,
        "in_log": found.in_log,
        "in_tables": found.in_tables,
        "waiting": found.waiting,
        "log_only": places(found.log_only),
        "tables_only": places(found.tables_only),
        "conflicts": places(found.conflicts),
        "gaps": places(found.gaps),
    }


def _show_found(found: "Disagreement", queued: int | None) -> None:
    typer.echo(
        f"{found.in_log} entries in the log, {found.in_tables} in the tables, of which "
        f"{found.waiting} waited to be sent."
    )
    for what, places in (
        ("only in the log", found.log_only),
        ("only in the tables", found.tables_only),
        ("in both, and not the same", found.conflicts),
        ("in neither, though later ones are", found.gaps),
    ):
        if places:
            some = ", ".join(f"{each.child_id} #{each.sequence}" for each in places[:_TELL_OF])
            more = ", ..." if len(places) > _TELL_OF else ""
            typer.echo(f"{len(places)} {what}: {some}{more}")
    if found.beyond_repair:
        typer.echo("A person must find out what is right; it was paged. Nothing was repaired.")
    elif queued is not None:
        typer.echo(
            "Repaired: the tables have what was only in the log, the relay sends what was only in "
            f"the tables, and {queued} notifications were queued again."
        )
    else:
        typer.echo("They agree." if found.none else "`kith verify --repair` copies it.")


def _tell(text: str) -> None:
    typer.echo(text, err=True)


@contextmanager
def log_explained() -> Iterator[None]:
    """Turn what may go wrong with reading the log into one line and an exit code."""
    from processors.rebuilding.rebuild import NotRebuilt
    from processors.rebuilding.topics import TopicUnread
    from projections.append.pausing import NotStopped
    from projections.rebuild.agreement import NotMended
    from projections.rebuild.history import LogConflict
    from projections.rebuild.reading import NotAnEntry
    from schemas.envelope import Unopenable
    from schemas.keys import KeyUnknown

    with explained():
        try:
            yield
        except LogConflict as conflict:
            stop(f"The log contradicts itself. {conflict}. A person must find out which is right.")
        except (NotRebuilt, NotStopped, NotMended, NotAnEntry, TopicUnread, Unopenable) as fault:
            stop(str(fault))
        except KeyUnknown as fault:
            stop(str(fault.args[0]))


def settings_of(state_dir: Path | None) -> "Settings":
    """The settings of a hub: ours, or those of the embedded stack in that directory."""
    from kith.settings import Settings

    return Settings() if state_dir is None else Settings(state_dir=state_dir)


def _as_data(result: "Rebuilt") -> dict[str, Any]:
    return {
        "equal": result.equal,
        "entries": result.entries,
        "children": result.children,
        "repeats": result.repeats,
        "recorded": result.recorded,
        "queued": result.queued,
        "resumed": result.resumed,
        "beyond_use": result.beyond_use,
        "load_seconds": round(result.load_seconds, 2),
        "entries_per_second": round(result.entries_per_second),
        "seconds": round(result.seconds, 2),
        "stopped_seconds": round(result.stopped_seconds, 3),
        "gaps": [
            {"child_id": str(gap.child_id), "sequence": gap.sequence, "later": gap.later}
            for gap in result.gaps
        ],
        "log": [asdict(each) for each in result.log],
        "tables": [asdict(each) for each in result.tables],
        "differing": {
            table: [str(child) for child in children]
            for table, children in result.differing.items()
        },
    }


def _show(result: "Rebuilt", *, verify: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(
        f"{result.entries} entries of {result.children} children in {result.load_seconds:.1f} s "
        f"({result.entries_per_second:.0f} a second), {result.repeats} repeats dropped. "
        f"In all {result.seconds:.1f} s; appends were stopped for {result.stopped_seconds:.2f} s."
    )
    if result.beyond_use:
        console.print(
            f"{result.beyond_use} children are beyond use: their keys were destroyed. Only their "
            "entries and standings are compared, since nothing else of them can be read."
        )
    if result.log:
        table = Table(
            "table", "rows", "hash from the log", "tables in use", box=None, pad_edge=False
        )
        for one, other in zip(result.log, result.tables, strict=True):
            held = "equal" if one == other else f"[red]{other.rows} rows, {other.hash[:16]}[/]"
            table.add_row(one.table, str(one.rows), one.hash[:16], held)
        console.print(table)
    for name, children in result.differing.items():
        console.print(f"{name} differs for, among others: {', '.join(map(str, children))}")
    for gap in result.gaps:
        console.print(
            f"[red]The log has a gap:[/] child {gap.child_id} lacks entry {gap.sequence}, "
            f"{gap.later} later ones are there."
        )
    if not verify:
        console.print(
            f"[green]The tables are new.[/] {result.recorded} events were not known as recorded "
            f"and are now; {result.queued} notifications were queued again."
        )
        if result.resumed:
            console.print(
                f"{result.resumed} events, cut off on the log, were decided to their end."
            )
        return
    console.print("[green]Equal.[/]" if result.equal else "[red]Not equal.[/] See `kith verify`.")
