"""absconded-detained: a child leaves a hospital, or is detained under the Act (3.20 to 3.25)."""

from dataclasses import replace
from itertools import permutations

import pytest

from safeguarding.facts import Alert
from safeguarding.rules.hospital.absconded_detained import AbscondedDetained
from safeguarding.standings import Standings
from tests.unit.rules.hub import Hub, only
from tests.unit.rules.networked import transfer
from tests.unit.rules.said import Said
from tests.unit.rules.said_hospital_and_law import found_by_police, gone, sectioned
from tests.unit.rules.spec import (
    Audience,
    Doing,
    Scene,
    flagged,
    in_turn,
    members,
    raised,
    received,
    updated,
    withdrawn,
)
from tests.unit.rules.spec import given as given_in

RULE = "absconded-detained"
LEFT = "2021-10-13 14:10"  # A Wednesday.
BACK = "2021-10-13 16:00"
AT_NIGHT = "2021-12-13 18:30"
FOUND = found_by_police("20", "2021-10-13 15:20", arrived=BACK)
EVERYONE = (
    "social_worker edt team_manager iro missing_coordinator placement foster_carer "
    "camhs_crisis amhp"
)
BY_DAY: Audience = {
    "urgent": "social_worker missing_coordinator placement foster_carer",
    "digest": "edt team_manager iro camhs_crisis amhp",
}
BY_NIGHT: Audience = {
    "urgent": "edt missing_coordinator placement foster_carer",
    "digest": "social_worker team_manager iro camhs_crisis amhp",
}
ASSESSING: Audience = {
    "urgent": "social_worker camhs_crisis amhp",
    "digest": "edt team_manager iro missing_coordinator placement foster_carer",
}


def given(*doings: Doing) -> Scene:
    return given_in(members(EVERYONE), *doings, hub=Hub(ruleset=only(RULE)))


def alert_of(scene: Scene, said: Said) -> Alert:
    """The alert of this event, as it was last told."""
    kind = "absence" if said.type == "absconded" else "detention"
    return scene.hub.alerts[
        scene.hub.case.alerts[RULE, f"{kind}:{said.agency}:{said.reference}"].alert_id
    ]


def told(*said: Said) -> Alert:
    """The alert of the first of these once all have come."""
    return alert_of(given(*(received(each) for each in said)), said[0])


# --- she leaves --------------------------------------------------------------------------------


def test_a_child_who_leaves_a_hospital_is_told_at_once_to_who_can_look_for_her() -> None:
    given().when(
        received(gone(LEFT)),
    ).then(
        raised(RULE, "critical", level=1, **BY_DAY),
    ).then_awaits(dict.fromkeys(BY_DAY["urgent"].split(), "2021-10-13 14:25"))


def test_at_night_it_is_told_to_the_night_team() -> None:
    given().when(
        received(gone(AT_NIGHT)),
    ).then(
        raised(RULE, "critical", **BY_NIGHT),
    )


def test_of_a_child_without_network_the_steward_and_night_team_are_told() -> None:
    given_in(hub=Hub(ruleset=only(RULE))).when(
        received(gone(LEFT)),
    ).then(
        raised(RULE, "critical", urgent="steward edt", digest=""),
    )


def test_who_told_of_it_is_not_told() -> None:
    given(members("ward")).when(received(gone(LEFT))).then(raised(RULE, **BY_DAY))


def test_if_she_was_detained_who_may_take_her_back_is_told_at_once_too() -> None:
    given().when(
        received(gone(LEFT, authority="section_2")),
    ).then(
        raised(RULE, "critical", urgent=f"{BY_DAY['urgent']} amhp"),
    )


@pytest.mark.parametrize(
    ("where", "authority"),
    [
        ("hospital", "none"),
        ("hospital", "consent"),
        ("place_of_safety", "section_136"),
        ("escort", "section_2"),
        ("court", "section_3"),
    ],
)
def test_from_a_hospital_a_place_of_safety_or_a_detention(where: str, authority: str) -> None:
    given().when(
        received(gone(LEFT, from_kind=where, authority=authority)),
    ).then(
        raised(RULE, "critical"),
    )


