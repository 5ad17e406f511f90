"""placement-conditions: what is not on record of a placement that needs it (3.10 to 3.27)."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from safeguarding.facts import Alert
from safeguarding.rules.placement.placement_conditions import PlacementConditions
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, left, placed
from tests.unit.rules.said_incident import harm
from tests.unit.rules.said_meetings import asked, meeting
from tests.unit.rules.said_placements import approval, decided
from tests.unit.rules.said_stay import discharge
from tests.unit.rules.spec import (
    Audience,
    Scene,
    acknowledged,
    flagged,
    given,
    members,
    raised,
    received,
    time_passes,
    updated,
    withdrawn,
)
from tests.unit.rules.windowed import windowed

RULE = "placement-conditions"
START, END = f"{RULE}/start P-2", f"{RULE}/end P-1"
# A Tuesday at noon. What a placement of that day needs is due five working days later.
NOON, LATER = "2021-06-01 12:00", "2021-06-02 12:00"
DUE, MIDNIGHT, MORNING = "2021-06-09 00:00", "2021-06-09 00:01", "2021-06-09 09:30"
LATE = "2021-06-10 12:00"
AROUND_HER = members(
    "social_worker team_manager edt iro senior_manager placements_officer camhs_community "
    "host_authority missing_coordinator ward a_and_e placement"
)
READING = "iro senior_manager placements_officer camhs_community host_authority"
TO_RECORD: Audience = {"urgent": "social_worker team_manager", "digest": READING}
BY_DIGEST: Audience = {"urgent": "", "digest": f"social_worker team_manager {READING}"}
OF_AN_END = f"social_worker team_manager edt missing_coordinator ward {READING}"
TO_THE_MANAGER: Audience = {
    "urgent": "team_manager",
    "digest": OF_AN_END.replace("team_manager ", ""),
}
TO_THE_DUTY_TEAM: Audience = {"urgent": "edt", "digest": OF_AN_END.replace("edt ", "")}
NO_DECISION = "Not on record: a decision of several agencies on the risk."
PLEASE = "Please decide on the risk together, and put on record what was decided."
PLEASE_RECORD = "Please put on record what was done about it."
ENDED = "A placement ended unplanned."


def start(**says: Any) -> Said:
    """A placement of the first of June."""
    return placed("P-2", "2021-06-01", **says)


def end(occurred: str = "2021-06-01 10:00", **says: Any) -> Said:
    """A placement that ended before it was meant to."""
    return left("P-1", occurred, **{"planned": False, **says})


def scene(*said: Said, at: str = NOON) -> Scene:
    """All of these have come by then."""
    return given(AROUND_HER, *(received(each, at) for each in said), hub=Hub(only(RULE)))


def alert_of(*said: Said, at: str = MIDNIGHT, key: str = "start:social-care:P-2") -> Alert:
    """The alert of that placement, once all have come and its time has passed."""
    missed = scene(*said, at="2021-06-08 12:00").when(time_passes(at))
    return missed.hub.alerts[missed.hub.case.alerts[RULE, key].alert_id]


# --- what a placement needs --------------------------------------------------------------------


@pytest.mark.parametrize("says", [{"emergency": True}, {"registration": "unregulated"}], ids=str)
def test_while_others_are_still_about_it_nobody_is_told(says: dict[str, Any]) -> None:
    """Fails without: the deadline (told with the move, to the same people, beside its alert)."""
    scene().when(received(start(**says), NOON)).then_nothing().then_expects({START: f"open {DUE}"})


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"emergency": True}, "Placed; in an emergency."),
        (
            {"registration": "unregulated"},
            "Placed; of a kind that needed no registration at the time.",
        ),
    ],
)
def test_after_five_working_days_without_a_decision_it_is_a_line_for_those_who_decide_and_plan(
    says: dict[str, Any], words: str
) -> None:
    scene(start(**says)).when(time_passes(MIDNIGHT)).then(
        raised(RULE, "medium", level=1, what=f"{words} {NO_DECISION} {PLEASE}", **BY_DIGEST)
    ).then_awaits({"social_worker": "2021-06-09 13:00", "team_manager": "2021-06-09 13:00"})


@pytest.mark.parametrize(
    ("came", "due"),
    [
        # Friday and Monday are Good Friday and Easter Monday.
        ("2021-04-01 12:00", "2021-04-13 00:00"),
        # A Saturday.
        ("2021-06-05 12:00", "2021-06-12 00:00"),
    ],
)
def test_weekends_and_bank_holidays_are_none_of_the_five(came: str, due: str) -> None:
    """As the regulations count them. Fails without: end_of_working_day."""
    told = scene(placed("P-2", came, emergency=True), at=came)
    told.then_expects({START: f"open {due}"})


def test_in_office_hours_those_who_can_put_it_on_record_are_asked() -> None:
    scene(start(emergency=True)).when(time_passes(MORNING)).then(
        raised(RULE, "medium", **TO_RECORD)
    ).then_awaits({"social_worker": "2021-06-09 13:30", "team_manager": "2021-06-09 13:30"})


def test_a_home_that_should_be_registered_and_is_not_is_high() -> None:
    scene(start(registration="unregistered")).when(time_passes(MIDNIGHT)).then(
        raised(
            RULE,
            "high",
            level=2,
            what="Placed; in a home that should be registered and is not. Not on record: "
            f"a registration; a decision of several agencies on the risk. {PLEASE}",
            **BY_DIGEST,
        ),
    )


def test_a_placement_out_of_area_needs_an_approval_and_word_to_the_host_authority() -> None:
    alert = alert_of(start(out_of_area=True))
    assert alert.level == 2
    assert alert.what == (
        "Placed; out of area. Not on record: an approval of the placement out of area; "
        f"word to the authority of that area. {PLEASE_RECORD}"
    )
    assert alert.headline == "Placement: not everything that it needs is on record"
    assert "3.21" in alert.paragraphs


@pytest.mark.parametrize("code", ["H5", "P2"])
def test_a_kind_that_stood_outside_the_regulations_is_unregulated_by_the_terms_of_the_time(
    code: str,
) -> None:
    assert NO_DECISION in alert_of(start(kind=code, registration="not_known")).what
    scene(start(kind=code, registration="registered")).then_expects({})


def test_where_a_child_lives_is_not_said() -> None:
    alert = alert_of(start(emergency=True, name="The Lodge", postcode="ZZ99 3WZ"))
    assert alert.where is None
    assert "Lodge" not in alert.what


# --- near misses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"registration": "not_known"},
        {"emergency": False, "out_of_area": False},
        {"planned": False},
        {"kind": "Z1", "registration": "not_known"},
        *({"kind": code, "emergency": True} for code in ("T0", "T1", "T2", "T3", "T4")),
    ],
    ids=str,
)
def test_of_another_placement_and_of_a_stay_in_hospital_nothing_is_awaited(
    says: dict[str, Any],
) -> None:
    scene(start(**says)).then_expects({})


def test_a_meeting_or_an_approval_alone_awaits_nothing() -> None:
    said = [decided("2021-06-01 10:00"), approval("P-2", "2021-06-01 10:00", "refused")]
    scene(*said).then_expects({})


# --- what is on record -------------------------------------------------------------------------


def test_a_decision_of_several_agencies_in_time_meets_it_and_tells_nobody() -> None:
    scene(start(emergency=True)).when(
        received(decided("2021-06-08 15:00")), time_passes(MORNING)
    ).then_nothing().then_expects({START: "met"})


@pytest.mark.parametrize(
    ("occurred", "state"),
    [("2021-05-18 00:00", "met"), ("2021-05-17 23:59", f"open {DUE}")],
)
def test_a_decision_belongs_to_a_placement_that_begins_within_two_weeks(
    occurred: str, state: str
) -> None:
    scene(start(emergency=True), decided(occurred)).then_expects({START: state})


@pytest.mark.parametrize(
    "said",
    [
        decided("2021-05-31", agencies="social-care"),
        decided("2021-05-31", kind="strategy"),
        decided("2021-05-31", kind="panel"),
        decided("2021-05-31", decisions=()),
        decided("2021-05-31", step="called"),
        decided("2021-05-31", attendance="apologies"),
        decided("2021-05-31", agencies="social-care camhs").corrected(
            invitees=[
                {"role": "a", "attendance": "attended"},
                {"role": "b", "attendance": "attended"},
            ]
        ),
    ],
    ids=[
        "one agency",
        "about harm",
        "panel",
        "no decision",
        "called",
        "apologies",
        "no agency named",
    ],
)
def test_what_decides_nothing_or_is_of_one_agency_is_no_joint_decision(said: Said) -> None:
    scene(start(emergency=True), said).then_expects({START: f"open {DUE}"})


def test_who_sent_their_views_had_a_say() -> None:
    said = decided("2021-05-31", attendance="sent_views")
    scene(start(emergency=True), said).then_expects({START: "met"})


def test_a_decision_that_is_made_later_while_the_child_lives_there_settles_it() -> None:
    late = scene(start(emergency=True)).when(time_passes(MIDNIGHT))
    late.when(received(decided(LATE))).then(
        updated(
            RULE,
            level=0,
            urgent="",
            digest=f"social_worker {READING}",
            what="Placed; in an emergency. On record: a decision of several agencies.",
        )
    )
    (fact,) = late.facts(RULE)
    assert fact.alert.settled
    assert fact.alert.headline == "Placement: what it needs is on record"


def test_who_was_asked_to_put_it_on_record_hears_that_it_is() -> None:
    asked_by_day = scene(start(emergency=True)).when(time_passes(MORNING))
    asked_by_day.when(received(decided("2021-06-09 10:00"))).then(
        updated(RULE, level=0, urgent="social_worker", digest=READING)
    ).then_awaits({})


def test_what_is_decided_once_the_child_has_left_is_about_another_placement() -> None:
    over = left("P-2", "2021-06-09 18:00", planned=True)
    missed = scene(start(emergency=True)).when(time_passes(MIDNIGHT))
    missed.when(received(over), received(decided(LATE))).then_nothing()
    missed.then_open(f"{RULE} medium 1")


def test_approved_and_the_host_told_is_all_that_is_needed_out_of_area() -> None:
    said = approval("P-2", "2021-05-30", "approved", host_told="2021-05-31")
    scene(start(out_of_area=True), said).then_expects({START: "met"})


def test_what_is_still_missing_is_told_where_some_of_it_comes() -> None:
    missed = scene(start(out_of_area=True, emergency=True)).when(time_passes(MIDNIGHT))
    missed.when(received(decided(LATE))).then(
        updated(
            RULE,
            level=2,
            what="Placed; in an emergency; out of area. On record: a decision of several agencies. "
            "Not on record: an approval of the placement out of area; word to the authority of "
            f"that area. {PLEASE_RECORD}",
            **BY_DIGEST,
        )
    )


@pytest.mark.parametrize(("attendance", "level"), [("attended", 1), ("sent_views", 1), ("left", 2)])
def test_a_host_authority_that_is_at_a_meeting_has_been_told(attendance: str, level: int) -> None:
    """3.22: the host authority was at the meeting before her discharge, and no form said so."""
    came = "apologies" if attendance == "left" else attendance
    said = meeting("held", "2021-06-03 10:00", asked("host_authority", came), kind="strategy")
    alert = alert_of(start(out_of_area=True), said)
    assert alert.level == level
    assert ("On record: word to the authority of that area." in alert.what) == (level == 1)


def test_that_an_approval_was_asked_for_is_no_approval() -> None:
    alert = alert_of(start(out_of_area=True), approval("P-2", "2021-05-30", "asked"))
    assert alert.level == 2
    assert "On record: an approval was asked for. Not on record: an approval" in alert.what


def test_a_distant_placement_is_out_of_area_and_the_last_decision_counts() -> None:
    said = [
        approval("P-2", "2021-05-30", "asked"),
        approval("P-2", "2021-05-31", "approved", what="distant"),
    ]
    alert = alert_of(start(out_of_area=True), *said)
    assert "Not on record: word to the authority of that area." in alert.what


@pytest.mark.parametrize(
    ("decision", "words"),
    [("refused", "Approval refused"), ("without", "Placed before anybody decided")],
)
def test_a_placement_without_its_approval_is_high_whatever_it_was_about(
    decision: str, words: str
) -> None:
    alert = alert_of(start(), approval("P-2", "2021-05-30", decision, what="with_parents"))
    assert alert.severity.value == "high"
    assert alert.what == f"{words} (with parents). {PLEASE_RECORD}"
    out_of_area = alert_of(start(out_of_area=True), approval("P-2", "2021-05-30", decision))
    assert f"{words} (out of area)." in out_of_area.what
    assert "an approval of" not in out_of_area.what


def test_an_approval_of_another_placement_is_not_of_this_one() -> None:
    said = approval("P-3", "2021-05-30", host_told="2021-05-31")
    assert alert_of(start(out_of_area=True), said).level == 2
    elsewhere = replace(approval("P-2", "2021-05-30"), agency="host-authority", said_by=None)
    assert alert_of(start(out_of_area=True), elsewhere).level == 2


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (left("P-2", "2021-06-08 23:00", planned=True), "cancelled"),
        (left("P-2", "2021-06-09", planned=True), f"open {DUE}"),
        (placed("P-3", "2021-06-05 12:00"), "cancelled"),
        (placed("P-3", "2021-06-05 12:00", kind="T0"), f"open {DUE}"),
    ],
    ids=["left", "left next day", "elsewhere", "away for a while"],
)
def test_a_child_that_has_left_by_then_needs_it_no_more(said: Said, state: str) -> None:
    """3.18: five days with a foster carer. A day on which it ended may end after midnight."""
    scene(start(emergency=True)).when(received(said)).then_nothing().then_expects({START: state})


def test_that_the_placement_has_ended_since_puts_nothing_on_record_and_tells_nobody() -> None:
    missed = scene(start(emergency=True)).when(time_passes(MIDNIGHT))
    missed.when(received(left("P-2", LATE, planned=True))).then_nothing()
    missed.then_open(f"{RULE} medium 1")


# --- an unplanned end --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "due"),
    [
        (end("2021-06-01 10:00"), "2021-06-01 14:00"),
        (end("2021-06-01 10:00", known="2021-06-01 11:30"), "2021-06-01 15:30"),
        (end("2021-05-31", known="2021-06-01 11:30"), "2021-06-01 15:30"),
        (end("2021-06-01"), "2021-06-02 00:00"),
        (end("2021-05-31", known="2021-06-01"), "2021-06-02 00:00"),
    ],
    ids=["hour", "known later", "known next day", "day", "day known next day"],
)
def test_another_placement_is_awaited_for_some_hours_or_until_the_day_is_over(
    said: Said, due: str
) -> None:
    """Fails without: the wait (a move is told as an end and a beginning, minutes apart)."""
    scene().when(received(said, NOON)).then_nothing().then_expects({END: f"open {due}"})


def test_told_as_an_end_and_a_beginning_a_move_is_told_by_another_rule_alone() -> None:
    scene(end()).when(
        received(start(), "2021-06-01 12:05"), time_passes("2021-06-01 14:01")
    ).then_nothing().then_expects({END: "met"})


def test_without_one_it_is_told_to_who_must_find_a_place_and_to_who_may_have_her() -> None:
    missed = scene(end(ended_by="provider")).when(time_passes("2021-06-01 14:01"))
    missed.then(
        raised(
            RULE,
            "high",
            level=1,
            what="A placement ended unplanned; by: provider. No other placement is on record: "
            "where the child is to live must be found.",
            **TO_THE_MANAGER,
        )
    )
    missed.then_awaits({"team_manager": "2021-06-01 15:01"})


def test_at_night_the_duty_team_must_find_a_place() -> None:
    scene(end("2021-06-01")).when(time_passes("2021-06-02 00:01")).then(
        raised(RULE, "high", **TO_THE_DUTY_TEAM)
    )


def test_who_is_on_a_ward_has_a_bed_tonight_and_nobody_is_woken() -> None:
    """3.21, 3.23."""
    scene(admission("2021-05-28 22:00"), end("2021-06-01")).when(
        time_passes("2021-06-02 00:01")
    ).then(
        raised(
            RULE,
            "medium",
            level=1,
            urgent="",
            digest=OF_AN_END,
            what=f"{ENDED} No other placement is on record. The child was in hospital then: where "
            "to go from there must be found.",
        )
    )


def test_by_day_the_manager_is_asked_where_a_child_goes_from_the_ward() -> None:
    scene(admission("2021-05-28 22:00"), end()).when(time_passes("2021-06-01 14:01")).then(
        raised(RULE, "medium", **TO_THE_MANAGER)
    )


def test_who_has_left_the_ward_by_then_has_no_bed() -> None:
    gone = discharge("SP-1", "2021-06-01 11:00")
    scene(admission("2021-05-28 22:00"), end(), gone).when(time_passes("2021-06-01 14:01")).then(
        raised(RULE, "high", **TO_THE_MANAGER)
    )


def test_another_placement_later_settles_it() -> None:
    missed = scene(end()).when(time_passes("2021-06-01 14:01"))
    missed.when(received(placed("P-2", LATER, said_by="social_worker"))).then(
        updated(
            RULE,
            level=0,
            what=f"{ENDED} Another placement has begun.",
            urgent="team_manager",
            digest=f"edt missing_coordinator ward {READING}",
        ),
    ).then_awaits({})


def test_nobody_else_is_woken_because_a_place_was_found() -> None:
    missed = scene(end()).when(time_passes("2021-06-01 14:01"))
    missed.when(received(placed("P-2", "2021-06-01 22:00"))).then(
        updated(RULE, level=0, **TO_THE_MANAGER)
    )


@pytest.mark.parametrize("planned", [True, None])
def test_after_a_planned_end_and_one_of_which_nobody_says_so_nothing_is_awaited(
    planned: bool | None,
) -> None:
    scene(end(planned=planned)).then_expects({})


def test_a_stay_in_hospital_is_no_other_placement() -> None:
    ward = placed("H-1", "2021-06-01 11:00", kind="T1")
    scene(end(), ward).when(time_passes("2021-06-01 14:01")).then(raised(RULE, level=1))


def test_after_the_end_of_a_temporary_absence_nothing_is_awaited() -> None:
    code = {"system": "ssda903.place", "code": "T0"}
    scene(end(kind=code)).then_expects({})
    # Also where only its start says so.
    scene(placed("P-1", "2021-05-01", kind="T0"), end()).then_expects({})


@pytest.mark.parametrize(
    ("began", "level"),
    [("2021-05-31 09:59", 1), ("2021-12-01 09:00", 0), ("2021-12-01 11:00", 1)],
)
def test_the_next_placement_is_looked_for_from_a_day_before_and_for_months(
    began: str, level: int
) -> None:
    missed = scene(end()).when(time_passes("2021-06-01 14:01"))
    missed.when(received(placed("P-2", began), at="2021-12-02 12:00"))
    missed.then_open(f"{RULE} high {level}")


def test_the_next_placement_may_begin_a_day_before_the_end() -> None:
    scene(end(), placed("P-2", "2021-05-31 10:00")).then_expects({END: "met"})


def test_one_that_she_left_for_this_placement_is_not_the_next() -> None:
    said = [
        placed("P-0", "2021-05-31 12:00"),
        placed("P-1", "2021-05-31 20:00"),
        end("2021-06-01 03:00"),
    ]
    scene(*said).then_expects({END: "open 2021-06-01 07:00"})


# --- repeats, late and out of order ------------------------------------------------------------


def test_the_same_placement_twice_says_nothing_new() -> None:
    said = start(emergency=True)
    answers = [acknowledged(each, RULE, MORNING) for each in ("social_worker", "team_manager")]
    missed = scene(said).when(time_passes(MIDNIGHT), *answers)
    missed.when(received(said, LATE), time_passes("2021-06-10 12:01")).then_nothing()


def test_told_days_late_it_is_judged_by_when_it_was() -> None:
    late = start(out_of_area=True, emergency=True)
    scene(decided("2021-05-31 10:00")).when(
        received(late, LATE), time_passes("2021-06-10 12:01")
    ).then(raised(RULE, "medium", level=2, **TO_RECORD))


def test_a_decision_in_time_that_is_told_months_late_takes_it_back_and_says_so() -> None:
    missed = scene(start(emergency=True)).when(time_passes(MIDNIGHT))
    missed.when(received(decided("2021-05-31 10:00"), at="2021-09-01 12:00")).then(withdrawn(RULE))
    (fact,) = missed.facts(RULE)
    assert fact.alert.what == (
        "It was done in time: what this placement needs, on record. It was told late."
    )


STORY = [
    placed("P-1", "2021-03-01", registration="unregulated"),
    end("2021-06-01"),
    start(out_of_area=True, emergency=True),
    decided("2021-05-31 10:00"),
    approval("P-2", "2021-06-01 10:00", "without"),
]


def test_in_any_order_the_same_alerts_are_open_and_say_the_same() -> None:
    told = set()
    for order in permutations(STORY):
        ended = scene(*order, *order, at=LATER).when(time_passes(MIDNIGHT))
        ended.then_open(f"{RULE} medium 0", f"{RULE} high 2")
        told.add(tuple(sorted(alert.what for alert in ended.hub.alerts.values())))
    assert len(told) == 1


def test_of_history_it_is_not_known() -> None:
    old = placed("P-2", "2020-12-01", registration="unregulated").as_history()
    told = scene(old, end("2020-12-10").as_history()).when(time_passes(LATER))
    told.then_nothing().then_expects({START: "not_known", END: "not_known"})


def test_nobody_is_told_of_what_the_hub_cannot_know() -> None:
    scene(start(emergency=True)).when(
        time_passes(MORNING, unknown="no live feed")
    ).then_nothing().then_expects({START: "not_known"})


def test_what_is_read_around_an_event_is_enough_for_every_placement_that_it_may_bear_on() -> None:
    rule, thresholds = PlacementConditions(), only(RULE).thresholds[RULE]
    story = [
        *STORY,
        left("P-2", "2021-11-01", planned=False),
        admission("2021-10-20 12:00"),
        placed("P-3", "2022-05-02", emergency=True),
        decided("2022-05-08", number="M-2"),
        approval("P-3", "2022-07-10", "refused"),
    ]
    lived = scene(*story, at="2022-08-01 12:00").hub
    for about in (each.event for each in lived.case.standings.values()):
        assert about is not None
        near = windowed(lived.case, about, rule.needs(thresholds))
        seen = rule.expectations(near, about, thresholds, lived.calendar)
        assert seen == rule.expectations(lived.case, about, thresholds, lived.calendar)


# --- corrections and retractions ---------------------------------------------------------------


def test_a_placement_corrected_to_be_no_emergency_is_withdrawn() -> None:
    said = start(emergency=True)
    missed = scene(said).when(time_passes(MORNING))
    missed.when(received(said.corrected(emergency=False), LATE)).then(
        withdrawn(RULE, **TO_RECORD),
    ).then_awaits({}).then_expects({START: "cancelled"})


def test_one_corrected_to_be_unregistered_is_told_like_new() -> None:
    said = start(emergency=True)
    missed = scene(said).when(time_passes(MIDNIGHT))
    missed.when(received(said.corrected(registration="unregistered"), LATE)).then(
        updated(RULE, "high", level=2, **TO_RECORD),
    )


def test_a_retracted_placement_is_withdrawn() -> None:
    said = start(emergency=True)
    missed = scene(said).when(time_passes(MORNING))
    missed.when(received(said.retracted(), LATE)).then(withdrawn(RULE, **TO_RECORD))


def test_a_decision_that_is_taken_back_is_missed_after_all() -> None:
    said = decided("2021-05-31 10:00")
    met = scene(start(emergency=True), said).when(time_passes(MORNING))
    met.when(received(said.retracted(), LATE), time_passes("2021-06-10 12:01")).then(
        raised(RULE, level=1, **TO_RECORD),
    )


def test_a_late_decision_that_is_taken_back_is_told_like_new() -> None:
    said = decided(LATE)
    settled = scene(start(emergency=True)).when(time_passes(MIDNIGHT), received(said))
    settled.when(received(said.retracted(), "2021-06-11 12:00")).then(
        updated(RULE, level=1, **TO_RECORD),
    )


def test_an_end_corrected_to_have_been_planned_is_withdrawn() -> None:
    missed = scene(end()).when(time_passes("2021-06-01 14:01"))
    missed.when(received(end().corrected(planned=True), LATER)).then(
        withdrawn(RULE, **TO_THE_MANAGER),
    )


def test_when_a_late_placement_is_taken_back_a_place_must_be_found_again() -> None:
    said = placed("P-2", "2021-06-01 22:00")
    settled = scene(end()).when(time_passes("2021-06-01 14:01"), received(said))
    settled.when(received(said.retracted(), LATER)).then(
        updated(RULE, level=1, **TO_THE_MANAGER),
    )


def test_the_last_report_of_a_placement_counts() -> None:
    again = start(reference="P-2/then")
    scene(start(emergency=True), again).then_expects({START: "cancelled"})


def test_a_correction_of_the_year_moves_the_time() -> None:
    said = replace(start(emergency=True), occurred="2020-06-01", known="2021-06-01")
    corrected = scene(said, said.corrected(occurred="2021-06-01"))
    corrected.then_expects({START: f"open {DUE}"})


def test_after_a_death_nothing_is_awaited() -> None:
    died = harm("death", "2021-06-03 11:00")
    scene(start(emergency=True), died, at=LATE).then_expects({START: "cancelled"})


@pytest.mark.parametrize("occurred", ["1970-01-01", "2100-01-01", "9999-12-31"])
def test_a_time_that_cannot_be_is_flagged_and_counted_from_when_it_was_told(occurred: str) -> None:
    said = replace(start(emergency=True), occurred=occurred, known=NOON)
    wrong = scene().when(received(said, NOON)).then(flagged("occurred"))
    wrong.then_expects({START: f"open {DUE}"})
