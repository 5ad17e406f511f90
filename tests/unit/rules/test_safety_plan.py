"""safety-plan: after grave self-harm a plan that takes it up (3.14, 3.19)."""

from itertools import permutations

import pytest

from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import CODED, Said, admission, attendance, harmed, incident
from tests.unit.rules.said_hospital_and_law import restricted
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_plan import plan
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

RULE = "safety-plan"
LIGATURE = harmed("ligature", "2021-10-11 11:40", reference="SH-1")
HARM = f"{RULE}/harm SH-1"
DUE = "2021-10-12 11:40"
OVERDUE = "2021-10-12 11:41"
AROUND_HER = members("social_worker team_manager camhs_community placement foster_carer ward edt")
NONE = "After grave self-harm no safety plan is known yet that takes it up."
ASKED = " Asked: a plan that names the means, with whoever looks after the child."


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def test_grave_self_harm_asks_for_a_plan_within_24_hours() -> None:
    scene(LIGATURE).then_expects({HARM: f"open {DUE}"})


def test_when_the_clocks_change_24_hours_are_as_long_as_ever() -> None:
    autumn = scene(harmed("ligature", "2021-10-30 20:00", reference="SH-1"))
    autumn.then_expects({HARM: "open 2021-10-31 19:00"})


def test_in_office_hours_it_is_for_who_plans_with_her() -> None:
    scene(LIGATURE).when(time_passes(OVERDUE)).then(
        raised(
            RULE,
            "high",
            urgent="social_worker team_manager camhs_community",
            digest="placement foster_carer ward edt",
            level=1,
            what=NONE + ASKED,
        )
    ).then_expects({HARM: "missed"})


def test_at_night_nobody_is_woken_for_a_plan() -> None:
    night = scene(incident("ligature", "2021-10-02 02:40", reference="SH-1"))
    night.when(time_passes("2021-10-03 02:41")).then(
        raised(
            RULE,
            "high",
            urgent="",
            digest="social_worker team_manager camhs_community placement foster_carer ward edt",
        )
    )


@pytest.mark.parametrize(
    ("harmed_at", "due"),
    [
        ("2021-11-11 21:10", "2021-11-12 16:00"),  # Thursday night.
        ("2021-10-11 02:00", "2021-10-11 16:00"),  # In the night to Monday.
        ("2021-10-13 16:30", "2021-10-14 16:30"),  # The office is open a day later.
        ("2021-10-15 11:40", "2021-10-15 16:00"),  # Friday: there is no other office hour.
        ("2021-10-15 12:01", "2021-10-16 12:01"),  # Too soon before it closes for the weekend.
        ("2021-12-23 18:00", "2021-12-24 16:00"),
        ("2021-12-24 18:00", "2021-12-25 18:00"),  # Four days without an office hour.
    ],
)
def test_who_plans_with_her_is_asked_before_the_office_closes(harmed_at: str, due: str) -> None:
    scene(harmed("height", harmed_at, reference="SH-1")).then_expects({HARM: f"open {due}"})


def test_after_an_evening_they_are_asked_while_at_work() -> None:
    evening = scene(harmed("height", "2021-11-11 21:10"))
    evening.when(time_passes("2021-11-12 16:00")).then(
        raised(RULE, urgent="social_worker team_manager camhs_community")
    )


def test_that_somebody_is_with_the_child_is_said_and_is_no_plan() -> None:
    ward = restricted("one_to_one", "2021-10-11 11:50")
    watched = scene(LIGATURE, ward).when(time_passes(OVERDUE))
    watched.then(
        raised(RULE, what=f"{NONE} Somebody is with the child at all times.{ASKED}")
    ).then_expects({HARM: "missed"})
    watched.when(received(restricted("one_to_one", "2021-10-13 10:50", step="stopped")))
    watched.then_nothing()


@pytest.mark.parametrize(
    "said",
    [
        [restricted("one_to_one", "2021-10-11 11:00")],
        [
            restricted("one_to_one", "2021-10-11 11:50"),
            restricted("one_to_one", "2021-10-12 09:00", step="stopped"),
        ],
        [restricted("locked_door", "2021-10-11 11:50")],
    ],
    ids=["from before", "over", "another"],
)
def test_who_is_with_the_child_no_more_or_was_when_it_happened_is_not_said(
    said: list[Said],
) -> None:
    scene(LIGATURE, *said).when(time_passes(OVERDUE)).then(raised(RULE, what=NONE + ASKED))


@pytest.mark.parametrize("step", ["made", "changed", "reviewed"])
def test_one_that_was_looked_at_and_shared_in_time_meets_it(step: str) -> None:
    looked_at = scene(LIGATURE, plan(step, "2021-10-12 11:00", "placement"))
    looked_at.then_expects({HARM: "met"})
    looked_at.when(time_passes(OVERDUE)).then_nothing()


