"""A stack of the bench's own, on loopback, ended and removed with it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psutil

from deploy.embedded import background
from deploy.embedded.background import SUPERVISOR
from deploy.embedded.process import machine_seconds, read_records
from deploy.embedded.stack import Progress
from deploy.embedded.state import StateDir
from deploy.embedded.status import process_status
from deploy.embedded.supervisor import Supervisor
from kith import supervise
from kith.settings import Settings

READY_SECONDS = 60.0


@contextmanager
def running(settings: Settings, *, hub: bool = True) -> Iterator[float]:
    """A running stack; gives how many seconds it took to be ready.

    Without ``hub`` it is the broker and PostgreSQL only.
    """
    state = StateDir(settings.state_dir.resolve())
    state.make()
    command = supervise.command_for(
        settings.state_dir, settings.agencies_file, settings.hub_mode, hub=hub
    )
    started_at = time.perf_counter()
    environment = {**os.environ, **_rules(settings)}
    background.start_in_background(state, command, _silent, environment)
    try:
        yield time.perf_counter() - started_at
    finally:
        background.stop_running(state, lambda _: None)


@contextmanager
def hub_running(settings: Settings) -> Iterator[Supervisor]:
    """The hub's processes, started by the bench in a stack that runs without them.

    Raises ProcessFailed.
    """
    state = StateDir(settings.state_dir.resolve())
    supervisor = Supervisor(state, lambda _: None)
    try:
        for spec in supervise.hub_processes(state, settings.hub_mode, settings.agencies_file):
            supervisor.start(replace(spec, environment={**spec.environment, **_rules(settings)}))
        for name in supervisor.children:
            supervisor.wait_until(state.ready_file(name).exists, name, READY_SECONDS)
        yield supervisor
    finally:
        supervisor.stop(list(supervisor.children))


def _rules(settings: Settings) -> dict[str, str]:
    return {"KITH_NETWORK_RULES": str(settings.network_rules or "")}


def cpu_seconds(settings: Settings) -> dict[str, float]:
    """How much processor time each process of the stack, and those under it, has used so far."""
    used: dict[str, float] = {}
    for name, record in read_records(StateDir(settings.state_dir.resolve()).run).items():
        process = record.find()
        if process is not None and name != SUPERVISOR:
            used[name] = sum(_used(each) for each in (process, *process.children(recursive=True)))
    return used


def _used(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def at_rest_mb(settings: Settings) -> dict[str, int]:
    """Resident memory of all processes of the stack, and with shared pages counted once."""
    processes = process_status(StateDir(settings.state_dir.resolve()), machine_seconds())
    return {
        "resident": round(sum(each.rss_mb or 0 for each in processes)),
        "unshared": round(sum(each.pss_mb or 0 for each in processes)),
    }


def _silent(_: Progress) -> None:
    pass
