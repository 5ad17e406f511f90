"""discharge-request: "not to be discharged until" is a request, and no power (3.19)."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from safeguarding.facts import Alert
from safeguarding.rules.hospital.discharge_request import DischargeRequest
from safeguarding.standings import Standings
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.networked import discharge
from tests.unit.rules.said import Said, assessed
from tests.unit.rules.said_hospital_and_law import asked_to_keep, seen
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

RULE = "discharge-request"
NIGHT = "2021-10-10 22:50"  # A Sunday.
DAY = "2021-10-12 11:00"
LEFT = "2021-10-13 11:00"
NETWORK = (
    "social_worker edt team_manager iro placement foster_carer camhs_crisis camhs_community ward "
    "a_and_e safeguarding_nurse missing_coordinator adult_services"
)
READERS = (
    "social_worker edt team_manager iro placement foster_carer camhs_crisis camhs_community ward "
    "a_and_e safeguarding_nurse"
)
WITHOUT_THE_ASKER = READERS.replace("edt ", "")
# With the ward who asked, since the two must agree on what is done.
AT_NIGHT: Audience = {
    "urgent": "ward edt",
    "digest": WITHOUT_THE_ASKER.replace("ward ", ""),
}
AFTERWARDS: Audience = {
    "urgent": "social_worker camhs_crisis placement foster_carer safeguarding_nurse",
    "digest": "edt team_manager iro camhs_community ward a_and_e",
}


def given(*doings: Doing) -> Scene:
    return given_in(members(NETWORK), *doings, hub=Hub(ruleset=only(RULE)))


def the_alert(scene: Scene) -> Alert:
    (record,) = scene.hub.case.alerts.values()
    return scene.hub.alerts[record.alert_id]


def told(*said: Said, at: str = "2021-10-14 11:00") -> Alert:
    """The alert of the request, once all have come."""
    return the_alert(given(*(received(each, at) for each in said)))


# --- the request -------------------------------------------------------------------------------


def test_a_request_that_does_not_say_what_if_she_leaves_is_told_at_once_to_the_ward() -> None:
    given().when(
        received(asked_to_keep()),
    ).then(
        raised(RULE, "high", level=0, **AT_NIGHT),
    ).then_awaits({"ward": "2021-10-10 23:50", "edt": "2021-10-10 23:50"})


def test_in_office_hours_the_safeguarding_nurse_and_the_social_worker_are_told_at_once_too() -> (
    None
):
    given().when(
        received(asked_to_keep(DAY, said_by="team_manager", asked_by="team_manager")),
    ).then(
        raised(RULE, "high", urgent="ward safeguarding_nurse social_worker"),
    )


def test_who_asked_is_told_that_it_is_no_power_also_when_the_ward_publishes_it() -> None:
    """Found by the story (3.19): who took it for an instruction was the one who was not told."""
    by_the_ward = replace(asked_to_keep(), agency="acute-trust", said_by="ward")
    given().when(received(by_the_ward)).then(raised(RULE, "high", **AT_NIGHT))


def test_who_asked_and_said_what_if_she_leaves_is_not_told_also_when_the_ward_publishes_it() -> (
    None
):
    said = asked_to_keep(if_child_leaves="Call 999.")
    given().when(
        received(replace(said, agency="acute-trust", said_by="ward")),
    ).then(
        raised(RULE, "medium", urgent="", digest=WITHOUT_THE_ASKER.replace("ward ", "")),
    )


def test_it_says_who_asks_for_what_by_what_authority_and_what_if_she_leaves() -> None:
    alert = told(asked_to_keep())
    assert (alert.headline, alert.where) == ("Asked not to discharge yet", "RXX01")
    assert alert.what == (
        "Asked by: edt; not to be discharged until: A CAMHS assessment has been made; the "
        "hospital's answer: agreed. This is a request, without authority: it does not keep the "
        "child from leaving; what to do then is not said. Asked: to agree now what is done if the "
        "child leaves."
    )
    assert alert.paragraphs == ("3.19",)


def test_one_that_says_what_if_she_leaves_is_a_line_in_the_digest() -> None:
    scene = given().when(received(asked_to_keep(if_child_leaves="Call 999 and the duty team.")))
    scene.then(raised(RULE, "medium", urgent="", digest=WITHOUT_THE_ASKER))
    assert the_alert(scene).what.endswith(
        "from leaving; if the child leaves: Call 999 and the duty team."
    )


@pytest.mark.parametrize("authority", ["section_5_2", "section_2", "mental_capacity_act"])
def test_one_with_an_authority_is_a_line_in_the_digest_that_names_it(authority: str) -> None:
    scene = given().when(received(asked_to_keep(authority=authority)))
    scene.then(raised(RULE, "medium", urgent="", digest=WITHOUT_THE_ASKER))
    assert f" By authority: {authority.replace('_', ' ')};" in the_alert(scene).what


@pytest.mark.parametrize(
    ("details", "severity"),
    [
        ({"answer": "declined", "if_child_leaves": "Call 999."}, "high"),
        ({"answer": "none_yet", "if_child_leaves": "Call 999."}, "medium"),
        ({"authority": "not_recorded"}, "high"),
        ({"answer": "declined", "authority": "section_2"}, "medium"),
    ],
)
def test_a_hospital_that_will_not_is_told_at_once_where_there_is_no_authority(
    details: dict[str, Any], severity: str
) -> None:
    assert told(asked_to_keep(**details)).severity.value == severity


def test_two_requests_are_two_alerts() -> None:
    given(received(asked_to_keep())).when(
        received(asked_to_keep(DAY, reference="DR-2")),
    ).then(
        raised(RULE, "high"),
    )


# --- what is recorded since --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (seen(DAY), "Recorded since: a CAMHS contact."),
        (assessed("completed", DAY), "Recorded since: a psychosocial assessment."),
        (assessed("completed", "2021-10-10"), "Recorded since: a psychosocial assessment."),
    ],
    ids=["contact", "assessment", "same day, hour not known"],
)
def test_what_is_recorded_since_is_a_line_in_the_digest(since: Said, words: str) -> None:
    scene = given(received(asked_to_keep())).when(received(since, at=DAY))
    scene.then(updated(RULE, "high", level=0, urgent=""))
    assert the_alert(scene).what.endswith(
        f" {words} Asked: to say whether that is what was asked for and, if not, to agree what is "
        "done if the child leaves."
    )


def test_who_asked_reads_what_is_recorded_since_and_of_the_discharge() -> None:
    """Found by the story: the duty team was left out, as if CAMHS's contact were its own news."""
    scene = given(members("camhs_outreach"), received(asked_to_keep()))
    scene.when(received(seen(DAY))).then(updated(RULE, "high", urgent="", digest=READERS))
    scene.when(received(discharge(LEFT))).then(
        updated(RULE, "medium", urgent="", digest=READERS.replace("ward ", "") + " camhs_outreach")
    )


