"""`kith events`, as somebody sees it who writes a first event."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kith.cli import app
from kith.scenario.library import STORIES, WHOLE
from kith.settings import AGENCIES_FILE
from schemas.agencies import load_agencies
from schemas.catalogue import OWN
from schemas.registry import load_registry

RUNNER = CliRunner()
AGENCIES = load_agencies(AGENCIES_FILE)
KINDS = sorted({schema.type for schema in load_registry().family("events")} - OWN)


def test_the_list_has_every_kind() -> None:
    listed = json.loads(RUNNER.invoke(app, ["events", "list", "--json"]).stdout)
    assert [each["kind"] for each in listed] == KINDS
    shown = RUNNER.invoke(app, ["events", "list"], env={"COLUMNS": "120"}).stdout
    newest = {schema.type: schema for schema in load_registry().family("events")}
    assert all(newest[kind].versioned_type in shown for kind in KINDS)


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
    _is_clean(_validate(file))
    # The lines of one example may be of several agencies.
    for line in file.read_text().splitlines():
        file.write_text(line)
        _is_clean(_validate(file, "--agency", _whose(line)))


def _is_clean(result: Result) -> None:
    assert result.exit_code == 0, result.output
    assert "0 refused, 0 warnings" in result.stdout


def _whose(line: str) -> str:
    """An agency of which a team has the role that says the event, if one has."""
    role = json.loads(line)["event"]["said_by"]
    own = [each.agency for each in AGENCIES.contacts() if each.role == role]
    return own[0] if own else "police"


def _validate(file: Path, *more: str) -> Result:
    return RUNNER.invoke(app, ["events", "validate", str(file), *more])


@pytest.mark.parametrize("story", [*((each,) for each in STORIES), (WHOLE, "--as-it-happened")])
def test_every_event_of_the_stories_is_valid_and_gives_no_warning(
    story: tuple[str, ...], tmp_path: Path
) -> None:
    export = ["scenario", "export", *story, "--to", str(tmp_path)]
    assert RUNNER.invoke(app, export).exit_code == 0
    files = sorted(tmp_path.glob("*.jsonl"))
    assert files
    for file in files:
        _is_clean(_validate(file, "--agency", file.name.split(".")[0]))


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


def test_an_agency_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path) -> None:
    file = _written(tmp_path)
    result = _validate(file, "--agency", "nosuch")
    assert result.exit_code == 2
    assert "There is no agency nosuch" in result.stderr
    assert "fostering" in result.stderr
    # Nor may the events name one.
    named = _written(tmp_path, agency="nosuch")
    assert _validate(named).exit_code == 2


def test_events_are_those_of_the_agency_that_the_first_one_names(tmp_path: Path) -> None:
    file = _written(tmp_path, agency="camhs", said_by="camhs_comunity")
    result = _validate(file)
    assert result.exit_code == 0, result.output
    assert "did you mean camhs_community?" in result.stdout
    assert "1 valid, 0 refused, 1 warnings" in result.stdout


def test_events_are_those_of_the_first_agency_that_one_of_them_names(tmp_path: Path) -> None:
    """Fails without: going on in ``_named`` (the last would be refused as another agency's)."""
    file = tmp_path / "events.jsonl"
    unnamed, named = _event(reference="W-1"), _event(reference="W-2", agency="placement")
    named["event"]["said_by"] = "placement"
    file.write_text(f"no JSON\n{json.dumps(unnamed)}\n{json.dumps(named)}\n")
    result = _validate(file)
    assert result.exit_code == 1
    assert "2 valid, 1 refused" in result.stdout


def test_events_may_come_through_a_pipe() -> None:
    """Fails without: reading once; the second reading would find it empty."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        pipe.write(json.dumps(_event()))
    result = _validate(Path(f"/dev/fd/{reading}"))
    os.close(reading)
    assert "1 valid, 0 refused" in result.stdout


def test_a_role_of_no_team_is_noted_once_with_what_follows(tmp_path: Path) -> None:
    file = _written(tmp_path, said_by="arresting_officer")
    file.write_text(file.read_text() * 2)
    result = _validate(file, "--agency", "police")
    assert result.exit_code == 0
    assert "note: 2 said by arresting_officer, which is a role of no team of police" in (
        result.stdout
    )
    found = json.loads(_validate(file, "--agency", "police", "--json").stdout)
    assert found["remarks"] == []
    assert len(found["notes"]) == 1
    # A name that stands there is warned of, and not repeated.
    named = _validate(_written(tmp_path, said_by="Sgt Sample"), "--agency", "police")
    assert "does not look like a role" in named.stdout
    assert "Sample" not in named.stdout


def test_a_file_that_holds_no_event_is_not_valid(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text("\n \n")
    result = _validate(file)
    assert result.exit_code == 1
    assert "holds no event" in result.stdout
    data = _validate(file, "--json")
    assert data.exit_code == 1
    assert json.loads(data.stdout)["valid"] == 0


def test_whoever_writes_version_for_schema_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps({**_event(), "version": 2}))
    result = _validate(file)
    assert result.exit_code == 1
    assert "version is not known here: did you mean schema" in result.stdout


def _event(**header: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(RUNNER.invoke(app, ["events", "example", "weapon"]).stdout)
    event["event"] |= header
    return event


def _written(folder: Path, **header: str) -> Path:
    file = folder / "events.jsonl"
    file.write_text(json.dumps(_event(**header)) + "\n")
    return file
