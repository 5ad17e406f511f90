"""custody-ligature: harm, or danger of it, to a child in police custody (3.17, 1.8)."""

from dataclasses import replace

import pytest

from tests.unit.rules.said import Said, incident
from tests.unit.rules.said_release import (
    adult_says,
    declaration,
    force,
    healthcare,
    nurse_says,
    observed,
)
from tests.unit.rules.spec import (
    Audience,
    Expected,
    flagged,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)

AROUND_HER = members("social_worker team_manager iro edt foster_carer camhs_crisis camhs_community")
AT_NIGHT: Audience = {
    "urgent": "edt foster_carer camhs_crisis",
    "digest": "social_worker team_manager iro camhs_community",
}
EVERYONE = "social_worker team_manager iro edt foster_carer camhs_crisis camhs_community"
LATE = raised("late-disclosure", "medium", urgent="", digest="team_manager")


# --- it fires ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ligature", "other_self_harm", "unconscious"])
def test_harm_in_custody_is_critical_and_told_at_once_to_who_can_act(kind: str) -> None:
    given(AROUND_HER).when(
        received(incident(kind), at="2021-10-02 02:41"),
    ).then(
        raised("custody-ligature", "critical", level=1, **AT_NIGHT),
    )


@pytest.mark.parametrize("kind", ["force_used", "observation_raised", "healthcare_called"])
def test_so_is_danger_of_harm(kind: str) -> None:
    given(AROUND_HER).when(
        received(incident(kind), at="2021-10-02 02:41"),
    ).then(
        raised("custody-ligature", "critical", level=0, **AT_NIGHT),
    )


def test_harm_after_danger_is_told_at_once_again() -> None:
    given(AROUND_HER, received(incident("force_used", "2021-10-02 02:30"))).when(
        received(incident("ligature", "2021-10-02 02:40"), at="2021-10-02 02:41"),
    ).then(
        updated("custody-ligature", "critical", level=1, **AT_NIGHT),
    )


def test_danger_after_danger_is_a_line_in_the_digest() -> None:
    given(AROUND_HER, received(incident("force_used", "2021-10-02 02:30"))).when(
        received(incident("healthcare_called", "2021-10-02 02:40"), at="2021-10-02 02:41"),
    ).then(
        updated("custody-ligature", "critical", level=0, urgent="", digest=EVERYONE),
    )


@pytest.mark.parametrize("kind", ["ligature", "force_used"])
def test_it_is_to_be_acknowledged_within_a_quarter_of_an_hour(kind: str) -> None:
    given(members("edt social_worker")).when(
        received(incident(kind), at="2021-10-02 02:41"),
    ).then_awaits({"edt": "2021-10-02 02:56"})


def test_the_alert_says_what_happened_where_and_what_was_done() -> None:
    scene = given(AROUND_HER).when(
        received(
            incident(
                "ligature",
                means="tracksuit bottoms",
                injury="red mark",
                observation_level="constant",
                action_taken="ligature removed",
            )
        ),
    )
    (alert,) = scene.hub.alerts.values()
    assert alert.headline == "In custody: ligature"
    assert alert.where == "north"
    assert alert.what == (
        "Ligature; with tracksuit bottoms; injury: red mark; observation now constant; "
        "done: ligature removed."
    )
    assert alert.paragraphs == ("3.17", "1.8")


# --- a near miss -------------------------------------------------------------------------------


def test_an_incident_of_another_detention_is_another_alert() -> None:
    given(
        AROUND_HER,
        received(incident("ligature", "2021-10-02 02:40", record="CR-1")),
    ).when(
        received(incident("force_used", "2021-10-02 02:50", record="CR-2")),
    ).then(
        raised("custody-ligature", "critical"),
    ).then_open("custody-ligature critical 1", "custody-ligature critical 0")


def test_the_same_record_number_of_another_force_is_another_detention() -> None:
    elsewhere = replace(incident("ligature", record="CR-1"), agency="camhs")
    given(
        AROUND_HER,
        received(incident("ligature", record="CR-1")),
    ).when(
        received(elsewhere),
    ).then(
        raised("custody-ligature", "critical"),
    )


# --- repeats -----------------------------------------------------------------------------------


