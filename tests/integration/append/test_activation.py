"""Rules are put in force by an entry in the hub's own log, for all processes at once."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from projections.append import in_force
from projections.append.arrivals import Fate, Outcome, Step
from projections.append.guarding import AnotherHub
from safeguarding.facts import RuleSetActivated
from safeguarding.ids import HUB
from schemas.rulesets import CURRENT, load_ruleset
from tests.integration.append.hub import AppendHub
from tests.unit.rules.said import report

OURS = CURRENT.read_text(encoding="utf-8")
TWICE = "    pattern_episodes: 3\n"


@pytest.fixture(autouse=True)
def first_version(hub: AppendHub) -> None:
    """The hub begins with the rules that every hub begins with."""
    hub.world = replace(hub.world, ruleset=load_ruleset()[0])


def changed(version: str, **patterns: int) -> str:
    """The rules in force under another version; a pattern of so many episodes."""
    text = OURS.replace('version: "1"', f'version: "{version}"')
    assert TWICE in text
    return text.replace(TWICE, f"    pattern_episodes: {patterns.get('episodes', 3)}\n")


def activate(hub: AppendHub, version: str, text: str) -> Outcome:
    fact = RuleSetActivated(version, text, "staff-1", "Tried on last year's log.")
    step = Step(uuid4(), HUB, lambda *_: [fact], begins=True)
    return hub.appending().append([], [step])[0]


def missing(hub: AppendHub, *episodes: str) -> UUID:
    for episode in episodes:
        hub.say(report(episode, "2021-10-01 20:00"))
    return next(each for each in hub.children() if each != HUB)


def patterns(hub: AppendHub) -> int:
    count: int = hub.one(
        "select count(*) from derived.alert where rule = 'missing' and key like 'pattern:%%'"
    )
    return count


def versions(hub: AppendHub, child: UUID) -> list[str | None]:
    """By which rules each event of the child was decided."""
    return [each.ruleset for each in hub.headers_of(child) if each.event_id is not None]


def test_the_next_event_is_decided_by_them_in_every_process(hub: AppendHub) -> None:
    """Fails without: ``in_force.with_rules`` in the append."""
    child = missing(hub, "E-1")
    assert patterns(hub) == 0
    outcome = activate(hub, "2", changed("2", episodes=2))
    assert (outcome.fate, outcome.sequence) == (Fate.RECORDED, 1)
    # The process that began before, and said the first event, is not restarted.
    missing(hub, "E-2")
    assert patterns(hub) == 1
    assert versions(hub, child) == ["1", "2"]
    assert {alert.ruleset for alert in hub.alerts(child) if alert.level == 2} == {"2"}


def test_the_last_one_decides_also_where_an_earlier_version_comes_back(hub: AppendHub) -> None:
    child = missing(hub, "E-1")
    for version, text in (("2", changed("2", episodes=2)), ("1", OURS)):
        activate(hub, version, text)
    missing(hub, "E-2")
    assert patterns(hub) == 0
    assert versions(hub, child) == ["1", "1"]
    assert hub.rows("select version from derived.activation order by sequence") == [("2",), ("1",)]


def test_nothing_is_decided_by_rules_that_cannot_be_read(hub: AppendHub) -> None:
    """Fails without: the refusal in ``_rules``; then the rules from the start would decide."""
    missing(hub, "E-1")
    activate(hub, "3", "version: '3'\nrules: {a-rule-of-another-kith: {}}\n")
    with pytest.raises(AnotherHub, match="activate others"):
        missing(hub, "E-2")
    # A person can still put rules in force that can be read, and then it is decided.
    activate(hub, "1", OURS)
    child = missing(hub, "E-2")
    assert versions(hub, child) == ["1", "1"]


def test_without_any_the_rules_of_the_start_decide(hub: AppendHub) -> None:
    world = in_force.now(hub.connection(), hub.world)
    assert world.ruleset.version == hub.world.ruleset.version
