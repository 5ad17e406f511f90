"""self-harm: outside custody, wherever it happens (3.19, 3.22, 3.23)."""

from dataclasses import replace
from typing import Any

import pytest

from safeguarding.case import AlertState
from safeguarding.facts import Alert
from safeguarding.rules.self_harm.self_harm import SelfHarm
from safeguarding.standings import Standings
from tests.unit.rules.said import (
    NIGHT,
    Said,
    admission,
    assessed,
    attendance,
    harmed,
    incident,
)
from tests.unit.rules.spec import (
    Audience,
    Scene,
    flagged,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)

RULE = "self-harm"
MORNING = "2021-10-02 12:00"
AT_NIGHT: Audience = {
    "urgent": "edt foster_carer camhs_crisis",
    "digest": "social_worker team_manager iro camhs_community safeguarding_nurse",
}
IN_OFFICE_HOURS: Audience = {
    "urgent": "social_worker foster_carer camhs_crisis safeguarding_nurse",
    "digest": "edt team_manager iro camhs_community",
}
EVERYONE = f"{AT_NIGHT['urgent']} {AT_NIGHT['digest']}"
AROUND_HER = members(EVERYONE)
EXPECTED = "A psychosocial assessment is expected before leaving: "


def alert_of(scene: Scene, said: Said) -> Alert:
    """The alert of this report, as it was last told."""
    key = f"report:{said.agency}:{said.reference}"
    return scene.hub.alerts[scene.hub.case.alerts[RULE, key].alert_id]


def severity(*said: Said) -> str:
    """How severe the first of these is once all have come."""
    scene = given(AROUND_HER, *(received(each) for each in said))
    return alert_of(scene, said[0]).severity.value


# --- it fires, and how severe it is ------------------------------------------------------------


def test_at_night_it_is_told_at_once_to_the_night_team_the_carer_and_the_crisis_team() -> None:
    given(AROUND_HER).when(
        received(harmed("ligature")),
    ).then(
        raised(RULE, "critical", **AT_NIGHT),
    ).then_awaits(
        {
            "edt": "2021-10-02 02:55",
            "foster_carer": "2021-10-02 02:55",
            "camhs_crisis": "2021-10-02 02:55",
        }
    )


def test_in_office_hours_it_is_told_to_the_social_worker_and_the_safeguarding_nurse_too() -> None:
    given(AROUND_HER).when(
        received(attendance("2021-10-05 10:00")),
    ).then(
        raised(RULE, "high", **IN_OFFICE_HOURS),
    )


def test_who_told_of_it_is_not_told() -> None:
    said = harmed("laceration", agency="fostering", said_by="foster_carer")
    given(AROUND_HER).when(
        received(said),
    ).then(
        raised(RULE, "high", urgent="edt camhs_crisis", digest=AT_NIGHT["digest"]),
    )


def test_of_a_child_without_network_the_steward_and_night_team_are_told() -> None:
    given().when(
        received(harmed("ligature")),
    ).then(
        raised(RULE, "critical", urgent="steward edt", digest=""),
    )


@pytest.mark.parametrize("method", ["ligature", "height", "railway", "water"])
def test_some_methods_are_critical_whatever_came_of_it(method: str) -> None:
    assert severity(harmed(method, unconscious=False, admission_needed=False)) == "critical"


@pytest.mark.parametrize("method", ["laceration", "overdose", "other", "not_known"])
def test_others_are_high_unless_unconscious(method: str) -> None:
    assert severity(harmed(method)) == "high"
    assert severity(harmed(method, unconscious=False)) == "high"
    assert severity(harmed(method, unconscious=True)) == "critical"


def test_an_overdose_that_needs_admission_is_critical_also_when_conscious() -> None:
    said = harmed("overdose", reference="INC-1", unconscious=False)
    assert severity(said.corrected(admission_needed=True)) == "critical"
    assert severity(said.corrected(admission_needed=False)) == "high"
    assert severity(said, admission("2021-10-02 04:00", follows="INC-1")) == "critical"


@pytest.mark.parametrize(("method", "found"), [("laceration", "high"), ("not_known", "critical")])
def test_an_admission_makes_critical_what_may_have_been_an_overdose(
    method: str, found: str
) -> None:
    said = harmed(method, admission_needed=True)
    assert severity(said) == found


