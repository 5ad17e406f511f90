"""deprivation-of-liberty: restriction, conditions and homes (1.6, 3.19, 3.21, 3.23 to 3.27)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from safeguarding.facts import Alert
from safeguarding.rules.hospital.deprivation_of_liberty import DeprivationOfLiberty
from safeguarding.standings import Standings
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import Said, left, placed
from tests.unit.rules.said_hospital_and_law import ordered, restricted
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

RULE = "deprivation-of-liberty"
DAY = "2021-11-12 11:00"  # A Friday.
EVENING = "2021-11-12 17:30"
NETWORK = (
    "social_worker team_manager iro senior_manager edt commissioning placements_officer ward "
    "placement safeguarding_nurse advocate foster_carer camhs_crisis missing_coordinator"
)
OFFICE: Audience = {
    "urgent": "social_worker team_manager safeguarding_nurse",
    "digest": "iro senior_manager placement ward",
}
READERS = f"{OFFICE['urgent']} {OFFICE['digest']}"
ORDER_OFFICE: Audience = {"urgent": "team_manager senior_manager", "digest": "iro"}
ORDER_READERS = "team_manager senior_manager iro"
HOME_OFFICE: Audience = {
    "urgent": "senior_manager commissioning team_manager",
    "digest": "social_worker iro placements_officer",
}


def given(*doings: Doing) -> Scene:
    # The demo area has no advocates.
    return given_in(members(NETWORK.replace("advocate ", "")), *doings, hub=Hub(ruleset=only(RULE)))


def the_alert(scene: Scene) -> Alert:
    (record,) = scene.hub.case.alerts.values()
    return scene.hub.alerts[record.alert_id]


def opened(said: Sequence[Said], at: str = "2022-01-20 09:00") -> set[tuple[str, int, str]]:
    """What is open in the end, received in this order."""
    scene = given(*(received(each, at) for each in said))
    return {
        (record.key, record.level, scene.hub.alerts[record.alert_id].what)
        for record in scene.hub.open_alerts()
    }


# --- a restriction without recorded authority --------------------------------------------------


def test_a_restriction_without_recorded_authority_is_told_in_office_hours() -> None:
    given().when(
        received(restricted("one_to_one", DAY)),
    ).then(
        raised(RULE, "high", level=1, **OFFICE),
    ).then_awaits(dict.fromkeys(OFFICE["urgent"].split(), "2021-11-12 12:00"))


def test_in_the_evening_it_wakes_nobody_and_who_can_act_answers_in_the_morning() -> None:
    given().when(
        received(restricted("one_to_one", EVENING)),
    ).then(
        raised(RULE, "high", urgent="", digest=READERS),
    ).then_awaits(dict.fromkeys(OFFICE["urgent"].split(), "2021-11-15 10:00"))


def test_it_says_what_is_done_where_by_no_authority_and_what_is_asked() -> None:
    alert = the_alert(given(received(restricted("one_to_one", DAY, reason="A second ligature."))))
    assert (alert.headline, alert.where) == ("Restriction without recorded authority", "acute ward")
    assert alert.what == (
        "Restriction: a member of staff at all times; no authority is recorded; reason: A second "
        "ligature; asked: that whoever restricts records by what authority, or ends it, and that "
        "the responsible authority takes legal advice."
    )
    assert alert.paragraphs[:2] == ("1.6", "3.19")


@pytest.mark.parametrize(
    "kind",
    [
        "one_to_one",
        "two_to_one",
        "locked_door",
        "holding",
        "medication",
        "segregation",
        "supervised_leave",
    ],
)
def test_every_restriction_that_needs_an_authority_counts(kind: str) -> None:
    assert len(opened([restricted(kind, DAY, authority="none")])) == 1


@pytest.mark.parametrize("kind", ["devices", "other"])
def test_what_any_parent_may_do_does_not(kind: str) -> None:
    given().when(received(restricted(kind, DAY, authority="none"))).then_nothing()


@pytest.mark.parametrize(
    "authority", ["consent", "mental_capacity_act", "court_order", "section_2", "section_5_2"]
)
def test_a_recorded_authority_tells_nobody(authority: str) -> None:
    given().when(received(restricted("one_to_one", DAY, authority=authority))).then_nothing()


def test_a_restriction_that_stops_of_which_nobody_said_that_it_began_tells_nobody() -> None:
    given().when(received(restricted("one_to_one", DAY, step="stopped"))).then_nothing()


def test_a_repeat_at_the_same_place_says_nothing_new() -> None:
    given(received(restricted("holding", DAY))).when(
        received(restricted("holding", "2021-11-13 11:00")),
        received(restricted("holding", "2021-11-15 11:00", place="Acute Ward ")),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_more_of_the_same_is_told_like_new() -> None:
    scene = given(received(restricted("one_to_one", DAY))).when(
        received(restricted("two_to_one", "2021-12-15 11:30", step="changed")),
    )
    scene.then(updated(RULE, "high", level=2, **OFFICE))
    assert "two members of staff at all times; no authority" in the_alert(scene).what


def test_less_of_the_same_is_a_line_in_the_digest() -> None:
    given(received(restricted("two_to_one", DAY))).when(
        received(restricted("one_to_one", "2021-12-15 11:30", step="changed")),
    ).then(
        updated(RULE, "high", level=1, urgent="", digest=READERS),
    )


@pytest.mark.parametrize(
    "other",
    [
        restricted("locked_door", "2021-11-13 10:00"),
        restricted("one_to_one", "2021-11-13 10:00", place="children's ward"),
        restricted("one_to_one", "2021-11-13 10:00", agency="host-trust"),
    ],
    ids=["kind", "place", "agency"],
)
def test_another_kind_place_or_agency_is_another_alert(other: Said) -> None:
    assert len(opened([restricted("one_to_one", DAY), other])) == 2


# --- it is over --------------------------------------------------------------------------------


def test_that_it_stops_settles_it_and_wakes_nobody_who_was_not_told_urgently() -> None:
    stop = restricted("two_to_one", "2021-12-29 13:50", step="stopped", authority="section_2")
    scene = given(received(restricted("one_to_one", EVENING))).when(received(stop))
    scene.then(updated(RULE, "high", level=0, urgent="", digest=READERS))
    assert the_alert(scene).headline == "Restriction without recorded authority: over"
    assert the_alert(scene).what == (
        "Restriction: a member of staff at all times; no authority is recorded. Stopped."
    )


def test_whoever_was_told_urgently_hears_urgently_that_it_stopped() -> None:
    given(received(restricted("one_to_one", DAY))).when(
        received(restricted("one_to_one", "2021-11-12 21:00", step="stopped")),
    ).then(
        updated(RULE, level=0, **OFFICE),
    ).then_awaits({})


@pytest.mark.parametrize("step", ["started", "changed"])
def test_that_an_authority_is_recorded_settles_it(step: str) -> None:
    then = restricted("one_to_one", "2021-11-13 12:00", step=step, authority="court_order")
    scene = given(received(restricted("one_to_one", DAY))).when(received(then))
    scene.then(updated(RULE, level=0))
    assert the_alert(scene).what.endswith("An authority is recorded.")


def test_a_restriction_with_an_authority_that_follows_says_nothing_new() -> None:
    given(
        received(restricted("one_to_one", DAY)),
        received(restricted("one_to_one", "2021-11-13 11:00", step="stopped")),
    ).when(
        received(restricted("one_to_one", "2021-12-15 11:00", authority="section_2")),
    ).then_nothing()


def test_one_that_starts_again_is_told_like_new() -> None:
    given(
        received(restricted("one_to_one", DAY)),
        received(restricted("one_to_one", "2021-11-13 11:00", step="stopped")),
    ).when(
        received(restricted("one_to_one", "2021-12-15 11:00")),
    ).then(
        updated(RULE, "high", level=1, **OFFICE),
    )


def test_an_end_before_it_settles_nothing() -> None:
    given(received(restricted("one_to_one", DAY))).when(
        received(restricted("one_to_one", "2021-11-12 09:00", step="stopped"), at=EVENING),
        received(restricted("one_to_one", "2021-11-12 08:00", authority="consent"), at=EVENING),
    ).then_nothing()


def test_an_end_of_the_same_day_at_an_hour_not_known_settles_it() -> None:
    given(received(restricted("one_to_one", DAY))).when(
        received(restricted("one_to_one", "2021-11-12", step="stopped"), at=EVENING),
    ).then(
        updated(RULE, level=0),
    )


@pytest.mark.parametrize("kind", ["holding", "medication"])
def test_what_is_over_in_minutes_is_not_settled_by_being_over(kind: str) -> None:
    given(received(restricted(kind, DAY))).when(
        received(restricted(kind, "2021-11-12 11:10", step="stopped")),
        received(restricted(kind, "2021-11-14 11:00")),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_a_stop_whose_beginning_lies_out_of_sight_takes_nothing_back() -> None:
    given(received(restricted("one_to_one", "2020-10-01 11:00"))).when(
        received(restricted("one_to_one", DAY, step="stopped")),
    ).then_nothing().then_open(f"{RULE} high 1")


# --- a condition of an order is not met --------------------------------------------------------


def test_a_condition_that_is_not_met_is_told_to_the_responsible_authority_alone() -> None:
    given(received(ordered("applied_for", "2021-11-26 10:00"))).when(
        received(ordered("made", "2021-12-02 15:00", "no")),
    ).then(
        raised(RULE, "high", level=1, **ORDER_OFFICE),
    )


def test_in_the_evening_the_condition_is_a_line_to_its_readers() -> None:
    given().when(
        received(ordered("made", "2021-12-02 15:00", "no"), at="2021-12-02 17:20"),
    ).then(
        raised(RULE, "high", urgent="", digest=ORDER_READERS),
    )


def test_no_word_of_the_court_stands_in_the_alert() -> None:
    alert = the_alert(given(received(ordered("made", "2021-12-02 15:00", "no", number="FD-77"))))
    assert alert.headline == "Condition of an order not met"
    assert alert.what == (
        "A condition is said not to be met of an order that authorises a deprivation of liberty; "
        "which, the authority's own file says. Asked: that it is met, or that the court is asked "
        "again."
    )
    assert alert.where is None


@pytest.mark.parametrize(
    "said",
    [
        ordered("made", DAY, "yes", "not_known"),
        ordered("made", DAY),
        ordered("applied_for", DAY, "no"),
        ordered("refused", DAY, "no"),
        ordered("ended", DAY, "no"),
        ordered("made", DAY, "no", order="care"),
    ],
    ids=["met or not known", "no conditions", "applied for", "refused", "ended", "care order"],
)
def test_other_orders_tell_nobody(said: Said) -> None:
    given().when(received(said)).then_nothing()


def test_more_conditions_that_are_not_met_are_told_like_new() -> None:
    scene = given(received(ordered("made", "2021-12-02 11:00", "no", "yes")))
    scene.when(received(ordered("changed", "2021-12-09 11:00", "no", "no")))
    scene.then(updated(RULE, level=2, **ORDER_OFFICE))
    assert the_alert(scene).what.startswith("2 conditions are said not to be met of")


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (
            ordered("changed", "2022-01-10 14:00", "not_known"),
            "A condition was said not to be met of an order that authorises a deprivation of "
            "liberty. The order has been changed, and of no condition is that said now.",
        ),
        (ordered("made", "2022-01-10 14:00", "yes"), "The order has been changed, and of no"),
        (ordered("ended", "2022-01-10 14:00"), "The order has ended."),
    ],
)
def test_an_order_that_is_changed_or_ends_settles_it(end: Said, words: str) -> None:
    scene = given(received(ordered("made", "2021-12-02 11:00", "no"))).when(received(end))
    scene.then(updated(RULE, "high", level=0, **ORDER_OFFICE)).then_awaits({})
    assert words in the_alert(scene).what


@pytest.mark.parametrize(
    "other",
    [
        ordered("applied_for", "2022-01-10 14:00"),
        ordered("refused", "2022-01-10 14:00"),
        ordered("ended", "2022-01-10 14:00", order="care"),
        ordered("ended", "2022-01-10 14:00", number="FD-9"),
        ordered("ended", "2021-12-01 14:00"),
    ],
    ids=["applied for", "refused", "care order", "another number", "before"],
)
def test_what_is_said_of_another_order_settles_nothing(other: Said) -> None:
    given(received(ordered("made", "2021-12-02 11:00", "no"))).when(
        received(other, at="2022-01-10 15:00"),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_a_care_order_of_the_same_number_is_another_order() -> None:
    given(received(ordered("made", "2021-12-02 11:00", "no", number="FD-1"))).when(
        received(ordered("ended", "2022-01-10 14:00", order="care", number="FD-1")),
    ).then_nothing().then_open(f"{RULE} high 1")


# --- a home that is not registered, under an order ---------------------------------------------

HOME = placed("PL-1", "2021-12-06 11:00", registration="unregistered")


def test_an_unregistered_home_under_an_order_is_told_to_who_can_tell_the_regulator() -> None:
    scene = given(received(ordered("made", "2021-12-02 11:00"))).when(received(HOME))
    scene.then(raised(RULE, "high", **HOME_OFFICE))
    alert = the_alert(scene)
    assert (alert.headline, alert.where) == ("Home not registered, under an order", None)
    assert alert.what == (
        "The home should be registered and is not, and an order authorises a deprivation of "
        "liberty; asked: that the regulator is told at once, if it has not been."
    )


def test_at_night_the_home_is_a_line_to_its_readers() -> None:
    given(received(ordered("made", "2021-12-02 11:00"))).when(
        received(HOME, at="2021-12-06 22:00"),
    ).then(
        raised(RULE, urgent="", digest=f"{HOME_OFFICE['urgent']} {HOME_OFFICE['digest']}"),
    )


def test_an_order_that_is_made_while_she_lives_there_counts() -> None:
    given(received(HOME)).when(  # Its social worker tells of it, and is told all the same.
        received(ordered("made", "2021-12-09 11:00")),
    ).then(
        raised(RULE, "high", **HOME_OFFICE),
    )


@pytest.mark.parametrize("registration", ["registered", "unregulated", "not_known"])
def test_another_standing_of_the_home_tells_nobody(registration: str) -> None:
    home = placed("PL-1", "2021-12-06 11:00", registration=registration)
    given(received(ordered("made", "2021-12-02 11:00"))).when(received(home)).then_nothing()


@pytest.mark.parametrize(
    "orders",
    [
        [],
        [ordered("applied_for", "2021-12-02 11:00"), ordered("refused", "2021-12-03 11:00")],
        [ordered("made", "2021-12-02 11:00", order="care")],
        [ordered("made", "2021-11-02 11:00"), ordered("ended", "2021-12-01 11:00")],
        [ordered("made", "2021-11-02 11:00", ends="2021-12-04")],
        [ordered("made", "2022-02-02 11:00")],
    ],
    ids=["none", "refused", "care order", "ended", "ran out", "after she left"],
)
def test_without_an_order_at_the_time_it_tells_nobody(orders: list[Said]) -> None:
    end = left("PL-1", "2022-01-31 11:00")
    assert opened([*orders, HOME, end], at="2022-02-10 09:00") == set()


@pytest.mark.parametrize(
    "orders",
    [
        [ordered("made", "2021-11-02 11:00", ends="2021-12-06")],
        [ordered("made", "2021-11-02 11:00", ends="2021-10-01")],
        [ordered("made", "2021-11-02 11:00"), ordered("ended", "2021-12-06 12:00")],
        [ordered("made", "2021-11-02 11:00"), ordered("ended", "2021-12-01 11:00", number="FD-9")],
        [
            ordered("made", "2021-11-02 11:00"),
            ordered("ended", "2021-12-01 11:00"),
            ordered("made", "2022-01-02 11:00"),
        ],
        [
            ordered("made", "2021-11-02 11:00", ends="2021-12-01"),
            ordered("changed", "2021-11-20 11:00", ends="2022-03-01"),
        ],
    ],
    ids=["its last day", "cannot have run out", "ended later", "another's end", "again", "longer"],
)
def test_an_order_that_stood_for_any_time_of_it_counts(orders: list[Said]) -> None:
    end = left("PL-1", "2022-01-31 11:00")
    assert len(opened([*orders, HOME, end], at="2022-02-10 09:00")) == 1


def test_the_end_of_another_placement_does_not_part_the_home_from_a_later_order() -> None:
    end = left("PL-2", "2021-12-08 11:00")
    assert len(opened([HOME, end, ordered("made", "2021-12-09 11:00")])) == 1


def test_a_home_that_is_registered_after_all_is_withdrawn() -> None:
    given(received(ordered("made", "2021-12-02 11:00")), received(HOME)).when(
        received(HOME.corrected(registration="registered"), at="2021-12-07 11:00"),
    ).then(
        withdrawn(RULE, **HOME_OFFICE),
    )


def test_a_home_that_is_taken_back_is_withdrawn() -> None:
    given(received(ordered("made", "2021-12-02 11:00")), received(HOME)).when(
        received(HOME.retracted(), at="2021-12-07 11:00"),
    ).then(
        withdrawn(RULE, **HOME_OFFICE),
    )


# --- late, out of order, twice -----------------------------------------------------------------


def test_days_late_it_is_told_all_the_same() -> None:
    given().when(
        received(restricted("one_to_one", "2021-11-05 17:30"), at=DAY),
    ).then(
        raised(RULE, "high", **OFFICE),
    )


def test_one_that_is_known_to_be_over_is_raised_by_digest_only() -> None:
    given(received(restricted("one_to_one", DAY, step="stopped"))).when(
        received(restricted("one_to_one", "2021-11-11 09:00"), at="2021-11-12 12:00"),
    ).then(
        raised(RULE, level=0, urgent="", digest=READERS),
    )


def test_in_any_order_the_same_alerts_are_open_and_say_the_same() -> None:
    said = [
        restricted("one_to_one", EVENING),
        restricted("two_to_one", "2021-12-15 17:30", step="changed"),
        ordered("made", "2021-12-02 15:00", "no"),
        HOME,
        restricted("two_to_one", "2021-12-29 13:50", step="stopped", authority="section_2"),
    ]
    ends = {frozenset(opened(order)) for order in permutations(said)}
    assert len(ends) == 1
    assert sorted(level for _, level, _ in ends.pop()) == [0, 0, 1]


def test_the_same_event_twice_says_nothing_new() -> None:
    said = [restricted("one_to_one", DAY), ordered("made", "2021-12-02 11:00", "no"), HOME]
    given(*(received(each) for each in said)).when(
        *(received(each, at="2021-12-07 11:00") for each in said),
    ).then_nothing()


def test_history_loaded_in_bulk_tells_nobody() -> None:
    given().when(
        received(restricted("one_to_one", "2021-03-01 10:00").as_history(), at=DAY),
    ).then(
        raised(RULE, "high", urgent="", digest=""),
    )


def test_what_is_read_around_an_event_is_enough_for_every_home_that_it_may_bear_on() -> None:
    scene = given(
        received(ordered("made", "2021-12-02 11:00", reference="OR-1", ends="2022-02-02")),
        received(placed("PL-2", "2022-12-20 11:00", registration="unregistered")),
        received(ordered("made", "2023-12-02 11:00", number="FD-2")),
    )
    about = scene.hub.case.standing_event(("social-care", "OR-1"))
    assert about is not None
    rule, thresholds = DeprivationOfLiberty(), scene.hub.ruleset.thresholds[RULE]
    need = next(each for each in rule.needs(thresholds) if about.type in each.types)
    since, until = about.placed_at - need.before, about.placed_at + need.after
    kept = {k: v for k, v in scene.hub.case.standings.items() if since <= v.occurred_at <= until}
    seen = rule.assess(replace(scene.hub.case, standings=Standings(kept)), about, thresholds)
    assert seen["home:social-care:PL-2"] is not None
    assert seen == rule.assess(scene.hub.case, about, thresholds)


# --- corrections and retractions ---------------------------------------------------------------


def test_an_authority_that_is_added_by_correction_withdraws_it() -> None:
    said = restricted("one_to_one", DAY)
    given(received(said)).when(
        received(said.corrected(authority="mental_capacity_act"), at="2021-11-12 12:30"),
    ).then(
        withdrawn(RULE, **OFFICE),
    )


def test_a_correction_of_details_is_a_line_in_the_digest() -> None:
    said = restricted("one_to_one", DAY)
    given(received(said)).when(
        received(said.corrected(reason="ligature"), at="2021-11-12 12:30"),
    ).then(
        updated(RULE, level=1, urgent="", digest=READERS),
    )


def test_a_correction_to_another_place_moves_the_alert() -> None:
    said = restricted("one_to_one", DAY)
    given(received(said)).when(
        received(said.corrected(place="children's ward"), at="2021-11-12 12:30"),
    ).then(
        withdrawn(RULE, **OFFICE),
        raised(RULE, "high", **OFFICE),
    )


def test_a_correction_of_the_year_is_no_withdrawal() -> None:
    said = restricted("one_to_one", "2020-11-12 11:00", reference="RE-1")
    given(received(said, at=DAY)).when(
        received(said.corrected(occurred=DAY), at="2021-11-12 12:30"),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_a_restriction_of_the_wrong_year_is_taken_back_and_the_others_stand() -> None:
    wrong = restricted("one_to_one", "2020-11-12 11:00", reference="RE-1")
    given(received(restricted("one_to_one", DAY)), received(wrong, at="2021-11-12 12:00")).when(
        received(wrong.retracted(), at="2021-11-12 12:30"),
    ).then_nothing().then_open(f"{RULE} high 1")


def test_a_stop_that_is_taken_back_is_told_like_new() -> None:
    stop = restricted("one_to_one", "2021-11-12 12:00", step="stopped")
    given(received(restricted("one_to_one", DAY)), received(stop)).when(
        received(stop.retracted(), at="2021-11-12 12:30"),
    ).then(
        updated(RULE, level=1, **OFFICE),
    )


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said, order = restricted("one_to_one", DAY), ordered("made", DAY, "no")
    given(received(said), received(order)).when(
        received(said.retracted(), at="2021-11-12 20:00"),
        received(order.retracted(), at="2021-11-12 20:01"),
    ).then(
        withdrawn(RULE, **OFFICE),
        withdrawn(RULE, **ORDER_OFFICE),
    ).then_awaits({})


def test_a_condition_that_is_met_after_all_is_withdrawn() -> None:
    order = ordered("made", DAY, "no")
    met = [{"text": "Condition 1.", "met": "yes"}]
    given(received(order)).when(
        received(order.corrected(conditions=met), at="2021-11-12 12:30"),
    ).then(
        withdrawn(RULE, **ORDER_OFFICE),
    )


def test_an_order_that_is_taken_back_withdraws_the_homes_alert() -> None:
    order = ordered("made", "2021-12-02 11:00")
    given(received(order), received(HOME)).when(
        received(order.retracted(), at="2021-12-07 11:00"),
    ).then(
        withdrawn(RULE, **HOME_OFFICE),
    )


def test_an_early_retraction_is_remembered() -> None:
    said = restricted("one_to_one", DAY)
    given(received(said.retracted(), at="2021-11-12 11:01")).when(
        received(said, at="2021-11-12 11:02"),
    ).then_nothing().then_open()


@pytest.mark.parametrize("occurred", ["1970-01-01 00:00+00:00", "2100-01-01 00:00+00:00"])
def test_a_time_that_cannot_be_is_flagged_and_alerts_all_the_same(occurred: str) -> None:
    said = replace(restricted("one_to_one", occurred), known=DAY)
    given().when(received(said, at=DAY)).then(flagged("occurred"), raised(RULE, "high", **OFFICE))
