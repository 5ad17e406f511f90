"""statutory-visit: the authority sees the child, within a week and then every six (3.3, 3.5)."""

from itertools import permutations

import pytest

from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, placed
from tests.unit.rules.said_care import review, visit, went_home
from tests.unit.rules.said_incident import harm
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

RULE = "statutory-visit"
MOVED = placed("PL-1", "2021-07-05 12:45")
START = f"{RULE}/after PL-1/start"
DUE = "2021-07-13 00:00"
OVERDUE = "2021-07-13 09:30"
SEEN = visit("2021-07-09 14:00", reference="V-1")
NEXT = f"{RULE}/after V-1"
AROUND_HER = members("social_worker team_manager iro edt placement")
NONE = "The placement began longer ago than the regulations allow, and no visit since is known."


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def test_a_placement_asks_for_a_visit_within_a_week() -> None:
    scene(MOVED).then_expects({START: f"open {DUE}"})


def test_each_visit_in_the_first_year_asks_for_the_next_in_six_weeks() -> None:
    scene(MOVED, SEEN).then_expects({START: "met", NEXT: "open 2021-08-21 00:00"})
    again = scene(MOVED, SEEN, visit("2021-08-20 14:00", reference="V-2"))
    again.then_expects({START: "met", NEXT: "met", f"{RULE}/after V-2": "open 2021-10-02 00:00"})


def test_when_the_clocks_change_a_day_still_ends_at_midnight_in_london() -> None:
    scene(placed("PL-1", "2021-10-28 12:45")).then_expects({START: "open 2021-11-05 00:00"})


def test_after_a_year_in_one_place_three_months_are_awaited() -> None:
    lasting = scene(placed("PL-1", "2020-06-28 12:45"), review("2021-07-01 10:00"), SEEN)
    lasting.then_expects({START: "open 2020-07-06 00:00", NEXT: "open 2021-10-10 00:00"})


def test_of_a_child_of_whom_nothing_says_that_she_is_in_care_nothing_is_awaited() -> None:
    scene(SEEN).then_expects({})
    scene(MOVED, went_home("2021-07-08 10:00"), SEEN).then_expects({START: "cancelled"})
    scene(review("2021-07-01 10:00", "child_protection"), SEEN).then_expects({})


def test_missed_at_midnight_it_waits_for_the_office() -> None:
    scene(MOVED).when(time_passes("2021-07-13 00:01")).then(
        raised(
            RULE, "medium", urgent="", digest="social_worker team_manager iro", level=1, what=NONE
        )
    ).then_expects({START: "missed"})


def test_in_office_hours_it_is_for_the_social_worker_and_the_manager() -> None:
    scene(MOVED).when(time_passes(OVERDUE)).then(
        raised(RULE, "medium", urgent="social_worker team_manager", digest="iro")
    )


def test_a_visit_of_the_reviewing_officer_or_without_the_child_does_not_count_and_is_said() -> None:
    others = scene(MOVED, visit("2021-07-08 16:00", "iro"), visit("2021-07-09 16:00", seen=False))
    others.then_expects({START: f"open {DUE}"})
    what = NONE + " Somebody else visited, or she was not seen."
    others.when(time_passes(OVERDUE)).then(raised(RULE, what=what))


def test_a_visit_on_the_day_of_the_move_counts_where_only_the_day_is_told() -> None:
    of_that_day = received(visit("2021-07-05", reference="V-1"), at="2021-07-05 18:00")
    moved = scene(MOVED).when(of_that_day)
    assert f"{START} met" in _states(moved)
    of_a_day = received(placed("PL-1", "2021-07-05"), at="2021-07-05 18:00")
    the_day_before = received(visit("2021-07-04"), at="2021-07-05 18:00")
    assert f"{START} open" in _states(scene().when(of_a_day, the_day_before))


def _states(scene: Scene) -> set[str]:
    awaited = scene.hub.case.awaited.values()
    return {f"{each.rule}/after {each.key.split(':')[2]} {each.state.value}" for each in awaited}


def test_a_move_ends_what_was_awaited_and_asks_for_its_own() -> None:
    moved = scene(MOVED, SEEN, placed("PL-2", "2021-07-26 10:20"))
    moved.then_expects(
        {START: "met", NEXT: "cancelled", f"{RULE}/after PL-2/start": "open 2021-08-03 00:00"}
    )
    twice = scene(MOVED, placed("PL-2", "2021-07-08 10:20"))
    twice.then_expects({START: "cancelled", f"{RULE}/after PL-2/start": "open 2021-07-16 00:00"})


def test_a_temporary_absence_is_no_move() -> None:
    scene(MOVED, placed("PL-2", "2021-07-08 10:20", kind="T2")).then_expects({START: f"open {DUE}"})


