"""missing: one episode, from the report to the finding (3.5, 1.4, 3.12)."""

from dataclasses import replace

import pytest

from tests.unit.rules.said import found, report
from tests.unit.rules.spec import (
    Audience,
    acknowledged,
    answered,
    flagged,
    given,
    members,
    missed,
    raised,
    received,
    time_passes,
    updated,
    withdrawn,
)

AROUND_HER = members("placement missing_coordinator edt social_worker iro")
NIGHT = "2021-10-02 01:00"
TOLD_AT_NIGHT: Audience = {"urgent": "edt", "digest": "social_worker iro"}


# --- it fires ----------------------------------------------------------------------------------


def test_a_report_is_told_urgently_to_those_who_search_and_by_digest_to_the_rest() -> None:
    given(members("placement foster_carer missing_coordinator edt social_worker iro")).when(
        received(report("M-1", NIGHT, said_by=None, reported_by="somebody_else")),
    ).then(
        raised(
            "missing",
            "high",
            urgent="placement foster_carer missing_coordinator edt",
            digest="social_worker iro",
        ),
    )


def test_nobody_is_told_the_news_that_they_brought() -> None:
    given(AROUND_HER).when(
        received(report("M-1", NIGHT, said_by="missing_coordinator", reported_by="placement")),
    ).then(
        raised("missing", urgent="edt", digest="social_worker iro"),
    )


def test_away_without_authorisation_counts_alike() -> None:
    given(AROUND_HER).when(
        received(report("M-1", NIGHT, kind="away_without_authorisation")),
    ).then(
        raised("missing", "high", **TOLD_AT_NIGHT),
    )


def test_the_finding_is_told_urgently_to_whoever_was_sent_to_search() -> None:
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
    ).when(
        received(found("M-1", "2021-10-04 10:00")),
    ).then(
        # The office is open: the social worker would be told now, and the night team was told.
        updated("missing", "high", urgent="placement social_worker edt", digest="iro"),
    )


def test_the_finding_ends_the_deadlines_and_opens_none() -> None:
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
    ).when(
        received(found("M-1", "2021-10-02 01:30")),
    ).then(
        updated("missing", urgent="edt placement", digest="social_worker iro"),
    ).then_awaits({})


def test_who_found_her_is_not_told_that_she_was_found() -> None:
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
    ).when(
        received(found("M-1", "2021-10-02 03:00", said_by=None, found_by="placement")),
    ).then(
        updated("missing", urgent="edt missing_coordinator", digest="social_worker iro"),
    )


def test_the_words_say_who_reported_who_found_and_what_harm_is_known() -> None:
    scene = given(
        AROUND_HER,
        received(report("M-1", NIGHT, last_seen_place="station", circumstances="no coat")),
    ).when(
        received(found("M-1", "2021-10-02 03:00", returned_to="placement", harm_known="cold")),
    )
    (alert,) = scene.hub.alerts.values()
    assert alert.headline == "Found"
    assert alert.what == (
        "Missing, reported by placement; last seen: station; no coat. "
        "Found by police; now with: placement; harm known: cold."
    )


# --- near misses -------------------------------------------------------------------------------


def test_a_finding_for_which_there_is_no_report_tells_nobody() -> None:
    given(AROUND_HER).when(
        received(found("M-1", NIGHT)),
    ).then_nothing()


def test_a_finding_of_another_episode_changes_nothing() -> None:
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
    ).when(
        received(found("M-2", "2021-10-02 03:00")),
    ).then_nothing()


def test_two_agencies_records_of_one_episode_are_two_episodes() -> None:
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
    ).when(
        received(report("M-1", NIGHT, agency="placement", said_by="placement"), at=NIGHT),
    ).then(
        raised("missing"),
    )


# --- repeats -----------------------------------------------------------------------------------


def test_the_same_report_twice_says_nothing_new() -> None:
    said = report("M-1", NIGHT)
    given(AROUND_HER, received(said)).when(received(said)).then_nothing()


def test_a_second_report_of_the_same_episode_is_no_second_alert() -> None:
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
    ).when(
        received(report("M-1", "2021-10-02 01:20", reference="M-1/again")),
    ).then_nothing().then_open("missing high 1")


def test_who_is_reported_under_the_same_number_after_she_was_found_is_missing_again() -> None:
    """A home that numbers all of a child's absences alike; it was silent."""
    again = report("M-1", "2021-10-05 22:00", reference="M-1/again")
    first = (received(report("M-1", NIGHT)), received(found("M-1", "2021-10-02 01:30")))
    scene = given(AROUND_HER, *first)
    scene.when(received(again)).then(updated("missing", level=1, urgent="edt"))
    scene.when(received(found("M-1", "2021-10-06 01:00", reference="M-1/found-again")))
    scene.then(updated("missing", level=0, urgent="edt placement"))


