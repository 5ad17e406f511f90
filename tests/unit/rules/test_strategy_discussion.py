"""strategy-discussion: the agencies talk about a child who may have been harmed (3.16, 3.19)."""

from itertools import permutations

import pytest

from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said
from tests.unit.rules.said_harm import alleged, came_of
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_meetings import meeting
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

RULE = "strategy-discussion"
IT = f"{RULE}/allegation AL-1"
MONDAY = "2021-09-27 16:30"
WEDNESDAY = "2021-09-29 09:30"
DUE = "2021-09-29 00:00"
AROUND_HER = members(
    "social_worker team_manager senior_manager iro edt missing_coordinator camhs_community "
    "placement foster_carer"
)
READ = "senior_manager iro missing_coordinator camhs_community"
TOLD = (
    "It is alleged that the child was harmed (sexual); made by: child; alleged, as told by police "
    "officer."
)
NOT_KNOWN = (
    "1 working day after this was known no strategy discussion is known to have been held. Whether "
    "one is needed is for children's social care to decide with the police and health; where it "
    "was decided, an answer can say so."
)
ALLEGED = alleged(MONDAY, made_by="child")
HELD = meeting("held", "2021-09-28 15:30")


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def test_it_is_awaited_until_the_end_of_the_next_working_day() -> None:
    scene(ALLEGED).then_expects({IT: f"open {DUE}"})
    friday = alleged("2021-12-24 15:00")
    # The 25th to the 28th are Christmas and its bank holidays.
    scene(friday).then_expects({IT: "open 2021-12-30 00:00"})


def test_none_is_known_and_those_who_hold_one_are_asked() -> None:
    scene(ALLEGED).when(time_passes(WEDNESDAY)).then(
        raised(
            RULE,
            "high",
            urgent="social_worker team_manager",
            digest=READ,
            level=1,
            what=f"{TOLD} {NOT_KNOWN}",
        )
    ).then_expects({IT: "missed"})


def test_at_night_it_waits_for_the_office() -> None:
    scene(ALLEGED).when(time_passes("2021-09-29 00:00")).then(
        raised(RULE, urgent="", digest=f"social_worker team_manager {READ}")
    )


def test_her_denial_stands_beside_it_and_changes_nothing() -> None:
    denied = alleged(MONDAY, made_by="child", view="denies")
    scene(denied).when(time_passes(WEDNESDAY)).then(
        raised(RULE, what=f"{TOLD} The child denies it. {NOT_KNOWN}")
    )


def test_against_a_carer_no_carer_reads_of_it() -> None:
    against = alleged(MONDAY, against="mother", against_carer=True, kinds=("supply",))
    scene(against).when(time_passes(WEDNESDAY)).then(
        raised(RULE, urgent="social_worker team_manager", digest=READ)
    )


def test_one_that_was_held_since_meets_it_whatever_called_it() -> None:
    told = scene(ALLEGED, meeting("held", "2021-09-28 15:30", about_reference="EX-1"))
    told.when(time_passes(WEDNESDAY)).then_nothing().then_expects({IT: "met"})


@pytest.mark.parametrize(
    "near_miss",
    [
        meeting("called", "2021-09-28 15:30"),
        meeting("held", "2021-09-28 15:30", kind="looked_after_review"),
        meeting("held", "2021-09-28 15:30", kind="panel"),
        meeting("held", "2021-09-27 16:00"),
    ],
    ids=["only called", "a review", "a panel", "before it was known"],
)
def test_what_is_none_meets_nothing(near_miss: Said) -> None:
    told = scene(near_miss, ALLEGED)
    told.when(time_passes(WEDNESDAY)).then(raised(RULE)).then_expects({IT: "missed"})


def test_one_about_this_allegation_counts_though_its_hour_lies_before() -> None:
    about = meeting("held", "2021-09-27 16:00", about_reference=ALLEGED.reference)
    scene(about, ALLEGED).then_expects({IT: "met"})


def test_one_of_the_same_day_of_which_nobody_says_the_hour_counts() -> None:
    that_day = received(meeting("held", "2021-09-27"), at="2021-09-28 09:00")
    scene(ALLEGED).when(that_day).then_expects({IT: "met"})


@pytest.mark.parametrize("outcome", ["no_further_action", "unfounded", "charged"])
def test_an_outcome_before_then_ends_it(outcome: str) -> None:
    told = scene(ALLEGED, came_of(outcome, "2021-09-28 11:00"))
    told.when(time_passes(WEDNESDAY)).then_nothing().then_expects({IT: "cancelled"})


@pytest.mark.parametrize(
    "no_end",
    [
        came_of("goes_on", "2021-09-28 11:00"),
        came_of("no_further_action", "2021-09-28 11:00", number="AL-9"),
    ],
    ids=["it goes on", "of another"],
)
def test_what_is_no_outcome_of_it_ends_nothing(no_end: Said) -> None:
    scene(ALLEGED, no_end).when(time_passes(WEDNESDAY)).then(raised(RULE))


def test_an_outcome_after_it_was_missed_withdraws_nothing() -> None:
    told = scene(ALLEGED).when(time_passes(WEDNESDAY))
    told.when(received(came_of("no_further_action", "2021-10-15 14:00"))).then_nothing()
    told.then_expects({IT: "missed"})


@pytest.mark.parametrize("child_is", ["suspect", "witness"])
def test_what_she_is_said_to_have_done_or_seen_opens_nothing(child_is: str) -> None:
    scene(alleged(MONDAY, child_is=child_is)).then_expects({})


