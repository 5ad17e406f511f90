"""team-support: those who work with a child at high risk need time to reflect (3.36 to 3.39)."""

from dataclasses import replace
from itertools import permutations

import pytest

from safeguarding.facts import AlertRaised, AlertUpdated, AlertWithdrawn
from safeguarding.rules.harm.team_support import TeamSupport
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, admission, attendance, harmed, incident
from tests.unit.rules.said_meetings import asked, meeting
from tests.unit.rules.spec import Doing, Scene, members, received
from tests.unit.rules.spec import given as given_in
from tests.unit.rules.windowed import windowed

RULE = "team-support"
MANAGERS = (
    "camhs_community custody_inspector foster_carer placement safeguarding_nurse team_manager"
)
AROUND_HER = members(f"{MANAGERS} social_worker edt iro ward custody_sergeant")
# Three that are dangers to life, within ten days: in a cell, in an emergency department, on a ward.
FIRST = incident("ligature", "2021-10-02 02:40")
SECOND = attendance("2021-10-10 19:40", unconscious=True)
THIRD = harmed("ligature", "2021-10-11 02:00")
NOON = "2021-10-11 12:00"
PROMPT = "month:2021-10"
HOSPITAL, POLICE = "agency:acute-trust:2021-10", "agency:police:2021-10"
PLEASE = (
    "Please hold a reflective session for those who work with the child, across agencies. "
    "Who was there is said to their own manager only."
)


def given(*doings: Doing) -> Scene:
    return given_in(*doings, hub=Hub(ruleset=only(RULE)))


def three() -> list[Doing]:
    return [received(each) for each in (FIRST, SECOND, THIRD)]


def told(scene: Scene) -> dict[str, str]:
    """Who was told what since ``when``, by the alert's key. Nobody is ever told urgently."""
    found: dict[str, str] = {}
    for fact in scene.facts(RULE):
        assert {notice.mode.value for notice in fact.notices} <= {"digest"}
        kinds = {AlertRaised: "raised", AlertUpdated: "updated", AlertWithdrawn: "withdrawn"}
        roles = sorted(notice.recipient.role for notice in fact.notices)
        found[fact.alert.key] = " ".join([kinds[type(fact)], str(fact.alert.level), *roles])
    return found


def says(scene: Scene, key: str) -> str:
    return scene.hub.alerts[scene.hub.case.alerts[RULE, key].alert_id].what


def months(*said: Said) -> set[str]:
    """Which months have an open prompt once all have come."""
    scene = given(AROUND_HER, *(received(each) for each in said))
    return {each.key for each in scene.hub.open_alerts() if each.key.startswith("month:")}


def debrief(occurred: str, *, kind: str = "debrief", step: str = "held") -> Said:
    return meeting(step, occurred, asked("ward"), kind=kind, number="D-1")


# --- the prompt --------------------------------------------------------------------------------


def test_after_three_critical_events_in_a_month_the_managers_are_prompted_by_digest() -> None:
    scene = given(AROUND_HER, received(FIRST), received(SECOND)).when(received(THIRD))
    assert told(scene)[PROMPT] == f"raised 3 {MANAGERS}"
    assert says(scene, PROMPT) == f"At least 3 critical events within 30 days. {PLEASE}"
    scene.then_awaits({})


def test_who_was_there_is_told_to_their_own_manager_and_to_nobody_else() -> None:
    scene = given(AROUND_HER, received(FIRST), received(SECOND)).when(received(THIRD))
    assert told(scene) == {
        PROMPT: f"raised 3 {MANAGERS}",
        HOSPITAL: "raised 0 safeguarding_nurse",
        POLICE: "raised 0 custody_inspector",
    }
    assert says(scene, HOSPITAL) == (
        "Told of by your own people, in these days: a and e: emergency attendance 1; "
        "ward: self harm incident 1. "
        "Please see how they are, and that they have somebody to talk to."
    )
    assert not {"ward", "custody", "hospital"} & {*says(scene, PROMPT).split()}


def test_a_manager_of_another_agency_in_the_same_role_does_not_read_of_it() -> None:
    # The area's other hospital has a safeguarding team of its own.
    scene = given(AROUND_HER)
    elsewhere = [replace(each, agency="host-trust") for each in (SECOND, THIRD)]
    scene.when(received(FIRST), *(received(each) for each in elsewhere))
    (fact,) = [each for each in scene.facts(RULE) if "host-trust" in each.alert.key]
    assert [notice.recipient.agency for notice in fact.notices] == ["host-trust"]


