"""assessment-overdue: an assessment before an order is discharged (3.3, 3.4)."""

from dataclasses import replace
from itertools import permutations

import pytest

from tests.unit.rules.birthday import born
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, left
from tests.unit.rules.said_assessment import assessment
from tests.unit.rules.said_hospital_and_law import ordered
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_parent import with_parent
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

RULE = "assessment-overdue"
DAY = "2021-09-06"  # A Monday. Ten working days after it end with Monday the 20th.
ENDED = ordered("ended", f"{DAY} 15:00", order="care", reference="CO-1")
DISCHARGE = f"{RULE}/discharge CO-1"
AWAITED = {DISCHARGE: "open 2021-09-21 00:00"}
OVERDUE = "2021-09-21 09:30"
AROUND_HER = members("social_worker team_manager senior_manager iro edt placement")
WHAT = "10 working days after a care order ended no child and family assessment is known. "
POLICY = "By local policy one is done before an order is discharged."
DONE = assessment("completed", "2021-09-13 12:00", reference="CF-1")


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def made(kind: str, occurred: str = f"{DAY} 15:00", **says: str) -> Said:
    """A court makes an order of this kind."""
    return ordered("made", occurred, order=kind, reference="CO-2", **says)


def home(code: str = "E4A", occurred: str = f"{DAY} 16:00") -> Said:
    """Care ends, for the reason with this code."""
    return left("PL-1", occurred, planned=True, reason={"system": "ssda903.rec", "code": code})


# --- it fires ------------------------------------------------------------------------------------


def test_the_end_of_a_care_order_awaits_one_in_10_working_days() -> None:
    scene(ENDED).then_expects(AWAITED)


def test_missed_it_is_for_the_responsible_authority_alone() -> None:
    scene(ENDED).when(time_passes(OVERDUE)).then(
        raised(
            RULE,
            "medium",
            urgent="social_worker team_manager",
            digest="iro senior_manager",
            level=1,
            what=WHAT + POLICY,
        )
    ).then_expects({DISCHARGE: "missed"})


def test_that_care_ends_with_the_order_does_not_end_it() -> None:
    for code in ("E4A", "E4B", "E41", "E8"):
        scene(ENDED, home(code)).then_expects(AWAITED)


def test_an_interim_order_that_nothing_follows_is_discharged_too() -> None:
    interim = ordered("ended", f"{DAY} 15:00", order="interim_care", reference="CO-1")
    told = scene(interim)
    told.then_expects(AWAITED)
    what = WHAT.replace("a care order", "an interim care order") + POLICY
    told.when(time_passes(OVERDUE)).then(raised(RULE, what=what))


def test_a_supervision_order_is_what_may_be_made_with_a_discharge() -> None:
    """Children Act 1989, section 39(4)."""
    scene(ENDED, made("supervision")).then_expects(AWAITED)


# --- a near miss ---------------------------------------------------------------------------------


def test_one_that_was_done_for_the_court_in_the_half_year_before_meets_it() -> None:
    before = assessment("completed", "2021-03-10 12:00", reference="CF-1")
    year = {f"{RULE}/year-since CF-1": "open 2022-03-11 00:00"}
    scene(before, ENDED).then_expects({**year, DISCHARGE: "met"})
    older = before.corrected(occurred="2021-03-07 12:00")
    year = {f"{RULE}/year-since CF-1": "open 2022-03-08 00:00"}
    scene(before, older, ENDED).then_expects({**year, **AWAITED})


def test_an_interim_order_in_whose_place_a_care_order_is_made_is_not_discharged() -> None:
    interim = ordered("ended", f"{DAY} 15:00", order="interim_care", reference="CO-1")
    for at in (f"{DAY} 10:00", "2021-09-17 10:00", "2021-08-30 10:00"):
        scene(made("care", at), interim).then_expects({})


@pytest.mark.parametrize("kind", ["care", "interim_care", "placement", "special_guardianship"])
def test_an_order_that_takes_its_place_is_no_discharge(kind: str) -> None:
    scene(made(kind), ENDED).then_expects({})
    scene(ENDED, made(kind)).then_expects({DISCHARGE: "cancelled"})


def test_an_order_that_stood_before_and_ended_too_takes_no_place() -> None:
    placement = made("placement", "2021-03-01 10:00")
    over = ordered("ended", "2021-08-30 10:00", order="placement", reference="CO-3")
    scene(placement, over, ENDED).then_expects(AWAITED)
    scene(placement, ENDED).then_expects({})


