"""placement-move: a child is moved, again, or to where she is less safe (3.10 to 3.27)."""

from typing import Any

import pytest

from tests.unit.rules.said import left, placed
from tests.unit.rules.spec import (
    Audience,
    flagged,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)

AROUND_HER = members("social_worker team_manager edt iro placement")
EVERYONE = "social_worker team_manager edt iro placement"
MEDIUM: Audience = {"urgent": "", "digest": EVERYONE}
# Placements begin at midnight by the calendar, and are received then unless a spec says other.
AT_NIGHT: Audience = {"urgent": "edt", "digest": "social_worker team_manager iro placement"}
NOON = "2021-06-01 12:00"
IN_OFFICE: Audience = {"urgent": "social_worker team_manager", "digest": "edt iro placement"}


# --- it fires ----------------------------------------------------------------------------------


def test_a_planned_move_is_a_line_in_everyones_digest() -> None:
    given(AROUND_HER, received(placed("P-1", "2021-03-01"))).when(
        received(placed("P-2", "2021-06-01"), at=NOON),
    ).then(
        raised("placement-move", "medium", **MEDIUM),
    ).then_awaits({})


@pytest.mark.parametrize(
    "says",
    [
        {"registration": "unregulated"},
        {"registration": "unregistered"},
        {"emergency": True},
        {"out_of_area": True},
        {"planned": False},
    ],
    ids=str,
)
def test_a_move_that_adds_risk_is_high_and_urgent_to_those_who_decide(says: dict[str, Any]) -> None:
    given(AROUND_HER, received(placed("P-1", "2021-03-01"))).when(
        received(placed("P-2", "2021-06-01", **says), at=NOON),
    ).then(
        raised("placement-move", "high", **IN_OFFICE),
    ).then_awaits({"social_worker": "2021-06-01 13:00", "team_manager": "2021-06-01 13:00"})


def test_the_social_worker_who_says_so_is_not_told_so() -> None:
    given(AROUND_HER, received(placed("P-1", "2021-03-01"))).when(
        received(placed("P-2", "2021-06-01", planned=False, said_by="social_worker"), at=NOON),
    ).then(
        raised("placement-move", "high", urgent="team_manager", digest="edt iro placement"),
    )


def test_outside_office_hours_the_night_team_decides() -> None:
    given(AROUND_HER, received(placed("P-1", "2021-03-01"))).when(
        received(placed("P-2", "2021-06-01", emergency=True), at="2021-06-01 22:00"),
    ).then(
        raised("placement-move", "high", **AT_NIGHT),
    )


def test_after_a_placement_that_ended_unplanned_it_is_high() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2021-03-01")),
        received(left("P-1", "2021-06-01", planned=False), at=NOON),
    ).when(
        received(placed("P-2", "2021-06-01"), at=NOON),
    ).then(
        raised("placement-move", "high", **IN_OFFICE),
    )


def test_the_third_move_in_half_a_year_is_high() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2021-01-10")),
        received(placed("P-2", "2021-02-10")),
        received(placed("P-3", "2021-03-10")),
    ).when(
        received(placed("P-4", "2021-06-01"), at=NOON),
    ).then(
        raised(
            "placement-move",
            "high",
            what="Moved to a placement of kind K2. 3 moves or more in 6 months.",
        ),
    )


def test_the_third_move_counts_those_of_half_a_year_to_the_day() -> None:
    # The first minute of 1 June is 23:00 of 31 May in UTC, and so is 183 days before it.
    for first, severity in (
        ("2020-11-29 23:00+00:00", "high"),
        ("2020-11-29 22:59+00:00", "medium"),
    ):
        given(
            AROUND_HER,
            received(placed("P-0", "2020-10-01")),
            received(placed("P-1", first)),
            received(placed("P-2", "2021-02-10")),
        ).when(
            received(placed("P-3", "2021-06-01"), at=NOON),
        ).then(
            raised("placement-move", severity),
        )


def test_a_hospital_is_a_move() -> None:
    given(AROUND_HER, received(placed("P-1", "2021-03-01"))).when(
        received(placed("H-1", "2021-06-01", kind="T1"), at=NOON),
    ).then(
        raised("placement-move", "medium"),
    )


def test_only_the_end_of_the_placement_before_need_be_known() -> None:
    given(AROUND_HER, received(left("P-1", "2021-05-31"))).when(
        received(placed("P-2", "2021-06-01"), at=NOON),
    ).then(
        raised("placement-move", "medium"),
    )


# --- near misses -------------------------------------------------------------------------------


def test_the_first_placement_that_is_known_is_no_move() -> None:
    given(AROUND_HER).when(received(placed("P-1", "2021-06-01", emergency=True))).then_nothing()


@pytest.mark.parametrize("code", ["T0", "T2", "T3", "T4"])
def test_a_temporary_absence_is_no_move(code: str) -> None:
    given(AROUND_HER, received(placed("P-1", "2021-03-01"))).when(
        received(placed("T-1", "2021-06-01", kind=code)),
    ).then_nothing()


