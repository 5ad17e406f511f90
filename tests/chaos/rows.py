"""The rows of the fault table: which form of them runs, and what they measured.

A test of a row takes the fixture ``row``, asks it for its counts (``row.of(ci=5, long=100)``) and
tells it its figures (``row.note(lost=0)``). ``KITH_CHAOS=long`` chooses the long form, which
``make chaos`` does; the table is printed at the end of either.
"""

import inspect
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

LONG = "long"
# That nothing hangs for ever, and no more: on a slow machine the longest take over an hour.
LONG_TIMEOUT_SECONDS = 4 * 3600
RESULTS = Path("build/chaos.json")
FAILS_WITHOUT = "Fails without:"
# What a report says of its test's row: which one, and what it measured.
WANTED, FIGURES = "row wanted", "row figures"


@dataclass(slots=True)
class Row:
    """One test of one row. ``figures`` are what it measured, in its own words.

    ``fails_without`` is the defence whose removal made the test fail, as its docstring says.
    """

    number: int
    fault: str
    form: str
    fails_without: str = ""
    passed: bool = False
    seconds: float = 0.0
    figures: dict[str, str | int | float] = field(default_factory=dict)

    def of(self, ci: T, long: T) -> T:
        """The count, or whatever else, of the form that runs."""
        return long if self.form == LONG else ci

    def note(self, **figures: str | float) -> None:
        """Say what was measured; names come as they are into the table."""
        self.figures |= figures


def form() -> str:
    """``ci`` or ``long``, by KITH_CHAOS."""
    return os.environ.get("KITH_CHAOS", "ci")


def give_time(items: list[pytest.Item]) -> None:
    """In the long form a row may take as long as it needs."""
    if form() == LONG:
        for item in items:
            if item.get_closest_marker("row"):
                item.add_marker(pytest.mark.timeout(LONG_TIMEOUT_SECONDS), append=False)


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Iterator[Row]:
    """The row that the test's mark names: ``@pytest.mark.row(1, "worker kill -9")``."""
    mark = request.node.get_closest_marker("row")
    assert mark is not None, "say which row this is: @pytest.mark.row(number, fault)"
    number, fault = mark.args
    one = Row(number, fault, form(), fails_without(request.node.obj.__doc__ or ""))
    started_at = time.monotonic()
    yield one
    one.seconds = time.monotonic() - started_at
    request.node.user_properties.append((FIGURES, asdict(one)))


def fails_without(docstring: str) -> str:
    """The paragraph of a docstring that says ``Fails without:``, without these words."""
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    said = [each.removeprefix(FAILS_WITHOUT) for each in paragraphs if FAILS_WITHOUT in each]
    return " ".join(" ".join(said).split())


def name_rows(items: list[pytest.Item]) -> None:
    """Let the reports of each test of a row say which: they may come from another process."""
    for item in items:
        if mark := item.get_closest_marker("row"):
            item.user_properties.append((WANTED, list(mark.args)))


class Table:
    """The rows that are to run and those that ran, by what their tests' reports say."""

    def __init__(self) -> None:
        self._wanted: set[tuple[int, str]] = set()
        self._ran: list[Row] = []
        self._failed: set[str] = set()

    def expect(self, items: list[pytest.Item]) -> None:
        """Remember which rows are to run, so that one that was never reached is seen."""
        self._wanted |= {tuple(mark.args) for i in items if (mark := i.get_closest_marker("row"))}

    def add(self, report: pytest.TestReport) -> None:
        """Take in a part of a test; the last, its tear-down, brings the figures."""
        said: dict[str, Any] = dict(report.user_properties)
        if WANTED in said:
            number, fault = said[WANTED]
            self._wanted.add((int(number), fault))
        if report.failed:
            self._failed.add(report.nodeid)
        if report.when == "teardown" and FIGURES in said:
            one = Row(**said[FIGURES])
            one.passed = report.nodeid not in self._failed
            self._ran.append(one)
            self._keep()

    def not_run(self) -> list[tuple[int, str]]:
        """Rows that were to run and did not."""
        return sorted(self._wanted - {(each.number, each.fault) for each in self._ran})

    def lines(self) -> list[str]:
        """The rows that ran as lines of text."""
        rows = self._in_order()
        lines = [
            f"{each.number:>3}  {each.fault:<44} {'ok' if each.passed else 'FAILED':<6} "
            f"{each.seconds:6.1f} s  "
            + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in each.figures.items())
            for each in rows
        ]
        if form() == LONG:
            lines += [
                f"{each.number:>3}  {each.fault}: fails without "
                f"{each.fails_without or '(not said)'}"
                for each in rows
            ]
        return lines + [f"{number:>3}  {fault:<44} NOT RUN" for number, fault in self.not_run()]

    def _in_order(self) -> list[Row]:
        return sorted(self._ran, key=lambda each: (each.number, each.fault))

    def _keep(self) -> None:
        """In the long form, what ran until now as a file, for whoever breaks off the rest."""
        if form() == LONG:
            RESULTS.parent.mkdir(exist_ok=True)
            said = json.dumps([asdict(each) for each in self._in_order()], indent=2)
            RESULTS.write_text(said + "\n", "utf-8")
