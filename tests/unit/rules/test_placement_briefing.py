"""placement-briefing: carers are told what they must know before the child comes (3.18)."""

from datetime import date
from itertools import permutations

import pytest

from safeguarding.events import Subject
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, attendance, harmed, incident, placed, release, report
from tests.unit.rules.said_briefing import armed, briefed, means_to_die, plan, within_reach
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

RULE = "placement-briefing"
HERE = "placement-briefing/placement PL-5110"
CAME = "2021-10-02 12:15"  # A Saturday.
TOLD = "2021-10-02 12:52"
BEFORE = "2021-10-02 11:50"
AROUND_HER = members("social_worker team_manager iro edt placements_officer foster_carer")
KNIFE = armed("2021-10-01 22:40")
LIGATURE = incident("ligature", "2021-10-02 02:40", means="tracksuit bottoms")
WITH_CARER = placed("PL-5110", CAME, kind="U6", emergency=True)
ASKED = "Asked: to tell whoever has the child now, whatever they were told in an earlier stay."
MUST_HOLD = "It must hold: ligature in custody, with tracksuit bottoms; weapon: knife."


def scene(*said: Said, comes: Said = WITH_CARER) -> Scene:
    """There is something to tell, the child comes, and these things were said besides."""
    events = (KNIFE, LIGATURE, *said)
    doings = [*(received(each) for each in events), received(comes, at=TOLD)]
    return given(AROUND_HER, *doings, hub=Hub(only(RULE)))


def words(*said: Said) -> str:
    """What is told once it is missed."""
    (fact,) = scene(*said).when(time_passes(TOLD)).facts(RULE)
    return fact.alert.what


def must_hold(*said: Said) -> str:
    """What the briefing must hold, where nothing else has happened."""
    doings = [*(received(each) for each in said), received(WITH_CARER)]
    told = given(AROUND_HER, *doings, hub=Hub(only(RULE))).when(time_passes(CAME))
    facts = told.facts(RULE)
    return facts[0].alert.what.split("It must hold: ")[1].split(f". {ASKED}")[0] if facts else ""


# --- it fires ----------------------------------------------------------------------------------


def test_it_is_due_when_the_child_comes() -> None:
    scene().then_expects({HERE: f"open {CAME}"})


def test_without_one_at_night_the_emergency_duty_team_is_asked_to_tell_the_carer() -> None:
    scene().when(time_passes(TOLD)).then(
        raised(
            RULE,
            "high",
            urgent="edt",
            digest="social_worker team_manager iro placements_officer",
            what=f"No briefing before the child came is known. {MUST_HOLD} {ASKED}",
        )
    ).then_expects({HERE: "missed"})


def test_in_office_hours_the_social_worker_is_asked() -> None:
    by_day = placed("PL-5110", "2021-10-05 12:15")
    given(AROUND_HER, received(KNIFE), received(by_day), hub=Hub(only(RULE))).when(
        time_passes("2021-10-05 12:16")
    ).then(
        raised(
            RULE,
            urgent="social_worker",
            digest="edt team_manager iro placements_officer",
        )
    )


def test_where_only_missing_episodes_drink_or_a_plan_are_known_it_is_less_grave() -> None:
    said = (report("E-1", "2021-09-10 20:00"), plan("2021-09-20 20:00"))
    doings = [received(each) for each in (*said, WITH_CARER)]
    missing = given(AROUND_HER, *doings, hub=Hub(only(RULE)))
    missing.when(time_passes(CAME)).then(raised(RULE, "medium"))


def test_it_is_missed_once() -> None:
    weekend = scene().when(time_passes(TOLD), time_passes("2021-10-04 10:00"))
    assert len(weekend.facts(RULE)) == 1


def test_a_briefing_after_the_child_came_is_late() -> None:
    late = scene(briefed("2021-10-02 12:30")).when(time_passes(TOLD))
    late.then(
        raised(
            RULE,
            urgent="",
            level=0,
            what="Whoever has the child was told after the child came.",
        )
    ).then_expects({HERE: "missed"})


def test_one_that_says_itself_that_the_child_was_there_is_late() -> None:
    late = scene(briefed("2021-10-02", before_arrival=False)).when(time_passes(TOLD))
    late.then(raised(RULE, level=0))


def test_one_for_an_earlier_stay_does_not_count() -> None:
    earlier = briefed(BEFORE, placement="PL-4810")
    scene(earlier).then_expects({HERE: f"open {CAME}"})


def test_one_that_was_not_given_or_not_wanted_does_not_count_and_is_said() -> None:
    not_given = words(briefed(CAME, step="not_given", left_out=("the knife",)))
    assert "It is said that no briefing was given before the child came, of: the knife." in (
        not_given
    )
    assert "A briefing was offered, and not wanted." in words(briefed(BEFORE, step="declined"))


