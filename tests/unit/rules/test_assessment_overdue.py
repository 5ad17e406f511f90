"""assessment-overdue: once a year, and after what changes a child's life (3.3, 3.4)."""

from itertools import permutations

import pytest

from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, left
from tests.unit.rules.said_assessment import assessment, to_mother
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

RULE = "assessment-overdue"
DONE = assessment("completed", "2020-09-10 12:00", reference="CF-1")
YEAR = f"{RULE}/year-since CF-1"
A_YEAR_ON = "2021-09-11 00:00"
BROKE_DOWN = left("PL-1", "2021-06-23 11:00", planned=False)
UPHEAVAL = f"{RULE}/upheaval PL-1/end"
DUE = "2021-08-26 00:00"
OVERDUE = "2021-08-26 09:30"
AROUND_HER = members("social_worker team_manager senior_manager iro edt placement")
WHAT = "45 working days after a placement ended unplanned no child and family assessment is known. "
POLICY = "By local policy one is done then."


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


# --- once a year -------------------------------------------------------------------------------


def test_the_next_is_awaited_within_12_months() -> None:
    scene(DONE).then_expects({YEAR: f"open {A_YEAR_ON}"})


def test_of_a_leap_day_it_is_the_last_day_of_february() -> None:
    leap = scene(assessment("completed", "2020-02-29 12:00", reference="CF-1"))
    leap.then_expects({YEAR: "open 2021-03-01 00:00"})


def test_missed_at_midnight_it_waits_for_the_office() -> None:
    what = (
        "The last child and family assessment that is known was 12 months ago. "
        "By local policy it is redone by then."
    )
    scene(DONE).when(time_passes("2021-09-11 00:01")).then(
        raised(
            RULE,
            "medium",
            urgent="",
            digest="social_worker team_manager iro senior_manager",
            level=1,
            what=what,
        )
    ).then_expects({YEAR: "missed"})


def test_each_one_opens_the_next_year() -> None:
    redone = scene(DONE, assessment("updated", "2021-09-10 16:00", reference="CF-2"))
    redone.then_expects({YEAR: "met", f"{RULE}/year-since CF-2": "open 2022-09-11 00:00"})


def test_another_assessment_or_one_that_is_only_begun_does_not_count() -> None:
    others = scene(
        DONE,
        assessment("started", "2021-08-01 12:00"),
        assessment("declined", "2021-08-02 12:00"),
        assessment("completed", "2021-08-03 12:00", "section_47"),
    )
    others.then_expects({YEAR: f"open {A_YEAR_ON}"})


def test_redone_late_it_is_over_and_stays_missed() -> None:
    late = scene(DONE).when(time_passes("2021-09-13 09:30"))
    late.when(received(assessment("completed", "2021-10-01 12:00", reference="CF-2"))).then(
        updated(
            RULE,
            urgent="team_manager",
            digest="iro senior_manager",
            what="The assessment was redone, later than 12 months after the one before.",
        )
    )
    (fact,) = late.facts(RULE)
    assert fact.alert.settled


# --- after a disruption, or a change -----------------------------------------------------------


def test_a_disruption_asks_for_one_in_45_working_days() -> None:
    scene(BROKE_DOWN).then_expects({UPHEAVAL: f"open {DUE}"})


def test_bank_holidays_are_no_working_days() -> None:
    august = scene(left("PL-1", "2021-08-27 11:00", planned=False))  # 30 August is one.
    august.then_expects({UPHEAVAL: "open 2021-11-02 00:00"})


def test_in_office_hours_it_is_for_the_social_worker_and_the_manager() -> None:
    scene(BROKE_DOWN).when(time_passes(OVERDUE)).then(
        raised(
            RULE,
            "medium",
            urgent="social_worker team_manager",
            digest="iro senior_manager",
            what=WHAT + POLICY,
        )
    )


def test_that_it_was_begun_is_said() -> None:
    begun = scene(BROKE_DOWN, assessment("started", "2021-08-01 12:00"))
    begun.when(time_passes(OVERDUE)).then(raised(RULE, what=WHAT + "It was begun."))


def test_a_move_to_a_parent_asks_for_one_soon() -> None:
    moved = scene(to_mother("started", "2021-09-05 12:00"))
    moved.then_expects({f"{RULE}/upheaval RP-1": "open 2021-09-18 00:00"})
    what = (
        "10 working days after the child began to live with a parent no child and family "
        "assessment is known. " + POLICY
    )
    moved.when(time_passes("2021-09-20 09:30")).then(raised(RULE, what=what))


def test_a_move_that_is_only_considered_or_an_end_that_was_planned_asks_for_nothing() -> None:
    nothing = scene(
        to_mother("considered", "2021-08-26 12:00"),
        left("PL-1", "2021-06-23 11:00", planned=True),
        left("PL-2", "2021-06-24 11:00"),
    )
    nothing.then_expects({})


def test_one_that_was_done_in_time_meets_it() -> None:
    done = scene(BROKE_DOWN, assessment("completed", "2021-08-25 16:00", reference="CF-2"))
    done.when(time_passes(OVERDUE)).then_nothing()
    done.then_expects({UPHEAVAL: "met", f"{RULE}/year-since CF-2": "open 2022-08-26 00:00"})


def test_one_that_was_done_shortly_before_counts() -> None:
    fresh = assessment("completed", "2021-05-26 12:00", reference="CF-2")
    a_year_on = "open 2022-05-27 00:00"
    scene(fresh, BROKE_DOWN).then_expects({UPHEAVAL: "met", f"{RULE}/year-since CF-2": a_year_on})
    older = fresh.corrected(occurred="2021-05-25 12:00")
    scene(fresh, older, BROKE_DOWN).then_expects(
        {UPHEAVAL: f"open {DUE}", f"{RULE}/year-since CF-2": "open 2022-05-26 00:00"}
    )


