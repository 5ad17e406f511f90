"""The main job, as a newcomer runs it: the scenario through a stack of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

KITH = [sys.executable, "-c", "from kith.cli import app; app()"]
# As many as stand in the files: 254 in July, 49 and 48 in the night, counted by hand; and in the
# seven months, in both worlds.
SHORT = 254 + 49 + 48
SEVEN_MONTHS = 1707 + 1726
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """No folder of pytest's: see tests.services.own_stack."""
    made = Path(tempfile.mkdtemp(prefix="kith-test-"))
    yield made / "kith"
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.timeout(300)
def test_the_scenario_comes_exactly_as_written_by_hand(state_dir: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KITH_")}
    done = subprocess.run(
        [*KITH, "demo", "--exit", "--json", "--state-dir", str(state_dir)],
        capture_output=True,
        text=True,
        timeout=280,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    verdict = json.loads(done.stdout[done.stdout.index('{\n  "holds"') :])
    assert verdict["holds"] is True
    assert verdict["matched"] == SHORT + SEVEN_MONTHS
    assert _left_running(state_dir) == []


def test_the_readme_says_how_many_they_are() -> None:
    """A newcomer compares the demo's last lines with it."""
    text = README.read_text(encoding="utf-8")
    assert f"\n{SHORT} notifications came exactly as written by hand.\n" in text
    assert f"{SHORT} for the short stories" in text
    assert f"{SEVEN_MONTHS:,} for [the seven months]" in text


def _left_running(state_dir: Path) -> list[str]:
    return [
        process.info["name"]
        for process in psutil.process_iter(["name", "cmdline"])
        if any(str(state_dir) in part for part in process.info["cmdline"] or ())
    ]