@pytest.mark.parametrize(("unconscious", "found"), [(True, "critical"), (False, "high")])
def test_an_attendance_for_self_harm_is_critical_if_she_was_unconscious(
    unconscious: bool, found: str
) -> None:
    assert severity(attendance(NIGHT, unconscious=unconscious)) == found


def test_an_attendance_that_an_admission_follows_is_told_like_new() -> None:
    given(AROUND_HER, received(attendance("2021-10-10 19:40"))).when(
        received(admission("2021-10-10 22:15", follows="ED-1")),
    ).then(
        updated(RULE, "critical", **AT_NIGHT),
    ).then_awaits(
        {
            "edt": "2021-10-10 22:30",
            "foster_carer": "2021-10-10 22:30",
            "camhs_crisis": "2021-10-10 22:30",
        }
    )


def test_after_an_unconscious_child_the_admission_is_a_line_in_the_digest() -> None:
    given(AROUND_HER, received(attendance("2021-10-10 19:40", unconscious=True))).when(
        received(admission("2021-10-10 22:15", follows="ED-1")),
    ).then(
        updated(RULE, "critical", urgent="", digest=EVERYONE),
    )


# --- which attendances count -------------------------------------------------------------------

SELF_HARM = {"system": "snomed-ct", "code": "248062006", "display": "Self-harm"}
SELF_INFLICTED = {"system": "snomed-ct", "code": "276853009", "display": "Self-inflicted"}
SUICIDAL = {"system": "snomed-ct", "code": "6471006", "display": "Feeling suicidal"}


@pytest.mark.parametrize("said", [{"complaint": SELF_HARM}, {"injury_intent": SELF_INFLICTED}])
def test_the_codes_count_while_staff_have_not_said_what_they_see(
    said: dict[str, Any],
) -> None:
    given(AROUND_HER).when(
        received(attendance(NIGHT, self_harm="not_known", **said)),
    ).then(
        raised(RULE, "high", **AT_NIGHT),
    )


def test_what_staff_see_counts_for_more_than_the_codes() -> None:
    given(AROUND_HER).when(
        received(attendance(NIGHT, self_harm="no", complaint=SELF_HARM, unconscious=True)),
    ).then_nothing()


@pytest.mark.parametrize("complaint", [None, SUICIDAL])
def test_an_attendance_for_something_else_tells_nobody(complaint: object) -> None:
    given(AROUND_HER).when(
        received(attendance(NIGHT, self_harm="not_known", complaint=complaint)),
    ).then_nothing()


def test_an_unconscious_child_of_whom_nobody_knows_whether_it_was_self_harm_is_told() -> None:
    said = attendance(NIGHT, self_harm="not_known", unconscious=True)
    scene = given(AROUND_HER).when(received(said))
    scene.then(raised(RULE, "critical", **AT_NIGHT))
    alert = alert_of(scene, said)
    assert alert.headline == "In an emergency department: unconscious"
    assert alert.what == (
        "Came to an emergency department: whether for self-harm is not known; was unconscious."
    )


def test_an_admission_of_which_nobody_says_what_it_follows_tells_nobody() -> None:
    given(AROUND_HER).when(
        received(admission(NIGHT, reason="overdose")),
        received(admission(NIGHT, reference="SP-2", follows="ED-9")),
    ).then_nothing()


def test_harm_in_custody_is_told_by_its_own_rule() -> None:
    scene = given(AROUND_HER).when(received(incident("ligature")))
    assert scene.facts(RULE) == []
    assert scene.facts("custody-ligature") != []


# --- what it says ------------------------------------------------------------------------------


def test_it_says_what_happened_with_what_and_what_was_done() -> None:
    said = harmed(
        "laceration",
        means="glass",
        place="childrens_ward",
        injury="cut to the arm",
        unconscious=False,
        treatment="Wound glued by a doctor.",
        admission_needed=False,
        found_by="ward",
        account="Her words are in the event and not here.",
    )
    alert = alert_of(given(AROUND_HER).when(received(said)), said)
    assert (alert.headline, alert.where) == ("Self-harm: laceration", "childrens ward")
    assert alert.what == (
        "Self-harm: laceration; with glass; injury: cut to the arm; was not unconscious; "
        "done: Wound glued by a doctor; no hospital bed needed; found by: ward."
    )
    assert alert.paragraphs == ("3.19", "3.22", "3.23")