@pytest.mark.parametrize("where", ["placement", "custody", "court", "escort"])
@pytest.mark.parametrize("authority", ["none", "court_order", "police_protection", "not_recorded"])
def test_from_elsewhere_without_such_a_detention_it_tells_nobody(
    where: str, authority: str
) -> None:
    given().when(received(gone(LEFT, from_kind=where, authority=authority))).then_nothing()


def test_a_return_of_which_nobody_said_that_she_left_tells_nobody() -> None:
    given().when(
        received(gone(BACK, step="returned")),
        received(gone(BACK, step="ended")),
    ).then_nothing()


def test_it_says_from_where_under_what_what_is_feared_and_what_is_asked() -> None:
    said = gone(
        LEFT,
        authority="mental_capacity_act",
        at_risk_of=["self-harm", "exploitation"],
        account="Left by the garden door.",
    )
    alert = told(said)
    assert (alert.headline, alert.where) == ("Left a hospital", "children's ward")
    assert alert.what == (
        "Left: a hospital; was there under the Mental Capacity Act; feared: self-harm, "
        "exploitation; Left by the garden door; asked: to look for the child, and to say at once "
        "who finds the child."
    )
    assert alert.paragraphs == ("3.20", "3.24", "3.25")


@pytest.mark.parametrize(
    ("authority", "words"),
    [
        ("none", "; was there without an authority to keep the child;"),
        ("consent", "; was there by consent;"),
        ("not_recorded", "; under what authority is not recorded;"),
        ("court_order", "; was there under an order of a court;"),
        ("police_protection", "; was there under police protection;"),
        ("section_2", "; was there under section 2;"),
        ("section_3", "; was there under section 3;"),
        ("section_4", "; was there under section 4;"),
        ("section_5_2", "; was there under section 5(2);"),
        ("section_5_4", "; was there under section 5(4);"),
        ("section_135", "; was there under section 135;"),
        ("section_136", "; was there under section 136;"),
    ],
)
def test_it_says_under_what_authority_she_was_there(authority: str, words: str) -> None:
    assert words in told(gone(LEFT, authority=authority)).what


# --- the clock of a detention from which she left ----------------------------------------------


def test_it_names_the_clock_of_the_detention_by_its_dates() -> None:
    left = gone("2021-12-24 10:00", authority="section_2")
    what = told(left, sectioned("02", "2021-12-22 17:00")).what
    assert what.endswith(
        " Section 2 lasts 28 days at most, of which 22 December 2021 is the first: to the end of "
        "18 January 2022. The tribunal may be asked in the first 14 days: to 4 January 2022, or "
        "the working day after it."
    )


@pytest.mark.parametrize(
    "other",
    [
        [],
        [sectioned("03", "2021-12-22 17:00")],
        [sectioned("02", "2021-12-26 17:00")],
        [sectioned("02", "2021-10-20 17:00"), sectioned("02", "2021-11-10 17:00", step="ended")],
    ],
    ids=["not told of", "another section", "began later", "had ended"],
)
def test_of_a_detention_that_the_hub_does_not_know_it_names_the_clock_without_dates(
    other: list[Said],
) -> None:
    left = gone("2021-12-24 10:00", authority="section_2")
    assert told(left, *other).what.endswith(
        " Section 2 lasts 28 days at most, the day of admission being the first; the tribunal may "
        "be asked in the first 14 days."
    )


def test_it_names_an_extension_of_the_detention_from_which_she_left() -> None:
    begun = found_by_police("20", "2021-10-13 15:20", arrived="2021-10-13 16:00")
    longer = sectioned("20", "2021-10-14 15:00", step="extended")
    left = gone("2021-10-14 18:00", from_kind="place_of_safety", authority="section_136")
    assert told(left, begun, longer).what.endswith(
        " A doctor has extended it: 36 h from arrival at most, until 04:00 on 15 October 2021."
    )


def test_of_a_section_whose_clock_the_hub_does_not_know_it_names_none() -> None:
    assert told(gone(LEFT, authority="section_5_4")).what.endswith("who finds the child.")


