"""hospital-visit: a looked-after child in hospital is visited (3.19, 3.24)."""

from itertools import permutations

import pytest

from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, placed
from tests.unit.rules.said_care import review, visit, went_home
from tests.unit.rules.said_discharge import transferred
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_stay import discharge
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

RULE = "hospital-visit"
IN_CARE = placed("PL-1", "2021-10-21 13:00")
ADMITTED = admission("2021-11-11 23:30", reference="HS-1")
STAY = f"{RULE}/after HS-1"
DUE = "2021-11-19 00:00"
OVERDUE = "2021-11-19 09:30"
SEEN = visit("2021-11-17 14:00", reference="V-1", place="ward")
NEXT = f"{RULE}/after V-1"
AROUND_HER = members("social_worker team_manager iro edt ward safeguarding_nurse placement")
NONE = "7 days after she was admitted no visit by the authority is known."


def scene(*said: Said) -> Scene:
    """She is in care, and these things are said besides."""
    events = (IN_CARE, *said)
    return given(AROUND_HER, *(received(each) for each in events), hub=Hub(only(RULE)))


def test_an_admission_asks_for_a_visit_within_a_week() -> None:
    scene(ADMITTED).then_expects({STAY: f"open {DUE}"})


def test_each_visit_asks_for_the_next_in_a_fortnight() -> None:
    scene(ADMITTED, SEEN).then_expects({STAY: "met", NEXT: "open 2021-12-02 00:00"})


def test_when_the_clocks_change_a_day_still_ends_at_midnight_in_london() -> None:
    autumn = scene(admission("2021-10-28 12:00", reference="HS-1"))
    autumn.then_expects({STAY: "open 2021-11-05 00:00"})


def test_missed_at_midnight_it_waits_for_the_office() -> None:
    scene(ADMITTED).when(time_passes("2021-11-19 00:01")).then(
        raised(
            RULE,
            "medium",
            urgent="",
            digest="social_worker team_manager iro ward safeguarding_nurse",
            level=1,
            what=NONE + " She is in hospital still.",
        )
    ).then_expects({STAY: "missed"})


def test_in_office_hours_it_is_for_the_social_worker_and_the_manager() -> None:
    scene(ADMITTED).when(time_passes(OVERDUE)).then(
        raised(
            RULE,
            urgent="social_worker team_manager",
            digest="iro ward safeguarding_nurse",
        )
    )


def test_a_visit_of_the_reviewing_officer_or_one_without_the_child_does_not_count() -> None:
    others = scene(
        ADMITTED, visit("2021-11-16 16:00", "iro"), visit("2021-11-17 16:00", seen=False)
    )
    others.then_expects({STAY: f"open {DUE}"})


def test_a_visit_at_home_opens_nothing() -> None:
    scene(visit("2021-11-01 14:00")).then_expects({})


def test_who_is_discharged_before_is_not_awaited() -> None:
    short = scene(ADMITTED, discharge("HS-1", "2021-11-15 12:00"))
    short.then_expects({STAY: "cancelled"})
    short.when(time_passes(OVERDUE)).then_nothing()


def test_a_visit_after_she_has_left_is_about_something_else() -> None:
    home = scene(ADMITTED, discharge("HS-1", "2021-11-15 12:00"), visit("2021-11-17 14:00"))
    home.then_expects({STAY: "cancelled"})


@pytest.mark.parametrize("day", ["2021-11-20 12:00", "2021-11-19"])
def test_a_discharge_after_the_time_is_the_end_of_it_and_it_stays_missed(day: str) -> None:
    """On the day after also where only the day is told: it begins when the time is over."""
    missed = scene(ADMITTED).when(time_passes(OVERDUE))
    missed.when(received(discharge("HS-1", day), at="2021-11-20 12:00")).then(
        updated(
            RULE,
            urgent="social_worker team_manager",
            what=NONE + " She has left since.",
        )
    )
    missed.then_expects({STAY: "missed"})


def test_another_hospital_that_admits_her_meanwhile_opens_no_second_one() -> None:
    moved = scene(ADMITTED, admission("2021-11-14 12:00", reference="MS-1"))
    moved.then_expects({STAY: f"open {DUE}"})


@pytest.mark.parametrize("closed", ["2021-11-15 10:30", "2021-11-15 12:00", "2021-11-15 19:00"])
def test_a_hospital_that_closes_its_own_stay_as_she_is_moved_has_not_let_her_go(
    closed: str,
) -> None:
    moved = scene(ADMITTED, transferred("2021-11-15 12:00"), discharge("HS-1", closed))
    moved.then_expects({STAY: f"open {DUE}"})
    within = scene(ADMITTED, transferred("2021-11-15 12:00", "within"), discharge("HS-1", closed))
    within.then_expects({STAY: "cancelled"})
    long_before = scene(ADMITTED, transferred("2021-11-13 12:00"), discharge("HS-1", closed))
    long_before.then_expects({STAY: "cancelled"})