def test_the_same_incident_published_twice_says_nothing_new() -> None:
    given(
        AROUND_HER,
        received(incident("ligature"), at="2021-10-02 02:41"),
    ).when(
        received(incident("ligature"), at="2021-10-02 02:45"),
    ).then_nothing()


def test_a_second_ligature_is_told_like_new() -> None:
    given(
        AROUND_HER,
        received(incident("ligature", "2021-10-02 02:40")),
    ).when(
        received(incident("ligature", "2021-10-02 03:10")),
    ).then(
        updated("custody-ligature", "critical", level=2, **AT_NIGHT),
    ).then_awaits(
        {
            "edt": "2021-10-02 03:25",
            "foster_carer": "2021-10-02 03:25",
            "camhs_crisis": "2021-10-02 03:25",
        }
    )


def test_harm_after_force_raises_the_severity_and_is_told_like_new() -> None:
    given(
        AROUND_HER,
        received(incident("force_used", "2021-10-02 02:40")),
    ).when(
        received(incident("unconscious", "2021-10-02 02:50")),
    ).then(
        updated("custody-ligature", "critical", **AT_NIGHT),
    )


def test_an_incident_after_a_return_on_bail_counts_with_those_before() -> None:
    given(
        AROUND_HER,
        received(incident("ligature", "2021-10-02 02:40")),
    ).when(
        received(incident("ligature", "2021-11-13 02:30")),
    ).then(
        updated("custody-ligature", "critical", level=2, **AT_NIGHT),
    )


def test_a_lesser_incident_after_a_ligature_is_a_line_in_the_digest() -> None:
    given(
        AROUND_HER,
        received(incident("ligature", "2021-10-02 02:40")),
    ).when(
        received(incident("observation_raised", "2021-10-02 02:50")),
    ).then(
        updated("custody-ligature", "critical", urgent="", digest=EVERYONE),
    ).then_awaits(
        {
            "edt": "2021-10-02 02:55",
            "foster_carer": "2021-10-02 02:55",
            "camhs_crisis": "2021-10-02 02:55",
        }
    )


# --- late and out of order ---------------------------------------------------------------------


def test_four_days_late_it_is_told_no_less_urgently() -> None:
    given(AROUND_HER).when(
        received(incident("ligature", "2021-10-02 02:40"), at="2021-10-06 10:15"),
    ).then(
        raised(
            "custody-ligature",
            "critical",
            urgent="social_worker foster_carer camhs_crisis",
            digest="team_manager iro edt camhs_community",
        ),
        LATE,
    )


def test_out_of_order_the_same_alert_is_open_in_the_end() -> None:
    first, second = (
        incident("ligature", "2021-10-02 02:40"),
        incident("force_used", "2021-10-02 02:30"),
    )
    in_order = given(AROUND_HER, received(second), received(first, at="2021-10-02 02:45"))
    reverse = given(AROUND_HER, received(first), received(second, at="2021-10-02 02:45"))
    in_order.then_open("custody-ligature critical 1")
    reverse.then_open("custody-ligature critical 1")
    assert in_order.grounds == reverse.grounds


def test_an_earlier_incident_that_comes_late_is_put_first_in_the_account() -> None:
    given(
        AROUND_HER,
        received(incident("ligature", "2021-10-02 02:40")),
    ).when(
        received(incident("force_used", "2021-10-02 02:30"), at="2021-10-02 03:00"),
    ).then(
        updated("custody-ligature", what="Force used. Ligature.", urgent=""),
    )


# --- corrections -------------------------------------------------------------------------------


def test_a_correction_that_makes_it_worse_is_told_like_new() -> None:
    said = incident("force_used", reference="I-1")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(kind="ligature"), at="2021-10-02 02:50"),
    ).then(
        updated("custody-ligature", "critical", **AT_NIGHT),
    )


def test_a_correction_of_details_is_a_line_in_the_digest() -> None:
    said = incident("ligature", means="cord")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(means="a strip of a blanket"), at="2021-10-02 02:50"),
    ).then(
        updated("custody-ligature", "critical", urgent="", digest=EVERYONE),
    )


def test_a_correction_that_makes_it_milder_is_a_line_in_the_digest() -> None:
    said = incident("ligature", reference="I-1")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(kind="healthcare_called"), at="2021-10-02 02:50"),
    ).then(
        updated("custody-ligature", "critical", level=0, urgent="", digest=EVERYONE),
    )


