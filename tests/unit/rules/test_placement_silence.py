"""placement-silence: those she lives with are asked when nothing is heard (3.18, 1.8)."""

from itertools import permutations

import pytest

from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import (
    CODED,
    Said,
    admission,
    attendance,
    detention,
    found,
    harmed,
    left,
    placed,
    report,
)
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_silence import concern
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

RULE = "placement-silence"
DETAINED = detention("2021-10-01 23:05")
CAME = placed("PL-1", "2021-10-02 12:15", kind="U6")
START = f"{RULE}/after PL-1/start"
DUE = "2021-10-06 00:00"
OVERDUE = "2021-10-06 09:30"
HARMED = harmed("laceration", "2021-10-20 18:00", reference="SH-1", agency="camhs", said_by="camhs")
AFTER = f"{RULE}/after SH-1"
SPOKE = concern("2021-10-03 19:00")
AROUND_HER = members("social_worker team_manager edt foster_carer")
ASKED = "They are asked how the child is, and what they need."
NONE = (
    "3 days after the child came, after something grave, nothing is known from those the child "
    "lives with. "
)


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def test_who_takes_a_child_in_after_something_grave_is_to_be_heard_within_three_days() -> None:
    scene(DETAINED, CAME).then_expects({START: f"open {DUE}"})


def test_something_grave_later_asks_for_a_word_as_well() -> None:
    scene(CAME, HARMED).then_expects({AFTER: "open 2021-10-24 00:00"})


def test_an_attendance_that_is_coded_as_self_harm_counts_while_staff_have_not_said() -> None:
    seen = attendance("2021-10-20 18:00", self_harm="not_known", reference="SH-1", **CODED)
    scene(CAME, seen).then_expects({AFTER: "open 2021-10-24 00:00"})
    scene(CAME, seen.corrected(self_harm="no")).then_expects({})


def test_when_the_clocks_change_a_day_still_ends_at_midnight_in_london() -> None:
    autumn = harmed("laceration", "2021-10-29 18:00", reference="SH-1", said_by="ward")
    scene(CAME, autumn).then_expects({AFTER: "open 2021-11-02 00:00"})


def test_missed_at_midnight_it_is_a_line() -> None:
    scene(DETAINED, CAME).when(time_passes("2021-10-06 00:01")).then(
        raised(
            RULE,
            "medium",
            urgent="",
            digest="foster_carer social_worker team_manager",
            level=1,
            what=NONE + ASKED,
        )
    ).then_expects({START: "missed"})


def test_in_office_hours_the_carer_is_asked() -> None:
    scene(DETAINED, CAME).when(time_passes(OVERDUE)).then(
        raised(RULE, urgent="foster_carer social_worker", digest="team_manager")
    )


def test_any_word_of_theirs_will_do() -> None:
    scene(DETAINED, CAME, SPOKE).then_expects({START: "met"})
    missing = report("K-1", "2021-10-04 21:00", agency="fostering", said_by="foster_carer")
    scene(DETAINED, CAME, missing).then_expects({START: "met"})


@pytest.mark.parametrize(
    "said",
    [
        report("K-1", "2021-10-04 21:00", reported_by="foster_carer"),
        found("K-1", "2021-10-04 23:00", found_by="placement"),
    ],
    ids=["reported", "found"],
)
def test_who_rings_the_police_or_brings_the_child_back_has_not_been_silent(said: Said) -> None:
    """July: the police told of an episode that the home had reported. Fails without: _NAMED."""
    scene(DETAINED, CAME, said).then_expects({START: "met"})


def test_a_word_of_somebody_else_or_from_before_she_came_does_not_count() -> None:
    before = concern("2021-10-02 09:00")
    of_others = report("K-1", "2021-10-04 21:00", reported_by="school")
    scene(DETAINED, before, CAME, of_others).then_expects({START: f"open {DUE}"})


def test_after_quiet_days_nothing_is_awaited_of_who_takes_her_in() -> None:
    scene(detention("2021-09-17 23:05"), CAME).then_expects({})


def test_a_breakdown_of_the_placement_before_is_nothing_to_ask_the_next_about() -> None:
    scene(left("PL-0", "2021-10-02 11:00", planned=False), CAME).then_expects({})


def test_what_they_tell_themselves_asks_for_nothing() -> None:
    own = harmed("laceration", "2021-10-20 18:00", agency="fostering", said_by="foster_carer")
    scene(CAME, own).then_expects({})


def test_nothing_is_awaited_of_a_parent_or_where_nobody_knows_of_a_placement() -> None:
    scene(placed("PL-1", "2021-10-02 12:15", kind="P1"), HARMED).then_expects({})
    scene(HARMED).then_expects({})
    scene(CAME, left("PL-1", "2021-10-19 10:00"), HARMED).then_expects({})


def test_nothing_is_awaited_while_she_is_in_hospital() -> None:
    stay = admission("2021-10-19 12:00")
    scene(CAME, stay, HARMED).then_expects({})
    scene(CAME, stay, discharge("SP-1", "2021-10-20 12:00"), HARMED).then_expects(
        {AFTER: "open 2021-10-24 00:00"}
    )
    scene(CAME, HARMED, admission("2021-10-20 19:00")).then_expects({AFTER: "cancelled"})


