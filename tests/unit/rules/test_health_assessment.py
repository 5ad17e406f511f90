"""health-assessment: her health is assessed within the times of the regulations (3.3)."""

from itertools import permutations

import pytest

from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, left, placed
from tests.unit.rules.said_care import assessed, review, went_home
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

RULE = "health-assessment"
CAME = placed("PL-1", "2021-03-18 12:00")
CARE = f"{RULE}/after PL-1/start"
# Twenty working days: Good Friday and Easter Monday, 2 and 5 April, are none.
DUE = "2021-04-20 00:00"
FIRST = assessed("2021-04-14 10:00", "initial", reference="HA-1")
NEXT = f"{RULE}/after HA-1"
A_YEAR_ON = "2022-04-15 00:00"
# Good Friday is the 15th, so the office opens on the Tuesday after Easter.
OVERDUE = "2022-04-19 09:30"
AROUND_HER = members("social_worker team_manager senior_manager iro edt placement")
NO_FIRST = "20 working days after care began, no health assessment by a doctor is known."
NO_NEXT = (
    "The child was last assessed longer ago than the regulations allow, and no health assessment "
    "since is known."
)


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def scene_of_one_born(day: str, *said: Said) -> Scene:
    """The same of a child whose birthday is known."""
    told = (received(each) for each in said)
    return given(AROUND_HER, born(day), *told, hub=Hub(only(RULE)))


# --- The first --------------------------------------------------------------------------------


def test_the_start_of_care_asks_for_one_in_20_working_days() -> None:
    scene(CAME).then_expects({CARE: f"open {DUE}"})


def test_a_move_within_care_asks_for_none() -> None:
    moved = scene(CAME, left("PL-1", "2021-04-10 10:00"), placed("PL-2", "2021-04-10 12:00"))
    moved.then_expects({CARE: f"open {DUE}"})
    scene(review("2021-02-01 10:00"), CAME).then_expects({})


def test_a_temporary_absence_begins_nothing() -> None:
    scene(placed("PL-1", "2021-03-18 12:00", kind="T2")).then_expects({})


def test_the_first_is_by_a_doctor() -> None:
    nurse = assessed("2021-04-14 10:00", "initial", by="nurse", reference="HA-1")
    scene(CAME, nurse).then_expects({CARE: f"open {DUE}", NEXT: f"open {A_YEAR_ON}"})
    scene(CAME, FIRST).then_expects({CARE: "met", NEXT: f"open {A_YEAR_ON}"})


def test_where_nobody_says_who_did_it_one_that_is_called_the_first_counts() -> None:
    initial = assessed("2021-04-14 10:00", "initial", by=None, reference="HA-1")
    scene(CAME, initial).then_expects({CARE: "met", NEXT: f"open {A_YEAR_ON}"})
    later = assessed("2021-04-14 10:00", "review", by=None, reference="HA-1")
    scene(CAME, later).then_expects({CARE: f"open {DUE}", NEXT: f"open {A_YEAR_ON}"})


def test_one_that_is_offered_or_missed_does_not_count() -> None:
    offered = assessed("2021-03-20 10:00", "initial", step="offered")
    missed = assessed("2021-04-14 10:00", "initial", step="missed")
    scene(CAME, offered, missed).then_expects({CARE: f"open {DUE}"})


def test_one_of_the_three_months_before_counts() -> None:
    before = assessed("2020-12-18", "initial", reference="HA-0")
    scene(before, CAME).then_expects(
        {CARE: "met", f"{RULE}/after HA-0": "open 2021-12-19 00:00"},
    )
    earlier = assessed("2020-12-17", "initial", reference="HA-0")
    scene(earlier, CAME).then_expects(
        {CARE: f"open {DUE}", f"{RULE}/after HA-0": "open 2021-12-18 00:00"},
    )


def test_a_child_who_understands_it_may_decline_and_is_asked_again_in_its_time() -> None:
    declined = assessed("2021-04-14 10:00", "initial", step="declined", reference="HA-1")
    scene(CAME, declined).then_expects({CARE: "met", NEXT: f"open {A_YEAR_ON}"})


def test_that_she_declined_before_care_began_answers_nothing() -> None:
    declined = assessed("2021-03-10 10:00", "initial", step="declined", reference="HA-1")
    scene(declined, CAME).then_expects({CARE: f"open {DUE}", NEXT: "open 2022-03-11 00:00"})
    scene(declined, CAME).when(time_passes("2021-04-20 09:30")).then(raised(RULE, what=NO_FIRST))


