"""professional-difference: somebody disagrees, challenges, or declines what was asked (3.14)."""

from dataclasses import replace
from itertools import permutations

import pytest

from safeguarding.commands import JoinNetwork
from safeguarding.facts import Recipient
from safeguarding.rules.planning.professional_difference import ProfessionalDifference
from safeguarding.standings import Standings
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, london
from tests.unit.rules.said_differences import (
    assessed_by_social_care,
    assessment,
    challenge,
    discharge,
    referral,
    transfer,
)
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)

RULE = "professional-difference"
DAY = "2021-10-05 10:00"
"""A Tuesday in office hours."""

NOON = "2021-10-05 12:00"
NIGHT = "2021-10-05 23:00"

AROUND_HER = members(
    "social_worker team_manager iro senior_manager edt camhs_community amhp foster_carer"
)
# A request that the social worker made and a mental health professional declined.
OF_A_DECLINE: Audience = {"urgent": "social_worker team_manager", "digest": "iro"}
# What the manager told, towards CAMHS.
OF_A_CHALLENGE: Audience = {"urgent": "iro", "digest": "social_worker camhs_community"}
# What the head of service told.
OF_AN_ESCALATION: Audience = {
    "urgent": "iro team_manager",
    "digest": "social_worker camhs_community",
}


def around(*doings: Doing) -> Scene:
    """A child with this network, of whom this rule alone tells."""
    return given(AROUND_HER, *doings, hub=Hub(ruleset=only(RULE)))


def what(*said: Said) -> str:
    """What the one open alert says once these have come."""
    return words(around(*(received(each) for each in said)))


def words(scene: Scene) -> str:
    (record,) = scene.hub.open_alerts()
    return scene.hub.alerts[record.alert_id].what


# --- a request that is declined ----------------------------------------------------------------


def test_a_declined_request_is_told_to_who_asked_and_to_the_manager() -> None:
    said = assessment("declined", DAY, reason="Not found necessary.")
    scene = around().when(received(said))
    scene.then(raised(RULE, "medium", level=1, **OF_A_DECLINE))
    (alert,) = scene.hub.alerts.values()
    assert alert.headline == "A request was declined"
    assert alert.what == (
        "A Mental Health Act assessment was asked for by social worker; declined, says amhp; Not "
        "found necessary. Whoever sees it otherwise can challenge it, manager to manager."
    )


def test_by_night_nobody_is_asked_to_act() -> None:
    around().when(
        received(assessment("declined", NIGHT)),
    ).then(
        raised(RULE, "medium", urgent="", digest="social_worker team_manager iro"),
    )


@pytest.mark.parametrize("outcome", ["none", "informal", "detained"])
def test_a_child_who_is_assessed_and_not_detained_is_no_difference(outcome: str) -> None:
    around().when(received(assessment("done", DAY, outcome=outcome))).then_nothing()


@pytest.mark.parametrize("asked_by", [None, "amhp"], ids=["nobody knows who", "the same role"])
def test_what_nobody_else_asked_for_is_not_declined(asked_by: str | None) -> None:
    around().when(received(assessment("declined", DAY, asked_by=asked_by))).then_nothing()


@pytest.mark.parametrize("step", ["requested", "arranged"])
def test_a_request_that_is_open_is_no_difference(step: str) -> None:
    around().when(received(assessment(step, DAY))).then_nothing()


def test_a_declined_referral_and_a_declined_assessment_by_social_care_count() -> None:
    said = replace(
        referral("declined", DAY),
        details={**referral("declined", DAY).details, "declined_because": "No bed is needed."},
    )
    assert what(said).startswith(
        "A referral was asked for by social worker; declined, says camhs community; No bed is "
    )
    assert what(assessed_by_social_care("declined", DAY)).startswith(
        "An assessment by social care was asked for by social worker; declined, says host authority"
    )


def test_declined_again_in_the_same_stay_is_a_line_in_the_digest() -> None:
    scene = around(
        received(admission("2021-10-01 10:00")), received(assessment("declined", DAY))
    ).when(received(assessment("declined", "2021-10-20 10:00", asked_by="ward")))
    everyone = "social_worker team_manager iro"
    scene.then(updated(RULE, "medium", level=1, urgent="", digest=everyone))
    scene.then_open(f"{RULE} medium 1")
    assert "asked for by ward" in words(scene)


@pytest.mark.parametrize(
    "between",
    [
        [discharge("2021-10-10 10:00"), admission("2021-10-12 10:00", reference="SP-2")],
        [discharge("2021-10-10 10:00")],
        [transfer("2021-10-10 10:00")],
    ],
    ids=["another stay", "after it", "in another hospital"],
)
def test_declined_in_another_stay_or_in_none_is_told_anew(between: list[Said]) -> None:
    around(
        received(admission("2021-10-01 10:00")),
        received(assessment("declined", DAY)),
        *(received(each) for each in between),
    ).when(
        received(assessment("declined", "2021-10-20 10:00")),
    ).then(
        raised(RULE, "medium", **OF_A_DECLINE),
    )