# --- she is back -------------------------------------------------------------------------------


def test_the_return_settles_it_and_is_told_urgently_to_who_was_told_so() -> None:
    scene = given(received(gone(LEFT))).when(received(gone(BACK, step="returned")))
    scene.then(updated(RULE, "critical", level=0, **BY_DAY)).then_awaits({})
    alert = alert_of(scene, gone(LEFT))
    assert alert.headline == "Back in the hospital"
    assert alert.what == "Left: a hospital; under what authority is not recorded. Returned."


def test_to_be_sought_no_longer_is_no_return_and_no_retraction() -> None:
    scene = given(received(gone(LEFT))).when(received(gone(BACK, step="ended")))
    scene.then(updated(RULE, "critical", level=1, urgent="", digest=EVERYONE))
    alert = alert_of(scene, gone(LEFT))
    assert (alert.settled, alert.headline) == (False, "Left a hospital: sought no longer")
    assert alert.what.endswith("Sought as absconded no longer, and not back.")
    scene.when(received(gone("2021-10-14 09:00", step="returned")))
    scene.then(updated(RULE, "critical", level=0))


@pytest.mark.parametrize(
    "back",
    [
        gone("2021-10-13 13:00", step="returned"),
        gone(BACK, step="returned", spell="SP-2"),
        gone(BACK, step="returned", from_kind="place_of_safety"),
        gone(BACK, step="returned", agency="police", from_name="the hospital"),
        gone(
            BACK,
            step="returned",
            agency="placement",
            from_kind="placement",
        ),
    ],
    ids=["before", "another stay", "another kind of place", "another's name for it", "a home"],
)
def test_what_may_be_another_return_leaves_it_open(back: Said) -> None:
    given(received(gone(LEFT, spell="SP-1"))).when(
        received(back, at="2021-10-13 16:10")
    ).then_nothing().then_open(f"{RULE} critical 1")


@pytest.mark.parametrize(
    "back",
    [
        gone(BACK, step="returned", spell="SP-1", from_kind="escort", from_name="ambulance"),
        gone(BACK, step="returned", from_name="ward 4"),
        gone(BACK, step="returned", agency="police", from_name="Children's Ward "),
        gone("2021-10-13", step="returned"),
    ],
    ids=["same stay", "same kind of place", "police, same name", "that day, hour not known"],
)
def test_what_is_said_of_the_same_place_settles_it(back: Said) -> None:
    given(received(gone(LEFT, spell="SP-1"))).when(received(back, at="2021-10-13 16:10")).then(
        updated(RULE, level=0),
    )


def test_a_second_absence_of_the_day_is_told_and_a_return_of_that_day_is_the_firsts() -> None:
    first, second = gone("2021-10-13 09:00"), gone(LEFT)
    scene = given(
        received(first), received(gone("2021-10-13", step="returned"), "2021-10-13 15:00")
    )
    scene.when(received(second, "2021-10-13 15:10"))
    scene.then(raised(RULE, "critical", level=1, **BY_DAY))
    scene.then_open(f"{RULE} critical 0", f"{RULE} critical 1")


def test_a_return_that_is_taken_back_is_told_like_new() -> None:
    back = gone(BACK, step="returned")
    given(received(gone(LEFT)), received(back)).when(
        received(back.retracted(), at="2021-10-13 16:20"),
    ).then(
        updated(RULE, "critical", level=1, **BY_DAY),
    )


