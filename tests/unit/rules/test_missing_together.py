"""missing-together: missing with another child who is looked after (1.4, 1.9)."""

from dataclasses import replace
from itertools import permutations

import pytest

from safeguarding.rules.missing.missing_together import MissingTogether
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import NIGHT, Said, found, report
from tests.unit.rules.said_risks import risk
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    flagged,
    members,
    raised,
    received,
    updated,
    withdrawn,
)
from tests.unit.rules.spec import given as given_in

RULE = "missing-together"
LATER = "2021-10-02 04:40"
AROUND_HER = members("social_worker edt missing_coordinator iro foster_carer camhs_community")
# The police's coordinator says so, and is not told so.
AT_NIGHT: Audience = {"urgent": "edt", "digest": "social_worker iro foster_carer camhs_community"}
IN_OFFICE: Audience = {
    "urgent": "social_worker",
    "digest": "edt iro foster_carer camhs_community",
}
TOGETHER = (
    "Missing together with another child, who is looked after. Please see that those who look for "
    "the two children, and those who look after them, know of each other."
)
NOT_SO = (
    "It was thought that a child who is looked after was missing with her. By the last assessment "
    "that is not so."
)


def given(*doings: Doing) -> Scene:
    return given_in(*doings, hub=Hub(ruleset=only(RULE)))


# --- it fires ----------------------------------------------------------------------------------


def test_at_night_it_is_told_to_the_duty_team_and_everybody_else_reads_of_it() -> None:
    given(AROUND_HER).when(
        received(risk(NIGHT)),
    ).then(
        raised(RULE, "high", level=1, what=TOGETHER, **AT_NIGHT),
    ).then_awaits({"edt": "2021-10-02 03:40"})


def test_in_office_hours_it_is_told_to_the_social_worker() -> None:
    given(AROUND_HER).when(
        received(risk("2021-10-05 10:00")),
    ).then(
        raised(RULE, "high", **IN_OFFICE),
    )


def test_where_another_says_so_the_polices_coordinator_is_told() -> None:
    given(AROUND_HER).when(
        received(risk(NIGHT, agency="placement", said_by="placement")),
    ).then(
        raised(RULE, urgent="edt missing_coordinator"),
    )


def test_no_more_is_told_than_that_another_child_is_concerned() -> None:
    said = risk(
        NIGHT,
        companions=3,
        reasons=["with Robin of another home"],
        actions=["Looking for Robin."],
    )
    scene = given(AROUND_HER).when(received(said))
    (alert,) = scene.hub.alerts.values()
    assert (alert.what, alert.where) == (TOGETHER, None)
    assert alert.headline == "Missing together with another child"
    assert alert.paragraphs == ("1.4", "1.9")


# --- near misses -------------------------------------------------------------------------------


@pytest.mark.parametrize("looked_after", [False, None])
def test_with_others_of_whom_nobody_says_that_one_is_looked_after_tells_nobody(
    *, looked_after: bool | None
) -> None:
    given(AROUND_HER).when(
        received(risk(NIGHT, looked_after=looked_after, companions=2)),
    ).then_nothing()


def test_what_is_only_written_about_it_tells_nobody() -> None:
    given(AROUND_HER).when(
        received(report("MP-1", NIGHT, circumstances="With a child of another authority.")),
    ).then_nothing()


def test_that_she_is_found_says_nothing_here_since_the_other_child_may_not_be() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(found("MP-1", LATER)),
    ).then_nothing().then_open(f"{RULE} high 1")


# --- assessed anew -----------------------------------------------------------------------------


def test_assessed_anew_with_the_same_answer_says_nothing_new() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(risk(LATER, level="medium", companions=2)),
    ).then_nothing()


def test_an_assessment_that_is_silent_on_it_takes_nothing_back() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(risk(LATER, looked_after=None)),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_one_that_says_otherwise_settles_it_and_is_told_to_whoever_was_told() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(risk(LATER, looked_after=False)),
    ).then(
        updated(RULE, level=0, what=NOT_SO, **AT_NIGHT),
    ).then_awaits({})


def test_that_it_is_not_so_calls_nobody_who_was_not_called() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(risk("2021-10-05 10:00", looked_after=False)),
    ).then(
        updated(RULE, level=0, **AT_NIGHT),
    )


def test_thought_so_again_it_is_told_like_new() -> None:
    given(AROUND_HER, received(risk(NIGHT)), received(risk(LATER, looked_after=False))).when(
        received(risk("2021-10-02 06:00")),
    ).then(
        updated(RULE, level=1, what=TOGETHER, **AT_NIGHT),
    )