def test_a_manager_is_told_of_their_own_people_also_when_off_the_network() -> None:
    # The inspector leaves with the release, nine days before the third.
    scene = given(members("team_manager"), received(FIRST), received(SECOND))
    scene.when(received(THIRD))
    assert told(scene) == {
        PROMPT: "raised 3 team_manager",
        HOSPITAL: "raised 0 safeguarding_nurse",
        POLICE: "raised 0 custody_inspector",
    }
    scene.when(received(harmed("height", NOON, agency="police", said_by="police_officer")))
    assert told(scene) == {POLICE: "updated 0 custody_inspector"}


def test_where_no_role_is_given_it_says_so() -> None:
    said = replace(THIRD, said_by=None)
    scene = given(AROUND_HER, received(FIRST), received(SECOND), received(said))
    assert "no role given: self harm incident 1" in says(scene, HOSPITAL)


def test_a_child_without_a_network_has_nobody_to_be_prompted() -> None:
    scene = given().when(*three())
    assert told(scene)[PROMPT] == "raised 3"


# --- what counts -------------------------------------------------------------------------------


def test_two_are_not_three() -> None:
    given(AROUND_HER).when(received(FIRST), received(SECOND)).then_nothing()


@pytest.mark.parametrize(
    "third",
    [
        incident("other_self_harm", "2021-10-11 02:00"),
        incident("unconscious", "2021-10-11 02:00"),
        harmed("water", "2021-10-11 02:00"),
        harmed("railway", "2021-10-11 02:00"),
        harmed("height", "2021-10-11 02:00"),
        harmed("laceration", "2021-10-11 02:00", unconscious=True),
        harmed("overdose", "2021-10-11 02:00", admission_needed=True),
        # Nobody says how, or whether: as for the alert that tells of it, it may be.
        harmed("not_known", "2021-10-11 02:00", admission_needed=True),
        attendance("2021-10-11 02:00", self_harm="not_known", unconscious=True, reference="ED-2"),
        Said("serious-harm", "police", "SH", NOON, None, None, {"kind": "serious_harm"}),
    ],
    ids=lambda said: f"{said.type} {dict(said.details)}",
)
def test_a_danger_to_life_counts(third: Said) -> None:
    assert months(FIRST, SECOND, third) == {PROMPT}


@pytest.mark.parametrize(
    "third",
    [
        incident("force_used", "2021-10-11 02:00"),
        harmed("laceration", "2021-10-11 02:00"),
        harmed("overdose", "2021-10-11 02:00", admission_needed=False),
        harmed("not_known", "2021-10-11 02:00"),
        attendance("2021-10-11 02:00", unconscious=False, reference="ED-2"),
        attendance("2021-10-11 02:00", self_harm="no", unconscious=True, reference="ED-2"),
        admission("2021-10-11 02:00", follows="ED-1"),
    ],
    ids=lambda said: f"{said.type} {dict(said.details)}",
)
def test_what_was_no_danger_to_life_as_far_as_is_known_does_not(third: Said) -> None:
    assert months(FIRST, SECOND, third) == set()


@pytest.mark.parametrize(
    ("first", "found"),
    [("2021-09-11 02:00", {PROMPT}), ("2021-09-11 01:59", set())],
)
def test_thirty_days_count_over_the_months_bounds(first: str, found: set[str]) -> None:
    said = incident("ligature", first)
    assert months(said, SECOND, THIRD) == found


def test_a_month_begins_at_midnight_in_london() -> None:
    nights = [harmed("ligature", f"2021-07-{day} 00:30", reference=f"H-{day}") for day in (30, 31)]
    assert months(*nights, harmed("ligature", "2021-08-01 00:30")) == {"month:2021-08"}


def test_a_month_is_judged_by_what_lies_before_in_another() -> None:
    said = [harmed("ligature", f"2021-{day} 12:00") for day in ("09-29", "09-30", "10-01")]
    assert months(*said) == {PROMPT}


def test_a_long_stretch_brings_one_prompt_a_month() -> None:
    said = [FIRST, SECOND, THIRD, harmed("ligature", "2021-11-01 12:00")]
    assert months(*said) == {PROMPT, "month:2021-11"}


# --- repeats -----------------------------------------------------------------------------------


def test_the_same_report_twice_says_nothing_new() -> None:
    given(AROUND_HER, *three()).when(received(THIRD, NOON)).then_nothing()


def test_another_event_is_a_line_to_the_managers_of_those_who_told_of_it_only() -> None:
    scene = given(AROUND_HER, *three()).when(received(harmed("ligature", NOON)))
    assert told(scene) == {HOSPITAL: "updated 0 safeguarding_nurse"}


def test_what_a_manager_has_read_in_one_month_is_not_said_again_in_the_next() -> None:
    elsewhere = replace(harmed("ligature", "2021-11-01 12:00"), agency="host-trust")
    scene = given(AROUND_HER, *three()).when(received(elsewhere))
    assert told(scene) == {
        "month:2021-11": f"raised 3 {MANAGERS}",
        "agency:host-trust:2021-11": "raised 0 safeguarding_nurse",
    }


