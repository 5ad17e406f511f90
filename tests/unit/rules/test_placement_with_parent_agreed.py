"""placement-with-parent-agreed: living with a parent is decided on as it must be (3.15)."""

from dataclasses import replace
from itertools import permutations

from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, left, placed
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_parent import with_parent
from tests.unit.rules.said_placements import approval
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

RULE = "placement-with-parent-agreed"
AROUND_HER = members("social_worker team_manager senior_manager iro edt foster_carer")
# Sunday 5 September; twenty working days end with Friday 1 October.
WENT = with_parent("started", "2021-09-05", reference="RP-1")
STAY = f"{RULE}/stay RP-1"
DUE = "2021-10-02 00:00"
# The office opens again on the Monday.
OVERDUE = "2021-10-04 09:30"
BY_REGULATIONS = "with_parents_regulations"
AGREED = with_parent("started", "2021-09-20", footing=BY_REGULATIONS, reference="RP-2")
NOT_KNOWN = (
    "20 working days after the child came to live with a parent, nobody has told that it was "
    "assessed and agreed as the regulations say."
)


def scene(*said: Said) -> Scene:
    """These things are said, each when it happened."""
    return given(AROUND_HER, *(received(each) for each in said), hub=Hub(only(RULE)))


def at_parents(occurred: str, number: str = "PL-1") -> Said:
    """The authority places the child with a parent."""
    return placed(number, occurred, kind="P1", said_by="social_worker")


def decided(occurred: str, decision: str = "approved", number: str = "PL-1") -> Said:
    """Whether the child may live with a parent."""
    return approval(number, occurred, decision, what="with_parents", host_told=None)


# --- it fires -----------------------------------------------------------------------------------


def test_a_stay_with_a_parent_is_to_be_decided_on_in_20_working_days() -> None:
    scene(WENT).then_expects({STAY: f"open {DUE}"})
    scene(at_parents("2021-09-05")).then_expects({f"{RULE}/stay PL-1/start": f"open {DUE}"})


def test_missed_it_is_for_the_social_worker_and_the_manager_and_no_carer_reads_it() -> None:
    scene(WENT).when(time_passes(OVERDUE)).then(
        raised(
            RULE,
            "medium",
            urgent="social_worker team_manager",
            digest="senior_manager iro",
            level=1,
            what=NOT_KNOWN,
        )
    ).then_expects({STAY: "missed"})


def test_at_night_it_waits_for_the_office() -> None:
    scene(WENT).when(time_passes("2021-10-02 00:01")).then(
        raised(RULE, urgent="", digest="social_worker team_manager senior_manager iro")
    )


def test_a_refusal_is_no_agreement_and_is_said() -> None:
    refused = scene(at_parents("2021-09-05"), decided("2021-09-20 10:00", "refused"))
    refused.when(time_passes(OVERDUE)).then(raised(RULE, what=f"{NOT_KNOWN} It was refused."))


def test_on_what_other_footing_she_is_there_changes_nothing() -> None:
    for footing in ("not_agreed", "before_assessment", "other"):
        told = with_parent("started", "2021-09-20", footing=footing, reference="RP-2")
        scene(WENT, told).then_expects({STAY: f"open {DUE}"})


# --- a near miss --------------------------------------------------------------------------------


def test_agreed_by_the_regulations_before_or_after_she_came_it_is_met() -> None:
    before = with_parent("agreed", "2021-09-01", footing=BY_REGULATIONS, reference="RP-0")
    scene(before, WENT).then_expects({STAY: "met"})
    scene(WENT, AGREED).then_expects({STAY: "met"})


def test_an_approval_of_this_placement_meets_it() -> None:
    start = f"{RULE}/stay PL-1/start"
    scene(at_parents("2021-09-05"), decided("2021-09-20 10:00")).then_expects({start: "met"})
    another = decided("2021-09-20 10:00", number="PL-9")
    scene(at_parents("2021-09-05"), another).then_expects({start: f"open {DUE}"})
    scene(WENT, decided("2021-09-20 10:00", number="PL-9")).then_expects({STAY: "met"})


def test_an_approval_of_something_else_does_not() -> None:
    far = approval("PL-1", "2021-09-20 10:00", "approved", what="distant", host_told=None)
    scene(at_parents("2021-09-05"), far).then_expects({f"{RULE}/stay PL-1/start": f"open {DUE}"})


def test_what_is_only_agreed_or_thought_about_opens_nothing() -> None:
    for step in ("considered", "agreed"):
        scene(with_parent(step, "2021-09-05")).then_expects({})


