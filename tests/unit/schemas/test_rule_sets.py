"""Which rules a rule set's file puts in force, and how a wrong one is refused."""

from pathlib import Path

import pytest

from safeguarding.rules import ALL
from schemas.reviewed_file import FileRefused
from schemas.rulesets import NEXT, load_ruleset
from schemas.rulesets.thresholds import THRESHOLDS


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The file with all rules, with a change."""
    text = NEXT.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "rules.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_rule_that_the_file_does_not_name_is_not_in_force(tmp_path: Path) -> None:
    path = changed(tmp_path, "  child-in-custody:\n", "  #\n")
    text = path.read_text(encoding="utf-8").splitlines()
    at = text.index("  #")
    path.write_text("\n".join([*text[:at], *text[at + 3 :]]), encoding="utf-8")
    ruleset, _ = load_ruleset(path)
    assert "child-in-custody" not in {rule.id for rule in ruleset.rules}
    assert "child-in-custody" not in ruleset.thresholds
    assert "self-harm" in {rule.id for rule in ruleset.rules}


def test_a_misspelt_rule_is_named_with_its_line(tmp_path: Path) -> None:
    path = changed(tmp_path, "  self-harm:\n", "  self-hram:\n")
    line = path.read_text(encoding="utf-8").splitlines().index("  self-hram:") + 1
    with pytest.raises(FileRefused, match=rf":{line}: rules\.self-hram: this key is not known"):
        load_ruleset(path)


def test_a_threshold_left_out_is_named(tmp_path: Path) -> None:
    path = changed(tmp_path, "    moves: 3\n", "")
    with pytest.raises(FileRefused, match=r"rules\.placement-move\.moves: must be given"):
        load_ruleset(path)


def test_a_rule_without_its_thresholds_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, "  canary: {}\n", "  canary:\n")
    with pytest.raises(FileRefused, match=r"rules\.canary"):
        load_ruleset(path)


def test_a_reminder_comes_before_the_deadline_and_older_versions_say_nothing_of_it(
    tmp_path: Path,
) -> None:
    path = changed(
        tmp_path, "remind_before_minutes: {critical: 3", "remind_before_minutes: {critical: 15"
    )
    with pytest.raises(FileRefused, match=r"remind_before_minutes\.critical: must be less"):
        load_ruleset(path)
    assert load_ruleset()[0].remind_before == {}


def test_the_canary_cannot_be_left_out(tmp_path: Path) -> None:
    path = changed(tmp_path, "  canary: {}\n", "")
    with pytest.raises(FileRefused, match=r"rules: canary must be in force"):
        load_ruleset(path)


def test_every_rule_has_thresholds_and_stands_in_the_next_version() -> None:
    assert {*THRESHOLDS} == {rule.id for rule in ALL}
    assert {rule.id for rule in load_ruleset(NEXT)[0].rules} == {rule.id for rule in ALL}
