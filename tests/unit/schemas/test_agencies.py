from pathlib import Path

import pytest

from schemas.agencies import Contact, load_agencies
from schemas.registry import load_registry
from schemas.reviewed_file import FileRefused

DEMO = Path(__file__).parents[3] / "deploy" / "agencies.yaml"

GOOD = """\
area:
  name: Here
  steward: {agency: care, team: desk, role: steward}
  emergency_duty_team: {agency: care, team: edt, role: edt}
agencies:
  care:
    name: Care
    kind: local_authority
    partitions: {events: 2}
    teams:
      desk:
        name: Desk
        roles: [steward]
        escalates_to: {agency: care, team: edt, role: edt}
      edt:
        name: Night
        roles: [edt]
        escalates_to: null
"""


FEEDS = """\
    kind: local_authority
    feeds: {usual_days: 14, publishes: [return-interview, visit]}
"""
TYPES = {"return-interview", "visit", "meeting"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agencies.yaml"


def _faults(path: Path, text: str) -> list[str]:
    path.write_text(text)
    with pytest.raises(FileRefused) as refused:
        load_agencies(path)
    return [str(fault).removeprefix(f"{path}:") for fault in refused.value.faults]


def test_the_demo_has_the_agencies_of_the_stories() -> None:
    agencies = load_agencies(DEMO)
    assert set(agencies.agencies) == {
        "police",
        "liaison-diversion",
        "acute-trust",
        "camhs",
        "social-care",
        "placement",
        "fostering",
        "host-authority",
        "host-trust",
        "mental-health-adults",
        "social-care-adults",
        "health-commissioning",
        "canary",  # The hub's own, which no file names.
    }
    for contact in agencies.contacts():
        assert agencies.knows(contact)


def test_reads_teams_partitions_and_escalations(path: Path) -> None:
    path.write_text(GOOD)
    agencies = load_agencies(path)
    care = agencies.agency("care")
    assert (care.partitions.events, care.partitions.backfill) == (2, 1)
    edt = Contact(agency="care", team="edt", role="edt")
    assert agencies.escalations() == {("care", "desk"): edt}
    assert len(list(agencies.contacts())) == 3
    assert not agencies.knows(edt.model_copy(update={"role": "steward"}))
    with pytest.raises(LookupError, match=r"no agency 'police'.*care"):
        agencies.agency("police")


ABOVE = """\
      senior:
        name: Heads of service
        roles: [senior_manager]
        escalates_to: null
      office:
        name: Office of the partnership
        roles: [partnership]
        escalates_to: null
"""


def test_a_chain_goes_on_to_the_agency_s_contact_and_then_to_the_partnership_s(path: Path) -> None:
    """Fails without: either of them in ``Agencies.escalations``."""
    senior = Contact(agency="care", team="senior", role="senior_manager")
    office = Contact(agency="care", team="office", role="partnership")
    text = GOOD.replace(
        "    kind: local", f"    escalates_to: {senior.model_dump()}\n    kind: local"
    ).replace("agencies:\n", f"  partnership: {office.model_dump()}\nagencies:\n", 1)
    path.write_text(text + ABOVE)
    found = load_agencies(path).escalations()
    assert found["care", "edt"] == senior
    assert found["care", "senior"] == office
    assert ("care", "office") not in found
    (unknown,) = _faults(path, text.replace("'team': 'office'", "'team': 'offices'") + ABOVE)
    assert "area.partnership: there is no role partnership in team offices" in unknown
    circle = ABOVE.replace("null", "{agency: care, team: edt, role: edt}", 1)
    assert any(
        "agencies.care.teams.edt.escalates_to" in each for each in _faults(path, text + circle)
    )


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("kind: local", "knd: local", "6: agencies.care.kind: must be given"),
        (
            "    kind: l",
            "    colour: red\n    kind: l",
            "8: agencies.care.colour: this key is not known here: is it misspelt?",
        ),
        ("  care:\n", "  Care!:\n", "6: agencies.Care!.[key]: "),
        ("[steward]", "[]", "13: agencies.care.teams.desk.roles: "),
        ("[steward]", "[Steward]", "13: agencies.care.teams.desk.roles.0: "),
        ("{events: 2}", "{events: 0}", "9: agencies.care.partitions.events: "),
        ("{events: 2}", "{events: '2'}", "9: agencies.care.partitions.events: "),
        ("        escalates_to: null\n", "", "15: agencies.care.teams.edt.escalates_to: must be"),
        (
            "role: steward}",
            "role: boss}",
            "3: area.steward: there is no role boss in team desk of agency care",
        ),
        (
            "escalates_to: null",
            "escalates_to: {agency: care, team: desk, role: steward}",
            "14: agencies.care.teams.desk.escalates_to: an escalation from here comes back",
        ),
        (
            "escalates_to: null",
            "escalates_to: {agency: care, team: edt, role: edt}",
            "18: agencies.care.teams.edt.escalates_to: an escalation from here comes back",
        ),
        (
            "    name: Care\n",
            "    name: Care\n    name: Cure\n",
            "8: agencies.care.name: given twice",
        ),
        ("  care:\n", "  canary:\n", "6: agencies.canary: this name is the hub's own"),
        ("[steward]", "[steward", "14: not valid YAML: "),
    ],
)
def test_names_line_and_key_of_each_fault(path: Path, was: str, becomes: str, fault: str) -> None:
    assert was in GOOD
    assert any(found.startswith(fault) for found in _faults(path, GOOD.replace(was, becomes, 1)))