def test_a_return_after_the_order_ended_opens_nothing() -> None:
    scene(with_parent("started", "2021-09-05", footing="order_discharged")).then_expects({})


def test_a_placement_and_a_return_to_parents_are_one_stay() -> None:
    scene(at_parents("2021-09-05"), WENT).then_expects({f"{RULE}/stay PL-1/start": f"open {DUE}"})


def test_where_placement_with_parent_is_not_in_force_nothing_is_awaited() -> None:
    rules = only(RULE)
    figures = {RULE: {**rules.thresholds[RULE], "asked": {}}}
    alone = replace(rules, thresholds=figures)
    given(AROUND_HER, received(WENT), hub=Hub(alone)).then_expects({})


# --- what ends it -------------------------------------------------------------------------------


def test_that_she_left_before_it_was_due_ends_it() -> None:
    gone = with_parent("ended", "2021-09-20 10:00")
    scene(WENT, gone).then_expects({STAY: "cancelled"})
    scene(at_parents("2021-09-05"), left("PL-1", "2021-09-20 10:00")).then_expects(
        {f"{RULE}/stay PL-1/start": "cancelled"}
    )


def test_that_the_order_ended_ends_it() -> None:
    over = with_parent("started", "2021-09-20", footing="order_discharged", reference="RP-2")
    scene(WENT, over).then_expects({STAY: "cancelled"})


def test_a_death_ends_it() -> None:
    scene(WENT, harm("death", "2021-09-20 10:00")).then_expects({STAY: "cancelled"})


def test_a_second_stay_is_decided_on_anew() -> None:
    again = with_parent("started", "2021-10-04", reference="RP-3")
    gone = with_parent("ended", "2021-09-20 10:00")
    scene(WENT, AGREED, gone, again).then_expects(
        {STAY: "met", f"{RULE}/stay RP-3": "open 2021-11-02 00:00"}
    )


# --- late, and in any order ---------------------------------------------------------------------


def test_decided_late_it_is_over_and_stays_missed() -> None:
    late = scene(WENT).when(time_passes(OVERDUE))
    agreed = with_parent("started", "2021-10-05 10:00", footing=BY_REGULATIONS, reference="RP-2")
    late.when(received(agreed)).then(
        updated(
            RULE,
            urgent="social_worker team_manager",
            what="That the child lives with a parent was agreed later than the regulations say.",
        )
    ).then_expects({STAY: "missed"})


def test_told_late_that_it_was_decided_in_time_it_is_taken_back() -> None:
    scene(WENT).when(time_passes(OVERDUE)).when(received(AGREED, at="2021-10-05 10:00")).then(
        withdrawn(RULE)
    )


def test_once_she_has_left_after_it_was_missed_nobody_is_asked_any_more() -> None:
    missed = scene(WENT).when(time_passes(OVERDUE))
    missed.when(received(with_parent("ended", "2021-10-05 10:00"))).then(
        updated(RULE, what=f"{NOT_KNOWN} Since then the child lives there no more.")
    )
    (fact,) = missed.facts(RULE)
    assert fact.alert.settled


def test_in_any_order_the_same_is_awaited_in_the_end() -> None:
    """What tells of the stay first by its own time opens it; another that came first is let go."""
    said = (WENT, AGREED, with_parent("ended", "2021-10-12 10:00", reference="RP-3"))
    for order in permutations(said):
        told = (received(each, at="2021-10-13 10:00") for each in order)
        told_of = given(AROUND_HER, *told, hub=Hub(only(RULE))).then_open()
        states = {each.key: each.state for each in told_of.hub.case.awaited.values()}
        assert states.pop("stay:social-care:RP-1") == "met"
        assert set(states.values()) <= {"cancelled"}


# --- corrections and retractions ----------------------------------------------------------------


def test_a_stay_that_is_retracted_takes_the_alert_back() -> None:
    missed = scene(WENT).when(time_passes(OVERDUE))
    missed.when(received(WENT.retracted(), at="2021-10-05 10:00")).then(withdrawn(RULE))
    missed.then_expects({STAY: "cancelled"})


def test_an_agreement_that_is_retracted_is_awaited_again() -> None:
    agreed = scene(WENT, AGREED)
    agreed.when(received(AGREED.retracted(), at="2021-09-21 10:00"))
    agreed.then_expects({STAY: f"open {DUE}"})


def test_a_day_that_is_corrected_moves_what_is_due() -> None:
    corrected = scene(WENT).when(
        received(WENT.corrected(occurred="2021-09-12"), at="2021-09-13 10:00")
    )
    corrected.then_expects({STAY: "open 2021-10-09 00:00"})
