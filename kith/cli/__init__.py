"""The `kith` command.

Each module named below has a function `register(app: typer.Typer) -> None` that adds its commands.
Modules import what is heavy (Kafka, the database, Faust) inside their commands, so that
`kith --help` answers at once.
"""

from importlib import import_module
from importlib.util import find_spec

import typer

COMMAND_MODULES = (
    "stack",  # up, down, status
    "health",
    "events",
    "schemas",  # register
    "publish",
    "import_",
    "timeline",
    "alerts",  # alerts, ack
    "handover",
    "network",
    "quarantine",
    "undecided",
    "pages",
    "rules",  # rules check, backtest, report, explain
    "rebuild",  # rebuild, verify
    "backup",  # backup, restore
    "scenario",  # demo, compare
    "stories",  # scenario play, check, export
    "bench",
)

app = typer.Typer(
    name="kith",
    help="The network around a child: one timeline, and alerts to those who can act.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # Locals may hold personal data.
)

for _name in COMMAND_MODULES:
    if find_spec(f"kith.cli.{_name}") is not None:
        import_module(f"kith.cli.{_name}").register(app)
