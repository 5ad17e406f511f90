import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kith.cli import app

SAMPLE = Path(__file__).parents[3] / "producers" / "samples" / "ssda903"


def _import(tmp_path: Path, *arguments: str, folder: Path = SAMPLE / "2024") -> tuple[int, str]:
    command = ["import", "ssda903", str(folder), "--state-dir", str(tmp_path / "state")]
    result = CliRunner().invoke(app, [*command, *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_a_dry_run_needs_no_stack_and_leaves_nothing(tmp_path: Path) -> None:
    code, output = _import(tmp_path, "--agency", "social-care", "--dry-run")
    assert code == 1  # Rows were refused.
    assert "32 read, 20 accepted, 2 said twice, 10 refused" in output
    assert "26 would be sent" in output
    assert not (tmp_path / "state").exists()


def test_the_account_and_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    code, output = _import(
        tmp_path, "--agency", "social-care", "--dry-run", "--json", "--report", str(report)
    )
    assert code == 1
    data = json.loads(output)
    assert (data["agency"], data["dry_run"], data["children"]) == ("social-care", True, 6)
    assert len(report.read_text(encoding="utf-8-sig").splitlines()) == 1 + len(data["findings"])


def test_a_folder_without_refused_rows_ends_well(tmp_path: Path) -> None:
    code, _ = _import(tmp_path, "--agency", "social-care", "--dry-run", folder=SAMPLE / "2025")
    assert code == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--agency", "nobody", "--dry-run"], "no agency 'nobody'"),
        (["--agency", "social-care"], "kith up"),
        (
            ["--agency", "social-care", "--dry-run", "--report", "/nowhere/r.csv"],
            "cannot be written",
        ),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, arguments: list[str], text: str) -> None:
    code, output = _import(tmp_path, *arguments)
    assert code == 2
    assert text in " ".join(output.split())


def test_a_folder_with_nothing_in_it_is_said(tmp_path: Path) -> None:
    code, output = _import(tmp_path, "--agency", "social-care", "--dry-run", folder=tmp_path)
    assert code == 2
    assert "known by its first row" in output
