"""`kith events validate`: whether events can be published, and what in them is doubtful."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kith.cli.reading import CANNOT, JsonOption, Wrong, explained, print_json

if TYPE_CHECKING:
    from producers.json_lines import Line
    from producers.publishing import Account
    from schemas.agencies import Agencies

# Whose events they are taken for, where nobody says it.
_ANYBODY = "police"


def validate(
    file: Annotated[Path, typer.Argument(help="One event a line, in JSON.", metavar="FILE.jsonl")],
    agency: Annotated[
        str | None,
        typer.Option(
            help="Whose events they are, as in the agencies file. Without it they are those of the"
            " first agency that one of them names, and if none names one, nobody looks at who says"
            " them."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check events against the contract, line by line, field by field. Needs no hub.

    A warning is for a person to look at, and stops nothing; a note says what follows. Exit codes:
    0 all are valid, 1 some are not or the file holds none, 2 the file cannot be read or there is no
    such agency.
    """
    from kith.cli.naming import check_agency
    from kith.settings import Settings
    from producers.json_lines import read_lines
    from producers.preparing import KEY_BYTES, Preparer
    from producers.publishing import publish_lines
    from schemas.agencies import load_agencies

    with explained():
        agencies = load_agencies(Settings().agencies_file)
        try:
            # Read once: the file may be a pipe.
            lines = list(read_lines(file))
        except OSError as error:
            raise Wrong(f"{file} cannot be read: {error.strerror}") from error
        whose = agency or _named(lines)
        if whose is not None:
            check_agency(whose, agencies)
        # The key is only needed on the way to a topic.
        preparer = Preparer(
            whose or _ANYBODY, bytes(KEY_BYTES), agencies=agencies if whose else None
        )
        account = publish_lines(lines, preparer, None)
        silent = _silent(lines, agencies) if whose else Counter()
    notes = [
        f"{count} said by {role}, which is a role of no team of {whose}: nobody joins the network"
        " because of them"
        for role, count in sorted(silent.items())
    ]
    if as_json:
        _print_as_json(account, notes)
    else:
        _show(file, account, notes)
    if account.refused_lines or not _valid(account):
        raise typer.Exit(CANNOT)


def _named(lines: "Iterable[Line]") -> str | None:
    """The agency of the first event that names one."""
    named = (_header(line).get("agency") for line in lines)
    return next((agency for agency in named if isinstance(agency, str)), None)


def _silent(lines: "Iterable[Line]", agencies: "Agencies") -> Counter[str]:
    """How many events are said in a role that no team of the area has."""
    from schemas.advice import ROLE

    teams = {each.role for each in agencies.contacts()}
    said = (_header(line).get("said_by") for line in lines)
    return Counter(
        role
        for role in said
        # A name does not look like a role, and is not repeated.
        if isinstance(role, str) and role not in teams and fullmatch(ROLE, role)
    )


def _header(line: "Line") -> dict[str, Any]:
    header = line.plain.get("event") if isinstance(line.plain, dict) else None
    return header if isinstance(header, dict) else {}


def _valid(account: "Account") -> int:
    return account.accepted + account.repeated


def _remarks(account: "Account") -> list[tuple[int, str, Any]]:
    found = [
        (remark.line, kind, remark.error)
        for kind, remarks in (("refused", account.refused), ("warning", account.warnings))
        for remark in remarks
    ]
    return sorted(found, key=lambda each: each[0])


def _print_as_json(account: "Account", notes: list[str]) -> None:
    print_json(
        {
            "valid": _valid(account),
            "refused_lines": account.refused_lines,
            "remarks": [
                {"line": line, "kind": kind, "field": fault.path, "problem": str(fault)}
                for line, kind, fault in _remarks(account)
            ],
            "notes": notes,
        }
    )


def _show(file: Path, account: "Account", notes: list[str]) -> None:
    for line, kind, fault in _remarks(account):
        typer.echo(f"{file}:{line}: {kind}: {fault}")
    for note in notes:
        typer.echo(f"{file}: note: {note}")
    if not _valid(account) and not account.refused_lines:
        typer.echo(f"{file} holds no event: write one JSON object on each line")
        return
    typer.echo(
        f"{_valid(account)} valid, {account.refused_lines} refused, "
        f"{len(account.warnings)} warnings"
    )
