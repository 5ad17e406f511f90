"""Which memberships follow from events. ``given``, ``when``, ``then`` are those of the rules."""

from typing import Any

import pytest

from safeguarding.facts import Briefed, Fact, Mode, NetworkJoined, NetworkLeft
from safeguarding.network import on_network
from safeguarding.rules import ALL
from tests.unit.rules.hub import Hub, rules_with_network
from tests.unit.rules.said import (
    Said,
    admission,
    attendance,
    detention,
    found,
    incident,
    left,
    london,
    other,
    placed,
    release,
    report,
)
from tests.unit.rules.spec import Doing, Scene, leaves, members, received, time_passes
from tests.unit.rules.spec import given as given_in

DETAINED = "2021-10-02 01:00"
CUSTODY = "custody_inspector custody_sergeant liaison_and_diversion"
HOSPITAL = "a_and_e safeguarding_nurse ward"
HOME = "SC900001"


def given(*doings: Doing) -> Scene:
    """A hub in which memberships follow from events; nobody is on it for having published."""
    return given_in(*doings, hub=Hub(ruleset=rules_with_network()))


def on_it(scene: Scene, at: str, *, published: bool = False) -> str:
    """Who is on the network then, by role; of those who published only when asked."""
    memberships = scene.hub.case.memberships.values()
    counted = [m for m in memberships if published or not m.ground.startswith("published:")]
    return " ".join(sorted(who.role for who in on_network(counted, london(at))))


def facts(scene: Scene, kind: type[Fact]) -> list[Any]:
    return [each.body for each in scene.hub.entries if isinstance(each.body, kind)]


def discharge(occurred: str, *, spell: str = "SP-1") -> Said:
    says = {"site": "RXX01", "spell": spell}
    return Said("hospital-discharge", "acute-trust", f"{spell}/end", occurred, None, "ward", says)


def transfer(
    occurred: str,
    kind: str,
    *,
    agency: str = "acute-trust",
    spell: str = "SP-1",
    site: str = "RXX01",
) -> Said:
    says = {"from_site": site, "to_site": "RXX02", "spell": spell, "kind": kind}
    name = f"{spell}/{kind}"
    return Said("hospital-transfer", agency, name, occurred, None, "ward", says)


def allegation(occurred: str, *, against_carer: bool | None = True) -> Said:
    says = {
        "allegation": "AL-1",
        "kinds": ["supply"],
        "child_is": "victim",
        "against": "carer",
        "against_carer": against_carer,
    }
    return Said("allegation", "police", "AL-1", occurred, None, "custody_inspector", says)


def outcome(occurred: str, result: str) -> Said:
    says = {"allegation": "AL-1", "outcome": result}
    return Said(
        "allegation-outcome", "police", "AL-1/end", occurred, None, "custody_inspector", says
    )


def at_home(occurred: str = "2021-09-01", placement: str = "P-1") -> Said:
    return placed(placement, occurred, urn=HOME)


# --- custody -----------------------------------------------------------------------------------


def test_custody_joins_with_the_detention_and_leaves_with_the_release() -> None:
    scene = given(received(detention(DETAINED), at="2021-10-02 01:10"))
    assert on_it(scene, "2021-10-02 09:00") == CUSTODY
    scene.when(received(release("2021-10-02 10:00"), at="2021-10-02 10:05"))
    assert on_it(scene, "2021-10-02 10:05") == ""
    (first, *_), (gone, *_) = facts(scene, NetworkJoined), facts(scene, NetworkLeft)
    joined = [each for each in facts(scene, NetworkJoined) if "custody:" in each.ground]
    assert {each.reason for each in joined} == {"Detained: custody detention CR-1 of police"}
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


# --- hospital ----------------------------------------------------------------------------------


def test_the_hospital_joins_with_an_attendance_and_leaves_after_its_hours() -> None:
    scene = given(received(attendance("2021-10-02 12:00")))
    assert on_it(scene, "2021-10-03 11:59") == HOSPITAL
    assert on_it(scene, "2021-10-03 12:00") == ""


def test_a_spell_lasts_until_its_discharge() -> None:
    scene = given(received(admission("2021-10-02 14:00")))
    assert on_it(scene, "2021-11-02 12:00") == HOSPITAL
    scene.when(received(discharge("2021-11-02 12:30", spell="SP-2")))
    assert on_it(scene, "2021-11-02 13:00") == HOSPITAL
    scene.when(received(discharge("2021-11-02 12:30")))
    assert on_it(scene, "2021-11-02 13:00") == ""


@pytest.mark.parametrize(("kind", "stays"), [("acute", ""), ("within", HOSPITAL)])
def test_a_transfer_ends_a_spell_unless_it_is_from_ward_to_ward(kind: str, stays: str) -> None:
    scene = given(received(admission("2021-10-02 14:00"))).when(
        received(transfer("2021-10-05 12:00", kind))
    )
    assert on_it(scene, "2021-10-05 12:05") == stays