def test_a_detention_that_begins_after_it_says_that_she_is_found() -> None:
    """Found by the story (3.20): who looked for her waited for the ward to say that she is back."""
    scene = given(received(gone(LEFT))).when(received(FOUND, at="2021-10-13 16:20"))
    scene.then(raised(RULE, "high", level=1, **ASSESSING), updated(RULE, level=0, **BY_DAY))
    alert = alert_of(scene, gone(LEFT))
    # So nobody who joins is asked to look for her.
    assert (alert.settled, alert.where) == (True, "emergency department")
    assert alert.headline == "Found: detained under section 136"
    assert alert.what == (
        "Left: a hospital; under what authority is not recorded. Found, and detained under section "
        "136 of the Mental Health Act."
    )
    scene.when(received(gone(BACK, step="returned"), at="2021-10-13 16:30")).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        found_by_police("20", "2021-10-13 14:00"),
        found_by_police("20", "2021-10-13"),
        sectioned("03", "2021-10-13 15:20", step="changed"),
        sectioned("35", "2021-10-13 15:20"),
        sectioned("02", "2021-10-13 15:20"),
    ],
    ids=["before", "that day, hour not known", "a change", "no detention", "the one she left"],
)
def test_what_may_have_been_before_she_left_does_not_say_that_she_is_found(other: Said) -> None:
    left = gone(LEFT, authority="section_2")
    scene = given(received(left), received(other, at="2021-10-13 16:20"))
    assert not alert_of(scene, left).settled


def test_a_detention_that_is_taken_back_leaves_her_to_be_looked_for() -> None:
    given(received(gone(LEFT)), received(FOUND, at="2021-10-13 16:20")).when(
        received(FOUND.retracted(), at="2021-10-13 16:25"),
    ).then(
        withdrawn(RULE, **ASSESSING),
        updated(RULE, "critical", level=1, **BY_DAY),
    )


# --- she is detained ---------------------------------------------------------------------------


def test_a_place_of_safety_is_told_at_once_to_who_can_assess_her() -> None:
    scene = given().when(received(FOUND, at="2021-10-13 16:20"))
    scene.then(raised(RULE, "high", level=1, **ASSESSING))
    alert = alert_of(scene, FOUND)
    assert (alert.headline, alert.where) == ("Detained: section 136", "emergency department")
    assert alert.what == (
        "Detained under section 136 of the Mental Health Act. Section 136 lasts 24 h from arrival "
        "at most, until 16:00 on 14 October 2021; a doctor may extend it by up to 12 h, until "
        "04:00 on 15 October 2021. Asked: that the child is assessed in time."
    )


@pytest.mark.parametrize(
    "arrived",
    [None, "2020-10-13 16:00", "1970-01-01 00:00+00:00"],
    ids=["not said", "year", "clock"],
)
def test_an_arrival_that_is_not_said_or_cannot_be_makes_no_time(arrived: str | None) -> None:
    said = found_by_police("20", "2021-10-13 15:20", arrived=arrived)
    assert told(said).what == (
        "Detained under section 136 of the Mental Health Act. Section 136 lasts 24 h from arrival "
        "at most; a doctor may extend it by up to 12 h. Asked: that the child is assessed in time."
    )


def test_the_hours_are_hours_also_when_the_clocks_change() -> None:
    said = found_by_police("20", "2021-10-30 20:00", arrived="2021-10-30 20:30")
    assert "until 19:30 on 31 October 2021;" in told(said).what


def test_an_extension_is_a_line_in_the_digest() -> None:
    longer = sectioned("20", "2021-10-14 15:00", step="extended")
    scene = given(received(FOUND)).when(received(longer))
    scene.then(updated(RULE, "high", level=1, urgent="", digest=EVERYONE))
    assert (
        "A doctor has extended it: 36 h from arrival at most, until 04:00 on 15 October 2021."
        in alert_of(scene, FOUND).what
    )


@pytest.mark.parametrize("code", ["19", "20"])
def test_a_police_station_as_a_place_of_safety_is_critical_and_said_at_once(code: str) -> None:
    network = members("custody_sergeant custody_inspector liaison_and_diversion")
    said = found_by_police(code, AT_NIGHT, place="north", place_kind="police_station")
    scene = given(network).when(received(said))
    scene.then(
        raised(
            RULE,
            "critical",
            urgent="edt camhs_crisis amhp custody_sergeant custody_inspector liaison_and_diversion",
        )
    )
    alert = alert_of(scene, said)
    assert alert.headline.endswith(" at a police station")
    assert (
        "A police station may not be a child's place of safety (section 136A); asked: to take "
        "the child to another at once."
    ) in alert.what


