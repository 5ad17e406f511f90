"""`kith timeline` on a real database: as entered, as known at a moment, as known to an agency."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.integration.cli_hub import CliHub, utc
from tests.services.services import Services
from tests.unit.rules.said import NHS_NUMBER, attendance, incident, placed

LATE = incident("ligature", "2021-10-02 02:40", reference="CR-1/1", means="tracksuit bottoms")
MOVE = placed("P-1", "2021-09-01", said_by="social_worker", name="The Elms", postcode="ZZ99 3VZ")


@pytest.fixture(scope="module")
def hub(services: Services) -> Iterator[CliHub]:
    """The night of 3.16 to 3.18, with the ligature told four days later."""
    name = services.new_database("scenario")
    hub = CliHub(services, name)
    hub.at("2021-09-01 10:00")
    hub.say(MOVE)
    network = "scenarios/child-k/network.yaml"
    assert hub.kith("network", "load", f"nhs:{NHS_NUMBER}", network).code == 0
    hub.at("2021-10-06 10:15")
    hub.say(LATE)
    hub.deliver()
    hub.at("2021-10-06 11:00")
    hub.say(LATE.corrected(injury="red mark"))
    hub.deliver(timedelta(minutes=2))
    yield hub
    hub.close()
    services.drop_database(name)


def test_the_whole_log_is_shown_in_the_order_in_which_it_was_entered(hub: CliHub) -> None:
    ran = hub.kith("timeline", f"nhs:{NHS_NUMBER}")
    assert (ran.code, ran.err) == (0, "")
    words = ran.out
    assert "Placement starts: code K2 of ssda903.place · social-care, social worker: fact" in words
    assert "Wed 1 Sep 2021 " in words
    assert "[replaced by #" in words
    assert "4 days 7 h after" in words
    assert "Joined the network: camhs/crisis/camhs_crisis" in words
    assert "▲ Alert, critical: " in words
    assert "reached 10:15:03; to answer by 10:30" in words
    places = [words.index(part) for part in ("Placement starts", "Joined", "▲ Alert, critical")]
    assert places == sorted(places)


def test_it_names_no_identifier_and_no_postcode(hub: CliHub) -> None:
    for more in ((), ("--json",), ("--known-to", "police")):
        ran = hub.kith("timeline", f"nhs:{NHS_NUMBER}", *more)
        assert ran.code == 0
        assert NHS_NUMBER not in ran.out
        assert more == ("--json",) or "ZZ99" not in ran.out


def test_as_known_before_the_telling_nobody_knew(hub: CliHub) -> None:
    known = hub.kith("timeline", f"nhs:{NHS_NUMBER}", "--as-known-at", "2021-10-05", "--json").data
    assert known["as_known_at"] == "2021-10-05T22:59:59.999999Z"
    assert known["last_sequence"] == known["entries"][-1]["sequence"]
    assert {entry["type"] for entry in known["entries"]} == {
        "placement-start",
        "child-identified",
        "network-joined",
    }


def test_as_known_between_two_deliveries_the_second_has_not_come(hub: CliHub) -> None:
    at = "2021-10-06T11:01"
    known = hub.kith("timeline", f"nhs:{NHS_NUMBER}", "--as-known-at", at, "--json").data
    raised, updated = (
        [copy["reached_at"] for copy in entry["notifications"]]
        for entry in known["entries"]
        if entry["type"] in {"alert-raised", "alert-updated"} and entry["notifications"]
        if entry["body"]["alert"]["rule"] == "custody-ligature"
    )
    assert set(raised) == {utc("2021-10-06 10:15:03")}
    assert set(updated) == {None}


def test_what_had_not_been_replaced_yet_is_not_struck(hub: CliHub) -> None:
    ran = hub.kith("timeline", f"nhs:{NHS_NUMBER}", "--as-known-at", "2021-10-06T10:30")
    assert "replaced by" not in ran.out
    assert "as known at Wed 6 Oct 2021 10:30:59, London" in ran.out


def test_the_police_knew_four_days_before_social_care(hub: CliHub) -> None:
    def known(agency: str, at: str) -> list[str]:
        given = ("--known-to", agency, "--as-known-at", at, "--json")
        data = hub.kith("timeline", f"nhs:{NHS_NUMBER}", *given).data
        return [entry["type"] for entry in data["entries"] if "2021-10" in entry["learned_at"]]

    assert "custody-incident" in known("police", "2021-10-02T02:40")
    assert known("social-care", "2021-10-06T10:14") == []
    assert "alert-raised" in known("social-care", "2021-10-06T10:15")
    assert known("acute-trust", "2021-10-07") == []


def test_what_one_agency_knew_says_since_when(hub: CliHub) -> None:
    ran = hub.kith("timeline", f"nhs:{NHS_NUMBER}", "--known-to", "camhs", width=140)
    assert "only what camhs could know" in ran.out
    assert "Wed 6 Oct 2021 10:15" in ran.out
    assert "To act: camhs/crisis/camhs_crisis; reached 10:15:03" in ran.out
    assert "social-care/" not in ran.out


def test_before_anything_was_entered_nothing_was_known(hub: CliHub) -> None:
    ran = hub.kith("timeline", f"nhs:{NHS_NUMBER}", "--as-known-at", "2021-08-31")
    assert ran.code == 0
    assert ran.out.endswith("Nothing.\n")
    assert "NHS number" not in ran.out


def test_a_child_is_found_by_id_and_by_its_beginning(hub: CliHub) -> None:
    whole = hub.kith("timeline", f"nhs:{NHS_NUMBER}", "--json").data["child_id"]
    assert hub.kith("timeline", whole, "--json").data["child_id"] == whole
    assert hub.kith("timeline", whole[:8].upper(), "--json").data["child_id"] == whole


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("nhs:9990000018",), 1, "No child is known by this identifier."),
        (("nhs:9990000019",), 2, "its check character does not fit"),
        (("local:police:PN-404",), 1, "No child is known by this identifier."),
        (("local:nobody:PN-404",), 2, "the agencies are acute-trust, camhs"),
        (("00000000-0000-4000-8000-000000000000",), 1, "There is no child with this id."),
        (("Alex Sample",), 2, "This names no child"),
        ((f"nhs:{NHS_NUMBER}", "--known-to", "polis"), 2, "There is no agency polis in the area"),
        ((f"nhs:{NHS_NUMBER}", "--as-known-at", "soon"), 2, "This is no time"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_one_line(
    hub: CliHub, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ran = hub.kith("timeline", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1
    for value in ("9990000018", "9990000019", "PN-404", "Alex", NHS_NUMBER):
        assert value not in ran.err


def test_a_child_whose_key_was_destroyed_is_beyond_use(hub: CliHub) -> None:
    hub.at("2021-10-07 10:00")
    visit = attendance("2021-10-07 09:00", reference="ED-gone")
    child = hub.child(replace(visit, identifiers=({"scheme": "local", "value": "PN-gone"},)))
    ((key_id,),) = hub.rows("select key_id from derived.child where child_id = %s", child)
    hub.wiring.world.keys.destroy(key_id)
    ran = hub.kith("timeline", str(child))
    assert ran.code == 0
    assert "Emergency attendance: beyond use: the key to it was destroyed" in ran.out
    assert "Thu 7 Oct 2021 09:00" in ran.out
    assert "RXX01" not in ran.out
    data = hub.kith("timeline", str(child), "--json").data
    assert {entry["body"] for entry in data["entries"]} == {None}
