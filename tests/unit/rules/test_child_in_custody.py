"""child-in-custody: a child is arrested and detained (3.14, 3.16)."""

from dataclasses import replace

import pytest

from safeguarding.case import AlertState
from tests.unit.rules.said import (
    Said,
    adults_report,
    arrest,
    detention,
    incident,
    release,
)
from tests.unit.rules.spec import (
    Audience,
    Scene,
    acknowledged,
    flagged,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)
from tests.unit.rules.spec import answered as answered_by

RULE = "child-in-custody"
NIGHT = "2021-10-01 23:05"
MORNING = "2021-10-02 11:30"  # A Saturday.
AROUND_HER = members("social_worker team_manager iro edt foster_carer camhs_crisis")
AT_NIGHT: Audience = {
    "urgent": "edt foster_carer",
    "digest": "social_worker team_manager iro camhs_crisis",
}
EVERYONE = "social_worker team_manager iro edt foster_carer camhs_crisis"
BEFORE = (
    "before release: a risk assessment, word of what happened in custody, "
    "a handover to whoever receives the child."
)


def words(scene: Scene) -> str:
    """What the one alert says, of which there may be several revisions."""
    (record,) = [each for each in scene.hub.case.alerts.values() if each.rule == RULE]
    return scene.hub.alerts[record.alert_id].what


def adult(*said: Said) -> str:
    """What is said of the appropriate adult once these have come."""
    what = words(given(AROUND_HER, *(received(each) for each in said)))
    return what.split("appropriate adult: ")[1].split(";")[0]


# --- it fires ----------------------------------------------------------------------------------


def test_at_night_a_detention_is_told_at_once_to_the_night_team_and_the_carer() -> None:
    given(AROUND_HER).when(
        received(detention(NIGHT)),
    ).then(
        raised(RULE, "high", level=1, **AT_NIGHT),
    ).then_awaits({"edt": "2021-10-02 00:05", "foster_carer": "2021-10-02 00:05"})


def test_in_office_hours_it_is_told_to_the_social_worker_and_the_carer() -> None:
    given(AROUND_HER).when(
        received(detention("2021-10-05 10:00")),
    ).then(
        raised(
            RULE,
            "high",
            urgent="social_worker foster_carer",
            digest="team_manager iro edt camhs_crisis",
        ),
    )


def test_the_home_is_told_at_once_and_those_in_custody_by_digest() -> None:
    network = members("edt placement custody_inspector liaison_and_diversion")
    given(network).when(
        received(detention(NIGHT)),
    ).then(
        raised(RULE, urgent="edt placement", digest="custody_inspector liaison_and_diversion"),
    )


def test_who_published_it_is_not_told() -> None:
    given(members("edt custody_sergeant")).when(
        received(detention(NIGHT)),
    ).then(
        raised(RULE, urgent="edt", digest=""),
    )


def test_of_a_child_without_anybody_who_can_act_the_steward_and_night_team_are_told() -> None:
    given(members("youth_justice")).when(
        received(detention(NIGHT)),
    ).then(
        raised(RULE, urgent="steward edt", digest="youth_justice"),
    )


def test_an_arrest_for_which_a_custody_record_was_opened_counts() -> None:
    scene = given(AROUND_HER).when(
        received(arrest(NIGHT, taken_to="north", injured=True)),
    )
    scene.then(raised(RULE, "high", level=1, **AT_NIGHT))
    (alert,) = scene.hub.alerts.values()
    assert (alert.headline, alert.where) == ("In custody: arrested", "north")
    assert alert.what == f"Arrested; hurt in the arrest; appropriate adult: nothing said; {BEFORE}"


# --- what it says ------------------------------------------------------------------------------


