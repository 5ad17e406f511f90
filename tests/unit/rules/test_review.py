"""review: the care plan is looked at again within the times of the regulations (3.3)."""

from itertools import permutations

import pytest

from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, left, placed
from tests.unit.rules.said_care import review, went_home
from tests.unit.rules.said_incident import harm, meeting
from tests.unit.rules.spec import (
    Scene,
    given,
    members,
    raised,
    received,
    time_passes,
    updated,
    withdrawn,
)

RULE = "review"
CAME = placed("PL-1", "2021-03-18 12:00")
CARE = f"{RULE}/after PL-1/start"
# Twenty working days: Good Friday and Easter Monday, 2 and 5 April, are none.
DUE = "2021-04-20 00:00"
HELD = review("2021-06-28 14:00", reference="R-1")
NEXT = f"{RULE}/after R-1"
HALF_A_YEAR_ON = "2021-12-29 00:00"
OVERDUE = "2021-12-29 09:30"
AROUND_HER = members("social_worker team_manager senior_manager iro edt placement")
NONE = (
    "The last review was held longer ago than the regulations allow, and no review since is known."
)


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def test_the_start_of_care_asks_for_one_in_20_working_days() -> None:
    scene(CAME).then_expects({CARE: f"open {DUE}"})


def test_a_move_within_care_asks_for_none() -> None:
    moved = scene(CAME, left("PL-1", "2021-04-10 10:00"), placed("PL-2", "2021-04-10 12:00"))
    moved.then_expects({CARE: f"open {DUE}"})
    scene(HELD, placed("PL-2", "2021-09-10 12:00")).then_expects({NEXT: f"open {HALF_A_YEAR_ON}"})
    of_old = scene(left("PL-0", "2021-03-18 11:00"), CAME)
    of_old.then_expects({})


def test_care_that_begins_again_asks_for_one_again() -> None:
    home = went_home("2021-04-10 10:00")
    again = scene(CAME, home, placed("PL-2", "2021-06-10 12:00"))
    again.then_expects({CARE: "cancelled", f"{RULE}/after PL-2/start": "open 2021-07-09 00:00"})


def test_a_temporary_absence_begins_nothing() -> None:
    scene(placed("PL-1", "2021-03-18 12:00", kind="T2")).then_expects({})


def test_the_second_is_due_within_three_months_of_the_first() -> None:
    first = review("2021-04-14 10:00", reference="R-0")
    scene(CAME, first).then_expects({CARE: "met", f"{RULE}/after R-0": "open 2021-07-15 00:00"})


def test_a_first_that_was_held_late_is_the_first_all_the_same() -> None:
    """Who was late with the first is not given longer for the second."""
    late = review("2021-06-28 14:00", reference="R-1")
    missed = scene(CAME).when(time_passes(DUE), received(late))
    missed.then_expects({CARE: "missed", NEXT: "open 2021-09-29 00:00"})


def test_a_second_that_follows_soon_is_not_taken_for_the_first() -> None:
    first = review("2021-03-30 10:00", reference="R-0")
    second = review("2021-04-20 10:00", reference="R-1")
    story = scene(CAME, first, second)
    half_a_year_on = "open 2021-10-21 00:00"
    story.then_expects({CARE: "met", f"{RULE}/after R-0": "met", NEXT: half_a_year_on})


def test_every_other_is_due_within_six_months() -> None:
    scene(HELD).then_expects({NEXT: f"open {HALF_A_YEAR_ON}"})
    first = review("2021-04-14 10:00", reference="R-0")
    third = scene(CAME, first, HELD)
    third.then_expects({CARE: "met", f"{RULE}/after R-0": "met", NEXT: f"open {HALF_A_YEAR_ON}"})


def test_of_31_august_it_is_the_last_day_of_february() -> None:
    scene(review("2021-08-31 10:00", reference="R-1")).then_expects({NEXT: "open 2022-03-01 00:00"})


def test_missed_at_midnight_it_waits_for_the_office() -> None:
    scene(HELD).when(time_passes("2021-12-29 00:01")).then(
        raised(
            RULE,
            "medium",
            urgent="",
            digest="iro team_manager social_worker senior_manager",
            level=1,
            what=NONE,
        )
    ).then_expects({NEXT: "missed"})


def test_in_office_hours_it_is_for_the_reviewing_officer_and_the_manager() -> None:
    scene(HELD).when(time_passes(OVERDUE)).then(
        raised(RULE, urgent="iro team_manager", digest="social_worker senior_manager")
    )


def test_a_review_that_is_told_of_as_a_meeting_counts() -> None:
    held = scene(HELD, meeting("M-14", "2021-10-12 13:30", "looked_after_review", said_by="iro"))
    held.then_expects({NEXT: "met", f"{RULE}/after M-14/held": "open 2022-04-13 00:00"})


def test_another_meeting_or_review_or_one_that_is_only_called_does_not_count() -> None:
    others = scene(
        HELD,
        meeting("M-1", "2021-10-11 13:30", "strategy"),
        meeting("M-2", "2021-10-12 13:30", "looked_after_review", step="called"),
        review("2021-10-13 10:00", "child_protection"),
    )
    others.then_expects({NEXT: f"open {HALF_A_YEAR_ON}"})