def test_a_correction_to_another_detention_moves_the_alert() -> None:
    said = incident("ligature", record="CR-1")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(custody_record="CR-2"), at="2021-10-02 02:50"),
    ).then(
        withdrawn("custody-ligature", **AT_NIGHT),
        raised("custody-ligature", "critical", **AT_NIGHT),
    )


def test_a_correction_of_the_year_is_no_withdrawal() -> None:
    said = incident("ligature", "2020-10-02 02:40", known="2021-10-02 02:41")
    given(
        AROUND_HER,
        received(said, at="2021-10-02 02:42"),
    ).when(
        received(said.corrected(occurred="2021-10-02 02:40"), at="2021-10-02 02:50"),
    ).then_nothing().then_open("custody-ligature critical 1")


def test_a_correction_that_overtakes_what_it_corrects_stands() -> None:
    said = incident("ligature", reference="I-1")
    given(
        AROUND_HER,
        received(said.corrected(kind="force_used"), at="2021-10-02 02:50"),
    ).when(
        received(said, at="2021-10-02 02:55"),
    ).then_nothing().then_open("custody-ligature critical 0")


# --- retractions -------------------------------------------------------------------------------


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said = incident("ligature")
    given(AROUND_HER, received(said)).when(
        received(said.retracted(), at="2021-10-02 09:30"),
    ).then(
        withdrawn("custody-ligature", **AT_NIGHT),
    ).then_awaits({})


def test_the_alert_stays_while_another_incident_of_the_detention_stands() -> None:
    ligature = incident("ligature", "2021-10-02 02:40")
    given(
        AROUND_HER,
        received(incident("force_used", "2021-10-02 02:30")),
        received(ligature),
    ).when(
        received(ligature.retracted(), at="2021-10-02 09:30"),
    ).then(
        updated("custody-ligature", "critical", level=0, urgent="", digest=EVERYONE),
    )


def test_an_incident_of_the_wrong_year_is_taken_back_and_the_others_stand() -> None:
    wrong = incident("ligature", "2020-10-02 02:40", known="2021-10-02 02:41")
    given(
        AROUND_HER,
        received(wrong, at="2021-10-02 02:42"),
        received(incident("ligature", "2021-10-02 02:40")),
    ).when(
        received(wrong.retracted(), at="2021-10-02 03:00"),
    ).then(
        updated("custody-ligature", "critical", level=1, urgent="", digest=EVERYONE),
    )


def test_an_early_retraction_is_remembered() -> None:
    said = incident("ligature")
    given(AROUND_HER, received(said.retracted(), at="2021-10-02 02:41")).when(
        received(said, at="2021-10-02 02:42"),
    ).then_nothing().then_open()


def test_what_is_said_again_after_its_retraction_is_raised_again() -> None:
    said = incident("ligature")
    given(
        AROUND_HER,
        received(said),
        received(said.retracted(), at="2021-10-02 02:50"),
    ).when(
        received(said.corrected().corrected(), at="2021-10-02 03:00"),
    ).then(
        raised("custody-ligature", "critical", **AT_NIGHT),
    )


# --- wrong clocks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "occurred", ["1970-01-01 00:00+00:00", "2100-01-01 00:00+00:00", "0001-01-01", "9999-12-31"]
)
def test_a_time_that_cannot_be_is_flagged_and_alerts_all_the_same(occurred: str) -> None:
    given(AROUND_HER).when(
        received(incident("ligature", occurred, known="2021-10-02 02:41"), at="2021-10-02 02:41"),
    ).then(
        flagged("occurred"),
        raised("custody-ligature", "critical", **AT_NIGHT),
    )


@pytest.mark.parametrize("occurred", ["1970-01-01 00:00+00:00", "2100-01-01 00:00+00:00"])
def test_a_second_ligature_under_a_wrong_clock_is_told_like_new(occurred: str) -> None:
    given(
        AROUND_HER,
        received(incident("ligature", "2021-10-02 02:40")),
    ).when(
        received(incident("ligature", occurred, known="2021-10-02 03:00"), at="2021-10-02 03:00"),
    ).then(
        flagged("occurred"),
        updated("custody-ligature", "critical", level=2, **AT_NIGHT),
    )