def test_it_says_where_and_what_is_needed_before_release_and_not_what_for() -> None:
    scene = given(AROUND_HER).when(
        received(
            detention(
                NIGHT,
                appropriate_adult="none_yet",
                substances_suspected=True,
                reason="possession of drugs",
            )
        ),
    )
    (alert,) = scene.hub.alerts.values()
    assert (alert.headline, alert.where) == ("In custody: detained", "north")
    assert alert.what == (
        "Detained; seems to be under the influence of drink or drugs; "
        f"appropriate adult: none yet; {BEFORE}"
    )
    assert alert.paragraphs == ("3.14", "3.16")


@pytest.mark.parametrize(
    ("named", "words"),
    [(None, "nothing said"), ("none_yet", "none yet"), ("social_worker", "social worker comes")],
)
def test_the_detention_says_whether_an_appropriate_adult_comes(
    named: str | None, words: str
) -> None:
    assert adult(detention(NIGHT, appropriate_adult=named)) == words


def test_the_arrest_says_who_was_asked() -> None:
    asked = arrest("2021-10-01 22:40", appropriate_adult_asked="mother")
    assert adult(detention(NIGHT), asked) == "mother asked, none yet"
    assert adult(detention(NIGHT, appropriate_adult="none_yet"), asked) == "mother asked, none yet"
    assert adult(detention(NIGHT, appropriate_adult="volunteer"), asked) == "volunteer comes"


def test_the_last_arrest_that_says_so_counts() -> None:
    first = arrest("2021-10-01 22:00", appropriate_adult_asked="mother")
    second = arrest("2021-10-01 22:20", reference="AR-2", appropriate_adult_asked="aunt")
    third = arrest("2021-10-01 22:40", reference="AR-3")
    assert adult(first, second, third, detention(NIGHT)) == "aunt asked, none yet"


def test_an_appropriate_adult_who_reports_has_been_there() -> None:
    scene = given(AROUND_HER, received(detention(NIGHT, appropriate_adult="mother"))).when(
        received(adults_report("2021-10-02 01:30", who="social_worker")),
    )
    scene.then(updated(RULE, "high", level=1, urgent="", digest=EVERYONE))
    assert "appropriate adult: social worker, who has been there;" in words(scene)


def test_the_adults_report_of_another_detention_changes_nothing() -> None:
    given(AROUND_HER, received(detention(NIGHT))).when(
        received(adults_report("2021-10-02 01:30", record="CR-9")),
    ).then_nothing()


def test_what_happens_in_custody_is_not_said_again() -> None:
    scene = given(AROUND_HER, received(detention(NIGHT))).when(received(incident("ligature")))
    assert scene.facts(RULE) == []


# --- release -----------------------------------------------------------------------------------


def test_the_release_is_told_urgently_to_whoever_was_told_and_asks_for_no_answer() -> None:
    scene = given(AROUND_HER, received(detention(NIGHT))).when(
        received(release(MORNING, released_to="foster_carer")),
    )
    scene.then(
        updated(RULE, "high", level=0, what="Detained. Released; to: foster carer.", **AT_NIGHT),
    ).then_awaits({})
    assert next(iter(scene.hub.alerts.values())).headline == "Released from custody"


def test_a_carer_who_joins_in_the_night_is_told_of_the_release_at_once() -> None:
    given(
        members("edt"),
        received(detention(NIGHT)),
        members("foster_carer", since="2021-10-02 00:30"),
    ).when(
        received(release(MORNING)),
    ).then(
        updated(RULE, urgent="edt foster_carer", digest=""),
    )


def test_in_office_hours_the_release_is_told_urgently_to_social_worker_and_night_team() -> None:
    given(AROUND_HER, received(detention("2021-10-04 23:00"))).when(
        received(release("2021-10-05 10:00")),
    ).then(
        updated(
            RULE,
            urgent="social_worker edt foster_carer",
            digest="team_manager iro camhs_crisis",
        ),
    )


def test_a_release_alone_tells_nobody() -> None:
    given(AROUND_HER).when(received(release(MORNING))).then_nothing()


