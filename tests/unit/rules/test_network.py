"""Which memberships follow from events: custody, publishing, and those by hand beside them."""

from dataclasses import replace

import pytest

from safeguarding.events import ABOUT_ALERTS
from safeguarding.facts import Mode, NetworkJoined, NetworkLeft, Recipient
from safeguarding.membership.publishing import publishers
from safeguarding.network import Directory, is_person
from tests.unit.rules.hub import Hub, directory, rules_with_network, teams
from tests.unit.rules.networked import CUSTODY, DETAINED, at_home, facts, given, on_it
from tests.unit.rules.said import (
    attendance,
    detention,
    incident,
    left,
    london,
    other,
    release,
    report,
)
from tests.unit.rules.spec import given as given_in
from tests.unit.rules.spec import leaves, members, received


def test_custody_joins_with_the_detention_and_leaves_with_the_release() -> None:
    scene = given(received(detention(DETAINED), at="2021-10-02 01:10"))
    assert on_it(scene, "2021-10-02 09:00") == CUSTODY
    scene.when(received(release("2021-10-02 10:00"), at="2021-10-02 10:05"))
    assert on_it(scene, "2021-10-02 10:05") == ""
    (first, *_), (gone, *_) = facts(scene, NetworkJoined), facts(scene, NetworkLeft)
    joined = [each for each in facts(scene, NetworkJoined) if "custody:" in each.ground]
    assert {each.reason for each in joined} == {
        "Detained: custody detention CR-1 of police. Ends by itself: no detention lasts longer"
    }
    assert gone.reason == "Released: custody release CR-1/release of police"
    assert first.recipient.agency == "police"


def test_custody_leaves_after_the_longest_detention_if_no_release_is_told() -> None:
    scene = given(received(detention(DETAINED)))
    assert on_it(scene, "2021-10-06 00:59") == CUSTODY
    assert on_it(scene, "2021-10-06 01:00") == ""


def test_custody_is_on_the_network_when_the_first_incident_is_told() -> None:
    said = detention(DETAINED)
    scene = given(received(said)).when(received(release("2021-10-02 02:00")))
    assert on_it(scene, "2021-10-02 02:40") == ""
    scene = given(received(said)).when(received(incident("ligature"), at="2021-10-02 02:41"))
    (fact,) = scene.facts("custody-ligature")
    told = {notice.recipient.role: notice.mode for notice in fact.notices}
    assert told["liaison_and_diversion"] is Mode.URGENT
    assert told["custody_inspector"] is Mode.DIGEST


def test_a_release_that_comes_before_its_detention_brings_nobody_on() -> None:
    scene = given(received(release("2021-10-02 10:00"))).when(
        received(detention(DETAINED), at="2021-10-02 11:00")
    )
    assert on_it(scene, "2021-10-02 11:00") == ""
    assert not [each for each in facts(scene, NetworkJoined) if "custody:" in each.ground]


def test_the_release_of_another_custody_record_ends_nothing() -> None:
    scene = given(received(detention(DETAINED))).when(
        received(release("2021-10-02 10:00", record="CR-9"))
    )
    assert on_it(scene, "2021-10-02 10:05") == CUSTODY


def test_a_retracted_detention_ends_the_membership_and_says_why() -> None:
    said = detention(DETAINED)
    scene = given(received(said)).when(received(said.retracted(), at="2021-10-02 03:00"))
    assert on_it(scene, "2021-10-02 03:00") == ""
    assert {each.reason for each in facts(scene, NetworkLeft)} == {
        "What it followed from was corrected or retracted, or was about another child"
    }


def test_a_retraction_that_comes_first_brings_nobody_on() -> None:
    said = detention(DETAINED)
    scene = given(received(said.retracted(), at="2021-10-02 01:05")).when(
        received(said, at="2021-10-02 01:10")
    )
    assert on_it(scene, "2021-10-02 01:10") == ""


def test_a_retracted_release_brings_custody_back() -> None:
    said = release("2021-10-02 10:00")
    scene = given(received(detention(DETAINED)), received(said)).when(
        received(said.retracted(), at="2021-10-02 10:30")
    )
    assert on_it(scene, "2021-10-02 10:30") == CUSTODY


def test_a_detention_corrected_to_another_record_keeps_custody_on_once_each() -> None:
    said = detention(DETAINED)
    scene = given(received(said)).when(
        received(said.corrected(custody_record="CR-2"), at="2021-10-02 03:00"),
        received(release("2021-10-02 10:00", record="CR-1")),
    )
    assert on_it(scene, "2021-10-02 10:05") == CUSTODY
    scene.when(received(release("2021-10-02 11:00", record="CR-2", reference="CR-2/release")))
    assert on_it(scene, "2021-10-02 11:05") == ""


# --- publishing -----------------------------------------------------------------------------------


def test_the_team_that_told_of_something_stays_until_the_monday_after_its_days() -> None:
    scene = given(received(other("2021-10-05 10:00")))
    assert on_it(scene, "2021-10-24 12:00", published=True) == "social_worker"
    assert on_it(scene, "2021-10-25 12:00", published=True) == ""