@pytest.mark.parametrize(("site", "stays"), [("RXX01", ""), ("RXX09", HOSPITAL)])
def test_a_transfer_that_the_other_hospital_tells_of_ends_the_spell(site: str, stays: str) -> None:
    """Found by the seven months: the ward for women told of it, under a number of its own."""
    told = transfer(
        "2021-12-29 14:00", "to_mental_health", agency="host-trust", spell="MS-1", site=site
    )
    scene = given(received(admission("2021-11-11 23:30"))).when(received(told))
    assert on_it(scene, "2021-12-29 15:00") == stays


# --- placement ---------------------------------------------------------------------------------


def test_the_provider_with_the_placements_number_joins_until_it_ends() -> None:
    scene = given(received(at_home()))
    assert on_it(scene, "2022-10-01 12:00") == "placement"
    scene.when(received(left("P-1", "2021-10-01"), at="2021-10-02 09:00"))
    assert on_it(scene, "2021-10-02 09:00") == ""


def test_a_placement_whose_provider_nobody_names_brings_nobody_on() -> None:
    scene = given(received(placed("P-1", "2021-09-01")))
    assert on_it(scene, "2021-10-01 12:00") == ""


def test_history_that_is_loaded_brings_the_provider_of_today_on() -> None:
    scene = given(received(at_home("2019-09-01").as_history(), at="2021-10-01 09:00"))
    assert on_it(scene, "2021-10-01 09:00", published=True) == "placement"


def test_an_allegation_against_a_carer_suspends_the_provider_and_says_so() -> None:
    scene = given(received(at_home())).when(received(allegation("2021-10-01 09:00")))
    assert on_it(scene, "2021-10-01 09:00") == ""
    (fact,) = facts(scene, NetworkLeft)
    assert fact.reason == "Suspended until somebody decides: allegation AL-1 of police"


@pytest.mark.parametrize("against", [None, False])
def test_another_allegation_suspends_nobody(against: bool | None) -> None:
    said = allegation("2021-10-01 09:00", against_carer=against)
    scene = given(received(at_home())).when(received(said))
    assert on_it(scene, "2021-10-01 09:00") == "placement"


@pytest.mark.parametrize(
    ("result", "who"),
    [
        ("unfounded", "placement"),
        ("unsubstantiated", "placement"),
        ("goes_on", ""),
        ("no_further_action", ""),
        ("substantiated", ""),
    ],
)
def test_only_an_outcome_that_clears_gives_the_membership_back(result: str, who: str) -> None:
    scene = given(received(at_home()), received(allegation("2021-10-01 09:00"))).when(
        received(outcome("2021-10-08 09:00", result))
    )
    assert on_it(scene, "2021-10-08 09:00") == who


def test_the_placement_after_the_one_alleged_against_is_not_suspended() -> None:
    scene = given(
        received(at_home()),
        received(allegation("2021-10-01 09:00")),
        received(left("P-1", "2021-10-02")),
    ).when(received(placed("P-2", "2021-10-03", urn="SC900002")))
    assert on_it(scene, "2021-10-04 09:00") == "foster_carer"


def test_an_allegation_that_comes_before_the_placement_is_told_lets_nobody_on() -> None:
    scene = given(received(allegation("2021-10-01 09:00"))).when(
        received(at_home(), at="2021-10-02 09:00")
    )
    assert on_it(scene, "2021-10-02 09:00") == ""


def test_a_person_decides_otherwise_than_an_allegation() -> None:
    scene = given(received(at_home()), received(allegation("2021-10-01 09:00")))
    scene.when(members("placement", since="2021-10-02 09:00"))
    assert on_it(scene, "2021-10-02 09:00") == "placement"
    scene.when(received(outcome("2021-10-08 09:00", "substantiated")))
    assert on_it(scene, "2021-10-08 09:00") == "placement"


# --- publishing --------------------------------------------------------------------------------


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


# --- by hand -----------------------------------------------------------------------------------


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


# --- newcomers and leavers ---------------------------------------------------------------------


def briefed(scene: Scene) -> list[tuple[str, str, str]]:
    return sorted(
        (each.recipient.role, each.alert.rule, each.mode.value) for each in facts(scene, Briefed)
    )


def test_a_newcomer_is_sent_the_open_alerts_once() -> None:
    said = detention(DETAINED)
    night = "2021-10-02 09:00"
    scene = given(received(said), received(incident("ligature")), received(release(night)))
    assert briefed(scene) == []
    scene.when(received(at_home(), at="2021-10-02 09:30"))
    assert ("placement", "custody-ligature", "urgent") in briefed(scene)
    again = at_home().corrected(postcode="ZZ99 3VZ")
    before = briefed(scene)
    scene.when(received(again, at="2021-10-02 09:40"))
    assert briefed(scene) == before


