"""Row 12: the disk of broker, database and supervisor is full under load, and then is not."""

import gc
import logging
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.own_stack import OwnStack

RATE = 20.0
CHILDREN = 20
FULL_SECONDS = 10.0
BACK_WITHIN_SECONDS = 120.0


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 512 MB, where mounting one is allowed."""
    folder = Path(tempfile.mkdtemp(prefix="kith-test-disk-"))
    mount = [
        shutil.which("mount") or "/bin/mount",
        "-t",
        "tmpfs",
        "-o",
        "size=512m,mode=711",
        "tmpfs",
        str(folder),
    ]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    if not mounted:
        folder.rmdir()
        pytest.skip("mounting a small file system is not allowed here")
    yield folder
    subprocess.run([shutil.which("umount") or "/bin/umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


@pytest.mark.row(12, "disk full")
@pytest.mark.timeout(500)
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_full_disk_loses_nothing_and_mends_by_itself(
    small_disk: Path,
    make_stack: Callable[..., OwnStack],
    row: Row,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Fails without: Supervisor._start_again, for the broker ends when its disk is full.

    What that catches, by itself: test_stack_supervision's test of a full disk.
    """
    # What is logged is kept with what it names, and these name sockets.
    caplog.set_level(logging.CRITICAL, logger="kafka")
    stack = make_stack(root=small_disk / "stack")
    hub = HubUnderLoad(stack.settings, CHILDREN, seed=12)
    hub.prepare()
    known = hub.recorded()
    times = row.of(ci=1, long=3)
    events = int(times * (FULL_SECONDS + 5.0) * RATE)
    with hub.publishing(events, RATE, at_least=True):
        for _ in range(times):
            time.sleep(2.0)
            ballast = fill(small_disk)
            time.sleep(FULL_SECONDS)
            ballast.unlink()
            stack.wait_answers(BACK_WITHIN_SECONDS)
            hub.wait_progress(BACK_WITHIN_SECONDS)
    hub.wait_recorded(known + hub.published, BACK_WITHIN_SECONDS)
    hub.wait_drained(BACK_WITHIN_SECONDS)
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    gc.collect()
    row.note(times=times, lost=0, doubled=0)


def fill(disk: Path) -> Path:
    """A file that takes all room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(65536))
    return ballast