def test_what_no_month_before_has_said_of_an_agencys_people_is_said_now() -> None:
    said = [harmed("ligature", f"2021-{day} 12:00") for day in ("09-29", "09-30", "10-01")]
    scene = given(AROUND_HER, *(received(each) for each in said))
    assert "ward: self harm incident 3." in says(scene, HOSPITAL)


def test_at_each_doubling_the_prompt_is_said_anew() -> None:
    more = [harmed("ligature", f"2021-10-{day} 12:00") for day in (12, 13)]
    scene = given(AROUND_HER, *three(), *(received(each) for each in more))
    scene.when(received(harmed("height", "2021-10-14 12:00")))
    assert told(scene)[PROMPT] == f"updated 6 {MANAGERS}"
    assert says(scene, PROMPT).startswith("At least 6 critical events within 30 days.")


# --- the session -------------------------------------------------------------------------------


def test_a_session_held_since_settles_it_by_a_line_and_says_nothing_of_single_people() -> None:
    scene = given(AROUND_HER, *three()).when(received(debrief("2021-10-20 14:00")))
    assert told(scene) == {PROMPT: f"updated 3 {MANAGERS}"}
    assert says(scene, PROMPT) == (
        "At least 3 critical events within 30 days. "
        "A session for those who work with the child was held since."
    )
    assert [each.alert.settled for each in scene.facts(RULE)] == [True]


@pytest.mark.parametrize(
    "said",
    [
        debrief("2021-10-20 14:00", kind="professionals"),
        debrief("2021-10-20 14:00", step="called"),
        debrief("2021-10-11 01:00"),
        debrief("2021-11-11 01:01"),
    ],
    ids=["another kind", "not held yet", "before the last", "much later"],
)
def test_another_meeting_is_no_session_after_them(said: Said) -> None:
    given(AROUND_HER, *three()).when(received(said)).then_nothing()


@pytest.mark.parametrize("occurred", ["2021-10-11", "2021-11-11 01:00"])
def test_a_session_on_the_day_of_the_last_or_a_month_later_counts(occurred: str) -> None:
    scene = given(AROUND_HER, *three()).when(received(debrief(occurred), at="2021-11-11 10:00"))
    assert "was held since" in says(scene, PROMPT)


def test_what_happens_after_the_session_asks_for_another() -> None:
    session = received(debrief("2021-10-20 14:00"))
    scene = given(AROUND_HER, *three(), session)
    scene.when(received(harmed("ligature", "2021-10-25 12:00")))
    assert told(scene)[PROMPT] == f"updated 3 {MANAGERS}"
    assert says(scene, PROMPT).endswith(PLEASE)


def test_a_session_that_is_taken_back_asks_for_another() -> None:
    said = debrief("2021-10-20 14:00")
    scene = given(AROUND_HER, *three(), received(said))
    scene.when(received(said.retracted(), at="2021-10-21 10:00"))
    assert says(scene, PROMPT).endswith(PLEASE)


# --- late and out of order ---------------------------------------------------------------------


def test_an_event_told_days_late_counts_where_it_happened() -> None:
    scene = given(AROUND_HER, received(SECOND), received(THIRD))
    scene.when(received(FIRST, at="2021-10-15 10:15"))
    assert told(scene)[PROMPT] == f"raised 3 {MANAGERS}"


def test_in_any_order_the_same_alerts_are_open_and_say_the_same() -> None:
    said = [FIRST, SECOND, THIRD, debrief("2021-10-10 20:00"), harmed("height", "2021-11-05 12:00")]
    seen = set()
    for order in permutations(said):
        scene = given(AROUND_HER, *(received(each, "2021-11-06 09:00") for each in order))
        seen.add(tuple(sorted((one.key, says(scene, one.key)) for one in scene.hub.open_alerts())))
    (found,) = seen
    assert [key for key, _ in found] == [
        HOSPITAL,
        "agency:acute-trust:2021-11",
        POLICE,
        PROMPT,
        "month:2021-11",
    ]


def test_history_loaded_in_bulk_tells_nobody() -> None:
    history = [each.as_history() for each in (FIRST, SECOND, THIRD)]
    scene = given(AROUND_HER).when(*(received(each, "2021-12-01 10:00") for each in history))
    assert told(scene)[PROMPT] == "raised 3"