def test_what_nobody_knows_is_left_out_and_passes_for_no_no() -> None:
    said = harmed("height", admission_needed=True)
    alert = alert_of(given(AROUND_HER).when(received(said)), said)
    assert alert.what == "Self-harm: at a height; hospital bed needed."


def test_in_an_emergency_department_it_says_that_an_assessment_is_expected() -> None:
    said = attendance(NIGHT, unconscious=True, account="Found by her carer; tablets.")
    alert = alert_of(given(AROUND_HER).when(received(said)), said)
    assert (alert.headline, alert.where) == ("In an emergency department: self-harm", "RXX01")
    assert alert.what == (
        "Came to an emergency department: self-harm; was unconscious; "
        f"Found by her carer; tablets. {EXPECTED}none is recorded yet."
    )


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("requested", "one is asked for"),
        ("started", "one has begun"),
        ("completed", "one is done"),
        ("refused", "the child would not"),
        ("not_done", "it did not take place"),
    ],
)
def test_it_says_how_far_the_assessment_has_come(step: str, words: str) -> None:
    said = attendance(NIGHT)
    scene = given(AROUND_HER, received(said)).when(received(assessed(step, "2021-10-02 09:00")))
    scene.then(updated(RULE, "high", urgent="", digest=EVERYONE))
    assert alert_of(scene, said).what.endswith(f"{EXPECTED}{words}.")


def test_the_last_step_of_an_assessment_is_told() -> None:
    steps = [assessed("completed", "2021-10-02 11:00"), assessed("requested", "2021-10-02 09:00")]
    said = attendance(NIGHT)
    scene = given(AROUND_HER, received(said), *(received(each, MORNING) for each in steps))
    assert alert_of(scene, said).what.endswith("one is done.")


@pytest.mark.parametrize(
    "step",
    [
        assessed("completed", "2021-10-02 09:00", site="RYY01"),
        assessed("completed", "2021-10-01 09:00"),
        assessed("completed", "2021-10-17 09:00"),
    ],
    ids=["elsewhere", "before", "long after"],
)
def test_an_assessment_elsewhere_before_or_long_after_is_not_of_the_attendance(step: Said) -> None:
    given(AROUND_HER, received(attendance(NIGHT))).when(received(step)).then_nothing()


def test_an_assessment_of_the_same_day_at_an_hour_not_known_counts() -> None:
    said = attendance(NIGHT)
    scene = given(AROUND_HER, received(said)).when(
        received(assessed("completed", "2021-10-02"), at=MORNING)
    )
    assert alert_of(scene, said).what.endswith("one is done.")


def test_of_an_incident_no_assessment_is_said_to_be_expected() -> None:
    given(AROUND_HER, received(harmed("laceration"))).when(
        received(assessed("completed", "2021-10-02 09:00")),
    ).then_nothing()


def test_an_admission_says_where_to_and_why() -> None:
    said = attendance(NIGHT)
    then = admission("2021-10-02 05:00", follows="ED-1", ward="Puffin ward", reason="overdose")
    scene = given(AROUND_HER, received(said)).when(received(then))
    assert "self-harm. Admitted to Puffin ward; overdose. A psych" in alert_of(scene, said).what


# --- one alert for each report -----------------------------------------------------------------


def test_the_same_report_twice_says_nothing_new() -> None:
    given(AROUND_HER, received(harmed("ligature"))).when(
        received(harmed("ligature"), at="2021-10-02 02:45"),
    ).then_nothing()


def test_a_second_incident_is_another_alert_which_names_the_first() -> None:
    first, second = harmed("ligature"), harmed("ligature", "2021-10-02 11:50")
    scene = given(AROUND_HER, received(first)).when(received(second))
    scene.then(raised(RULE, "critical", **AT_NIGHT))
    assert alert_of(scene, second).what == (
        "Self-harm: ligature. Also reported in the 24 h before: incident (acute-trust)."
    )
    assert alert_of(scene, first).what == "Self-harm: ligature."