def test_declined_twice_outside_hospital_are_two_matters() -> None:
    around(received(assessment("declined", DAY))).when(
        received(assessment("declined", NOON)),
    ).then(
        raised(RULE, "medium", **OF_A_DECLINE),
    )


def test_an_assessment_that_is_done_after_all_settles_it() -> None:
    scene = around(
        received(admission("2021-10-01 10:00")), received(assessment("declined", DAY))
    ).when(received(assessment("done", NOON, outcome="none")))
    scene.then(updated(RULE, level=0, urgent="social_worker team_manager", digest="iro"))
    scene.then_awaits({})
    assert words(scene).endswith("done, says amhp. So it is settled.")


def test_one_that_was_done_before_settles_nothing() -> None:
    around(
        received(admission("2021-10-01 10:00")),
        received(assessment("done", "2021-10-04 10:00", outcome="none")),
    ).when(
        received(assessment("declined", DAY)),
    ).then(
        raised(RULE, level=1, **OF_A_DECLINE),
    )


def test_a_referral_that_is_accepted_after_all_settles_it() -> None:
    scene = around(received(referral("declined", DAY))).when(received(referral("accepted", NOON)))
    scene.then(updated(RULE, level=0, urgent="social_worker team_manager", digest="iro"))
    around(received(referral("declined", DAY))).when(
        received(referral("accepted", NOON, number="RF-2"))
    ).then_nothing()


# --- a challenge, step by step -----------------------------------------------------------------


def test_each_step_goes_to_those_who_can_take_the_next_and_names_it() -> None:
    scene = around().when(received(challenge("disagreed", DAY)))
    scene.then(
        raised(RULE, "medium", level=1, urgent="social_worker", digest="iro camhs_community")
    )
    assert words(scene).endswith("Whoever sees it otherwise can challenge it, manager to manager.")
    scene.when(received(challenge("challenged", NOON)))
    scene.then(updated(RULE, "medium", level=2, **OF_A_CHALLENGE))
    assert words(scene).endswith("dispute resolution by the reviewing officer is next.")
    scene.when(received(challenge("escalated", "2021-10-06 10:00", by="senior_manager")))
    scene.then(updated(RULE, "high", level=3, **OF_AN_ESCALATION))
    assert words(scene).endswith("in the times of the partnership's escalation.")
    scene.then_open(f"{RULE} high 3")


def test_it_says_who_sees_it_otherwise_towards_whom_why_and_what_was_answered() -> None:
    said = challenge(
        "escalated",
        "2021-10-15 11:30",
        by="senior_manager",
        about="CC-7",
        reason="no bed is offered",
        answer="Nothing else is suggested.",
    )
    scene = around().when(received(said, at="2021-10-15 12:30"))
    scene.then(raised(RULE, "high", level=3, **OF_AN_ESCALATION))
    (alert,) = scene.hub.alerts.values()
    assert alert.headline == "Professionals differ: escalated"
    assert alert.what == (
        "Which placement could meet her needs; senior manager (social-care): has taken it to "
        "somebody above; towards: camhs community; why: no bed is offered; answer: Nothing else "
        "is suggested. It is for those above to settle, in the times of the partnership's "
        "escalation."
    )


@pytest.mark.parametrize("step", ["resolved", "withdrawn"])
def test_what_is_resolved_or_taken_back_is_settled_and_is_no_retraction(step: str) -> None:
    scene = around(received(challenge("challenged", DAY))).when(received(challenge(step, NOON)))
    scene.then(
        updated(RULE, "medium", level=0, urgent="iro", digest="social_worker camhs_community")
    )
    scene.then_awaits({}).then_open(f"{RULE} medium 0")
    assert words(scene).endswith("So it is settled.")


def test_what_is_taken_up_again_after_it_was_settled_is_told_like_new() -> None:
    around(received(challenge("challenged", DAY)), received(challenge("resolved", NOON))).when(
        received(challenge("challenged", "2021-10-06 10:00", reference="CH-2")),
    ).then(
        updated(RULE, "medium", level=2, **OF_A_CHALLENGE),
    )


def test_a_settlement_of_which_only_the_day_is_known_comes_after_what_it_settles() -> None:
    scene = around(
        received(challenge("challenged", DAY)),
        received(challenge("resolved", "2021-10-05"), at="2021-10-05 16:00"),
    )
    scene.then_open(f"{RULE} medium 0")


def test_an_answer_of_which_no_question_is_known_tells_nobody() -> None:
    around().when(received(challenge("resolved", DAY))).then_nothing()


