"""`kith pages`: what a person of the hub must see to, what to do about it, and who did."""

from typing import Annotated

import typer

from kith.cli.reading import (
    APPLICATION,
    CANNOT,
    JsonOption,
    StateDirOption,
    Wrong,
    print_json,
    reading,
)

pages = typer.Typer(help="What somebody of the hub must see to: list, show, resolve.")

PageArgument = Annotated[int, typer.Argument(metavar="ID", help="As `list` shows it.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(pages, name="pages", no_args_is_help=True)


@pages.command("list")
def list_(
    resolved_too: Annotated[
        bool, typer.Option("--all", help="What somebody has seen to, too.")
    ] = False,
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """List what is open, the oldest first. Repeats within an hour are one, with a count.

    Exit codes: 0 listed, 2 no hub.
    """
    from kith.cli.pages_printing import as_data, show_list
    from projections.queries.pages import listed

    with reading(state_dir) as hub:
        found = listed(hub.connection, resolved_too=resolved_too)
    if as_json:
        print_json([as_data(each) for each in found])
    else:
        show_list(found, resolved_too=resolved_too)


@pages.command()
def show(
    page_id: PageArgument, as_json: JsonOption = False, state_dir: StateDirOption = None
) -> None:
    """Show one page, what it means and what to do.

    Exit codes: 0 shown, 1 no such page, 2 no hub.
    """
    from kith.cli.pages_printing import as_data, show_one
    from projections.queries import pages as queries

    with reading(state_dir) as hub:
        found = queries.page(hub.connection, page_id)
    if found is None:
        raise _unknown()
    if as_json:
        print_json(as_data(found))
    else:
        show_one(found)


@pages.command()
def resolve(
    page_id: PageArgument,
    by: Annotated[str, typer.Option(help="Who saw to it.")],
    because: Annotated[
        str,
        typer.Option(
            help="What was found and done; kept in clear, so name no child and no number."
        ),
    ],
    as_json: JsonOption = False,
    state_dir: StateDirOption = None,
) -> None:
    """Say that a page was seen to: by whom, and how. Its repeats are resolved with it.

    Exit codes: 0 resolved, 1 no such page, or somebody had seen to it, 2 asked wrongly or no hub.
    """
    from kith.cli.naming import read_reason
    from kith.cli.pages_printing import as_data
    from projections.queries import pages as queries

    who, how = read_reason(by), read_reason(because)
    with reading(state_dir) as hub:
        found = queries.page(hub.connection, page_id)
        if found is None:
            raise _unknown()
        with hub.wiring.connect(APPLICATION) as writing:
            at = hub.wiring.world.now()
            done = queries.resolve(writing, found.page_id, by=who, because=how, at=at)
        if not done:
            raise Wrong("Somebody has seen to it already. Nothing was changed.", CANNOT)
        found = queries.page(hub.connection, found.page_id)
    if as_json and found is not None:
        print_json(as_data(found))
    elif found is not None:
        typer.echo(f"Resolved: {found.reason}, {found.concerns}.")


def _unknown() -> typer.Exit:
    typer.echo("There is no such page: `kith pages list --all` shows all.", err=True)
    return typer.Exit(CANNOT)
