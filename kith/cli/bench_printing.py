"""The bench's figures as tables, with their bars, and Quix Streams beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from bench.bars import Bar


Row = tuple[str, str, str]


def show(console: "Console", result: dict[str, Any], bars: "list[Bar]", file: Path) -> None:
    """Print everything that was measured; ``bars`` are those of what was."""
    console.print(_table(result))
    quix = result.get("quix")
    if quix is not None:
        console.print("Quix Streams runs the same decode, evolve and decide. It does not give:")
        for each in quix["not_guaranteed"]:
            console.print(f"  {each}", style="dim")
    if (caught_up := result.get("catch_up")) is not None:
        used = caught_up["processor_seconds"]
        shares = ", ".join(f"{name} {seconds:g} s" for name, seconds in used.items())
        console.print(f"Processor time of the catch-up: {shares}.")
    for each in bars:
        console.print(
            f"{'missed' if each.missed else 'held  '}  {each}", style="red" if each.missed else None
        )
    machine = result["machine"]
    console.print(
        f"{machine['cores']} cores, {machine['memory_gb']} GB, {machine['processor']}, "
        f"Python {machine['python']} (a fixed loop takes {machine['loop_ms']} ms), "
        f"{machine['commit']}, {result['seconds']} s. Kept in {file}.",
        style="dim",
    )


def _table(result: dict[str, Any]) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("what")
    table.add_column("Kith", justify="right")
    table.add_column("Quix Streams", justify="right")
    for row in (*_latencies(result), *_rates(result), *_costs(result)):
        table.add_row(*row)
    return table


def _latencies(result: dict[str, Any]) -> Iterator[Row]:
    if (hop := result.get("kafka_hop_ms")) is not None:
        yield "Kafka alone, 50 events/s, ms: p50, p90, p99", _latency(hop), ""
    ours = {each["rate"]: each for each in result.get("publish_to_notification_ms", [])}
    theirs = {each["rate"]: each for each in result.get("quix", {}).get("latencies", [])}
    for rate in sorted(ours | theirs):
        what = f"publish to notification, {rate:g} events/s, ms"
        yield what, _latency(ours.get(rate)), _latency(theirs.get(rate))
    for name, what in (("all_rules", "all rules"), ("seven", "the first seven")):
        for one in result.get("all_rules", {}).get(name, []):
            yield f"lives like Child K's, 50 events/s, {what}, ms", _latency(one), ""
    for stages in result.get("stages_ms", []):
        for stage in stages:
            text = f"{stage['p50']:g}, {stage['p99']:g}"
            yield f"  {stage['name']}: p50, p99", text, ""


def _rates(result: dict[str, Any]) -> Iterator[Row]:
    ours, theirs = result.get("catch_up", {}), result.get("quix", {})
    if ours:
        yield "catch-up, events/s to the last commit", f"{ours['events_per_second']}", ""
    if ours or theirs:
        yield (
            "catch-up, events/s until all is sent",
            f"{ours.get('relayed_events_per_second', '')}",
            f"{theirs.get('catch_up_events_per_second', '')}",
        )
    if (rebuilt := result.get("rebuild")) is not None:
        what = f"rebuild, entries/s, of {rebuilt['entries']}"
        yield what, f"{rebuilt['entries_per_second']}", ""
        yield "  with indexes and comparison, s", f"{rebuilt['seconds']:g}", ""
    if (tried := result.get("backtest")) is not None:
        what = f"back-test of {', '.join(tried['tried'])}, entries/s, of {tried['entries']}"
        yield what, f"{tried['entries_per_second']}", ""


def _costs(result: dict[str, Any]) -> Iterator[Row]:
    if (history := result.get("history")) is not None:
        for cost in history["costs"]:
            what = f"append {cost['kind']}, {history['short']}, {history['long']} before, ms"
            text = f"{cost['short_ms']:g}, {cost['long_ms']:g}"
            yield what, text, ""
    if "up_seconds" in result:
        yield "stack up, warm, s", f"{result['up_seconds']:g}", ""
    if (memory := result.get("at_rest_mb")) is not None:
        yield "at rest, MB", f"{memory['resident']}, {memory['unshared']} unshared", ""


def _latency(one: dict[str, Any] | None) -> str:
    if one is None:
        return ""
    lost = f", {one['lost']} lost" if one["lost"] else ""
    return f"{one['p50']:g}, {one['p90']:g}, {one['p99']:g}{lost}"
