"""What the measurements ran on: figures without it mean little."""

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

_LOOPS = 50
_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine, and the state of the code that was measured.

    ``loop_ms`` is how long a fixed loop takes here, at its best. Machines that call themselves the
    same differ by half, and Pythons by how they were built.
    """

    cores: int
    memory_gb: float
    processor: str
    system: str
    python: str
    loop_ms: float
    commit: str
    measured_at: str


def describe(now: datetime) -> Machine:
    """Describe this machine and the checkout that this file lies in."""
    return Machine(
        cores=os.cpu_count() or 0,
        memory_gb=round(psutil.virtual_memory().total / 2**30, 1),
        processor=_processor(),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        loop_ms=round(1000 * min(loop_seconds() for _ in range(_LOOPS)), 2),
        commit=_commit(),
        measured_at=now.isoformat(timespec="seconds"),
    )


def loop_seconds() -> float:
    """How long a fixed loop takes: about a millisecond."""
    began_at, total = time.perf_counter(), 0
    for number in range(_STEPS):
        total += number * number % 7
    return time.perf_counter() - began_at


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _commit() -> str:
    done = subprocess.run(
        ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"