def test_only_the_first_of_them_is_said() -> None:
    given(received(asked_to_keep()), received(seen(DAY))).when(
        received(assessed("completed", "2021-10-12 15:00")),
        received(seen("2021-10-13 10:00")),
    ).then_nothing()


UNDONE = [
    seen(DAY, outcome="did_not_attend"),
    seen("2021-10-10 20:00"),
    assessed("requested", DAY),
    assessed("refused", DAY),
    assessed("completed", DAY, site="RYY01"),
]


@pytest.mark.parametrize("other", UNDONE, ids=["not seen", "before", "asked", "refused", "site"])
def test_what_did_not_take_place_there_since_does_not_count(other: Said) -> None:
    given(received(asked_to_keep())).when(received(other, at=DAY)).then_nothing()


# --- the discharge -----------------------------------------------------------------------------


def test_a_discharge_before_anything_is_recorded_is_told_like_new() -> None:
    scene = given(received(asked_to_keep())).when(received(discharge(LEFT)))
    scene.then(updated(RULE, "high", level=1, **AFTERWARDS))
    alert = the_alert(scene)
    assert alert.headline == "Discharged before what was asked for"
    assert alert.what.endswith(
        "answer: agreed. This was a request, without authority. Discharged. Since it was asked "
        "neither a psychosocial assessment nor a CAMHS contact is recorded. Asked: to find out "
        "whether what was asked for has happened, and who sees the child next."
    )


