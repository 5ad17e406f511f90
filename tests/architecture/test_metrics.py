"""Dashboard, alert rules and page of metrics name what the list has, and all of it is used."""

import ast
import json
import re
from collections.abc import Iterator

import pytest
import yaml

from kith.metering import Metering
from kith.processes import HUB_PROCESSES
from processors import metrics
from processors.metrics import METRICS, Metric
from tests.architecture.reading import ROOT, modules, tree
from tests.architecture.test_docs import generate

DASHBOARDS = ROOT / "deploy" / "dashboards"
NAMED = re.compile(r"\bkith_\w+")
PARTS_OF_HISTOGRAM = ("_bucket", "_sum", "_count")
# What a label may hold; a new one is a decision, since metrics are open to whoever can ask.
LABELS = {"feed", "fate", "reason", "process", "agency", "why", "topic", "what"}


def queries() -> Iterator[str]:
    dashboard = json.loads((DASHBOARDS / "kith.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    rules = yaml.safe_load((DASHBOARDS / "alerts.yaml").read_text(encoding="utf-8"))
    for group in rules["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def series(metric: Metric) -> set[str]:
    if metric.kind == "histogram":
        return {metric.name + part for part in PARTS_OF_HISTOGRAM}
    return {metric.name}


def test_queries_name_only_metrics_of_the_list() -> None:
    """Fails without: the list holding a metric that a query names (tried with a misspelt one)."""
    known = set().union(*(series(metric) for metric in METRICS))
    named = {name for query in queries() for name in NAMED.findall(query)}
    assert named - known == set()
    assert len(named) > 10


def test_every_metric_is_on_the_dashboard() -> None:
    named = {name for query in queries() for name in NAMED.findall(query)}
    assert [metric.name for metric in METRICS if not series(metric) & named] == []


def test_every_rule_says_what_to_do() -> None:
    rules = yaml.safe_load((DASHBOARDS / "alerts.yaml").read_text(encoding="utf-8"))
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["do"].endswith(".")


def test_names_are_unique_and_tell_their_kind() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert metric.name.startswith("kith_")
        assert metric.name.endswith("_total") == (metric.kind == "counter"), metric.name
        assert bool(metric.buckets) == (metric.kind == "histogram"), metric.name
        assert metric.help.endswith("."), metric.name
        assert set(metric.served_by) <= set(HUB_PROCESSES), metric.name
        assert set(metric.labels) <= LABELS, metric.name


def test_each_of_the_list_is_measured_somewhere() -> None:
    """Fails without: a use of each in kith/ (tried by taking one out)."""
    names = {value.name: name for name, value in vars(metrics).items() if isinstance(value, Metric)}
    assert set(names) == {metric.name for metric in METRICS}
    used = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for path in modules("kith")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    assert set(names.values()) - used == set()


@pytest.mark.parametrize("process", HUB_PROCESSES)
def test_a_process_serves_its_own_and_no_other(process: str) -> None:
    metering = Metering(process)
    served = set(re.findall(r"^# TYPE (\S+)", metering.figures().decode(), re.MULTILINE))
    own = {metric.name for metric in METRICS if process in metric.served_by}
    assert own == {name for name in served if not name.endswith("_created")}
    other = next(metric for metric in METRICS if process not in metric.served_by)
    with pytest.raises(KeyError):
        metering.add(other, 1)


def test_the_page_of_metrics_is_as_the_list_is() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert page == generate().metrics_page(), "run: .venv/bin/python docs/generate.py"
