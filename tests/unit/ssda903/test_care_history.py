"""Given rows of Episodes, when they are mapped, then these events, in this order."""

from pathlib import Path

import pytest

from tests.unit.ssda903.returns import episode, mapped, of_episodes, reasons, short, write

MOVED = {"DECOM": "01/05/2024", "RNE": "P", "PLACE": "K2", "PL_POST": "ZZ2 2BB"}


def _first(**columns: str) -> str:
    """An episode that ends as another begins."""
    return episode(**({"DEC": "01/05/2024", "REC": "X1"} | columns))


def test_a_start_of_care_tells_legal_status_and_placement(tmp_path: Path) -> None:
    told, findings = of_episodes(tmp_path, episode())
    assert short(told) == ["2024-02-01 legal-status C1", "2024-02-01 placement-start U6"]
    assert not reasons(findings)


@pytest.mark.parametrize(
    ("rne", "columns", "expected"),
    [
        ("L", {"LS": "C2"}, ["2024-05-01 legal-status C2"]),
        (
            "P",
            {"PLACE": "K2"},
            ["2024-05-01 placement-end U6 CARPL", "2024-05-01 placement-start K2"],
        ),
        (
            "T",
            {"PLACE": "U4"},
            ["2024-05-01 placement-end U6 CARPL", "2024-05-01 placement-start U4"],
        ),
        (
            "B",
            {"LS": "C2", "PLACE": "K2"},
            [
                "2024-05-01 placement-end U6 CARPL",
                "2024-05-01 legal-status C2",
                "2024-05-01 placement-start K2",
            ],
        ),
        (
            "U",
            {"LS": "C2", "PLACE": "U4"},
            [
                "2024-05-01 placement-end U6 CARPL",
                "2024-05-01 legal-status C2",
                "2024-05-01 placement-start U4",
            ],
        ),
    ],
)
def test_rne_tells_what_changed(
    tmp_path: Path, rne: str, columns: dict[str, str], expected: list[str]
) -> None:
    reason = "" if rne == "L" else "CARPL"
    rows = (
        _first(REASON_PLACE_CHANGE=reason),
        episode(DECOM="01/05/2024", RNE=rne, **columns),
    )
    told, findings = of_episodes(tmp_path, *rows)
    assert short(told) == [
        "2024-02-01 legal-status C1",
        "2024-02-01 placement-start U6",
        *expected,
    ]
    assert not reasons(findings)


def test_a_placement_lasts_over_changes_of_legal_status(tmp_path: Path) -> None:
    told, _ = of_episodes(
        tmp_path,
        _first(),
        episode(DECOM="01/05/2024", RNE="L", LS="C2", DEC="01/08/2024", REC="E4A"),
    )
    assert short(told) == [
        "2024-02-01 legal-status C1",
        "2024-02-01 placement-start U6",
        "2024-05-01 legal-status C2",
        "2024-08-01 placement-end U6 E4A",
    ]
    start, end = (one.event for one in told if "placement" in one.event)
    assert start["placement"] == end["placement"]


@pytest.mark.parametrize(
    ("columns", "ended_by", "planned"),
    [
        ({"REC": "E4A"}, "not_known", True),
        ({"REC": "E4B"}, "not_known", False),
        ({"REC": "E46"}, "court", None),
        ({"REC": "X1", "REASON_PLACE_CHANGE": "CREQB"}, "provider", False),
        ({"REC": "X1", "REASON_PLACE_CHANGE": "CHILD"}, "child", False),
        ({"REC": "X1", "REASON_PLACE_CHANGE": "CARPL"}, "authority", True),
        ({"REC": "X1", "REASON_PLACE_CHANGE": "OTHER"}, "not_known", None),
    ],
)
def test_an_end_says_who_ended_it_only_where_the_code_does(
    tmp_path: Path, columns: dict[str, str], ended_by: str, planned: bool | None
) -> None:
    told, _ = of_episodes(tmp_path, episode(DEC="01/05/2024", **columns))
    assert (told[-1].event["ended_by"], told[-1].event["planned"]) == (ended_by, planned)


