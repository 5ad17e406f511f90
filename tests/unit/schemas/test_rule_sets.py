"""Which rules a rule set's file puts in force, and how a wrong one is refused."""

from pathlib import Path

import pytest

from safeguarding.rules import ALL
from schemas.code_lists import CODES_FOLDER, load_code_lists
from schemas.reviewed_file import FileRefused
from schemas.rulesets import NEXT, load_ruleset
from schemas.rulesets.thresholds import THRESHOLDS
from schemas.rulesets.thresholds.codes import ReadsSelfHarm


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


# --- codes that several rules read -------------------------------------------------------------

SELF_HARM = ["248062006", "276853009"]
ASK = {rule for rule, model in THRESHOLDS.items() if issubclass(model, ReadsSelfHarm)}
SAID_ONCE = """    - "248062006"  # chief complaint: self-harm
    - "276853009"  # injury intent: self-inflicted
"""


def as_before(tmp_path: Path, **said: str) -> Path:
    """The file as it was before codes were said once: each of these rules says its own."""
    text = NEXT.read_text(encoding="utf-8")
    start, end = text.index("codes:\n"), text.index("rules:\n")
    text = text[:start] + text[end:]
    for rule, codes in said.items():
        name = f"  {rule.replace('_', '-')}:\n"
        assert name in text
        text = text.replace(name, f"{name}    self_harm_codes: {codes}\n", 1)
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def codes_read(path: Path = NEXT) -> dict[str, list[str]]:
    thresholds = load_ruleset(path)[0].thresholds
    return {
        rule: says["self_harm_codes"]
        for rule, says in thresholds.items()
        if "self_harm_codes" in says
    }


def test_every_rule_that_asks_what_is_self_harm_reads_the_codes_that_the_file_says_once() -> None:
    assert codes_read() == dict.fromkeys(ASK, SELF_HARM)
    assert len(ASK) > 5


def test_who_changes_the_codes_changes_them_for_every_rule(tmp_path: Path) -> None:
    path = changed(tmp_path, SAID_ONCE, '    - "6471006"\n')
    assert codes_read(path) == {rule: ["6471006"] for rule in ASK}


def test_each_code_has_a_meaning_in_the_lists_of_the_contract() -> None:
    lists = load_code_lists(CODES_FOLDER / "snomed-ct").values()
    meanings = {code: says.meaning for each in lists for code, says in each.codes.items()}
    assert all(meanings.get(code) for code in SELF_HARM)


def test_a_rule_that_says_them_again_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, "  self-harm:\n", '  self-harm:\n    self_harm_codes: ["1"]\n')
    with pytest.raises(FileRefused, match=r"rules\.self-harm\.self_harm_codes: codes say it for"):
        load_ruleset(path)


def test_codes_that_are_left_out_are_named_with_the_rules_that_ask(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"codes\.self_harm: self-harm asks: must be given"):
        load_ruleset(as_before(tmp_path))
    with pytest.raises(FileRefused, match=r"codes\.self_harm"):
        load_ruleset(changed(tmp_path, SAID_ONCE, "    []\n"))


def test_the_first_version_says_them_with_its_rule_and_is_read() -> None:
    read = codes_read(NEXT.with_name("v1.yaml"))
    assert read == {"self-harm": SELF_HARM, "late-disclosure": SELF_HARM}


def test_a_version_that_says_them_with_each_rule_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = as_before(
        tmp_path,
        self_harm='["1"]',
        psychosocial_assessment='["2"]',
        discharge_without_plan='["1"]',
        self_harm_escalation='["1"]',
        risk_stratification='["1"]',
        placement_briefing='["1"]',
    )
    # Rules that did not ask then read what the rule self-harm says.
    assert codes_read(path) == {rule: ["1"] for rule in ASK} | {"psychosocial-assessment": ["2"]}