def test_all_faults_are_told_at_once(path: Path) -> None:
    text = GOOD.replace("kind:", "knd:").replace("{events: 2}", "{events: 0}")
    assert len(_faults(path, text)) == 3


@pytest.mark.parametrize(
    "text", ["", "just text", "- a\n- list\n", "a: !!python/object:x {}", "a: 2024-13-01"]
)
def test_refuses_what_is_no_such_file(path: Path, text: str) -> None:
    assert _faults(path, text)


def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        load_agencies(path)


def test_a_number_of_the_regulator_is_claimed_once(path: Path) -> None:
    """Fails without: ``_shared_urns``."""
    other = GOOD.replace("  care:\n", "  care:\n    urns: [SC1]\n") + (
        "  home:\n    name: Home\n    kind: home\n    urns: [SC1]\n    teams:\n"
        "      home: {name: Home, roles: [placement], escalates_to: null}\n"
    )
    assert [fault for fault in _faults(path, other) if "SC1 is a number of care too" in fault]


def test_feeds_say_what_is_published_live_and_how_often_it_is_usual_to_hear(path: Path) -> None:
    path.write_text(GOOD.replace("    kind: local_authority\n", FEEDS))
    (feeds,) = load_agencies(path, TYPES).feeds().values()
    assert (feeds.usual_days, feeds.publishes) == (14, ["return-interview", "visit"])
    path.write_text(GOOD)
    assert load_agencies(path, TYPES).feeds() == {}


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("visit]", "visits]", "9: agencies.care.feeds.publishes.1: there is no event visits: did"),
        ("visit]", "rain]", "9: agencies.care.feeds.publishes.1: there is no event rain: see"),
        ("14", "0", "9: agencies.care.feeds.usual_days: "),
        ("[return-interview, visit]", "[]", "9: agencies.care.feeds.publishes: "),
    ],
)
def test_a_fault_in_a_feed_is_named(path: Path, was: str, becomes: str, fault: str) -> None:
    path.write_text(GOOD.replace("    kind: local_authority\n", FEEDS.replace(was, becomes)))
    with pytest.raises(FileRefused) as refused:
        load_agencies(path, TYPES)
    (found,) = refused.value.faults
    assert str(found).removeprefix(f"{path}:").startswith(fault)


def test_the_feeds_of_the_demo_publish_events_that_there_are() -> None:
    types = {schema.type for schema in load_registry().family("events")}
    assert {"police", "social-care", "acute-trust"} <= set(load_agencies(DEMO, types).feeds())
