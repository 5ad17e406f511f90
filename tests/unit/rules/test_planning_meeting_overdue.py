"""planning-meeting-overdue: for a child with significant risks, a planned meeting (3.4, 3.7)."""

from dataclasses import replace
from itertools import permutations

import pytest

from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import CODED, Said, attendance, detention, harmed, left
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

RULE = "planning-meeting-overdue"
BROKE_DOWN = left("PL-1", "2021-06-23 11:00", planned=False)
SINCE = f"{RULE}/since PL-1/end"
DUE = "2021-08-05 00:00"
OVERDUE = "2021-08-05 09:30"
AROUND_HER = members("social_worker team_manager senior_manager iro edt placement camhs_community")
WHAT = "6 weeks after a significant event no planned meeting about the whole plan is known. "
ASKED = "A date fixed in advance is asked for, and who leads it."


def planned(number: str, occurred: str, kind: str = "planning") -> Said:
    """One that was fixed in advance, with the whole plan on its agenda."""
    return meeting(number, occurred, kind, planned="planned")


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def test_a_significant_event_asks_for_one_in_six_weeks() -> None:
    scene(BROKE_DOWN).then_expects({SINCE: f"open {DUE}"})


def test_the_six_weeks_end_with_a_day_by_the_clock_in_london() -> None:
    autumn = scene(harmed("overdose", "2021-10-20 18:00", reference="SH-1"))
    autumn.then_expects({f"{RULE}/since SH-1": "open 2021-12-02 00:00"})


def test_at_midnight_it_is_a_line_for_who_can_act_in_the_morning() -> None:
    scene(BROKE_DOWN).when(time_passes("2021-08-05 00:01")).then(
        raised(
            RULE,
            "high",
            urgent="",
            digest="senior_manager iro team_manager social_worker",
            level=1,
            what=WHAT + ASKED,
        )
    ).then_expects({SINCE: "missed"}).then_awaits(
        {"senior_manager": "2021-08-05 10:00", "iro": "2021-08-05 10:00"}
    )


def test_in_office_hours_it_is_for_the_senior_manager_and_the_reviewing_officer() -> None:
    scene(BROKE_DOWN).when(time_passes(OVERDUE)).then(
        raised(RULE, "high", urgent="senior_manager iro", digest="team_manager social_worker")
    )


def test_the_senior_manager_of_her_authority_is_told_on_her_network_or_not() -> None:
    without = members("social_worker iro team_manager")
    off = given(without, received(BROKE_DOWN), hub=Hub(only(RULE))).when(time_passes(DUE))
    off.then(raised(RULE, urgent="", digest="senior_manager iro team_manager social_worker"))
    called = given(without, received(BROKE_DOWN), hub=Hub(only(RULE))).when(time_passes(OVERDUE))
    called.then(raised(RULE, urgent="senior_manager iro"))


def test_whose_child_she_is_may_be_known_of_a_review_alone_or_not_at_all() -> None:
    without = members("social_worker iro team_manager")
    harm_first = [harmed("overdose", "2021-06-23 18:00", reference="SH-1")]
    review = meeting("M-1", "2021-06-28 14:00", "looked_after_review")
    for said, told in (
        ([*harm_first, review], "senior_manager iro"),
        (harm_first, "iro"),
        ([*harm_first, replace(review, agency="host-authority")], "iro"),
    ):
        known = given(without, *(received(each) for each in said), hub=Hub(only(RULE)))
        known.when(time_passes(OVERDUE)).then(raised(RULE, urgent=told))


def test_a_planned_meeting_meets_it_and_opens_the_next_six_weeks() -> None:
    held = scene(BROKE_DOWN, planned("M-1", "2021-07-14 10:00"))
    held.then_expects({SINCE: "met", f"{RULE}/since M-1/held": "open 2021-08-26 00:00"})
    held.when(time_passes(OVERDUE)).then_nothing()


def test_reactive_meetings_do_not_meet_it_however_many() -> None:
    reactive = [meeting(f"M-{day}", f"2021-07-{day} 10:00", "professionals") for day in (14, 20)]
    unsaid = meeting("M-30", "2021-07-30 10:00", planned="not_stated")
    met_often = scene(BROKE_DOWN, *reactive, unsaid).when(time_passes(OVERDUE))
    what = WHAT + "At least 3 other meetings were held since. " + ASKED
    met_often.then(raised(RULE, what=what))


def test_what_was_planned_but_is_about_one_matter_does_not_count() -> None:
    discharge = planned("M-1", "2021-07-14 10:00", "discharge_planning")
    scene(BROKE_DOWN, discharge).then_expects({SINCE: f"open {DUE}"})


