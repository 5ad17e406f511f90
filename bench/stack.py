"""A stack of the bench's own, on loopback, ended and removed with it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.embedded import background
from deploy.embedded.stack import Progress
from deploy.embedded.state import StateDir
from deploy.embedded.status import process_status
from kith import supervise
from kith.settings import Settings


@contextmanager
def running(settings: Settings) -> Iterator[float]:
    """A running stack; gives how many seconds it took to be ready."""
    state = StateDir(settings.state_dir.resolve())
    state.make()
    command = supervise.command_for(
        settings.state_dir, settings.agencies_file, settings.hub_mode, hub=True
    )
    started_at = time.perf_counter()
    background.start_in_background(state, command, _silent)
    try:
        yield time.perf_counter() - started_at
    finally:
        background.stop_running(state, lambda _: None)


def at_rest_mb(settings: Settings) -> dict[str, int]:
    """Resident memory of all processes of the stack, and with shared pages counted once."""
    processes = process_status(StateDir(settings.state_dir.resolve()), time.time())
    return {
        "resident": round(sum(each.rss_mb or 0 for each in processes)),
        "unshared": round(sum(each.pss_mb or 0 for each in processes)),
    }


def _silent(_: Progress) -> None:
    pass
