"""The table of faults, from reports of tests that may have run in another process."""

import json
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.chaos.rows import FIGURES, LONG, RESULTS, WANTED, Table, fails_without

ROW: dict[str, Any] = {"number": 3, "fault": "broker kill -9", "form": "ci", "seconds": 60.0}


def report(
    when: Literal["setup", "call", "teardown"],
    outcome: Literal["passed", "failed", "skipped"] = "passed",
    **said: Any,
) -> pytest.TestReport:
    named = {"wanted": WANTED, "figures": FIGURES}
    return pytest.TestReport(
        "tests/chaos/test_x.py::test_x",
        ("tests/chaos/test_x.py", 1, "test_x"),
        {},
        outcome,
        None,
        when,
        user_properties=[(named[name], value) for name, value in said.items()],
    )


@pytest.mark.parametrize(("outcome", "said"), [("passed", "ok"), ("failed", "FAILED")])
def test_a_row_is_what_its_test_was(
    monkeypatch: pytest.MonkeyPatch, outcome: Literal["passed", "failed"], said: str
) -> None:
    monkeypatch.delenv("KITH_CHAOS", raising=False)
    table = Table()
    table.add(report("setup", wanted=[3, "broker kill -9"]))
    assert table.not_run() == [(3, "broker kill -9")]
    table.add(report("call", outcome))
    table.add(report("teardown", figures=ROW | {"figures": {"lost": 0}}))
    (line,) = table.lines()
    assert line.split() == ["3", "broker", "kill", "-9", said, "60.0", "s", "lost", "0"]
    assert table.not_run() == []


def test_of_a_run_that_is_broken_off_what_ran_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Fails without: writing the file at each row, and not with the table."""
    monkeypatch.setenv("KITH_CHAOS", LONG)
    monkeypatch.chdir(tmp_path)
    table = Table()
    for number in (5, 3):
        table.add(report("teardown", figures=ROW | {"number": number, "figures": {"lost": 0}}))
    kept = json.loads(RESULTS.read_text("utf-8"))
    assert [(each["number"], each["figures"]) for each in kept] == [
        (3, {"lost": 0}),
        (5, {"lost": 0}),
    ]


def test_a_row_that_was_skipped_is_not_run() -> None:
    table = Table()
    table.add(report("setup", "skipped", wanted=[3, "broker kill -9"]))
    table.add(report("teardown", wanted=[3, "broker kill -9"]))
    (line,) = table.lines()
    assert line.endswith("NOT RUN")


def test_what_a_test_fails_without_is_read_from_its_docstring() -> None:
    said = """A title.

    Fails without: the guard of
    positions.

    And so on.
    """
    assert fails_without(said) == "the guard of positions."
