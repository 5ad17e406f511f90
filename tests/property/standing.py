"""What stands in the end, in a form that does not depend on how it came about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from safeguarding.case import AlertState, ExpectationState, wording
from safeguarding.events import Event
from safeguarding.facts import RuleFailed
from safeguarding.rules.absence import Absence, Expected
from safeguarding.rules.rule import Finding
from tests.unit.rules.hub import Hub
from tests.unit.rules.spec import members

LATE = "late-disclosure"
# Their alerts are about groups of events, and each keeps the name under which it was opened.
OF_GROUPS = {"professional-difference", "placement-with-parent"}


def hub_after(events: Iterable[Event], hub: Hub | None = None) -> Hub:
    """A hub that has received these in this order: of seven rules, where none is given."""
    hub = hub or Hub()
    members("social_worker edt placement iro", since="2019-01-01 00:00")(hub)
    for event in events:
        for fact in hub.receive(event):
            assert not isinstance(fact, RuleFailed), fact
    return hub


@dataclass(frozen=True, order=True)
class Open:
    """An open alert. ``name`` is its key, or its kind where it is history (pattern, group)."""

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
                kind if kind == "pattern" or record.rule in OF_GROUPS else record.key,
                record.severity.value,
                record.level,
                tuple(sorted(event.reference for event in grounds)),
            )
        )
    return sorted(found)


def known_open_alerts(hub: Hub, other: Hub) -> list[Open]:
    """The open alerts, but for what this hub or the other does not know.

    Of history that was due before it was read nothing is known: that hangs on when it was read.
    """
    unknown = not_known(hub) | not_known(other)
    return [each for each in open_alerts(hub) if (each.rule, each.name) not in unknown]


def not_known(hub: Hub) -> set[tuple[str, str]]:
    """Rule and key of what was awaited, and is not known to have been missed."""
    awaited = hub.case.awaited.values()
    return {(one.rule, one.key) for one in awaited if one.state is ExpectationState.NOT_KNOWN}


def findings(hub: Hub) -> Iterator[tuple[str, str, Finding]]:
    """What the rules hold about everything that stands, asked about each event in turn.

    Of an absence: what is missed, now that the clock has looked.
    """
    now = hub.entries[-1].entered_at
    for standing in list(hub.case.standings.values()):
        about = standing.event
        if about is None or standing.retracted:
            continue
        for rule in hub.ruleset.watching(about.type):
            thresholds = hub.ruleset.thresholds[rule.id]
            if isinstance(rule, Absence):
                awaited = rule.expectations(hub.case, about, thresholds, hub.calendar)
                for key, expected in awaited.items():
                    if expected is not None and _is_missed(expected, now):
                        yield rule.id, key, expected.missed
                continue
            for key, finding in rule.assess(hub.case, about, thresholds).items():
                if finding is not None:
                    yield rule.id, key, finding


def _is_missed(expected: Expected, now: datetime) -> bool:
    past = expected.due_at is not None and expected.due_at <= now
    return past and expected.met_in_time is None and expected.cancelled is None


def unlike_what_is_held(hub: Hub) -> list[str]:
    """Where the alerts that stand are not what the rules hold about the whole history."""
    faults = []
    unknown = not_known(hub)
    held: dict[tuple[str, str], Finding] = {}
    for rule, key, finding in findings(hub):
        one = held.setdefault((rule, key), finding)
        if rule != LATE and (one.what, one.level) != (finding.what, finding.level):
            faults.append(f"{rule} {key}: two readings of one history")
    for (rule, key), finding in held.items():
        record = hub.case.alerts.get((rule, key))
        if rule == LATE or (rule, key) in unknown:
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