def test_what_follows_is_named_in_the_same_alert() -> None:
    run = scene(BROKE_DOWN).when(time_passes(OVERDUE))
    since = " Since then a placement ended unplanned, or the child began to live with a parent, on "
    run.when(
        received(left("PL-2", "2021-09-05 10:00", planned=False)),
        received(left("PL-3", "2021-10-02 11:25", planned=False), at="2021-10-04 10:00"),
    ).then(
        updated(RULE, what=WHAT + POLICY + since + "1 more day."),
        updated(RULE, urgent="", what=WHAT + POLICY + since + "2 more days."),
    )
    run.then_expects({UPHEAVAL: "missed"})


def test_an_end_and_the_move_to_a_parent_on_one_day_are_told_once() -> None:
    run = scene(BROKE_DOWN).when(time_passes(OVERDUE))
    run.when(
        received(left("PL-2", "2021-09-05 10:00", planned=False)),
        received(to_mother("started", "2021-09-05 12:00")),
    ).then(updated(RULE))
    same_day = scene(BROKE_DOWN, to_mother("started", "2021-06-23 12:00"))
    same_day.when(time_passes(OVERDUE)).then(raised(RULE, what=WHAT + POLICY))


def test_that_it_is_over_is_a_line_where_nobody_was_called_and_not_for_who_says_so() -> None:
    at_midnight = scene(BROKE_DOWN).when(time_passes(DUE))
    late = assessment("completed", "2021-09-20 12:00", reference="CF-2")
    at_midnight.when(received(late)).then(
        updated(RULE, urgent="", digest="team_manager iro senior_manager")
    )


def test_after_an_assessment_the_next_disruption_asks_anew() -> None:
    story = scene(
        BROKE_DOWN,
        assessment("completed", "2021-07-05 12:00", reference="CF-2"),
        left("PL-2", "2021-09-05 10:00", planned=False),
    )
    story.then_expects(
        {
            UPHEAVAL: "met",
            f"{RULE}/year-since CF-2": "open 2022-07-06 00:00",
            f"{RULE}/upheaval PL-2/end": "open 2021-11-06 00:00",
        }
    )


def test_told_late_that_it_was_done_in_time_it_is_taken_back_and_says_so() -> None:
    missed = scene(BROKE_DOWN).when(time_passes(OVERDUE))
    told_late = received(assessment("completed", "2021-08-25 16:00"), at="2021-08-27 10:00")
    missed.when(told_late).then(
        withdrawn(RULE, urgent="social_worker team_manager", digest="iro senior_manager")
    )
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: a child and family assessment. It was told late."
    )


def test_an_assessment_that_is_taken_back_is_awaited_again() -> None:
    done = assessment("completed", "2021-07-05 12:00", reference="CF-2")
    taken_back = scene(BROKE_DOWN, done).when(received(done.retracted(), at="2021-07-06 10:00"))
    taken_back.then_expects({UPHEAVAL: f"open {DUE}", f"{RULE}/year-since CF-2": "cancelled"})


def test_a_disruption_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene(BROKE_DOWN).when(time_passes(OVERDUE))
    missed.when(received(BROKE_DOWN.retracted(), at="2021-08-27 10:00")).then(withdrawn(RULE))
    missed.then_expects({UPHEAVAL: "cancelled"})


def test_an_end_corrected_to_planned_withdraws_what_was_missed() -> None:
    missed = scene(BROKE_DOWN).when(time_passes(OVERDUE))
    planned = BROKE_DOWN.corrected(planned=True)
    missed.when(received(planned, at="2021-08-27 10:00")).then(withdrawn(RULE))


def test_the_end_of_care_ends_it() -> None:
    home = left(
        "PL-2", "2021-07-10 11:00", planned=True, reason={"system": "ssda903.rec", "code": "E4A"}
    )
    scene(DONE, BROKE_DOWN, home).then_expects({YEAR: "cancelled", UPHEAVAL: "cancelled"})


def test_what_happened_in_care_before_does_not_count_when_care_begins_again() -> None:
    home = left(
        "PL-2", "2021-07-10 11:00", planned=True, reason={"system": "ssda903.rec", "code": "E4A"}
    )
    again = scene(BROKE_DOWN, home, left("PL-3", "2021-08-20 10:00", planned=False))
    later = f"{RULE}/upheaval PL-3/end"
    again.then_expects({UPHEAVAL: "cancelled", later: "open 2021-10-26 00:00"})


def test_a_death_ends_it() -> None:
    died = scene(DONE, BROKE_DOWN, harm("death", "2021-07-10 11:00"))
    died.then_expects({YEAR: "cancelled", UPHEAVAL: "cancelled"})


def test_what_falls_due_after_the_18th_birthday_is_not_awaited() -> None:
    grown = given(AROUND_HER, born("2003-08-10"), hub=Hub(only(RULE)))
    grown.when(received(BROKE_DOWN), time_passes(OVERDUE)).then_nothing().then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(BROKE_DOWN).when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({UPHEAVAL: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = left("PL-1", "2020-12-01 11:00", planned=False).as_history()
    told = given(AROUND_HER, received(old, at="2021-06-13 09:00"), hub=Hub(only(RULE)))
    told.then_expects({UPHEAVAL: "not_known"})
    told.when(time_passes("2021-06-14 09:30")).then_nothing()


ALL = (
    BROKE_DOWN,
    left("PL-2", "2021-08-05 10:00", planned=False),
    to_mother("started", "2021-08-05 12:00"),
    assessment("completed", "2021-09-20 12:00", reference="CF-2"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-09-21 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-09-21 10:01"))
    ended.then_open(f"{RULE} medium 0")
