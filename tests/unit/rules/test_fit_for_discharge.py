"""fit-for-discharge: a child who is fit to leave hospital has somewhere to go (3.21, 1.5, 3.10)."""

from itertools import permutations

import pytest

from safeguarding.case import ExpectationState
from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, placed
from tests.unit.rules.said_discharge import discharge_plan, transferred
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_stay import discharge, readiness
from tests.unit.rules.spec import (
    Scene,
    acknowledged,
    given,
    members,
    raised,
    received,
    time_passes,
    updated,
    withdrawn,
)

RULE = "fit-for-discharge"
AROUND_HER = members(
    "social_worker team_manager senior_manager iro edt ward safeguarding_nurse "
    "placements_officer placement"
)
ADMITTED = admission("2021-10-10 22:15")
# A Friday: one working day more ends with Monday, and seven days more with the next Friday.
FIT = readiness("2021-10-15 10:30", reference="R-1")
SOON = f"{RULE}/fit R-1"
WEEK = f"{RULE}/week R-1"
DUE, DUE_IN_A_WEEK = "2021-10-19 00:00", "2021-10-23 00:00"
BOTH_OPEN = {SOON: f"open {DUE}", WEEK: f"open {DUE_IN_A_WEEK}"}
LEFT_IN_TIME = {SOON: "met", WEEK: "met"}
# Tuesday morning; and the Monday after the week.
OVERDUE, A_WEEK_OVER = "2021-10-19 09:30", "2021-10-25 09:30"
LEFT = discharge("SP-1", "2021-10-18 15:00")
LEFT_LATE = discharge("SP-1", "2021-10-21 11:00")
UNFIT = readiness("2021-10-17 08:00", "no_longer_ready", reference="R-2")
STILL_THERE = (
    "Medically fit to leave hospital since 15 October 2021. 1 working day later the child is not "
    "known to have left the ward. Awaiting: a placement. Asked: where the child is to live, who "
    "finds it, and by when."
)


def scene(*said: Said) -> Scene:
    """She is in hospital, and these things are said, each when it happened."""
    events = (ADMITTED, *said)
    return given(AROUND_HER, *(received(each) for each in events), hub=Hub(only(RULE)))


# --- it fires -----------------------------------------------------------------------------------


def test_who_is_fit_to_leave_is_to_have_left_by_the_end_of_the_next_working_day() -> None:
    scene(FIT).then_expects(BOTH_OPEN)


def test_when_the_clocks_change_a_day_still_ends_at_midnight_in_london() -> None:
    autumn = scene(readiness("2021-10-29 10:30", reference="R-1"))
    autumn.then_expects({SOON: "open 2021-11-02 00:00", WEEK: "open 2021-11-06 00:00"})


def test_still_there_it_is_for_who_can_find_her_a_place_once_the_office_is_open() -> None:
    scene(FIT).when(time_passes("2021-10-19 00:01")).then(
        raised(
            RULE,
            "medium",
            urgent="",
            digest="social_worker team_manager senior_manager iro placements_officer "
            "ward safeguarding_nurse",
            level=1,
            what=STILL_THERE,
        )
    ).then_expects({SOON: "missed", WEEK: f"open {DUE_IN_A_WEEK}"})


def test_in_office_hours_it_is_urgent_for_the_social_worker_and_the_manager() -> None:
    scene(FIT).when(time_passes(OVERDUE)).then(
        raised(
            RULE,
            urgent="social_worker team_manager",
            digest="senior_manager iro placements_officer ward safeguarding_nurse",
        )
    )


def test_after_a_week_it_is_for_the_senior_manager_too_and_graver() -> None:
    missed = scene(FIT).when(
        time_passes(OVERDUE),
        acknowledged("social_worker", RULE, "2021-10-19 09:40"),
        acknowledged("team_manager", RULE, "2021-10-19 09:50"),
    )
    missed.when(time_passes(A_WEEK_OVER)).then(
        raised(
            RULE,
            "high",
            urgent="social_worker team_manager senior_manager",
            digest="iro placements_officer ward safeguarding_nurse",
            what=STILL_THERE.replace("1 working day", "7 days"),
        )
    ).then_expects({SOON: "missed", WEEK: "missed"})