def test_a_history_that_begins_with_a_move_tells_the_status_it_found(tmp_path: Path) -> None:
    told, _ = of_episodes(tmp_path, episode(RNE="P"))
    assert short(told) == ["~2024-02-01 legal-status C1", "2024-02-01 placement-start U6"]


def test_a_history_that_begins_with_a_status_tells_the_placement_it_found(tmp_path: Path) -> None:
    told, _ = of_episodes(tmp_path, episode(RNE="L"))
    assert short(told) == ["~2024-02-01 placement-start U6", "2024-02-01 legal-status C1"]


def test_rows_may_come_in_any_order(tmp_path: Path) -> None:
    rows = [_first(REASON_PLACE_CHANGE="CREQO"), episode(**MOVED)]
    forward, _ = of_episodes(tmp_path / "forward", *rows)
    backward, _ = of_episodes(tmp_path / "backward", *reversed(rows))
    assert [one.event for one in forward] == [one.event for one in backward]


def test_a_change_that_rne_does_not_tell_is_sent_with_a_warning(tmp_path: Path) -> None:
    told, findings = of_episodes(
        tmp_path,
        _first(),
        episode(DECOM="01/05/2024", RNE="L", LS="C2", PLACE="K2"),
    )
    assert short(told)[2:] == [
        "2024-05-01 placement-end U6",
        "2024-05-01 legal-status C2",
        "2024-05-01 placement-start K2",
    ]
    assert reasons(findings) == {"change-not-told": 1, "place-change-reason-missing": 1}


def test_a_change_that_only_rne_tells_is_sent_with_a_warning(tmp_path: Path) -> None:
    told, findings = of_episodes(
        tmp_path, _first(REASON_PLACE_CHANGE="PLACE"), episode(DECOM="01/05/2024", RNE="T")
    )
    assert short(told)[2:] == ["2024-05-01 placement-end U6 PLACE", "2024-05-01 placement-start U6"]
    assert reasons(findings) == {"change-not-seen": 1}


def test_a_reason_to_move_without_a_move_ends_nothing(tmp_path: Path) -> None:
    told, findings = of_episodes(
        tmp_path,
        _first(REASON_PLACE_CHANGE="CREQB"),
        episode(DECOM="01/05/2024", RNE="L", LS="C2"),
    )
    assert not [one for one in told if one.event["type"] == "placement-end"]
    assert reasons(findings) == {"place-change-reason-not-needed": 1}


def test_an_open_episode_with_a_reason_to_end_stays_open(tmp_path: Path) -> None:
    told, findings = of_episodes(tmp_path, episode(REC="E8", REASON_PLACE_CHANGE="CREQB"))
    assert "placement-end" not in " ".join(short(told))
    assert reasons(findings) == {"end-reason-without-date": 1}


def test_an_end_without_the_next_episode_is_told_where_a_reason_is(tmp_path: Path) -> None:
    told, findings = of_episodes(tmp_path, _first(REASON_PLACE_CHANGE="CREQB"))
    assert short(told)[-1] == "2024-05-01 placement-end U6 CREQB"
    assert reasons(findings) == {"next-episode-missing": 1}


def test_an_end_without_next_episode_or_reason_is_not_made_up(tmp_path: Path) -> None:
    told, findings = of_episodes(tmp_path, _first())
    assert len(told) == 2
    assert reasons(findings) == {"next-episode-missing": 1}


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"DEC": "02/05/2024"}, {}, "episodes-overlap"),
        ({"DEC": "30/04/2024"}, {}, "gap-before-episode"),
        ({"DEC": "", "REC": ""}, {}, "episode-before-open"),
        ({}, {"RNE": "S"}, "start-while-looked-after"),
        ({"REC": "E8"}, {}, "no-start-after-care-ended"),
        ({"REC": ""}, {}, "end-date-without-reason"),
    ],
)
def test_rows_that_do_not_follow_each_other_are_taken_with_a_warning(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], reason: str
) -> None:
    told, findings = of_episodes(tmp_path, _first(**first), episode(**(MOVED | second)))
    assert "2024-05-01 placement-start K2" in short(told)
    assert reasons(findings)[reason] == 1


