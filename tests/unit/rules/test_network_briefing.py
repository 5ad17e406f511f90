"""What a newcomer to a child's network is sent, and a leaver is not."""

import pytest

from safeguarding.facts import Briefed, NetworkJoined
from schemas.rulesets import NETWORK, NEXT, load_network, load_ruleset
from tests.unit.rules.hub import Hub, only, rules_with_network
from tests.unit.rules.networked import DETAINED, at_home, briefed, facts, given
from tests.unit.rules.said import Said, detention, found, incident, london, placed, release, report
from tests.unit.rules.said_hospital_and_law import found_by_police, sectioned
from tests.unit.rules.spec import given as given_in
from tests.unit.rules.spec import leaves, members, received, time_passes


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


@pytest.mark.parametrize(
    ("joins", "mode"), [("2021-10-09 02:41", "urgent"), ("2021-10-09 02:42", "digest")]
)
def test_what_is_critical_is_urgent_for_a_week_after_it_was_told(joins: str, mode: str) -> None:
    """Fails without: ``urgent_window`` (in November nine people were woken for October)."""
    scene = given(received(incident("ligature"), at="2021-10-02 02:41")).when(
        members("camhs_crisis", since=joins)
    )
    assert briefed(scene) == [("camhs_crisis", "custody-ligature", mode)]
    (fact,) = facts(scene, Briefed)
    assert (fact.acknowledge_by is not None) is (mode == "urgent")


def test_what_was_told_anew_is_urgent_for_a_week_after_that() -> None:
    """Fails without: the time of the last revision, in place of when it was raised."""
    again = incident("ligature", "2021-10-08 02:40", reference="second")
    scene = given(received(incident("ligature"), at="2021-10-02 02:41"), received(again)).when(
        members("camhs_crisis", since="2021-10-14 12:00")
    )
    assert briefed(scene) == [("camhs_crisis", "custody-ligature", "urgent")]


def test_what_is_briefed_to_one_is_not_told_anew_to_the_next() -> None:
    """Fails without: the kinds of fact that make an alert news, in the hub of these specs."""
    scene = given(
        received(incident("ligature"), at="2021-10-02 02:41"),
        members("camhs_crisis", since="2021-10-05 12:00"),
    ).when(members("iro", since="2021-10-11 10:00"))
    assert ("iro", "custody-ligature", "digest") in briefed(scene)


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


DETENTIONS = ("absconded-detained", "detention-end")
HELD = sectioned("02", "2021-12-22 17:00")
LAST_DAY = "2022-01-19 00:00"


def told_who_joins(at: str, *said: Said, rules: tuple[str, ...] = DETENTIONS) -> list[str]:
    """The headlines that the reviewing officer, who joins then, is sent."""
    hub = Hub(only(*rules).following(load_network(NETWORK)))
    scene = given_in(*(received(each) for each in said), hub=hub)
    scene.when(time_passes(at), members("iro", since=at))
    return [each.alert.headline for each in facts(scene, Briefed) if each.recipient.role == "iro"]


def test_a_detention_that_can_go_on_is_for_a_newcomer() -> None:
    assert told_who_joins("2022-01-18 23:59", HELD) == ["Detained: section 2"]


def test_a_detention_that_by_law_is_over_is_not_though_nobody_told_of_its_end() -> None:
    """Fails without: ``_past`` (it was sent to everyone who joined in the half year after it)."""
    assert told_who_joins(LAST_DAY, HELD) == []
    assert told_who_joins(LAST_DAY, HELD, rules=("absconded-detained",)) != []


def test_nor_is_one_of_which_it_is_only_not_known_how_it_ended() -> None:
    hub = Hub(only(*DETENTIONS).following(load_network(NETWORK)))
    scene = given_in(received(HELD), hub=hub)
    scene.when(
        time_passes(LAST_DAY, unknown="no live feed"), members("iro", since="2022-03-01 10:00")
    )
    assert facts(scene, Briefed) == []


def test_one_that_a_doctor_extended_is_for_a_newcomer_until_then() -> None:
    found_there = found_by_police("20", "2021-10-13 15:20", arrived="2021-10-13 16:00")
    longer = sectioned("20", "2021-10-14 15:00", step="extended")
    assert told_who_joins("2021-10-14 20:00", found_there) == []
    assert told_who_joins("2021-10-14 20:00", found_there, longer) == ["Detained: section 136"]
    assert told_who_joins("2021-10-15 04:00", found_there, longer) == []


def test_one_that_a_court_extended_until_nobody_says_when_is_for_a_newcomer() -> None:
    """Fails without: the state of what was awaited in ``_past``."""
    longer = sectioned("02", "2022-01-12 10:00", step="extended")
    assert told_who_joins("2022-02-01 10:00", HELD, longer) == ["Detained: section 2"]


def test_one_of_a_section_whose_end_the_hub_does_not_know_is_for_a_newcomer() -> None:
    held = sectioned("03", "2021-12-22 17:00")
    assert told_who_joins("2022-03-01 10:00", held) == ["Detained: section 3"]


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


READERS_OF_THEIR_OWN = {
    "canary",
    "late-disclosure",
    "custody-release",
    "psychosocial-assessment",
    "safety-plan",
    "risk-stratification",
    "deprivation-of-liberty",
    "detention-end",
    "order-end",
    "discharge-request",
    "discharge-without-plan",
    "hospital-visit",
    "fit-for-discharge",
    "mental-health-follow-up",
    "return-interview",
    "carer-concern",
    "placement-briefing",
    "placement-conditions",
    "placement-silence",
    "placement-with-parent",
    "placement-with-parent-agreed",
    "planned-move",
    "transition",
    "assessment-overdue",
    "forum-needed",
    "meeting-without",
    "planning-meeting-overdue",
    "professional-difference",
    "review",
    "statutory-visit",
    "health-assessment",
    "exploitation",
    "strategy-discussion",
    "serious-incident",
    "serious-incident-notification",
    "team-support",
    # For the whole network while it lasts: of who is missing, a newcomer is told by `missing`.
    "missing-together",
    # As much; of what a child said, and of its date, a newcomer is told by `stated-intent`.
    "stated-intent-date",
}


def test_each_rule_is_for_newcomers_or_has_readers_of_its_own() -> None:
    """A rule that nobody thought of would be kept from newcomers: put it into the file, or here."""
    network = rules_with_network().network
    assert network is not None
    assert not network.briefed & READERS_OF_THEIR_OWN
    assert network.briefed | READERS_OF_THEIR_OWN == {
        rule.id for rule in load_ruleset(NEXT)[0].rules
    }
