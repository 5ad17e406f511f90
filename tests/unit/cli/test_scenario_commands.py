"""`kith scenario`: what is refused before anything runs, and the export."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kith.cli import app
from kith.cli.demo_stack import environment_for
from kith.scenario.library import CHILD_K
from kith.settings import Settings
from producers.json_lines import read_lines
from producers.preparing import Preparer
from producers.publishing import publish_lines
from tests.unit.scenarios.test_loading import change


def kith(*words: str) -> Result:
    return CliRunner().invoke(app, ["scenario", *words])


@pytest.mark.parametrize("command", ["play", "check", "export"])
def test_a_story_that_there_is_not_is_named_with_those_that_there_are(command: str) -> None:
    done = kith(command, "eight-months", "--state-dir", "nowhere")
    assert done.exit_code == 2
    assert "there is no story eight-months" in done.output
    assert "july-2021, custody-night-with-the-hub" in done.output
    assert "seven-months" in done.output


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("type: carer-concern", "type: carers-concern", "steps[older-men]"),
        ("at: 2021-10-09T21:10+01:00", "at: 2021-10-09T25:10+01:00", "steps[older-men].at"),
        ("known: 2021-10-09T20:00+01:00", "known: yesterday", "steps[older-men]"),
    ],
)
def test_what_is_wrong_in_a_story_is_named_by_file_and_step(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    story = Path(shutil.copytree(CHILD_K / "seven-months", tmp_path / "story"))
    change(story / "05-carer-bed-hospital.yaml", old, new)
    done = kith("export", str(story), "--to", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "05-carer-bed-hospital.yaml:" in done.output
    assert where in done.output
    assert not (tmp_path / "out").exists()


def test_the_events_of_each_agency_are_exported_and_can_be_published(tmp_path: Path) -> None:
    """Fails without: the file of its own for history, or one event of any agency."""
    done = kith("export", "seven-months", "--to", str(tmp_path))
    assert done.exit_code == 0
    files = sorted(path.name for path in tmp_path.iterdir())
    assert len(files) == 13
    assert "social-care.backfill.jsonl" in files
    accepted = 0
    for path in tmp_path.iterdir():
        preparer = Preparer(path.name.split(".")[0], b"k" * 32)
        account = publish_lines(read_lines(path), preparer, None)
        assert account.refused == []
        accepted += account.accepted
    assert accepted == 196 + 5


def test_one_agencys_events_are_exported_alone(tmp_path: Path) -> None:
    done = kith("export", "seven-months", "--to", str(tmp_path), "--agency", "fostering")
    assert done.exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["fostering.jsonl"]


def test_as_it_happened_leaves_out_what_was_never_told(tmp_path: Path) -> None:
    """3.18. Fails without: the option; the carer's knowledge would be there."""
    done = kith("export", "seven-months", "--to", str(tmp_path), "--as-it-happened")
    assert done.exit_code == 0
    assert not (tmp_path / "fostering.jsonl").exists()


@pytest.mark.parametrize(
    ("story", "agency", "who_do"),
    [
        (["july-2021"], "host-trust", "july-2021: placement, police, social-care do"),
        # They take part, and only answer, or would only say what was in fact never told.
        (["custody-night-with-the-hub"], "camhs", "custody-night-with-the-hub: police"),
        (["seven-months", "--as-it-happened"], "fostering", "as-it-happened: acute-trust, camhs"),
    ],
)
def test_an_agency_that_publishes_nothing_is_named_with_those_that_do(
    tmp_path: Path, story: list[str], agency: str, who_do: str
) -> None:
    """Fails without: the question in ``export`` (the two that take part would get nothing)."""
    done = kith("export", *story, "--to", str(tmp_path / "out"), "--agency", agency)
    assert done.exit_code == 2
    assert f"{agency} publishes nothing in " in done.output
    assert who_do in done.output
    assert not (tmp_path / "out").exists()


def test_a_story_of_one_world_is_not_exported_as_it_happened(tmp_path: Path) -> None:
    done = kith("export", "july-2021", "--to", str(tmp_path), "--as-it-happened")
    assert done.exit_code == 2
    assert "world: is one only" in done.output


def test_a_story_is_not_played_on_a_hub_with_other_rules_of_membership() -> None:
    """Fails without: the comparison in play()."""
    done = kith("play", "seven-months", "--state-dir", "nowhere")
    assert done.exit_code == 2
    assert "KITH_NETWORK_RULES=network-v2.yaml" in done.output


@pytest.mark.parametrize("rules", ["network-v2.yaml", None])
def test_a_hub_of_the_demo_has_its_stories_rules_and_no_others(
    monkeypatch: pytest.MonkeyPatch, rules: str | None
) -> None:
    """Fails without: leaving out the variable that somebody has set."""
    monkeypatch.setenv("KITH_NETWORK_RULES", "/some/other.yaml")
    settings = Settings(mode="scenario", network_rules=None if rules is None else Path(rules))
    assert environment_for(settings).get("KITH_NETWORK_RULES") == rules