def test_a_second_stay_asks_for_its_own() -> None:
    again = scene(
        ADMITTED,
        discharge("HS-1", "2021-11-15 12:00"),
        admission("2021-11-16 12:00", reference="HS-2"),
    )
    again.then_expects({STAY: "cancelled", f"{RULE}/after HS-2": "open 2021-11-24 00:00"})


def test_of_a_child_of_whom_nothing_says_that_she_is_in_care_nothing_is_awaited() -> None:
    at_home = given(AROUND_HER, received(ADMITTED), hub=Hub(only(RULE)))
    at_home.then_expects({})
    told = at_home.when(received(review("2021-09-01 10:00"), at="2021-11-12 10:00"))
    told.then_expects({STAY: f"open {DUE}"})


def test_visited_late_it_is_over_and_stays_missed() -> None:
    late = scene(ADMITTED).when(time_passes(OVERDUE))
    late.when(received(visit("2021-11-22 14:00", reference="V-1"))).then(
        updated(
            RULE,
            urgent="social_worker team_manager",
            what="She was visited in hospital later than 7 days after she was admitted.",
        )
    )
    late.then_expects({STAY: "missed", NEXT: "open 2021-12-07 00:00"})


@pytest.mark.parametrize(
    "end", [visit("2021-11-22 14:00"), discharge("HS-1", "2021-11-22 14:00")], ids=["seen", "left"]
)
def test_that_it_is_over_is_a_line_for_whoever_read_a_line(end: Said) -> None:
    """Found at midnight, it asked nobody to act. Fails without: the route of what is over."""
    read = scene(ADMITTED).when(time_passes("2021-11-19 00:01"))
    readers = "social_worker team_manager iro ward safeguarding_nurse"
    read.when(received(end)).then(updated(RULE, level=0, urgent="", digest=readers))


def test_told_late_that_she_was_visited_in_time_it_is_taken_back_and_says_so() -> None:
    missed = scene(ADMITTED).when(time_passes(OVERDUE))
    missed.when(received(SEEN, at="2021-11-20 10:00")).then(withdrawn(RULE))
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: a visit in hospital by the authority. It was told late."
    )


def test_told_late_that_she_had_left_it_is_taken_back_and_says_so() -> None:
    missed = scene(ADMITTED).when(time_passes(OVERDUE))
    told_late = received(discharge("HS-1", "2021-11-15 12:00"), at="2021-11-20 10:00")
    missed.when(told_late).then(withdrawn(RULE))
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == "She has left the hospital."


def test_a_visit_that_is_taken_back_is_awaited_again() -> None:
    taken_back = scene(ADMITTED, SEEN).when(received(SEEN.retracted(), at="2021-11-18 10:00"))
    taken_back.then_expects({STAY: f"open {DUE}", NEXT: "cancelled"})


def test_a_discharge_that_is_taken_back_opens_it_again() -> None:
    left_again = discharge("HS-1", "2021-11-15 12:00")
    stays = scene(ADMITTED, left_again).when(
        received(left_again.retracted(), at="2021-11-16 10:00")
    )
    stays.then_expects({STAY: f"open {DUE}"})


def test_an_admission_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene(ADMITTED).when(time_passes(OVERDUE))
    missed.when(received(ADMITTED.retracted(), at="2021-11-20 10:00")).then(withdrawn(RULE))
    missed.then_expects({STAY: "cancelled"})


def test_an_admission_corrected_to_another_day_moves_the_time() -> None:
    corrected = scene(ADMITTED, ADMITTED.corrected(occurred="2021-11-13 23:30"))
    corrected.then_expects({STAY: "open 2021-11-21 00:00"})


def test_the_end_of_care_ends_it() -> None:
    scene(ADMITTED, went_home("2021-11-15 10:00")).then_expects({STAY: "cancelled"})


def test_a_death_ends_it() -> None:
    scene(ADMITTED, harm("death", "2021-11-15 11:00")).then_expects({STAY: "cancelled"})


def test_what_falls_due_after_the_18th_birthday_is_not_awaited() -> None:
    grown = given(AROUND_HER, born("2003-11-18"), received(IN_CARE), hub=Hub(only(RULE)))
    grown.when(received(ADMITTED), time_passes(OVERDUE)).then_nothing().then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(ADMITTED).when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({STAY: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = ADMITTED.as_history()
    told = given(
        AROUND_HER,
        received(IN_CARE.as_history(), at="2022-06-13 09:00"),
        received(old, at="2022-06-13 09:01"),
        hub=Hub(only(RULE)),
    )
    told.then_expects({STAY: "not_known"})
    told.when(time_passes("2022-06-14 09:30")).then_nothing()


ALL = (
    IN_CARE,
    ADMITTED,
    visit("2021-11-22 14:00", reference="V-1"),
    discharge("HS-1", "2021-11-25 12:00"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-11-26 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-11-26 10:01"))
    ended.then_open(f"{RULE} medium 0")
