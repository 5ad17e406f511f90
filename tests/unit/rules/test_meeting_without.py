"""meeting-without: a meeting that somebody is not asked to, whom it needs (3.6)."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from safeguarding.rules.planning.meeting_without import MeetingWithout
from safeguarding.ruleset import RuleSet
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, london
from tests.unit.rules.said_meetings import asked, meeting, not_asked
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Expected,
    Scene,
    flagged,
    members,
    raised,
    received,
    updated,
    withdrawn,
)
from tests.unit.rules.spec import given as given_in

RULE = "meeting-without"
# A Friday in office hours, a Saturday at night, a Tuesday in office hours.
OFFICE = "2021-10-01 10:00"
NIGHT = "2021-10-02 02:40"
THEN = "2021-10-05 14:00"
AFTER = "2021-10-05 16:00"
AROUND_HER = members("social_worker team_manager edt iro camhs_community foster_carer placement")
ACTING: Audience = {"urgent": "team_manager", "digest": "iro camhs_community"}
READING: Audience = {"urgent": "", "digest": "team_manager iro camhs_community"}
# Once it was held: who led it (the team manager where nobody says other) and who was left out.
LINE: Audience = {"urgent": "", "digest": "team_manager camhs_community"}

POLICE = asked("missing_coordinator", agency="police")
WORKER = asked("social_worker", agency="social-care")
CAMHS = asked("camhs_community", agency="camhs")
NOT_CAMHS = not_asked("camhs_community")
CALLED = meeting("called", OFFICE, WORKER, POLICE, set_for=london(THEN).isoformat())
HELD = meeting("held", THEN, WORKER, POLICE)


def given(*doings: Doing, ruleset: RuleSet | None = None) -> Scene:
    return given_in(*doings, hub=Hub(ruleset=ruleset or only(RULE)))


def changed(**thresholds: Any) -> RuleSet:
    """The rule with other thresholds."""
    rules = only(RULE)
    return replace(rules, thresholds={RULE: {**rules.thresholds[RULE], **thresholds}})


def what(*said: Said) -> str:
    """What the one alert says once all have come."""
    scene = given(AROUND_HER, *(received(each, AFTER) for each in said))
    (alert,) = scene.hub.alerts.values()
    return alert.what


# --- before it takes place ---------------------------------------------------------------------


def test_a_meeting_called_without_the_childs_mental_health_worker_is_told_before_it_is_held() -> (
    None
):
    given(AROUND_HER).when(
        received(CALLED),
    ).then(
        raised(RULE, "medium", level=1, **ACTING),
    ).then_awaits({"team_manager": "2021-10-01 14:00"})


def test_it_says_which_meeting_when_and_who_is_not_asked() -> None:
    scene = given(AROUND_HER).when(received(CALLED))
    (alert,) = scene.hub.alerts.values()
    assert alert.headline == "Meeting called without somebody who is needed"
    assert alert.what == (
        "Called: a meeting (strategy); set for 5 October 2021, 14:00; "
        "not asked: camhs community. Please ask them before it takes place, or say why not."
    )
    assert alert.paragraphs == ("3.6", "3.7")


@pytest.mark.parametrize(
    ("set_for", "says"),
    [
        (None, "(strategy); not asked"),
        ("2021-10-05", "set for 5 October 2021; not asked"),
        ("2021-10", "set for October 2021; not asked"),
    ],
)
def test_it_says_no_more_of_when_than_is_known(set_for: str | None, says: str) -> None:
    assert says in what(meeting("called", OFFICE, WORKER, POLICE, set_for=set_for))


def test_at_night_nobody_is_woken_for_it() -> None:
    given(AROUND_HER).when(
        received(meeting("called", NIGHT, WORKER, POLICE)),
    ).then(
        raised(RULE, "medium", level=1, **READING),
    ).then_awaits({"team_manager": "2021-10-04 13:00"})


def test_who_leads_it_can_ask_and_so_can_the_team_manager() -> None:
    said = meeting("called", OFFICE, POLICE, NOT_CAMHS, said_by="social_worker", lead="iro")
    given(AROUND_HER).when(
        received(said),
    ).then(
        raised(RULE, urgent="team_manager iro", digest="camhs_community social_worker", level=1),
    )


def test_the_one_who_says_so_is_told_what_they_did_not_say() -> None:
    scene = given(members("team_manager")).when(received(CALLED))
    scene.then(raised(RULE, urgent="team_manager", digest=""))


# --- once it took place ------------------------------------------------------------------------


def test_once_held_it_is_a_line_to_who_led_it_and_to_who_was_left_out() -> None:
    given(AROUND_HER).when(
        received(HELD, AFTER),
    ).then(
        raised(
            RULE,
            "medium",
            level=0,
            what="Held: a meeting (strategy); led by team manager; not asked: camhs community. "
            "They are to be heard, and told what was decided.",
            **LINE,
        ),
    ).then_awaits({})


def test_called_without_and_held_without_is_one_alert() -> None:
    given(AROUND_HER, received(CALLED)).when(
        received(HELD, AFTER),
    ).then(
        updated(RULE, "medium", level=0, **READING),
    ).then_open(f"{RULE} medium 0")


def test_who_led_it_is_named_and_told_also_where_another_authority_did() -> None:
    elsewhere = replace(
        meeting("held", THEN, WORKER, POLICE, lead="host_authority"),
        agency="host-authority",
        said_by="host_authority",
    )
    hosts = members("social_worker team_manager iro camhs_community host_authority")
    given(hosts).when(received(elsewhere, AFTER)).then(
        raised(RULE, urgent="", digest="host_authority camhs_community"),
    )
    assert "led by host authority" in what(elsewhere)


def test_two_who_are_needed_are_both_named() -> None:
    assert "not asked: missing coordinator, camhs community." in what(meeting("held", THEN, WORKER))


# --- who is needed, and who was asked ----------------------------------------------------------


@pytest.mark.parametrize("attendance", ["invited", "attended", "apologies", "absent", "sent_views"])
def test_to_have_been_asked_is_enough(attendance: str) -> None:
    given(AROUND_HER).when(
        received(
            meeting("held", THEN, WORKER, POLICE, asked("camhs_community", attendance)), AFTER
        ),
    ).then_nothing()


def test_a_colleague_of_the_same_service_stands_in() -> None:
    given(AROUND_HER).when(
        received(meeting("held", THEN, asked("team_manager police_officer camhs_crisis")), AFTER),
    ).then_nothing()


def test_a_colleague_who_was_not_asked_either_does_not_stand_in() -> None:
    assert "not asked: camhs community." in what(
        meeting("held", THEN, WORKER, POLICE, not_asked("camhs_crisis"))
    )


def test_nobody_stands_in_where_it_is_said_that_the_one_who_is_meant_was_not_asked() -> None:
    assert "not asked: camhs community." in what(
        meeting("held", THEN, WORKER, POLICE, NOT_CAMHS, asked("camhs_outreach"))
    )


def test_one_of_two_in_a_role_is_enough() -> None:
    ward = [*asked("ward", agency="host-trust"), *not_asked("ward")]
    given(AROUND_HER).when(
        received(meeting("held", THEN, WORKER, CAMHS, ward, kind="discharge_planning"), AFTER),
    ).then_nothing()


def test_for_when_a_meeting_was_set_is_not_said_once_it_was_held() -> None:
    assert "set for" not in what(meeting("held", THEN, WORKER, POLICE, set_for="2021-10-05"))


@pytest.mark.parametrize("kind", ["legal_planning", "debrief", "other"])
def test_of_a_kind_that_needs_nobody_in_particular_nothing_is_said(kind: str) -> None:
    given(AROUND_HER).when(
        received(meeting("held", THEN, WORKER, NOT_CAMHS, kind=kind), AFTER),
    ).then_nothing()


def test_a_review_needs_the_reviewing_officer() -> None:
    review = meeting("held", THEN, WORKER, CAMHS, kind="looked_after_review")
    given(AROUND_HER).when(
        received(review, AFTER),
    ).then(
        raised(RULE, urgent="", digest="team_manager iro"),
    )


def test_who_was_asked_when_it_was_called_was_asked() -> None:
    given(AROUND_HER, received(meeting("called", OFFICE, CAMHS, POLICE, WORKER))).when(
        received(HELD, AFTER),
    ).then_nothing()


def test_what_is_said_last_of_a_role_counts() -> None:
    called = meeting("called", OFFICE, CAMHS, POLICE, WORKER)
    held = meeting("held", THEN, WORKER, POLICE, NOT_CAMHS)
    given(AROUND_HER, received(called)).when(
        received(held, AFTER),
    ).then(
        raised(RULE, level=0, **LINE),
    )


# --- who may be kept out -----------------------------------------------------------------------


def test_a_parent_who_is_kept_out_is_not_spoken_of() -> None:
    out = not_asked("mother", "excluded", "Alleged to have supplied drugs.")
    given(AROUND_HER).when(
        received(meeting("held", THEN, WORKER, POLICE, CAMHS, out), AFTER),
    ).then_nothing()
    assert "mother" not in what(meeting("held", THEN, WORKER, POLICE, out))


@pytest.mark.parametrize("role", ["foster_carer", "placement", "mother", "step_father"])
def test_a_parent_or_carer_whom_a_partnership_asks_for_may_be_kept_out(role: str) -> None:
    rules = changed(required={"core_group": [role]})
    kept_out = meeting("held", THEN, not_asked(role, "excluded"), kind="core_group")
    given(AROUND_HER, ruleset=rules).when(received(kept_out, AFTER)).then_nothing()
    forgotten = meeting("held", THEN, not_asked(role), kind="core_group")
    scene = given(AROUND_HER, ruleset=rules).when(received(forgotten, AFTER))
    assert len(scene.facts(RULE)) == 1


def test_that_another_was_kept_out_is_said_without_the_reason_and_not_to_them() -> None:
    out = not_asked("camhs_community", "excluded", "Not to be told of.")
    given(AROUND_HER).when(
        received(meeting("held", THEN, WORKER, POLICE, out), AFTER),
    ).then(
        raised(
            RULE,
            urgent="",
            digest="team_manager iro",
            what="Held: a meeting (strategy); led by team manager; kept out: camhs community. "
            "They are to be heard, and told what was decided.",
        ),
    )


# --- it is mended, or called off ---------------------------------------------------------------


def test_once_they_are_asked_after_all_the_matter_is_over() -> None:
    again = meeting("called", "2021-10-01 11:00", CAMHS, reference="M-1/again")
    given(AROUND_HER, received(CALLED)).when(
        received(again),
    ).then(
        updated(
            RULE,
            level=0,
            urgent="",
            digest="iro camhs_community",
            what="Called: a meeting (strategy). Everybody who is needed has been asked.",
        ),
    ).then_awaits({})


def test_it_is_settled_also_where_not_the_first_list_was_without_them() -> None:
    complete = meeting("called", "2021-10-01 08:00", WORKER, POLICE, CAMHS, reference="M-1/first")
    without = meeting("called", OFFICE, NOT_CAMHS)
    given(AROUND_HER, received(complete), received(without)).when(
        received(meeting("held", THEN, CAMHS, said_by="iro"), AFTER),
    ).then(
        updated(RULE, level=0, urgent="team_manager", digest="camhs_community"),
    )


def test_that_it_was_held_with_them_settles_it_too() -> None:
    given(AROUND_HER, received(CALLED)).when(
        received(meeting("held", THEN, WORKER, POLICE, CAMHS, said_by="iro"), AFTER),
    ).then(
        updated(RULE, level=0, urgent="team_manager", digest="camhs_community"),
    ).then_awaits({})


def test_a_cancelled_meeting_is_no_retraction_and_asks_for_nothing_more() -> None:
    given(AROUND_HER, received(CALLED)).when(
        received(meeting("cancelled", "2021-10-04 09:00", said_by="iro")),
    ).then(
        updated(
            RULE,
            level=0,
            urgent="team_manager",
            digest="camhs_community",
            what="Called: a meeting (strategy). It was cancelled.",
        ),
    ).then_awaits({}).then_open(f"{RULE} medium 0")


def test_a_cancellation_of_which_only_the_day_is_known_counts_from_the_end_of_the_day() -> None:
    given(AROUND_HER, received(CALLED)).when(
        received(meeting("cancelled", "2021-10-01"), at="2021-10-01 15:00"),
    ).then_awaits({})


def test_a_meeting_called_again_after_it_was_cancelled_is_told_like_new() -> None:
    again = meeting("called", "2021-10-05 10:00", WORKER, POLICE, reference="M-1/again")
    given(AROUND_HER, received(CALLED), received(meeting("cancelled", "2021-10-04 09:00"))).when(
        received(again),
    ).then(
        updated(RULE, level=1, **ACTING),
    )


def test_a_meeting_that_took_place_all_the_same_was_not_cancelled() -> None:
    for cancelled in ("2021-10-04 09:00", "2021-10-05 15:00"):
        said = [CALLED, meeting("cancelled", cancelled), HELD]
        assert what(*said).startswith("Held: a meeting (strategy)")


def test_a_cancellation_alone_tells_nobody() -> None:
    given(AROUND_HER).when(
        received(meeting("cancelled", "2021-10-04 09:00")),
    ).then_nothing()


# --- repeats, late and out of order ------------------------------------------------------------


def test_the_same_meeting_published_twice_says_nothing_new() -> None:
    given(AROUND_HER, received(CALLED)).when(received(CALLED, "2021-10-01 11:00")).then_nothing()


def test_another_meeting_and_another_agencys_of_that_number_are_others() -> None:
    elsewhere = replace(HELD, agency="host-authority", said_by="host_authority")
    given(AROUND_HER, received(HELD, AFTER)).when(
        received(meeting("held", THEN, WORKER, POLICE, number="M-2"), AFTER),
        received(elsewhere, AFTER),
    ).then(
        raised(RULE, **LINE),
        raised(RULE, urgent="", digest="camhs_community"),
    )


def test_told_weeks_late_it_is_a_line_as_it_would_have_been() -> None:
    given(AROUND_HER).when(
        received(HELD, at="2021-10-26 10:00"),
    ).then(
        raised(RULE, "medium", level=0, **LINE),
    )


def test_a_call_that_comes_after_the_meeting_asks_nobody_to_act() -> None:
    given(AROUND_HER, received(HELD, AFTER)).when(
        received(CALLED, at="2021-10-06 10:00"),
    ).then_nothing()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([CALLED, meeting("cancelled", "2021-10-04 09:00"), HELD], f"{RULE} medium 0"),
        ([CALLED, CALLED.corrected(purposes=["safety"]), HELD], f"{RULE} medium 0"),
        ([CALLED, HELD, HELD.retracted()], f"{RULE} medium 1"),
        ([HELD, HELD.corrected(invitees=[*WORKER, *POLICE, *CAMHS]), CALLED], f"{RULE} medium 0"),
    ],
)
def test_in_any_order_the_same_alert_is_open_and_says_the_same(
    said: list[Said], found: str
) -> None:
    told = set()
    for order in permutations(said):
        scene = given(AROUND_HER, *(received(each, AFTER) for each in order))
        scene.then_open(found)
        told.add(tuple(alert.what for alert in scene.hub.alerts.values()))
    assert len(told) == 1


def test_history_loaded_in_bulk_tells_nobody() -> None:
    old = meeting("held", "2021-03-01 10:00", WORKER, POLICE).as_history()
    given(AROUND_HER).when(
        received(old, at=AFTER),
    ).then(
        raised(RULE, urgent="", digest=""),
    )


# --- corrections and retractions ---------------------------------------------------------------


def test_a_list_corrected_to_have_everybody_is_withdrawn() -> None:
    given(AROUND_HER, received(CALLED)).when(
        received(CALLED.corrected(invitees=[*WORKER, *POLICE, *CAMHS]), at="2021-10-01 11:00"),
    ).then(
        withdrawn(RULE, **ACTING),
    ).then_awaits({})


def test_a_list_corrected_to_lack_somebody_is_raised() -> None:
    complete = meeting("called", OFFICE, WORKER, POLICE, CAMHS)
    given(AROUND_HER, received(complete)).when(
        received(complete.corrected(invitees=[*WORKER, *POLICE]), at="2021-10-01 11:00"),
    ).then(
        raised(RULE, level=1, **ACTING),
    )


def test_a_call_that_is_taken_back_is_withdrawn_and_told_to_whoever_was_told() -> None:
    given(AROUND_HER, received(CALLED)).when(
        received(CALLED.retracted(), at="2021-10-01 11:00"),
    ).then(
        withdrawn(RULE, **ACTING),
    ).then_awaits({})


def test_once_it_is_not_held_after_all_somebody_can_be_asked_again() -> None:
    given(AROUND_HER, received(CALLED), received(HELD, AFTER)).when(
        received(HELD.retracted(), at="2021-10-06 10:00"),
    ).then(
        updated(RULE, level=1, **ACTING),
    )


def test_a_correction_of_the_year_is_no_withdrawal() -> None:
    wrong = meeting("held", "2020-10-05 14:00", WORKER, POLICE, known=THEN)
    given(AROUND_HER, received(CALLED), received(wrong, AFTER)).when(
        received(wrong.corrected(occurred=THEN), at="2021-10-06 10:00"),
    ).then_nothing().then_open(f"{RULE} medium 0")


def test_a_meeting_of_the_wrong_year_is_taken_back_and_the_call_stands() -> None:
    wrong = meeting("held", "2020-10-05 14:00", WORKER, POLICE, known=THEN)
    given(AROUND_HER, received(CALLED), received(wrong, AFTER)).when(
        received(wrong.retracted(), at="2021-10-06 10:00"),
    ).then(
        updated(RULE, level=1, **ACTING),
    )


@pytest.mark.parametrize("occurred", ["1970-01-01", "2100-01-01", "9999-12-31"])
def test_a_time_that_cannot_be_is_flagged_and_told_all_the_same(occurred: str) -> None:
    expected: list[Expected] = [flagged("occurred"), raised(RULE, **LINE)]
    given(AROUND_HER).when(
        received(meeting("held", occurred, WORKER, POLICE, known=THEN), at=AFTER),
    ).then(*expected)


def test_only_meetings_are_read() -> None:
    (need,) = MeetingWithout().needs(only(RULE).thresholds[RULE])
    assert need.types == {"meeting"}
