"""`kith events`: what kinds of event there are, what each holds, an example, a check of yours."""

import json
import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kith.cli.events_validate import validate
from kith.cli.reading import JsonOption, print_json, stop

if TYPE_CHECKING:
    from schemas.catalogue import EventEntry, FieldEntry

events = typer.Typer(help="The kinds of event that agencies say.", no_args_is_help=True)
_WIDTH = 96


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(events, name="events")


@events.command(name="list")
def list_(as_json: JsonOption = False) -> None:
    """List every kind of event, with how many fields it has and how sensitive they are."""
    from rich.console import Console
    from rich.table import Table

    entries = _catalogue()
    if as_json:
        print_json([_summary(each) for each in entries])
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold", box=None)
    table.add_column("kind", no_wrap=True)
    table.add_column("fields", justify="right")
    table.add_column("of which sensitive", ratio=2)
    table.add_column("what it says", ratio=3)
    for each in entries:
        table.add_row(
            each.schema.versioned_type,
            str(len(each.fields)),
            ", ".join(f"{name} {count}" for name, count in sorted(each.sensitivities.items())),
            each.schema.doc.split(". ")[0].rstrip("."),
        )
    Console(highlight=False).print(table)


@events.command()
def show(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="For example custody-incident.")],
    header: Annotated[bool, typer.Option("--header", help="The header's fields as well.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a kind of event, field by field.

    Exit codes: 0 shown, 2 no such kind.
    """
    from schemas.catalogue import header_fields
    from schemas.registry import load_registry

    entry = _find(kind)
    fields = [*(header_fields(load_registry()) if header else ()), *entry.fields]
    if as_json:
        print_json(_summary(entry) | {"field_list": [_field(each) for each in fields]})
        return
    typer.secho(entry.schema.versioned_type, bold=True)
    typer.echo(textwrap.fill(entry.schema.doc, _WIDTH))
    typer.echo("\nEvery event begins with a header: `kith events show KIND --header` shows it.\n")
    for each in fields:
        _show_field(each)


@events.command()
def example(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="For example custody-incident.")],
) -> None:
    """Print valid events of a kind, one a line, as `kith publish` takes them."""
    from producers.samples import sample

    typer.echo(sample(_find(kind).schema.type), nl=False)


events.command()(validate)


def _catalogue() -> "list[EventEntry]":
    from schemas.catalogue import catalogue
    from schemas.registry import load_registry

    return catalogue(load_registry())


def _find(kind: str) -> "EventEntry":
    from difflib import get_close_matches

    entries = {each.schema.type: each for each in _catalogue()}
    found = entries.get(kind)
    if found is None:
        near = get_close_matches(kind, entries, 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`kith events list` has them all"
        stop(f"There is no kind of event of this name: {hint}")
    return found


def _summary(entry: "EventEntry") -> dict[str, Any]:
    return {
        "kind": entry.schema.type,
        "version": entry.schema.version,
        "says": entry.schema.doc,
        "fields": len(entry.fields),
        "sensitivities": dict(sorted(entry.sensitivities.items())),
    }


def _field(entry: "FieldEntry") -> dict[str, Any]:
    said = {name: getattr(entry, name) for name in entry.__slots__}
    return json.loads(json.dumps(said))  # type: ignore[no-any-return]


def _show_field(entry: "FieldEntry") -> None:
    needed = "" if entry.required else ", may be left out"
    typer.secho(f"{entry.path}", bold=True, nl=False)
    typer.echo(f"  {entry.shape}{needed} [{entry.sensitivity}]")
    # Most enumerations say of each symbol what it means, and need no list of them besides.
    told = all(f"{symbol}:" in entry.meaning for symbol in entry.symbols)
    symbols = "" if told else ", ".join(entry.symbols)
    for text in (entry.doc, symbols, entry.meaning, entry.source):
        if text:
            typer.echo(textwrap.fill(text, _WIDTH, initial_indent="    ", subsequent_indent="    "))
