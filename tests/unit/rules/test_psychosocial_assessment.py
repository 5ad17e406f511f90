"""psychosocial-assessment: a child who harmed herself is assessed before she leaves (3.19)."""

from datetime import date
from itertools import permutations

import pytest

from safeguarding.events import Subject
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, assessed, attendance, harmed
from tests.unit.rules.said_discharge import discharged, transferred
from tests.unit.rules.said_follow_up import contact
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

RULE = "psychosocial-assessment"
CAME = "2021-10-09 18:30"  # A Saturday.
DUE = "2021-10-10 06:30"
HERE = "psychosocial-assessment/attendance ED-1"
AROUND_HER = members(
    "social_worker team_manager edt placement camhs_crisis a_and_e safeguarding_nurse"
)
ASKED = "Asked: to see the child, and to tell who has the child now what to look out for."
CUT = attendance(CAME)
RISK = "No bed is needed."
STAYS = admission("2021-10-09 22:15", follows="ED-1")
LEFT = "2021-10-12 11:00"  # A Tuesday.


def scene(*said: Said) -> Scene:
    """The child came after self-harm, and these things were said besides."""
    return given(AROUND_HER, *(received(each) for each in (CUT, *said)), hub=Hub(only(RULE)))


def words(*said: Said, at: str = DUE) -> str:
    """What is told once it is missed."""
    (fact,) = scene(*said).when(time_passes(at)).facts(RULE)
    return fact.alert.what


# --- it fires ----------------------------------------------------------------------------------


def test_where_the_child_is_not_admitted_it_is_due_after_twelve_hours() -> None:
    scene().then_expects({HERE: f"open {DUE}"})


def test_hours_are_as_long_as_ever_when_the_clocks_change() -> None:
    autumn = given(received(attendance("2021-10-30 20:00")), hub=Hub(only(RULE)))
    autumn.then_expects({HERE: "open 2021-10-31 07:00"})


def test_missed_at_night_who_can_see_the_child_then_is_asked() -> None:
    scene().when(time_passes(DUE)).then(
        raised(
            RULE,
            "high",
            urgent="camhs_crisis a_and_e",
            digest="social_worker safeguarding_nurse team_manager edt placement",
            what=(
                "Came after self-harm; no psychosocial assessment is known to be completed. "
                f"{ASKED}"
            ),
        )
    ).then_expects({HERE: "missed"})


def test_in_office_hours_the_social_worker_and_the_safeguarding_nurse_are_asked_too() -> None:
    scene(STAYS, discharged(LEFT)).when(time_passes(LEFT)).then(
        raised(
            RULE,
            "high",
            urgent="camhs_crisis social_worker safeguarding_nurse",
            digest="team_manager edt placement",
            what=(
                "Admitted after self-harm, and discharged; no psychosocial assessment is known "
                f"to be completed. {ASKED}"
            ),
        )
    )


def test_it_is_missed_once() -> None:
    weekend = scene().when(time_passes(DUE), time_passes("2021-10-11 10:00"))
    assert len(weekend.facts(RULE)) == 1


def test_where_the_child_is_admitted_it_is_due_at_the_discharge() -> None:
    scene(STAYS).then_expects({HERE: "open"})
    scene(STAYS, discharged(LEFT)).then_expects({HERE: f"open {LEFT}"})


def test_an_admission_there_within_a_day_belongs_to_it() -> None:
    scene(admission("2021-10-09 22:15")).then_expects({HERE: "open"})
    scene(admission("2021-10-10 19:00")).then_expects({HERE: f"open {DUE}"})


def test_an_admission_after_another_attendance_does_not() -> None:
    scene(admission("2021-10-09 22:15", follows="ED-2")).then_expects({HERE: f"open {DUE}"})


def test_a_discharge_from_the_department_is_when_it_is_due() -> None:
    scene(discharged("2021-10-09 23:00")).then_expects({HERE: "open 2021-10-09 23:00"})
    elsewhere = discharged("2021-10-09 23:00", agency="host-trust", site="RYY01")
    scene(elsewhere).then_expects({HERE: f"open {DUE}"})


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("requested", "one was asked for"),
        ("started", "one was begun"),
        ("refused", "the child would not"),
        ("not_done", "it did not take place"),
    ],
)
def test_what_is_not_completed_does_not_meet_it_and_is_said(step: str, said: str) -> None:
    assert f"known to be completed; {said}. Asked" in words(assessed(step, "2021-10-09 20:00"))


