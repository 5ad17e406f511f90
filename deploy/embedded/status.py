"""Which processes of an embedded stack run, for how long, and what memory they take."""

from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from deploy.embedded.process import ProcessRecord, read_records
from deploy.embedded.stack import is_service
from deploy.embedded.state import StateDir

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process with its children.

    `state` is running (a service), ready, starting, or ended. `rss_mb` is resident memory;
    `pss_mb` counts pages that several processes share only once over all of them.
    """

    name: str
    pid: int
    state: str
    rss_mb: float
    pss_mb: float
    uptime_seconds: float
    restarts: int


def process_status(state: StateDir, now: float) -> list[ProcessStatus]:
    """All processes that the stack should have. `now` is in `machine_seconds`."""
    return [_status(state, record, now) for record in read_records(state.run).values()]


def _status(state: StateDir, record: ProcessRecord, now: float) -> ProcessStatus:
    process = record.find()
    if process is None:
        return ProcessStatus(record.name, record.pid, "ended", 0.0, 0.0, 0.0, record.restarts)
    if is_service(record.name) or record.name == "supervisor":
        health = "running"
    else:
        health = "ready" if state.ready_file(record.name).exists() else "starting"
    family = [process] if record.name == "supervisor" else list(_with_children(process))
    memory = [_memory(member) for member in family]
    return ProcessStatus(
        record.name,
        record.pid,
        health,
        round(sum(rss for rss, _ in memory) / MB, 1),
        round(sum(pss for _, pss in memory) / MB, 1),
        round(now - record.started, 1),
        record.restarts,
    )


def _with_children(process: psutil.Process) -> Iterator[psutil.Process]:
    yield process
    try:
        yield from process.children(recursive=True)
    except psutil.NoSuchProcess:
        return


def _memory(process: psutil.Process) -> tuple[int, int]:
    try:
        full = process.memory_full_info()
    except psutil.NoSuchProcess:
        return 0, 0
    except psutil.AccessDenied:
        rss = process.memory_info().rss
        return rss, rss
    return full.rss, full.pss
