"""When the provider of a placement is on a child's network."""

from dataclasses import replace

import pytest

from safeguarding.facts import NetworkLeft
from tests.unit.rules.networked import allegation, at_home, facts, given, on_it, outcome
from tests.unit.rules.said import left, london, placed
from tests.unit.rules.spec import members, received


def test_the_provider_with_the_placements_number_joins_until_it_ends() -> None:
    scene = given(received(at_home()))
    assert on_it(scene, "2022-10-01 12:00") == "placement"
    scene.when(received(left("P-1", "2021-10-01"), at="2021-10-02 09:00"))
    assert on_it(scene, "2021-10-02 09:00") == ""


def test_a_placement_whose_provider_nobody_names_brings_nobody_on() -> None:
    scene = given(received(placed("P-1", "2021-09-01")))
    assert on_it(scene, "2021-10-01 12:00") == ""


def test_history_that_is_loaded_brings_the_provider_of_today_on() -> None:
    scene = given(received(at_home("2019-09-01").as_history(), at="2021-10-01 09:00"))
    assert on_it(scene, "2021-10-01 09:00", published=True) == "placement"


def test_an_allegation_against_a_carer_suspends_the_provider_and_says_so() -> None:
    scene = given(received(at_home())).when(received(allegation("2021-10-01 09:00")))
    assert on_it(scene, "2021-10-01 09:00") == ""
    (fact,) = facts(scene, NetworkLeft)
    assert fact.reason == "Suspended until somebody decides: allegation AL-1 of police"


@pytest.mark.parametrize("against", [None, False])
def test_another_allegation_suspends_nobody(against: bool | None) -> None:
    said = allegation("2021-10-01 09:00", against_carer=against)
    scene = given(received(at_home())).when(received(said))
    assert on_it(scene, "2021-10-01 09:00") == "placement"


@pytest.mark.parametrize(
    ("result", "who"),
    [
        ("unfounded", "placement"),
        ("unsubstantiated", "placement"),
        ("goes_on", ""),
        ("no_further_action", ""),
        ("substantiated", ""),
    ],
)
def test_only_an_outcome_that_clears_gives_the_membership_back(result: str, who: str) -> None:
    scene = given(received(at_home()), received(allegation("2021-10-01 09:00"))).when(
        received(outcome("2021-10-08 09:00", result))
    )
    assert on_it(scene, "2021-10-08 09:00") == who


def test_the_placement_after_the_one_alleged_against_is_not_suspended() -> None:
    scene = given(
        received(at_home()),
        received(allegation("2021-10-01 09:00")),
        received(left("P-1", "2021-10-02")),
    ).when(received(placed("P-2", "2021-10-03", urn="SC900002")))
    assert on_it(scene, "2021-10-04 09:00") == "foster_carer"


def test_an_allegation_that_comes_before_the_placement_is_told_lets_nobody_on() -> None:
    scene = given(received(allegation("2021-10-01 09:00"))).when(
        received(at_home(), at="2021-10-02 09:00")
    )
    assert on_it(scene, "2021-10-02 09:00") == ""


def test_a_person_decides_otherwise_than_an_allegation() -> None:
    scene = given(received(at_home()), received(allegation("2021-10-01 09:00")))
    scene.when(members("placement", since="2021-10-02 09:00"))
    assert on_it(scene, "2021-10-02 09:00") == "placement"
    scene.when(received(outcome("2021-10-08 09:00", "substantiated")))
    assert on_it(scene, "2021-10-08 09:00") == "placement"


# --- placements that nobody ended ----------------------------------------------------------------


def test_a_later_placement_of_the_authority_ends_one_that_nobody_ended() -> None:
    """Fails without: ``_next`` (the foster carer of October was on until January)."""
    scene = given(received(at_home())).when(received(placed("P-2", "2021-10-07 16:00")))
    assert on_it(scene, "2021-10-07 16:00") == ""
    (fact,) = facts(scene, NetworkLeft)
    assert fact.reason == "Placed elsewhere: placement start P-2/start of social-care"
    assert fact.ends_at == london("2021-10-07 16:00")


@pytest.mark.parametrize("code", ["T0", "T1", "T2", "T3", "T4"])
def test_a_temporary_absence_ends_no_placement(code: str) -> None:
    """Fails without: ``temporary_codes``, any of them."""
    scene = given(received(at_home())).when(received(placed("P-2", "2021-10-07", kind=code)))
    assert on_it(scene, "2021-10-07 16:00") == "placement"


def test_a_placement_that_ended_before_the_next_was_over_then() -> None:
    scene = given(received(placed("P-2", "2021-10-07 16:00"))).when(
        received(at_home(), at="2021-10-07 17:00"),
        received(left("P-1", "2021-10-07 18:00")),
    )
    assert on_it(scene, "2021-10-07 17:30") == ""
    scene = given(received(at_home()), received(left("P-1", "2021-10-01 09:00")))
    scene.when(received(placed("P-2", "2021-10-07 16:00")))
    assert [each.ends_at for each in facts(scene, NetworkLeft)] == [london("2021-10-01 09:00")]


def test_the_placement_of_another_authority_ends_nothing() -> None:
    """Fails without: the comparison of agencies in ``_next``."""
    theirs = replace(placed("P-2", "2021-10-07"), agency="host-authority")
    scene = given(received(at_home())).when(received(theirs))
    assert on_it(scene, "2021-10-07 16:00") == "placement"


def test_of_two_that_start_on_one_day_neither_ends_the_other() -> None:
    """Fails without: strictly later in ``_next`` (either the first by name, or both)."""
    scene = given(received(at_home("2021-10-07"))).when(
        received(placed("P-2", "2021-10-07", urn="SC900002"))
    )
    assert on_it(scene, "2021-10-07 16:00") == "foster_carer placement"


def test_a_later_placement_that_is_retracted_gives_the_earlier_back() -> None:
    said = placed("P-2", "2021-10-07 16:00")
    scene = given(received(at_home()), received(said)).when(
        received(said.retracted(), at="2021-10-08 09:00")
    )
    assert on_it(scene, "2021-10-08 09:00") == "placement"


def test_in_whatever_order_they_come_the_last_placement_stands() -> None:
    scene = given(received(placed("P-2", "2021-10-07", urn="SC900002"))).when(
        received(at_home(), at="2021-10-09 09:00")
    )
    assert on_it(scene, "2021-10-09 09:00") == "foster_carer"
