"""return-interview: a child who came back is asked what happened (3.5)."""

from itertools import permutations

import pytest

from safeguarding.case import ExpectationState
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import LONDON, Said, found, report
from tests.unit.rules.said_return import interview
from tests.unit.rules.spec import (
    Scene,
    acknowledged,
    answered,
    given,
    members,
    raised,
    received,
    time_passes,
    withdrawn,
)

RULE = "return-interview"
EPISODE = "return-interview/episode E-1"
BACK = "2021-07-06 22:00"
DUE = "2021-07-09 22:00"
THREE_DAYS_LATER = "2021-07-10 09:30"
AROUND_HER = members("social_worker team_manager iro missing_coordinator edt foster_carer")
PASSED = (
    "72 hours have passed since the child was found or came back, and no return interview is known."
)
MISSED = f"{PASSED} No offer is known."
ASKED = ("social_worker", "team_manager")
WEEK = range(1, 9)
"""Nights of July on which the child is missing; back next day at noon each time."""


def scene(*said: Said) -> Scene:
    """The child is back from an episode, and these things were said besides."""
    events = (report("E-1", "2021-07-05 20:00"), found("E-1", BACK), *said)
    return given(AROUND_HER, *(received(each) for each in events), hub=Hub(only(RULE)))


def test_it_is_awaited_for_72_hours_after_the_return() -> None:
    scene().then_expects({EPISODE: f"open {DUE}"})


def test_when_the_clocks_change_72_hours_are_as_long_as_ever() -> None:
    spring = given(
        received(report("E-1", "2021-03-26 20:00")),
        received(found("E-1", "2021-03-27 22:00")),
        hub=Hub(only(RULE)),
    )
    spring.then_expects({EPISODE: "open 2021-03-30 23:00"})


def test_missed_at_night_it_waits_for_the_office() -> None:
    scene().when(time_passes(THREE_DAYS_LATER)).then(
        raised(
            RULE,
            "medium",
            urgent="",
            digest="social_worker team_manager iro missing_coordinator",
            what=MISSED,
        )
    )


def test_in_office_hours_it_is_for_the_social_worker_and_the_manager() -> None:
    scene().when(time_passes("2021-07-12 09:30")).then(
        raised(
            RULE,
            "medium",
            urgent="social_worker team_manager",
            digest="iro missing_coordinator",
        )
    ).then_expects({EPISODE: "missed"})


def test_who_can_act_has_until_four_hours_after_the_office_opens_to_answer() -> None:
    """It is Saturday; they answer on Monday."""
    told = scene().when(time_passes(THREE_DAYS_LATER))
    told.then_awaits(dict.fromkeys(ASKED, "2021-07-12 13:00"))


def test_it_is_missed_once() -> None:
    told = scene().when(time_passes("2021-07-12 09:30"))
    answers = [acknowledged(each, RULE, "2021-07-12 10:00") for each in ASKED]
    told.when(*answers, time_passes("2021-07-20 10:00")).then(*map(answered, ASKED))


def test_one_that_was_held_in_time_meets_it() -> None:
    held = scene(interview("E-1", "2021-07-08 15:00"))
    held.then_expects({EPISODE: "met"})
    held.when(time_passes(THREE_DAYS_LATER)).then_nothing()


def test_a_child_who_would_not_was_asked() -> None:
    scene(interview("E-1", "2021-07-08 15:00", "declined")).then_expects({EPISODE: "met"})


def test_an_offer_is_not_enough_and_is_said() -> None:
    offered = scene(interview("E-1", "2021-07-08 15:00", "offered"))
    offered.when(time_passes(THREE_DAYS_LATER)).then(raised(RULE, what=f"{PASSED} It was offered."))


def test_the_prevention_interview_of_the_police_does_not_count() -> None:
    said = interview("E-1", "2021-07-07 09:00", agency="police", said_by="missing_coordinator")
    scene(said).then_expects({EPISODE: f"open {DUE}"})


