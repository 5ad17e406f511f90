"""`kith bench`: measure the hub on a stack of its own, and say on which machine."""

import json
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from kith.cli.reading import stop


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    only: Annotated[
        str,
        typer.Option(
            help="Parts, by commas: backtest, history, latency, rules, catch-up, rebuild, quix."
        ),
    ] = "",
    quick: Annotated[
        bool, typer.Option("--quick", help="A small form, to try it: its figures say little.")
    ] = False,
    quix: Annotated[
        bool, typer.Option("--quix/--no-quix", help="Beside it the same in Quix Streams.")
    ] = True,
    out: Annotated[Path, typer.Option(help="Where the results go, as JSON.")] = Path(
        "bench/results"
    ),
    state_dir: Annotated[Path | None, typer.Option(help="Where its own stack lives.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure latency, catch-up, rebuild, back-test, long histories, and Quix Streams beside them.

    The exit code is 1 where a bar is missed. The stack is made for this, on loopback, and removed
    afterwards.
    """
    from rich.console import Console

    from bench.bars import bars
    from bench.machine import describe
    from bench.run import PARTS, QUICK, Run, Size
    from kith.cli.bench_printing import show
    from kith.settings import NO_NETWORK_RULES, Settings

    parts = {each.strip() for each in only.split(",") if each.strip()} or set(PARTS)
    if unknown := sorted(parts.difference(PARTS)):
        stop(f"There is no part {', '.join(unknown)}: the parts are {', '.join(PARTS)}.")
    if not quix:
        parts.discard("quix")
    base = Settings() if state_dir is None else Settings(state_dir=state_dir)
    # The load's alerts have three recipients each, whatever follows from its events.
    settings = Settings(
        state_dir=base.state_dir / "bench", mode="production", network_rules=NO_NETWORK_RULES
    )
    console = Console(highlight=False, stderr=as_json)
    shutil.rmtree(settings.state_dir, ignore_errors=True)
    run = Run(settings, QUICK if quick else Size(), frozenset(parts), console.print)
    figures = run.measure()
    shutil.rmtree(settings.state_dir, ignore_errors=True)
    found = bars(figures)
    missed = [each for each in found if each.missed]
    result: dict[str, Any] = {
        "machine": asdict(describe(datetime.now(UTC))),
        "quick": quick,
        **figures,
        "missed": [str(each) for each in missed],
    }
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}.json"
    file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(result, indent=2))
    else:
        show(console, result, found, file)
    if missed:
        raise typer.Exit(1)
