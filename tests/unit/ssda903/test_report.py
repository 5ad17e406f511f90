import csv
import json
from pathlib import Path

import pytest

from producers.ssda903.findings import Findings, Source
from producers.ssda903.modules import Module
from producers.ssda903.report import as_data, harmless, write_report
from tests.unit.ssda903.returns import episode, run, write


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_other_cells_are_as_they_are() -> None:
    assert harmless("episodes.csv") == "episodes.csv"


def test_file_names_of_others_cannot_run_either(tmp_path: Path) -> None:
    findings = Findings()
    findings.add("file-unknown", Source('=HYPERLINK("x")', "", 0))
    write_report(tmp_path / "report.csv", findings)
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["file"] == '\'=HYPERLINK("x")'
    assert line["outcome"] == "note"


def test_a_file_name_that_is_no_text_does_not_stop_the_report(tmp_path: Path) -> None:
    findings = Findings()
    findings.add("file-unknown", Source("bad\udcff.csv", "", 0))
    write_report(tmp_path / "report.csv", findings)
    assert "bad?.csv" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")


def test_the_report_names_file_line_and_field_and_quotes_no_value(tmp_path: Path) -> None:
    secrets = ["SECRETCHILD", "31/02/1999", "SECRETRNE", "SECRETPLACE", "SECRETHOUSE", "SECRETUPN"]
    folder = write(
        tmp_path / "return",
        "episodes.csv",
        rows=[
            episode(CHILD="SECRETCHILD", DECOM="31/02/1999"),
            episode(CHILD="SECRETCHILD", RNE="SECRETRNE"),
            episode(CHILD="SECRETCHILD", PLACE="SECRETPLACE"),
            episode(CHILD="SECRETCHILD", PL_POST="SECRETHOUSE"),
        ],
    )
    write(folder, "header.csv", Module.HEADER, ["SECRETCHILD,1,31/02/1999,WBRI,SECRETUPN,,"])
    account, findings, _ = run(folder, tmp_path / "ledger")
    write_report(tmp_path / "report.csv", findings)
    report = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    data = json.dumps(as_data(account, findings))
    assert [secret for secret in secrets if secret in report + data] == []
    lines = list(csv.DictReader(report.splitlines()))
    refused = [(x["file"], x["line"], x["field"]) for x in lines if x["outcome"] == "refused"]
    assert refused == [
        ("episodes.csv", "2", "DECOM"),
        ("episodes.csv", "3", "RNE"),
        ("episodes.csv", "4", "PLACE"),
    ]


def test_the_account_as_data(tmp_path: Path) -> None:
    folder = write(tmp_path / "return", "episodes.csv", rows=[episode(), episode(RNE="?")])
    account, findings, _ = run(folder, tmp_path / "ledger")
    data = as_data(account, findings)
    assert data["rows"] == {
        "read": 2,
        "accepted": 1,
        "duplicate": 0,
        "refused": 1,
        "read_by_module": {"Episodes": 2},
    }
    assert data["events"] == {
        "made": 2,
        "by_type": {"legal-status": 1, "placement-start": 1},
        "corrections": 0,
        "confirmed": 2,
    }
    assert data["refused"] == {"code-unknown": 1}
    assert data["failure"] is None
    assert data["findings"][-1] == {
        "file": "episodes.csv",
        "line": 3,
        "module": "Episodes",
        "outcome": "refused",
        "reason": "code-unknown",
        "field": "RNE",
    }