def test_an_interview_about_another_episode_does_not_count_unless_it_covers_this() -> None:
    scene(interview("E-9", "2021-07-07 09:00")).then_expects({EPISODE: f"open {DUE}"})
    covering = interview("E-9", "2021-07-07 09:00", covers=["E-1"])
    scene(covering).then_expects({EPISODE: "met"})


def test_missing_again_within_the_time_one_interview_is_about_both() -> None:
    again = scene(report("E-2", "2021-07-08 21:00"), found("E-2", "2021-07-09 03:00"))
    again.then_expects(
        {EPISODE: "cancelled", "return-interview/episode E-2": "open 2021-07-12 03:00"}
    )
    again.when(time_passes(THREE_DAYS_LATER)).then_nothing()


def nights(*of_july: int) -> list[Said]:
    return [
        each
        for day in of_july
        for each in (
            report(f"E-{day}", f"2021-07-{day:02} 20:00"),
            found(f"E-{day}", f"2021-07-{day + 1:02} 12:00"),
        )
    ]


def around_her(*said: Said) -> Scene:
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def due(scene: Scene) -> dict[str, str]:
    """What is still awaited, by episode."""
    return {
        name: f"{each.due_at.astimezone(LONDON):%Y-%m-%d %H:%M}"
        for (_, key), each in scene.hub.case.awaited.items()
        if each.state is ExpectationState.OPEN and each.due_at
        for name in [key.rpartition(":")[2]]
    }


def test_missing_every_night_for_a_week_an_interview_is_due_all_the_same() -> None:
    again = around_her(*nights(*WEEK), report("E-9", "2021-07-09 20:00"))
    assert due(again) == {"E-8": "2021-07-12 12:00"}
    again.when(time_passes("2021-07-12 12:00")).then(
        raised(
            RULE,
            "medium",
            urgent="social_worker team_manager",
            digest="iro missing_coordinator",
            what=(
                "The child was found or came back 8 times since 2 July 2021, and no return "
                "interview is known. One may be about all of them. No offer is known."
            ),
        )
    )
    (fact,) = again.facts(RULE)
    assert fact.alert.headline == "No return interview after 8 returns"


def test_a_day_less_and_they_are_one() -> None:
    assert due(around_her(*nights(*WEEK[:-1]), report("E-8", "2021-07-08 20:00"))) == {}


def test_after_a_week_it_begins_anew() -> None:
    assert due(around_her(*nights(*range(1, 19)))) == {
        "E-8": "2021-07-12 12:00",
        "E-16": "2021-07-20 12:00",
        "E-18": "2021-07-22 12:00",
    }


def test_an_interview_in_between_begins_it_anew() -> None:
    held = interview("E-5", "2021-07-06 15:00")
    assert due(around_her(*nights(*WEEK), held, report("E-9", "2021-07-09 20:00"))) == {}


def test_one_after_the_next_return_is_about_this_one_too() -> None:
    week = (*nights(*WEEK, 9), interview("E-9", "2021-07-11 10:00"))
    assert due(around_her(*week)) == {}
    around_her(*week).when(time_passes("2021-07-13 12:00")).then_nothing()


def test_of_returns_close_to_each_other_it_says_how_many() -> None:
    twice = around_her(*nights(1, 2), interview("E-1", "2021-07-02 14:00", "offered"))
    twice.when(time_passes("2021-07-06 12:00")).then(
        raised(
            RULE,
            what=(
                "The child was found or came back 2 times since 2 July 2021, and no return "
                "interview is known. One may be about all of them. It was offered."
            ),
        )
    )


@pytest.mark.parametrize("backwards", [False, True])
def test_in_whatever_order_a_week_is_told_the_same_is_due(*, backwards: bool) -> None:
    said = [received(each, at="2021-07-10 10:00") for each in nights(*WEEK)]
    week = given(AROUND_HER, *(said[::-1] if backwards else said), hub=Hub(only(RULE)))
    assert due(week) == {"E-8": "2021-07-12 12:00"}