def test_after_care_ended_both_begin_again(tmp_path: Path) -> None:
    told, _ = of_episodes(
        tmp_path, _first(REC="E4A"), episode(DECOM="01/07/2024", RNE="S", LS="C1")
    )
    assert short(told)[-2:] == ["2024-07-01 legal-status C1", "2024-07-01 placement-start U6"]


def test_care_that_ends_later_does_not_end_before_an_overlapping_row(tmp_path: Path) -> None:
    told, findings = of_episodes(
        tmp_path,
        _first(DEC="01/09/2024", REC="E8"),
        episode(DECOM="01/05/2024", RNE="L", LS="C2"),
    )
    assert short(told)[2:] == ["2024-05-01 legal-status C2", "2024-09-01 placement-end U6 E8"]
    assert reasons(findings) == {"episodes-overlap": 1}


def test_a_row_said_twice_counts_once(tmp_path: Path) -> None:
    told, findings = of_episodes(tmp_path, episode(), episode())
    assert len(told) == 2
    assert reasons(findings) == {"said-twice": 1}


def test_rows_that_differ_only_in_what_is_not_sent_count_once(tmp_path: Path) -> None:
    told, findings = of_episodes(tmp_path, episode(), episode(CIN="N5", HOME_POST="ZZ9 9ZZ"))
    assert len(told) == 2
    assert reasons(findings) == {"said-twice": 1}


@pytest.mark.parametrize("turned", [False, True])
def test_an_open_row_gives_way_to_the_same_row_with_its_end(tmp_path: Path, turned: bool) -> None:
    rows = [episode(), episode(DEC="01/05/2024", REC="E4A")]
    told, findings = of_episodes(tmp_path, *(reversed(rows) if turned else rows))
    assert short(told)[-1] == "2024-05-01 placement-end U6 E4A"
    assert reasons(findings) == {"said-with-end": 1}


@pytest.mark.parametrize(
    "other",
    [{"LS": "C2"}, {"PLACE": "K2"}, {"RNE": "P"}, {"URN": "SC999002"}, {"PL_POST": "ZZ2 2BB"}],
)
def test_rows_of_one_episode_that_differ_are_all_refused(
    tmp_path: Path, other: dict[str, str]
) -> None:
    told, findings = of_episodes(tmp_path, episode(), episode(**other))
    assert told == []
    assert reasons(findings) == {"episodes-conflict": 2}


def test_rows_that_differ_in_their_end_are_all_refused(tmp_path: Path) -> None:
    ends = [episode(DEC=day, REC="E8") for day in ("01/05/2024", "02/05/2024")]
    told, findings = of_episodes(tmp_path, *ends)
    assert told == []
    assert reasons(findings) == {"episodes-conflict": 2}


def test_an_episode_within_the_first_day_of_another_is_refused_alone(tmp_path: Path) -> None:
    within = episode(DEC="01/02/2024", REC="X1", PLACE="T4")
    told, findings = of_episodes(tmp_path, within, episode())
    assert short(told) == ["2024-02-01 legal-status C1", "2024-02-01 placement-start U6"]
    assert reasons(findings) == {"episode-within-a-day": 1}


def test_a_kind_of_placement_that_was_unregulated_says_so(tmp_path: Path) -> None:
    told, _ = of_episodes(tmp_path, episode(PLACE="H5"))
    assert told[1].event["registration"] == "unregulated"


def test_children_are_told_one_after_the_other_each_oldest_first(tmp_path: Path) -> None:
    told, _ = mapped(
        write(tmp_path, rows=[episode(CHILD="1"), episode(CHILD="2"), episode(CHILD="1", **MOVED)])
    )
    children = [one.event["event"]["subject"]["identifiers"][0]["value"] for one in told]
    assert children == sorted(children)
    assert len(set(children)) == 2
