"""`kith network` on a real database."""

from pathlib import Path

import pytest

from tests.integration.cli_hub import CliHub, utc
from tests.unit.rules.said import NHS_NUMBER, detention

CHILD = f"nhs:{NHS_NUMBER}"
SERGEANT = "police/custody/custody_sergeant"
NETWORK = Path(__file__).parents[2] / "scenarios" / "child-k" / "network.yaml"


@pytest.fixture
def hub(cli_hub: CliHub) -> CliHub:
    cli_hub.at("2021-10-02 02:41")
    cli_hub.say(detention("2021-10-02 01:00"))
    return cli_hub


def members(hub: CliHub) -> dict[str, list[tuple[str, str, str | None]]]:
    data = hub.kith("network", "show", CHILD, "--json").data
    result: dict[str, list[tuple[str, str, str | None]]] = {}
    for each in data["members"]:
        place = (each["recipient"], each["from"], each["until"])
        result.setdefault(each["when"], []).append(place)
    return result


def test_a_team_joins_now_by_the_hub_s_time_and_leaves_again(hub: CliHub) -> None:
    assert "Nobody is on the network" in hub.kith("network", "show", CHILD).out
    joined = hub.kith("network", "join", CHILD, SERGEANT, "--reason", " Holds her. ")
    assert (joined.code, joined.err) == (0, "")
    assert joined.out == (
        f"{SERGEANT} has joined the network: committed as entry #4 of the child's log.\n"
    )
    now = utc("2021-10-02 02:41")
    assert members(hub) == {"now": [(SERGEANT, now, None)]}
    again = hub.kith("network", "join", CHILD, SERGEANT, "--reason", "Once more.")
    assert (again.code, again.out) == (
        0,
        f"{SERGEANT} is on the network already. Nothing was added.\n",
    )
    hub.at("2021-10-02 10:00")
    left = hub.kith("network", "leave", CHILD, SERGEANT, "--reason", "Released.", "--json")
    assert left.data["added"] is True
    assert members(hub) == {"left": [(SERGEANT, now, utc("2021-10-02 10:00"))]}
    shown = hub.kith("network", "show", CHILD).out
    assert "Holds her." in shown
    assert "Left: Released." in shown
    not_there = hub.kith("network", "leave", CHILD, SERGEANT, "--reason", "Again.")
    assert (not_there.code, not_there.out) == (1, "")
    assert "not on the child's network in that role" in not_there.err


def test_a_membership_may_start_later_and_end(hub: CliHub) -> None:
    given = ("--from", "2021-10-03", "--until", "2021-10-05T09:00")
    assert hub.kith("network", "join", CHILD, SERGEANT, "--reason", "Shift.", *given).code == 0
    assert members(hub) == {"later": [(SERGEANT, utc("2021-10-03 00:00"), utc("2021-10-05 09:00"))]}


def test_a_file_is_loaded_once_however_often(hub: CliHub) -> None:
    first = hub.kith("network", "load", CHILD, str(NETWORK))
    assert (first.code, first.out.splitlines()[-1]) == (0, "8 added, 0 entered already.")
    before = hub.rows("select count(*) from derived.entry")
    # Also after one has left, and for one whose membership lies in the past.
    camhs = "camhs/crisis/camhs_crisis"
    assert hub.kith("network", "leave", CHILD, camhs, "--reason", "Handed over.").code == 0
    second = hub.kith("network", "load", CHILD, str(NETWORK), "--json")
    assert [each["added"] for each in second.data["memberships"]] == [False] * 8
    assert hub.rows("select count(*) from derived.entry") == [(before[0][0] + 1,)]
    assert camhs in [name for name, _, _ in members(hub)["left"]]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("join", CHILD, "police/custody/sergeant", "--reason", "x"), 2, "custody_inspector"),
        (("join", CHILD, SERGEANT, "--reason", "  "), 2, "Give a reason"),
        (("join", CHILD, SERGEANT, "--reason", "x", "--from", "soon"), 2, "This is no time"),
        (("join", "nhs:9990000018", SERGEANT, "--reason", "x"), 1, "No child is known"),
        (
            ("join", CHILD, SERGEANT, "--reason", "x", "--until", "2020-01-01"),
            1,
            "ends before it starts",
        ),
        (("load", CHILD, "nowhere.yaml"), 2, "nowhere.yaml: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_added(
    hub: CliHub, arguments: tuple[str, ...], code: int, says: str
) -> None:
    before = hub.rows("select count(*) from derived.entry")
    ran = hub.kith("network", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert hub.rows("select count(*) from derived.entry") == before


def test_a_file_with_an_unknown_team_is_refused_whole(hub: CliHub, tmp_path: Path) -> None:
    file = tmp_path / "network.yaml"
    entry = "id: {0}, recipient: {1}, from: '2021-01-01', reason: x., chosen: true, why: y."
    file.write_text(
        "title: T\nmemberships:\n"
        f"  - {{{entry.format('good', SERGEANT)}}}\n"
        f"  - {{{entry.format('bad', 'police/custody/sergeant')}}}\n"
    )
    ran = hub.kith("network", "load", CHILD, str(file))
    assert (ran.code, ran.out) == (2, "")
    assert "network.yaml:4" in ran.err
    assert "memberships[bad]" in ran.err
    assert members(hub) == {}
