"""`kith publish`: an agency's events from a file to its topic."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

SHOWN = 20  # More than a screenful helps nobody; --json has them all.


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(publish)


def publish(
    file: Annotated[Path, typer.Argument(help="One event a line, in JSON.", metavar="FILE.jsonl")],
    agency: Annotated[str, typer.Option(help="The agency that says so, as in the agencies file.")],
    check: Annotated[bool, typer.Option("--check", help="Only check the file.")] = False,
    backfill: Annotated[bool, typer.Option("--backfill", help="History, not news.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the account as JSON.")] = False,
    state_dir: Annotated[Path | None, typer.Option(help="The embedded stack's directory.")] = None,
) -> None:
    """Publish an agency's events and account for every line.

    Lines that are refused are named with field and reason and do not stop the others; the exit
    code is 1 if there is any. Publishing a file again changes nothing.
    """
    # Kafka's client takes long to load, and `kith --help` should not wait for it.
    from kith.contract import registry_access
    from kith.settings import NotConfiguredError, Settings
    from producers.connection import BrokerUnavailable
    from producers.framing import contract_with
    from producers.json_lines import read_lines
    from producers.preparing import Preparer
    from producers.publisher import Publisher
    from producers.publishing import publish_lines
    from schemas.agencies import load_agencies
    from schemas.principals import agency_principal
    from schemas.reviewed_file import FileRefused

    settings = Settings() if state_dir is None else Settings(state_dir=state_dir)
    try:
        agencies = load_agencies(settings.agencies_file)
        agencies.agency(agency)
        secret = settings.message_key_secret(agency)
        lines = read_lines(file)
        if check:
            preparer = Preparer(agency, secret, agencies=agencies)
            account = publish_lines(lines, preparer, None)
        else:
            access = settings.kafka(agency_principal(agency))
            registry = contract_with(registry_access(settings))
            with Publisher(agency, access, key_secret=secret, backfill=backfill) as publisher:
                preparer = Preparer(agency, secret, registry, agencies)
                account = publish_lines(lines, preparer, publisher)
    except LookupError as error:
        raise _stop(str(error.args[0])) from error
    except (NotConfiguredError, BrokerUnavailable, FileRefused) as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"{file} cannot be read: {error.strerror}") from error
    if as_json:
        typer.echo(json.dumps(_as_json(str(file), account), indent=2))
    else:
        _show(str(file), account, check)
    if not account.complete:
        raise typer.Exit(1)


def _stop(text: str) -> typer.Exit:
    typer.secho(text, err=True, fg=typer.colors.RED)
    return typer.Exit(2)


def _as_json(file: str, account: Any) -> dict[str, Any]:
    return {
        "file": file,
        "accepted": account.accepted,
        "repeated": account.repeated,
        "refused_lines": account.refused_lines,
        "unconfirmed_lines": account.unconfirmed,
        "refused": [_remark(remark) for remark in account.refused],
        "warnings": [_remark(remark) for remark in account.warnings],
    }


def _remark(remark: Any) -> dict[str, Any]:
    return {
        "line": remark.line,
        "field": remark.error.path,
        "problem": remark.error.problem,
        "remedy": remark.error.remedy,
    }


def _show(file: str, account: Any, check: bool) -> None:
    for kind, colour, remarks in (
        ("warning", typer.colors.YELLOW, account.warnings),
        ("refused", typer.colors.RED, account.refused),
    ):
        for remark in remarks[:SHOWN]:
            typer.secho(f"{file}:{remark.line}: {kind}: {remark.error}", err=True, fg=colour)
        if len(remarks) > SHOWN:
            more = len(remarks) - SHOWN
            typer.secho(f"... and {more} more of these: --json lists all", err=True, fg=colour)
    for line in account.unconfirmed[:SHOWN]:
        text = f"{file}:{line}: not confirmed by the broker: publish the file again"
        typer.secho(text, err=True, fg=typer.colors.RED)
    summary = f"{account.accepted} {'would be published' if check else 'published'}"
    for count, what in (
        (account.repeated, "repeated in the file and sent once"),
        (account.refused_lines, "refused"),
        (len(account.unconfirmed), "not confirmed"),
        (len(account.warnings), "warnings"),
    ):
        if count:
            summary += f", {count} {what}"
    typer.echo(summary)