def test_a_plan_from_before_does_not_count_nor_does_its_being_shared() -> None:
    before = plan("made", "2021-10-11 09:00", "placement")
    shared = plan("shared", "2021-10-11 15:00", "ward")
    scene(before, LIGATURE, shared).then_expects({HARM: f"open {DUE}"})


def test_one_that_nobody_has_is_not_enough_and_is_said() -> None:
    kept = scene(LIGATURE, plan("changed", "2021-10-11 15:00"))
    what = "After grave self-harm a safety plan was looked at; nobody is known to have it." + ASKED
    kept.when(time_passes(OVERDUE)).then(raised(RULE, what=what))


def test_made_and_then_shared_it_is_met_when_it_is_shared() -> None:
    made = plan("made", "2021-10-11 15:00")
    in_time = scene(LIGATURE, made, plan("shared", "2021-10-12 11:00", "ward"))
    in_time.then_expects({HARM: "met"})
    of_another = scene(LIGATURE, made, plan("shared", "2021-10-12 11:00", "ward", number="SP-9"))
    of_another.then_expects({HARM: f"open {DUE}"})


def test_a_plan_of_that_day_counts() -> None:
    of_that_day = received(plan("made", "2021-10-11", "ward"), at="2021-10-11 18:00")
    scene(LIGATURE).when(of_that_day).then_expects({HARM: "met"})


def test_a_plan_that_ended_is_none() -> None:
    scene(LIGATURE, plan("ended", "2021-10-11 15:00", "ward")).then_expects({HARM: f"open {DUE}"})


def test_what_could_not_have_killed_asks_for_nothing() -> None:
    scene(
        harmed("laceration", "2021-10-09 18:30"),
        attendance("2021-10-09 19:30"),
        attendance("2021-10-09 20:30", self_harm="no", unconscious=True, reference="ED-2"),
        harmed("overdose", "2021-10-10 18:30"),
    ).then_expects({})


def test_an_attendance_that_an_admission_follows_counts() -> None:
    seen = attendance("2021-10-10 19:40")
    admitted = admission("2021-10-10 22:15", follows="ED-1")
    scene(seen, admitted).then_expects({f"{RULE}/harm ED-1": "open 2021-10-11 16:00"})
    of_another = admission("2021-10-10 22:15", follows="ED-9")
    scene(seen, of_another).then_expects({})


def test_an_attendance_that_is_coded_as_self_harm_counts_while_staff_have_not_said() -> None:
    admitted = admission("2021-10-10 22:15", follows="ED-1")
    seen = attendance("2021-10-10 19:40", self_harm="not_known", **CODED)
    scene(seen, admitted).then_expects({f"{RULE}/harm ED-1": "open 2021-10-11 16:00"})
    scene(seen.corrected(self_harm="no"), admitted).then_expects({})


def test_an_incident_in_hospital_that_an_admission_follows_counts() -> None:
    taken = harmed("overdose", "2021-10-10 19:40", reference="IN-1")
    admitted = admission("2021-10-10 22:15", follows="IN-1")
    scene(taken, admitted).then_expects({f"{RULE}/harm IN-1": "open 2021-10-11 16:00"})
    cut = harmed("laceration", "2021-10-10 19:40", reference="IN-1")
    scene(cut, admitted).then_expects({})


def test_harm_in_custody_counts() -> None:
    custody = scene(incident("ligature", "2021-10-11 11:40", reference="SH-1"))
    custody.then_expects({HARM: f"open {DUE}"})
    scene(incident("force_used", "2021-10-11 11:40")).then_expects({})


def test_harm_again_before_any_plan_is_named_once_in_the_same_alert() -> None:
    run = scene(LIGATURE).when(time_passes(OVERDUE))
    run.when(
        received(harmed("height", "2021-10-13 15:00")),
        received(harmed("ligature", "2021-10-14 15:00")),
    ).then(updated(RULE, urgent="", what=f"{NONE} It has happened again since.{ASKED}"))
    run.then_expects({HARM: "missed"})


def test_harm_after_a_plan_asks_anew() -> None:
    again = harmed("height", "2021-10-13 15:00", reference="SH-2")
    anew = scene(LIGATURE, plan("made", "2021-10-12 10:00", "ward"), again)
    anew.then_expects({HARM: "met", f"{RULE}/harm SH-2": "open 2021-10-14 15:00"})


