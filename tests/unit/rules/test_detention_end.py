"""detention-end: a detention that by law is over, and nobody has told how it ended (3.20, 3.26)."""

from datetime import date
from itertools import permutations

import pytest

from safeguarding.events import Subject
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, london
from tests.unit.rules.said_discharge import discharge_plan, discharged, transferred
from tests.unit.rules.said_hospital_and_law import found_by_police, sectioned, serious_harm
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

RULE = "detention-end"
FOUND = found_by_police("20", "2021-10-13 15:20", arrived="2021-10-13 16:00", reference="M-1")
ITS_HOURS = "2021-10-14 16:00"  # A Thursday.
OF_136 = "detention-end/detention M-1"
ADMITTED = sectioned("02", "2021-12-22 17:00", reference="M-2")
LAST_DAY = "2022-01-19 00:00"  # When 18 January ends.
OF_2 = "detention-end/detention M-2"
NEAR = "detention-end/near M-2"
SOON = "2022-01-13 09:00"  # A Thursday: the last opening of the office five days before.
AROUND_HER = members("social_worker team_manager iro edt amhp camhs_crisis ward placement")


def scene(*said: Said) -> Scene:
    """These were said, each when it occurred."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


# --- hours: sections 136 and 135, and the other short powers -------------------------------------


def test_section_136_lasts_24_hours_from_the_arrival() -> None:
    scene(FOUND).then_expects({OF_136: f"open {ITS_HOURS}"})


def test_an_extension_by_a_doctor_adds_12_hours() -> None:
    longer = sectioned("20", "2021-10-14 15:00", step="extended")
    scene(FOUND, longer).then_expects({OF_136: "open 2021-10-15 04:00"})


def test_an_extension_of_which_the_hub_learns_late_takes_back_what_was_told() -> None:
    longer = sectioned("20", "2021-10-14 15:00", step="extended")
    told = scene(FOUND).when(time_passes(ITS_HOURS))
    told.when(received(longer, at="2021-10-14 17:00")).then(withdrawn(RULE))
    told.then_expects({OF_136: "open 2021-10-15 04:00"})


def test_a_moment_before_its_hours_are_over_nobody_is_told() -> None:
    scene(FOUND).when(time_passes("2021-10-14 15:59")).then_nothing()


def test_once_its_hours_are_over_who_can_find_out_is_asked_how_it_ended() -> None:
    scene(FOUND).when(time_passes(ITS_HOURS)).then(
        raised(
            RULE,
            "high",
            urgent="social_worker amhp ward",
            digest="edt team_manager iro camhs_crisis",
            what=(
                "Section 136 could last to 16:00 on 14 October 2021. By law it cannot have gone "
                "on, unless a doctor extended it, by up to 12 h; nobody has told how it ended. "
                "Asked: that whoever had the child says how, and by what authority the child is "
                "kept now, if so."
            ),
        )
    ).then_expects({OF_136: "missed"})


def test_at_night_the_night_team_is_asked() -> None:
    late = found_by_police("20", "2021-10-13 21:00", arrived="2021-10-13 22:00", reference="M-1")
    scene(late).when(time_passes("2021-10-14 22:00")).then(
        raised(RULE, urgent="edt amhp ward", digest="social_worker team_manager iro camhs_crisis")
    )


def test_it_is_told_once() -> None:
    twice = scene(FOUND).when(time_passes(ITS_HOURS), time_passes("2021-12-01 10:00"))
    assert len(twice.facts(RULE)) == 1


@pytest.mark.parametrize(
    ("arrived", "latest"),
    [
        (None, "2021-10-15 03:20"),  # 12 hours for the way, at the most, and 24.
        ("2021-10-13 18:30", "2021-10-14 18:30"),
        ("2020-10-13 16:00", "2021-10-15 03:20"),  # Mistyped: as if it were not said.
    ],
)
def test_an_arrival_that_is_not_known_was_hours_later_at_the_most(
    arrived: str | None, latest: str
) -> None:
    said = found_by_police("20", "2021-10-13 15:20", arrived=arrived, reference="M-1")
    scene(said).then_expects({OF_136: f"open {latest}"})


@pytest.mark.parametrize(
    ("code", "latest"),
    [
        ("04", "2021-10-16 15:20"),
        ("05", "2021-10-16 15:20"),
        ("06", "2021-10-13 21:20"),
        ("19", "2021-10-15 03:20"),
    ],
)
def test_the_other_short_powers_have_hours_of_their_own(code: str, latest: str) -> None:
    said = sectioned(code, "2021-10-13 15:20", reference="M-1")
    scene(said).then_expects({OF_136: f"open {latest}"})


@pytest.mark.parametrize("code", ["03", "07", "99", "01"])
def test_of_a_section_of_months_of_others_and_of_no_detention_nothing_is_awaited(code: str) -> None:
    scene(sectioned(code, "2021-10-13 15:20")).then_expects({})


def test_of_a_day_whose_hour_is_not_known_the_hours_count_from_its_end() -> None:
    said = sectioned("06", "2021-10-13", reference="M-1")
    whole = given(AROUND_HER, received(said, at="2021-10-15 09:00"), hub=Hub(only(RULE)))
    whole.then_expects({OF_136: "open 2021-10-14 07:00"})


# --- what tells that it ended --------------------------------------------------------------------


@pytest.mark.parametrize(
    "over",
    [
        sectioned("20", "2021-10-14 11:20", step="ended"),
        sectioned("99", "2021-10-14 11:20", step="ended"),
        sectioned("02", "2021-10-14 11:20", step="changed", reference="M-3"),
        transferred("2021-10-14 11:20", "to_mental_health", authority="section_2"),
        transferred("2021-10-14 11:20", "acute", authority="consent"),
        sectioned("20", "2021-10-14", step="ended"),
    ],
    ids=["its end", "no section said", "another", "moved under another", "moved freely", "a day"],
)
def test_an_end_another_section_or_a_move_without_it_meets_it(over: Said) -> None:
    ended = given(
        AROUND_HER, received(FOUND), received(over, at="2021-10-14 12:00"), hub=Hub(only(RULE))
    )
    assert ended.hub.case.awaited[RULE, "detention:police:M-1"].state.value == "met"
    ended.when(time_passes("2021-10-14 16:01")).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        sectioned("05", "2021-10-14 11:20", step="ended"),
        sectioned("20", "2021-10-13 12:00", step="ended"),
        transferred("2021-10-14 11:20", "acute", authority="section_136"),
        transferred("2021-10-14 11:20", "acute", authority="not_recorded"),
        transferred("2021-10-14 11:20", "acute"),
        discharged("2021-10-14 11:20"),
    ],
    ids=["another's end", "an end before", "under it", "not recorded", "not said", "elsewhere"],
)
def test_what_says_nothing_of_it_does_not(other: Said) -> None:
    scene(FOUND, other).then_expects({OF_136: f"open {ITS_HOURS}"})


def test_a_discharge_from_the_hospital_that_had_her_meets_it() -> None:
    scene(ADMITTED, discharged("2022-01-03 12:00")).then_expects({OF_2: "met", NEAR: "met"})


def test_a_discharge_of_that_day_whose_hour_is_not_known_may_be_from_the_stay_before() -> None:
    same_day = [
        received(each, at="2021-12-23 09:00") for each in (discharged("2021-12-22"), ADMITTED)
    ]
    given(AROUND_HER, *same_day, hub=Hub(only(RULE))).then_expects(
        {OF_2: f"open {LAST_DAY}", NEAR: f"open {SOON}"}
    )


def test_a_discharge_from_the_hospital_that_she_had_left_already_does_not() -> None:
    moved = transferred("2021-12-29 14:00", "to_mental_health", to="RZZ01", authority="section_2")
    scene(ADMITTED, moved, discharged("2021-12-29 15:00")).then_expects(
        {OF_2: f"open {LAST_DAY}", NEAR: f"open {SOON}"}
    )
    there = discharged("2022-01-03 12:00", agency="mental-health-adults", site="RZZ01")
    scene(ADMITTED, moved, there).then_expects({OF_2: "met", NEAR: "met"})


# --- section 2: 28 days, the day of admission the first ------------------------------------------


def test_section_2_lasts_to_the_end_of_its_day_28() -> None:
    scene(ADMITTED).then_expects({OF_2: f"open {LAST_DAY}", NEAR: f"open {SOON}"})


def test_admitted_a_minute_before_midnight_that_day_is_day_1() -> None:
    late = sectioned("02", "2021-12-22 23:59", reference="M-2")
    scene(late).then_expects({OF_2: f"open {LAST_DAY}", NEAR: f"open {SOON}"})


def test_when_the_clocks_change_days_are_those_of_the_calendar() -> None:
    spring = sectioned("02", "2022-03-10 17:00", reference="M-2")
    awaits = scene(spring).hub.case.awaited[RULE, "detention:acute-trust:M-2"]
    assert awaits.due_at == london("2022-04-07 00:00")


def test_some_days_before_who_plans_is_asked_what_follows_while_at_work() -> None:
    scene(ADMITTED).when(time_passes(SOON)).then(
        raised(
            RULE,
            "medium",
            urgent="social_worker ward",
            digest="edt team_manager iro amhp camhs_crisis",
            what=(
                "Section 2 can last to the end of 18 January 2022 at most. Nobody has told what "
                "follows. Asked: that the hospital and the responsible authority agree in time "
                "that it ends, or under what the child is there afterwards."
            ),
        )
    )


def test_a_planned_discharge_tells_what_follows_and_is_no_end() -> None:
    leaves = discharge_plan("2022-01-10 12:00")
    scene(ADMITTED, leaves).then_expects({OF_2: f"open {LAST_DAY}", NEAR: "met"})


def test_what_follows_told_after_that_settles_it() -> None:
    asked = scene(ADMITTED).when(time_passes(SOON))
    asked.when(received(sectioned("03", "2022-01-17 12:00", step="changed"))).then(
        updated(
            RULE,
            level=0,
            what="Section 2 can last to the end of 18 January 2022 at most. It is told now what "
            "follows.",
        )
    ).then_expects({OF_2: "met", NEAR: "missed"})


def test_after_its_last_day_the_ward_is_asked_at_once_and_the_office_reads_of_it() -> None:
    scene(ADMITTED, discharge_plan("2022-01-10 12:00")).when(time_passes(LAST_DAY)).then(
        raised(
            RULE,
            "high",
            urgent="ward",
            digest="social_worker edt team_manager iro amhp camhs_crisis",
            what=(
                "Section 2 could last to the end of 18 January 2022. By law it cannot have gone "
                "on, unless the child was absent without leave (section 21) or a court was asked "
                "about the nearest relative (section 29); nobody has told how it ended. Asked: "
                "that whoever had the child says how, and by what authority the child is kept "
                "now, if so."
            ),
        )
    )


def test_a_ward_that_takes_her_under_it_begins_no_new_28_days() -> None:
    taken = sectioned("02", "2021-12-29 14:00", agency="mental-health-adults", reference="M-3")
    both = scene(ADMITTED, taken)
    for agency, name in (("acute-trust", "M-2"), ("mental-health-adults", "M-3")):
        due_at = both.hub.case.awaited[RULE, f"detention:{agency}:{name}"].due_at
        assert due_at == london(LAST_DAY)


def test_detained_anew_after_it_ended_has_28_days_of_its_own() -> None:
    ended = sectioned("02", "2021-12-24 10:00", step="ended")
    again = sectioned("02", "2021-12-29 14:00", reference="M-3")
    third = scene(ADMITTED, ended, again).hub.case.awaited[RULE, "detention:acute-trust:M-3"]
    assert third.due_at == london("2022-01-26 00:00")


def test_detained_anew_after_the_days_of_one_of_which_no_end_was_told_has_days_of_its_own() -> None:
    again = sectioned("02", "2022-01-19 14:00", reference="M-3")
    third = scene(ADMITTED, again).hub.case.awaited[RULE, "detention:acute-trust:M-3"]
    assert third.due_at == london("2022-02-16 00:00")


def test_an_extension_that_only_a_court_can_bring_lasts_as_long_as_is_said() -> None:
    longer = sectioned("02", "2022-01-12 10:00", step="extended")
    scene(ADMITTED, longer).then_expects({OF_2: "cancelled", NEAR: "cancelled"})
    until = sectioned(
        "02", "2022-01-12 10:00", step="extended", ends=london("2022-02-01 10:00").isoformat()
    )
    said = scene(ADMITTED, until).hub.case.awaited[RULE, "detention:acute-trust:M-2"].due_at
    assert said == london("2022-02-01 10:00")


# --- late, out of order, corrected, retracted ----------------------------------------------------


def test_an_end_in_time_of_which_the_hub_learns_late_takes_it_back_and_says_so() -> None:
    told = scene(FOUND).when(time_passes(ITS_HOURS))
    ended = sectioned("20", "2021-10-14 11:20", step="ended")
    told.when(received(ended, at="2021-10-15 09:00")).then(withdrawn(RULE))
    told.then_expects({OF_136: "met"})
    (fact,) = told.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: how section 136 ended, or what came in its place. It was told late."
    )


def test_an_end_that_is_said_to_lie_after_its_time_settles_it_and_says_so() -> None:
    told = scene(FOUND).when(time_passes(ITS_HOURS))
    told.when(received(sectioned("20", "2021-10-14 18:00", step="ended"))).then(
        updated(
            RULE,
            level=0,
            urgent="social_worker amhp ward",  # The duty team was not called by day, and reads.
            what=(
                "Section 136 could last to 16:00 on 14 October 2021 by law, unless a doctor "
                "extended it, by up to 12 h. It is told that it ended after that."
            ),
        )
    ).then_expects({OF_136: "missed"})


@pytest.mark.parametrize(
    "after",
    [
        sectioned("02", "2021-12-22 17:00", reference="M-3"),
        transferred("2021-10-16 12:00", "to_mental_health", authority="section_2"),
        transferred("2021-10-16 12:00", "acute", authority="consent"),
    ],
)
def test_what_happens_after_its_time_says_nothing_of_how_it_ended(after: Said) -> None:
    """Found by the seven months, with its end left out: section 2 in December had ended it."""
    told = scene(FOUND).when(time_passes(ITS_HOURS))
    told.when(received(after)).then_nothing()
    assert told.hub.case.awaited[RULE, "detention:police:M-1"].state.value == "missed"


def test_an_end_on_the_day_on_which_it_was_due_was_in_time_where_its_hour_is_not_known() -> None:
    told = scene(FOUND).when(time_passes(ITS_HOURS))
    ended = sectioned("20", "2021-10-14", step="ended")
    told.when(received(ended, at="2021-10-15 09:00")).then(withdrawn(RULE))
    told.then_expects({OF_136: "met"})


def test_an_end_that_comes_before_its_beginning_meets_it() -> None:
    ended = sectioned("20", "2021-10-14 11:20", step="ended")
    early = given(
        AROUND_HER,
        received(ended),
        received(FOUND, at="2021-10-14 12:00"),
        hub=Hub(only(RULE)),
    )
    early.then_expects({OF_136: "met"})


def test_an_end_that_is_taken_back_opens_it_again() -> None:
    ended = sectioned("20", "2021-10-14 11:20", step="ended")
    again = scene(FOUND, ended)
    again.when(received(ended.retracted(), at="2021-10-14 12:00"))
    again.then_expects({OF_136: f"open {ITS_HOURS}"})
    again.when(time_passes(ITS_HOURS)).then(raised(RULE))


def test_a_detention_that_is_taken_back_withdraws_what_was_told() -> None:
    told = scene(FOUND).when(time_passes(ITS_HOURS))
    told.when(received(FOUND.retracted(), at="2021-10-15 09:00")).then(withdrawn(RULE))
    told.then_expects({OF_136: "cancelled"})


def test_a_corrected_arrival_moves_it() -> None:
    later = FOUND.corrected(arrived=london("2021-10-13 18:00").isoformat())
    moved = given(
        AROUND_HER, received(FOUND), received(later, at="2021-10-13 19:00"), hub=Hub(only(RULE))
    )
    moved.then_expects({OF_136: "open 2021-10-14 18:00"})


def test_a_detention_of_which_the_hub_learns_days_later_is_judged_from_when_it_was() -> None:
    late = given(AROUND_HER, received(FOUND, at="2021-10-20 10:00"), hub=Hub(only(RULE)))
    late.when(time_passes("2021-10-20 10:01")).then(raised(RULE))


STORY = (
    FOUND,
    sectioned("20", "2021-10-14 15:00", step="extended"),
    sectioned("02", "2021-10-15 02:00", step="changed", reference="M-2"),
    sectioned("02", "2021-11-13 09:00", step="ended"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(STORY)))])
def test_in_any_order_and_repeated_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(STORY[place], at="2021-11-14 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-11-14 10:01"))
    ended.then_expects({OF_136: "met", OF_2: "missed", NEAR: "missed"})
    ended.then_open(f"{RULE} high 0", f"{RULE} medium 0")


# --- what cancels it, and what is not known ------------------------------------------------------


def test_after_a_death_nothing_is_awaited() -> None:
    scene(FOUND).when(received(serious_harm("death", "2021-10-14 03:00"))).then_expects(
        {OF_136: "cancelled"}
    )


def test_who_is_18_by_then_is_a_child_no_more() -> None:
    hub = Hub(only(RULE))
    hub.case.subject = Subject((), born=date(2003, 10, 14))
    given(AROUND_HER, received(FOUND), hub=hub).then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(FOUND).when(time_passes(ITS_HOURS, unknown="no live feed"))
    silent.then_nothing().then_expects({OF_136: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = received(FOUND.as_history(), at="2023-07-01 10:00")
    given(AROUND_HER, old, hub=Hub(only(RULE))).then_expects({OF_136: "not_known"})
