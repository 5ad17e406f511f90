"""History that is loaded in bulk: it counts, and wakes nobody, unless it is recent."""

import pytest

from tests.unit.rules.said import found, incident, placed, report
from tests.unit.rules.spec import given, members, raised, received, updated, withdrawn

AROUND_HER = members("edt placement social_worker team_manager iro")
NOW = "2021-10-02 02:41"


def test_backfilled_and_old_it_tells_nobody() -> None:
    given(AROUND_HER).when(
        received(incident("ligature", "2021-01-02 02:40").as_history(), at="2021-10-02 02:41"),
    ).then(
        raised("custody-ligature", "critical", urgent="", digest=""),
    ).then_awaits({})


def test_not_even_the_steward_of_a_child_without_network() -> None:
    given().when(
        received(incident("ligature", "2021-01-02 02:40").as_history(), at="2021-10-02 02:41"),
    ).then(
        raised("custody-ligature", urgent="", digest=""),
    )


def test_backfilled_and_recent_it_is_told_like_any_other() -> None:
    given(AROUND_HER).when(
        received(incident("ligature", "2021-10-01 14:00").as_history(), at="2021-10-02 02:41"),
    ).then(
        raised(
            "custody-ligature",
            "critical",
            urgent="edt placement",
            digest="social_worker team_manager iro",
        ),
    ).then_awaits({"edt": "2021-10-02 02:56", "placement": "2021-10-02 02:56"})


@pytest.mark.parametrize(
    ("known", "at", "told"),
    [
        ("2021-10-01 02:41", "2021-10-02 02:41", True),
        ("2021-10-01 02:41", "2021-10-02 02:41:01", False),
        # A day counts from its end, and a day may have 25 hours.
        ("2021-10-01", "2021-10-03 01:00", True),
        ("2021-10-01", "2021-10-03 01:01", False),
        ("unknown", "2021-10-02 02:41", False),
        ("9999-12-31", "2021-10-02 02:41", True),
    ],
)
def test_old_is_known_more_than_a_day_before_receipt(known: str, at: str, told: bool) -> None:
    said = incident("ligature", "2021-09-30 02:40", known=known).as_history()
    scene = given(members("edt")).when(received(said, at))
    (fact,) = scene.facts("custody-ligature")
    assert bool(fact.notices) is told


def test_on_a_live_topic_it_is_told_however_old_it_is() -> None:
    given(members("edt")).when(
        received(incident("ligature", "2019-01-02 02:40"), at="2021-10-02 02:41"),
    ).then(
        raised("custody-ligature", "critical", urgent="edt"),
        raised("late-disclosure", "medium"),
    )


def test_it_counts_in_patterns() -> None:
    given(
        AROUND_HER,
        received(report("M-1", "2021-09-20 22:00").as_history(), at="2021-10-01 12:00"),
        received(report("M-2", "2021-09-25 22:00").as_history(), at="2021-10-01 12:00"),
    ).when(
        received(report("M-3", "2021-10-02 02:00")),
    ).then(
        raised("missing", "high"),
        raised("missing/pattern", "high", level=3),
    )


def test_it_counts_in_moves() -> None:
    given(AROUND_HER, received(placed("P-1", "2021-06-01").as_history(), at=NOW)).when(
        received(placed("P-2", "2021-10-01"), at=NOW),
    ).then(
        raised("placement-move", "medium"),
    )


def test_what_history_raised_is_told_when_it_grows_today() -> None:
    given(
        AROUND_HER,
        received(incident("ligature", "2021-09-30 02:40").as_history(), at=NOW),
    ).when(
        received(incident("ligature", "2021-10-02 02:50")),
    ).then(
        updated("custody-ligature", "critical", level=2, urgent="edt placement"),
    )


def test_what_nobody_was_told_is_withdrawn_for_nobody() -> None:
    said = incident("ligature", "2021-01-02 02:40").as_history()
    given(AROUND_HER, received(said, at=NOW)).when(
        received(said.retracted(), at="2021-10-02 02:50"),
    ).then(
        withdrawn("custody-ligature", urgent="", digest=""),
    )


def test_a_whole_year_of_history_wakes_nobody() -> None:
    history = [
        said
        for month in range(1, 10)
        for day in (1, 3, 5)
        for said in (
            report(f"M-{month}-{day}", f"2021-0{month}-0{day} 22:00").as_history(),
            found(f"M-{month}-{day}", f"2021-0{month}-0{day} 23:00").as_history(),
        )
    ]
    scene = given(AROUND_HER).when(*(received(said, at=NOW) for said in history))
    told = scene.facts("missing") + scene.facts("missing/pattern")
    assert len(told) >= len(history)
    assert not [notice for fact in told for notice in fact.notices]
