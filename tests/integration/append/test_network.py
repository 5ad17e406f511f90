"""Memberships that follow from events, through the append: in one batch, and by SQL."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from projections.append.loading import load
from projections.append.wanted import Wanted
from safeguarding.network import Membership
from tests.integration.append.hub import AppendHub, fates
from tests.unit.rules.hub import Hub, rules_with_network, teams
from tests.unit.rules.said import admission, detention, incident, other, placed, release

DETAINED = "2021-10-02 02:30"


@pytest.fixture
def networked(make_append_hub: Callable[..., AppendHub]) -> AppendHub:
    """A hub in which memberships follow from events."""
    hub = make_append_hub()
    hub.world = replace(hub.world, ruleset=rules_with_network())
    return hub


def told(hub: AppendHub, role: str) -> list[tuple[str, str, str]]:
    """Rule, kind and mode of each copy for the team in this role, in the order of the log."""
    return hub.rows(
        "select rule, kind, mode from derived.notification where role = %s order by sequence", role
    )


def present(hub: AppendHub) -> list[str]:
    rows = hub.rows(
        "select distinct role from derived.membership "
        "where ends_at is null or ends_at > %s order by role",
        hub.clock.at,
    )
    return [row[0] for row in rows]


def test_custody_is_told_of_the_first_incident_of_the_batch_that_detains(
    networked: AppendHub,
) -> None:
    """Fails without: ``_memberships`` in ``decide``."""
    networked.say(detention(DETAINED), incident("ligature", "2021-10-02 02:40"))
    detained = ("child-in-custody", "raised", "digest")
    assert told(networked, "custody_inspector") == [
        detained,
        ("custody-ligature", "raised", "digest"),
    ]
    assert told(networked, "liaison_and_diversion") == [
        detained,
        ("custody-ligature", "raised", "urgent"),
    ]


def test_a_newcomer_gets_the_open_alert_once(networked: AppendHub) -> None:
    """Fails without: ``told`` kept by evolve (a second copy when the ward joins again)."""
    networked.say(incident("ligature", "2021-10-02 02:40"))
    networked.clock.move(hours=1)
    stay = admission("2021-10-02 03:00")
    networked.say(stay)
    assert told(networked, "ward") == [("custody-ligature", "briefing", "urgent")]
    networked.clock.move(hours=1)
    networked.say(stay.retracted())
    networked.clock.move(days=60)
    again = networked.say(admission("2021-12-01 03:00", reference="SP-2"))
    assert fates(again) == ["recorded"]
    assert "ward" in present(networked)
    assert told(networked, "ward") == [("custody-ligature", "briefing", "urgent")]


def test_an_alert_of_the_same_batch_is_told_to_who_joins_after_it(networked: AppendHub) -> None:
    """Fails without: ``open_alerts`` kept by the journal."""
    networked.clock.move(minutes=30)
    networked.say(incident("ligature", "2021-10-02 02:40"), admission("2021-10-02 03:00"))
    assert told(networked, "ward") == [("custody-ligature", "briefing", "urgent")]


def test_a_team_that_is_put_on_by_hand_is_briefed(networked: AppendHub) -> None:
    """Fails without: ``joins`` of the step (the open alerts are then not read)."""
    networked.say(incident("ligature", "2021-10-02 02:40"))
    networked.clock.move(hours=1)
    networked.members("camhs_crisis", since="2021-10-02 03:00")
    assert told(networked, "camhs_crisis") == [("custody-ligature", "briefing", "urgent")]


def test_custody_leaves_with_the_release(networked: AppendHub) -> None:
    networked.say(detention(DETAINED))
    assert "liaison_and_diversion" in present(networked)
    networked.clock.move("2021-10-02 09:00")
    networked.say(release("2021-10-02 09:00"))
    assert "liaison_and_diversion" not in present(networked)


def test_a_retraction_finds_the_detention_that_brought_them_on(networked: AppendHub) -> None:
    """Fails without: the needs of the network in ``RuleSet.needs`` (the release then stays out)."""
    ended = release("2021-10-02 09:00")
    networked.say(detention(DETAINED))
    networked.clock.move("2021-10-02 09:00")
    networked.say(ended)
    networked.say(ended.retracted())
    assert "liaison_and_diversion" in present(networked)


def test_an_event_that_brings_nobody_reads_no_open_alert(
    networked: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: ``may_bring`` (then every event reads and opens all open alerts)."""
    networked.say(other("2021-10-02 02:30"), incident("ligature", "2021-10-02 02:40"))
    read: list[int] = []

    def counted(*arguments: object) -> object:
        result = load(*arguments)  # type: ignore[arg-type]
        read.append(len(result.grasp.open_alerts))
        return result

    monkeypatch.setattr("projections.append.loading.load", counted)
    networked.say(incident("force_used", "2021-10-02 02:41"))
    networked.say(placed("P-1", "2021-10-01", urn="SC900001"))
    assert read == [0, 1]


def test_the_tables_hold_the_memberships_that_the_log_says(networked: AppendHub) -> None:
    """Fails without: the ground in the rows of ``derived.membership``."""
    networked.say(detention(DETAINED), incident("ligature", "2021-10-02 02:40"))
    networked.members("custody_inspector", since="2021-10-02 01:00")
    networked.clock.move("2021-10-02 09:00")
    networked.say(release("2021-10-02 09:00"))
    (child,) = networked.children()
    memory = Hub(ruleset=rules_with_network())
    for entry in networked.entries(child):
        memory.enter(entry.body, entry.entered_at)
    assert read_memberships(networked, child) == set(memory.case.memberships.values())
    assert teams()["custody_inspector"] in {m.recipient for m in read_memberships(networked, child)}


def read_memberships(hub: AppendHub, child: UUID) -> set[Membership]:
    wanted = Wanted(children={child})
    connection = hub.connection()
    with connection.transaction():
        cases = load(connection, wanted, hub.world).cases
    return set(cases[child].memberships.values())
