"""When a hospital's teams are on a child's network."""

import pytest

from safeguarding.facts import NetworkJoined
from tests.unit.rules.networked import HOSPITAL, discharge, facts, given, on_it, transfer
from tests.unit.rules.said import Said, admission, attendance
from tests.unit.rules.spec import Scene, received


def test_the_hospital_joins_with_an_attendance_and_leaves_after_its_hours() -> None:
    scene = given(received(attendance("2021-10-02 12:00")))
    assert on_it(scene, "2021-10-03 11:59") == HOSPITAL
    assert on_it(scene, "2021-10-03 12:00") == ""


def test_a_spell_lasts_until_its_discharge() -> None:
    scene = given(received(admission("2021-10-02 14:00")))
    assert on_it(scene, "2021-11-02 12:00") == HOSPITAL
    scene.when(received(discharge("2021-11-02 12:30", spell="SP-2")))
    assert on_it(scene, "2021-11-02 13:00") == HOSPITAL
    scene.when(received(discharge("2021-11-02 12:30")))
    assert on_it(scene, "2021-11-02 13:00") == ""


@pytest.mark.parametrize(("kind", "stays"), [("acute", ""), ("within", HOSPITAL)])
def test_a_transfer_ends_a_spell_unless_it_is_from_ward_to_ward(kind: str, stays: str) -> None:
    scene = given(received(admission("2021-10-02 14:00"))).when(
        received(transfer("2021-10-05 12:00", kind))
    )
    assert on_it(scene, "2021-10-05 12:05") == stays


@pytest.mark.parametrize(("site", "stays"), [("RXX01", ""), ("RXX09", HOSPITAL)])
def test_a_transfer_that_the_other_hospital_tells_of_ends_the_spell(site: str, stays: str) -> None:
    """Found by the seven months: the ward for women told of it, under a number of its own."""
    told = transfer(
        "2021-12-29 14:00", "to_mental_health", agency="host-trust", spell="MS-1", site=site
    )
    scene = given(received(admission("2021-11-11 23:30"))).when(received(told))
    assert on_it(scene, "2021-12-29 15:00", of="acute-trust") == stays


# --- whoever takes the child by a transfer ------------------------------------------------------

TAKEN = "2021-12-29 14:00"


def taken() -> Said:
    """The ward for women tells of it, under a number of its own, and admits her nowhere."""
    return transfer(
        TAKEN, "to_mental_health", agency="mental-health-adults", spell="MS-1", to="RZZ01"
    )


def at_the_ward(scene: Scene, at: str) -> str:
    return on_it(scene, at, of="mental-health-adults")


def test_the_hospital_that_takes_the_child_and_tells_of_it_joins_for_as_long_as_she_is_there() -> (
    None
):
    """Fails without: ``_taken`` (it was on for having told of it, until a Monday)."""
    scene = given(received(admission("2021-11-11 23:30")), received(taken()))
    assert at_the_ward(scene, "2022-03-01 12:00") == "ward"
    assert on_it(scene, TAKEN, of="acute-trust") == ""
    ground = "hospital:mental-health-adults:transfer/MS-1/to_mental_health"
    (fact,) = [each for each in facts(scene, NetworkJoined) if each.ground == ground]
    assert fact.reason == (
        "In the hospital: hospital transfer MS-1/to_mental_health of mental-health-adults"
    )
    assert fact.ends_at is None


def test_a_hospital_joins_by_a_transfer_from_one_that_tells_nothing() -> None:
    scene = given(received(taken()))
    assert at_the_ward(scene, "2022-03-01 12:00") == "ward"


@pytest.mark.parametrize(
    ("spell", "site", "stays"),
    [
        ("MS-1", "RZZ01", ""),
        ("MS-1", "RZZ09", ""),
        ("MS-9", "RZZ01", ""),
        ("MS-9", "RZZ09", "ward"),
    ],
)
def test_its_own_discharge_of_that_spell_or_site_ends_it(spell: str, site: str, stays: str) -> None:
    """Fails without: either half of ``_ends_transfer``'s comparison."""
    end = discharge("2022-01-17 11:00", agency="mental-health-adults", spell=spell, site=site)
    scene = given(received(taken())).when(received(end))
    assert at_the_ward(scene, "2022-01-17 11:00") == stays


def test_the_discharge_of_another_hospital_does_not_end_it() -> None:
    """Fails without: the comparison of agencies in ``_ends_transfer``."""
    end = discharge("2022-01-17 11:00", spell="MS-1", site="RZZ01")
    scene = given(received(taken())).when(received(end))
    assert at_the_ward(scene, "2022-01-17 11:00") == "ward"


@pytest.mark.parametrize("agency", ["mental-health-adults", "acute-trust"])
def test_a_transfer_away_ends_it_whoever_tells_of_it(agency: str) -> None:
    """Fails without: the first half of ``_ends_transfer``; ``own.add`` (it would join anew)."""
    back = transfer(
        "2022-01-05 10:00",
        "from_mental_health",
        agency=agency,
        spell="T-2",
        site="RZZ01",
        to="RXX01",
    )
    scene = given(received(taken())).when(received(back))
    assert at_the_ward(scene, "2022-01-05 10:00") == ""
    teams = HOSPITAL if agency == "acute-trust" else ""
    assert on_it(scene, "2022-01-05 10:00", of="acute-trust") == teams


def test_the_hospital_that_the_child_leaves_does_not_join_by_telling_of_it() -> None:
    """Fails without: ``own`` in ``_taken``."""
    scene = given(received(attendance("2021-10-02 12:00"))).when(
        received(transfer("2021-10-02 15:00", "acute", spell="SP-7"))
    )
    assert on_it(scene, "2021-10-02 15:00") == ""


def test_nor_does_it_when_it_names_another_site_of_its_own_under_the_number_of_the_stay() -> None:
    """Fails without: ``spells`` in ``_taken``."""
    scene = given(received(admission("2021-10-02 14:00"))).when(
        received(transfer("2021-10-05 12:00", "acute", site="RXX09"))
    )
    assert on_it(scene, "2021-10-05 12:00") == ""


def test_a_hospital_that_takes_the_child_may_admit_her_too() -> None:
    """Fails without: the site that the child came to, in ``_of_spell`` and ``spells``."""
    arrived = transfer("2021-10-05 12:00", "acute", spell="SP-1", site="RYY01", to="RXX01")
    scene = given(received(admission("2021-10-05 12:00"))).when(received(arrived))
    assert on_it(scene, "2021-10-05 12:00") == HOSPITAL
    grounds = [each.ground for each in scene.hub.case.memberships.values() if each.ends_at is None]
    assert set(grounds) == {
        "hospital:acute-trust:spell/SP-1",
        "hospital:acute-trust:transfer/SP-1/acute",
    }
    scene.when(received(discharge("2021-10-09 12:00")))
    assert on_it(scene, "2021-10-09 12:00") == ""


def test_from_ward_to_ward_nobody_joins() -> None:
    """Fails without: ``_leaves`` on what ``_taken`` is given."""
    scene = given(received(transfer("2021-10-05 12:00", "within", site="RYY01")))
    assert on_it(scene, "2021-10-05 12:00") == ""


def test_an_admission_that_comes_late_shows_that_the_child_left_there() -> None:
    scene = given(received(transfer("2021-10-05 12:00", "acute"))).when(
        received(admission("2021-10-02 14:00"), at="2021-10-05 13:00")
    )
    assert on_it(scene, "2021-10-05 13:00") == ""