def test_an_interim_order_from_before_has_given_way_and_takes_no_place() -> None:
    scene(made("interim_care", "2021-03-01 10:00"), ENDED).then_expects(AWAITED)


def test_that_it_was_made_itself_takes_no_place_nor_an_order_of_long_after() -> None:
    scene(made("care", "2021-03-01 10:00"), ENDED).then_expects(AWAITED)
    scene(ENDED, made("care", "2021-09-22 10:00")).then_expects(AWAITED)


def test_another_order_of_the_same_kind_by_its_number_may_stand_still() -> None:
    other = made("care", "2021-03-01 10:00", number="FD-9")
    ended = ordered("ended", f"{DAY} 15:00", order="care", number="FD-1", reference="CO-1")
    scene(other, ended).then_expects({})


def test_that_another_agency_told_of_its_being_made_takes_no_place() -> None:
    told = replace(made("care", "2021-03-01 10:00"), agency="camhs")
    scene(told, ENDED).then_expects(AWAITED)


def test_that_an_order_before_it_ran_out_says_nothing_of_it() -> None:
    scene(made("interim_care", "2020-12-01 10:00", ends="2021-03-01"), ENDED).then_expects(AWAITED)


def test_an_order_that_ran_out_was_not_discharged() -> None:
    scene(made("care", "2020-12-01 10:00", ends=DAY), ENDED).then_expects({})
    scene(made("care", "2020-12-01 10:00", ends="2021-09-07"), ENDED).then_expects(AWAITED)


@pytest.mark.parametrize("code", ["E2", "E3", "E7", "E11", "E12", "E15", "E17", "E45", "E48"])
def test_an_adoption_or_being_an_adult_or_elsewhere_is_no_discharge(code: str) -> None:
    scene(ENDED, home(code)).then_expects({DISCHARGE: "cancelled"})


@pytest.mark.parametrize("step", ["applied_for", "made", "changed", "refused"])
def test_an_order_that_has_not_ended_opens_nothing(step: str) -> None:
    scene(ordered(step, f"{DAY} 15:00", order="care")).then_expects({})


@pytest.mark.parametrize("kind", ["deprivation_of_liberty", "supervision", "secure_accommodation"])
def test_the_end_of_another_order_opens_nothing(kind: str) -> None:
    scene(ordered("ended", f"{DAY} 15:00", order=kind)).then_expects({})


def test_at_18_it_ends_by_itself() -> None:
    grown = given(AROUND_HER, born("2003-09-06"), received(ENDED), hub=Hub(only(RULE)))
    grown.then_expects({})


def test_a_death_ends_it() -> None:
    scene(ENDED, harm("death", "2021-09-10 10:00")).then_expects({DISCHARGE: "cancelled"})


# --- with what goes with it ----------------------------------------------------------------------


@pytest.mark.parametrize("at", [DAY, f"{DAY} 10:00", f"{DAY} 18:00"])
def test_a_return_home_that_goes_with_it_is_the_same_matter(at: str) -> None:
    back = with_parent("started", at, footing="order_discharged", reference="RP-1")
    told = given(
        AROUND_HER,
        *(received(each, at="2021-09-08 12:00") for each in (back, home(), ENDED)),
        hub=Hub(only(RULE)),
    )
    told.when(time_passes(OVERDUE)).then(raised(RULE, what=WHAT + POLICY))


def test_a_return_home_days_later_is_named_in_the_same_alert() -> None:
    back = with_parent("started", "2021-09-08 10:00", footing="order_discharged")
    since = "Since then a placement ended unplanned, or the child began to live with a parent, on "
    told = scene(ENDED, home(), back)
    told.when(time_passes(OVERDUE)).then(raised(RULE, what=f"{WHAT}{POLICY} {since}1 more day."))


def test_a_return_home_since_an_order_is_discharged_says_so_by_itself() -> None:
    """What was done for the court counts, and that care ended is no reason to await none."""
    back = with_parent("started", f"{DAY} 18:00", footing="order_discharged", reference="RP-1")
    upheaval = f"{RULE}/upheaval RP-1"
    scene(back, home("E4A", f"{DAY} 19:00")).then_expects({upheaval: "open 2021-09-21 00:00"})
    before = assessment("completed", "2021-05-10 12:00", reference="CF-1")
    met = scene(before, back)
    met.then_expects({f"{RULE}/year-since CF-1": "open 2022-05-11 00:00", upheaval: "met"})


