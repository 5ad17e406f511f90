"""A back-test tries only rules that differ: the others decide as they did."""

from dataclasses import replace
from datetime import datetime, time
from functools import cache
from typing import Any

import pytest

from kith.scenario.library import whole
from kith.settings import AGENCIES_FILE
from projections.backtest import _limited, _types_read
from safeguarding.backtest.comparing import Comparison
from safeguarding.backtest.differing import Rules, differing
from safeguarding.backtest.replay import Replay, told_in
from safeguarding.events import NOBODY, Event
from safeguarding.ruleset import Context
from safeguarding.timeline import Entry
from schemas.agencies import load_agencies
from schemas.rulesets import CURRENT, NEXT, load_ruleset
from tests.unit.rules.hub import Hub
from tests.unit.scenarios.played import ANY, lived

# A figure of each rule that something in the seven months hangs on.
CHANGED: dict[str, dict[str, Any]] = {
    "missing": {"pattern_episodes": 5},
    "planning-meeting-overdue": {"days": 28},
    "self-harm-escalation": {"within_days": 3},
    "placement-silence": {"days": 1},
    "risk-stratification": {"bands": [4, 8, 16]},
    "meeting-without": {},
    "psychosocial-assessment": {"hours": 2},
}


@cache
def everything() -> Rules:
    return Rules(*load_ruleset(NEXT))


def changed(rule: str, **figures: Any) -> Rules:
    """The rules with other figures for one of them, and for those that ask it."""
    rules = everything()
    thresholds = {}
    for each, was in rules.ruleset.thresholds.items():
        now = {**was, **figures} if each == rule else dict(was)
        if rule in now.get("asked", {}):
            now["asked"] = {**now["asked"], rule: {**now["asked"][rule], **figures}}
        thresholds[each] = now
    return replace(rules, ruleset=replace(rules.ruleset, thresholds=thresholds))


@cache
def seven_months() -> Hub:
    agencies = load_agencies(AGENCIES_FILE)
    return lived(whole(agencies)[0], agencies)


def replayed(rules: Rules, entries: list[Entry], only: frozenset[str] | None) -> Comparison:
    def context(now: datetime) -> Context:
        return Context(rules.ruleset, seven_months().directory, rules.calendar, now)

    last = entries[-1].entered_at
    comparison = Comparison()
    comparison.add(told_in(ANY, entries, only), Replay(ANY, context).run(entries, last))
    return comparison


def headers_only(rules: Rules, entries: list[Entry]) -> list[Entry]:
    """What the back-test opens of them: of an event that no rule reads, nothing."""
    read = _types_read(rules.ruleset)
    closed: dict[str, Any] = {"subject": NOBODY, "details": {}, "statement": "", "said_by": None}
    return [
        replace(each, body=replace(each.body, **closed))
        if isinstance(each.body, Event) and each.body.type not in read
        else each
        for each in entries
    ]


def test_a_figure_of_one_rule_differs_for_it_and_for_those_that_ask_it() -> None:
    """Fails without: what a rule asks of others among its own thresholds."""
    other = changed("self-harm-escalation", within_days=3)
    assert differing(other, [everything()]) == {"self-harm-escalation", "forum-needed"}
    assert differing(everything(), [everything()]) == frozenset()


def test_rules_that_were_not_always_in_force_differ() -> None:
    seven = Rules(*load_ruleset(CURRENT))
    found = differing(everything(), [seven, everything()])
    assert found >= everything().ids - seven.ids
    assert "canary" not in found


def test_other_office_hours_differ_for_every_rule() -> None:
    """Fails without: the calendar, and what else holds for all rules, among what is compared."""
    late = replace(everything(), calendar=replace(everything().calendar, closes=time(18)))
    assert differing(late, [everything()]) == everything().ids


@pytest.mark.parametrize("rule", CHANGED)
def test_trying_what_differs_gives_what_trying_everything_gives(rule: str) -> None:
    """Fails without: an event that a tried rule needs, and does not watch, among those opened."""
    figures = CHANGED[rule]
    other = changed(rule, **figures)
    only = differing(other, [everything()]) or frozenset({rule})
    limited = _limited(other, only)
    entries = seven_months().entries
    partly = replayed(limited, headers_only(limited, entries), only)
    wholly = replayed(other, entries, None)
    assert (partly.gained, partly.lost) == (wholly.gained, wholly.lost)
    assert (partly.earlier, partly.later) == (wholly.earlier, wholly.later)
    assert partly.told_after == {
        what: times for what, times in wholly.told_after.items() if what[0] in only
    }
    if figures:
        assert partly.told_after != partly.told_before
