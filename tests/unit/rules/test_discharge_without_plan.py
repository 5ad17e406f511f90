"""discharge-without-plan: nobody planned together what follows a stay in hospital (3.21, 3.22)."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from safeguarding.events import Subject
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, attendance, harmed, left, placed
from tests.unit.rules.said_discharge import (
    ALL,
    discharge_plan,
    discharged,
    met,
    transferred,
)
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

RULE = "discharge-without-plan"
STAY = "discharge-without-plan/spell SP-1"
CAME = "2021-10-10 19:40"
ADMITTED = "2021-10-10 22:15"
LEFT = "2021-10-21 11:00"  # A Thursday.
BEFORE = "2021-10-20 14:00"
SOON_AFTER = "2021-10-21 11:20"
AROUND_HER = members("social_worker team_manager camhs_community iro edt placement")
ASKED = "Asked: to meet now, with all who have a part, and agree one plan to keep the child safe."
OVERDOSE = attendance(CAME, unconscious=True)
STAYS = admission(ADMITTED, follows="ED-1")


def scene(*said: Said, leaves: Said | None = None) -> Scene:
    """The child was admitted after an overdose and discharged; and these were said besides."""
    events = (OVERDOSE, STAYS, leaves or discharged(LEFT), *said)
    return given(AROUND_HER, *(received(each) for each in events), hub=Hub(only(RULE)))


def words(*said: Said) -> str:
    """What is told once it is missed."""
    (fact,) = scene(*said).when(time_passes(SOON_AFTER)).facts(RULE)
    return fact.alert.what


# --- it fires ----------------------------------------------------------------------------------


def test_an_admission_after_self_harm_awaits_a_meeting_before_the_discharge() -> None:
    stays = given(received(OVERDOSE), received(STAYS), hub=Hub(only(RULE)))
    stays.then_expects({STAY: "open"})
    scene().then_expects({STAY: f"open {LEFT}"})


def test_eleven_days_and_no_meeting_is_told_to_who_can_call_one() -> None:
    scene().when(time_passes(SOON_AFTER)).then(
        raised(
            RULE,
            "high",
            urgent="social_worker team_manager camhs_community safeguarding_nurse",
            digest="iro edt placement",
            what=(
                "Discharged from hospital; to: placement. No discharge-planning meeting for this "
                f"admission is known. {ASKED}"
            ),
        )
    ).then_expects({STAY: "missed"})


def test_at_night_nobody_is_woken_for_a_meeting() -> None:
    at_night = scene(leaves=discharged("2021-10-21 22:00"))
    at_night.when(time_passes("2021-10-21 22:05")).then(
        raised(
            RULE,
            urgent="",
            digest="social_worker team_manager camhs_community iro edt placement"
            " safeguarding_nurse",
        )
    )


def test_a_strategy_meeting_a_panel_and_a_review_are_no_plan_for_the_discharge() -> None:
    what = words(
        met("2021-10-11 15:30", "strategy", about="SP-1", name="M-12"),
        met("2021-10-12 10:00", "panel", name="M-13"),
        met("2021-10-12 13:30", "looked_after_review", name="M-14"),
    )
    assert "Other meetings meanwhile: strategy, panel, looked after review." in what


def test_a_meeting_a_week_before_the_admission_is_about_something_else() -> None:
    scene(met("2021-10-03 10:00")).then_expects({STAY: f"open {LEFT}"})
    scene(met("2021-10-03 10:00", about="SP-1")).then_expects({STAY: f"open {LEFT}"})


def test_a_meeting_about_another_admission_does_not_count() -> None:
    scene(met(BEFORE, about="SP-9")).then_expects({STAY: f"open {LEFT}"})


def test_one_that_was_called_or_cancelled_was_not_held() -> None:
    scene(met(BEFORE, step="called")).then_expects({STAY: f"open {LEFT}"})
    scene(met(BEFORE, step="cancelled")).then_expects({STAY: f"open {LEFT}"})


@pytest.mark.parametrize(
    ("role", "named"),
    [
        ("ward@acute-trust", "the hospital"),
        ("camhs_community@camhs", "CAMHS"),
        ("social_worker@social-care", "the responsible authority"),
        ("placement@placement", "whoever has the child next"),
    ],
)
def test_a_meeting_without_one_who_is_needed_does_not_meet_it(role: str, named: str) -> None:
    some = " ".join(each for each in ALL.split() if each != role)
    told = scene(met(BEFORE, about="SP-1", there=some, apologies=role))
    told.when(time_passes(SOON_AFTER)).then(
        raised(
            RULE,
            "medium",
            what=(
                "Discharged from hospital; to: placement. A discharge-planning meeting was held, "
                f"as far as is known without {named}. {ASKED}"
            ),
        )
    )


def test_another_hospital_is_not_this_one() -> None:
    there = ALL.replace("ward@acute-trust", "ward@host-trust")
    scene(met(BEFORE, there=there)).then_expects({STAY: f"open {LEFT}"})


def test_a_meeting_that_does_not_say_who_was_there_does_not_meet_it() -> None:
    scene(met(BEFORE, there="")).then_expects({STAY: f"open {LEFT}"})


def test_out_of_area_the_host_authority_is_needed_too() -> None:
    away = placed("PL-2", "2021-10-21 13:00", out_of_area=True)
    assert words(away, met(BEFORE)).count("without the host authority") == 1
    with_it = met(BEFORE, there=f"{ALL} host_authority@host-authority")
    scene(away, with_it).then_expects({STAY: "met"})


def test_a_placement_out_of_area_that_went_on_meanwhile_is_where_she_goes() -> None:
    from_there = placed("PL-2", "2021-10-01 13:00", out_of_area=True)
    scene(from_there, met(BEFORE)).then_expects({STAY: f"open {LEFT}"})
    ended = left("PL-2", "2021-10-15 12:00")
    scene(from_there, ended, met(BEFORE)).then_expects({STAY: "met"})


# --- what meets it -----------------------------------------------------------------------------


def test_a_discharge_planning_meeting_with_all_who_are_needed_meets_it() -> None:
    planned = scene(met(BEFORE, about="SP-1"))
    planned.then_expects({STAY: "met"})
    planned.when(time_passes(SOON_AFTER)).then_nothing()


def test_one_that_names_nothing_and_was_held_during_the_stay_is_about_it() -> None:
    scene(met(BEFORE)).then_expects({STAY: "met"})


def test_one_that_the_hospital_names_in_its_plan_is_about_it() -> None:
    other = met(BEFORE, about="case 12")
    scene(other, discharge_plan(BEFORE, names="M-1")).then_expects({STAY: "met"})


def test_who_sent_their_views_had_a_part_in_it() -> None:
    invitees = [
        {"role": "ward", "agency": "acute-trust", "attendance": "attended"},
        {"role": "camhs_community", "agency": "camhs", "attendance": "sent_views"},
        {"role": "team_manager", "agency": "social-care", "attendance": "attended"},
        {"role": "placement", "agency": None, "attendance": "attended"},
    ]
    scene(met(BEFORE, invitees=invitees)).then_expects({STAY: "met"})


def test_a_parent_who_has_her_next_is_whoever_has_her_next() -> None:
    there = ALL.replace("placement@placement", "grandmother")
    home = discharged(LEFT, destination="grandmother")
    scene(met(BEFORE, there=there), leaves=home).then_expects({STAY: "met"})


# --- which admissions --------------------------------------------------------------------------


def test_an_admission_for_something_else_awaits_nothing() -> None:
    ill = given(
        received(attendance(CAME, self_harm="no")),
        received(admission(ADMITTED, follows="ED-1", reason="appendicitis")),
        received(discharged(LEFT)),
        hub=Hub(only(RULE)),
    )
    ill.then_expects({})


def test_an_incident_in_the_two_days_before_is_what_it_followed() -> None:
    after = given(
        received(harmed("overdose", "2021-10-09 20:00", agency="placement", said_by="placement")),
        received(admission(ADMITTED)),
        hub=Hub(only(RULE)),
    )
    after.then_expects({STAY: "open"})
    long_before = given(
        received(harmed("overdose", "2021-10-08 20:00")),
        received(admission(ADMITTED)),
        hub=Hub(only(RULE)),
    )
    long_before.then_expects({})


def test_codes_count_while_staff_have_not_said_what_they_see() -> None:
    code = {"system": "snomed-ct", "code": "248062006"}
    by_code = given(
        received(attendance(CAME, self_harm="not_known", complaint=code)),
        received(STAYS),
        hub=Hub(only(RULE)),
    )
    by_code.then_expects({STAY: "open"})


def test_a_stay_that_goes_on_in_another_hospital_is_one() -> None:
    moved = scene(transferred("2021-10-15 14:00"), leaves=discharged("2021-10-15 14:00"))
    moved.then_expects({STAY: "open"})
    end = discharged("2021-10-25 11:00", agency="host-trust", spell="HS-7", site="RYY01")
    moved.when(received(end)).then_expects({STAY: "open 2021-10-25 11:00"})
    there = ALL.replace("acute-trust", "host-trust")
    moved.when(received(met("2021-10-24 11:00", there=there), at="2021-10-25 11:05"))
    moved.then_expects({STAY: "met"})


def test_a_move_from_ward_to_ward_changes_nothing() -> None:
    within = transferred("2021-10-15 14:00", "within", agency="acute-trust", to="RXX02")
    scene(within).then_expects({STAY: f"open {LEFT}"})


def test_another_stay_is_another_expectation() -> None:
    again = admission("2021-10-22 20:00", reference="SP-2", follows="ED-2")
    both = scene(
        met(BEFORE),
        attendance("2021-10-22 19:00", reference="ED-2"),
        again,
        discharged("2021-10-24 10:00", spell="SP-2"),
    )
    both.then_expects({STAY: "met", "discharge-without-plan/spell SP-2": "open 2021-10-24 10:00"})


def test_a_stay_told_under_two_references_opens_one() -> None:
    scene(replace(STAYS, reference="SP-1/copy")).then_expects({STAY: f"open {LEFT}"})


# --- late, corrected, retracted ----------------------------------------------------------------


def test_told_late_that_they_met_in_time_it_is_taken_back_and_says_so() -> None:
    told_late = scene().when(time_passes(SOON_AFTER))
    told_late.when(received(met(BEFORE), at="2021-10-22 10:00")).then(
        withdrawn(
            RULE,
            urgent="social_worker team_manager camhs_community safeguarding_nurse",
            digest="iro edt placement",
        )
    ).then_expects({STAY: "met"})
    (fact,) = told_late.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: a discharge-planning meeting for this admission. It was told late."
    )


def test_a_meeting_about_it_after_the_discharge_ends_the_matter_and_it_stays_missed() -> None:
    late = scene().when(time_passes(SOON_AFTER))
    late.when(received(met("2021-10-22 14:00", about="SP-1"))).then(updated(RULE, level=0))
    (fact,) = late.facts(RULE)
    assert fact.alert.settled
    late.then_expects({STAY: "missed"})


def test_a_meeting_that_is_taken_back_is_missed_after_all() -> None:
    planned = scene(met(BEFORE))
    planned.when(received(met(BEFORE).retracted(), at="2021-10-21 12:00"))
    planned.when(time_passes("2021-10-21 12:01")).then(raised(RULE))


def test_a_correction_of_who_was_there_can_meet_it() -> None:
    some = ALL.replace("camhs_community@camhs", "")
    told = scene(met(BEFORE, there=some)).when(time_passes(SOON_AFTER))
    corrected = met(BEFORE, there=some).corrected(invitees=met(BEFORE).details["invitees"])
    told.when(received(corrected, at="2021-10-21 15:00")).then(withdrawn(RULE))


def test_an_admission_or_its_incident_that_is_taken_back_ends_it() -> None:
    for said in (STAYS, OVERDOSE):
        told = scene().when(time_passes(SOON_AFTER))
        told.when(received(said.retracted(), at="2021-10-22 10:00")).then(withdrawn(RULE))
        told.then_expects({STAY: "cancelled"})


def test_a_discharge_that_is_taken_back_is_awaited_again() -> None:
    told = scene().when(time_passes(SOON_AFTER))
    told.when(received(discharged(LEFT).retracted(), at="2021-10-21 12:00")).then(withdrawn(RULE))
    told.then_expects({STAY: "open"})


def test_another_destination_is_a_correction_and_no_withdrawal() -> None:
    told = scene().when(time_passes(SOON_AFTER))
    elsewhere = discharged(LEFT).corrected(destination="foster_home")
    told.when(received(elsewhere, at="2021-10-21 12:00")).then(updated(RULE, urgent=""))


def test_a_discharge_told_days_later_is_judged_from_when_it_was() -> None:
    late = given(AROUND_HER, received(OVERDOSE), received(STAYS), hub=Hub(only(RULE)))
    late.when(received(discharged(LEFT), at="2021-10-25 10:00"))
    late.then_expects({STAY: f"open {LEFT}"})
    late.when(time_passes("2021-10-25 10:01")).then(raised(RULE))


# --- what cancels it, and what is not known ----------------------------------------------------


def test_after_a_death_nothing_is_awaited() -> None:
    died = Said(
        "serious-harm", "acute-trust", "SH-1", "2021-10-12 03:00", None, "ward", {"kind": "death"}
    )
    scene(died).then_expects({STAY: "cancelled"})


def test_who_is_18_at_the_discharge_is_a_child_no_more() -> None:
    hub = Hub(only(RULE))
    hub.case.subject = Subject((), born=date(2003, 10, 21))
    adult = given(*(received(each) for each in (OVERDOSE, STAYS, discharged(LEFT))), hub=hub)
    adult.then_expects({STAY: "cancelled"})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene().when(time_passes(SOON_AFTER, unknown="no live feed"))
    silent.then_nothing().then_expects({STAY: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = (OVERDOSE, STAYS, discharged(LEFT))
    loaded = [received(each.as_history(), at="2023-07-01 10:00") for each in old]
    given(AROUND_HER, *loaded, hub=Hub(only(RULE))).then_expects({STAY: "not_known"})


STORY = (
    OVERDOSE,
    STAYS,
    met("2021-10-11 15:30", "strategy", about="SP-1", name="M-12"),
    met(BEFORE, there=ALL.replace("camhs_community@camhs", "")),
    discharged(LEFT),
)


@pytest.mark.parametrize("order", [*permutations(range(len(STORY)))])
def test_in_any_order_and_repeated_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(STORY[place], at="2021-10-22 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-10-22 10:01"))
    ended.then_open(f"{RULE} medium 1").then_expects({STAY: "missed"})