def test_what_she_waits_for_is_said_as_the_hospital_last_told_it() -> None:
    """Said again while it lasts, it changes the words and begins nothing anew."""
    again = readiness("2021-10-18 09:00", awaiting="assessment funding", reference="R-2")
    told = scene(FIT, again).when(time_passes(OVERDUE))
    what = STILL_THERE.replace("a placement", "an assessment, an agreement on who pays")
    told.then(raised(RULE, what=what)).then_expects({SOON: "missed", WEEK: f"open {DUE_IN_A_WEEK}"})


def test_where_the_hospital_does_not_say_what_she_waits_for_nothing_is_said_of_it() -> None:
    for awaiting in ("", "not_known"):
        silent = scene(readiness("2021-10-15 10:30", awaiting=awaiting, reference="R-1"))
        silent.when(time_passes(OVERDUE)).then(
            raised(RULE, what=STILL_THERE.replace("Awaiting: a placement. ", ""))
        )


def test_of_a_child_of_whom_no_admission_is_known_it_is_told_as_well() -> None:
    alone = given(AROUND_HER, received(FIT), hub=Hub(only(RULE)))
    alone.then_expects(BOTH_OPEN)


# --- a near miss --------------------------------------------------------------------------------


def test_discharged_in_time_nobody_is_told() -> None:
    gone = scene(FIT, LEFT).when(time_passes(A_WEEK_OVER))
    gone.then_nothing().then_expects(LEFT_IN_TIME)


def test_discharged_on_the_same_day_of_which_no_hour_is_told_she_has_left() -> None:
    scene(FIT, discharge("SP-1", "2021-10-15")).then_expects(LEFT_IN_TIME)


def test_discharged_at_a_time_that_nobody_knows_she_has_left() -> None:
    """It is her stay that is closed; nobody is asked for a place for who has gone."""
    closed = received(discharge("SP-1", "unknown"), at="2021-10-18 15:00")
    scene(FIT).when(closed).then_expects(LEFT_IN_TIME)


def test_taken_to_another_hospital_she_has_left_this_ward() -> None:
    """Whether she is fit to leave that one is for that one to say."""
    scene(FIT, transferred("2021-10-18 12:00")).then_expects(LEFT_IN_TIME)


def test_from_ward_to_ward_she_is_still_there() -> None:
    scene(FIT, transferred("2021-10-18 12:00", "within", to="RXX01")).then_expects(BOTH_OPEN)


def test_a_move_from_another_hospital_is_not_her_leaving_this_one() -> None:
    other = transferred("2021-10-18 12:00", site="RZZ01", to="RYY01")
    scene(FIT, other).then_expects(BOTH_OPEN)


def test_placed_elsewhere_she_has_left_though_the_hospital_does_not_say_so() -> None:
    scene(FIT, placed("PL-1", "2021-10-18 12:00", kind="U6")).then_expects(LEFT_IN_TIME)
    scene(FIT, placed("PL-1", "2021-10-15", kind="U6")).then_expects(LEFT_IN_TIME)


@pytest.mark.parametrize("kind", ["T1", "R2", "T4"])
def test_a_bed_in_hospital_or_a_temporary_absence_is_no_place_to_live(kind: str) -> None:
    scene(FIT, placed("PL-1", "2021-10-18 12:00", kind=kind)).then_expects(BOTH_OPEN)


def test_a_placement_that_she_had_before_is_none_that_she_went_to() -> None:
    scene(placed("PL-1", "2021-10-14 12:00"), FIT).then_expects(BOTH_OPEN)


def test_a_placement_of_a_day_that_nobody_knows_is_none_that_she_went_to() -> None:
    placed_once = received(placed("PL-1", "unknown"), at="2021-10-18 15:00")
    scene(FIT).when(placed_once).then_expects(BOTH_OPEN)


