"""planned-move: after many moves, one that is planned awaits a plan made together (3.27)."""

from collections.abc import Mapping
from itertools import permutations

import pytest

from safeguarding.case import Case
from safeguarding.events import Event
from safeguarding.rules.absence import Expected
from safeguarding.rules.placement.planned_move import PlannedMove
from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, left, london, placed
from tests.unit.rules.said_briefing import briefed
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_transition import joint
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
from tests.unit.rules.windowed import windowed

RULE = "planned-move"
HERE = f"{RULE}/placement PL-9"
AROUND_HER = members("social_worker team_manager iro placements_officer placement ward")
# Where she was before the first move, and three moves.
BEFORE = (
    placed("PL-1", "2021-03-01 12:00"),
    placed("PL-2", "2021-09-05 12:00"),
    placed("PL-3", "2021-10-02 12:00"),
    placed("PL-4", "2021-10-21 12:00"),
)
CAME = "2022-01-25 13:00"  # A Tuesday.
TOLD = "2022-01-25 14:20"
MOVES = placed("PL-9", CAME, planned=True, said_by="social_worker")
MET = joint("2022-01-07 13:30")
BRIEFED = briefed("2022-01-20 14:00", placement="PL-9")
AFTER = "A planned move, after 3 moves or more in 6 months."
NO_MEETING = "No meeting that planned it is known."
NO_BRIEFING = "No briefing for this placement is known."
ASKED = "Asked: to meet with whoever has the child now, and to agree who does what."
READERS = "social_worker team_manager iro placements_officer"


def scene(*said: Said, moves: Said = MOVES, before: tuple[Said, ...] = BEFORE) -> Scene:
    """She has been moved often, these things are said, and she moves as planned."""
    doings = [received(each) for each in (*before, *said)]
    return given(AROUND_HER, *doings, received(moves, at=TOLD), hub=Hub(only(RULE)))


def words(*said: Said) -> str:
    """What is told once it is missed."""
    (fact,) = scene(*said).when(time_passes(TOLD)).facts(RULE)
    return fact.alert.what


# --- it fires ----------------------------------------------------------------------------------


def test_it_is_due_when_the_child_comes() -> None:
    scene().then_expects({HERE: f"open {CAME}"})


def test_without_a_plan_it_is_read_of_and_calls_nobody() -> None:
    scene().when(time_passes(TOLD)).then(
        raised(
            RULE,
            "medium",
            urgent="",
            digest=READERS,
            level=2,
            what=f"{AFTER} {NO_MEETING} {NO_BRIEFING} {ASKED}",
        )
    ).then_expects({HERE: "missed"})


def test_a_meeting_alone_or_a_briefing_alone_is_not_all_of_it() -> None:
    assert words(MET) == f"{AFTER} {NO_BRIEFING}"
    assert words(BRIEFED) == f"{AFTER} {NO_MEETING} {ASKED}"


def test_a_meeting_without_a_carer_or_of_two_agencies_or_that_decided_nothing_is_not_joint() -> (
    None
):
    not_joint = (
        f"{AFTER} A meeting that could plan it was held; that it decided something, with a carer "
        f"and several agencies there, is not known. {ASKED}"
    )
    nobody = ("social_worker social-care", "ward mental-health-adults", "camhs_community camhs")
    for held in (
        joint("2022-01-07 13:30", *nobody),
        joint("2022-01-07 13:30", "social_worker social-care", "placement placement"),
        joint("2022-01-07 13:30", decisions=[]),
    ):
        assert words(held, BRIEFED) == not_joint


def test_one_that_is_called_or_about_something_else_or_long_ago_does_not_count() -> None:
    for said in (
        joint("2022-01-07 13:30", step="called"),
        joint("2022-01-07 13:30", kind="professionals"),
        joint("2022-01-07 13:30", kind="strategy"),
        joint("2021-12-13 13:30"),  # 43 days before.
    ):
        assert words(said, BRIEFED) == f"{AFTER} {NO_MEETING} {ASKED}"