def test_a_challenge_of_a_declined_request_goes_on_under_its_alert() -> None:
    asked = assessment("declined", DAY)
    about = challenge(
        "challenged", NOON, to="amhp", to_agency="social-care-adults", about=asked.reference
    )
    scene = around(received(asked)).when(received(about))
    scene.then(updated(RULE, "medium", level=2, urgent="iro", digest="social_worker amhp"))


def test_that_professionals_differ_is_said_only_once_one_of_them_says_so() -> None:
    asked = assessment("declined", DAY)
    about = challenge("challenged", NOON, to_agency="social-care-adults", about=asked.reference)
    scene = around(received(asked))
    for said, headline in (
        (about, "Professionals differ"),
        (about.retracted(), "A request was declined"),
    ):
        scene.when(received(said, at="2021-10-05 13:00"))
        (record,) = scene.hub.open_alerts()
        assert scene.hub.alerts[record.alert_id].headline == headline


def test_what_is_resolved_settles_the_declined_request_as_well() -> None:
    asked = assessment("declined", DAY)
    about = challenge("challenged", NOON, to_agency="social-care-adults", about=asked.reference)
    settled = challenge("resolved", "2021-10-06 10:00")
    around(received(asked), received(about), received(settled)).then_open(f"{RULE} medium 0")


def test_whoever_asked_reads_that_it_was_declined() -> None:
    around().when(
        received(assessment("declined", DAY, asked_by="camhs_community")),
    ).then(
        raised(RULE, urgent="social_worker team_manager", digest="iro camhs_community"),
    )


@pytest.mark.parametrize("when", [NOON, "2021-10-05"], ids=["after it", "on its day"])
def test_an_assessment_that_was_done_does_not_settle_that_it_is_challenged(when: str) -> None:
    done = assessment("done", DAY, outcome="none")
    about = challenge(
        "challenged", when, to="amhp", to_agency="social-care-adults", about=done.reference
    )
    scene = around(received(done)).when(received(about, at=NOON))
    scene.then(raised(RULE, level=2, urgent="iro", digest="social_worker amhp"))
    assert "A Mental Health Act assessment was asked for by social worker; done" in words(scene)


def test_nor_does_one_that_is_done_after_it_was_declined_and_challenged() -> None:
    asked = assessment("declined", DAY)
    about = challenge("challenged", NOON, agency="social-care-adults", about=asked.reference)
    around(received(admission("2021-10-01 10:00")), received(asked), received(about)).when(
        received(assessment("done", "2021-10-06 10:00", outcome="none")),
    ).then(
        updated(RULE, level=2, urgent=""),
    )


def test_the_same_reference_of_an_agency_that_has_no_part_in_it_is_another_matter() -> None:
    asked = assessment("declined", DAY)
    about = challenge("challenged", NOON, about=asked.reference)
    around(received(asked)).when(received(about)).then(raised(RULE, level=2, **OF_A_CHALLENGE))


def test_a_matter_goes_on_whichever_of_its_steps_the_next_one_speaks_of() -> None:
    first = challenge("disagreed", DAY)
    other_words = challenge("challenged", NOON, matter="Where she is to go.", about="CH/disagreed")
    scene = around(received(first), received(other_words))
    scene.when(received(challenge("escalated", "2021-10-06 10:00", by="senior_manager")))
    scene.then(updated(RULE, "high", level=3)).then_open(f"{RULE} high 3")


def test_another_matter_is_another_alert() -> None:
    other = challenge("challenged", NOON, matter="Who pays.", reference="CH-2")
    around(received(challenge("challenged", DAY))).when(received(other)).then(
        raised(RULE, level=2, **OF_A_CHALLENGE)
    )


def test_the_same_words_of_another_agency_are_another_matter() -> None:
    other = challenge(
        "challenged", NOON, agency="camhs", by="camhs_community", to="iro", to_agency="social-care"
    )
    around(received(challenge("challenged", DAY))).when(received(other)).then(
        raised(RULE, level=2, urgent="team_manager iro", digest="social_worker")
    )


def test_who_only_looks_after_the_child_and_no_person_reads_of_it() -> None:
    mother = Recipient("social-care", "family", "mother")
    scene = around()
    scene.hub.command(JoinNetwork(mother, "spec", london("2000-01-01 00:00"), None), london(DAY))
    scene.when(received(challenge("challenged", NOON, to="mother", to_agency=None)))
    scene.then(raised(RULE, urgent="iro", digest="social_worker"))


def test_of_a_child_without_network_the_steward_and_night_team_are_told() -> None:
    given(hub=Hub(ruleset=only(RULE))).when(
        received(challenge("challenged", DAY)),
    ).then(
        raised(RULE, urgent="steward edt", digest=""),
    )


