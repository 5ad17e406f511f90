"""A process's own metrics, made from the typed list and served by it alone."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from processors.metrics import METRICS, Metric


class Metering:
    """The metrics that ``process`` serves. Safe for several threads."""

    def __init__(self, process: str) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._made = {
            metric.name: _make(metric, self._registry)
            for metric in METRICS
            if process in metric.served_by
        }
        # Finding a labelled one costs more than counting, so each is looked up once.
        self._labelled: dict[tuple[str, tuple[str, ...]], Any] = {}

    def add(self, metric: Metric, amount: float = 1.0, *labels: str) -> None:
        """Count. Raises KeyError if the list does not give this process the metric."""
        self._of(metric, labels).inc(amount)

    def observe(self, metric: Metric, value: float, *labels: str) -> None:
        """Put a value into a histogram."""
        self._of(metric, labels).observe(value)

    def set(self, metric: Metric, value: float, *labels: str) -> None:
        """Set a gauge."""
        self._of(metric, labels).set(value)

    def clear(self, metric: Metric) -> None:
        """Forget all labels of a gauge, for those that are no more would stay as they were."""
        self._made[metric.name].clear()
        for key in [key for key in self._labelled if key[0] == metric.name]:
            del self._labelled[key]

    def figures(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)

    def _of(self, metric: Metric, labels: tuple[str, ...]) -> Any:
        key = (metric.name, labels)
        found = self._labelled.get(key)
        if found is None:
            made = self._made[metric.name]
            found = self._labelled[key] = made.labels(*labels) if labels else made
        return found


def _make(metric: Metric, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    if metric.kind == "histogram":
        return Histogram(
            metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets
        )
    kind = Counter if metric.kind == "counter" else Gauge
    return kind(metric.name, metric.help, metric.labels, registry=registry)