def test_a_briefing_for_another_placement_or_that_was_not_given_does_not_count() -> None:
    elsewhere = briefed("2022-01-20 14:00", placement="PL-4")
    not_given = briefed("2022-01-20 14:00", placement="PL-9", step="not_given")
    for said in (elsewhere, not_given):
        assert words(MET, said) == f"{AFTER} {NO_BRIEFING}"


def test_it_is_missed_once() -> None:
    twice = scene().when(time_passes(TOLD), time_passes("2022-01-26 10:00"))
    assert len(twice.facts(RULE)) == 1


# --- it is silent ------------------------------------------------------------------------------


def test_what_was_planned_together_and_told_meets_it() -> None:
    planned = scene(MET, BRIEFED)
    planned.then_expects({HERE: "met"})
    planned.when(time_passes(TOLD)).then_nothing()


def test_a_discharge_meeting_or_one_about_the_placement_plans_a_move_as_well() -> None:
    for kind in ("discharge_planning", "placement"):
        scene(joint("2022-01-18 14:00", kind=kind), BRIEFED).then_expects({HERE: "met"})


def test_after_two_moves_nothing_is_awaited() -> None:
    scene(before=BEFORE[:3]).when(time_passes(TOLD)).then_nothing().then_expects({})


def test_moves_of_more_than_half_a_year_ago_do_not_count() -> None:
    long_ago = (*BEFORE[:1], placed("PL-2", "2021-07-20 12:00"), *BEFORE[2:])
    scene(before=long_ago).then_expects({})


def test_a_move_that_is_not_planned_or_of_which_nobody_says_it_awaits_nothing() -> None:
    for planned in (False, None):
        scene(moves=placed("PL-9", CAME, planned=planned)).then_expects({})


def test_a_move_to_a_parent_or_to_hospital_or_for_a_while_is_for_other_rules() -> None:
    for kind in ("P1", "T1", "T0"):
        scene(moves=placed("PL-9", CAME, planned=True, kind=kind)).then_expects({})


def test_temporary_absences_are_no_moves() -> None:
    weekends = tuple(placed(f"PL-{day}", f"2021-11-{day} 12:00", kind="T0") for day in (10, 17, 24))
    scene(before=(*BEFORE[:2], *weekends)).then_expects({})


# --- it comes late, in another order, is corrected or taken back -------------------------------


def test_met_after_the_move_it_is_over() -> None:
    late = scene(BRIEFED).when(time_passes(TOLD))
    late.when(received(joint("2022-01-28 10:00"))).then(
        updated(
            RULE,
            urgent="",
            digest="social_worker iro placements_officer",  # The team manager tells of it.
            level=0,
            what=f"{AFTER} It was planned together and a briefing was given; not all before it.",
        )
    ).then_expects({HERE: "missed"})
    (fact,) = late.facts(RULE)
    assert fact.alert.settled


def test_a_briefing_that_says_that_the_child_was_there_is_late() -> None:
    there = briefed("2022-01-25", placement="PL-9", before_arrival=False)
    late = scene(MET, there).when(time_passes(TOLD))
    late.then(raised(RULE, level=0)).then_expects({HERE: "missed"})


def test_a_meeting_some_weeks_later_is_about_something_else() -> None:
    """Found by the seven months: on 26 August it was where she is to live next."""
    missed = scene(BRIEFED).when(time_passes(TOLD))
    missed.when(received(joint("2022-02-10 10:00", kind="placement"))).then_nothing()
    nobody = joint("2022-01-28 10:00", "social_worker social-care", number="M-2")
    missed.when(received(nobody)).then_nothing()


def test_told_late_that_it_was_planned_together_it_is_taken_back() -> None:
    missed = scene(BRIEFED).when(time_passes(TOLD))
    missed.when(received(MET, at="2022-01-26 10:00")).then(
        withdrawn(RULE, urgent="", digest=READERS)
    ).then_expects({HERE: "met"})
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: a plan for the move that was made together, and a briefing, before "
        "it. It was told late."
    )


def test_an_earlier_move_that_comes_to_light_opens_it() -> None:
    three = scene(before=(*BEFORE[:2], BEFORE[3]))
    three.then_expects({})
    three.when(received(BEFORE[2], at="2022-01-26 10:00")).then_expects({HERE: f"open {CAME}"})
    three.when(time_passes("2022-01-26 10:01")).then(raised(RULE))