def test_a_temporary_absence_ends_no_placement() -> None:
    away = placed("PL-9", "2021-10-03 12:00", kind="T2")
    scene(DETAINED, CAME, away).then_expects({START: f"open {DUE}"})


def test_a_move_before_the_time_ends_it() -> None:
    scene(DETAINED, CAME, left("PL-1", "2021-10-05 15:45")).then_expects({START: "cancelled"})
    moved = scene(DETAINED, CAME, placed("PL-2", "2021-10-05 16:00", kind="H5"))
    moved.then_expects({START: "cancelled", f"{RULE}/after PL-2/start": "open 2021-10-09 00:00"})


def test_a_word_of_whoever_has_her_next_does_not_count() -> None:
    gone = left("PL-1", "2021-10-05 15:45")
    scene(DETAINED, CAME, gone, concern("2021-10-05 20:00")).then_expects({START: "cancelled"})


def test_what_happens_while_they_are_silent_opens_no_second_one() -> None:
    silent = scene(DETAINED, CAME).when(time_passes(OVERDUE), received(HARMED))
    silent.then(raised(RULE)).then_expects({START: "missed"})


def test_after_they_have_spoken_the_next_event_asks_anew() -> None:
    scene(DETAINED, CAME, SPOKE, HARMED).then_expects(
        {START: "met", AFTER: "open 2021-10-24 00:00"}
    )


def test_a_late_word_is_the_end_of_it() -> None:
    late = scene(DETAINED, CAME).when(time_passes(OVERDUE))
    late.when(received(concern("2021-10-07 10:00"))).then(
        updated(
            RULE,
            urgent="foster_carer social_worker",
            what="Those the child lives with spoke, later than 3 days after the child came, after "
            "something grave.",
        )
    )
    (fact,) = late.facts(RULE)
    assert fact.alert.settled


@pytest.mark.parametrize("day", ["2021-10-07 15:45", "2021-10-06"])
def test_a_move_after_the_time_is_the_end_of_it_too(day: str) -> None:
    """On the day after also where only the day is told: it begins when the time is over."""
    missed = scene(DETAINED, CAME).when(time_passes(OVERDUE))
    missed.when(received(left("PL-1", day), at="2021-10-07 15:45"))
    (fact,) = missed.facts(RULE)
    assert fact.alert.settled
    assert fact.alert.what == NONE + "The child lives there no more."


def test_who_has_her_next_is_not_told_how_it_ended() -> None:
    """3.19: the provider of the emergency bed was on already. Fails without: the other route."""
    missed = scene(DETAINED, CAME).when(time_passes("2021-10-06 00:01"))
    members("placement", since="2021-10-07 15:30")(missed.hub)
    missed.when(received(left("PL-1", "2021-10-07 15:45"), at="2021-10-07 17:25")).then(
        updated(RULE, urgent="", digest="foster_carer social_worker team_manager")
    )


def test_told_late_that_they_had_spoken_it_is_taken_back_and_says_so() -> None:
    missed = scene(DETAINED, CAME).when(time_passes(OVERDUE))
    missed.when(received(SPOKE, at="2021-10-07 10:00")).then(
        withdrawn(RULE, urgent="foster_carer social_worker", digest="team_manager")
    )
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: a word from those the child lives with. It was told late."
    )


def test_a_word_that_is_taken_back_is_awaited_again() -> None:
    taken_back = scene(DETAINED, CAME, SPOKE)
    taken_back.when(received(SPOKE.retracted(), at="2021-10-04 10:00"))
    taken_back.then_expects({START: f"open {DUE}"})


def test_an_event_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene(DETAINED, CAME).when(time_passes(OVERDUE))
    missed.when(received(DETAINED.retracted(), at="2021-10-07 10:00")).then(withdrawn(RULE))
    missed.then_expects({START: "cancelled"})


def test_a_placement_corrected_to_another_day_moves_the_time() -> None:
    corrected = scene(DETAINED, CAME, CAME.corrected(occurred="2021-10-03 12:15"))
    corrected.then_expects({START: "open 2021-10-07 00:00"})


def test_a_death_ends_it() -> None:
    died = scene(DETAINED, CAME, harm("death", "2021-10-04 11:00"))
    died.then_expects({START: "cancelled"})


def test_what_falls_due_after_the_18th_birthday_is_not_awaited() -> None:
    grown = given(AROUND_HER, born("2003-10-05"), received(DETAINED), hub=Hub(only(RULE)))
    grown.when(received(CAME), time_passes(OVERDUE)).then_nothing().then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(DETAINED, CAME).when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({START: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = [each.as_history() for each in (DETAINED, CAME)]
    told = given(
        AROUND_HER, *(received(each, at="2022-06-13 09:00") for each in old), hub=Hub(only(RULE))
    )
    told.then_expects({START: "not_known"})
    told.when(time_passes("2022-06-14 09:30")).then_nothing()


ALL = (
    DETAINED,
    CAME,
    found("K-1", "2021-10-04 23:00"),
    harmed("laceration", "2021-10-05 18:00", reference="SH-2"),
    concern("2021-10-08 10:00"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))][::3])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-10-09 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-10-09 10:01"))
    ended.then_open(f"{RULE} medium 0")