def test_after_a_temporary_absence_the_placement_before_it_counts() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2021-03-01")),
        received(left("P-1", "2021-06-01", planned=False), at=NOON),
        received(placed("T-1", "2021-05-01", kind="T0"), at=NOON),
    ).when(
        received(placed("P-2", "2021-06-01"), at=NOON),
    ).then(
        raised("placement-move", "high"),
    )


def test_an_end_alone_tells_nobody() -> None:
    given(AROUND_HER, received(placed("P-1", "2021-03-01"))).when(
        received(left("P-1", "2021-06-01", planned=False)),
    ).then_nothing()


def test_a_placement_that_ended_more_than_half_a_year_before_is_out_of_sight() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2020-03-01")),
        received(left("P-1", "2020-11-29")),
    ).when(
        received(placed("P-2", "2021-06-01", emergency=True)),
    ).then_nothing()


def test_one_that_ended_half_a_year_before_is_in_sight() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2020-03-01")),
        received(left("P-1", "2020-12-01")),
    ).when(
        received(placed("P-2", "2021-06-01")),
    ).then(
        raised("placement-move", "medium"),
    )


def test_in_sight_is_half_a_year_to_the_day() -> None:
    for ended, moves in (("2020-11-29 23:00+00:00", 1), ("2020-11-29 22:59+00:00", 0)):
        for known in ([placed("P-1", "2020-03-01")], []):  # Also where only its end is known.
            given(
                AROUND_HER,
                *(received(said) for said in known),
                received(left("P-1", ended)),
            ).when(
                received(placed("P-2", "2021-06-01"), at=NOON),
            ).then(
                *[raised("placement-move", "medium")] * moves,
            )


def test_the_end_of_a_temporary_absence_alone_is_no_placement() -> None:
    code = {"system": "ssda903.place", "code": "T0"}
    given(AROUND_HER, received(left("T-1", "2021-05-31", kind=code))).when(
        received(placed("P-2", "2021-06-01")),
    ).then_nothing()


def test_an_end_at_the_instant_of_the_move_is_that_of_the_placement_before() -> None:
    given(AROUND_HER, received(left("P-1", "2021-06-01", planned=False))).when(
        received(placed("P-2", "2021-06-01"), at=NOON),
    ).then(
        raised("placement-move", "high"),
    )


def test_a_placement_that_has_run_for_years_is_in_sight() -> None:
    given(AROUND_HER, received(placed("P-1", "2018-09-01"))).when(
        received(placed("P-2", "2021-06-01")),
    ).then(
        raised("placement-move", "medium"),
    )


def test_that_an_end_was_planned_is_not_assumed_when_it_does_not_say() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2021-03-01")),
        received(left("P-1", "2021-06-01", planned=None)),
    ).when(
        received(placed("P-2", "2021-06-01", planned=None)),
    ).then(
        raised("placement-move", "medium"),
    )


def test_two_moves_in_half_a_year_are_not_three() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2021-01-10")),
        received(placed("P-2", "2021-02-10")),
    ).when(
        received(placed("P-3", "2021-06-01")),
    ).then(
        raised("placement-move", "medium"),
    )


# --- repeats -----------------------------------------------------------------------------------


def test_the_same_move_twice_says_nothing_new() -> None:
    move = placed("P-2", "2021-06-01")
    given(AROUND_HER, received(placed("P-1", "2021-03-01")), received(move)).when(
        received(move, at=NOON),
    ).then_nothing()


def test_that_time_passes_withdraws_nothing() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2017-05-20")),
        received(placed("P-2", "2020-05-19")),
    ).when(
        received(left("P-2", "2020-05-25")),
    ).then_nothing().then_open("placement-move medium 0")


# --- late and out of order ---------------------------------------------------------------------


def test_an_end_that_comes_after_its_move_and_makes_it_high_is_told_like_new() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2021-03-01")),
        received(placed("P-2", "2021-06-01"), at=NOON),
    ).when(
        received(left("P-1", "2021-06-01", planned=False), at="2021-06-02 12:00"),
    ).then(
        updated("placement-move", "high", **IN_OFFICE),
    )


def test_also_when_the_placement_before_was_closed_weeks_later() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2021-03-01")),
        received(placed("P-2", "2021-06-01")),
    ).when(
        received(left("P-1", "2021-06-22", planned=False), at="2021-06-22 12:00"),
    ).then(
        updated("placement-move", "high", **IN_OFFICE),
    )


def test_an_end_long_before_that_comes_late_withdraws_the_move() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2020-03-01")),
        received(placed("P-2", "2021-06-01")),
    ).when(
        received(left("P-1", "2020-03-11"), at=NOON),
    ).then(
        withdrawn("placement-move", **MEDIUM),
    )