# --- late, out of order, corrected, retracted --------------------------------------------------


def test_days_late_it_is_told_no_less_urgently() -> None:
    around().when(
        received(assessment("declined", "2021-09-20 10:00"), at=DAY),
    ).then(
        raised(RULE, "medium", **OF_A_DECLINE),
    )


def test_an_earlier_step_that_comes_late_goes_on_under_the_open_alert_by_digest() -> None:
    scene = around(received(challenge("challenged", NOON))).when(
        received(challenge("disagreed", DAY), at="2021-10-06 10:00")
    )
    scene.then(updated(RULE, level=2, urgent="", digest="social_worker iro camhs_community"))
    scene.then_open(f"{RULE} medium 2")
    assert "disagrees" in words(scene).split(". ")[0]


STORY = [
    admission("2021-10-01 10:00"),
    assessment("declined", DAY),
    assessment("declined", NOON, asked_by="ward"),
    challenge("disagreed", "2021-10-06 10:00"),
    challenge("escalated", "2021-10-07 10:00"),
]


@pytest.mark.parametrize("order", list(permutations(range(5))), ids=str)
def test_in_any_order_the_same_alerts_are_open_and_say_the_same(order: tuple[int, ...]) -> None:
    at = "2021-10-07 12:00"
    scene = around(*(received(STORY[each], at) for each in order))
    scene.then_open(f"{RULE} medium 1", f"{RULE} high 3")
    forwards = around(*(received(each, at) for each in STORY))
    assert said_in(scene) == said_in(forwards)


def said_in(scene: Scene) -> set[str]:
    return {scene.hub.alerts[each.alert_id].what for each in scene.hub.open_alerts()}


def test_the_same_twice_says_nothing_new() -> None:
    around(received(challenge("challenged", DAY))).when(
        received(challenge("challenged", DAY), at=NOON),
    ).then_nothing()


def test_a_correction_to_a_further_step_is_told_like_new() -> None:
    said = challenge("challenged", DAY)
    scene = around(received(said)).when(received(said.corrected(step="escalated"), at=NOON))
    scene.then(
        updated(RULE, "high", level=3, urgent="iro senior_manager", digest=OF_A_CHALLENGE["digest"])
    )


def test_a_decline_corrected_to_an_assessment_that_was_done_is_withdrawn() -> None:
    said = assessment("declined", DAY)
    around(received(said)).when(
        received(said.corrected(step="done", outcome="none"), at=NOON),
    ).then(
        withdrawn(RULE, **OF_A_DECLINE),
    )


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said = assessment("declined", DAY)
    around(received(said)).when(
        received(said.retracted(), at=NOON),
    ).then(
        withdrawn(RULE, **OF_A_DECLINE),
    ).then_awaits({})


def test_a_retracted_settlement_opens_it_again() -> None:
    settled = challenge("resolved", NOON)
    around(received(challenge("challenged", DAY)), received(settled)).when(
        received(settled.retracted(), at="2021-10-06 10:00"),
    ).then(
        updated(RULE, level=2, **OF_A_CHALLENGE),
    )


def test_where_the_first_step_is_retracted_what_stands_is_told_for_itself() -> None:
    first = challenge("disagreed", DAY)
    around(received(first), received(challenge("challenged", NOON))).when(
        received(first.retracted(), at="2021-10-06 10:00"),
    ).then(
        withdrawn(RULE),
        raised(RULE, "medium", level=2, **OF_A_CHALLENGE),
    )


def test_history_loaded_in_bulk_tells_nobody() -> None:
    around().when(
        received(challenge("challenged", "2021-09-01 10:00").as_history(), at=DAY),
    ).then(
        raised(RULE, urgent="", digest=""),
    )


def test_what_is_read_around_an_event_is_enough_for_every_matter_that_it_may_bear_on() -> None:
    scene = around(
        received(admission("2020-12-01 10:00", reference="SP-9")),
        received(assessment("declined", "2021-05-01 10:00")),
        received(challenge("disagreed", DAY)),
        received(challenge("challenged", "2022-04-01 10:00")),
        received(challenge("escalated", "2022-09-20 10:00")),
    )
    about = scene.hub.case.standing_event(("social-care", "CH/disagreed"))
    assert about is not None
    rule, thresholds = ProfessionalDifference(), scene.hub.ruleset.thresholds[RULE]
    (need,) = rule.needs(thresholds)
    since, until = about.placed_at - need.before, about.placed_at + need.after
    kept = {k: v for k, v in scene.hub.case.standings.items() if since <= v.occurred_at <= until}
    seen = rule.assess(replace(scene.hub.case, standings=Standings(kept)), about, thresholds)
    assert len([each for each in seen.values() if each]) == 2
    assert seen == rule.assess(scene.hub.case, about, thresholds)