def test_a_team_that_tells_often_joins_once_a_week() -> None:
    scene = given(*(received(other(f"2021-10-05 1{n}:00", f"LS-{n}")) for n in range(5)))
    assert len(facts(scene, NetworkJoined)) == 1


def test_history_that_is_loaded_makes_nobody_a_publisher() -> None:
    scene = given(received(other("2019-10-05 10:00").as_history(), at="2021-10-05 10:00"))
    assert on_it(scene, "2021-10-05 10:00", published=True) == ""


@pytest.mark.parametrize("of_an_alert", sorted(ABOUT_ALERTS))
def test_what_a_team_says_of_an_alert_makes_it_no_publisher(of_an_alert: str) -> None:
    event = other("2021-10-05 10:00").received(london("2021-10-05 10:00"))
    assert [who.role for who in publishers(event, directory())] == ["social_worker"]
    assert [*publishers(replace(event, type=of_an_alert), directory())] == []


def test_whoever_joins_until_a_known_end_is_told_why_then() -> None:
    """Nothing is said when it comes. Fails without: ``joined_because`` in ``following``."""
    scene = given(received(attendance("2021-10-02 12:00")))
    why = {
        each.recipient.role: (each.reason, each.ends_at)
        for each in facts(scene, NetworkJoined)
        if each.ground.startswith(("published:", "hospital:")) and each.recipient.role == "ward"
    }
    assert why["ward"] == (
        "In the hospital: emergency attendance ED-1 of acute-trust. Ends by itself: an attendance"
        " without an admission lasts no longer",
        london("2021-10-03 12:00"),
    )
    published = [e for e in facts(scene, NetworkJoined) if e.ground.startswith("published:")]
    assert [(each.reason, each.ends_at) for each in published] == [
        (
            "Told of something: emergency attendance ED-1 of acute-trust. Ends by itself: a Monday,"
            " when nothing more was told for 14 days",
            london("2021-10-18 01:00"),
        )
    ]


# --- persons -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said_by", ["mother", None])
def test_a_person_never_joins_by_what_was_published(said_by: str | None) -> None:
    """Fails without: ``is_person`` in ``publishers``."""
    of_home = replace(at_home(), agency="parents", said_by=said_by)
    scene = given_in(received(of_home), hub=Hub(ruleset=rules_with_network(), directory=_family()))
    assert on_it(scene, "2021-09-02 12:00", published=True, of="parents") == ""


def test_a_duty_team_of_foster_carers_is_no_person() -> None:
    said = report("M-1", "2021-10-05 20:00", agency="fostering", said_by="foster_carer")
    scene = given(received(said))
    assert on_it(scene, "2021-10-05 20:00", published=True) == "foster_carer"


@pytest.mark.parametrize(
    "role", ["parent", "birth_mother", "carer", "carers", "kinship_carer", "household", "child"]
)
def test_these_roles_are_persons(role: str) -> None:
    assert is_person(role)


def test_no_role_of_the_demo_area_is_a_person() -> None:
    assert [role for role in teams() if is_person(role)] == []
    assert not is_person("family_support_worker")


def _family() -> Directory:
    """One agency whose one team is a person."""
    mother = Recipient("parents", "family", "mother")
    return replace(directory(), teams=directory().teams | {mother})


# --- by hand --------------------------------------------------------------------------------------


def test_a_membership_made_by_hand_stays_when_the_child_is_released() -> None:
    scene = given(members("custody_inspector"), received(detention(DETAINED))).when(
        received(release("2021-10-02 10:00"))
    )
    assert on_it(scene, "2021-10-02 10:05") == "custody_inspector"


def test_a_membership_can_be_made_by_hand_beside_one_that_follows_from_events() -> None:
    scene = given(received(detention(DETAINED)), members("custody_inspector")).when(
        received(release("2021-10-02 10:00"))
    )
    assert on_it(scene, "2021-10-02 10:05") == "custody_inspector"


def test_who_is_put_on_by_hand_stays_when_the_ground_of_the_events_is_gone() -> None:
    """Fails without: ``made_by_hand`` in JoinNetwork (the second membership adds nothing then)."""
    scene = given(received(at_home()), members("placement", since="2021-09-10 09:00")).when(
        received(left("P-1", "2021-10-01"), at="2021-10-02 09:00")
    )
    assert on_it(scene, "2021-10-02 09:00") == "placement"


def test_a_person_takes_off_also_whom_events_brought_on() -> None:
    scene = given(received(detention(DETAINED))).when(leaves("custody_inspector", DETAINED))
    assert on_it(scene, "2021-10-02 02:00") == "custody_sergeant liaison_and_diversion"


def test_without_the_file_no_membership_follows_from_events() -> None:
    """Fails without: the check for ``network`` in ``decide`` (it would fail on every event)."""
    scene = given_in(received(detention(DETAINED)), received(at_home(), at=DETAINED))
    assert not scene.hub.case.memberships