def test_an_assessment_elsewhere_or_before_does_not_count() -> None:
    elsewhere = assessed("completed", "2021-10-09 20:00", site="RYY01")
    scene(elsewhere).then_expects({HERE: f"open {DUE}"})
    before = assessed("completed", "2021-10-09 12:00")
    scene(before).then_expects({HERE: f"open {DUE}"})


# --- it is silent ------------------------------------------------------------------------------


def test_one_that_was_completed_in_time_meets_it() -> None:
    done = scene(assessed("completed", "2021-10-09 20:00"))
    done.then_expects({HERE: "met"})
    done.when(time_passes(DUE)).then_nothing()


@pytest.mark.parametrize("way", ["01", "11"])
def test_a_mental_health_service_that_says_what_it_found_of_risk_has_assessed(way: str) -> None:
    seen = contact("2021-10-11 15:00", way=way, risk=RISK)
    scene(STAYS, seen).then_expects({HERE: "met"})
    stay = scene(STAYS, seen, discharged(LEFT))
    stay.when(time_passes(LEFT)).then_nothing()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"risk": ""},
        {"risk": RISK, "way": "02"},
        {"risk": RISK, "way": None},
    ],
)
def test_a_contact_that_says_less_is_named_and_does_not_meet_it(said: dict[str, str]) -> None:
    seen = contact("2021-10-11 15:00", **said)
    stay = scene(STAYS, seen, discharged(LEFT))
    stay.then_expects({HERE: f"open {LEFT}"})
    (fact,) = stay.when(time_passes(LEFT)).facts(RULE)
    named = "to be completed; mental health services have been in contact with the child. Asked"
    assert named in fact.alert.what


@pytest.mark.parametrize("outcome", ["did_not_attend", "cancelled_by_service", "refused"])
def test_a_contact_that_did_not_take_place_is_none(outcome: str) -> None:
    none = contact("2021-10-09 20:00", outcome=outcome, risk=RISK)
    scene(none).then_expects({HERE: f"open {DUE}"})
    before = contact("2021-10-09 12:00", risk=RISK)
    scene(before).then_expects({HERE: f"open {DUE}"})


def test_during_a_stay_it_may_come_days_later() -> None:
    scene(STAYS, assessed("completed", "2021-10-11 10:00")).then_expects({HERE: "met"})


def test_in_the_hospital_that_took_the_child_it_counts_as_well() -> None:
    there = assessed("completed", "2021-10-11 10:00", site="RYY01")
    scene(STAYS, transferred("2021-10-10 10:00"), there).then_expects({HERE: "met"})


def test_a_mental_health_ward_that_takes_the_child_assesses_anyway() -> None:
    taken = transferred("2021-10-10 10:00", "to_mental_health", to="RZZ01")
    scene(STAYS, taken).then_expects({HERE: "cancelled"})


def test_an_attendance_for_anything_else_awaits_nothing() -> None:
    other = given(received(attendance(CAME, self_harm="no")), hub=Hub(only(RULE)))
    other.then_expects({})
    unjudged = given(received(attendance(CAME, self_harm="not_known")), hub=Hub(only(RULE)))
    unjudged.then_expects({})


def test_codes_count_while_staff_have_not_said_what_they_see() -> None:
    intent = {"system": "snomed-ct", "code": "276853009"}
    by_code = attendance(CAME, self_harm="not_known", injury_intent=intent)
    given(received(by_code), hub=Hub(only(RULE))).then_expects({HERE: f"open {DUE}"})


def test_harm_that_no_emergency_department_saw_opens_nothing() -> None:
    given(received(harmed("laceration", CAME)), hub=Hub(only(RULE))).then_expects({})


# --- late, corrected, retracted ----------------------------------------------------------------


