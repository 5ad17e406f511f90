"""mental-health-follow-up: somebody sees the child soon after a bed, or after self-harm."""

from datetime import date
from itertools import permutations

import pytest

from safeguarding.events import Subject
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, assessed, attendance
from tests.unit.rules.said_discharge import discharged, transferred
from tests.unit.rules.said_follow_up import contact, detained, followed_up
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

RULE = "mental-health-follow-up"
BED = "mental-health-follow-up/discharge MS-1/end"
AFTER_HARM = "mental-health-follow-up/assessment PSA/completed"
LEFT = "2022-01-25 12:30"  # A Tuesday.
DUE = "2022-01-28 12:30"
ASSESSED = "2021-10-11 10:00"  # A Monday.
AROUND_HER = members("social_worker team_manager edt placement camhs_crisis camhs_community")
FROM_BED = discharged(LEFT, agency="mental-health-adults", spell="MS-1", site="RZZ01")
ASKED = "Asked: of mental health services, to see the child."


def scene(*said: Said, opens: Said = FROM_BED) -> Scene:
    """The child left a mental health bed, unless the spec says other, and these were said."""
    return given(AROUND_HER, *(received(each) for each in (*said, opens)), hub=Hub(only(RULE)))


# --- after a mental health bed -----------------------------------------------------------------


def test_after_a_mental_health_bed_it_is_awaited_for_72_hours() -> None:
    scene().then_expects({BED: f"open {DUE}"})


def test_hours_are_as_long_as_ever_when_the_clocks_change() -> None:
    spring = discharged("2022-03-25 12:00", site="RZZ01", spell="MS-1")
    scene(opens=spring).then_expects({BED: "open 2022-03-28 13:00"})


def test_hours_pass_over_a_bank_holiday_too() -> None:
    christmas = discharged("2021-12-24 12:00", site="RZZ01", spell="MS-1")
    scene(opens=christmas).then_expects({BED: "open 2021-12-27 12:00"})


def test_missed_it_is_for_the_mental_health_service_and_the_social_worker() -> None:
    scene().when(time_passes(DUE)).then(
        raised(
            RULE,
            "high",
            urgent="camhs_community social_worker",
            digest="team_manager edt placement camhs_crisis",
            what=(
                "72 hours after the discharge from a mental health bed, no contact face to face, "
                f"by telephone or by video is known. {ASKED}"
            ),
        )
    ).then_expects({BED: "missed"})


def test_missed_at_night_it_waits_for_the_office() -> None:
    late = discharged("2022-01-25 22:00", site="RZZ01", spell="MS-1")
    scene(opens=late).when(time_passes("2022-01-28 22:00")).then(
        raised(
            RULE,
            urgent="",
            digest="camhs_community social_worker team_manager edt placement camhs_crisis",
        )
    )


def test_it_is_missed_once() -> None:
    twice = scene().when(time_passes(DUE), time_passes("2022-02-10 10:00"))
    assert len([each for each in twice.facts(RULE) if each.alert.revision == 1]) == 1


@pytest.mark.parametrize("way", ["01", "02", "04", "11"])
def test_a_contact_in_person_by_telephone_or_by_video_meets_it(way: str) -> None:
    scene(contact("2022-01-27 10:00", way=way)).then_expects({BED: "met"})


@pytest.mark.parametrize("way", ["05", "06", "12", "98", None])
def test_a_contact_in_writing_or_no_one_says_how_does_not(way: str | None) -> None:
    scene(contact("2022-01-27 10:00", way=way)).then_expects({BED: f"open {DUE}"})


@pytest.mark.parametrize("outcome", ["did_not_attend", "cancelled_by_service", "refused"])
def test_one_that_did_not_take_place_does_not(outcome: str) -> None:
    scene(contact("2022-01-27 10:00", outcome=outcome)).then_expects({BED: f"open {DUE}"})


def test_a_contact_before_the_discharge_does_not() -> None:
    scene(contact("2022-01-24 10:00")).then_expects({BED: f"open {DUE}"})