def test_what_was_not_so_at_first_is_told_once_it_is_thought() -> None:
    given(AROUND_HER, received(risk(NIGHT, looked_after=False))).when(
        received(risk(LATER)),
    ).then(
        raised(RULE, level=1, **AT_NIGHT),
    )


# --- repeats, late and out of order ------------------------------------------------------------


def test_the_same_assessment_twice_says_nothing_new() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(received(risk(NIGHT), LATER)).then_nothing()


def test_another_episode_is_another_alert_and_so_is_that_of_another_agency() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(risk(LATER, episode="MP-2")),
        received(risk(LATER, agency="placement", said_by="placement")),
    ).then(
        raised(RULE, **AT_NIGHT),
        raised(RULE),
    )


def test_told_days_late_it_is_told_no_less_urgently() -> None:
    given(AROUND_HER).when(
        received(risk(NIGHT), at="2021-10-05 10:00"),
    ).then(
        raised(RULE, "high", level=1, **IN_OFFICE),
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([risk(NIGHT), risk(LATER, looked_after=False), risk("2021-10-02 05:00")], 1),
        ([risk(NIGHT), risk(LATER, looked_after=None), risk("2021-10-02 05:00")], 1),
        ([risk(NIGHT), risk(LATER), risk("2021-10-02 05:00", looked_after=False)], 0),
        ([risk(NIGHT), risk(LATER, looked_after=False), risk(NIGHT).corrected(level="low")], 0),
    ],
)
def test_in_any_order_the_same_alert_is_open_and_says_the_same(
    said: list[Said], found: int
) -> None:
    for order in permutations(said):
        scene = given(AROUND_HER, *(received(each, "2021-10-02 09:00") for each in order))
        scene.then_open(f"{RULE} high {found}")
        assert [each.what for each in scene.hub.alerts.values()] == [[NOT_SO, TOGETHER][found]]


def test_history_loaded_in_bulk_tells_nobody() -> None:
    given(AROUND_HER).when(
        received(risk("2021-03-01 10:00").as_history(), at=NIGHT),
    ).then(
        raised(RULE, urgent="", digest=""),
    )


# --- corrections and retractions ---------------------------------------------------------------


def test_a_correction_that_nobody_is_looked_after_is_withdrawn() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(risk(NIGHT).corrected(companions_looked_after=False), LATER),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
    ).then_awaits({})


def test_a_correction_of_the_level_says_nothing() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(risk(NIGHT).corrected(level="medium"), LATER),
    ).then_nothing()


def test_a_correction_to_another_episode_moves_the_alert() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(risk(NIGHT).corrected(episode="MP-2"), LATER),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
        raised(RULE, **AT_NIGHT),
    )


def test_a_retraction_is_told_to_whoever_was_told() -> None:
    given(AROUND_HER, received(risk(NIGHT))).when(
        received(risk(NIGHT).retracted(), at="2021-10-05 10:00"),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
    ).then_awaits({})


def test_an_answer_that_said_otherwise_and_is_taken_back_is_told_like_new() -> None:
    said = risk(LATER, looked_after=False)
    given(AROUND_HER, received(risk(NIGHT)), received(said)).when(
        received(said.retracted(), at="2021-10-02 06:00"),
    ).then(
        updated(RULE, level=1, **AT_NIGHT),
    )


def test_an_assessment_of_the_wrong_year_is_taken_back_and_the_other_stands() -> None:
    wrong = risk("2020-10-02 03:00", known=LATER)
    given(AROUND_HER, received(risk(NIGHT)), received(wrong, LATER)).when(
        received(wrong.retracted(), at="2021-10-02 06:00"),
    ).then_nothing().then_open(f"{RULE} high 1")


@pytest.mark.parametrize("occurred", ["1970-01-01", "2100-01-01", "9999-12-31"])
def test_a_time_that_cannot_be_is_flagged_and_told_all_the_same(occurred: str) -> None:
    given(AROUND_HER).when(
        received(replace(risk(NIGHT), occurred=occurred, known=NIGHT), at=NIGHT),
    ).then(
        flagged("occurred"),
        raised(RULE, "high", **AT_NIGHT),
    )


def test_only_assessments_of_the_risk_are_read() -> None:
    (need,) = MissingTogether().needs(only(RULE).thresholds[RULE])
    assert need.types == {"missing-risk"}