@pytest.mark.parametrize(("code", "kind"), [("02", "police_station"), ("20", "place_of_safety")])
def test_another_section_at_a_station_or_another_place_is_not_critical(
    code: str, kind: str
) -> None:
    said = found_by_police(code, AT_NIGHT, place_kind=kind)
    assert told(said).severity.value == "high"
    assert "police station" not in told(said).what


def test_a_place_of_safety_corrected_to_be_a_station_is_told_like_new() -> None:
    given(received(FOUND)).when(
        received(FOUND.corrected(place_kind="police_station"), at="2021-10-13 16:20"),
    ).then(
        updated(RULE, "critical", **ASSESSING),
    )


def test_section_2_is_for_the_office_and_wakes_nobody_at_night() -> None:
    said = sectioned("02", "2021-12-22 17:00")
    scene = given().when(received(said, at="2021-12-22 18:10"))
    scene.then(raised(RULE, "high", level=1, urgent="", digest=EVERYONE))
    assert alert_of(scene, said).what == (
        "Detained under section 2 of the Mental Health Act. Section 2 lasts 28 days at most, of "
        "which 22 December 2021 is the first: to the end of 18 January 2022. The tribunal may be "
        "asked in the first 14 days: to 4 January 2022, or the working day after it."
    )


def test_in_office_hours_section_2_is_told_at_once_to_the_social_worker() -> None:
    given().when(
        received(sectioned("02", "2021-12-22 11:00")),
    ).then(
        raised(RULE, "high", urgent="social_worker"),
    )


@pytest.mark.parametrize("occurred", ["2021-12-22 23:59", "2021-12-22 00:01", "2021-12-22"])
def test_the_day_of_admission_is_the_first_whatever_the_hour(occurred: str) -> None:
    scene = given(received(sectioned("02", occurred), at="2021-12-23 09:00"))
    assert "to the end of 18 January 2022" in alert_of(scene, sectioned("02", occurred)).what


def test_the_day_is_that_of_the_clock_in_london() -> None:
    what = told(sectioned("02", "2021-07-01 00:30")).what
    assert "of which 1 July 2021 is the first: to the end of 28 July 2021" in what


@pytest.mark.parametrize("occurred", ["unknown", "1970-01-01 00:00+00:00"])
def test_an_admission_of_an_unknown_day_makes_no_date(occurred: str) -> None:
    said = sectioned("02", occurred, known="2021-12-22 17:00")
    scene = given(received(said, at="2021-12-22 17:10"))
    assert "the day of admission being the first;" in alert_of(scene, said).what


@pytest.mark.parametrize("code", ["04", "05", "06"])
def test_a_holding_power_is_told_at_once_to_who_can_assess_her_and_says_no_time(
    code: str,
) -> None:
    scene = given().when(received(sectioned(code, AT_NIGHT)))
    scene.then(raised(RULE, "high", urgent="edt camhs_crisis amhp"))
    assert " h" not in alert_of(scene, sectioned(code, AT_NIGHT)).what.split(".")[0]
    assert alert_of(scene, sectioned(code, AT_NIGHT)).what.endswith(
        "of the Mental Health Act. Asked: that the child is assessed in time."
    )


@pytest.mark.parametrize("code", ["01", "31", "32", "35", "36", "98"])
def test_who_is_in_hospital_of_her_own_will_or_under_a_guardian_is_not_detained(code: str) -> None:
    given().when(received(sectioned(code, LEFT))).then_nothing()


def test_a_section_that_is_not_said_is_told_all_the_same() -> None:
    assert told(sectioned("99", LEFT)).headline == "Detained: a section not said"


def test_on_a_ward_for_adults_it_says_from_when_the_regulator_is_to_be_told() -> None:
    assert told(sectioned("03", LEFT, place_kind="adult_ward")).what == (
        "Detained under section 3 of the Mental Health Act. On a ward for adults: the Care Quality "
        "Commission is to be told of a child who is there for more than 48 h."
    )


MOVED = transfer("2021-12-29 14:00", "to_mental_health", to="RZZ01")
HELD = sectioned("02", "2021-12-22 17:00")


