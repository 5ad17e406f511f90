"""The bars: what each figure must reach, and which were missed."""

from dataclasses import dataclass
from typing import Any

P50_MS_AT_50 = 30.0
P99_MS_AT_50 = 80.0
P99_MS_AT_500 = 200.0
CATCH_UP_PER_SECOND = 1_500
REBUILD_PER_SECOND = 20_000
BACKTEST_PER_SECOND = 50_000
HISTORY_RATIO = 1.7
ALL_RULES_RATIO = 1.2
UP_SECONDS = 10.0
AT_REST_MB = 1_200


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and what it must reach: at most ``bar``, or at least, where ``least``."""

    what: str
    value: float
    bar: float
    least: bool = False

    @property
    def missed(self) -> bool:
        """Whether the figure does not reach it."""
        return self.value < self.bar if self.least else self.value > self.bar

    def __str__(self) -> str:
        """In words."""
        return (
            f"{self.what}: {self.value:g}, {'at least' if self.least else 'at most'} {self.bar:g}"
        )


def bars(figures: dict[str, Any]) -> list[Bar]:
    """The bars of whatever was measured."""
    found: list[Bar] = []
    if "up_seconds" in figures:
        found.append(Bar("stack up, s", figures["up_seconds"], UP_SECONDS))
    if "at_rest_mb" in figures:
        found.append(Bar("at rest, MB", figures["at_rest_mb"]["resident"], AT_REST_MB))
    for latency in figures.get("publish_to_notification_ms", []):
        at = f"at {latency['rate']:g} events/s"
        found.append(Bar(f"notifications lost {at}", latency["lost"], 0))
        if latency["rate"] == 50:
            found.append(Bar(f"p50 {at}, ms", latency["p50"], P50_MS_AT_50))
            found.append(Bar(f"p99 {at}, ms", latency["p99"], P99_MS_AT_50))
        else:
            found.append(Bar(f"p99 {at}, ms", latency["p99"], P99_MS_AT_500))
    if (every := figures.get("all_rules")) is not None:
        rounds = every["all_rules"] + every["seven"]
        found.append(Bar("notifications lost with all rules", sum(e["lost"] for e in rounds), 0))
        worst = max(each["p99"] for each in every["all_rules"])
        found.append(Bar("p99 with all rules at 50 events/s, ms", worst, P99_MS_AT_50))
        found.append(Bar("p50 with all rules, times", every["ratio"], ALL_RULES_RATIO))
    if (caught_up := figures.get("catch_up")) is not None:
        rate = caught_up["events_per_second"]
        found.append(Bar("catch-up, events/s", rate, CATCH_UP_PER_SECOND, least=True))
    if (rebuilt := figures.get("rebuild")) is not None:
        rate = rebuilt["entries_per_second"]
        found.append(Bar("rebuild, entries/s", rate, REBUILD_PER_SECOND, least=True))
        found.append(Bar("rebuilt tables equal", float(rebuilt["equal"]), 1, least=True))
    if (tried := figures.get("backtest")) is not None:
        rate = tried["entries_per_second"]
        found.append(Bar("back-test, entries/s", rate, BACKTEST_PER_SECOND, least=True))
        found.append(Bar("back-tested alerts that moved", tried["moved"], 0))
        found.append(Bar("back-tested alerts", tried["same"], 1, least=True))
    if (history := figures.get("history")) is not None:
        found.append(Bar("cost with a long history, times", history["ratio"], HISTORY_RATIO))
    return found