def test_another_crime_against_her_alone_opens_nothing() -> None:
    scene(alleged(MONDAY, kinds=("crime",))).then_expects({})
    scene(alleged(MONDAY, kinds=("crime", "physical"))).then_expects({IT: f"open {DUE}"})
    scene(alleged(MONDAY, kinds=())).then_expects({IT: f"open {DUE}"})


def test_harm_of_years_ago_is_counted_from_when_it_became_known() -> None:
    past = alleged("2012-05-01", known=MONDAY)
    told = given(AROUND_HER, received(past, at=MONDAY), hub=Hub(only(RULE)))
    told.then_expects({IT: f"open {DUE}"})
    told.when(received(HELD)).then_expects({IT: "met"})


def test_where_nobody_says_when_it_was_known_it_is_when_the_hub_was_told() -> None:
    vague = alleged("2021-08-01", known="unknown")
    told = given(AROUND_HER, received(vague, at=MONDAY), hub=Hub(only(RULE)))
    told.then_expects({IT: f"open {DUE}"})


def test_of_history_without_a_time_nothing_is_awaited() -> None:
    history = alleged("unknown", known="unknown").as_history()
    given(AROUND_HER, received(history, at=MONDAY), hub=Hub(only(RULE))).then_expects({})


def test_of_history_that_was_over_nobody_is_told() -> None:
    history = alleged("2021-08-02 10:00").as_history()
    told = given(AROUND_HER).when(received(history, at=MONDAY), time_passes(WEDNESDAY))
    told.then_nothing()


def test_held_late_it_is_over_and_who_was_asked_hears_so() -> None:
    told = scene(ALLEGED).when(time_passes(WEDNESDAY))
    told.when(received(meeting("held", "2021-10-08 14:00"))).then(
        updated(
            RULE,
            "high",
            urgent="social_worker",
            digest=READ,
            level=0,
            what=f"{TOLD} A strategy discussion was held, later than 1 working day after this was "
            "known.",
        )
    )
    (fact,) = told.facts(RULE)
    assert fact.alert.settled
    told.when(received(meeting("held", "2021-10-09 14:00", number="M-2"))).then_nothing()


def test_after_four_weeks_one_about_something_else_is_not_taken_for_it() -> None:
    told = scene(ALLEGED).when(time_passes(WEDNESDAY))
    told.when(received(meeting("held", "2021-10-26 10:00"))).then_nothing()
    told.when(received(meeting("held", "2021-10-25 10:00", number="M-2"))).then(updated(RULE))


def test_told_late_that_it_was_held_in_time_takes_it_back() -> None:
    told = scene(ALLEGED).when(time_passes(WEDNESDAY))
    told.when(received(HELD, at="2021-09-30 10:00")).then(
        withdrawn(RULE, urgent="social_worker team_manager", digest=READ)
    )
    told.then_expects({IT: "met"})


def test_an_outcome_of_before_then_that_is_told_late_takes_it_back() -> None:
    told = scene(ALLEGED).when(time_passes(WEDNESDAY))
    nfa = came_of("no_further_action", "2021-09-28 11:00")
    told.when(received(nfa, at="2021-09-30 10:00")).then(withdrawn(RULE))
    told.then_expects({IT: "cancelled"})


def test_corrected_to_another_crime_or_taken_back_nothing_is_awaited() -> None:
    told = scene(ALLEGED).when(time_passes(WEDNESDAY))
    told.when(received(ALLEGED.corrected(child_is="suspect"), at="2021-09-30 10:00"))
    told.then(withdrawn(RULE)).then_expects({IT: "cancelled"})
    again = scene(ALLEGED).when(time_passes(WEDNESDAY))
    again.when(received(ALLEGED.retracted(), at="2021-09-30 10:00")).then(withdrawn(RULE))


def test_the_discussion_is_taken_back_and_it_is_awaited_again() -> None:
    told = scene(ALLEGED, HELD).when(received(HELD.retracted(), at="2021-09-28 18:00"))
    told.then_expects({IT: f"open {DUE}"})
    told.when(time_passes(WEDNESDAY)).then(raised(RULE))


def test_two_reports_of_one_allegation_await_one_discussion_whichever_is_taken_back() -> None:
    second = alleged("2021-09-27 17:00", reference="AL-1/more", made_by="child")
    told = scene(ALLEGED, second).then_expects({IT: f"open {DUE}"})
    told.when(received(ALLEGED.retracted(), at="2021-09-28 10:00"))
    told.then_expects({IT: f"open {DUE}"})
    told.when(time_passes(WEDNESDAY)).then(raised(RULE, urgent="social_worker team_manager"))


def test_after_a_death_nothing_is_awaited() -> None:
    told = scene(ALLEGED, harm("death", "2021-09-28 08:00"))
    told.when(time_passes(WEDNESDAY)).then_nothing().then_expects({IT: "cancelled"})


def test_the_order_in_which_it_is_told_changes_nothing() -> None:
    story = (ALLEGED, meeting("called", "2021-09-28 09:00"), HELD, came_of("goes_on", WEDNESDAY))
    for order in permutations(story):
        told = given(AROUND_HER, hub=Hub(only(RULE)))
        told.when(*(received(each, at="2021-09-29 08:00") for each in order))
        told.when(time_passes(WEDNESDAY)).then_nothing().then_expects({IT: "met"})
