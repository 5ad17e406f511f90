"""Whatever the bytes are, an import ends with an account of every row."""

import string
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producers.ssda903.files import FolderRefusedError
from producers.ssda903.importing import counts
from producers.ssda903.modules import COLUMNS, IMPORTED, Module
from tests.unit.ssda903.returns import episode, run

SAMPLE = Path(__file__).parents[3] / "producers" / "samples" / "ssda903" / "2024"
FILES = {path.name: path.read_bytes() for path in SAMPLE.iterdir()}

ODD_CELLS = ["", '"', "=1+1", "\0", "1E+05"]
DATES = ["01/02/2024", "01/03/2024", "31/02/2024"]
CODES = [*"SLPMA", "C1", "U6", "K2", "X1", "E8", "CREQB", "PN1", "PR1"]
CELLS = st.one_of(
    st.sampled_from(["7", "8", "ZZ1 1AA", *ODD_CELLS, *DATES, *CODES]),
    st.text(string.printable, max_size=8),
    st.text(max_size=8),
)


def _account(files: dict[str, bytes]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name) / "return"
        folder.mkdir()
        for file, content in files.items():
            (folder / file).write_bytes(content)
        try:
            account, findings, sent = run(folder, Path(name) / "ledger")
        except FolderRefusedError:
            return
        rows = counts(account, findings)
        assert rows["read"] == rows["accepted"] + rows["duplicate"] + rows["refused"]
        assert min(rows.values()) >= 0
        assert not [f for f in findings.all if f.reason == "event-invalid"]
        assert len({one.event_id for one in sent}) == len(sent) == account.confirmed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_spoilt_file(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 40))
        content[at : at + length] = data.draw(st.binary(max_size=12))
    _account(FILES | {name: bytes(content)})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_rows_of_any_cells(data: st.DataObject) -> None:
    files = {}
    for module in data.draw(st.sets(st.sampled_from(sorted(IMPORTED)), min_size=1)):
        width = len(COLUMNS[Module(module)])
        rows = data.draw(st.lists(st.lists(CELLS, min_size=width - 1, max_size=width + 1)))
        lines = [",".join(COLUMNS[Module(module)]), *(",".join(cells) for cells in rows)]
        files[f"{module}.csv"] = "\n".join(lines).encode("utf-8", "surrogatepass")
    _account(files)


DAYS = st.sampled_from([f"0{day}/02/2024" for day in range(1, 6)])


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(
        st.builds(
            episode,
            CHILD=st.sampled_from(["7", "8"]),
            DECOM=DAYS,
            DEC=st.one_of(st.just(""), DAYS),
            RNE=st.sampled_from("SLPTBU"),
            LS=st.sampled_from(["C1", "C2"]),
            PLACE=st.sampled_from(["U6", "K2"]),
            REC=st.sampled_from(["", "X1", "E8"]),
            REASON_PLACE_CHANGE=st.sampled_from(["", "CREQB"]),
        ),
        max_size=8,
    )
)
def test_any_history_is_told_with_one_event_for_one_reference(rows: list[str]) -> None:
    text = "\n".join((",".join(COLUMNS[Module.EPISODES]), *rows))
    _account({"episodes.csv": text.encode()})