def test_the_release_of_another_record_settles_nothing() -> None:
    given(AROUND_HER, received(detention(NIGHT))).when(
        received(release(MORNING, record="CR-9")),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_a_release_on_the_same_day_at_an_hour_not_known_settles_it() -> None:
    given(AROUND_HER, received(detention("2021-10-02 01:00"))).when(
        received(release("2021-10-02"), at=MORNING),
    ).then(
        updated(RULE, level=0, **AT_NIGHT),
    )


def test_after_the_release_an_adults_report_says_nothing_new() -> None:
    given(AROUND_HER, received(detention(NIGHT)), received(release(MORNING))).when(
        received(adults_report("2021-10-02 01:30"), at="2021-10-04 09:00"),
    ).then_nothing()


def test_a_return_to_the_same_record_on_bail_is_told_like_new() -> None:
    again = replace(detention("2021-11-13 09:00"), reference="CR-1/again")
    given(AROUND_HER, received(detention(NIGHT)), received(release(MORNING))).when(
        received(again),
    ).then(
        updated(RULE, "high", level=1, **AT_NIGHT),
    ).then_awaits({"edt": "2021-11-13 10:00", "foster_carer": "2021-11-13 10:00"})


def test_who_is_arrested_again_for_the_same_is_in_custody_again() -> None:
    again = replace(arrest("2021-11-13 09:00"), reference="CR-1/arrested-again")
    first = (received(detention(NIGHT)), received(release(MORNING)))
    scene = given(AROUND_HER, *first).when(received(again))
    scene.then(updated(RULE, "high", level=1, **AT_NIGHT))
    assert words(scene).startswith("Arrested;")


def test_after_a_return_the_adult_of_the_first_detention_is_there_no_more() -> None:
    again = replace(detention("2021-11-13 09:00"), reference="CR-1/again")
    report = adults_report("2021-10-02 01:30")
    assert adult(detention(NIGHT), report, release(MORNING), again) == "nothing said"


# --- repeats -----------------------------------------------------------------------------------


def test_the_same_detention_published_twice_says_nothing_new() -> None:
    given(AROUND_HER, received(detention(NIGHT))).when(
        received(detention(NIGHT), at="2021-10-01 23:30"),
    ).then_nothing()


def test_the_arrest_behind_a_detention_is_no_second_alert() -> None:
    given(AROUND_HER, received(detention(NIGHT))).when(
        received(arrest("2021-10-01 22:40"), at="2021-10-01 23:30"),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_the_detention_after_an_arrest_is_a_line_in_the_digest() -> None:
    given(AROUND_HER, received(arrest("2021-10-01 22:40"))).when(
        received(detention(NIGHT)),
    ).then(
        updated(RULE, level=1, urgent="", digest=EVERYONE),
    )


def test_another_custody_record_is_another_alert() -> None:
    given(AROUND_HER, received(detention(NIGHT, record="CR-1"))).when(
        received(detention("2021-10-01 23:40", record="CR-2")),
    ).then(
        raised(RULE, "high", **AT_NIGHT),
    ).then_open(f"{RULE} high 1", f"{RULE} high 1")


def test_the_same_record_number_of_another_force_is_another_detention() -> None:
    elsewhere = replace(detention(NIGHT), agency="camhs")
    given(AROUND_HER, received(detention(NIGHT))).when(
        received(elsewhere),
    ).then(
        raised(RULE, "high", **AT_NIGHT),
    )


def test_it_is_answered_like_any_other() -> None:
    given(AROUND_HER, received(detention(NIGHT))).when(
        acknowledged("edt", RULE, "2021-10-01 23:20"),
    ).then(
        answered_by("edt"),
    ).then_awaits({"foster_carer": "2021-10-02 00:05"})


# --- an arrest without a custody record --------------------------------------------------------


def test_an_arrest_without_a_custody_record_tells_nobody() -> None:
    given(AROUND_HER).when(received(arrest(NIGHT, record=None))).then_nothing()


def test_an_arrest_corrected_to_have_a_record_is_told() -> None:
    said = arrest(NIGHT, record=None)
    given(AROUND_HER, received(said)).when(
        received(said.corrected(custody_record="CR-1"), at="2021-10-01 23:30"),
    ).then(
        raised(RULE, "high", **AT_NIGHT),
    )


def test_an_arrest_corrected_to_have_none_is_withdrawn() -> None:
    said = arrest(NIGHT)
    given(AROUND_HER, received(said)).when(
        received(said.corrected(custody_record=None), at="2021-10-01 23:30"),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
    )


# --- late and out of order ---------------------------------------------------------------------


def test_days_late_it_is_told_no_less_urgently() -> None:
    given(AROUND_HER).when(
        received(detention(NIGHT), at="2021-10-06 10:15"),
    ).then(
        raised(
            RULE,
            "high",
            urgent="social_worker foster_carer",
            digest="team_manager iro edt camhs_crisis",
        ),
        raised("late-disclosure", "medium", urgent="", digest="team_manager"),
    )


def test_a_detention_that_is_known_to_be_over_is_raised_by_digest_only() -> None:
    given(AROUND_HER, received(release(MORNING))).when(
        received(detention(NIGHT), at="2021-10-02 12:00"),
    ).then(
        raised(RULE, "high", level=0, urgent="", digest=EVERYONE),
        raised("late-disclosure", "medium"),
    ).then_awaits({})


def test_in_any_order_the_same_alert_is_open() -> None:
    said = [
        arrest("2021-10-01 22:40", appropriate_adult_asked="mother"),
        detention(NIGHT),
        adults_report("2021-10-02 01:30"),
    ]
    at = "2021-10-02 03:00"
    forwards = given(AROUND_HER, *(received(each, at) for each in said))
    backwards = given(AROUND_HER, *(received(each, at) for each in reversed(said)))
    forwards.then_open(f"{RULE} high 1")
    backwards.then_open(f"{RULE} high 1")
    assert words(forwards) == words(backwards)
    for scene in (forwards, backwards):
        scene.when(received(release(MORNING)))
        scene.then_open(f"{RULE} high 0")


def test_history_loaded_in_bulk_tells_nobody_and_is_settled_by_its_release() -> None:
    old = detention("2021-03-01 10:00").as_history()
    scene = given(AROUND_HER).when(received(old, at="2021-10-01 09:00"))
    scene.then(raised(RULE, "high", level=1, urgent="", digest=""))
    over = release("2021-03-01 20:00").as_history()
    scene.when(received(over, at="2021-10-01 09:01"))
    scene.then(updated(RULE, level=0, urgent="", digest=""))


# --- corrections -------------------------------------------------------------------------------


def test_a_correction_of_details_is_a_line_in_the_digest() -> None:
    said = detention(NIGHT, appropriate_adult="none_yet")
    given(AROUND_HER, received(said)).when(
        received(said.corrected(appropriate_adult="volunteer"), at="2021-10-01 23:50"),
    ).then(
        updated(RULE, "high", urgent="", digest=EVERYONE),
    )


def test_a_correction_of_what_is_not_told_says_nothing() -> None:
    said = detention(NIGHT)
    given(AROUND_HER, received(said)).when(
        received(said.corrected(reason="affray"), at="2021-10-01 23:50"),
    ).then_nothing()


def test_a_correction_to_another_record_moves_the_alert() -> None:
    said = detention(NIGHT)
    given(AROUND_HER, received(said)).when(
        received(said.corrected(custody_record="CR-2"), at="2021-10-01 23:50"),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
        raised(RULE, "high", **AT_NIGHT),
    )


def test_a_correction_of_the_year_is_no_withdrawal() -> None:
    said = detention("2020-10-01 23:05", known=NIGHT)
    given(AROUND_HER, received(said, at=NIGHT)).when(
        received(said.corrected(occurred=NIGHT), at="2021-10-01 23:50"),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_a_correction_that_overtakes_what_it_corrects_stands() -> None:
    said = detention(NIGHT)
    given(AROUND_HER, received(said.corrected(custody_record="CR-2"), at="2021-10-01 23:50")).when(
        received(said, at="2021-10-01 23:55"),
    ).then_nothing()


def test_a_release_corrected_to_another_record_opens_the_first_again() -> None:
    said = release(MORNING)
    given(AROUND_HER, received(detention(NIGHT)), received(said)).when(
        received(said.corrected(custody_record="CR-9"), at="2021-10-02 12:00"),
    ).then(
        updated(RULE, "high", level=1, **AT_NIGHT),
    )


# --- retractions -------------------------------------------------------------------------------


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said = detention(NIGHT)
    given(AROUND_HER, received(said)).when(
        received(said.retracted(), at="2021-10-02 09:30"),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
    ).then_awaits({})


def test_the_alert_stays_while_the_arrest_of_the_record_stands() -> None:
    said = detention(NIGHT)
    given(AROUND_HER, received(arrest("2021-10-01 22:40")), received(said)).when(
        received(said.retracted(), at="2021-10-02 09:30"),
    ).then(
        updated(RULE, "high", level=1, urgent="", digest=EVERYONE),
    )


def test_a_release_that_is_taken_back_is_told_like_new() -> None:
    said = release(MORNING)
    given(AROUND_HER, received(detention(NIGHT)), received(said)).when(
        received(said.retracted(), at="2021-10-02 12:00"),
    ).then(
        updated(RULE, "high", level=1, **AT_NIGHT),
    ).then_awaits({"edt": "2021-10-02 13:00", "foster_carer": "2021-10-02 13:00"})


def test_an_adults_report_that_is_taken_back_is_a_line_in_the_digest() -> None:
    said = adults_report("2021-10-02 01:30")
    scene = given(AROUND_HER, received(detention(NIGHT)), received(said)).when(
        received(said.retracted(), at="2021-10-02 03:00"),
    )
    scene.then(updated(RULE, urgent="", digest=EVERYONE))
    assert "appropriate adult: nothing said" in words(scene)


def test_an_early_retraction_is_remembered() -> None:
    said = detention(NIGHT)
    given(AROUND_HER, received(said.retracted(), at="2021-10-01 23:10")).when(
        received(said, at="2021-10-01 23:11"),
    ).then_nothing().then_open()


def test_what_is_said_again_after_its_retraction_is_raised_again() -> None:
    said = detention(NIGHT)
    scene = given(
        AROUND_HER, received(said), received(said.retracted(), at="2021-10-01 23:30")
    ).when(
        received(said.corrected().corrected(), at="2021-10-01 23:40"),
    )
    scene.then(raised(RULE, "high", **AT_NIGHT))
    assert [each.state for each in scene.hub.case.alerts.values()] == [AlertState.OPEN]


# --- wrong clocks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "occurred", ["1970-01-01 00:00+00:00", "2100-01-01 00:00+00:00", "0001-01-01", "9999-12-31"]
)
def test_a_time_that_cannot_be_is_flagged_and_alerts_all_the_same(occurred: str) -> None:
    given(AROUND_HER).when(
        received(detention(occurred, known=NIGHT), at=NIGHT),
    ).then(
        flagged("occurred"),
        raised(RULE, "high", **AT_NIGHT),
    )


def test_a_release_under_a_wrong_clock_settles_it() -> None:
    given(AROUND_HER, received(detention(NIGHT))).when(
        received(release("1970-01-01 00:00+00:00"), at=MORNING),
    ).then(
        flagged("occurred", "known"),
        updated(RULE, level=0, **AT_NIGHT),
    )
