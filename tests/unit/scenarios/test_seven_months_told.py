"""What the seven months tell, in both worlds, against what was written by hand."""

import re
from collections import Counter
from pathlib import Path

import pytest

from kith.scenario.library import expected_of
from producers.scenario import Expectations, load_expected
from safeguarding.facts import Mode, NotificationKind
from schemas.reviewed_file import FileRefused
from tests.unit.scenarios.played import comparable, play
from tests.unit.scenarios.test_loading import change, folder
from tests.unit.scenarios.test_seven_months import FOLDER, both_worlds, seven_months
from tests.unit.scenarios.told import agencies

__all__ = ["folder"]  # A fixture.

README = FOLDER / "README.md"


def expected(in_fact: bool = False) -> Expectations:
    return expected_of(seven_months(in_fact), agencies())


@both_worlds
def test_exactly_what_was_written_is_told(in_fact: bool) -> None:
    """Fails without: any row of the files; each defect that its author found (test_network.py)."""
    story, written = seven_months(in_fact), expected(in_fact)
    sent = Counter(each for each in play(story, agencies()) if _spoken_of(each, written))
    wanted = Counter(comparable(copy) for copy in written.copies)
    assert (sent - wanted, wanted - sent) == (Counter(), Counter())


def _spoken_of(sent: tuple[object, ...], written: Expectations) -> bool:
    rule: str = sent[1].rule  # type: ignore[attr-defined]
    return written.speak_of(rule)


@both_worlds
def test_nobody_is_left_without_an_answer(in_fact: bool) -> None:
    """Everyone answers in time, so that what is told of is told once. Fails without: any answer."""
    kinds = {copy.kind for copy in expected(in_fact).copies}
    assert not kinds & {NotificationKind.REMINDER, NotificationKind.ESCALATED}


def test_the_foster_carer_learns_of_the_ligature_when_she_comes_or_four_days_later() -> None:
    """3.18. Fails without: acknowledged_in_fact (she would answer for what nobody told)."""
    urgent = [
        [
            (copy.step, copy.kind.value)
            for copy in expected(in_fact).copies
            if (copy.alert.rule, copy.recipient.role) == ("custody-ligature", "foster_carer")
        ]
        for in_fact in (False, True)
    ]
    assert urgent == [[("to-her-foster-carer", "briefing")], [("night-ligature", "raised")]]


def test_the_readme_counts_what_was_written() -> None:
    """Fails without: any row of the files, or another figure in the README."""
    written = re.findall(r"^\| [a-z ]+ \|(( \d+ \|){4})$", README.read_text(), flags=re.MULTILINE)
    counted = []
    for briefed in (False, True):
        modes = [
            Counter(
                copy.mode
                for copy in expected(in_fact).copies
                if (copy.kind is NotificationKind.BRIEFING) is briefed
            )
            for in_fact in (False, True)
        ]
        counted.append([each[mode] for each in modes for mode in (Mode.URGENT, Mode.DIGEST)])
    assert [[int(n) for n in re.findall(r"\d+", row)] for row, _ in written] == counted
    for in_fact in (False, True):
        assert f"{len(expected(in_fact).copies)}" in README.read_text()


def test_a_parent_is_told_of_nothing() -> None:
    """3.15 to 3.17, 3.23."""
    roles = {copy.recipient.role for copy in expected().copies}
    assert not {role for role in roles if "parent" in role or "mother" in role}


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ("like: seven-months", "like: eight-months", "like", "there is no eight-months.yaml"),
        ("steps: [night-ligature]", "steps: [laceratio]", "without.0.steps", "expects nothing of"),
        (
            "rule: late-disclosure",
            "rule: stated-intent",
            "notifications[night-ligature].rule",
            "none of the rules",
        ),
        ("like: seven-months\n", "", "", "like must name the file"),
        ("notifications:", "rules: [missing]\n\nnotifications:", "", "whose rules are its own"),
        ("[police/custody/custody_sergeant]", "[social-care/edt/edt]", "out-of-area", "already"),
    ],
)
def test_a_fault_in_what_is_like_another_file_is_named(
    folder: Path, old: str, new: str, where: str, problem: str
) -> None:
    path = folder / "expected" / "seven-months-as-it-happened.yaml"
    change(path, old, new)
    with pytest.raises(FileRefused) as caught:
        load_expected(path, seven_months(in_fact=True), agencies())
    assert where in str(caught.value)
    assert problem in str(caught.value)