def test_told_of_as_a_review_and_as_a_meeting_it_is_one() -> None:
    twice = scene(HELD, meeting("M-1", "2021-06-28 15:00", "looked_after_review"))
    twice.then_expects({NEXT: f"open {HALF_A_YEAR_ON}"})


def test_told_of_again_to_the_day_three_days_later_it_is_one_and_the_next_is_awaited() -> None:
    """What is the same review does not meet what was awaited after it."""
    told = scene(
        review("2021-06-28", reference="R-1"), meeting("M-1", "2021-07-01", "looked_after_review")
    )
    told.then_expects({NEXT: f"open {HALF_A_YEAR_ON}"})


def test_one_that_goes_on_for_days_leaves_the_next_awaited() -> None:
    """The third is too far from the first to be the same, and is not the same as the second."""
    parts = scene(
        HELD,
        meeting("M-1", "2021-06-30 14:00", "looked_after_review"),
        meeting("M-2", "2021-07-02 14:00", "looked_after_review"),
    )
    parts.then_expects({NEXT: "met", f"{RULE}/after M-2/held": "open 2022-01-03 00:00"})


def test_held_late_it_is_over_and_stays_missed() -> None:
    late = scene(HELD).when(time_passes(OVERDUE))
    late.when(received(review("2022-01-20 10:00", reference="R-2"))).then(
        updated(
            RULE,
            urgent="iro team_manager",
            what="The care plan was reviewed, later than the regulations say.",
        )
    )
    (fact,) = late.facts(RULE)
    assert fact.alert.settled
    late.then_expects({NEXT: "missed", f"{RULE}/after R-2": "open 2022-07-21 00:00"})


def test_that_it_was_held_late_is_a_line_for_whoever_read_a_line() -> None:
    """Found at midnight, it asked nobody to act. Fails without: the route of what is over."""
    read = scene(HELD).when(time_passes("2021-12-29 00:01"))
    readers = "iro team_manager social_worker senior_manager"
    read.when(received(review("2022-01-20 10:00", reference="R-2"))).then(
        updated(RULE, level=0, urgent="", digest=readers)
    )


def test_told_late_that_it_was_held_in_time_it_is_taken_back_and_says_so() -> None:
    missed = scene(HELD).when(time_passes(OVERDUE))
    missed.when(received(review("2021-12-20 10:00"), at="2022-01-04 10:00")).then(
        withdrawn(RULE, urgent="iro team_manager", digest="social_worker senior_manager")
    )
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == "It was done in time: a review of the care plan. It was told late."


def test_a_review_that_is_taken_back_is_awaited_again() -> None:
    first = review("2021-04-14 10:00", reference="R-0")
    taken_back = scene(CAME, first).when(received(first.retracted(), at="2021-04-15 10:00"))
    taken_back.then_expects({CARE: f"open {DUE}", f"{RULE}/after R-0": "cancelled"})


def test_a_review_corrected_to_another_day_moves_the_time() -> None:
    corrected = scene(HELD, HELD.corrected(occurred="2021-06-20 14:00"))
    corrected.then_expects({NEXT: "open 2021-12-21 00:00"})


def test_a_placement_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene(CAME).when(time_passes("2021-04-20 09:30"))
    missed.when(received(CAME.retracted(), at="2021-04-21 10:00")).then(withdrawn(RULE))
    missed.then_expects({CARE: "cancelled"})


def test_an_earlier_placement_that_comes_to_light_shows_that_she_was_in_care() -> None:
    before = left("PL-0", "2021-03-18 11:00")
    told = scene(CAME).when(received(before, at="2021-03-20 10:00"))
    told.then_expects({CARE: "cancelled"})


def test_the_end_of_care_ends_it() -> None:
    scene(HELD, went_home("2021-07-10 10:00")).then_expects({NEXT: "cancelled"})


def test_a_death_ends_it() -> None:
    scene(HELD, harm("death", "2021-07-10 11:00")).then_expects({NEXT: "cancelled"})


def test_what_falls_due_after_the_18th_birthday_is_not_awaited() -> None:
    grown = given(AROUND_HER, born("2003-12-28"), hub=Hub(only(RULE)))
    grown.when(received(HELD), time_passes(OVERDUE)).then_nothing().then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(HELD).when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({NEXT: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = review("2020-05-01 11:00", reference="R-1").as_history()
    told = given(AROUND_HER, received(old, at="2021-06-13 09:00"), hub=Hub(only(RULE)))
    told.then_expects({NEXT: "not_known"})
    told.when(time_passes("2021-06-14 09:30")).then_nothing()


ALL = (
    CAME,
    left("PL-1", "2021-04-10 10:00"),
    placed("PL-2", "2021-04-10 12:00"),
    review("2021-04-27 10:00", reference="R-0"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-04-28 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-04-28 10:01"))
    ended.then_open(f"{RULE} medium 0")