def test_a_report_of_before_she_was_found_that_comes_afterwards_is_no_absence_of_its_own() -> None:
    late = report("M-1", "2021-10-02 01:20", reference="M-1/again")
    first = (received(report("M-1", NIGHT)), received(found("M-1", "2021-10-02 01:30")))
    given(AROUND_HER, *first).when(received(late, at="2021-10-02 01:50")).then_nothing()


# --- late and out of order ---------------------------------------------------------------------


def test_a_report_that_comes_late_is_told_no_less_urgently() -> None:
    given(AROUND_HER).when(
        received(report("M-1", NIGHT), at="2021-10-02 05:00"),
    ).then(
        raised("missing", "high", **TOLD_AT_NIGHT),
        raised("late-disclosure", "medium"),
    )


def test_a_report_of_an_episode_that_has_ended_already_is_raised_by_digest_only() -> None:
    given(
        AROUND_HER,
        received(found("M-1", "2021-10-02 01:30")),
    ).when(
        received(report("M-1", NIGHT), at="2021-10-02 01:40"),
    ).then(
        raised("missing", "high", urgent="", digest="edt social_worker iro"),
    ).then_awaits({})


def test_a_report_of_an_ended_episode_of_a_child_without_network_goes_to_the_steward() -> None:
    given(
        received(found("M-1", "2021-10-02 01:30")),
    ).when(
        received(report("M-1", NIGHT), at="2021-10-02 01:40"),
    ).then(
        raised("missing", urgent="", digest="steward"),
    )


def test_in_either_order_the_same_alert_is_open() -> None:
    said, end = report("M-1", NIGHT), found("M-1", "2021-10-02 01:30")
    one = given(AROUND_HER, received(said), received(end, at="2021-10-02 01:50"))
    other = given(AROUND_HER, received(end), received(said, at="2021-10-02 01:50"))
    one.then_open("missing high 0")
    other.then_open("missing high 0")
    assert one.grounds == other.grounds == {"missing": {"M-1/report", "M-1/found"}}


# --- corrections -------------------------------------------------------------------------------


def test_a_correction_of_the_report_is_a_line_in_the_digest() -> None:
    said = report("M-1", NIGHT)
    given(AROUND_HER, received(said)).when(
        received(said.corrected(last_seen_place="station"), at="2021-10-02 01:30"),
    ).then(
        updated("missing", "high", urgent="", digest="edt social_worker iro"),
    )


def test_a_report_corrected_to_another_episode_moves_the_alert() -> None:
    said = report("M-1", NIGHT)
    given(AROUND_HER, received(said)).when(
        received(said.corrected(episode="M-2"), at="2021-10-02 01:30"),
    ).then(
        withdrawn("missing", **TOLD_AT_NIGHT),
        raised("missing", "high", **TOLD_AT_NIGHT),
    )


def test_a_correction_of_the_year_is_no_withdrawal() -> None:
    said = report("M-1", "2020-10-02 01:00", known=NIGHT)
    given(AROUND_HER, received(said, at=NIGHT)).when(
        received(said.corrected(occurred=NIGHT), at="2021-10-02 01:30"),
    ).then_nothing().then_open("missing high 1")


def test_a_correction_of_the_finding_is_told_to_those_who_were_told_of_it() -> None:
    end = found("M-1", "2021-10-02 01:30")
    given(AROUND_HER, received(report("M-1", NIGHT)), received(end)).when(
        received(end.corrected(harm_known="bruises"), at="2021-10-02 02:00"),
    ).then(
        updated("missing", urgent="edt placement", digest="social_worker iro"),
    )


# --- retractions -------------------------------------------------------------------------------


def test_a_retracted_report_withdraws_the_alert_for_all_who_were_told() -> None:
    said = report("M-1", NIGHT)
    given(
        AROUND_HER,
        received(said),
    ).when(
        received(said.retracted(), at="2021-10-02 01:30"),
    ).then(
        withdrawn("missing", **TOLD_AT_NIGHT),
    ).then_awaits({})


def test_the_alert_stays_while_another_report_of_the_episode_stands() -> None:
    said = report("M-1", NIGHT)
    given(
        AROUND_HER,
        received(said),
        received(report("M-1", "2021-10-02 01:20", reference="M-1/again")),
    ).when(
        received(said.retracted(), at="2021-10-02 01:30"),
    ).then_nothing().then_open("missing high 1")