def test_that_another_hospital_found_her_fit_is_another_stay() -> None:
    before = readiness("2021-10-14 10:30", agency="host-trust", reference="R-9")
    scene(FIT, before).then_expects(
        {
            **BOTH_OPEN,
            f"{RULE}/fit R-9": "open 2021-10-16 00:00",
            f"{RULE}/week R-9": "open 2021-10-22 00:00",
        }
    )


def test_where_only_days_are_told_the_day_before_is_before() -> None:
    fit = readiness("2021-10-15", reference="R-1")
    scene(placed("PL-1", "2021-10-14"), fit).then_expects(BOTH_OPEN)
    scene(fit, placed("PL-1", "2021-10-15")).then_expects(LEFT_IN_TIME)


def test_the_discharge_of_another_stay_or_hospital_is_not_hers_from_here() -> None:
    scene(FIT, discharge("SP-9", "2021-10-18 12:00")).then_expects(BOTH_OPEN)
    elsewhere = discharge("SP-1", "2021-10-18 12:00", agency="host-trust")
    scene(FIT, elsewhere).then_expects(BOTH_OPEN)


def test_a_plan_to_let_her_go_is_not_her_going() -> None:
    scene(FIT, discharge_plan("2021-10-18 12:00")).then_expects(BOTH_OPEN)


def test_a_stay_of_which_nobody_says_that_she_is_fit_to_leave_opens_nothing() -> None:
    """The review's last stay lasted two months, and 3.24 does not say it of her there."""
    long_stay = scene().when(time_passes("2021-12-10 09:30"))
    long_stay.then_nothing().then_expects({})


def test_that_she_is_no_longer_fit_opens_nothing() -> None:
    scene(UNFIT).then_expects({})


def test_said_of_who_has_been_discharged_already_it_opens_nothing() -> None:
    scene(discharge("SP-1", "2021-10-14 12:00"), FIT).then_expects({})


# --- what ends it -------------------------------------------------------------------------------


def test_that_she_must_stay_after_all_ends_it() -> None:
    unfit = scene(FIT, UNFIT).when(time_passes(A_WEEK_OVER))
    unfit.then_nothing().then_expects({SOON: "cancelled", WEEK: "cancelled"})


def test_of_one_day_that_she_must_stay_is_the_last_word() -> None:
    fit = readiness("2021-10-15", reference="R-1")
    unfit = readiness("2021-10-15", "no_longer_ready", reference="R-0")
    scene(fit, unfit).then_expects({SOON: "cancelled", WEEK: "cancelled"})


def test_what_comes_first_ends_it() -> None:
    scene(FIT, UNFIT, LEFT).then_expects({SOON: "cancelled", WEEK: "cancelled"})
    late = readiness("2021-10-18 20:00", "no_longer_ready", reference="R-2")
    for order in permutations((FIT, LEFT, late)):
        told = (received(each, at="2021-10-18 21:00") for each in order)
        given(AROUND_HER, *told, hub=Hub(only(RULE))).then_expects(LEFT_IN_TIME)


def test_fit_again_it_begins_anew() -> None:
    again = readiness("2021-10-20 10:30", reference="R-3")
    scene(FIT, UNFIT, again).then_expects(
        {
            SOON: "cancelled",
            WEEK: "cancelled",
            f"{RULE}/fit R-3": "open 2021-10-22 00:00",
            f"{RULE}/week R-3": "open 2021-10-28 00:00",
        }
    )


def test_each_time_ends_with_the_first_word_that_she_must_stay() -> None:
    again = readiness("2021-10-20 10:30", reference="R-3")
    unfit_again = readiness("2021-10-21 10:30", "no_longer_ready", reference="R-4")
    for order in permutations((FIT, UNFIT, again, unfit_again)):
        told = (received(each, at="2021-10-21 21:00") for each in order)
        ended = given(AROUND_HER, *told, hub=Hub(only(RULE)))
        states = {each.state for each in ended.hub.case.awaited.values()}
        assert states <= {ExpectationState.CANCELLED}
        ended.when(time_passes(A_WEEK_OVER)).then_nothing()


