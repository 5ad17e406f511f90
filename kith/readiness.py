"""How a process of the hub tells its supervisor that it is ready."""

import os
from pathlib import Path

READY_FILE_VARIABLE = "KITH_READY_FILE"


def announce_ready() -> None:
    """Say that this process now does its work. Call it once, when the first poll has succeeded.

    Where nothing supervises the process, this does nothing.
    """
    if path := os.environ.get(READY_FILE_VARIABLE):
        Path(path).touch(mode=0o600)