def test_a_move_to_a_ward_for_adults_is_a_line_that_the_ward_reads_too() -> None:
    """Found by the story (3.25): nobody was told, least of all the ward that must tell of it."""
    scene = given(members("ward"), received(HELD)).when(received(MOVED))
    scene.then(updated(RULE, "high", level=1, urgent="", digest=f"{EVERYONE} ward"))
    alert = alert_of(scene, HELD)
    assert alert.where == "RZZ01"
    assert alert.what.endswith(
        " On a ward for adults since 14:00 on 29 December 2021: the Care Quality Commission is to "
        "be told of a child who is there for more than 48 h."
    )


def test_a_ward_for_adults_reads_what_follows_from_its_own_detention() -> None:
    without_the_social_worker = EVERYONE.replace("social_worker ", "")
    given(members("ward")).when(
        received(sectioned("03", LEFT, place_kind="adult_ward")),
    ).then(
        raised(RULE, "high", urgent="social_worker", digest=f"{without_the_social_worker} ward"),
    )


@pytest.mark.parametrize(
    "moved",
    [
        transfer("2021-12-20 14:00", "to_mental_health", to="RZZ01"),
        transfer("2021-12-29 14:00", "within", to="RZZ01"),
        transfer("2021-12-29 14:00", "to_mental_health"),
    ],
    ids=["before", "from ward to ward", "another site"],
)
def test_another_move_says_nothing_of_adults(moved: Said) -> None:
    given(received(HELD)).when(received(moved, at="2021-12-29 15:00")).then_nothing()


def test_who_moves_on_or_is_detained_no_longer_is_not_said_to_be_among_adults() -> None:
    on = transfer("2022-01-03 10:00", "from_mental_health", site="RZZ01", to="RYY01")
    ended = sectioned("02", "2022-01-11 11:00", step="ended", place="ward for women")
    assert "adults" not in told(HELD, MOVED, on).what
    assert "adults" not in told(sectioned("02", LEFT, place_kind="adult_ward"), on).what
    alert = told(HELD, MOVED, ended)
    assert (alert.what, alert.where) == (
        "Section 2 of the Mental Health Act has ended.",
        "ward for women",
    )


# --- the detention ends ------------------------------------------------------------------------


def test_the_end_settles_it() -> None:
    ended = sectioned("20", "2021-10-14 11:20", step="ended", ended_because="Assessed.")
    scene = given(received(FOUND)).when(received(ended))
    scene.then(updated(RULE, "high", level=0, **ASSESSING)).then_awaits({})
    alert = alert_of(scene, FOUND)
    assert alert.headline == "Detained no longer: section 136"
    assert alert.what == "Section 136 of the Mental Health Act has ended."


def test_another_section_in_its_stead_settles_it_and_is_an_alert_of_its_own() -> None:
    then = sectioned("02", "2021-10-14 11:20", step="changed")
    scene = given(received(FOUND)).when(received(then))
    scene.then(updated(RULE, level=0), raised(RULE, "high", level=1))
    assert alert_of(scene, FOUND).what == (
        "Section 136 of the Mental Health Act has ended; now under section 2."
    )


@pytest.mark.parametrize(
    "other",
    [
        sectioned("20", "2021-10-13 15:00", step="ended"),
        sectioned("05", "2021-10-14 11:20", step="ended"),
    ],
    ids=["before", "another section's"],
)
def test_the_end_of_another_detention_settles_nothing(other: Said) -> None:
    given(received(FOUND)).when(received(other, at="2021-10-14 12:00")).then_nothing().then_open(
        f"{RULE} high 1"
    )


def test_the_end_of_a_section_that_is_not_said_settles_it() -> None:
    given(received(FOUND)).when(
        received(sectioned("99", "2021-10-14 11:20", step="ended")),
    ).then(
        updated(RULE, level=0),
    )


def test_a_second_detention_of_the_day_goes_on_when_the_first_ended_at_an_unknown_hour() -> None:
    ended = sectioned("20", "2021-10-13", step="ended")
    first = found_by_police("20", "2021-10-13 09:00")
    scene = given(received(first), received(ended, "2021-10-13 20:00"))
    scene.when(received(FOUND, "2021-10-13 20:10"))
    scene.then(raised(RULE, "high", level=1))