def test_a_move_corrected_to_be_unplanned_withdraws_it() -> None:
    missed = scene().when(time_passes(TOLD))
    missed.when(received(MOVES.corrected(planned=False), at="2022-01-26 10:00")).then(
        withdrawn(RULE)
    ).then_expects({HERE: "cancelled"})


def test_a_move_that_is_taken_back_withdraws_it() -> None:
    missed = scene().when(time_passes(TOLD))
    missed.when(received(MOVES.retracted(), at="2022-01-26 10:00")).then(withdrawn(RULE))


def test_a_meeting_that_is_taken_back_leaves_it_missed() -> None:
    planned = scene(MET, BRIEFED).when(received(MET.retracted(), at="2022-01-26 10:00"))
    planned.when(time_passes("2022-01-26 10:01")).then(raised(RULE, level=1))


def test_a_move_that_is_told_twice_is_one() -> None:
    again = placed("PL-9", CAME, planned=True, reference="PL-9/again")
    scene().when(received(again, at="2022-01-26 10:00")).then_expects({HERE: f"open {CAME}"})


def test_the_last_report_of_a_move_says_whether_it_was_planned() -> None:
    again = placed("PL-9", "2022-01-25 13:05", planned=False, reference="PL-9/again")
    scene().when(received(again, at="2022-01-26 10:00")).then_expects({HERE: "cancelled"})


def test_nor_does_a_second_report_of_it_count_as_a_move_before_it() -> None:
    again = placed("PL-9", "2022-01-25 13:05", planned=True, reference="PL-9/again")
    scene(before=BEFORE[:3]).when(received(again, at="2022-01-26 10:00")).then_expects({})


def test_a_placement_that_began_at_a_time_nobody_knows_is_no_move() -> None:
    unknown = placed("PL-9", "unknown", planned=True)  # Placed on 1 October 2021.
    before = (*BEFORE[:2], placed("PL-3", "2021-09-10 12:00"), placed("PL-4", "2021-09-20 12:00"))
    scene(moves=unknown, before=before).then_expects({})


def test_after_a_death_nothing_is_awaited() -> None:
    scene(harm("death", "2022-01-24 10:00")).when(time_passes(TOLD)).then_nothing()


def test_who_is_18_by_then_is_a_child_no_more() -> None:
    doings = [received(each) for each in (*BEFORE, MOVES)]
    grown = given(AROUND_HER, born("2004-01-25"), *doings, hub=Hub(only(RULE)))
    grown.when(time_passes(TOLD)).then_nothing().then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene().when(time_passes(TOLD, unknown="no live feed"))
    silent.then_nothing().then_expects({HERE: "not_known"})


def test_of_history_it_is_not_known() -> None:
    doings = [received(each.as_history(), at="2022-06-13 09:00") for each in (*BEFORE, MOVES)]
    told = given(AROUND_HER, *doings, hub=Hub(only(RULE)))
    told.then_expects({HERE: "not_known"})


ALL = (BEFORE[2], left("PL-3", "2021-10-20 12:00"), MOVES, MET)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    first = [received(each) for each in (*BEFORE[:2], BEFORE[3])]
    said = [received(ALL[place], at=TOLD) for place in order]
    ended = given(AROUND_HER, *first, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes(TOLD))
    ended.then_open(f"{RULE} medium 1")


@pytest.mark.parametrize("about", [*BEFORE, MOVES, MET, BRIEFED])
def test_what_is_read_around_an_event_is_enough_for_every_move_that_it_bears_on(
    about: Said,
) -> None:
    moves_on = placed("PL-10", "2022-02-20 12:00", planned=True)
    whole = scene(MET, BRIEFED, admission("2021-11-11 12:00")).when(received(moves_on)).hub.case
    event = about.received(london("2022-02-21 12:00"))
    needs = PlannedMove().needs(only(RULE).thresholds[RULE])
    assert _awaited(windowed(whole, event, needs), event) == _awaited(whole, event)


def _awaited(case: Case, event: Event) -> Mapping[str, Expected | None]:
    hub = Hub(only(RULE))
    return PlannedMove().expectations(case, event, hub.ruleset.thresholds[RULE], hub.calendar)
