"""What stands in the end, in a form that does not depend on how it came about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from safeguarding.case import AlertState, wording
from safeguarding.events import Event
from safeguarding.facts import RuleFailed
from safeguarding.rules.rule import Finding
from tests.unit.rules.hub import Hub
from tests.unit.rules.spec import members

LATE = "late-disclosure"


def hub_after(events: Iterable[Event]) -> Hub:
    """A hub that has received these in this order."""
    hub = Hub()
    members("social_worker edt placement iro", since="2019-01-01 00:00")(hub)
    for event in events:
        for fact in hub.receive(event):
            assert not isinstance(fact, RuleFailed), fact
    return hub


@dataclass(frozen=True, order=True)
class Open:
    """An open alert. ``name`` is its key; of a pattern, whose key is history, its kind only."""

    rule: str
    name: str
    severity: str
    level: int
    grounds: tuple[str, ...]


def open_alerts(hub: Hub, *, late: bool = False) -> list[Open]:
    """The open alerts, each with the grounds that its rule holds now.

    Those that it was last announced with may be fewer: when nothing new is to be said, nothing is.
    """
    held = {(rule, key): finding for rule, key, finding in findings(hub)}
    found = []
    for record in hub.open_alerts():
        if record.rule == LATE and not late:
            continue
        kind = record.key.split(":")[0]
        finding = held.get((record.rule, record.key))
        grounds = finding.grounds if finding is not None else ()
        found.append(
            Open(
                record.rule,
                kind if kind == "pattern" else record.key,
                record.severity.value,
                record.level,
                tuple(sorted(event.reference for event in grounds)),
            )
        )
    return sorted(found)


def findings(hub: Hub) -> Iterator[tuple[str, str, Finding]]:
    """What the rules hold about everything that stands, asked about each event in turn."""
    for standing in list(hub.case.standings.values()):
        about = standing.event
        if about is None or standing.retracted:
            continue
        for rule in hub.ruleset.watching(about.type):
            held = rule.assess(hub.case, about, hub.ruleset.thresholds[rule.id])
            for key, finding in held.items():
                if finding is not None:
                    yield rule.id, key, finding


def unlike_what_is_held(hub: Hub) -> list[str]:
    """Where the alerts that stand are not what the rules hold about the whole history."""
    faults = []
    held: dict[tuple[str, str], Finding] = {}
    for rule, key, finding in findings(hub):
        one = held.setdefault((rule, key), finding)
        if rule != LATE and (one.what, one.level) != (finding.what, finding.level):
            faults.append(f"{rule} {key}: two readings of one history")
    for (rule, key), finding in held.items():
        record = hub.case.alerts.get((rule, key))
        if rule == LATE:
            continue
        if record is None or record.state is not AlertState.OPEN:
            faults.append(f"{rule} {key}: held, and no alert is open")
        elif (record.severity, record.level, record.wording) != (
            finding.severity,
            finding.level,
            wording(finding.what),
        ):
            faults.append(f"{rule} {key}: the alert says other than what is held")
    faults += [
        f"{record.rule} {record.key}: open, and nothing is held"
        for record in hub.open_alerts()
        if record.rule != LATE and (record.rule, record.key) not in held
    ]
    return faults


def timeline(hub: Hub) -> list[tuple[object, ...]]:
    """Which version of each statement stands, where, and what it says."""
    return sorted(
        (*key, standing.version, standing.retracted, standing.occurred_at, str(standing.event))
        for key, standing in hub.case.standings.items()
    )