def test_a_carers_report_and_the_hospitals_are_two_alerts_and_the_later_names_the_earlier() -> None:
    carers = harmed("overdose", agency="fostering", said_by="foster_carer")
    hospitals = attendance("2021-10-02 03:30")
    scene = given(AROUND_HER, received(carers)).when(received(hospitals))
    scene.then(raised(RULE, "high", **AT_NIGHT))
    assert alert_of(scene, hospitals).what.endswith(
        "Also reported in the 24 h before: incident (fostering)."
    )


def test_a_report_that_comes_later_of_the_hours_before_is_a_line_in_the_digest() -> None:
    hospitals = attendance("2021-10-02 03:30")
    carers = harmed("overdose", agency="fostering", said_by="foster_carer")
    given(AROUND_HER, received(hospitals)).when(
        received(carers, at="2021-10-02 05:00"),
    ).then(
        raised(RULE, "high", urgent="edt camhs_crisis"),
        updated(RULE, "high", urgent="", digest=EVERYONE.replace("foster_carer ", "")),
    )


def test_more_than_a_day_apart_neither_names_the_other() -> None:
    later = harmed("laceration", "2021-10-03 02:41")
    scene = given(AROUND_HER, received(harmed("overdose"))).when(received(later))
    assert alert_of(scene, later).what == "Self-harm: laceration."


def test_reports_of_one_agency_are_named_once() -> None:
    said = [harmed("laceration", f"2021-10-02 0{hour}:00") for hour in (3, 4, 5)]
    scene = given(AROUND_HER, *(received(each) for each in said))
    what = "Self-harm: laceration. Also reported in the 24 h before: incident (acute-trust)."
    assert alert_of(scene, said[2]).what == what


def test_an_attendance_for_something_else_is_not_named() -> None:
    later = harmed("laceration", "2021-10-02 12:00")
    scene = given(AROUND_HER, received(attendance(NIGHT, self_harm="no"))).when(received(later))
    assert alert_of(scene, later).what == "Self-harm: laceration."


def test_the_same_reference_of_another_agency_is_another_report() -> None:
    said = harmed("ligature", reference="INC-1")
    elsewhere = replace(said, agency="placement", said_by="placement")
    given(AROUND_HER, received(said)).when(
        received(elsewhere),
    ).then(
        raised(RULE, "critical", **AT_NIGHT),
        updated(RULE, "critical", urgent="", digest=EVERYONE),
    )


def test_another_hospitals_admission_of_the_same_reference_does_not_belong_to_it() -> None:
    said = attendance(NIGHT)
    elsewhere = replace(admission("2021-10-02 05:00", follows="ED-1"), agency="camhs")
    given(AROUND_HER, received(said)).when(received(elsewhere)).then_nothing()


# --- late and out of order ---------------------------------------------------------------------


def test_days_late_it_is_told_no_less_urgently() -> None:
    given(AROUND_HER).when(
        received(harmed("ligature"), at="2021-10-06 10:15"),
    ).then(
        raised(RULE, "critical", **IN_OFFICE_HOURS),
        raised("late-disclosure", "medium", urgent="", digest="team_manager safeguarding_nurse"),
    )


def test_in_any_order_the_same_alerts_are_open_and_say_the_same() -> None:
    visit = attendance("2021-10-10 19:40")
    said = [
        harmed("overdose", "2021-10-10 19:00", agency="fostering", said_by="foster_carer"),
        visit,
        assessed("requested", "2021-10-10 21:00"),
        admission("2021-10-10 22:15", follows="ED-1", reason="overdose"),
        harmed("ligature", "2021-10-10 22:18"),
    ]
    at = "2021-10-10 22:20"
    forwards = given(AROUND_HER, *(received(each, at) for each in said))
    backwards = given(AROUND_HER, *(received(each, at) for each in reversed(said)))
    for scene in (forwards, backwards):
        scene.then_open(f"{RULE} high 0", f"{RULE} critical 0", f"{RULE} critical 0")
    for each in (said[0], visit, said[4]):
        assert alert_of(forwards, each).what == alert_of(backwards, each).what