def test_told_late_that_it_was_done_in_time_it_is_taken_back_and_says_so() -> None:
    told_late = scene().when(time_passes(DUE))
    done = assessed("completed", "2021-10-09 20:00")
    told_late.when(received(done, at="2021-10-11 10:00")).then(
        withdrawn(
            RULE,
            urgent="camhs_crisis a_and_e",
            digest="social_worker safeguarding_nurse team_manager edt placement",
        )
    ).then_expects({HERE: "met"})
    (fact,) = told_late.facts(RULE)
    assert fact.alert.headline == "Done in time"


def test_done_too_late_the_matter_ends_and_it_stays_missed() -> None:
    late = scene().when(time_passes(DUE))
    late.when(received(assessed("completed", "2021-10-11 10:00"))).then(
        updated(
            RULE,
            level=0,
            what="Came after self-harm. A psychosocial assessment was completed later.",
        )
    )
    late.then_expects({HERE: "missed"})


def test_seen_by_a_mental_health_service_later_the_matter_ends_and_it_stays_missed() -> None:
    late = scene().when(time_passes(DUE))
    late.when(received(contact("2021-10-12 10:00"))).then_nothing()
    late.when(received(contact("2021-10-14 15:00", risk=RISK), at="2021-10-14 17:00")).then(
        updated(
            RULE,
            level=0,
            urgent="camhs_crisis a_and_e",
            digest="social_worker safeguarding_nurse team_manager edt placement",
            what=(
                "Came after self-harm. Mental health services have seen the child since, and say "
                "what they found of risk."
            ),
        )
    )
    late.then_expects({HERE: "missed"})


def test_an_assessment_that_is_taken_back_is_missed_after_all() -> None:
    done = assessed("completed", "2021-10-09 20:00")
    met = scene(done)
    met.when(received(done.retracted(), at="2021-10-10 07:00"))
    met.when(time_passes("2021-10-10 07:01")).then(raised(RULE))


def test_an_attendance_that_is_taken_back_or_was_none_for_self_harm_ends_it() -> None:
    for said in (CUT.retracted(), CUT.corrected(self_harm="no")):
        told = scene().when(time_passes(DUE))
        told.when(received(said, at="2021-10-10 09:00")).then(withdrawn(RULE))
        told.then_expects({HERE: "cancelled"})


def test_an_admission_that_is_told_late_moves_it_to_the_discharge() -> None:
    told = scene().when(time_passes(DUE))
    told.when(received(STAYS, at="2021-10-10 09:00")).then(withdrawn(RULE))
    told.then_expects({HERE: "open"})


def test_an_attendance_told_days_later_is_judged_from_when_it_was() -> None:
    late = given(AROUND_HER, received(CUT, at="2021-10-12 10:00"), hub=Hub(only(RULE)))
    late.then_expects({HERE: f"open {DUE}"})
    late.when(time_passes("2021-10-12 10:01")).then(raised(RULE))


# --- what cancels it, and what is not known ----------------------------------------------------


def test_after_a_death_nothing_is_awaited() -> None:
    died = Said(
        "serious-harm", "acute-trust", "SH-1", "2021-10-10 03:00", None, "ward", {"kind": "death"}
    )
    scene(died).then_expects({HERE: "cancelled"})


def test_who_is_18_when_it_is_due_is_a_child_no_more() -> None:
    hub = Hub(only(RULE))
    hub.case.subject = Subject((), born=date(2003, 10, 12))
    leaves = given(received(CUT), received(STAYS), hub=hub)
    leaves.when(received(discharged(LEFT))).then_expects({HERE: "cancelled"})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene().when(time_passes(DUE, unknown="no live feed"))
    silent.then_nothing().then_expects({HERE: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = received(CUT.as_history(), at="2023-07-01 10:00")
    given(AROUND_HER, old, hub=Hub(only(RULE))).then_expects({HERE: "not_known"})


STORY = (
    CUT,
    STAYS,
    assessed("started", "2021-10-10 10:00"),
    discharged(LEFT),
    assessed("completed", "2021-10-13 10:00"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(STORY)))])
def test_in_any_order_and_repeated_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(STORY[place], at="2021-10-14 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-10-14 10:01"))
    ended.then_open(f"{RULE} high 0").then_expects({HERE: "missed"})