@pytest.mark.parametrize("known", ["1970-01-01 00:00+00:00", "0001-01-01", "9999-12-31"])
def test_a_wrong_time_of_knowing_silences_no_rule(known: str) -> None:
    scene = given(AROUND_HER).when(
        received(incident("ligature", known=known), at="2021-10-02 02:41"),
    )
    told: list[Expected] = [flagged("known"), raised("custody-ligature", "critical", **AT_NIGHT)]
    scene.then(*told, *([] if known.startswith("9999") else [LATE]))


# --- whoever tells of it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (nurse_says("2021-10-02 02:40", "yes"), "Self-harm, as the custody nurse reports."),
        (adult_says("2021-10-02 02:40", "yes"), "Self-harm, as the appropriate adult reports."),
        (
            declaration("2021-10-02 02:40", self_harm=True, force_used=True),
            "Self-harm, force used, as custody declares.",
        ),
    ],
    ids=["nurse", "appropriate adult", "declaration"],
)
def test_a_word_of_self_harm_is_critical_whoever_says_it(said: Said, what: str) -> None:
    given(AROUND_HER).when(received(said, at="2021-10-02 02:41")).then(
        raised("custody-ligature", "critical", level=1, what=what, **AT_NIGHT)
    )


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (force("2021-10-02 02:40"), "Force used."),
        (
            observed("2021-10-02 02:40", "constant", "intermittent"),
            "Observation level raised; observation now constant.",
        ),
        (healthcare("2021-10-02 02:40", "called", None), "Healthcare professional called."),
        (
            declaration("2021-10-02 02:40", healthcare_called=True),
            "Healthcare professional called, as custody declares.",
        ),
    ],
    ids=["force", "observation", "healthcare", "declaration"],
)
def test_danger_that_is_told_by_an_event_of_its_own_is_critical(said: Said, what: str) -> None:
    given(AROUND_HER).when(received(said, at="2021-10-02 02:41")).then(
        raised("custody-ligature", "critical", level=0, what=what, **AT_NIGHT)
    )


@pytest.mark.parametrize(
    "said",
    [
        nurse_says("2021-10-02 02:40", "no"),
        adult_says("2021-10-02 02:40", "not_known"),
        declaration("2021-10-02 02:40"),
        declaration("2021-10-02 02:40", observation_changed=True),
        force("2021-10-02 02:40", "arrest"),
        observed("2021-10-02 02:40", "general", "constant"),
        observed("2021-10-02 02:40", "constant", None),
        healthcare("2021-10-02 09:20", "declined", "liaison_and_diversion"),
    ],
    ids=["no", "not known", "all no", "changed", "at the arrest", "lowered", "set", "the desk"],
)
def test_what_tells_of_no_danger_tells_nobody(said: Said) -> None:
    given(AROUND_HER).when(received(said, at="2021-10-02 09:41")).then_nothing()


def test_beside_an_incident_a_word_of_it_calls_nobody_again_in_whichever_order() -> None:
    said = declaration("2021-10-02 11:20", self_harm=True)
    given(AROUND_HER, received(incident("ligature"), at="2021-10-02 02:41")).when(
        received(said, at="2021-10-02 11:25"),
    ).then(
        updated("custody-ligature", "critical", level=1, urgent="", digest=EVERYONE),
    )
    given(AROUND_HER, received(said, at="2021-10-02 11:25")).when(
        received(incident("ligature"), at="2021-10-02 11:30"),
    ).then(
        updated("custody-ligature", "critical", level=1, urgent="", digest=EVERYONE),
        LATE,
    )


def test_danger_that_becomes_harm_is_told_like_new() -> None:
    given(AROUND_HER, received(force("2021-10-02 02:30"))).when(
        received(declaration("2021-10-02 02:40", self_harm=True), at="2021-10-02 02:41"),
    ).then(
        updated("custody-ligature", "critical", level=1, **AT_NIGHT),
    )


def test_a_word_that_is_corrected_to_no_is_taken_back() -> None:
    said = nurse_says("2021-10-02 02:30", "yes")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(self_harm="no"), at="2021-10-02 02:41"),
    ).then(
        withdrawn("custody-ligature"),
    )
