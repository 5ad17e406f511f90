"""`kith schemas`: the contract and a schema registry."""

from pathlib import Path
from typing import Annotated

import typer

schemas = typer.Typer(help="The contract's schemas in a schema registry.", no_args_is_help=True)
# What agencies write and read. The hub's log and its facts are read by nobody else.
_FAMILIES = ("events", "notifications")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(schemas, name="schemas")


@schemas.command(name="register")
def register_all(
    state_dir: Annotated[Path | None, typer.Option(help="The embedded stack's directory.")] = None,
) -> None:
    """Register every event and notification with the registry of KITH_SCHEMA_REGISTRY.

    Again it changes nothing. Each subject is set to FULL_TRANSITIVE, so that the registry takes
    no breaking change either. Exit codes: 0 all are registered, 1 one was refused, 2 no registry.
    """
    from kith.contract import registry_access
    from kith.settings import Settings
    from schemas.registry import RegistryAway, load_registry
    from schemas.registry_server import RegistrationRefused, RegistryServer

    settings = Settings() if state_dir is None else Settings(state_dir=state_dir)
    access = registry_access(settings)
    if access is None:
        typer.secho("set KITH_SCHEMA_REGISTRY to its address", err=True, fg=typer.colors.RED)
        raise typer.Exit(2)
    server = RegistryServer(access)
    registry = load_registry()
    refused = registered = 0
    for schema in (one for family in _FAMILIES for one in registry.family(family)):
        try:
            server.register(schema)
            registered += 1
        except RegistrationRefused as fault:
            refused += 1
            typer.secho(f"{schema.versioned_type}: {fault}", err=True, fg=typer.colors.RED)
        except RegistryAway as fault:
            typer.secho(str(fault), err=True, fg=typer.colors.RED)
            raise typer.Exit(2) from fault
    typer.echo(f"{registered} schemas are registered" + (f", {refused} refused" if refused else ""))
    if refused:
        raise typer.Exit(1)
