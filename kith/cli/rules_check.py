"""`kith rules check`: whether a file of rules is right, without a hub."""

from pathlib import Path
from typing import Annotated

import typer

from kith.cli.reading import explained

FileArgument = Annotated[
    Path, typer.Argument(metavar="RULESET", help="A file of rules and thresholds (YAML).")
]


def check(ruleset: FileArgument) -> None:
    """Read a file of rules as a worker would: each fault with its line and key.

    Exit codes: 0 the file is right; 2 it is wrong.
    """
    from safeguarding.rules import ALL
    from schemas.rulesets import load_ruleset

    with explained():
        rules, _ = load_ruleset(ruleset)
    names = [each.id for each in rules.rules]
    typer.echo(f"Version {rules.version}, {len(names)} rules in force: {', '.join(names)}.")
    out = [each.id for each in ALL if each.id not in names]
    if out:
        typer.echo(f"Not in force, since the file does not name them: {', '.join(out)}.")
