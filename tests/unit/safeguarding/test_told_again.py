"""What was missed and of which the log holds no alert: the alert is made, once."""

import pytest

from projections.append.resuming import told_again
from safeguarding.facts import AlertRaised, Fact, RuleFailed
from safeguarding.rules.missing.return_interview import ReturnInterview
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import found, london, report
from tests.unit.rules.said_return import interview
from tests.unit.rules.spec import members, received, time_passes

RULE = "return-interview"
NAME = (RULE, "episode:police:E-1")
NOW = "2021-07-12 09:30"


def hub_after(*said: str, until: str = NOW, unknown: str | None = None) -> Hub:
    """The child is back on 6 July; interviews held at these times; then time passes."""
    hub = Hub(only(RULE))
    members("social_worker team_manager")(hub)
    received(report("E-1", "2021-07-05 20:00"))(hub)
    received(found("E-1", "2021-07-06 22:00"))(hub)
    for at in said:
        received(interview("E-1", at))(hub)
    time_passes(until, unknown=unknown)(hub)
    return hub


def again(hub: Hub) -> list[Fact]:
    return told_again(NAME, hub.case, hub.context(london(NOW)))


def test_the_alert_that_is_missing_is_made_as_it_was() -> None:
    hub = hub_after()
    (first,) = hub.alerts.values()
    missed = hub.case.awaited[NAME]
    del hub.case.alerts[NAME]
    (raised,) = again(hub)
    assert isinstance(raised, AlertRaised)
    assert raised.alert == first
    assert {each.recipient.role for each in raised.notices} == {"social_worker", "team_manager"}
    assert hub.case.awaited[NAME] == missed


def test_where_it_was_told_nothing_is_said_again() -> None:
    assert again(hub_after()) == []


def test_nothing_is_told_of_what_was_not_missed() -> None:
    assert again(hub_after("2021-07-08 15:00")) == []
    assert again(hub_after(unknown="nobody says so")) == []
    assert again(hub_after(until="2021-07-07 09:00")) == []
    assert again(Hub(only(RULE))) == []


def test_a_rule_that_fails_now_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = hub_after()
    monkeypatch.setattr(ReturnInterview, "expected", lambda *_: 1 // 0)
    (failed,) = again(hub)
    assert isinstance(failed, RuleFailed)