def test_missed_it_says_so_with_what_is_known() -> None:
    offered = assessed("2021-03-20 10:00", "initial", step="offered")
    for said, known in (
        ((), ""),
        ((offered,), " An appointment was offered."),
        (
            (offered, assessed("2021-04-14 10:00", step="missed")),
            " An appointment was missed.",
        ),
        (
            (offered, assessed("2021-04-14 10:00", by="nurse")),
            " One was held, and it is not known to have been by a doctor.",
        ),
    ):
        scene(CAME, *said).when(time_passes("2021-04-20 09:30")).then(
            raised(RULE, "medium", level=1, what=NO_FIRST + known)
        )


# --- The next ---------------------------------------------------------------------------------


def test_the_next_is_due_within_twelve_months_and_a_nurse_may_do_it() -> None:
    scene(FIRST).then_expects({NEXT: f"open {A_YEAR_ON}"})
    second = assessed("2022-03-01 10:00", by="nurse", reference="HA-2")
    scene(FIRST, second).then_expects(
        {NEXT: "met", f"{RULE}/after HA-2": "open 2023-03-02 00:00"},
    )


def test_before_the_fifth_birthday_within_six() -> None:
    small = scene_of_one_born("2017-01-01", FIRST)
    small.then_expects({NEXT: "open 2021-10-15 00:00"})


def test_where_six_months_reach_over_the_fifth_birthday_within_twelve() -> None:
    scene_of_one_born("2016-10-15", FIRST).then_expects({NEXT: "open 2021-10-15 00:00"})
    scene_of_one_born("2016-10-14", FIRST).then_expects({NEXT: f"open {A_YEAR_ON}"})


def test_a_birthday_that_is_stated_later_counts_from_the_next_event_on() -> None:
    later = scene(FIRST).when(born("2017-01-01"))
    later.then_expects({NEXT: f"open {A_YEAR_ON}"})
    later.when(received(placed("PL-2", "2021-05-01 10:00")))
    later.then_expects({NEXT: "open 2021-10-15 00:00", f"{RULE}/after PL-2/start": "met"})


def test_told_of_by_two_it_is_one() -> None:
    """The clinic and the authority say on which day it was, and not the same one."""
    twice = scene(FIRST, assessed("2021-04-16", reference="HA-1b"))
    twice.then_expects({NEXT: "met", f"{RULE}/after HA-1b": "open 2022-04-17 00:00"})


def test_missed_at_midnight_it_waits_for_the_office() -> None:
    scene(FIRST).when(time_passes("2022-04-15 00:01")).then(
        raised(
            RULE,
            "medium",
            urgent="",
            digest="social_worker team_manager iro",
            level=1,
            what=NO_NEXT,
        )
    ).then_expects({NEXT: "missed"})


def test_in_office_hours_it_is_for_the_social_worker_and_the_manager() -> None:
    scene(FIRST).when(time_passes(OVERDUE)).then(
        raised(RULE, urgent="social_worker team_manager", digest="iro")
    )


def test_after_one_that_she_declined_it_says_so() -> None:
    declined = assessed("2021-04-14 10:00", step="declined", reference="HA-1")
    scene(declined).when(time_passes(OVERDUE)).then(
        raised(
            RULE,
            what="The child declined the last one longer ago than the regulations allow, and no "
            "health assessment since is known.",
        )
    )


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ("held", "The child's health was assessed, later than the regulations say."),
        ("declined", "The child declined it, later than the regulations say."),
    ],
)
def test_answered_late_it_is_over_and_stays_missed(step: str, what: str) -> None:
    late = scene(FIRST).when(time_passes(OVERDUE))
    late.when(received(assessed("2022-05-20 10:00", step=step, reference="HA-2"))).then(
        updated(RULE, urgent="social_worker team_manager", what=what)
    )
    (fact,) = late.facts(RULE)
    assert fact.alert.settled
    late.then_expects({NEXT: "missed", f"{RULE}/after HA-2": "open 2023-05-21 00:00"})


def test_told_late_that_it_was_held_in_time_it_is_taken_back_and_says_so() -> None:
    missed = scene(FIRST).when(time_passes(OVERDUE))
    held = assessed("2022-04-10 10:00", reference="HA-2")
    missed.when(received(held, at="2022-04-20 10:00")).then(
        withdrawn(RULE, urgent="social_worker team_manager", digest="iro")
    )
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == "It was done in time: a health assessment. It was told late."


# --- What ends it -----------------------------------------------------------------------------