@pytest.mark.parametrize(
    "days",
    [
        "06-20 07-01 07-15 07-31 08-01 08-30 08-31 09-29 10-01",
        # Who was said in September follows from what August's prompt counts, back to July.
        "07-22 07-25 08-20 09-10 09-18 09-30 10-30",
    ],
)
def test_what_is_read_around_an_event_is_enough_for_every_month_that_it_may_bear_on(
    days: str,
) -> None:
    rule, thresholds = TeamSupport(), only(RULE).thresholds[RULE]
    story = [harmed("ligature", f"2021-{day} 12:00") for day in days.split()]
    story += [
        debrief("2021-09-28 14:00"),
        debrief("2021-08-31", step="called").corrected(step="held"),
    ]
    story += [replace(debrief("2021-10-31 14:00"), reference="D-2")]
    scene = given(AROUND_HER, *(received(each, "2021-12-01 12:00") for each in story))
    whole = scene.hub.case
    for about in (each.event for each in whole.standings.values()):
        assert about is not None
        seen = rule.assess(windowed(whole, about, rule.needs(thresholds)), about, thresholds)
        everything = rule.assess(whole, about, thresholds)
        assert {**everything, **seen} == everything
        assert {each for each in seen if each.startswith("month")} == {
            each for each in everything if each.startswith("month")
        }
        assert {*seen} <= rule.keys(whole, about)


# --- corrections and retractions ---------------------------------------------------------------


def test_a_retraction_of_one_of_three_is_told_to_who_was_prompted() -> None:
    scene = given(AROUND_HER, *three()).when(received(THIRD.retracted(), at=NOON))
    assert told(scene) == {
        PROMPT: f"withdrawn 3 {MANAGERS}",
        HOSPITAL: "withdrawn 0 safeguarding_nurse",
        POLICE: "withdrawn 0 custody_inspector",
    }


def test_when_a_months_only_event_is_taken_back_its_prompt_is_withdrawn() -> None:
    days = ("09-29", "09-30", "10-01")
    said = [harmed("ligature", f"2021-{day} 12:00") for day in days]
    scene = given(AROUND_HER, *(received(each) for each in said))
    scene.when(received(said[2].retracted(), at="2021-10-02 12:00"))
    assert told(scene)[PROMPT] == f"withdrawn 3 {MANAGERS}"
    assert scene.hub.open_alerts() == []


def test_what_a_prompt_that_is_withdrawn_had_said_of_an_agencys_people_the_next_one_says() -> None:
    days = ("10-01", "10-15", "10-20", "11-12")
    said = [harmed("ligature", f"2021-{day} 12:00") for day in days]
    scene = given(AROUND_HER, *(received(each) for each in said))
    later = "agency:acute-trust:2021-11"
    assert "ward: self harm incident 1." in says(scene, later)
    scene.when(received(said[0].retracted(), at="2021-11-13 10:00"))
    assert "ward: self harm incident 3." in says(scene, later)
    assert {each.key for each in scene.hub.open_alerts()} == {"month:2021-11", later}


def test_a_correction_that_makes_one_no_danger_is_told_to_who_was_prompted() -> None:
    scene = given(AROUND_HER, *three()).when(received(THIRD.corrected(method="laceration"), NOON))
    assert told(scene)[PROMPT] == f"withdrawn 3 {MANAGERS}"


def test_a_correction_to_another_month_moves_what_is_counted() -> None:
    last = harmed("ligature", "2021-10-31 12:00")
    scene = given(AROUND_HER, received(SECOND), received(THIRD), received(last))
    assert [each.key for each in scene.hub.open_alerts()] == [PROMPT, HOSPITAL]
    scene.when(received(last.corrected(occurred="2021-11-02 12:00"), at="2021-11-03 10:00"))
    assert {each.key for each in scene.hub.open_alerts()} == {
        "month:2021-11",
        "agency:acute-trust:2021-11",
    }


def test_when_an_agencys_only_report_is_taken_back_it_reads_so() -> None:
    fourth = harmed("ligature", "2021-10-11 10:00")
    scene = given(AROUND_HER, *three(), received(fourth))
    scene.when(received(FIRST.retracted(), at=NOON))
    assert told(scene) == {POLICE: "withdrawn 0 custody_inspector"}


@pytest.mark.parametrize("occurred", ["1970-01-01", "2100-01-01", "9999-12-31"])
def test_an_event_under_a_wrong_clock_counts_when_it_is_told(occurred: str) -> None:
    wrong = replace(THIRD, occurred=occurred, known=NOON)
    scene = given(AROUND_HER, received(FIRST), received(SECOND)).when(received(wrong, at=NOON))
    assert told(scene)[PROMPT] == f"raised 3 {MANAGERS}"


@pytest.mark.parametrize("at", ["2021-10-11 02:10", NOON])
def test_nobody_is_woken_by_it_at_any_hour(at: str) -> None:
    scene = given(AROUND_HER, received(FIRST), received(SECOND)).when(received(THIRD, at))
    assert told(scene)[PROMPT] == f"raised 3 {MANAGERS}"