def test_told_late_that_it_was_held_in_time_it_is_taken_back_and_says_so() -> None:
    told_late = scene().when(time_passes("2021-07-12 09:30"))
    told_late.when(received(interview("E-1", "2021-07-08 15:00"), at="2021-07-13 10:00")).then(
        withdrawn(RULE, urgent="social_worker team_manager", digest="iro missing_coordinator")
    ).then_expects({EPISODE: "met"})
    (fact,) = told_late.facts(RULE)
    assert fact.alert.what == "It was done in time: a return interview. It was told late."


def test_held_too_late_it_is_over_and_stays_missed() -> None:
    late = scene().when(time_passes("2021-07-12 09:30"))
    late.when(received(interview("E-1", "2021-07-13 15:00")))
    (fact,) = late.facts(RULE)
    assert fact.alert.settled
    assert fact.alert.what == "Held later than 72 hours after the return."
    late.then_expects({EPISODE: "missed"})


def test_a_retracted_interview_opens_it_again() -> None:
    held = interview("E-1", "2021-07-08 15:00")
    taken_back = scene(held).when(received(held.retracted(), at="2021-07-09 10:00"))
    taken_back.then_expects({EPISODE: f"open {DUE}"})
    taken_back.when(time_passes("2021-07-12 09:30")).then(raised(RULE))


def test_a_finding_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene().when(time_passes("2021-07-12 09:30"))
    missed.when(received(found("E-1", BACK).retracted(), at="2021-07-12 11:00")).then(
        withdrawn(RULE)
    ).then_expects({EPISODE: "cancelled"})


def test_a_return_that_two_tell_of_stays_one_when_either_is_taken_back() -> None:
    """Fails without: the ground among what stands, _stands()."""
    again = found("E-1", BACK, reference="E-1/found-again")
    for gone in (found("E-1", BACK), again):
        told = scene(again).when(received(gone.retracted(), at="2021-07-07 09:00"))
        told.then_expects({EPISODE: f"open {DUE}"})
        told.when(time_passes("2021-07-12 09:30")).then(raised(RULE, "medium", what=MISSED))


def test_a_corrected_return_moves_the_time() -> None:
    later = found("E-1", BACK).corrected(occurred="2021-07-07 06:00")
    scene(later).then_expects({EPISODE: "open 2021-07-10 06:00"})


def test_a_return_corrected_to_later_takes_back_what_was_missed() -> None:
    missed = scene().when(time_passes("2021-07-10 00:00"))
    later = found("E-1", BACK).corrected(occurred="2021-07-08 06:00")
    missed.when(received(later, at="2021-07-10 08:00")).then(withdrawn(RULE))
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == "Told since, so that it is due later: a return interview."
    missed.then_expects({EPISODE: "open 2021-07-11 06:00"})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene().when(time_passes(THREE_DAYS_LATER, unknown="no live feed"))
    silent.then_nothing().then_expects({EPISODE: "not_known"})


def test_what_was_not_known_is_met_once_it_is_told() -> None:
    silent = scene().when(time_passes(THREE_DAYS_LATER, unknown="no live feed"))
    silent.when(received(interview("E-1", "2021-07-08 15:00"), at="2021-07-20 10:00"))
    silent.then_nothing().then_expects({EPISODE: "met"})


def test_of_history_it_is_not_known() -> None:
    old = given(
        AROUND_HER,
        received(report("E-1", "2019-07-05 20:00").as_history(), at="2021-07-01 10:00"),
        received(found("E-1", "2019-07-06 20:00").as_history(), at="2021-07-01 10:00"),
        hub=Hub(only(RULE)),
    )
    old.then_expects({EPISODE: "not_known"})
    old.when(time_passes("2021-07-02 10:00")).then_nothing()


ALL = (
    report("E-1", "2021-07-05 20:00"),
    found("E-1", BACK),
    interview("E-1", "2021-07-08 15:00", "offered"),
    interview("E-1", "2021-07-13 15:00"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-07-14 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-07-14 10:01"))
    ended.then_open(f"{RULE} medium 0").then_expects({EPISODE: "missed"})