def test_when_the_finding_is_retracted_she_is_missing_and_it_is_told_like_new() -> None:
    end = found("M-1", "2021-10-02 01:30")
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
        received(end),
    ).when(
        received(end.retracted(), at="2021-10-02 02:00"),
    ).then(
        updated(
            "missing",
            "high",
            urgent="edt placement",
            digest="social_worker iro",
            what="Missing, reported by placement.",
        ),
    ).then_awaits({"edt": "2021-10-02 03:00", "placement": "2021-10-02 03:00"})


def test_when_the_finding_is_corrected_to_another_episode_the_first_is_open_again() -> None:
    end = found("M-1", "2021-10-02 01:30")
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
        received(end),
    ).when(
        received(end.corrected(episode="M-7"), at="2021-10-02 02:00"),
    ).then(
        updated("missing", urgent="edt placement", digest="social_worker iro"),
    ).then_open("missing high 1")


def test_a_finding_whose_report_was_retracted_tells_nobody() -> None:
    said = report("M-1", NIGHT)
    given(
        AROUND_HER,
        received(said),
        received(said.retracted(), at="2021-10-02 01:10"),
    ).when(
        received(found("M-1", "2021-10-02 01:30")),
    ).then_nothing()


# --- wrong clocks and long absences ------------------------------------------------------------


@pytest.mark.parametrize("occurred", ["1970-01-01 00:00+00:00", "2100-01-01 00:00+00:00"])
def test_a_finding_under_a_wrong_clock_ends_the_episode(occurred: str) -> None:
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
    ).when(
        received(found("M-1", occurred, known="2021-10-02 02:00"), at="2021-10-02 02:00"),
    ).then(
        flagged("occurred"),
        updated("missing", urgent="edt placement", digest="social_worker iro"),
    )


@pytest.mark.parametrize("occurred", ["1970-01-01 00:00+00:00", "9999-12-31"])
def test_a_report_under_a_wrong_clock_is_told_all_the_same(occurred: str) -> None:
    given(
        AROUND_HER,
    ).when(
        received(report("M-1", occurred, known=NIGHT), at=NIGHT),
    ).then(
        flagged("occurred"),
        raised("missing", "high", **TOLD_AT_NIGHT),
    )


def test_a_finding_after_a_year_ends_the_episode() -> None:
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
    ).when(
        received(found("M-1", "2022-10-08 03:00")),
    ).then(
        updated("missing", urgent="edt placement", digest="social_worker iro"),
    ).then_open("missing high 0")


def test_a_finding_whose_report_is_out_of_sight_withdraws_nothing() -> None:
    given(
        AROUND_HER,
        received(report("M-1", NIGHT)),
    ).when(
        received(found("M-1", "2023-10-02 03:00")),
    ).then_nothing().then_open("missing high 1")


def test_a_report_of_the_wrong_year_is_taken_back_and_the_right_one_stands() -> None:
    wrong = report("M-1", "2020-10-02 01:00", known=NIGHT)
    given(
        AROUND_HER,
        received(wrong, at=NIGHT),
        received(report("M-1", NIGHT, reference="M-1/again")),
    ).when(
        received(wrong.retracted(), at="2021-10-02 01:30"),
    ).then_nothing().then_open("missing high 1")


# --- nobody answers ----------------------------------------------------------------------------


def test_an_unanswered_report_reminds_and_goes_on_to_the_next_contact() -> None:
    given(
        members("placement iro"),
        received(report("M-1", NIGHT, said_by=None, reported_by="somebody_else")),
    ).when(
        time_passes(to="2021-10-02 02:00"),
    ).then(
        missed("missing", reminded="placement", escalated="edt", severity="high"),
    ).then_awaits({"edt": "2021-10-02 03:00"})


def test_an_answered_report_reminds_nobody() -> None:
    given(
        members("placement iro"),
        received(report("M-1", NIGHT, said_by=None, reported_by="somebody_else")),
    ).when(
        acknowledged("placement", "missing", at="2021-10-02 01:59"),
        time_passes(to="2021-10-02 05:00"),
    ).then(
        answered("placement"),
    )


def test_whoever_it_went_on_to_is_told_that_she_was_found() -> None:
    given(
        members("placement iro"),
        received(report("M-1", NIGHT, said_by=None, reported_by="somebody_else")),
        time_passes(to="2021-10-02 02:00"),
    ).when(
        received(found("M-1", "2021-10-02 02:30")),
    ).then(
        updated("missing", urgent="placement edt", digest="iro"),
    ).then_awaits({})


def test_the_same_episode_of_another_agency_is_found_by_itself() -> None:
    said = report("M-1", NIGHT)
    theirs = replace(said, agency="placement", said_by="placement")
    scene = given(AROUND_HER, received(said), received(theirs))
    scene.when(
        received(found("M-1", "2021-10-02 02:00")),
    ).then(
        updated("missing"),
    ).then_open("missing high 0", "missing high 1")