def test_an_admission_that_comes_before_its_attendance_belongs_to_it() -> None:
    given(AROUND_HER, received(admission("2021-10-10 22:15", follows="ED-1"))).when(
        received(attendance("2021-10-10 19:40"), at="2021-10-10 22:20"),
    ).then(
        raised(RULE, "critical", **AT_NIGHT),
    )


def test_history_loaded_in_bulk_tells_nobody_and_is_named_by_what_follows() -> None:
    old = harmed("overdose", "2021-10-01 10:00").as_history()
    scene = given(AROUND_HER).when(received(old, at="2021-10-05 09:00"))
    scene.then(raised(RULE, "high", urgent="", digest=""))
    later = harmed("laceration", "2021-10-02 09:00")
    scene.when(received(later, at="2021-10-05 09:30"))
    assert "Also reported" in alert_of(scene, later).what


def test_what_is_read_around_an_event_is_enough_for_every_report_that_it_may_bear_on() -> None:
    far = attendance("2022-10-20 12:00", reference="ED-2")
    scene = given(
        AROUND_HER,
        received(attendance(NIGHT)),
        received(far),
        received(admission("2023-08-01 12:00", reference="SP-2", follows="ED-2")),
    )
    about = scene.hub.case.standing_event(("acute-trust", "ED-1"))
    assert about is not None
    rule, thresholds = SelfHarm(), scene.hub.ruleset.thresholds[RULE]
    (need,) = rule.needs(thresholds)
    since, until = about.placed_at - need.before, about.placed_at + need.after
    standings = scene.hub.case.standings.items()
    kept = Standings({k: v for k, v in standings if since <= v.occurred_at <= until})
    seen = rule.assess(replace(scene.hub.case, standings=kept), about, thresholds)
    assert len(seen) == 2
    assert seen == rule.assess(scene.hub.case, about, thresholds)


# --- corrections -------------------------------------------------------------------------------


def test_a_correction_that_makes_it_worse_is_told_like_new() -> None:
    said = harmed("laceration", reference="INC-1")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(unconscious=True), at="2021-10-02 02:50"),
    ).then(
        updated(RULE, "critical", **AT_NIGHT),
    )


def test_a_correction_that_makes_it_milder_is_a_line_in_the_digest() -> None:
    said = harmed("ligature", reference="INC-1")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(method="laceration"), at="2021-10-02 02:50"),
    ).then(
        updated(RULE, "high", urgent="", digest=EVERYONE),
    )


def test_a_correction_of_details_is_a_line_in_the_digest() -> None:
    said = harmed("ligature")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(means="cord"), at="2021-10-02 02:50"),
    ).then(
        updated(RULE, "critical", urgent="", digest=EVERYONE),
    )


def test_an_attendance_corrected_to_be_for_something_else_is_withdrawn() -> None:
    said = attendance(NIGHT)
    given(AROUND_HER, received(said)).when(
        received(said.corrected(self_harm="no"), at="2021-10-02 04:00"),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
    )


def test_an_attendance_that_turns_out_to_be_for_self_harm_is_raised() -> None:
    said = attendance(NIGHT, self_harm="not_known")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(self_harm="yes"), at="2021-10-02 04:00"),
    ).then(
        raised(RULE, "high", **AT_NIGHT),
    )


def test_an_admission_corrected_to_follow_another_event_lowers_it_by_digest() -> None:
    then = admission("2021-10-02 05:00", follows="ED-1")
    given(AROUND_HER, received(attendance(NIGHT)), received(then)).when(
        received(then.corrected(follows_reference="ED-9"), at="2021-10-02 06:00"),
    ).then(
        updated(RULE, "high", urgent="", digest=EVERYONE),
    )


@pytest.mark.parametrize("year", ["2020", "2012"])
def test_a_correction_of_the_year_is_no_withdrawal(year: str) -> None:
    said = harmed("ligature", f"{year}-10-02 02:40", known=NIGHT)
    given(AROUND_HER, received(said, at="2021-10-02 02:42")).when(
        received(said.corrected(occurred=NIGHT), at="2021-10-02 02:50"),
    ).then_nothing().then_open(f"{RULE} critical 0")