def test_a_change_of_the_same_day_at_an_unknown_hour_came_last() -> None:
    then = sectioned("02", "2021-10-13", step="changed")
    scene = given(received(FOUND)).when(received(then, at="2021-10-13 20:00"))
    scene.then(updated(RULE, level=0), raised(RULE, "high", level=1))
    assert alert_of(scene, then).headline == "Detained: section 2"


@pytest.mark.parametrize(
    "other",
    [
        sectioned("20", "2021-10-12 11:20", step="extended"),
        sectioned("19", "2021-10-14 11:20", step="extended"),
    ],
    ids=["before", "another section's"],
)
def test_the_extension_of_another_detention_changes_nothing(other: Said) -> None:
    given(received(FOUND)).when(received(other, at="2021-10-14 12:00")).then_nothing()


def test_the_extension_of_a_later_detention_is_not_of_the_one_from_which_she_left() -> None:
    left = gone("2021-10-13 18:00", from_kind="place_of_safety", authority="section_136")
    begun = found_by_police("20", "2021-10-13 15:20")
    ended = sectioned("20", "2021-10-14 11:20", step="ended")
    longer = sectioned("20", "2021-11-14 11:20", step="extended")
    assert "extended it" not in told(left, begun, ended, longer).what


# --- late, out of order, twice -----------------------------------------------------------------


def test_days_late_it_is_told_no_less_urgently() -> None:
    given().when(
        received(gone("2021-10-09 14:10"), at="2021-10-13 14:20"),
    ).then(
        raised(RULE, "critical", level=1, **BY_DAY),
    )


def test_an_absence_that_is_known_to_be_over_is_raised_by_digest_only() -> None:
    given(received(gone(BACK, step="returned"))).when(
        received(gone(LEFT), at="2021-10-15 09:00"),
    ).then(
        raised(RULE, "critical", level=0, urgent="", digest=EVERYONE),
    ).then_awaits({})


def test_in_any_order_the_same_alerts_are_open_and_say_the_same() -> None:
    said = [
        gone("2021-10-14 17:00", authority="section_2"),
        gone("2021-10-14 20:00", step="returned"),
        FOUND,
        sectioned("02", "2021-10-14 11:20", step="changed"),
        gone(LEFT),
    ]
    ends = set()
    for order in permutations(said):
        scene = given(*(received(each, "2021-10-15 09:00") for each in order))
        ends.add(
            tuple(
                sorted(
                    (record.key, record.level, scene.hub.alerts[record.alert_id].what)
                    for record in scene.hub.open_alerts()
                )
            )
        )
    assert len(ends) == 1
    assert [level for _, level, _ in ends.pop()] == [0, 0, 1, 0]


def test_the_same_event_twice_says_nothing_new() -> None:
    both = in_turn(received(gone(LEFT)), received(FOUND))
    given(both).when(
        received(gone(LEFT), at="2021-10-13 16:40"),
        received(FOUND, at="2021-10-13 16:41"),
    ).then_nothing()


def test_two_reports_that_she_left_are_two_alerts_and_one_return_settles_both() -> None:
    polices = gone(LEFT, agency="police", said_by="police_officer")
    scene = given(received(gone(LEFT))).when(received(polices))
    scene.then(raised(RULE, "critical", **BY_DAY))
    scene.when(received(gone(BACK, step="returned")))
    scene.then(updated(RULE, level=0), updated(RULE, level=0))


def test_history_loaded_in_bulk_tells_nobody_and_is_settled_by_its_return() -> None:
    old = gone("2021-03-01 10:00").as_history()
    scene = given().when(received(old, at="2021-10-01 09:00"))
    scene.then(raised(RULE, "critical", level=1, urgent="", digest=""))
    scene.when(received(gone("2021-03-01 20:00", step="returned").as_history(), "2021-10-01 09:01"))
    scene.then(updated(RULE, level=0, urgent="", digest=""))


