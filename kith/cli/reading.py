"""What the commands that read the hub share: a way to the database, and errors in one line.

Exit codes of these commands: 0 done; 1 the hub has no such thing, or refused; 2 asked wrongly,
or the database, the broker or the keys could not be reached.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from kith.wiring import Wiring
    from projections.database import Connection
    from schemas.agencies import Agencies

APPLICATION = "kith-cli"
# How long a command waits for a database that is away before it says so.
PATIENCE_SECONDS = 5.0
CANNOT, WRONG = 1, 2

StateDirOption = Annotated[Path | None, typer.Option(help="The embedded stack's directory.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
AgencyOption = Annotated[str, typer.Option(help="The agency, as in the agencies file.")]
ChildArgument = Annotated[
    str,
    typer.Argument(
        metavar="CHILD",
        help="A child's id (or its first 8 characters), or SCHEME:VALUE, for example"
        " nhs:9991234004, upn:A123456789012, local:police:PN-1.",
    ),
]


class Wrong(Exception):
    """The person asked for something that there is not, or in a way that is none.

    ``code`` is the command's exit code. The text never repeats an identifier of a child.
    """

    def __init__(self, text: str, code: int = WRONG) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Hub:
    """The hub as a command sees it: what it is made of, and a connection that only reads."""

    wiring: "Wiring"
    agencies: "Agencies"
    connection: "Connection"


@contextmanager
def reading(state_dir: Path | None) -> Iterator[Hub]:
    """Open the hub for reading; whatever goes wrong inside is said in one line.

    One snapshot for everything that is read in one transaction, and nothing can be written.
    """
    from psycopg import IsolationLevel

    from kith.settings import Settings
    from kith.wiring import wire
    from projections.database import connect
    from schemas.agencies import load_agencies

    with explained():
        settings = Settings() if state_dir is None else Settings(state_dir=state_dir)
        _keep_quiet()
        with connect(settings.dsn("reader"), application=APPLICATION) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            row = connection.execute("select mode from kept.hub").fetchone()
            # The hub's own word: a person need not know in which mode it was made.
            mode = settings.mode if row is None else row[0]
            wiring = wire(settings.model_copy(update={"mode": mode}))
            yield Hub(wiring, load_agencies(settings.agencies_file), connection)


def _keep_quiet() -> None:
    """A command speaks to a person, so what a process would log is left out, but for errors."""
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # It warns of what the append expects, such as a step that was taken before.
    logging.getLogger("psycopg").setLevel(logging.ERROR)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what may go wrong into one line on standard error and an exit code."""
    import psycopg
    from pydantic import ValidationError

    from kith.settings import NotConfiguredError
    from projections.append.persistence import DatabaseAway
    from projections.queries.short_ids import NotAnId
    from schemas.keys import KeyStoreDamaged
    from schemas.reviewed_file import FileRefused

    try:
        yield
    except Wrong as wrong:
        stop(str(wrong), wrong.code)
    except (NotConfiguredError, DatabaseAway, KeyStoreDamaged, FileRefused, NotAnId) as error:
        stop(str(error))
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        stop("The database has not all the tables of this Kith: `kith down`, then `kith up`.")
    except (psycopg.OperationalError, psycopg.InterfaceError):
        stop("The database does not answer. Is it running? `kith status` shows it.")
    except psycopg.Error as error:
        # Only the kind: the text of such an error may quote what was to be stored.
        stop(f"The database refused: {type(error).__name__} ({error.sqlstate}).")
    except ValidationError as error:
        names = ", ".join(f"KITH_{each['loc'][0]}".upper() for each in error.errors())
        stop(f"A setting is not as it must be: {names}.")


def stop(text: str, code: int = WRONG) -> NoReturn:
    """Say what is wrong and end the command."""
    typer.secho(text, err=True, fg=typer.colors.RED)
    raise typer.Exit(code)


def print_json(content: Any) -> None:
    """Print what a program reads, on standard output. Other than ASCII is escaped."""
    typer.echo(json.dumps(content, indent=2))
