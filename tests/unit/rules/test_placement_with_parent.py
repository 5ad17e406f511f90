"""placement-with-parent: a child goes to live with a parent; a carer is alleged against (3.15)."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from safeguarding.commands import JoinNetwork
from safeguarding.facts import Recipient
from safeguarding.rules.placement.placement_with_parent import PlacementWithParent
from safeguarding.standings import Standings
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.said import NIGHT, Said, left, london, placed
from tests.unit.rules.said_harm import alleged, came_of
from tests.unit.rules.said_parent import with_parent
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    given,
    members,
    raised,
    received,
    updated,
    withdrawn,
)

RULE = "placement-with-parent"
DAY = "2021-10-05 10:00"
"""A Tuesday in office hours."""

NOON = "2021-10-05 12:00"
AROUND_HER = members(
    "social_worker team_manager edt iro camhs_community foster_carer placement youth_justice"
)
# What the social worker tells of a stay; who is not that close does not read of it.
IN_OFFICE_HOURS: Audience = {
    "urgent": "team_manager",
    "digest": "edt iro camhs_community foster_carer placement",
}
AT_NIGHT: Audience = {
    "urgent": "edt",
    "digest": "team_manager iro camhs_community foster_carer placement",
}
TOLD = f"{IN_OFFICE_HOURS['urgent']} {IN_OFFICE_HOURS['digest']}"
# Of an allegation that the police tell of, no carer reads.
OF_AN_ALLEGATION: Audience = {
    "urgent": "social_worker team_manager",
    "digest": "edt iro camhs_community",
}
AGREED = "with_parents_regulations"
TO_DECIDE = "Whether the child can stay there is for the authority to decide."


def around(*doings: Doing) -> Scene:
    """A child with this network, of whom this rule alone tells."""
    return given(AROUND_HER, *doings, hub=Hub(ruleset=only(RULE)))


def words(scene: Scene) -> str:
    (record,) = scene.hub.open_alerts()
    return scene.hub.alerts[record.alert_id].what


def what(*said: Said) -> str:
    """What the one open alert says once these have come."""
    return words(around(*(received(each) for each in said)))


def at_parents(occurred: str, **details: Any) -> Said:
    """The authority places the child with a parent."""
    return placed("PL-1", occurred, kind="P1", said_by="social_worker", **details)


# --- the child goes to live with a parent ------------------------------------------------------


def test_by_day_a_move_that_nobody_agreed_to_is_told_to_the_manager() -> None:
    said = with_parent("started", DAY, worries=["She was three when she last lived there."])
    scene = around().when(received(said))
    scene.then(raised(RULE, "high", level=2, **IN_OFFICE_HOURS))
    (alert,) = scene.hub.alerts.values()
    assert alert.headline == "Lives with a parent"
    assert alert.what == (
        "The child went to live with a parent (mother); nobody has agreed to it; to be watched: "
        f"She was three when she last lived there; reported by social worker. {TO_DECIDE}"
    )


def test_by_night_it_is_told_to_the_night_team() -> None:
    around().when(received(with_parent("started", NIGHT))).then(raised(RULE, "high", **AT_NIGHT))


def test_one_that_was_agreed_by_the_regulations_wakes_nobody() -> None:
    said = with_parent("started", NIGHT, footing=AGREED, agreed_by="senior_manager")
    digest = f"edt {AT_NIGHT['digest']}"
    scene = around().when(received(said))
    scene.then(raised(RULE, "medium", level=2, urgent="", digest=digest))
    assert words(scene) == (
        "The child went to live with a parent (mother); by the regulations for placement with "
        "parents; agreed by: senior manager; reported by social worker."
    )


@pytest.mark.parametrize(
    ("footing", "severity"),
    [
        ("not_agreed", "high"),
        ("before_assessment", "high"),
        ("with_parents_regulations", "medium"),
        ("other", "medium"),
    ],
)
def test_it_is_high_where_it_was_not_agreed_or_not_assessed(footing: str, severity: str) -> None:
    said = with_parent("started", DAY, footing=footing)
    around().when(received(said)).then(raised(RULE, severity))
    assert (TO_DECIDE in what(said)) is (severity == "high")


@pytest.mark.parametrize(
    "said",
    [
        with_parent("considered", DAY),
        with_parent("started", DAY, footing="order_discharged"),
        with_parent("ended", DAY),
        placed("PL-1", DAY, kind="U6"),
        left("PL-1", DAY, kind={"system": "ssda903.place", "code": "P1"}),
    ],
    ids=["only thought of", "looked after no more", "an end alone", "foster care", "only its end"],
)
def test_what_is_no_going_to_live_with_a_parent_tells_nobody(said: Said) -> None:
    around().when(received(said)).then_nothing()


@pytest.mark.parametrize(
    ("details", "severity"),
    [
        ({"planned": False}, "high"),
        ({"emergency": True}, "high"),
        ({"planned": True}, "medium"),
        ({}, "medium"),
    ],
)
def test_a_placement_with_parents_counts_and_is_high_where_it_was_not_planned(
    details: dict[str, Any], severity: str
) -> None:
    around().when(received(at_parents(DAY, **details))).then(raised(RULE, severity, level=2))


def test_a_placement_and_a_return_to_parents_are_one_stay() -> None:
    scene = around().when(received(at_parents("2021-10-05", planned=False), at=DAY))
    scene.then(raised(RULE, "high", level=2, **IN_OFFICE_HOURS))
    assert words(scene) == (
        "The child went to live with parents, or others responsible; not planned; reported by "
        f"social worker. {TO_DECIDE}"
    )
    scene.when(received(with_parent("started", "2021-10-05"), at="2021-10-05 10:10"))
    scene.then(updated(RULE, "high", level=2, urgent="", digest=TOLD))
    assert "a parent (mother); nobody has agreed to it" in words(scene)
    scene.then_open(f"{RULE} high 2")


def test_what_was_agreed_is_told_like_new_when_the_child_goes_there() -> None:
    scene = around().when(received(with_parent("agreed", DAY, footing=AGREED)))
    scene.then(raised(RULE, "medium", level=1, **IN_OFFICE_HOURS))
    assert words(scene).startswith("The child is to live with a parent (mother); by the")
    scene.when(received(with_parent("started", NOON, footing=AGREED)))
    scene.then(updated(RULE, "medium", level=2, **IN_OFFICE_HOURS))


def test_a_footing_that_is_agreed_afterwards_is_a_line_in_the_digest() -> None:
    said = with_parent("started", DAY)
    around(received(said)).when(
        received(with_parent("agreed", NOON, footing=AGREED)),
    ).then(
        updated(RULE, "medium", level=2, urgent="", digest=TOLD),
    )


@pytest.mark.parametrize(
    "end",
    [
        with_parent("ended", "2021-10-20 10:00"),
        left("PL-1", "2021-10-20 10:00", said_by="social_worker"),
        placed("PL-2", "2021-10-20 10:00", kind="U6", said_by="social_worker"),
    ],
    ids=["return", "placement", "placed elsewhere"],
)
def test_that_it_has_ended_is_a_line_in_the_digest(end: Said) -> None:
    scene = around(received(at_parents(DAY, planned=False))).when(received(end))
    scene.then(updated(RULE, "medium", level=0, urgent="", digest=TOLD))
    assert words(scene).endswith("That has ended.")


def test_a_stay_in_hospital_and_the_end_of_another_placement_end_nothing() -> None:
    around(received(at_parents(DAY))).when(
        received(placed("PL-2", NOON, kind="T1")),
        received(left("PL-9", NOON)),
    ).then_nothing()


def test_an_end_of_the_same_day_ends_what_began_in_it() -> None:
    around(
        received(with_parent("started", "2021-10-05 10:00")),
        received(with_parent("ended", "2021-10-05"), at="2021-10-05 16:00"),
    ).then_open(f"{RULE} medium 0")


def test_another_stay_after_it_is_told_anew() -> None:
    around(
        received(with_parent("started", "2021-09-01 10:00")),
        received(with_parent("ended", "2021-09-20 10:00")),
    ).when(
        received(with_parent("started", DAY, reference="RP-2")),
    ).then(
        raised(RULE, "high", level=2, **IN_OFFICE_HOURS),
    )


def test_two_stays_are_one_once_the_end_between_them_is_retracted() -> None:
    end = with_parent("ended", "2021-09-20 10:00")
    scene = around(
        received(with_parent("started", "2021-09-01 10:00")),
        received(end),
        received(with_parent("started", DAY, reference="RP-2")),
    )
    scene.then_open(f"{RULE} medium 0", f"{RULE} high 2")
    scene.when(received(end.retracted(), at=NOON))
    scene.then(withdrawn(RULE)).then_open(f"{RULE} high 2")


def test_a_parent_never_reads_of_it_even_if_somebody_put_one_on_the_network() -> None:
    mother = Recipient("social-care", "family", "mother")
    scene = around()
    scene.hub.command(JoinNetwork(mother, "spec", london("2000-01-01 00:00"), None), london(DAY))
    scene.when(received(with_parent("started", DAY))).then(raised(RULE, **IN_OFFICE_HOURS))
    scene.when(received(alleged(DAY, against_carer=True))).then(raised(RULE, **OF_AN_ALLEGATION))


def test_of_a_child_without_network_the_steward_and_night_team_are_told() -> None:
    given(hub=Hub(ruleset=only(RULE))).when(
        received(with_parent("started", DAY)),
    ).then(
        raised(RULE, "high", urgent="steward edt", digest=""),
    )


# --- an allegation against a carer -------------------------------------------------------------


def test_an_allegation_against_a_carer_goes_to_those_who_decide_and_to_no_carer() -> None:
    said = alleged(
        DAY,
        kinds=("supply",),
        against="mother",
        against_carer=True,
        made_by="child",
        view="agrees",
    )
    scene = around().when(received(said))
    scene.then(raised(RULE, "high", **OF_AN_ALLEGATION))
    (alert,) = scene.hub.alerts.values()
    assert alert.headline == "An allegation against a carer"
    assert alert.what == (
        "An allegation (supply) against a carer, or somebody who works with children; against: "
        "mother; made by: child; alleged, as told by police officer. If "
        "the child lives there, whether that can go on is to be decided, and a strategy "
        "discussion is asked for, as part of one forum where that is as soon. No carer is told of "
        "this here."
    )


def test_by_night_it_goes_to_the_night_team() -> None:
    around().when(
        received(alleged(NIGHT, against_carer=True)),
    ).then(
        raised(RULE, "high", urgent="edt", digest="social_worker team_manager iro camhs_community"),
    ).then_awaits({"edt": "2021-10-02 03:40"})


@pytest.mark.parametrize("against_carer", [False, None])
def test_one_against_nobody_who_is_a_carer_is_told_by_another_rule(
    against_carer: bool | None,
) -> None:
    around().when(received(alleged(DAY, against_carer=against_carer))).then_nothing()


@pytest.mark.parametrize(
    ("against", "ticked", "fires"),
    [
        ("mother", None, True),
        ("male foster carer", None, True),
        ("foster_carer", None, True),
        ("Her step father", None, True),
        ("mother", False, False),
        ("friend of her mother's", None, False),
        ("older man", None, False),
    ],
)
def test_where_nobody_ticked_that_it_is_a_carer_it_counts_what_they_are_called(
    against: str, ticked: bool | None, fires: bool
) -> None:
    said = alleged(DAY, kinds=("physical",), against=against, against_carer=ticked)
    assert bool(around(received(said)).hub.open_alerts()) is fires


@pytest.mark.parametrize(
    ("child_is", "fires"), [("victim", True), ("both", True), ("witness", True), ("suspect", False)]
)
def test_what_a_child_saw_of_a_carer_counts_and_what_one_is_suspected_of_does_not(
    child_is: str, fires: bool
) -> None:
    scene = around(received(alleged(DAY, child_is=child_is, against_carer=True)))
    assert bool(scene.hub.open_alerts()) is fires


def test_a_denial_is_kept_beside_it() -> None:
    said = alleged(DAY, against_carer=True, view="not_asked")
    scene = around(received(said)).when(received(said.asked("denies"), at=NOON))
    everyone = f"{OF_AN_ALLEGATION['urgent']} {OF_AN_ALLEGATION['digest']}"
    scene.then(updated(RULE, "high", urgent="", digest=everyone))
    assert "The child denies it." in words(scene)


@pytest.mark.parametrize("outcome", ["no_further_action", "unfounded", "malicious"])
def test_an_outcome_withdraws_nothing(outcome: str) -> None:
    around(received(alleged(DAY, against_carer=True))).when(
        received(came_of(outcome, "2021-10-15 14:00")),
    ).then_nothing().then_open(f"{RULE} high 0")


def test_a_second_statement_about_it_goes_on_under_its_alert() -> None:
    first = alleged(DAY, against_carer=True)
    second = alleged(DAY, known=NOON, reference="AL-1/more", against_carer=True, made_by="child")
    scene = around(received(first)).when(received(second, at=NOON))
    scene.then(updated(RULE, "high", urgent="")).then_open(f"{RULE} high 0")
    assert "made by: child" in words(scene)


def test_what_turns_out_to_be_against_a_carer_is_raised_and_against_none_withdrawn() -> None:
    said = alleged(DAY)
    scene = around(received(said)).when(received(said.corrected(against_carer=True), at=NOON))
    scene.then(raised(RULE, "high", **OF_AN_ALLEGATION))
    again = said.corrected().corrected(against_carer=False)
    scene.when(received(again, at="2021-10-05 14:00")).then(withdrawn(RULE, **OF_AN_ALLEGATION))


# --- late, out of order, corrected, retracted --------------------------------------------------


def test_days_late_it_is_told_no_less_urgently() -> None:
    around().when(
        received(with_parent("started", "2021-09-20 10:00"), at=DAY),
    ).then(
        raised(RULE, "high", **IN_OFFICE_HOURS),
    )


def test_where_its_end_came_before_it_nobody_is_asked_to_act() -> None:
    around(received(with_parent("ended", NOON))).when(
        received(with_parent("started", DAY), at="2021-10-05 14:00"),
    ).then(
        raised(RULE, "medium", level=0, urgent="", digest=TOLD),
    )


STORY = [
    at_parents("2021-09-05 10:00", planned=False),
    with_parent("started", "2021-09-05 10:10"),
    alleged("2021-09-29 15:00", against_carer=True),
    left("PL-1", "2021-10-02 11:25", said_by="edt"),
    placed("PL-2", "2021-10-02 12:15", kind="U6", said_by="edt"),
]


@pytest.mark.parametrize("order", list(permutations(range(5))), ids=str)
def test_in_any_order_the_same_alerts_are_open_and_say_the_same(order: tuple[int, ...]) -> None:
    scene = around(*(received(STORY[each], DAY) for each in order))
    scene.then_open(f"{RULE} medium 0", f"{RULE} high 0")
    forwards = around(*(received(each, DAY) for each in STORY))
    assert said_in(scene) == said_in(forwards)


def said_in(scene: Scene) -> set[str]:
    return {scene.hub.alerts[each.alert_id].what for each in scene.hub.open_alerts()}


def test_an_older_beginning_that_comes_late_goes_on_under_the_open_alert() -> None:
    earlier = at_parents("2021-10-04 10:00", planned=False)
    scene = around(received(with_parent("started", DAY))).when(received(earlier, at=NOON))
    scene.then_nothing().then_open(f"{RULE} high 2")


def test_the_same_twice_says_nothing_new() -> None:
    around(received(with_parent("started", DAY))).when(
        received(with_parent("started", DAY), at=NOON),
    ).then_nothing()


def test_a_correction_that_makes_it_worse_is_told_like_new() -> None:
    said = with_parent("started", DAY, footing=AGREED)
    around(received(said)).when(
        received(said.corrected(footing="before_assessment"), at=NOON),
    ).then(
        updated(RULE, "high", **IN_OFFICE_HOURS),
    )


def test_a_placement_corrected_to_be_with_others_is_withdrawn() -> None:
    said = at_parents(DAY, planned=False)
    elsewhere = said.corrected(kind={"system": "ssda903.place", "code": "U6"})
    around(received(said)).when(received(elsewhere, at=NOON)).then(
        withdrawn(RULE, **IN_OFFICE_HOURS)
    )


@pytest.mark.parametrize("year", ["2020", "2012"])
def test_a_correction_of_the_year_is_no_withdrawal(year: str) -> None:
    said = with_parent("started", f"{year}-10-05 10:00", known=DAY)
    around(received(said, at=DAY)).when(
        received(said.corrected(occurred=DAY), at=NOON),
    ).then_nothing().then_open(f"{RULE} high 2")


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said = alleged(DAY, against_carer=True)
    stay = with_parent("started", DAY)
    scene = around(received(said), received(stay))
    scene.when(received(said.retracted(), at=NOON)).then(withdrawn(RULE, **OF_AN_ALLEGATION))
    scene.when(received(stay.retracted(), at=NOON)).then(withdrawn(RULE, **IN_OFFICE_HOURS))
    scene.then_awaits({})


def test_an_end_that_is_retracted_is_told_like_new() -> None:
    end = with_parent("ended", NOON)
    around(received(with_parent("started", DAY)), received(end)).when(
        received(end.retracted(), at="2021-10-06 10:00"),
    ).then(
        updated(RULE, "high", level=2, **IN_OFFICE_HOURS),
    )


def test_history_loaded_in_bulk_tells_nobody() -> None:
    around().when(
        received(alleged("unknown", known="unknown", against_carer=True).as_history(), at=DAY),
    ).then(
        raised(RULE, "high", urgent="", digest=""),
    )


def test_what_is_read_around_an_event_is_enough_for_every_stay_that_it_may_bear_on() -> None:
    scene = around(
        received(at_parents("2020-08-01 10:00")),
        received(left("PL-1", "2021-06-01 10:00")),
        received(with_parent("started", DAY)),
        received(with_parent("ended", "2022-12-01 10:00")),
    )
    about = scene.hub.case.standing_event(("social-care", "RP/started"))
    assert about is not None
    rule, thresholds = PlacementWithParent(), scene.hub.ruleset.thresholds[RULE]
    (need,) = rule.needs(thresholds)
    since, until = about.placed_at - need.before, about.placed_at + need.after
    kept = {k: v for k, v in scene.hub.case.standings.items() if since <= v.occurred_at <= until}
    seen = rule.assess(replace(scene.hub.case, standings=Standings(kept)), about, thresholds)
    assert len([each for each in seen.values() if each]) == 2
    assert seen == rule.assess(scene.hub.case, about, thresholds)