def test_what_is_read_around_an_event_is_enough_for_every_absence_it_may_bear_on() -> None:
    far = gone("2022-11-10 12:00", authority="section_2")
    scene = given(
        received(gone(LEFT)),
        received(far),
        received(sectioned("02", "2022-11-01 12:00")),
        received(gone("2023-12-01 12:00", step="returned")),
    )
    about = scene.hub.case.standing_event(("acute-trust", f"left/{LEFT}"))
    assert about is not None
    rule, thresholds = AbscondedDetained(), scene.hub.ruleset.thresholds[RULE]
    (need,) = rule.needs(thresholds)
    since, until = about.placed_at - need.before, about.placed_at + need.after
    kept = {k: v for k, v in scene.hub.case.standings.items() if since <= v.occurred_at <= until}
    seen = rule.assess(replace(scene.hub.case, standings=Standings(kept)), about, thresholds)
    assert len(seen) == 3
    assert seen == rule.assess(scene.hub.case, about, thresholds)


# --- corrections and retractions ---------------------------------------------------------------


def test_a_correction_of_details_is_a_line_in_the_digest() -> None:
    said = gone(LEFT)
    given(received(said)).when(
        received(said.corrected(at_risk_of=["self-harm"]), at="2021-10-13 14:30"),
    ).then(
        updated(RULE, "critical", level=1, urgent="", digest=EVERYONE),
    )


def test_an_absence_corrected_to_be_from_home_is_withdrawn() -> None:
    said = gone(LEFT)
    given(received(said)).when(
        received(said.corrected(from_kind="placement"), at="2021-10-13 14:30"),
    ).then(
        withdrawn(RULE, **BY_DAY),
    )


def test_a_detention_corrected_to_be_none_is_withdrawn() -> None:
    section = {"system": "mhsds.legal-status", "code": "01"}
    given(received(FOUND)).when(
        received(FOUND.corrected(section=section), at="2021-10-13 16:30"),
    ).then(
        withdrawn(RULE, **ASSESSING),
    )


def test_a_correction_of_the_year_is_no_withdrawal() -> None:
    said = gone("2020-10-13 14:10", known=LEFT, reference="AB-1")
    given(received(said, at="2021-10-13 14:20")).when(
        received(said.corrected(occurred=LEFT), at="2021-10-13 14:30"),
    ).then_nothing().then_open(f"{RULE} critical 1")


def test_a_return_of_the_wrong_year_leaves_it_open_and_its_correction_settles_it() -> None:
    wrong = gone("2020-10-13 16:00", step="returned", known=BACK, reference="AB-2")
    scene = given(received(gone(LEFT))).when(received(wrong, at="2021-10-13 16:05"))
    scene.then_nothing()
    scene.when(received(wrong.corrected(occurred=BACK), at="2021-10-13 16:20"))
    scene.then(updated(RULE, level=0, **BY_DAY))


def test_a_retraction_is_told_to_everyone_who_was_told_in_their_most_urgent_mode() -> None:
    said = gone(LEFT)
    given(received(said), received(FOUND)).when(
        received(said.retracted(), at="2021-10-13 16:30"),
        received(FOUND.retracted(), at="2021-10-13 16:31"),
    ).then(
        withdrawn(RULE, **BY_DAY),
        withdrawn(RULE, **ASSESSING),
    ).then_awaits({})


def test_an_early_retraction_is_remembered() -> None:
    said = gone(LEFT)
    given(received(said.retracted(), at="2021-10-13 14:20")).when(
        received(said, at="2021-10-13 14:21"),
    ).then_nothing().then_open()


@pytest.mark.parametrize(
    "occurred", ["1970-01-01 00:00+00:00", "2100-01-01 00:00+00:00", "0001-01-01", "9999-12-31"]
)
def test_a_time_that_cannot_be_is_flagged_and_alerts_all_the_same(occurred: str) -> None:
    given().when(
        received(gone(occurred, known=LEFT), at=LEFT),
        received(found_by_police("20", occurred, known=LEFT), at=LEFT),
    ).then(
        flagged("occurred"),
        flagged("occurred"),
        raised(RULE, "critical", **BY_DAY),
        raised(RULE, "high", **ASSESSING),
    )