def test_a_return_that_is_only_considered_opens_nothing() -> None:
    scene(with_parent("considered", DAY, footing="order_discharged")).then_expects({})


def test_a_discharge_that_was_assessed_stands_for_nothing_that_follows() -> None:
    before = assessment("completed", "2021-05-10 12:00", reference="CF-1")
    broke_down = left("PL-9", "2021-09-08 11:00", planned=False)
    scene(before, ENDED, broke_down).then_expects(
        {
            f"{RULE}/year-since CF-1": "open 2022-05-11 00:00",
            DISCHARGE: "met",
            f"{RULE}/upheaval PL-9/end": "open 2021-11-11 00:00",
        }
    )


def test_a_disruption_before_it_does_not_stand_for_it_since_it_ends_with_care() -> None:
    broke_down = left("PL-9", "2021-08-10 11:00", planned=False)
    scene(broke_down, ENDED, home()).then_expects(
        {f"{RULE}/upheaval PL-9/end": "cancelled", **AWAITED}
    )


def test_two_records_of_one_discharge_are_one() -> None:
    scene(ENDED, ordered("ended", f"{DAY} 17:00", order="care", reference="CO-4")).then_expects(
        AWAITED
    )


# --- late, out of order, corrected, retracted ----------------------------------------------------


def test_done_late_it_is_over_and_stays_missed() -> None:
    late = scene(ENDED).when(time_passes(OVERDUE))
    late.when(received(assessment("completed", "2021-09-24 12:00", reference="CF-1"))).then(
        updated(
            RULE,
            level=0,
            what="The assessment was done, later than 10 working days after a care order ended.",
        )
    )
    (fact,) = late.facts(RULE)
    assert fact.alert.settled


def test_told_late_that_it_was_done_in_time_it_is_taken_back() -> None:
    told = scene(ENDED).when(time_passes(OVERDUE))
    told.when(received(DONE, at="2021-09-22 10:00")).then(
        withdrawn(RULE, urgent="social_worker team_manager", digest="iro senior_manager")
    )


def test_told_late_of_the_order_in_its_place_it_is_taken_back() -> None:
    told = scene(ENDED).when(time_passes(OVERDUE))
    told.when(received(made("care"), at="2021-09-22 10:00")).then(
        withdrawn(RULE, urgent="social_worker team_manager", digest="iro senior_manager")
    ).then_expects({DISCHARGE: "cancelled"})


def test_an_end_that_is_told_after_the_assessment_is_met() -> None:
    early = [received(DONE), received(ENDED, at="2021-09-14 10:00")]
    given(AROUND_HER, *early, hub=Hub(only(RULE))).then_expects(
        {f"{RULE}/year-since CF-1": "open 2022-09-14 00:00", DISCHARGE: "met"}
    )


def test_an_end_that_is_taken_back_or_was_a_change_withdraws_what_was_told() -> None:
    for mended in (ENDED.retracted(), ENDED.corrected(step="changed")):
        told = scene(ENDED).when(time_passes(OVERDUE))
        told.when(received(mended, at="2021-09-22 10:00")).then(
            withdrawn(RULE, urgent="social_worker team_manager", digest="iro senior_manager")
        ).then_expects({DISCHARGE: "cancelled"})


def test_a_corrected_day_moves_it() -> None:
    moved = scene(ENDED)
    moved.when(received(ENDED.corrected(occurred="2021-09-13 15:00"), at="2021-09-14 10:00"))
    moved.then_expects({DISCHARGE: "open 2021-09-28 00:00"})


def test_of_history_it_is_not_known() -> None:
    old = received(ENDED.as_history(), at="2022-06-01 10:00")
    given(AROUND_HER, old, hub=Hub(only(RULE))).then_expects({DISCHARGE: "not_known"})


ALL = (
    ENDED,
    with_parent("started", DAY, footing="order_discharged", reference="RP-1"),
    home(),
    left("PL-9", "2021-08-10 11:00", planned=False),
    assessment("completed", "2021-09-24 12:00", reference="CF-2"),
)


@pytest.mark.parametrize("order", [*permutations(range(len(ALL)))][::3])
def test_in_any_order_and_repeated_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(ALL[place], at="2021-09-24 13:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-09-24 13:01"))
    ended.then_open(f"{RULE} medium 0")