def test_a_meeting_that_is_called_does_not_count_and_is_said() -> None:
    called = meeting(
        "M-1", "2021-08-02 10:00", step="called", planned="planned", set_for="2021-08-20"
    )
    announced = scene(BROKE_DOWN, called).when(time_passes(OVERDUE))
    announced.then(raised(RULE, what=WHAT + "One is fixed for 20 August 2021."))
    off = meeting("M-1", "2021-08-04 10:00", step="cancelled", planned="planned")
    cancelled = scene(BROKE_DOWN, called, off).when(time_passes(OVERDUE))
    cancelled.then(raised(RULE, what=WHAT + ASKED))


def test_what_happens_meanwhile_opens_no_second_one() -> None:
    july = [detention("2021-07-28 22:25"), harmed("laceration", "2021-09-07 18:00")]
    run = scene(BROKE_DOWN, july[0]).when(time_passes(OVERDUE), received(july[1]))
    run.then(raised(RULE)).then_expects({SINCE: "missed"})


def test_while_it_is_overdue_only_a_doubling_of_other_meetings_is_told() -> None:
    overdue = scene(BROKE_DOWN).when(time_passes(OVERDUE))
    meetings = [meeting(f"M-{day}", f"2021-08-{day} 15:00", "strategy") for day in range(10, 16)]
    told = updated(RULE, urgent="", digest="senior_manager iro team_manager social_worker")
    overdue.when(*(received(each) for each in meetings[:5])).then(told)
    overdue.when(received(meetings[5])).then(told)


def test_a_significant_event_after_a_planned_meeting_waits_for_the_next() -> None:
    story = scene(BROKE_DOWN, planned("M-1", "2021-07-14 10:00"), detention("2021-07-28 22:25"))
    story.then_expects({SINCE: "met", f"{RULE}/since M-1/held": "open 2021-08-26 00:00"})


def test_nor_does_one_while_the_next_meeting_is_awaited_open_a_second() -> None:
    # The breakdown is 89 days before the harm, and 68 before the meeting.
    held_late = planned("M-1", "2021-08-30 10:00")
    story = scene(BROKE_DOWN, held_late, harmed("overdose", "2021-09-20 18:00"))
    opened = {SINCE: f"open {DUE}", f"{RULE}/since M-1/held": "open 2021-10-12 00:00"}
    story.then_expects(opened)


def test_once_the_risks_are_long_past_no_further_meeting_is_awaited() -> None:
    calm = scene(BROKE_DOWN, planned("M-1", "2021-08-04 10:00"), planned("M-2", "2021-09-15 18:00"))
    calm.then_expects({SINCE: "met", f"{RULE}/since M-1/held": "met"})


def test_a_significant_event_long_after_opens_one_anew() -> None:
    again = scene(BROKE_DOWN, harmed("overdose", "2021-09-20 18:00", reference="SH-1"))
    again.then_expects({SINCE: f"open {DUE}", f"{RULE}/since SH-1": "open 2021-11-02 00:00"})


def test_an_attendance_that_is_coded_as_self_harm_counts_while_staff_have_not_said() -> None:
    seen = attendance("2021-06-23 11:00", self_harm="not_known", **CODED)
    scene(seen).then_expects({f"{RULE}/since ED-1": f"open {DUE}"})
    scene(seen.corrected(self_harm="no")).then_expects({})


def test_what_is_not_significant_opens_nothing() -> None:
    nothing = scene(
        left("PL-1", "2021-06-23 11:00", planned=True),
        left("PL-2", "2021-06-23 12:00"),
        attendance("2021-06-24 11:00", self_harm="no"),
        planned("M-1", "2021-06-25 10:00"),
    )
    nothing.then_expects({})


def test_held_late_it_is_over_and_opens_the_next() -> None:
    late = scene(BROKE_DOWN).when(time_passes(OVERDUE))
    late.when(received(planned("M-22", "2021-08-20 13:30"))).then(
        updated(
            RULE,
            urgent="senior_manager iro",
            digest="social_worker",
            what="A planned meeting was held, later than 6 weeks after a significant event.",
        )
    )
    (fact,) = late.facts(RULE)
    assert fact.alert.settled
    late.then_expects({SINCE: "missed", f"{RULE}/since M-22/held": "open 2021-10-02 00:00"})


def test_that_it_is_over_is_a_line_where_nobody_was_called_and_not_for_who_says_so() -> None:
    at_midnight = scene(BROKE_DOWN).when(time_passes(DUE))
    held = planned("M-22", "2021-08-20 13:30")
    at_midnight.when(received(replace(held, said_by="senior_manager"))).then(
        updated(RULE, urgent="", digest="iro team_manager social_worker")
    )