def test_a_move_after_the_time_leaves_it_missed_until_she_is_seen() -> None:
    story = scene(MOVED).when(time_passes(OVERDUE))
    story.when(received(placed("PL-2", "2021-07-26 10:20"))).then_nothing()
    story.when(received(visit("2021-07-27 14:00", reference="V-2"))).then(
        updated(
            RULE,
            urgent="social_worker team_manager",
            what="She was visited and seen, later than the regulations say.",
        )
    )
    (fact,) = story.facts(RULE)
    assert fact.alert.settled


def test_seen_on_the_day_after_it_is_late_also_where_only_the_day_is_told() -> None:
    """That day begins when the time is over."""
    missed = scene(MOVED).when(time_passes(OVERDUE))
    missed.when(received(visit("2021-07-13", reference="V-1"), at="2021-07-13 15:00")).then(
        updated(RULE, what="She was visited and seen, later than the regulations say.")
    )
    missed.then_expects({START: "missed", NEXT: "open 2021-08-25 00:00"})


@pytest.mark.parametrize("said", [placed("PL-2", "2021-07-13"), went_home("2021-07-13")])
def test_what_ends_on_the_day_after_leaves_it_missed(said: Said) -> None:
    missed = scene(MOVED).when(time_passes(OVERDUE))
    missed.when(received(said, at="2021-07-13 15:00"))
    assert f"{START} missed" in _states(missed)


def test_that_she_was_seen_late_is_a_line_for_whoever_read_a_line() -> None:
    """Found at midnight, it asked nobody to act. Fails without: the route of what is over."""
    read = scene(MOVED).when(time_passes("2021-07-13 00:01"))
    read.when(received(visit("2021-07-16 14:00", reference="V-2"))).then(
        updated(RULE, level=0, urgent="", digest="social_worker team_manager iro")
    )


def test_told_late_that_she_was_seen_in_time_it_is_taken_back_and_says_so() -> None:
    missed = scene(MOVED).when(time_passes(OVERDUE))
    missed.when(received(visit("2021-07-12 14:00"), at="2021-07-14 10:00")).then(
        withdrawn(RULE, urgent="social_worker team_manager", digest="iro")
    )
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == "It was done in time: a statutory visit. It was told late."


def test_a_visit_that_is_taken_back_is_awaited_again() -> None:
    taken_back = scene(MOVED, SEEN).when(received(SEEN.retracted(), at="2021-07-10 10:00"))
    taken_back.then_expects({START: f"open {DUE}", NEXT: "cancelled"})


def test_a_visit_corrected_to_unseen_is_awaited_again() -> None:
    corrected = scene(MOVED, SEEN, SEEN.corrected(seen=False))
    corrected.then_expects({START: f"open {DUE}", NEXT: "cancelled"})


def test_a_placement_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene(MOVED).when(time_passes(OVERDUE))
    missed.when(received(MOVED.retracted(), at="2021-07-14 10:00")).then(withdrawn(RULE))
    missed.then_expects({START: "cancelled"})


def test_the_end_of_care_ends_it() -> None:
    scene(MOVED, went_home("2021-07-10 10:00")).then_expects({START: "cancelled"})


def test_a_death_ends_it() -> None:
    scene(MOVED, harm("death", "2021-07-10 11:00")).then_expects({START: "cancelled"})


def test_what_falls_due_after_the_18th_birthday_is_not_awaited() -> None:
    grown = given(AROUND_HER, born("2003-07-12"), hub=Hub(only(RULE)))
    grown.when(received(MOVED), time_passes(OVERDUE)).then_nothing().then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(MOVED).when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({START: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = placed("PL-1", "2020-12-01 11:00").as_history()
    told = given(AROUND_HER, received(old, at="2021-06-13 09:00"), hub=Hub(only(RULE)))
    told.then_expects({START: "not_known"})
    told.when(time_passes("2021-06-14 09:30")).then_nothing()


def test_years_of_visits_leave_one_open() -> None:
    months = [f"2021-{month:02}" for month in range(8, 13)]
    months += [f"2022-{month:02}" for month in range(1, 13)]
    visits = [visit(f"{month}-05 14:00", reference=f"V-{month}") for month in months]
    reviews = [review(f"{month}-01 10:00") for month in months[::5]]
    said = sorted([*visits, *reviews], key=lambda each: each.occurred)
    still_open = [one for one in _states(scene(MOVED, SEEN, *said)) if one.endswith(" open")]
    assert still_open == [f"{RULE}/after V-2022-12 open"]


ALL = (
    MOVED,
    visit("2021-07-08 16:00", "iro"),
    visit("2021-07-16 14:00", reference="V-2"),
    placed("PL-2", "2021-07-26 10:20"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-07-27 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-07-27 10:01"))
    ended.then_open(f"{RULE} medium 0")
    assert {f"{START} missed", f"{RULE}/after PL-2/start open"} <= _states(ended)