def test_a_placement_that_came_to_nothing_while_she_stays_fit_begins_it_anew() -> None:
    """The hospital's word that she is there prevails over a placement on paper."""
    there = readiness("2021-10-20 10:30", reference="R-3")
    scene(FIT, placed("PL-1", "2021-10-18 12:00"), there).then_expects(
        {
            **LEFT_IN_TIME,
            f"{RULE}/fit R-3": "open 2021-10-22 00:00",
            f"{RULE}/week R-3": "open 2021-10-28 00:00",
        }
    )


def test_once_she_has_left_it_is_over_and_says_for_how_long_she_waited() -> None:
    late = scene(FIT).when(time_passes(OVERDUE))
    late.when(received(LEFT_LATE)).then(
        updated(
            RULE,
            level=0,
            urgent="social_worker team_manager",
            digest="senior_manager iro placements_officer safeguarding_nurse",
            what="Medically fit to leave hospital since 15 October 2021. The child left the ward "
            "on 21 October 2021, 6 days later.",
        )
    ).then_expects({SOON: "missed", WEEK: "met"})
    (fact,) = late.facts(RULE)
    assert fact.alert.settled
    assert {each.reference for each in fact.alert.grounds} == {"R-1", "SP-1/end"}


def test_that_it_is_over_is_a_line_for_whoever_read_a_line() -> None:
    """Found at midnight, it asked nobody to act. The ward tells of it, and reads nothing."""
    read = scene(FIT).when(time_passes("2021-10-19 00:01"))
    readers = "social_worker team_manager senior_manager iro placements_officer safeguarding_nurse"
    read.when(received(LEFT_LATE)).then(updated(RULE, level=0, urgent="", digest=readers))


def test_taken_to_another_hospital_late_it_is_over_and_says_so() -> None:
    late = scene(FIT).when(time_passes(OVERDUE))
    late.when(received(transferred("2021-10-21 12:00"))).then(
        updated(
            RULE,
            level=0,
            what="Medically fit to leave hospital since 15 October 2021. The child was taken to "
            "another hospital on 21 October 2021, 6 days later.",
        )
    )


def test_no_longer_fit_after_it_was_missed_nobody_is_asked_any_more() -> None:
    late = scene(FIT).when(time_passes(OVERDUE))
    unfit = readiness("2021-10-20 08:00", "no_longer_ready", reference="R-2")
    late.when(received(unfit)).then(
        updated(
            RULE,
            level=0,
            what="Medically fit to leave hospital since 15 October 2021. On 20 October 2021, "
            "5 days later, the hospital found that the child must stay for treatment.",
        )
    ).then_expects({SOON: "missed", WEEK: "cancelled"})
    (fact,) = late.facts(RULE)
    assert fact.alert.settled


def test_a_death_ends_it() -> None:
    ended = {SOON: "cancelled", WEEK: "cancelled"}
    scene(FIT, harm("death", "2021-10-16 11:00")).then_expects(ended)


def test_what_falls_due_after_the_18th_birthday_is_not_awaited() -> None:
    grown = given(AROUND_HER, born("2003-10-18"), received(ADMITTED), hub=Hub(only(RULE)))
    grown.when(received(FIT), time_passes(OVERDUE)).then_nothing().then_expects({})


# --- late, twice and in any order ---------------------------------------------------------------


def test_told_late_that_she_is_fit_it_is_found_at_once() -> None:
    told_late = scene().when(received(FIT, at="2021-10-20 10:00"), time_passes("2021-10-20 10:05"))
    told_late.then(raised(RULE, urgent="social_worker team_manager"))
    told_late.then_expects({SOON: "missed", WEEK: f"open {DUE_IN_A_WEEK}"})


def test_told_late_that_she_left_in_time_it_is_taken_back_and_says_so() -> None:
    missed = scene(FIT).when(time_passes(OVERDUE))
    missed.when(received(LEFT, at="2021-10-20 10:00")).then(withdrawn(RULE))
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: leaving the ward once fit for it. It was told late."
    )


