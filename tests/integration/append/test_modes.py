"""A scenario's time never reaches real children."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from projections.migrate import MigrationFault, migrate
from tests.integration.append.hub import AppendHub, fates
from tests.unit.rules.said import incident, london

THEN = "2021-07-06T03:10:00+00:00"


@pytest.fixture
def scenario(make_append_hub: Callable[..., AppendHub]) -> AppendHub:
    return make_append_hub("scenario")


@pytest.mark.parametrize("time", [THEN, "yesterday", ""])
def test_production_accepts_no_record_with_a_scenarios_time(hub: AppendHub, time: str) -> None:
    record = hub.record(incident("ligature"), scenario_time=time)
    assert fates(hub.append(record)) == ["quarantined scenario-time"]
    assert hub.children() == []
    assert hub.pages() == ["quarantined: scenario-time"]


@pytest.mark.parametrize("time", ["yesterday", "", "2021-07-06T03:10:00", "2021-13-01T00:00Z"])
def test_a_scenario_refuses_a_time_that_is_no_instant(scenario: AppendHub, time: str) -> None:
    record = scenario.record(incident("ligature"), scenario_time=time)
    good = scenario.record(incident("force_used"), scenario_time=THEN)
    assert fates(scenario.append(record, good)) == ["quarantined scenario-time", "recorded"]


def test_not_even_beside_bytes_that_nobody_can_read(scenario: AppendHub) -> None:
    record = scenario.topics.record("police", b"bad", scenario_time="yesterday")
    assert fates(scenario.append(record)) == ["quarantined bad-magic"]


def test_a_scenario_takes_it_for_the_time_of_receipt(scenario: AppendHub) -> None:
    said = incident("ligature", "2021-07-06 03:00")
    scenario.append(scenario.record(said, scenario_time=THEN))
    (header,) = (h for h in scenario.headers() if h.event_id is not None)
    assert header.received_at == london(THEN)
    assert header.broker_at == scenario.clock.at


def test_a_scenarios_clock_stands_where_the_player_put_it(scenario: AppendHub) -> None:
    at = datetime(2021, 7, 6, 3, 10, tzinfo=UTC)
    scenario.connection().execute(
        "insert into kept.scenario_time (hub_at, set_at, flows) values (%s, %s, false)",
        [at, scenario.clock.at],
    )
    scenario.clock.move(days=3)
    scenario.say(incident("ligature", "2021-07-06 03:00"))
    assert {header.entered_at for header in scenario.headers()} == {at}
    due = scenario.rows("select distinct due_at from derived.expectation")
    assert due == [(datetime(2021, 7, 6, 3, 25, tzinfo=UTC),)]


def test_production_has_no_scenarios_clock(hub: AppendHub) -> None:
    hub.connection().execute(
        "insert into kept.scenario_time (hub_at, set_at, flows) values (%s, %s, false)",
        [datetime(2021, 7, 6, tzinfo=UTC), hub.clock.at],
    )
    hub.say(incident("ligature"))
    assert {header.entered_at for header in hub.headers()} == {hub.clock.at}


@pytest.mark.parametrize(
    ("made_for", "wanted"), [("production", "scenario"), ("scenario", "production")]
)
def test_a_database_of_one_mode_is_refused_by_a_hub_of_the_other(
    make_append_hub: Callable[..., AppendHub], made_for: str, wanted: str
) -> None:
    hub = make_append_hub(made_for)
    with pytest.raises(MigrationFault, match=f"a hub in {made_for} mode"):
        migrate(hub.dsn("owner"), mode=wanted, now=hub.clock.now, new_id=uuid4)
    assert hub.one("select mode from kept.hub") == made_for
    assert migrate(hub.dsn("owner"), mode=made_for, now=hub.clock.now, new_id=uuid4) == []


def test_a_world_of_a_scenario_cannot_be_had_by_changing_a_record(hub: AppendHub) -> None:
    said = hub.record(incident("ligature"))
    stale = replace(said, broker_at=london("2019-01-01 00:00"))
    hub.append(stale)
    assert {header.entered_at for header in hub.headers()} == {hub.clock.at}