def test_one_that_left_something_out_or_does_not_say_what_it_held_does_not_count() -> None:
    without_the_knife = words(briefed(BEFORE, left_out=("that she carried a knife",)))
    assert "that it left out: that she carried a knife." in without_the_knife
    assert "A briefing was given; of what, is not said." in words(briefed(BEFORE, covered=()))


def test_one_given_before_the_last_harm_is_not_current() -> None:
    before_the_ligature = briefed("2021-10-02 01:00")
    assert words(before_the_ligature).startswith(
        "A briefing was given before the child came, and since then: "
        "ligature in custody, with tracksuit bottoms. It must hold:"
    )


# --- it is silent ------------------------------------------------------------------------------


def test_a_briefing_before_the_child_came_meets_it() -> None:
    told = scene(briefed(BEFORE))
    told.then_expects({HERE: "met"})
    told.when(time_passes(TOLD)).then_nothing()


def test_on_a_day_without_an_hour_the_child_may_have_come_at_its_end() -> None:
    by_day = placed("PL-5110", "2021-10-02")
    told = scene(briefed("2021-10-02 11:50"), comes=by_day)
    told.then_expects({HERE: "met"})


def test_a_child_of_whom_nothing_is_known_awaits_none() -> None:
    given(received(WITH_CARER), hub=Hub(only(RULE))).then_expects({})


def test_what_was_three_months_ago_is_not_current() -> None:
    long_ago = armed("2021-06-30 22:40")
    given(received(long_ago), received(WITH_CARER), hub=Hub(only(RULE))).then_expects({})


@pytest.mark.parametrize("kind", ["P1", "T0", "T1"])
def test_with_a_parent_in_hospital_or_for_a_short_time_none_is_awaited(kind: str) -> None:
    scene(comes=placed("PL-5110", CAME, kind=kind)).then_expects({})


# --- from custody ------------------------------------------------------------------------------


def test_handed_to_the_carer_by_custody_it_is_due_at_the_release() -> None:
    to_the_carer = release("2021-10-02 11:25", released_to="foster_carer")
    late = scene(to_the_carer, briefed(BEFORE))
    late.then_expects({HERE: "open 2021-10-02 11:25"})
    late.when(time_passes(TOLD)).then(
        raised(
            RULE,
            level=0,
            what="Whoever has the child was told after the child was released.",
        )
    )
    scene(to_the_carer, briefed("2021-10-02 11:00")).then_expects({HERE: "met"})


def test_fetched_by_the_duty_team_it_is_due_when_the_child_comes_to_the_carer() -> None:
    to_the_team = release("2021-10-02 11:25", released_to="emergency_duty_team")
    scene(to_the_team, briefed(BEFORE)).then_expects({HERE: "met"})


def test_a_release_days_before_is_not_the_way_to_it() -> None:
    before = release("2021-09-28 11:25", released_to="placement")
    scene(before, briefed(BEFORE)).then_expects({HERE: "met"})


# --- what it must hold -------------------------------------------------------------------------


def test_it_must_hold_risks_means_and_the_safety_plan_the_newest_first() -> None:
    said = (
        harmed("overdose", "2021-09-01 20:00", means="paracetamol"),
        attendance("2021-09-05 20:00"),
        report("E-1", "2021-09-10 20:00"),
        report("E-2", "2021-09-11 20:00"),
        means_to_die("2021-09-12 20:00"),
        within_reach("2021-09-13 20:00"),
        plan("2021-09-20 20:00", means=("cords", "blades")),
    )
    assert must_hold(*said) == (
        "the safety plan, means cords, blades; within reach: tablets; "
        "what the child said of meaning to die; missing episodes; self-harm (in hospital); "
        "self-harm (overdose), with paracetamol"
    )


def test_a_plan_that_ended_an_intent_that_was_closed_and_means_that_are_gone_are_not_in_it() -> (
    None
):
    said = (
        plan("2021-09-01 20:00"),
        plan("2021-09-02 20:00", "ended"),
        means_to_die("2021-09-03 20:00"),
        means_to_die("2021-09-04 20:00", "closed"),
        within_reach("2021-09-05 20:00", "removed"),
        armed("2021-09-06 20:00"),
    )
    assert must_hold(*said) == "weapon: knife"


def test_of_a_plan_the_last_change_counts_and_not_that_it_was_gone_through() -> None:
    made = plan("2021-09-01 20:00", means=("cords",))
    changed = plan("2021-09-02 20:00", "changed", means=("blades",))
    gone_through = plan("2021-10-02 11:55", "reviewed")
    assert must_hold(made, changed, gone_through) == "the safety plan, means blades"
    scene(made, changed, gone_through, briefed(BEFORE)).then_expects({HERE: "met"})
    changed_since = plan("2021-10-02 11:55", "changed")
    scene(made, changed_since, briefed(BEFORE)).then_expects({HERE: f"open {CAME}"})


