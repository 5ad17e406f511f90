"""serious-incident: a child died or was seriously harmed; somebody must notify (1.4)."""

from dataclasses import replace
from itertools import permutations

import pytest

from safeguarding.facts import Alert
from safeguarding.rules.harm.serious_incident import SeriousIncident
from safeguarding.standings import Standings
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said
from tests.unit.rules.said_hospital_and_law import serious_harm
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

RULE = "serious-incident"
NIGHT = "2021-11-11 21:40"
DAY = "2021-11-12 11:00"
NETWORK = (
    "social_worker team_manager senior_manager iro edt host_authority safeguarding_nurse placement "
    "foster_carer camhs_crisis missing_coordinator youth_justice"
)
BY_NIGHT: Audience = {
    "urgent": "senior_manager edt host_authority",
    "digest": "social_worker team_manager iro",
}
BY_DAY: Audience = {
    "urgent": "senior_manager team_manager host_authority",
    "digest": "social_worker edt iro",
}
OWED = (
    "To notify the national panel is for the authority where it happened (Westshire), within 5 "
    "working days; a rapid review is due in 15."
)


def given(*doings: Doing) -> Scene:
    return given_in(members(NETWORK), *doings, hub=Hub(ruleset=only(RULE)))


def the_alert(scene: Scene) -> Alert:
    (record,) = scene.hub.case.alerts.values()
    return scene.hub.alerts[record.alert_id]


def told(*said: Said) -> str:
    """What the one alert says once all have come."""
    return the_alert(given(*(received(each, DAY) for each in said))).what


# --- it fires ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["death", "serious_harm"])
def test_it_is_told_at_once_to_who_must_notify_and_to_nobody_who_need_not_know(kind: str) -> None:
    given().when(
        received(serious_harm(kind, NIGHT)),
    ).then(
        raised(RULE, "critical", level=0, **BY_NIGHT),
    ).then_awaits(dict.fromkeys(BY_NIGHT["urgent"].split(), "2021-11-11 21:55"))


def test_in_office_hours_the_manager_is_told_at_once_instead_of_the_night_team() -> None:
    given().when(
        received(serious_harm("death", DAY)),
    ).then(
        raised(RULE, "critical", **BY_DAY),
    )


def test_of_a_child_without_network_the_steward_and_night_team_are_told() -> None:
    given_in(hub=Hub(ruleset=only(RULE))).when(
        received(serious_harm("death", NIGHT)),
    ).then(
        raised(RULE, "critical", urgent="steward edt", digest=""),
    )


def test_it_says_what_is_known_and_who_owes_the_notification_and_not_how_it_happened() -> None:
    scene = given(
        received(
            serious_harm(
                "serious_harm",
                NIGHT,
                place_authority="Westshire",
                circumstances="Not for an alert.",
                abuse_or_neglect="yes",
            )
        )
    )
    alert = the_alert(scene)
    assert (alert.headline, alert.where) == ("Serious harm", None)
    assert alert.what == (
        f"The child was seriously harmed. Abuse or neglect is known or suspected. {OWED}"
    )
    assert alert.paragraphs == ("1.4",)


def test_of_a_death_it_asks_that_people_hear_it_from_a_person() -> None:
    scene = given(received(serious_harm("death", NIGHT, place_authority="Westshire")))
    assert the_alert(scene).headline == "A child has died"
    assert the_alert(scene).what == (
        f"The child has died. Whether abuse or neglect is suspected is not known. {OWED} Asked: "
        "that whoever is close to the child hears it from a person."
    )


def test_where_it_is_not_said_where_it_happened_it_asks_to_settle_who_notifies() -> None:
    assert told(serious_harm("serious_harm", NIGHT)).endswith(
        "To notify the national panel is for the authority where it happened, within 5 working "
        "days; which it is, nobody has said; asked: to settle it; a rapid review is due in 15."
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("yes", "Abuse or neglect is known or suspected."),
        (
            "no",
            "Abuse or neglect is not suspected; whether to notify is for the authority to judge.",
        ),
        ("not_known", "Whether abuse or neglect is suspected is not known."),
        (None, "Whether abuse or neglect is suspected is not known."),
    ],
)
def test_it_says_whether_abuse_or_neglect_is_suspected(answer: str | None, words: str) -> None:
    assert words in told(serious_harm("serious_harm", NIGHT, abuse_or_neglect=answer))


def test_of_a_death_without_abuse_it_says_whom_to_tell_of_a_looked_after_child() -> None:
    assert (
        "Abuse or neglect is not suspected; that a looked-after child has died is notified to the "
        "Secretary of State and Ofsted all the same."
    ) in told(serious_harm("death", NIGHT, abuse_or_neglect="no"))


# --- what follows ------------------------------------------------------------------------------


def test_that_the_panel_was_notified_is_a_line_in_the_digest_and_no_retraction() -> None:
    said = serious_harm("serious_harm", NIGHT)
    scene = given(received(said)).when(
        received(said.corrected(notified="2021-11-15"), at="2021-11-16 11:00")
    )
    scene.then(updated(RULE, "critical", urgent=""))
    assert the_alert(scene).what.endswith(" The national panel has been notified.")


def test_a_death_of_which_another_tells_too_is_one_alert() -> None:
    polices = serious_harm(
        "death", NIGHT, agency="police", place_authority="Westshire", abuse_or_neglect="yes"
    )
    scene = given(received(serious_harm("death", NIGHT))).when(received(polices, at=DAY))
    scene.then(updated(RULE, "critical", urgent=""))
    assert f"Abuse or neglect is known or suspected. {OWED}" in the_alert(scene).what


