"""`kith bench`: measure the hub on a stack of its own, and say on which machine."""

import json
import shutil
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kith.settings import Settings

CHILDREN = 200
SEED = 20211002
RATE = 50.0
P50_BAR_MS = 30.0
P99_BAR_MS = 80.0
UP_BAR_SECONDS = 10.0
MEMORY_BAR_MB = 1200.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    seconds: Annotated[float, typer.Option(help="How long each rate is measured.")] = 30.0,
    out: Annotated[Path, typer.Option(help="Where the results go, as JSON.")] = Path(
        "bench/results"
    ),
    state_dir: Annotated[Path | None, typer.Option(help="Where its own stack lives.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure latency, start and memory; the exit code is 1 where a bar is missed.

    The stack is made for this, on loopback, and removed afterwards.
    """
    from rich.console import Console

    from bench.machine import describe
    from kith.settings import Settings

    base = Settings() if state_dir is None else Settings(state_dir=state_dir)
    settings = Settings(state_dir=base.state_dir / "bench", mode="production")
    console = Console(highlight=False, stderr=as_json)
    shutil.rmtree(settings.state_dir, ignore_errors=True)
    figures = _measure(settings, console, seconds)
    shutil.rmtree(settings.state_dir, ignore_errors=True)
    result = {"machine": asdict(describe(datetime.now(UTC))), **figures}
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}.json"
    file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    missed = _missed(figures)
    if as_json:
        typer.echo(json.dumps(result | {"missed": missed}, indent=2))
    else:
        _show(console, result, file)
    for each in missed:
        console.print(f"Missed: {each}", style="red")
    if missed:
        raise typer.Exit(1)


def _measure(settings: "Settings", console: Any, seconds: float) -> dict[str, Any]:
    from bench.latency import bare_hop, measure
    from bench.load import Load
    from bench.preparing import drained, introduce
    from bench.stack import at_rest_mb, running
    from bench.stages import stages
    from kith.wiring import wire

    with running(settings):
        pass  # The first start formats and provisions; the measured one is warm.
    with running(settings) as up_seconds:
        time.sleep(5)
        memory = at_rest_mb(settings)
        wiring = wire(settings)
        load = Load(CHILDREN, SEED, f"run{int(time.time())}")
        console.print(f"{CHILDREN} children, a network around each")
        introduce(wiring, load, CHILDREN)
        drained(wiring)
        console.print(f"Kafka alone, {RATE:.0f} events/s")
        hop = bare_hop(settings, load, rate=RATE, seconds=min(seconds, 10))
        drained(wiring)
        console.print(f"publish to notification, {RATE:.0f} events/s for {seconds:.0f} s")
        begun_at = datetime.now(UTC)
        latency = measure(settings, load, wiring.world.registry, rate=RATE, seconds=seconds, warm=5)
        drained(wiring)
        parts = stages(wiring, begun_at)
    return {
        "up_seconds": round(up_seconds, 1),
        "at_rest_mb": memory,
        "kafka_hop_ms": asdict(hop),
        "publish_to_notification_ms": asdict(latency),
        "stages_ms": [asdict(each) for each in parts],
    }


def _missed(figures: dict[str, Any]) -> list[str]:
    latency = figures["publish_to_notification_ms"]
    bars = [
        ("p50 of publish to notification, ms", latency["p50"], P50_BAR_MS),
        ("p99 of publish to notification, ms", latency["p99"], P99_BAR_MS),
        ("notifications lost", latency["lost"], 0),
        ("stack up, s", figures["up_seconds"], UP_BAR_SECONDS),
        ("whole stack at rest, MB", figures["at_rest_mb"]["resident"], MEMORY_BAR_MB),
    ]
    return [
        f"{what}: {value} where at most {bar} is allowed"
        for what, value, bar in bars
        if value > bar
    ]


def _show(console: Any, result: dict[str, Any], file: Path) -> None:
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for title in ("what", "p50", "p90", "p99", "longest", "lost", "bar"):
        table.add_column(title, justify="left" if title == "what" else "right")
    for what, name, bar in (
        ("Kafka alone, ms", "kafka_hop_ms", ""),
        (
            "publish to notification, ms",
            "publish_to_notification_ms",
            f"{P50_BAR_MS:.0f} / {P99_BAR_MS:.0f}",
        ),
    ):
        row = result[name]
        table.add_row(
            f"{what}, {row['rate']:.0f} events/s",
            *(str(row[key]) for key in ("p50", "p90", "p99", "longest", "lost")),
            bar,
        )
    for stage in result["stages_ms"]:
        table.add_row(f"  {stage['name']}", str(stage["p50"]), "", str(stage["p99"]), "", "", "")
    console.print(table)
    hop, whole = result["kafka_hop_ms"]["p50"], result["publish_to_notification_ms"]["p50"]
    console.print(f"That is {whole / hop:.1f} times a bare hop over the same broker.")
    console.print(
        f"Stack up, warm: {result['up_seconds']} s. At rest: {result['at_rest_mb']['resident']} MB "
        f"resident, {result['at_rest_mb']['unshared']} MB with shared pages counted once."
    )
    machine = result["machine"]
    console.print(
        f"{machine['cores']} cores, {machine['memory_gb']} GB, {machine['processor']}, "
        f"Python {machine['python']}, {machine['commit']}. Kept in {file}.",
        style="dim",
    )