@pytest.mark.parametrize("other", UNDONE, ids=["not seen", "before", "asked", "refused", "site"])
def test_it_is_so_whatever_did_not_take_place(other: Said) -> None:
    alert = told(asked_to_keep(), other, discharge(LEFT))
    assert alert.level == 1


def test_at_night_the_night_team_and_whoever_has_her_are_told_of_the_discharge_at_once() -> None:
    given(received(asked_to_keep())).when(
        received(discharge("2021-10-11 03:00")),
    ).then(
        updated(RULE, "high", level=1, urgent="edt camhs_crisis placement foster_carer"),
    )


def test_a_milder_request_rises_too_and_so_does_one_with_an_authority() -> None:
    for details in ({"if_child_leaves": "Call 999."}, {"authority": "section_2"}):
        given(received(asked_to_keep(**details))).when(
            received(discharge(LEFT)),
        ).then(
            updated(RULE, "high", level=1, **AFTERWARDS),
        )


def test_a_discharge_after_it_is_a_line_in_the_digest() -> None:
    scene = given(received(asked_to_keep()), received(seen(DAY))).when(received(discharge(LEFT)))
    scene.then(updated(RULE, "medium", level=0, urgent=""))
    alert = the_alert(scene)
    assert alert.headline == "Discharged after a CAMHS contact"
    assert alert.what.endswith(
        " This was a request, without authority. Recorded since: a CAMHS contact. Discharged."
    )


@pytest.mark.parametrize(
    "other",
    [
        discharge(LEFT, spell="SP-2"),
        discharge(LEFT, site="RYY01"),
        discharge("2021-10-09 11:00"),
    ],
    ids=["stay", "site", "before"],
)
def test_another_discharge_says_nothing(other: Said) -> None:
    given(received(asked_to_keep())).when(received(other, at=LEFT)).then_nothing()