def test_a_death_of_which_one_has_notified_the_panel_is_notified() -> None:
    other = serious_harm("death", NIGHT, agency="police", notified="2021-11-12")
    assert "The national panel has been notified." in told(serious_harm("death", NIGHT), other)


def test_two_reports_of_harm_are_two_alerts_and_so_is_a_death_after_harm() -> None:
    given(received(serious_harm("serious_harm", NIGHT))).when(
        received(serious_harm("serious_harm", NIGHT, agency="police"), at=DAY),
        received(serious_harm("death", DAY, reference="SH-2")),
    ).then(
        raised(RULE, "critical"),
        raised(RULE, "critical"),
    )


def test_harm_that_the_child_then_died_of_is_withdrawn_for_the_death_by_correction() -> None:
    said = serious_harm("serious_harm", NIGHT)
    given(received(said)).when(
        received(said.corrected(kind="death"), at="2021-11-11 23:40"),
    ).then(
        withdrawn(RULE, **BY_NIGHT),
        raised(RULE, "critical", **BY_NIGHT),
    )


# --- late, out of order, twice -----------------------------------------------------------------


def test_days_late_it_is_told_no_less_urgently() -> None:
    given().when(
        received(serious_harm("death", "2021-11-01 21:40"), at=DAY),
    ).then(
        raised(RULE, "critical", **BY_DAY),
    )


def test_in_any_order_the_same_alerts_are_open_and_say_the_same() -> None:
    said = [
        serious_harm("death", NIGHT, place_authority="Westshire"),
        serious_harm("death", "2021-11-11 21:50", agency="police", place_authority="Eastshire"),
        serious_harm("serious_harm", "2021-11-11 20:00", reference="SH-2"),
        serious_harm("death", "2021-11-11", agency="placement", abuse_or_neglect="no"),
    ]
    ends = set()
    for order in permutations(said):
        scene = given(*(received(each, DAY) for each in order))
        ends.add(tuple(sorted((a.key, a.what) for a in scene.hub.alerts.values())))
    assert len(ends) == 1


def test_the_same_report_twice_says_nothing_new() -> None:
    given(received(serious_harm("death", NIGHT))).when(
        received(serious_harm("death", NIGHT), at=DAY),
    ).then_nothing()


def test_history_loaded_in_bulk_tells_nobody() -> None:
    given().when(
        received(serious_harm("serious_harm", "2021-03-01 10:00").as_history(), at=DAY),
    ).then(
        raised(RULE, "critical", urgent="", digest=""),
    )


def test_what_is_read_around_a_death_is_what_it_looks_at() -> None:
    scene = given(
        received(serious_harm("death", NIGHT)),
        received(serious_harm("death", "2022-12-01 10:00", agency="police")),
    )
    about = scene.hub.case.standing_event(("acute-trust", "SH-1"))
    assert about is not None
    rule, thresholds = SeriousIncident(), scene.hub.ruleset.thresholds[RULE]
    (need,) = rule.needs(thresholds)
    since, until = about.placed_at - need.before, about.placed_at + need.after
    kept = {k: v for k, v in scene.hub.case.standings.items() if since <= v.occurred_at <= until}
    seen = rule.assess(replace(scene.hub.case, standings=Standings(kept)), about, thresholds)
    assert seen == rule.assess(scene.hub.case, about, thresholds)


# --- corrections and retractions ---------------------------------------------------------------


def test_a_correction_of_the_year_is_no_withdrawal() -> None:
    said = serious_harm("death", "2020-11-11 21:40", known=NIGHT)
    given(received(said, at=NIGHT)).when(
        received(said.corrected(occurred=NIGHT), at="2021-11-11 22:00"),
    ).then_nothing().then_open(f"{RULE} critical 0")


def test_a_correction_of_what_is_not_told_says_nothing() -> None:
    said = serious_harm("death", NIGHT)
    given(received(said)).when(
        received(said.corrected(circumstances="Other words."), at="2021-11-11 22:00"),
    ).then_nothing()


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said = serious_harm("death", NIGHT)
    given(received(said)).when(
        received(said.retracted(), at=DAY),
    ).then(
        withdrawn(RULE, **BY_NIGHT),
    ).then_awaits({})


def test_a_death_that_one_takes_back_stands_while_another_says_so() -> None:
    said = serious_harm("death", NIGHT)
    other = serious_harm("death", "2021-11-11 21:50", agency="police", place_authority="Westshire")
    given(received(said), received(other)).when(
        received(said.retracted(), at=DAY),
    ).then_nothing().then_open(f"{RULE} critical 0")


def test_an_early_retraction_is_remembered() -> None:
    said = serious_harm("death", NIGHT)
    given(received(said.retracted(), at=NIGHT)).when(
        received(said, at="2021-11-11 21:45"),
    ).then_nothing().then_open()


@pytest.mark.parametrize("occurred", ["1970-01-01 00:00+00:00", "9999-12-31"])
def test_a_time_that_cannot_be_is_flagged_and_alerts_all_the_same(occurred: str) -> None:
    given().when(
        received(serious_harm("death", occurred, known=NIGHT), at=NIGHT),
    ).then(
        flagged("occurred"),
        raised(RULE, "critical", **BY_NIGHT),
    )