def test_told_late_that_she_was_placed_in_time_it_is_taken_back_and_stays_so() -> None:
    missed = scene(FIT).when(time_passes(OVERDUE))
    there = placed("PL-1", "2021-10-18 12:00", kind="U6")
    missed.when(received(there, at="2021-10-20 10:00")).then(withdrawn(RULE))
    missed.when(received(LEFT_LATE)).then_nothing()
    discharged = scene(FIT).when(time_passes(OVERDUE)).when(received(LEFT_LATE))
    discharged.when(received(there, at="2021-10-22 10:00")).then(withdrawn(RULE))


def test_since_a_day_that_nobody_knows_no_days_are_counted() -> None:
    fit = received(readiness("unknown", reference="R-1"), at="2021-10-15 10:30")
    late = scene().when(fit, time_passes(OVERDUE))
    late.when(received(LEFT_LATE)).then(
        updated(
            RULE,
            what="Medically fit to leave hospital since a day that is not known. The child left "
            "the ward on 21 October 2021.",
        ),
        updated(RULE),
    )


def test_told_late_that_she_had_to_stay_it_is_taken_back_and_says_so() -> None:
    missed = scene(FIT).when(time_passes(OVERDUE))
    missed.when(received(UNFIT, at="2021-10-20 10:00")).then(withdrawn(RULE))
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == "The hospital found that the child must stay for treatment."


def test_said_twice_it_is_said_once() -> None:
    scene(FIT, FIT).when(time_passes(OVERDUE), received(FIT, at=OVERDUE)).then(raised(RULE))


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(FIT).when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({SOON: "not_known", WEEK: f"open {DUE_IN_A_WEEK}"})


def test_only_the_hospital_where_she_is_would_tell_that_she_left() -> None:
    awaited = scene(FIT).hub.case.awaited.values()
    assert {each.agencies for each in awaited} == {("acute-trust",)}
    assert {each.awaits for each in awaited} == {("hospital-discharge", "hospital-transfer")}


def test_of_history_it_is_not_known() -> None:
    old = received(FIT.as_history(), at="2022-06-13 09:00")
    told = given(AROUND_HER, old, hub=Hub(only(RULE)))
    told.then_expects({SOON: "not_known", WEEK: "not_known"})
    told.when(time_passes("2022-06-14 09:30")).then_nothing()


ALL = (FIT, readiness("2021-10-18 09:00", awaiting="funding", reference="R-2"), LEFT_LATE)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-10-22 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-10-22 10:01"))
    ended.then_open(f"{RULE} medium 0")


# --- corrections and retractions ----------------------------------------------------------------


def test_who_never_was_fit_to_leave_was_never_late() -> None:
    """The hospital takes it back, and whoever was told is told."""
    missed = scene(FIT).when(time_passes(OVERDUE))
    missed.when(received(FIT.retracted(), at="2021-10-20 10:00")).then(
        withdrawn(
            RULE,
            urgent="social_worker team_manager",
            digest="senior_manager iro placements_officer ward safeguarding_nurse",
        )
    ).then_expects({SOON: "cancelled", WEEK: "cancelled"})


def test_corrected_to_no_longer_fit_it_is_taken_back() -> None:
    missed = scene(FIT).when(time_passes(OVERDUE))
    wrong = FIT.corrected(step="no_longer_ready", awaiting=[])
    missed.when(received(wrong, at="2021-10-20 10:00")).then(withdrawn(RULE))


def test_a_day_that_is_corrected_moves_what_is_due() -> None:
    later = FIT.corrected(occurred="2021-10-18 10:30")
    scene(FIT, later).then_expects({SOON: "open 2021-10-20 00:00", WEEK: "open 2021-10-26 00:00"})


def test_a_discharge_that_is_taken_back_opens_it_again() -> None:
    stays = scene(FIT, LEFT).when(received(LEFT.retracted(), at="2021-10-18 16:00"))
    stays.then_expects(BOTH_OPEN)


def test_that_she_must_stay_taken_back_opens_it_again() -> None:
    stays = scene(FIT, UNFIT).when(received(UNFIT.retracted(), at="2021-10-17 16:00"))
    stays.then_expects(BOTH_OPEN)