def test_a_follow_up_that_names_the_discharge_or_the_stay_meets_it() -> None:
    for name in ("MS-1/end", "MS-1"):
        held = followed_up("2022-01-27 10:00", name, way=None)
        scene(held).then_expects({BED: "met"})


def test_a_follow_up_of_something_else_does_not() -> None:
    scene(followed_up("2022-01-27 10:00", "SP-9")).then_expects({BED: f"open {DUE}"})
    other = followed_up("2022-01-27 10:00", "MS-1", kind="custody")
    scene(other).then_expects({BED: f"open {DUE}"})
    by_letter = followed_up("2022-01-27 10:00", "MS-1", way="06")
    scene(by_letter).then_expects({BED: f"open {DUE}"})


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("offered", "an appointment was offered"),
        ("missed", "an appointment was missed"),
        ("declined", "the child would not"),
    ],
)
def test_one_that_was_not_held_is_said_and_does_not_meet_it(step: str, said: str) -> None:
    offered = scene(followed_up("2022-01-27 10:00", "MS-1", step=step))
    (fact,) = offered.when(time_passes(DUE)).facts(RULE)
    assert f"is known; {said}. {ASKED}" in fact.alert.what


def test_who_is_in_hospital_again_is_not_followed_up() -> None:
    again = scene().when(received(admission("2022-01-26 20:00", reference="SP-2")))
    again.then_expects({BED: "cancelled"})
    again.when(time_passes(DUE)).then_nothing()


def test_a_bed_elsewhere_counts_where_a_transfer_or_a_detention_says_what_it_was() -> None:
    from_ward = discharged(LEFT, agency="host-trust", spell="MS-1", site="RYY09")
    scene(opens=from_ward).then_expects({})
    taken = transferred("2021-12-29 14:00", "to_mental_health", to="RYY09")
    scene(taken, opens=from_ward).then_expects({BED: f"open {DUE}"})
    from_another_ward = transferred("2021-12-29 14:00", "acute", to="RYY09")
    scene(from_another_ward, opens=from_ward).then_expects({})
    section = detained("2022-01-02 10:00", "childrens_ward", agency="host-trust")
    scene(section, opens=from_ward).then_expects({BED: f"open {DUE}"})
    on_a_general_ward = detained("2022-01-02 10:00", "general_ward", agency="host-trust")
    scene(on_a_general_ward, opens=from_ward).then_expects({})


# --- after self-harm in an acute hospital ------------------------------------------------------


def harmed(*said: Said) -> Scene:
    """The child was assessed after self-harm, and these things were said besides."""
    return scene(attendance("2021-10-10 19:40"), *said, opens=assessed("completed", ASSESSED))


def test_after_self_harm_it_is_awaited_for_48_hours_from_the_assessment() -> None:
    harmed().then_expects({AFTER_HARM: "open 2021-10-13 10:00"})
    harmed().when(time_passes("2021-10-13 10:00")).then(
        raised(
            RULE,
            what=(
                "48 hours after the psychosocial assessment, no contact face to face, "
                f"by telephone or by video is known. {ASKED}"
            ),
        )
    )


def test_an_assessment_that_was_not_completed_opens_nothing() -> None:
    scene(opens=assessed("refused", ASSESSED)).then_expects({})


def test_an_assessment_on_a_mental_health_ward_opens_nothing() -> None:
    scene(opens=assessed("completed", ASSESSED, site="RZZ01")).then_expects({})


def test_a_follow_up_may_name_the_assessment_or_the_attendance() -> None:
    for name in ("PSA/completed", "ED-1"):
        held = followed_up("2021-10-12 10:00", name, kind="self_harm")
        harmed(held).then_expects({AFTER_HARM: "met"})


def test_an_attendance_at_another_hospital_is_not_the_one() -> None:
    elsewhere = attendance("2021-10-10 19:40", reference="ED-9", site="RYY01")
    held = followed_up("2021-10-12 10:00", "ED-9", kind="self_harm")
    harmed(elsewhere, held).then_expects({AFTER_HARM: "open 2021-10-13 10:00"})


