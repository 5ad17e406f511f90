"""`kith events`, as somebody sees it who writes a first event."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kith.cli import app
from schemas.catalogue import OWN
from schemas.registry import load_registry

RUNNER = CliRunner()
KINDS = sorted({schema.type for schema in load_registry().family("events")} - OWN)


def test_the_list_has_every_kind() -> None:
    listed = json.loads(RUNNER.invoke(app, ["events", "list", "--json"]).stdout)
    assert [each["kind"] for each in listed] == KINDS
    shown = RUNNER.invoke(app, ["events", "list"], env={"COLUMNS": "120"}).stdout
    assert all(f"{kind}.v1" in shown for kind in KINDS)


def test_a_kind_is_shown_with_its_fields_and_the_header_on_request() -> None:
    shown = RUNNER.invoke(app, ["events", "show", "custody-incident"]).stdout
    assert "observation_level" in shown
    assert "event.reference" not in shown
    assert "event.reference" in RUNNER.invoke(app, ["events", "show", "weapon", "--header"]).stdout


def test_a_mistyped_kind_gets_the_nearest_ones() -> None:
    result = RUNNER.invoke(app, ["events", "show", "meetng"])
    assert result.exit_code == 2
    assert "did you mean meeting?" in result.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_is_valid(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(RUNNER.invoke(app, ["events", "example", kind]).stdout)
    result = RUNNER.invoke(app, ["events", "validate", str(file)])
    assert result.exit_code == 0, result.output
    assert "0 refused, 0 warnings" in result.stdout


def test_what_is_wrong_is_said_by_line_and_field(tmp_path: Path) -> None:
    good = RUNNER.invoke(app, ["events", "example", "weapon"]).stdout.strip()
    file = tmp_path / "events.jsonl"
    file.write_text(f"{good}\n{good.replace('kept', 'hidden')}\nnot json\n")
    result = RUNNER.invoke(app, ["events", "validate", str(file)])
    assert result.exit_code == 1
    assert f"{file}:2: refused: how " in result.stdout
    assert f"{file}:3: refused: " in result.stdout
    assert "hidden" not in result.stdout
    found = json.loads(RUNNER.invoke(app, ["events", "validate", str(file), "--json"]).stdout)
    assert [each["line"] for each in found["remarks"]] == [2, 3]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["events", "validate", str(tmp_path / "none.jsonl")])
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr
