"""How long each stage of the tests may take, so that all of it stays under 25 minutes.

A stage is a folder of ``tests``, and takes what its tests take, added up; two stages may run beside
each other, so all of it is counted by the clock. The numbers are about half as much again as was
seen on two cores, of a machine on which a fixed loop takes a millisecond on average. Where it takes
longer, since others use the machine too, each has so much more, at most twice as much.
``KITH_TEST_BUDGET=off`` switches it off; so does the long form of the rows.
"""

import os
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

from bench.machine import loop_seconds
from tests.chaos import rows

BUDGET_SECONDS = {
    "architecture": 60,
    "unit": 360,
    "property": 240,
    "simulation": 60,
    "contract": 60,
    "integration": 1200,
    "chaos": 1400,
    "e2e": 300,
}
ALL_SECONDS = 1500
_LOOP_SECONDS = 0.001
_LOOPS = 150
_MOST = 2.0


def slowness() -> float:
    """How much slower the machine is now than the one whose numbers these are: 1 to 2."""
    took = sum(loop_seconds() for _ in range(_LOOPS)) / _LOOPS
    return min(max(1.0, took / _LOOP_SECONDS), _MOST)


@dataclass(slots=True)
class Stages:
    """Seconds that each stage has taken: set-up and tear-down count for the test they are of."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    slowness: float = 1.0

    def add(self, report: pytest.TestReport) -> None:
        """Count a part of a test."""
        parts = report.nodeid.split("/")
        self.seconds[parts[1] if parts[0] == "tests" and len(parts) > 2 else parts[0]] += (
            report.duration
        )

    def over(self, elapsed: float) -> list[str]:
        """What took too long, in words; nothing where nobody asks. ``elapsed`` is by the clock."""
        if os.environ.get("KITH_TEST_BUDGET") == "off" or rows.form() == rows.LONG:
            return []
        found = [
            f"{stage}: {seconds:.0f} s where {self._budget(stage):.0f} s are its budget"
            for stage, seconds in sorted(self.seconds.items())
            if seconds > self._budget(stage)
        ]
        most = ALL_SECONDS * self.slowness
        late = f"all: {elapsed:.0f} s by the clock where {most:.0f} s are the budget"
        return [*found, late] if elapsed > most else found

    def lines(self) -> list[str]:
        """Each stage's time, in words."""
        return [
            f"{stage:<14} {seconds:6.1f} s of {self._budget(stage):5.0f}"
            for stage, seconds in sorted(self.seconds.items())
        ]

    def _budget(self, stage: str) -> float:
        return BUDGET_SECONDS.get(stage, ALL_SECONDS) * self.slowness