def test_harm_more_than_a_week_later_asks_anew() -> None:
    later = scene(LIGATURE, harmed("height", "2021-10-18 12:00", reference="SH-2"))
    later.then_expects({HARM: f"open {DUE}", f"{RULE}/harm SH-2": "open 2021-10-19 12:00"})
    within = scene(LIGATURE, harmed("height", "2021-10-18 11:00", reference="SH-2"))
    within.then_expects({HARM: f"open {DUE}"})


def test_a_plan_that_comes_late_ends_it_and_it_stays_missed() -> None:
    late = scene(LIGATURE).when(time_passes(OVERDUE))
    late.when(received(plan("changed", "2021-10-14 16:00", "placement"))).then(
        updated(
            RULE,
            urgent="social_worker team_manager camhs_community",
            what=(
                "A safety plan that takes up what happened has been made or looked at, and shared."
            ),
        )
    )
    (fact,) = late.facts(RULE)
    assert fact.alert.settled
    late.then_expects({HARM: "missed"})


def test_told_late_that_it_was_done_in_time_it_is_taken_back_and_says_so() -> None:
    missed = scene(LIGATURE).when(time_passes(OVERDUE))
    told_late = received(plan("changed", "2021-10-11 16:00", "ward"), at="2021-10-13 10:00")
    missed.when(told_late).then(
        withdrawn(
            RULE,
            urgent="social_worker team_manager camhs_community",
            digest="placement foster_carer ward edt",
        )
    )
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: a safety plan that takes up what happened. It was told late."
    )


def test_harm_told_days_later_is_missed_at_once_where_no_plan_came() -> None:
    custody = incident("ligature", "2021-10-02 02:40", reference="SH-1", known="2021-10-02 02:40")
    told = given(AROUND_HER, received(custody, at="2021-10-06 10:15"), hub=Hub(only(RULE)))
    told.when(time_passes("2021-10-06 10:16")).then(
        raised(RULE, urgent="social_worker team_manager camhs_community")
    )


def test_a_plan_that_is_taken_back_is_awaited_again() -> None:
    made = plan("made", "2021-10-11 15:00", "ward")
    taken_back = scene(LIGATURE, made).when(received(made.retracted(), at="2021-10-11 18:00"))
    taken_back.then_expects({HARM: f"open {DUE}"})


def test_harm_that_is_taken_back_withdraws_what_was_missed() -> None:
    missed = scene(LIGATURE).when(time_passes(OVERDUE))
    missed.when(received(LIGATURE.retracted(), at="2021-10-12 15:00")).then(withdrawn(RULE))
    missed.then_expects({HARM: "cancelled"})


def test_harm_corrected_to_what_could_not_have_killed_withdraws_it() -> None:
    missed = scene(LIGATURE).when(time_passes(OVERDUE))
    milder = LIGATURE.corrected(method="laceration")
    missed.when(received(milder, at="2021-10-12 15:00")).then(withdrawn(RULE))


def test_harm_corrected_to_another_hour_moves_the_time() -> None:
    scene(LIGATURE, LIGATURE.corrected(occurred="2021-10-11 13:40")).then_expects(
        {HARM: "open 2021-10-12 13:40"}
    )


def test_earlier_harm_that_comes_to_light_takes_over() -> None:
    missed = scene(LIGATURE).when(time_passes(OVERDUE))
    earlier = harmed("ligature", "2021-10-11 02:00", reference="SH-0")
    missed.when(received(earlier, at="2021-10-12 15:00")).then(withdrawn(RULE))
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == "Harm shortly before it asks for the same plan."
    missed.then_expects({HARM: "cancelled", f"{RULE}/harm SH-0": "open 2021-10-11 16:00"})


def test_a_death_ends_it() -> None:
    scene(LIGATURE, harm("death", "2021-10-11 15:00")).then_expects({HARM: "cancelled"})


def test_what_falls_due_after_the_18th_birthday_is_not_awaited() -> None:
    grown = given(AROUND_HER, born("2003-10-12"), hub=Hub(only(RULE)))
    grown.when(received(LIGATURE), time_passes(OVERDUE)).then_nothing().then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene(LIGATURE).when(time_passes(OVERDUE, unknown="no live feed"))
    silent.then_nothing().then_expects({HARM: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = harmed("ligature", "2020-12-01 11:00", reference="SH-1").as_history()
    told = given(AROUND_HER, received(old, at="2021-06-13 09:00"), hub=Hub(only(RULE)))
    told.then_expects({HARM: "not_known"})
    told.when(time_passes("2021-06-14 09:30")).then_nothing()


ALL = (
    LIGATURE,
    harmed("height", "2021-10-13 15:00"),
    plan("changed", "2021-10-14 10:00"),
    plan("shared", "2021-10-14 16:00", "placement"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))])
def test_in_any_order_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-10-15 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-10-15 10:01"))
    ended.then_open(f"{RULE} high 0")
