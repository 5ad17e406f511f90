"""What people ask for: joining and leaving a network. (Acknowledging: see test_answering.)"""

from safeguarding.commands import JoinNetwork, LeaveNetwork, Refused
from safeguarding.facts import NetworkJoined, NetworkLeft
from safeguarding.network import on_network
from tests.unit.rules.hub import Hub, teams
from tests.unit.rules.said import london

NOW = london("2021-10-05 10:00")
EDT = teams()["edt"]


def join(hub: Hub, since: str, until: str | None = None) -> object:
    command = JoinNetwork(EDT, "on duty", london(since), london(until) if until else None)
    return hub.command(command, NOW)


def on_it(hub: Hub, at: str) -> bool:
    return EDT in on_network(hub.case.memberships.values(), london(at))


def test_joining_is_a_fact_with_its_reason_start_and_end() -> None:
    hub = Hub()
    until = london("2022-01-01 00:00")
    assert hub.command(JoinNetwork(EDT, "on duty", NOW, until), NOW) == [
        NetworkJoined(EDT, "on duty", NOW, until)
    ]
    assert on_it(hub, "2021-12-31 23:59")
    assert not on_it(hub, "2022-01-01 00:00")


def test_the_hubs_own_agency_joins_no_childs_network() -> None:
    """Fails without: the refusal in JoinNetwork.decide."""
    answer = Hub().command(JoinNetwork(teams()["canary"], "by mistake", NOW), NOW)
    assert isinstance(answer, Refused)


def test_joining_twice_adds_nothing() -> None:
    hub = Hub()
    join(hub, "2021-10-01 00:00")
    assert join(hub, "2021-10-01 00:00") == []
    assert join(hub, "2020-01-01 00:00") == []
    assert join(hub, "2021-11-01 00:00", "2021-12-01 00:00") == []


def test_a_membership_can_be_prolonged() -> None:
    hub = Hub()
    join(hub, "2021-10-01 00:00", "2021-10-06 00:00")
    assert join(hub, "2021-10-05 00:00") != []
    assert on_it(hub, "2021-12-01 00:00")


def test_a_membership_can_be_prolonged_from_its_beginning() -> None:
    hub = Hub()
    join(hub, "2021-10-01 00:00", "2021-10-06 00:00")
    assert join(hub, "2021-10-01 00:00", "2021-10-20 00:00") != []
    assert on_it(hub, "2021-10-10 00:00")
    assert not on_it(hub, "2021-10-20 00:00")


def test_joining_until_the_same_end_adds_nothing() -> None:
    hub = Hub()
    join(hub, "2021-10-01 00:00", "2021-10-20 00:00")
    assert join(hub, "2021-10-01 00:00", "2021-10-20 00:00") == []
    assert join(hub, "2021-10-01 00:00", "2021-10-20 00:01") != []


def test_who_left_can_join_again() -> None:
    hub = Hub()
    join(hub, "2021-10-01 00:00", "2021-10-02 00:00")
    assert join(hub, "2021-10-05 10:00") != []
    assert on_it(hub, "2021-10-05 10:00")
    assert not on_it(hub, "2021-10-03 00:00")


def test_a_membership_that_ends_before_it_starts_is_refused() -> None:
    for until in ("2021-10-01 00:00", "2021-09-01 00:00"):
        answer = join(Hub(), "2021-10-01 00:00", until)
        assert isinstance(answer, Refused)
        assert "ends before it starts" in answer.reason


def test_leaving_ends_every_membership_of_that_team_in_that_role() -> None:
    hub = Hub()
    join(hub, "2021-10-01 00:00", "2021-10-20 00:00")
    join(hub, "2021-10-05 00:00")
    hub.command(JoinNetwork(teams()["iro"], "reviews", NOW, None), NOW)
    left = hub.command(LeaveNetwork(EDT, "handed over", london("2021-10-10 00:00")), NOW)
    assert left == [NetworkLeft(EDT, "handed over", london("2021-10-10 00:00"))]
    assert on_it(hub, "2021-10-09 23:59")
    assert not on_it(hub, "2021-10-10 00:00")
    assert teams()["iro"] in on_network(hub.case.memberships.values(), london("2022-01-01 00:00"))


def test_leaving_before_a_membership_begins_leaves_nothing_of_it() -> None:
    hub = Hub()
    join(hub, "2021-11-01 00:00")
    hub.command(LeaveNetwork(EDT, "not needed", NOW), NOW)
    assert not on_it(hub, "2021-11-02 00:00")


def test_who_is_not_on_the_network_cannot_leave_it() -> None:
    hub = Hub()
    join(hub, "2021-10-01 00:00", "2021-10-04 00:00")
    for at in ("2021-10-04 00:00", "2021-10-05 10:00"):
        answer = hub.command(LeaveNetwork(EDT, "handed over", london(at)), NOW)
        assert isinstance(answer, Refused)
        assert "not on the child's network" in answer.reason