def test_the_end_of_care_ends_it() -> None:
    scene(CAME, went_home("2021-04-01 10:00")).then_expects({CARE: "cancelled"})
    scene(CAME, FIRST, went_home("2021-07-10 10:00")).then_expects({CARE: "met", NEXT: "cancelled"})


def test_one_that_is_held_after_the_end_of_care_opens_nothing() -> None:
    after = scene(CAME, went_home("2021-04-01 10:00"), FIRST)
    after.then_expects({CARE: "cancelled"})


def test_one_that_was_held_before_care_ended_counts_however_late_it_is_told() -> None:
    """On the day of the end too: only the hour says which came first, and it is not known."""
    for day in ("2021-04-14 10:00", "2021-04-15 10:00"):
        told = scene(CAME, went_home(day)).then_expects({CARE: "cancelled"})
        told.when(received(FIRST, at="2021-04-16 10:00"))
        told.then_expects({CARE: "met"})


def test_a_placement_of_one_day_in_which_care_ended_begins_none_again() -> None:
    one_day = scene(placed("PL-1", "2021-03-18"), went_home("2021-03-18"), FIRST)
    one_day.then_expects({CARE: "cancelled"})


def test_where_care_begins_again_soon_it_counts_for_that_too() -> None:
    """Regulation 7 asks for no other, so the next one is counted from it."""
    again = scene(CAME, FIRST, went_home("2021-05-10 10:00"), placed("PL-2", "2021-07-10 12:00"))
    again.then_expects(
        {CARE: "met", NEXT: f"open {A_YEAR_ON}", f"{RULE}/after PL-2/start": "met"},
    )
    between = scene(
        CAME,
        went_home("2021-04-01 10:00"),
        FIRST,
        placed("PL-2", "2021-07-10 12:00"),
    )
    between.then_expects(
        {CARE: "cancelled", NEXT: f"open {A_YEAR_ON}", f"{RULE}/after PL-2/start": "met"},
    )


def test_where_care_begins_again_later_a_first_one_is_asked_for() -> None:
    again = scene(CAME, FIRST, went_home("2021-05-10 10:00"), placed("PL-2", "2021-09-10 12:00"))
    again.then_expects(
        {CARE: "met", NEXT: "cancelled", f"{RULE}/after PL-2/start": "open 2021-10-09 00:00"},
    )


def test_a_death_ends_it() -> None:
    scene(FIRST, harm("death", "2021-07-10 11:00")).then_expects({NEXT: "cancelled"})


def test_what_falls_due_after_the_18th_birthday_is_not_awaited() -> None:
    grown = given(AROUND_HER, born("2004-04-14"), hub=Hub(only(RULE)))
    grown.when(received(FIRST), time_passes(OVERDUE)).then_nothing().then_expects({})


# --- What is corrected, and what is not known ------------------------------------------------


def test_one_that_is_taken_back_is_awaited_again() -> None:
    taken_back = scene(CAME, FIRST).when(received(FIRST.retracted(), at="2021-04-15 10:00"))
    taken_back.then_expects({CARE: f"open {DUE}", NEXT: "cancelled"})


def test_a_placement_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene(CAME).when(time_passes("2021-04-20 09:30"))
    missed.when(received(CAME.retracted(), at="2021-04-21 10:00")).then(withdrawn(RULE))
    missed.then_expects({CARE: "cancelled"})


def test_what_shows_that_she_was_in_care_already_withdraws_it() -> None:
    for said in (
        left("PL-0", "2021-03-18 11:00"),
        review("2021-02-01 10:00"),
        meeting("M-1", "2021-02-01 10:00", "looked_after_review"),
    ):
        missed = scene(CAME).when(time_passes("2021-04-20 09:30"))
        missed.when(received(said, at="2021-04-21 10:00")).then(withdrawn(RULE))


def test_another_meeting_shows_nothing() -> None:
    scene(meeting("M-1", "2021-02-01 10:00", "strategy"), CAME).then_expects({CARE: f"open {DUE}"})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(FIRST).when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({NEXT: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = assessed("2020-05-01 11:00", reference="HA-1").as_history()
    told = given(AROUND_HER, received(old, at="2021-06-13 09:00"), hub=Hub(only(RULE)))
    told.then_expects({NEXT: "not_known"})
    told.when(time_passes("2021-06-14 09:30")).then_nothing()


ALL = (
    CAME,
    went_home("2021-03-25 10:00"),
    placed("PL-2", "2021-04-10 12:00"),
    FIRST,
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-05-12 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2022-04-15 09:30"))
    ended.then_open(f"{RULE} medium 1")