def test_told_late_that_it_was_held_in_time_it_is_taken_back_and_says_so() -> None:
    missed = scene(BROKE_DOWN).when(time_passes(OVERDUE))
    missed.when(received(planned("M-1", "2021-08-04 15:00"), at="2021-08-06 10:00")).then(
        withdrawn(RULE, urgent="senior_manager iro", digest="team_manager social_worker")
    )
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: a planned meeting about the whole plan. It was told late."
    )


def test_a_meeting_that_turns_out_reactive_opens_it_again() -> None:
    held = planned("M-1", "2021-07-14 10:00")
    corrected = scene(BROKE_DOWN, held, held.corrected(planned="reactive"))
    corrected.then_expects({SINCE: f"open {DUE}", f"{RULE}/since M-1/held": "cancelled"})


def test_a_meeting_that_is_taken_back_opens_it_again() -> None:
    held = planned("M-1", "2021-07-14 10:00")
    taken_back = scene(BROKE_DOWN, held).when(received(held.retracted(), at="2021-08-06 09:30"))
    taken_back.when(time_passes("2021-08-06 09:31")).then(raised(RULE))


def test_an_event_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene(BROKE_DOWN).when(time_passes(OVERDUE))
    missed.when(received(BROKE_DOWN.retracted(), at="2021-08-06 10:00")).then(withdrawn(RULE))
    missed.then_expects({SINCE: "cancelled"})


def test_the_next_event_of_the_run_takes_its_place() -> None:
    run = scene(BROKE_DOWN, detention("2021-07-28 22:25"))
    run.when(received(BROKE_DOWN.retracted(), at="2021-08-01 10:00"))
    run.then_expects({SINCE: "cancelled", f"{RULE}/since CR-1": "open 2021-09-09 00:00"})


def test_an_end_that_was_planned_after_all_is_no_breakdown() -> None:
    scene(BROKE_DOWN, BROKE_DOWN.corrected(planned=True)).then_expects({SINCE: "cancelled"})


def test_an_earlier_event_that_comes_to_light_says_why_it_takes_over() -> None:
    missed = scene(detention("2021-07-28 22:25")).when(time_passes("2021-09-09 09:30"))
    missed.when(received(BROKE_DOWN, at="2021-09-10 10:00")).then(withdrawn(RULE))
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == "A significant event before it opened the same."
    missed.when(time_passes("2021-09-10 10:01")).then(raised(RULE))


def test_the_end_of_care_ends_it_and_a_later_time_in_care_begins_anew() -> None:
    home = left(
        "PL-2", "2021-07-10 11:00", planned=True, reason={"system": "ssda903.rec", "code": "E4A"}
    )
    ended = scene(BROKE_DOWN, home)
    ended.then_expects({SINCE: "cancelled"})
    ended.when(received(harmed("overdose", "2021-08-10 18:00", reference="SH-1")))
    ended.then_expects({SINCE: "cancelled", f"{RULE}/since SH-1": "open 2021-09-22 00:00"})


def test_another_placement_ends_no_care() -> None:
    moved = left(
        "PL-2", "2021-07-10 11:00", planned=True, reason={"system": "ssda903.rec", "code": "X1"}
    )
    scene(BROKE_DOWN, moved).then_expects({SINCE: f"open {DUE}"})


def test_a_death_ends_it() -> None:
    scene(BROKE_DOWN, harm("death", "2021-07-10 11:00")).then_expects({SINCE: "cancelled"})


def test_what_falls_due_after_the_18th_birthday_is_not_awaited() -> None:
    grown = given(AROUND_HER, born("2003-08-05"), hub=Hub(only(RULE))).when(received(BROKE_DOWN))
    grown.when(time_passes(OVERDUE)).then_nothing().then_expects({})
    a_day_less = given(AROUND_HER, born("2003-08-06"), hub=Hub(only(RULE)))
    a_day_less.when(received(BROKE_DOWN)).then_expects({SINCE: f"open {DUE}"})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(BROKE_DOWN).when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({SINCE: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = left("PL-1", "2020-12-01 11:00", planned=False).as_history()
    told = given(AROUND_HER, received(old, at="2021-06-13 09:00"), hub=Hub(only(RULE)))
    told.then_expects({SINCE: "not_known"})
    told.when(time_passes("2021-06-14 09:30")).then_nothing()


ALL = (
    BROKE_DOWN,
    detention("2021-07-28 22:25"),
    meeting("M-1", "2021-08-03 10:00", "exploitation"),
    planned("M-22", "2021-09-20 13:30"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-09-21 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-09-21 10:01"))
    ended.then_open(f"{RULE} high 0")