def test_an_earlier_placement_that_comes_to_light_makes_the_first_a_move() -> None:
    given(AROUND_HER, received(placed("P-2", "2021-06-01", emergency=True))).when(
        received(placed("P-1", "2020-03-01"), at=NOON),
    ).then(
        raised("placement-move", "high", **IN_OFFICE),
    )


def test_a_move_that_comes_to_light_makes_a_later_one_the_third() -> None:
    given(
        AROUND_HER,
        received(placed("P-1", "2021-01-10")),
        received(placed("P-2", "2021-02-10")),
        received(placed("P-4", "2021-05-10")),
    ).when(
        received(placed("P-3", "2021-03-10"), at=NOON),
    ).then(
        raised("placement-move", "medium"),
        updated("placement-move", "high", **IN_OFFICE),
    )


# --- corrections and retractions ---------------------------------------------------------------


def test_a_move_corrected_to_a_temporary_absence_is_withdrawn() -> None:
    move = placed("P-2", "2021-06-01")
    given(AROUND_HER, received(placed("P-1", "2021-03-01")), received(move)).when(
        received(move.corrected(kind={"system": "ssda903.place", "code": "T0"}), at=NOON),
    ).then(
        withdrawn("placement-move", **MEDIUM),
    )


def test_a_move_corrected_to_an_unregistered_house_is_told_like_new() -> None:
    move = placed("P-2", "2021-06-01")
    given(AROUND_HER, received(placed("P-1", "2021-03-01")), received(move)).when(
        received(move.corrected(registration="unregistered"), at=NOON),
    ).then(
        updated("placement-move", "high", **IN_OFFICE),
    )


def test_a_move_corrected_to_have_been_planned_is_a_line_in_the_digest() -> None:
    move = placed("P-2", "2021-06-01", planned=False)
    given(AROUND_HER, received(placed("P-1", "2021-03-01")), received(move, at=NOON)).when(
        received(move.corrected(planned=True), at="2021-06-01 14:00"),
    ).then(
        updated("placement-move", "medium", **MEDIUM),
    )


def test_a_move_corrected_to_another_placement_moves_the_alert() -> None:
    move = placed("P-2", "2021-06-01")
    given(AROUND_HER, received(placed("P-1", "2021-03-01")), received(move)).when(
        received(move.corrected(placement="P-3"), at=NOON),
    ).then(
        withdrawn("placement-move", **MEDIUM),
        raised("placement-move", "medium", **MEDIUM),
    )


def test_a_move_whose_year_is_corrected_is_not_withdrawn() -> None:
    move = placed("P-2", "2020-06-01", known="2021-06-01")
    given(AROUND_HER, received(placed("P-1", "2020-03-01")), received(move, at=NOON)).when(
        received(move.corrected(occurred="2021-06-01"), at=NOON),
    ).then_nothing()


def test_a_retracted_move_is_withdrawn() -> None:
    move = placed("P-2", "2021-06-01")
    given(AROUND_HER, received(placed("P-1", "2021-03-01")), received(move)).when(
        received(move.retracted(), at=NOON),
    ).then(
        withdrawn("placement-move", **MEDIUM),
    )


def test_when_the_placement_before_is_retracted_the_first_is_no_move_any_more() -> None:
    first = placed("P-1", "2021-03-01")
    given(AROUND_HER, received(first), received(placed("P-2", "2021-06-01"))).when(
        received(first.retracted(), at=NOON),
    ).then(
        withdrawn("placement-move", **MEDIUM),
    )


def test_when_the_unplanned_end_is_retracted_the_severity_falls_by_digest() -> None:
    end = left("P-1", "2021-06-01", planned=False)
    given(
        AROUND_HER,
        received(placed("P-1", "2021-03-01")),
        received(end),
        received(placed("P-2", "2021-06-01"), at=NOON),
    ).when(
        received(end.retracted(), at="2021-06-01 14:00"),
    ).then(
        updated("placement-move", "medium", **MEDIUM),
    )


def test_the_grounds_are_the_placement_before_its_end_and_the_move() -> None:
    scene = given(
        AROUND_HER,
        received(placed("P-1", "2021-03-01")),
        received(left("P-1", "2021-06-01")),
        received(placed("P-2", "2021-06-01")),
    )
    assert scene.grounds == {"placement-move": {"P-1/start", "P-1/end", "P-2/start"}}


# --- wrong clocks ------------------------------------------------------------------------------


@pytest.mark.parametrize("occurred", ["1970-01-01", "2100-01-01", "9999-12-31"])
def test_a_move_under_a_wrong_clock_is_told_all_the_same(occurred: str) -> None:
    given(AROUND_HER, received(placed("P-1", "2021-03-01"))).when(
        received(placed("P-2", occurred, known=NOON, emergency=True), at=NOON),
    ).then(
        flagged("occurred"),
        raised("placement-move", "high", **IN_OFFICE),
    )