def test_an_admission_after_the_assessment_leaves_it_open() -> None:
    harmed(admission("2021-10-11 12:00")).then_expects({AFTER_HARM: "open 2021-10-13 10:00"})


# --- late, corrected, retracted ----------------------------------------------------------------


def test_told_late_that_they_were_in_contact_in_time_it_is_taken_back_and_says_so() -> None:
    told_late = scene().when(time_passes(DUE))
    told_late.when(received(contact("2022-01-27 10:00"), at="2022-01-31 10:00")).then(
        withdrawn(
            RULE,
            urgent="camhs_community social_worker",
            digest="team_manager edt placement camhs_crisis",
        )
    ).then_expects({BED: "met"})


def test_in_contact_too_late_the_matter_ends_and_it_stays_missed() -> None:
    late = scene().when(time_passes(DUE))
    late.when(received(contact("2022-01-31 10:00"))).then(
        updated(
            RULE,
            level=0,
            what="In contact later than 72 hours after the discharge from a mental health bed.",
        )
    ).then_expects({BED: "missed"})


def test_a_contact_that_is_taken_back_opens_it_again() -> None:
    held = contact("2022-01-27 10:00")
    met = scene(held)
    met.when(received(held.retracted(), at="2022-01-28 09:00"))
    met.then_expects({BED: f"open {DUE}"})
    met.when(time_passes(DUE)).then(raised(RULE))


def test_a_discharge_that_is_taken_back_withdraws_what_was_missed() -> None:
    told = scene().when(time_passes(DUE))
    told.when(received(FROM_BED.retracted(), at="2022-01-29 10:00")).then(withdrawn(RULE))
    told.then_expects({BED: "cancelled"})


def test_a_corrected_time_of_discharge_moves_it() -> None:
    later = FROM_BED.corrected(occurred="2022-01-25 16:00")
    scene(later).then_expects({BED: "open 2022-01-28 16:00"})


def test_a_discharge_told_days_later_is_judged_from_when_it_was() -> None:
    late = given(AROUND_HER, received(FROM_BED, at="2022-02-01 10:00"), hub=Hub(only(RULE)))
    late.then_expects({BED: f"open {DUE}"})
    late.when(time_passes("2022-02-01 10:01")).then(raised(RULE))


# --- what cancels it, and what is not known ----------------------------------------------------


def test_after_a_death_nothing_is_awaited() -> None:
    died = Said(
        "serious-harm", "acute-trust", "SH-1", "2022-01-26 03:00", None, "ward", {"kind": "death"}
    )
    scene().when(received(died)).then_expects({BED: "cancelled"})


def test_who_is_18_when_it_is_due_is_a_child_no_more() -> None:
    hub = Hub(only(RULE))
    hub.case.subject = Subject((), born=date(2004, 1, 27))
    leaves = given(received(contact("2022-01-20 10:00")), received(FROM_BED), hub=hub)
    leaves.then_expects({})
    leaves.when(time_passes(DUE)).then_nothing()


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene().when(time_passes(DUE, unknown="no live feed"))
    silent.then_nothing().then_expects({BED: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = received(FROM_BED.as_history(), at="2023-07-01 10:00")
    given(AROUND_HER, old, hub=Hub(only(RULE))).then_expects({BED: "not_known"})


STORY = (
    transferred("2021-12-29 14:00", "to_mental_health", to="RYY09"),
    discharged(LEFT, agency="host-trust", spell="MS-1", site="RYY09"),
    followed_up("2022-01-26 10:00", "MS-1", step="offered"),
    contact("2022-01-27 10:00", way="06"),
    contact("2022-01-31 10:00"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(STORY)))])
def test_in_any_order_and_repeated_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(STORY[place], at="2022-02-01 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2022-02-01 10:01"))
    ended.then_open(f"{RULE} high 0").then_expects({BED: "missed"})