def test_who_joins_again_is_not_sent_again_what_was_sent() -> None:
    """Fails without: ``told`` in ``brief``."""
    scene = given(
        received(incident("ligature"), at="2021-10-02 02:41"),
        members("camhs_crisis", since="2021-10-02 03:00"),
        leaves("camhs_crisis", "2021-10-03 09:00"),
    ).when(members("camhs_crisis", since="2021-10-04 09:00"))
    assert len(facts(scene, NetworkJoined)) == 3
    assert briefed(scene) == [("camhs_crisis", "custody-ligature", "urgent")]


def test_who_comes_with_an_event_is_told_what_it_raises_like_the_others() -> None:
    """Fails without: memberships before rules in ``decide`` (a briefing then, and no raising)."""
    scene = given(received(placed("P-0", "2021-08-01"))).when(received(at_home(), at="2021-09-02"))
    (fact,) = scene.facts("placement-move")
    assert "placement" in {notice.recipient.role for notice in fact.notices}
    assert briefed(scene) == []


def test_who_joins_by_hand_is_briefed_too() -> None:
    scene = given(received(incident("ligature"), at="2021-10-02 02:41")).when(
        members("camhs_crisis", since="2021-10-02 12:00")
    )
    assert ("camhs_crisis", "custody-ligature", "urgent") in briefed(scene)


def test_an_office_role_is_briefed_by_digest_at_night() -> None:
    scene = given(received(incident("ligature"), at="2021-10-02 02:41")).when(
        members("iro", since="2021-10-02 03:00")
    )
    assert ("iro", "custody-ligature", "digest") in briefed(scene)


def test_an_episode_that_is_over_is_not_for_a_newcomer() -> None:
    """Found by the seven months: custody was sent July's seventeen. Their pattern is open."""
    episodes = [
        each
        for day in ("05", "06", "07")
        for each in (
            received(report(f"M-{day}", f"2021-10-{day} 20:00")),
            received(found(f"M-{day}", f"2021-10-{day} 22:00")),
        )
    ]
    scene = given(*episodes).when(members("camhs_crisis", since="2021-10-08 12:00"))
    assert [fact.alert.headline for fact in facts(scene, Briefed)] == ["Missing 3 times in 30 days"]


def test_an_episode_that_goes_on_is_for_a_newcomer() -> None:
    scene = given(received(report("M-1", "2021-10-05 20:00"))).when(
        members("camhs_crisis", since="2021-10-05 21:00")
    )
    assert briefed(scene) == [("camhs_crisis", "missing", "digest")]


def test_what_history_told_nobody_is_not_for_a_newcomer_either() -> None:
    """Found by the seven months: a move of 2020 was sent to everyone who joined in 2021."""
    scene = given(
        received(placed("P-0", "2018-12-01").as_history(), at="2021-06-13 09:00"),
        received(placed("P-1", "2020-12-01").as_history(), at="2021-06-13 09:00"),
    )
    assert [each.rule for each in scene.hub.open_alerts()] == ["placement-move"]
    scene.when(members("iro", since="2021-06-14 09:00"))
    assert briefed(scene) == []


def test_what_has_readers_of_its_own_is_not_for_a_newcomer() -> None:
    late = incident("ligature", known="2021-10-01 02:40")
    scene = given(received(late, at="2021-10-02 02:41")).when(
        members("camhs_crisis", since="2021-10-02 12:00")
    )
    assert "late-disclosure" in {each.rule for each in scene.hub.open_alerts()}
    assert "late-disclosure" not in {rule for _, rule, _ in briefed(scene)}


def test_a_leaver_hears_no_update_and_no_reminder() -> None:
    scene = given(
        members("edt"),
        received(detention(DETAINED)),
        received(incident("ligature")),
        received(release("2021-10-02 02:45")),
    ).when(
        received(incident("force_used", "2021-10-02 02:30"), at="2021-10-02 02:46"),
        time_passes("2021-10-02 03:30"),
    )
    told = [
        notice.recipient.role
        for entry in scene.hub.entries
        if entry.entered_at >= london("2021-10-02 02:46")
        for notice in getattr(entry.body, "notices", ())
    ]
    assert told
    assert "liaison_and_diversion" not in told


def test_each_rule_is_for_newcomers_or_has_readers_of_its_own() -> None:
    """A rule that nobody thought of would be kept from newcomers: put it into the file, or here."""
    network = rules_with_network().network
    assert network is not None
    assert network.briefed | {"late-disclosure", "canary"} == {rule.id for rule in ALL}


def test_without_the_file_no_membership_follows_from_events() -> None:
    """Fails without: the check for ``network`` in ``decide`` (it would fail on every event)."""
    scene = given_in(received(detention(DETAINED)), received(at_home(), at=DETAINED))
    assert not scene.hub.case.memberships
