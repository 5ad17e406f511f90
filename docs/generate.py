# ruff: noqa: INP001 - a script of the docs, no package to ship.
"""Write what the documents take from the code: topics, principals, pages, rules, and the events.

    .venv/bin/python docs/generate.py

`tests/architecture/test_docs.py` fails where they are stale.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from processors.metrics import METRICS
from projections.page_reasons import REASONS
from safeguarding.rules import ALL
from safeguarding.rules.rule import Rule
from schemas.asyncapi import asyncapi
from schemas.catalogue_page import events_page
from schemas.principals import load_principals
from schemas.registry import load_registry
from schemas.reviewed_file import ReviewedFile
from schemas.rulesets import CURRENT, NEXT
from schemas.topics import TOPICS_FOLDER, TopicFile

DOCS = Path(__file__).parent
ROOT = DOCS.parent
ARCHITECTURE = DOCS / "architecture.md"
RULES = DOCS / "rules.md"
EVENTS = DOCS / "events.md"
ASYNCAPI = DOCS / "asyncapi.yaml"
METRICS_PAGE = DOCS / "metrics.md"
OPERATING = DOCS / "operating.md"
SPECS = ROOT / "tests" / "unit" / "rules"
# A rule whose specs stand in a file of their own besides its own name's.
MORE_SPECS = {
    "missing": ["missing_pattern"],
    "meeting-without": ["meeting_without_pattern"],
    "assessment-overdue": ["assessment_before_discharge"],
}


def with_tables(text: str, page: Path = ARCHITECTURE) -> str:
    """A page with its generated parts as the code has them now."""
    for name, lines in PARTS[page]():
        start, end = f"<!-- {name}: written by docs/generate.py -->", f"<!-- end of {name} -->"
        pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
        if not pattern.search(text):
            raise LookupError(f"{page} has lost the marks of its part {name}")
        body = "\n".join([start, "", *lines, "", end])
        text = pattern.sub(lambda _, body=body: body, text)
    return text


def topics() -> Iterator[str]:
    """One row a topic family."""
    yield "| topic | partitions | kept | largest message | written by | read by |"
    yield "|---|---|---|---|---|---|"
    for path in sorted(TOPICS_FOLDER.glob("*.yaml")):
        topic = ReviewedFile(path).parse(TopicFile)
        readers = [
            f"`{each.principal}`" + (" (offsets only)" if each.access == "describe" else "")
            for each in topic.consumers
        ]
        cells = (
            f"`{topic.name}`",
            "by agency" if topic.partitions == "from-agency" else str(topic.partitions),
            "for ever" if topic.retention_days == "forever" else f"{topic.retention_days} days",
            f"{topic.max_message_bytes:,} bytes",
            ", ".join(f"`{each.principal}`" for each in topic.producers),
            ", ".join(readers),
        )
        yield f"| {' | '.join(cells)} |"


def principals() -> Iterator[str]:
    """One row a principal: what for, and what it may do besides the topics above."""
    yield "| principal | what for | besides the topics above |"
    yield "|---|---|---|"
    for name, principal in load_principals().principals.items():
        more = [
            f"{where}: {', '.join(operations)}"
            for where, operations in (
                ("cluster", principal.cluster),
                ("all topics", principal.all_topics),
                ("all groups", principal.all_groups),
            )
            if operations
        ]
        yield f"| `{name}` | {principal.purpose} | {'; '.join(more) or 'nothing'} |"


def reasons() -> Iterator[str]:
    """One row a reason to page."""
    yield "| reason | concerns | what it means | what to do |"
    yield "|---|---|---|---|"
    for name, each in REASONS.items():
        yield f"| `{name}` | {each.concerns} | {each.means} | {each.do} |"


PARTS: dict[Path, Callable[[], list[tuple[str, Iterator[str]]]]] = {
    ARCHITECTURE: lambda: [("topics", topics()), ("principals", principals())],
    OPERATING: lambda: [("pages", reasons())],
}


def rules_page() -> str:
    """The page of rules: reason, paragraphs, thresholds, and the specs as sentences."""
    now, coming = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (CURRENT, NEXT))
    parts = [
        _HEAD.format(version=coming["version"], now=now["version"]),
        "\n".join(_shared(coming["codes"])),
        *(
            "\n".join(_rule(rule, coming["rules"][rule.id], in_force=rule.id in now["rules"]))
            for rule in ALL
        ),
    ]
    parts.append("\n".join(_network()))
    return "\n\n".join(parts) + "\n"


def _shared(codes: dict[str, list[str]]) -> Iterator[str]:
    yield _SHARED_HEAD
    yield ""
    for name, listed in codes.items():
        yield f"- Codes of {name.replace('_', '-')}: {_plain(listed)}"
    yield ""
    yield "What their specs say:"
    yield ""
    for sentence in _sentences(SPECS / "test_significant_events.py"):
        yield f"- {sentence}"


def _network() -> Iterator[str]:
    yield _NETWORK_HEAD
    yield ""
    for name in ("network", "network_hospital", "network_placement", "network_briefing"):
        for sentence in _sentences(SPECS / f"test_{name}.py"):
            yield f"- {sentence}"


def _rule(rule: Rule, thresholds: dict[str, object], *, in_force: bool) -> Iterator[str]:
    module = rule.id.replace("-", "_")
    yield f"## {rule.id}"
    yield ""
    yield rule.why
    yield ""
    if not in_force:
        yield "- **Not in force unless version 2 is activated**"
    yield f"- Paragraphs of the review: {', '.join(rule.paragraphs) or 'none'}"
    yield f"- Watches: {', '.join(f'`{each}`' for each in sorted(rule.watches))}"
    path = type(rule).__module__.replace(".", "/")
    yield f"- Module: [`{module}.py`](../{path}.py)"
    yield f"- Thresholds: {_thresholds(thresholds) or 'none'}"
    yield ""
    yield "What its specs say:"
    yield ""
    for name in (module, *MORE_SPECS.get(rule.id, ())):
        for sentence in _sentences(SPECS / f"test_{name}.py"):
            yield f"- {sentence}"


def _thresholds(thresholds: dict[str, object]) -> str:
    said = []
    for name, value in thresholds.items():
        if isinstance(value, dict):
            said += [f"{key}: {_plain(inner)}" for key, inner in value.items()]
        else:
            said.append(f"{name.replace('_', ' ')} {_plain(value)}")
    return "; ".join(said)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        reader = value["reader"]
        return f"{value['hours']} h" + (f", read by `{reader}`" if reader else "")
    return str(value)


def _sentences(path: Path) -> Iterator[str]:
    """The names of the specs, as sentences."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            words = node.name.removeprefix("test_").replace("_", " ")
            yield f"{words[0].upper()}{words[1:]}."


