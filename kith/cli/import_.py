"""`kith import`: what agencies already export, as history on their backfill topic."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Load an agency's history from the files that it already exports.")


def register(parent: typer.Typer) -> None:
    """Add the command group."""
    parent.add_typer(app, name="import", no_args_is_help=True)


@app.callback()
def _import() -> None:
    """Keep `import` a group while it has one command."""


@app.command()
def ssda903(
    folder: Annotated[Path, typer.Argument(help="The folder of the return's CSV files.")],
    agency: Annotated[str, typer.Option(help="The authority, as in the agencies file.")],
    report: Annotated[
        Path | None, typer.Option(help="Write what was found, row by row, to this CSV.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the account as JSON.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do all of it but sending, and remember nothing.")
    ] = False,
    rate: Annotated[
        float | None, typer.Option(min=1, help="Send at most so many events a second.")
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(help="Where to remember what was told (default: in the state directory)."),
    ] = None,
    state_dir: Annotated[Path | None, typer.Option(help="The embedded stack's directory.")] = None,
) -> None:
    """Import the children looked after return (SSDA903).

    Placements, legal statuses, missing episodes and reviews become each child's history. Every row
    is accepted, or refused with file, line and reason. Importing a folder again adds nothing; a
    later folder adds what is new and corrects what has changed. The exit code is 1 if a row was
    refused or an event not sent.
    """
    # Kafka's client takes long to load, and `kith --help` should not wait for it.
    from kith.settings import NotConfiguredError, Settings
    from producers.connection import BrokerUnavailable
    from producers.ssda903.files import FolderRefusedError
    from producers.ssda903.findings import Findings
    from producers.ssda903.importing import counts
    from producers.ssda903.ledger import LedgerUnusableError
    from producers.ssda903.report import as_data, write_report
    from schemas.reviewed_file import FileRefused

    settings = Settings() if state_dir is None else Settings(state_dir=state_dir)
    path = ledger or settings.state_dir / "imports" / f"ssda903-{agency}.sqlite"
    findings = Findings()
    try:
        with _importer(settings, agency, path, rate, dry_run=dry_run, quiet=as_json) as importer:
            account = importer.run(folder, findings)
        if report is not None:
            write_report(report, findings)
    except LookupError as error:
        raise _stop(str(error.args[0])) from error
    except (
        NotConfiguredError,
        BrokerUnavailable,
        FileRefused,
        FolderRefusedError,
        LedgerUnusableError,
    ) as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"{report} cannot be written: {error.strerror}") from error
    if as_json:
        about = {"agency": agency, "folder": str(folder), "dry_run": dry_run}
        typer.echo(json.dumps(about | as_data(account, findings), indent=2))
    else:
        _show(account, findings, dry_run=dry_run, report=report)
    if account.failure or counts(account, findings)["refused"]:
        raise typer.Exit(1)


@contextmanager
def _importer(
    settings: Any,
    agency: str,
    ledger_path: Path,
    rate: float | None,
    *,
    dry_run: bool,
    quiet: bool,
) -> Iterator[Any]:
    from kith.settings import NotConfiguredError
    from producers.connection import BrokerUnavailable
    from producers.preparing import Preparer
    from producers.publisher import NotPublished, Publisher
    from producers.ssda903.importing import Importer, Nowhere, Sender
    from producers.ssda903.ledger import Ledger
    from producers.ssda903.statements import Statements
    from schemas.agencies import load_agencies
    from schemas.code_lists import CODES_FOLDER, load_code_lists
    from schemas.moment_text import LONDON
    from schemas.principals import agency_principal

    load_agencies(settings.agencies_file).agency(agency)
    code_lists = load_code_lists(CODES_FOLDER / "ssda903")
    try:
        secret = settings.message_key_secret(agency)
    except NotConfiguredError:
        if not dry_run:
            raise
        # Where there is no secret yet nothing was told yet either, and any will do.
        secret, ledger_path = bytes(32), ledger_path.with_suffix(".none")

    def importer(sender: Sender, ledger: Ledger) -> Importer:
        return Importer(
            statements=Statements(agency, secret, code_lists),
            code_lists=code_lists,
            ledger=ledger,
            prepare=Preparer(agency, secret).prepare,
            sender=sender,
            clock=time,
            today=datetime.now(LONDON).date(),
            failures=(BrokerUnavailable, NotPublished),
            rate=rate,
            progress=_progress if sys.stderr.isatty() and not quiet else _quiet,
        )

    if dry_run:
        with Ledger.copied(ledger_path, secret) as ledger:
            yield importer(Nowhere(), ledger)
        return
    access = settings.kafka(agency_principal(agency))
    publisher = Publisher(agency, access, key_secret=secret, backfill=True)
    # Closed and not left through `with`, which would wait again for what a failed run left over.
    with closing(publisher), Ledger.at(ledger_path, secret) as ledger:
        publisher.connect()
        yield importer(publisher, ledger)


def _stop(text: str) -> typer.Exit:
    typer.secho(text, err=True, fg=typer.colors.RED)
    return typer.Exit(2)


def _quiet(confirmed: int) -> None:
    del confirmed


def _progress(confirmed: int) -> None:
    typer.echo(f"\r{confirmed:,} events ", nl=False, err=True)


def _show(account: Any, findings: Any, *, dry_run: bool, report: Path | None) -> None:
    from producers.ssda903.findings import REASONS, Outcome
    from producers.ssda903.importing import counts

    if sys.stderr.isatty():
        typer.echo("\r", nl=False, err=True)
    for finding in findings.all:
        if finding.outcome is Outcome.NOTE:
            named = f" ({finding.source.module})" if finding.source.module else ""
            typer.echo(f"{finding.source.file or 'folder'}{named}: {finding.text}")
    rows = counts(account, findings)
    typer.echo(
        f"\nRows: {rows['read']:,} read, {rows['accepted']:,} accepted,"
        f" {rows['duplicate']:,} said twice, {rows['refused']:,} refused"
    )
    for outcome, colour in (
        (Outcome.REFUSED, typer.colors.RED),
        (Outcome.DUPLICATE, None),
        (Outcome.WARNING, typer.colors.YELLOW),
    ):
        for reason, times in findings.count(outcome).items():
            line = f"  {times:>7,} {outcome}: {reason}: {REASONS[reason][1]}"
            typer.secho(line, fg=colour)
    made = ", ".join(f"{number:,} {kind}" for kind, number in account.events.most_common())
    verb = "would be sent" if dry_run else "sent and confirmed"
    typer.echo(f"Children: {account.children:,}")
    typer.echo(f"Events: {account.confirmed:,} {verb} ({made or 'none'})")
    if account.corrections:
        typer.echo(f"Corrections of what was told before: {account.corrections:,}")
    typer.echo(
        f"Time: {account.reading_seconds:.1f} s to read, {account.sending_seconds:.1f} s for the"
        f" events ({account.events_per_second:,.0f} a second)"
    )
    if account.failure:
        typer.secho(account.failure, err=True, fg=typer.colors.RED)
    if report is not None:
        typer.echo(f"Row by row: {report}")
    elif rows["refused"] or findings.count(Outcome.WARNING):
        typer.echo("Row by row: run it again with --report FILE")