# --- late, corrected, retracted ----------------------------------------------------------------


def test_told_late_that_the_carer_knew_in_time_it_is_taken_back_and_says_so() -> None:
    told_late = scene().when(time_passes(TOLD))
    told_late.when(received(briefed(BEFORE), at="2021-10-02 18:00")).then(
        withdrawn(RULE, urgent="edt", digest="social_worker team_manager iro placements_officer")
    ).then_expects({HERE: "met"})
    (fact,) = told_late.facts(RULE)
    assert fact.alert.headline == "Done in time"


def test_told_late_that_the_carer_was_told_late_the_matter_ends() -> None:
    told = scene().when(time_passes(TOLD))
    told.when(received(briefed("2021-10-02 14:00"))).then(updated(RULE, level=0, urgent="edt"))
    told.then_expects({HERE: "missed"})


def test_a_harm_that_comes_to_light_later_must_be_told_too() -> None:
    briefed_early = briefed("2021-10-01 23:00")
    known = given(
        AROUND_HER,
        *(received(each) for each in (KNIFE, briefed_early, WITH_CARER)),
        hub=Hub(only(RULE)),
    )
    known.then_expects({HERE: "met"})
    known.when(received(LIGATURE, at="2021-10-06 10:15"))
    known.when(time_passes("2021-10-06 10:16")).then(raised(RULE))


def test_a_briefing_that_is_taken_back_is_missed_after_all() -> None:
    told = scene(briefed(BEFORE))
    told.when(received(briefed(BEFORE).retracted(), at="2021-10-02 13:00"))
    told.when(time_passes("2021-10-02 13:01")).then(raised(RULE))


def test_a_placement_that_is_taken_back_withdraws_what_was_missed() -> None:
    told = scene().when(time_passes(TOLD))
    told.when(received(WITH_CARER.retracted(), at="2021-10-02 14:00")).then(withdrawn(RULE))
    told.then_expects({HERE: "cancelled"})


def test_if_all_that_was_to_be_told_is_taken_back_there_was_nothing_to_tell() -> None:
    told = scene().when(time_passes(TOLD))
    told.when(received(KNIFE.retracted(), at="2021-10-02 14:00")).then(updated(RULE, urgent=""))
    told.when(received(LIGATURE.retracted(), at="2021-10-02 14:05")).then(withdrawn(RULE))


def test_a_corrected_arrival_moves_it() -> None:
    later = WITH_CARER.corrected(occurred="2021-10-02 15:00")
    told = scene(briefed("2021-10-02 14:00"))
    told.when(received(later, at="2021-10-02 16:00")).then_expects({HERE: "met"})


def test_another_kind_of_placement_that_is_temporary_cancels_it() -> None:
    respite = WITH_CARER.corrected(kind={"system": "ssda903.place", "code": "T4"})
    told = scene().when(time_passes(TOLD))
    told.when(received(respite, at="2021-10-02 14:00")).then(withdrawn(RULE))


# --- what cancels it, and what is not known ----------------------------------------------------


def test_after_a_death_or_the_18th_birthday_nothing_is_awaited() -> None:
    died = Said("serious-harm", "police", "SH-1", "2021-10-02 03:00", None, None, {"kind": "death"})
    scene(died).then_expects({})
    hub = Hub(only(RULE))
    hub.case.subject = Subject((), born=date(2003, 10, 2))
    given(received(KNIFE), received(WITH_CARER), hub=hub).then_expects({})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    silent = scene().when(time_passes(TOLD, unknown="no live feed"))
    silent.then_nothing().then_expects({HERE: "not_known"})


def test_of_history_it_is_not_known() -> None:
    old = [received(each.as_history(), at="2023-07-01 10:00") for each in (KNIFE, WITH_CARER)]
    given(AROUND_HER, *old, hub=Hub(only(RULE))).then_expects({HERE: "not_known"})


STORY = (
    KNIFE,
    LIGATURE,
    release("2021-10-02 11:25", released_to="foster_carer"),
    briefed("2021-10-02 01:00"),
    WITH_CARER,
)


@pytest.mark.parametrize("order", [*permutations(range(len(STORY)))])
def test_in_any_order_and_repeated_it_ends_the_same(order: tuple[int, ...]) -> None:
    said = [received(STORY[place], at="2021-10-03 10:00") for place in order]
    ended = given(AROUND_HER, *said, *said, hub=Hub(only(RULE)))
    ended.when(time_passes("2021-10-03 10:01"))
    ended.then_open(f"{RULE} high 1").then_expects({HERE: "missed"})