_SHARED_HEAD = """## What is self-harm, and what is significant

No rule: what rules ask of an event before they hold anything about it, with one answer for all of
them. Modules: [`self_harm_reports.py`](../safeguarding/rules/self_harm_reports.py) (is it known to
be self-harm, may it be, could it have killed) and
[`significant_events.py`](../safeguarding/rules/significant_events.py) (is it significant for the
plan or for a placement, is it grave, is it critical). Every kind of event with every answer, and
which rule asks what, stands as a table in
[`test_significant_events.py`](../tests/unit/rules/test_significant_events.py)."""

_NETWORK_HEAD = """## Memberships that follow from events

No rule: it tells nobody of what happened, but says who is on the network to be told. Modules:
[`safeguarding/membership`](../safeguarding/membership); roles, hours and days:
[`schemas/rulesets/network-v2.yaml`](../schemas/rulesets/network-v2.yaml), in force unless
`KITH_NETWORK_RULES` names another file, or `none`; why so:
[decision 0018](decisions/0018-membership-follows-from-events.md).

An end that is known on joining (a detention's, an attendance's, a publisher's Monday) is said then,
with why, and nothing is said when it comes: from then on `kith network show` lists the team among
those who have left. Every other end is an entry of its own in the log.

No person (a parent, a carer, anybody of the household) joins by what happens: a file that names
such a role is refused. `foster_carer` may stand there, since it is the duty team that a fostering
agency has for its carers, and not a carer.

What its specs say:"""

_HEAD = """# The rules

Written by `docs/generate.py` from the rule modules, their thresholds
([`schemas/rulesets/v2.yaml`](../schemas/rulesets/v2.yaml), version {version}) and the names
of their specs. Do not edit it by hand. A hub begins with version {now}
([`v1.yaml`](../schemas/rulesets/v1.yaml)), which has the rules that are not marked here;
`kith rules activate` puts version {version} in force ([how](changing-the-rules.md)).

What all rules share (who is on duty, what becomes of an alert, when an answer is due) stands in
[the story's README](../scenarios/child-k/README.md). No standard gives the thresholds: all of them
are chosen, but for codes of a code list. A rule reads a child's history and never reacts to an
arrival; see [decision 0003](decisions/0003-rules-read-history.md)."""


def asyncapi_page() -> str:
    """The AsyncAPI document as YAML."""
    return _ASYNCAPI_HEAD + yaml.safe_dump(
        asyncapi(load_registry()), sort_keys=False, allow_unicode=True, width=100
    )


_ASYNCAPI_HEAD = "# Written by docs/generate.py from schemas/topics and schemas/avro.\n"


def metrics_page() -> str:
    """The page of metrics, a row each."""
    rows = [
        f"| `{each.name}` | {each.kind} | {each.unit} | "
        f"{', '.join(f'`{label}`' for label in each.labels) or 'none'} | "
        f"{', '.join(each.served_by)} | {each.help} |"
        for each in METRICS
    ]
    return "\n".join([_METRICS_HEAD, *rows]) + "\n"


_METRICS_HEAD = """# Metrics

Written by `docs/generate.py` from [`processors/metrics.py`](../processors/metrics.py).
Do not edit it by hand.

Each process of the hub serves `/metrics`, `/health/live` and `/health/ready` where
`KITH_METRICS_PORT` gives a port: on loopback, or on the address that `KITH_METRICS_LISTEN` names.
Without a port it serves nothing. The embedded stack takes free ports; `kith status` shows them.
No label says anything about a child.

[`deploy/dashboards/kith.json`](../deploy/dashboards/kith.json) is a dashboard for Grafana and
[`deploy/dashboards/alerts.yaml`](../deploy/dashboards/alerts.yaml) has rules for Prometheus. They
name no other metrics (`tests/architecture/test_metrics.py`). Nobody has run either in Grafana or
Prometheus yet.

| metric | kind | unit | labels | served by | what it is |
|---|---|---|---|---|---|"""


def main() -> None:
    """Write all of them."""
    for page in PARTS:
        page.write_text(with_tables(page.read_text(encoding="utf-8"), page), encoding="utf-8")
    RULES.write_text(rules_page(), encoding="utf-8")
    METRICS_PAGE.write_text(metrics_page(), encoding="utf-8")
    EVENTS.write_text(events_page(load_registry()), encoding="utf-8")
    ASYNCAPI.write_text(asyncapi_page(), encoding="utf-8")
    sys.stdout.write("The pages in docs are as the code is.\n")


if __name__ == "__main__":
    main()