def test_an_admission_of_the_wrong_year_still_belongs_to_its_attendance() -> None:
    wrong = admission("2020-10-10 22:15", follows="ED-1", known="2021-10-10 22:15")
    given(AROUND_HER, received(attendance("2021-10-10 19:40"))).when(
        received(wrong, at="2021-10-10 22:20"),
    ).then(
        updated(RULE, "critical", **AT_NIGHT),
    )


def test_a_correction_that_overtakes_what_it_corrects_stands() -> None:
    said = harmed("ligature", reference="INC-1")
    given(AROUND_HER, received(said.corrected(method="laceration"), at="2021-10-02 02:50")).when(
        received(said, at="2021-10-02 02:55"),
    ).then_nothing().then_open(f"{RULE} high 0")


# --- retractions -------------------------------------------------------------------------------


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said = harmed("ligature")
    given(AROUND_HER, received(said)).when(
        received(said.retracted(), at="2021-10-02 09:30"),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
    ).then_awaits({})


def test_what_named_a_report_names_it_no_more_once_it_is_retracted() -> None:
    first, second = harmed("overdose"), harmed("ligature", "2021-10-02 11:50")
    scene = given(AROUND_HER, received(first), received(second)).when(
        received(first.retracted(), at="2021-10-02 12:30"),
    )
    scene.then(
        withdrawn(RULE, **AT_NIGHT),
        updated(RULE, "critical", urgent="", digest=EVERYONE),
    )
    assert alert_of(scene, second).what == "Self-harm: ligature."


def test_a_retracted_admission_lowers_it_by_digest() -> None:
    then = admission("2021-10-02 05:00", follows="ED-1")
    given(AROUND_HER, received(attendance(NIGHT)), received(then)).when(
        received(then.retracted(), at="2021-10-02 06:00"),
    ).then(
        updated(RULE, "high", urgent="", digest=EVERYONE),
    )


def test_a_retracted_assessment_is_not_recorded_any_more() -> None:
    said, step = attendance(NIGHT), assessed("completed", "2021-10-02 09:00")
    scene = given(AROUND_HER, received(said), received(step)).when(
        received(step.retracted(), at="2021-10-02 10:00"),
    )
    scene.then(updated(RULE, urgent="", digest=EVERYONE))
    assert alert_of(scene, said).what.endswith("none is recorded yet.")


def test_an_early_retraction_is_remembered() -> None:
    said = harmed("ligature")
    given(AROUND_HER, received(said.retracted(), at="2021-10-02 02:41")).when(
        received(said, at="2021-10-02 02:42"),
    ).then_nothing().then_open()


def test_what_is_said_again_after_its_retraction_is_raised_again() -> None:
    said = harmed("ligature")
    scene = given(
        AROUND_HER, received(said), received(said.retracted(), at="2021-10-02 02:50")
    ).when(
        received(said.corrected().corrected(), at="2021-10-02 03:00"),
    )
    scene.then(raised(RULE, "critical", **AT_NIGHT))
    assert [each.state for each in scene.hub.case.alerts.values()] == [AlertState.OPEN]


# --- wrong clocks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "occurred", ["1970-01-01 00:00+00:00", "2100-01-01 00:00+00:00", "0001-01-01", "9999-12-31"]
)
@pytest.mark.parametrize("report", [harmed("ligature"), attendance(NIGHT, unconscious=True)])
def test_a_time_that_cannot_be_is_flagged_and_alerts_all_the_same(
    report: Said, occurred: str
) -> None:
    given(AROUND_HER).when(
        received(replace(report, occurred=occurred, known=NIGHT), at=NIGHT),
    ).then(
        flagged("occurred"),
        raised(RULE, "critical", **AT_NIGHT),
    )


def test_an_admission_under_a_wrong_clock_belongs_to_its_attendance() -> None:
    wrong = admission("1970-01-01 00:00+00:00", follows="ED-1", known="2021-10-10 22:15")
    given(AROUND_HER, received(attendance("2021-10-10 19:40"))).when(
        received(wrong, at="2021-10-10 22:20"),
    ).then(
        flagged("occurred"),
        updated(RULE, "critical", **AT_NIGHT),
    )
