from datetime import UTC, date, datetime
from pathlib import Path

from producers.preparing import Preparer
from producers.ssda903.statements import on, unknown
from tests.unit.ssda903.returns import (
    AGENCY,
    SECRET,
    episode,
    mapped,
    of_episodes,
    statements,
    write,
)


def test_a_day_is_its_midnight_in_london_also_in_summer() -> None:
    assert on(date(2024, 2, 1)) == {"at": datetime(2024, 2, 1, tzinfo=UTC), "precision": "day"}
    assert on(date(2024, 7, 1))["at"] == datetime(2024, 6, 30, 23, tzinfo=UTC)
    # The clocks go forward at one in the morning, so this midnight is still in winter time.
    assert on(date(2024, 3, 31))["at"] == datetime(2024, 3, 31, tzinfo=UTC)
    assert unknown(date(2024, 7, 1))["precision"] == "unknown"


def test_a_reference_is_the_same_each_time_and_says_nothing_without_the_secret() -> None:
    reference = statements().reference("placement", "566910", "U6")
    assert reference == statements().reference("placement", "566910", "U6")
    assert reference != statements(b"another secret".ljust(32)).reference(
        "placement", "566910", "U6"
    )
    assert "566910" not in reference
    assert statements().reference("a", "1", "23") != statements().reference("a", "12", "3")


def test_every_event_says_on_what_footing_it_is_shared(tmp_path: Path) -> None:
    told, _ = of_episodes(tmp_path, episode())
    for one in told:
        header = one.event["event"]
        assert (header["basis"], header["purpose"]) == ("legal_obligation", "care_planning")
        assert (header["statement"], header["labels"]) == ("fact", [])
        assert header["known"]["precision"] == "unknown"


def test_where_the_family_lives_is_sent_nowhere(tmp_path: Path) -> None:
    told, _ = of_episodes(tmp_path, episode(HOME_POST="ZZ9 9ZZ"))
    assert told
    assert "ZZ9" not in repr(told)


def test_the_contract_takes_every_event_without_a_doubt(tmp_path: Path) -> None:
    moved = {"DECOM": "01/05/2024", "RNE": "B", "LS": "C2", "PLACE": "K2"}
    last = episode(**moved, DEC="01/06/2024", REC="E4B")
    told, _ = mapped(write(tmp_path, rows=[episode(DEC="01/05/2024", REC="X1"), last]))
    preparer = Preparer(AGENCY, SECRET)
    prepared = [preparer.prepare(one.event) for one in told]
    assert len({one.event_id for one in prepared}) == len(told) == 6
    assert [one.warnings for one in prepared] == [()] * 6


def test_a_row_says_the_same_in_whichever_folder_it_comes(tmp_path: Path) -> None:
    """Rows beside it decide whether an event is made, and never what it says."""
    before = episode(DECOM="01/01/2024", DEC="01/02/2024", REC="X1", PLACE="K1")
    row = episode(RNE="P", DEC="01/05/2024", REC="X1", REASON_PLACE_CHANGE="CARPL")
    after = episode(DECOM="01/05/2024", RNE="P", PLACE="K2")
    alone, _ = of_episodes(tmp_path / "alone", row)
    among, _ = of_episodes(tmp_path / "among", before, row, after)
    said = {one.event["event"]["reference"]: one.event for one in among}
    shared = [one.event for one in alone if one.event["event"]["reference"] in said]
    assert [event["type"] for event in shared] == ["placement-start", "placement-end"]
    assert all(said[event["event"]["reference"]] == event for event in shared)