def test_a_contact_after_the_discharge_does_not_undo_it() -> None:
    given(received(asked_to_keep()), received(discharge(LEFT))).when(
        received(seen("2021-10-14 10:00")),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_a_contact_before_it_that_is_told_later_lowers_it_by_digest() -> None:
    scene = given(received(asked_to_keep()), received(discharge(LEFT))).when(
        received(seen(DAY), at="2021-10-14 10:00"),
    )
    scene.then(updated(RULE, "medium", level=0, urgent=""))


def test_a_stay_that_is_longer_than_any_is_not_looked_at_again() -> None:
    given(received(asked_to_keep())).when(received(discharge("2022-06-01 11:00"))).then_nothing()


# --- late, out of order, twice -----------------------------------------------------------------


def test_days_late_it_is_told_no_less_urgently() -> None:
    given().when(
        received(asked_to_keep(), at=DAY),
    ).then(
        raised(RULE, "high", urgent="ward safeguarding_nurse social_worker"),
    )


def test_a_request_of_which_the_end_is_known_asks_the_ward_nothing_any_more() -> None:
    given(received(seen(DAY)), received(discharge(LEFT))).when(
        received(asked_to_keep(), at="2021-10-14 11:00"),
    ).then(
        raised(RULE, "medium", level=0, urgent=""),
    )


def test_in_any_order_the_same_alert_is_open_and_says_the_same() -> None:
    said = [asked_to_keep(), UNDONE[0], seen(DAY), discharge(LEFT), seen("2021-10-14 10:00")]
    ends = set()
    for order in permutations(said):
        alert = told(*order, at="2021-10-15 11:00")
        ends.add((alert.key, alert.level, alert.severity, alert.what))
    assert len(ends) == 1


def test_the_same_event_twice_says_nothing_new() -> None:
    given(received(asked_to_keep()), received(discharge(LEFT))).when(
        received(asked_to_keep(), at=LEFT),
        received(discharge(LEFT), at="2021-10-13 12:00"),
    ).then_nothing()


def test_history_loaded_in_bulk_tells_nobody() -> None:
    given().when(
        received(asked_to_keep("2021-03-01 10:00").as_history(), at=DAY),
    ).then(
        raised(RULE, "high", urgent="", digest=""),
    )


@pytest.mark.parametrize(
    "about", [("camhs", "CC/attended/2022-01-12"), ("acute-trust", "SP-1/end")]
)
def test_what_is_read_around_an_event_is_enough_for_every_request_it_may_bear_on(
    about: tuple[str, str],
) -> None:
    scene = given(
        received(asked_to_keep("2022-01-12 22:50")),
        received(seen("2022-01-12"), at="2022-01-13 09:00"),
        received(discharge("2022-07-14 20:00")),
        received(asked_to_keep("2021-02-10 22:50", reference="DR-0")),
    )
    event = scene.hub.case.standing_event(about)
    assert event is not None
    rule, thresholds = DischargeRequest(), scene.hub.ruleset.thresholds[RULE]
    (need,) = rule.needs(thresholds)
    since, until = event.placed_at - need.before, event.placed_at + need.after
    kept = {k: v for k, v in scene.hub.case.standings.items() if since <= v.occurred_at <= until}
    seen_then = rule.assess(replace(scene.hub.case, standings=Standings(kept)), event, thresholds)
    assert len(seen_then) == 1
    assert seen_then == rule.assess(scene.hub.case, event, thresholds)


# --- corrections and retractions ---------------------------------------------------------------


def test_a_correction_that_says_what_if_she_leaves_is_a_line_in_the_digest() -> None:
    said = asked_to_keep()
    given(received(said)).when(
        received(said.corrected(if_child_leaves="Call 999."), at="2021-10-11 09:00"),
    ).then(
        updated(RULE, "medium", urgent=""),
    )


def test_an_answer_is_no_retraction() -> None:
    said = asked_to_keep(if_child_leaves="Call 999.", answer="none_yet")
    given(received(said)).when(
        received(said.corrected(answer="declined"), at="2021-10-11 22:00"),
    ).then(
        updated(RULE, "high", urgent="ward edt"),
    )


def test_a_correction_of_the_year_is_no_withdrawal() -> None:
    said = asked_to_keep("2020-10-10 22:50", known=NIGHT)
    given(received(said, at=NIGHT)).when(
        received(said.corrected(occurred=NIGHT), at="2021-10-10 23:10"),
    ).then_nothing().then_open(f"{RULE} high 0")


def test_a_discharge_that_is_cancelled_takes_back_the_rise_by_digest() -> None:
    said = discharge(LEFT)
    given(received(asked_to_keep()), received(said)).when(
        received(said.retracted(), at="2021-10-13 12:00"),
    ).then(
        updated(RULE, "high", level=0, urgent=""),
    )


def test_a_contact_that_is_taken_back_makes_the_discharge_rise() -> None:
    said = seen(DAY)
    given(received(asked_to_keep()), received(said), received(discharge(LEFT))).when(
        received(said.retracted(), at="2021-10-13 12:00"),
    ).then(
        updated(RULE, "high", level=1, **AFTERWARDS),
    )


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    given(received(asked_to_keep())).when(
        received(asked_to_keep().retracted(), at="2021-10-11 09:30"),
    ).then(
        withdrawn(RULE, **AT_NIGHT),
    ).then_awaits({})


def test_an_early_retraction_is_remembered() -> None:
    given(received(asked_to_keep().retracted(), at="2021-10-10 22:51")).when(
        received(asked_to_keep(), at="2021-10-10 22:52"),
    ).then_nothing().then_open()


@pytest.mark.parametrize("occurred", ["1970-01-01 00:00+00:00", "9999-12-31"])
def test_a_time_that_cannot_be_is_flagged_and_alerts_all_the_same(occurred: str) -> None:
    given().when(
        received(asked_to_keep(occurred, known=NIGHT), at=NIGHT),
    ).then(
        flagged("occurred"),
        raised(RULE, "high", **AT_NIGHT),
    )
