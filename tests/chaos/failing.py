"""Starting a process with a failpoint armed, and waiting until it has failed there."""

import random
import time

import psutil

from deploy.embedded.process import ProcessRecord
from schemas.failpoints import ALLOWED, VARIABLE
from tests.services.hub import RunningHub

FAIL_WITHIN_SECONDS = 60.0


def armed(point: str, action: str, occurrence: int) -> dict[str, str]:
    """The environment that arms a failpoint."""
    return {VARIABLE: f"{point}={action}@{occurrence}", ALLOWED: "1"}


def draw(chance: random.Random) -> int:
    """At which passing it happens: not always at the first."""
    return chance.choice((1, 2, 3, 5, 8))


def wait_stopped(record: ProcessRecord) -> None:
    """Wait until a process has stopped itself."""
    deadline = time.monotonic() + FAIL_WITHIN_SECONDS
    process = psutil.Process(record.pid)
    while process.status() != psutil.STATUS_STOPPED:
        assert time.monotonic() < deadline, f"{record.name} did not reach the failpoint"
        time.sleep(0.05)


def ended(hub: RunningHub, name: str) -> bool:
    """Whether a process has ended. Nothing starts it again meanwhile."""
    process = hub.supervisor.children[name].process
    return process is None or process.poll() is not None
