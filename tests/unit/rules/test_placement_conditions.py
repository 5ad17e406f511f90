"""placement-conditions: what is not on record of a placement that needs it (3.10 to 3.27)."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from safeguarding.facts import Alert
from safeguarding.rules.placement.placement_conditions import PlacementConditions
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, left, placed
from tests.unit.rules.said_placements import approval, decided
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    flagged,
    members,
    raised,
    received,
    updated,
    withdrawn,
)
from tests.unit.rules.spec import given as given_in
from tests.unit.rules.windowed import windowed

RULE = "placement-conditions"
# A Tuesday: at noon, and at night.
NOON, NIGHT = "2021-06-01 12:00", "2021-06-01 22:00"
LATER = "2021-06-02 12:00"
AROUND_HER = members(
    "social_worker team_manager edt iro senior_manager placements_officer camhs_community "
    "host_authority missing_coordinator ward a_and_e placement"
)
READING = "iro senior_manager placements_officer camhs_community host_authority"
TO_RECORD: Audience = {"urgent": "social_worker team_manager", "digest": READING}
BY_DIGEST: Audience = {"urgent": "", "digest": f"social_worker team_manager {READING}"}
OF_AN_END = f"social_worker team_manager edt missing_coordinator ward {READING}"
NO_DECISION = "Not on record: a decision of several agencies on the risk."
PLEASE = "Please decide on the risk together, and put on record what was decided."
PLEASE_RECORD = "Please put on record what was done about it."


def given(*doings: Doing) -> Scene:
    return given_in(*doings, hub=Hub(ruleset=only(RULE)))


def start(**says: Any) -> Said:
    """A placement of the first of June."""
    return placed("P-2", "2021-06-01", **says)


def end(occurred: str = "2021-06-01", **says: Any) -> Said:
    """A placement that ended before it was meant to."""
    return left("P-1", occurred, **{"planned": False, **says})


def alert_of(*said: Said, key: str = "start:social-care:P-2") -> Alert:
    """The alert of that placement, as it was last told, once all have come."""
    scene = given(AROUND_HER, *(received(each, at="2022-01-05 12:00") for each in said))
    return scene.hub.alerts[scene.hub.case.alerts[RULE, key].alert_id]


# --- what a placement needs --------------------------------------------------------------------


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
def test_an_emergency_or_an_unregulated_placement_needs_a_decision_of_several_agencies(
    says: dict[str, Any], words: str
) -> None:
    given(AROUND_HER).when(
        received(start(**says), NOON),
    ).then(
        raised(RULE, "medium", level=1, what=f"{words} {NO_DECISION} {PLEASE}", **TO_RECORD),
    ).then_awaits({"social_worker": "2021-06-01 16:00", "team_manager": "2021-06-01 16:00"})


def test_outside_office_hours_nobody_is_woken_for_what_is_not_on_record() -> None:
    given(AROUND_HER).when(
        received(start(emergency=True), NIGHT),
    ).then(
        raised(RULE, "medium", **BY_DIGEST),
    ).then_awaits({})


def test_a_home_that_should_be_registered_and_is_not_is_high() -> None:
    given(AROUND_HER).when(
        received(start(registration="unregistered"), NOON),
    ).then(
        raised(
            RULE,
            "high",
            level=2,
            what="Placed; in a home that should be registered and is not. Not on record: "
            f"a registration; a decision of several agencies on the risk. {PLEASE}",
            **TO_RECORD,
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
    given(AROUND_HER).when(
        received(start(kind=code, registration="registered"), NOON),
    ).then_nothing()


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
def test_of_another_placement_and_of_a_stay_in_hospital_nothing_is_said(
    says: dict[str, Any],
) -> None:
    given(AROUND_HER).when(received(start(**says), NOON)).then_nothing()


def test_a_meeting_or_an_approval_alone_tells_nobody() -> None:
    given(AROUND_HER).when(
        received(decided("2021-06-01 10:00")),
        received(approval("P-2", "2021-06-01 10:00", "refused")),
    ).then_nothing()


# --- what is on record -------------------------------------------------------------------------


def test_a_decision_of_several_agencies_settles_it() -> None:
    given(AROUND_HER, received(start(emergency=True), NOON)).when(
        received(decided(LATER)),
    ).then(
        updated(
            RULE,
            level=0,
            urgent="social_worker",
            digest=READING,
            what="Placed; in an emergency. On record: a decision of several agencies.",
        ),
    ).then_awaits({})


def test_what_was_a_line_in_the_digest_is_settled_by_one() -> None:
    given(AROUND_HER, received(start(emergency=True), NIGHT)).when(
        received(decided(LATER)),
    ).then(
        updated(RULE, level=0, urgent="", digest=f"social_worker {READING}"),
    )


@pytest.mark.parametrize(
    ("occurred", "level"),
    [
        ("2021-05-18 00:00", 0),
        ("2021-05-17 23:59", 1),
        ("2021-06-08 00:00", 0),
        ("2021-06-08 00:01", 1),
    ],
)
def test_a_decision_belongs_to_a_placement_two_weeks_before_and_one_after(
    occurred: str, level: int
) -> None:
    assert alert_of(start(emergency=True), decided(occurred)).level == level


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
    assert alert_of(start(emergency=True), said).level == 1


def test_who_sent_their_views_had_a_say() -> None:
    said = decided("2021-05-31", attendance="sent_views")
    assert alert_of(start(emergency=True), said).level == 0


def test_approved_and_the_host_told_is_settled() -> None:
    said = approval("P-2", "2021-05-30", "approved", host_told="2021-05-31")
    alert = alert_of(start(out_of_area=True), said)
    assert (alert.level, alert.settled) == (0, True)
    assert alert.headline == "Placement: what it needs is on record"
    assert alert.what == (
        "Placed; out of area. On record: an approval; word to the authority of that area."
    )


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


# --- an unplanned end --------------------------------------------------------------------------


def test_an_unplanned_end_is_told_to_who_must_find_a_place_and_to_who_may_have_her() -> None:
    scene = given(AROUND_HER).when(received(end(ended_by="provider"), NOON))
    scene.then(
        raised(
            RULE,
            "high",
            level=1,
            urgent="team_manager",
            digest=OF_AN_END.replace("team_manager ", ""),
            what="Ended unplanned; by: provider. No other placement is on record yet: "
            "where the child is to live must be found.",
        )
    )
    scene.then_awaits({"team_manager": "2021-06-01 13:00"})


def test_at_night_the_duty_team_must_find_a_place() -> None:
    given(AROUND_HER).when(
        received(end(), NIGHT),
    ).then(
        raised(RULE, "high", urgent="edt", digest=OF_AN_END.replace("edt ", "")),
    )


def test_another_placement_settles_it() -> None:
    given(AROUND_HER, received(end(), NOON)).when(
        received(start(said_by="social_worker"), LATER),
    ).then(
        updated(
            RULE,
            level=0,
            what="Ended unplanned. Another placement has begun.",
            urgent="team_manager",
            digest=f"edt missing_coordinator ward {READING}",
        ),
    ).then_awaits({})


def test_nobody_else_is_woken_because_a_place_was_found() -> None:
    given(AROUND_HER, received(end(), NOON)).when(
        received(start(), NIGHT),
    ).then(
        updated(
            RULE,
            level=0,
            urgent="team_manager",
            digest=OF_AN_END.replace("team_manager ", ""),
        ),
    )


def test_where_the_next_placement_is_known_already_it_is_a_line_in_the_digest() -> None:
    given(AROUND_HER, received(start(), NOON)).when(
        received(end(), LATER),
    ).then(
        raised(RULE, "high", level=0, urgent="", digest=OF_AN_END),
    ).then_awaits({})


@pytest.mark.parametrize("planned", [True, None])
def test_a_planned_end_and_one_of_which_nobody_says_so_tell_nobody(planned: bool | None) -> None:
    given(AROUND_HER).when(received(end(planned=planned), NOON)).then_nothing()


def test_a_stay_in_hospital_is_no_other_placement() -> None:
    given(AROUND_HER, received(end(), NOON)).when(
        received(placed("H-1", "2021-06-01 14:00", kind="T1")),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_the_end_of_a_temporary_absence_tells_nobody() -> None:
    code = {"system": "ssda903.place", "code": "T0"}
    given(AROUND_HER).when(received(end(kind=code), NOON)).then_nothing()
    # Also where only its start says so.
    absence = placed("P-1", "2021-05-01", kind="T0")
    given(AROUND_HER, received(absence, NOON)).when(received(end(), NOON)).then_nothing()


@pytest.mark.parametrize(
    ("began", "level"),
    [("2021-05-31 11:00", 0), ("2021-05-31 10:59", 1), ("2021-12-01", 0), ("2021-12-02", 1)],
)
def test_the_next_placement_may_begin_a_day_before_the_end_or_months_later(
    began: str, level: int
) -> None:
    said = [end("2021-06-01 11:00"), placed("P-2", began)]
    assert alert_of(*said, key="end:social-care:P-1").level == level


def test_one_that_she_left_for_this_placement_is_not_the_next() -> None:
    said = [
        placed("P-0", "2021-05-31 12:00"),
        placed("P-1", "2021-05-31 20:00"),
        end("2021-06-01 03:00"),
    ]
    assert alert_of(*said, key="end:social-care:P-1").level == 1


# --- repeats, late and out of order ------------------------------------------------------------


def test_the_same_placement_twice_says_nothing_new() -> None:
    given(AROUND_HER, received(start(emergency=True), NOON)).when(
        received(start(emergency=True), LATER),
    ).then_nothing()


def test_told_days_late_it_is_judged_by_when_it_was() -> None:
    given(AROUND_HER, received(decided("2021-05-31 10:00"))).when(
        received(start(out_of_area=True, emergency=True), "2021-06-10 12:00"),
    ).then(
        raised(RULE, "medium", level=2, **TO_RECORD),
    )


def test_a_decision_that_is_told_months_late_still_settles_it() -> None:
    given(AROUND_HER, received(start(emergency=True), NOON)).when(
        received(decided("2021-05-31 10:00"), at="2021-09-01 12:00"),
    ).then(
        updated(RULE, level=0),
    )


STORY = [
    placed("P-1", "2021-03-01", registration="unregulated"),
    end(),
    start(out_of_area=True, emergency=True),
    decided("2021-05-31 10:00"),
    approval("P-2", "2021-06-01 10:00", "without"),
]


def test_in_any_order_the_same_alerts_are_open_and_say_the_same() -> None:
    told = set()
    for order in permutations(STORY):
        scene = given(AROUND_HER, *(received(each, LATER) for each in order))
        scene.then_open(f"{RULE} medium 1", f"{RULE} high 0", f"{RULE} high 2")
        told.add(tuple(sorted(alert.what for alert in scene.hub.alerts.values())))
    assert len(told) == 1


def test_history_loaded_in_bulk_tells_nobody() -> None:
    old = placed("P-1", "2020-12", registration="unregulated").as_history()
    given(AROUND_HER).when(
        received(replace(old, occurred="2020-12-01"), at=NOON),
    ).then(
        raised(RULE, urgent="", digest=""),
    )


def test_what_is_read_around_an_event_is_enough_for_every_placement_that_it_may_bear_on() -> None:
    rule, thresholds = PlacementConditions(), only(RULE).thresholds[RULE]
    story = [
        *STORY,
        left("P-2", "2021-11-01", planned=False),
        placed("P-3", "2022-05-02", emergency=True),
        decided("2022-05-08", number="M-2"),
        approval("P-3", "2022-07-10", "refused"),
    ]
    scene = given(AROUND_HER, *(received(each, at="2022-08-01 12:00") for each in story))
    for about in (each.event for each in scene.hub.case.standings.values()):
        assert about is not None
        seen = rule.assess(
            windowed(scene.hub.case, about, rule.needs(thresholds)), about, thresholds
        )
        assert seen == rule.assess(scene.hub.case, about, thresholds)


# --- corrections and retractions ---------------------------------------------------------------


def test_a_placement_corrected_to_be_no_emergency_is_withdrawn() -> None:
    said = start(emergency=True)
    given(AROUND_HER, received(said, NOON)).when(
        received(said.corrected(emergency=False), LATER),
    ).then(
        withdrawn(RULE, **TO_RECORD),
    ).then_awaits({})


def test_one_corrected_to_be_unregistered_is_told_like_new() -> None:
    said = start(emergency=True)
    given(AROUND_HER, received(said, NOON)).when(
        received(said.corrected(registration="unregistered"), LATER),
    ).then(
        updated(RULE, "high", level=2, **TO_RECORD),
    )


def test_a_retracted_placement_is_withdrawn() -> None:
    said = start(emergency=True)
    given(AROUND_HER, received(said, NOON)).when(
        received(said.retracted(), LATER),
    ).then(
        withdrawn(RULE, **TO_RECORD),
    )


def test_a_decision_that_is_taken_back_is_told_like_new() -> None:
    said = decided("2021-05-31 10:00")
    given(AROUND_HER, received(start(emergency=True), NOON), received(said, NOON)).when(
        received(said.retracted(), LATER),
    ).then(
        updated(RULE, level=1, **TO_RECORD),
    )


def test_an_approval_that_is_taken_back_is_told_like_new() -> None:
    said = approval("P-2", "2021-05-30", "approved", host_told="2021-05-31")
    given(AROUND_HER, received(start(out_of_area=True), NOON), received(said, NOON)).when(
        received(said.retracted(), LATER),
    ).then(
        updated(RULE, level=2, **TO_RECORD),
    )


def test_that_the_placement_has_ended_since_puts_nothing_on_record() -> None:
    over = left("P-2", LATER, planned=True)
    given(AROUND_HER, received(start(emergency=True), NOON)).when(
        received(over),
    ).then_nothing().then_open(f"{RULE} medium 1")


def test_an_end_corrected_to_have_been_planned_is_withdrawn() -> None:
    given(AROUND_HER, received(end(), NOON)).when(
        received(end().corrected(planned=True), LATER),
    ).then(
        withdrawn(RULE, urgent="team_manager", digest=OF_AN_END.replace("team_manager ", "")),
    )


def test_when_the_next_placement_is_taken_back_a_place_must_be_found_again() -> None:
    said = start()
    given(AROUND_HER, received(end(), NOON), received(said, NOON)).when(
        received(said.retracted(), LATER),
    ).then(
        updated(
            RULE, level=1, urgent="team_manager", digest=OF_AN_END.replace("team_manager ", "")
        ),
    )


def test_a_correction_of_the_year_is_no_withdrawal() -> None:
    said = replace(start(emergency=True), occurred="2020-06-01", known="2021-06-01")
    given(AROUND_HER, received(said, NOON)).when(
        received(said.corrected(occurred="2021-06-01"), LATER),
    ).then_nothing().then_open(f"{RULE} medium 1")


@pytest.mark.parametrize("occurred", ["1970-01-01", "2100-01-01", "9999-12-31"])
def test_a_time_that_cannot_be_is_flagged_and_told_all_the_same(occurred: str) -> None:
    said = replace(start(emergency=True), occurred=occurred, known=NOON)
    given(AROUND_HER).when(
        received(said, NOON),
    ).then(
        flagged("occurred"),
        raised(RULE, **TO_RECORD),
    )
