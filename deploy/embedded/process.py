"""Start, recognise and end one process of a stack, and never another's."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.embedded.state import read_json, write_private

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.02
KILL_WAIT_SECONDS = 5.0
# The kernel counts a process's start in ticks of 10 ms.
START_TOLERANCE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """What to run. `stop_signal` asks it to end in good order; `user` is another uid and gid."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0
    user: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A process that we started: its id, and when it began, since ids are used again.

    ``started`` is in seconds of `machine_seconds`.
    """

    name: str
    pid: int
    started: float
    restarts: int = 0

    def find(self) -> psutil.Process | None:
        """The process itself, or None if it has ended (or its id now belongs to another)."""
        try:
            process = psutil.Process(self.pid)
            if abs(_started(process) - self.started) > START_TOLERANCE_SECONDS:
                return None
            return None if process.status() == psutil.STATUS_ZOMBIE else process
        except psutil.NoSuchProcess:
            return None

    def write(self, run_dir: Path) -> None:
        """Write it where `read_records` finds it."""
        write_private(run_dir / f"{self.name}.json", json.dumps(_as_dict(self)) + "\n")


def _as_dict(record: ProcessRecord) -> dict[str, str | int | float]:
    return {
        "name": record.name,
        "pid": record.pid,
        "started": record.started,
        "restarts": record.restarts,
    }


def read_records(run_dir: Path) -> dict[str, ProcessRecord]:
    """All processes that were started in this stack and whose records were not removed."""
    records = (read_json(path) for path in sorted(run_dir.glob("*.json")))
    return {r["name"]: ProcessRecord(**r) for r in records if r}


def spawn(spec: ProcessSpec, log_dir: Path, work_dir: Path) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, its output appended to its log.

    It is told to stop when the thread that started it ends, however that ends.
    """
    with (log_dir / f"{spec.name}.log").open("ab") as log:
        return subprocess.Popen(
            spec.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=work_dir,
            env={**os.environ, **spec.environment},
            # Ctrl-C reaches the supervisor alone, which then stops everything in order.
            start_new_session=True,
            preexec_fn=ends_with_parent(spec.stop_signal),  # noqa: PLW1509 - one thread only
            user=spec.user[0] if spec.user else None,
            group=spec.user[1] if spec.user else None,
            extra_groups=[] if spec.user else None,
        )


def ends_with_parent(
    stop_signal: signal.Signals, parent: int | None = None
) -> Callable[[], None] | None:
    """What a child runs first, so that the kernel stops it when its parent dies (Linux only).

    The parent is the process that calls this, unless another is named.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = parent or os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # It died in between: nobody would tell us any more.
            os._exit(1)

    return ask_kernel


def record_of(name: str, pid: int, restarts: int = 0) -> ProcessRecord:
    """The record of a process that runs now."""
    return ProcessRecord(name, pid, _started(psutil.Process(pid)), restarts)


def machine_seconds() -> float:
    """Seconds since the machine was started, where it is known (Linux); else since the epoch.

    The wall clock will not do: it may be set while a process runs, and then nobody would know the
    process again, nor end it.
    """
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.time()


def _started(process: psutil.Process) -> float:
    """When it began, in seconds of `machine_seconds`. Raises psutil.NoSuchProcess."""
    if sys.platform != "linux":
        return float(process.create_time())
    try:
        stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        raise psutil.NoSuchProcess(process.pid) from None
    # Its name, in brackets, may hold anything; the 20th field after it is the start (proc(5)).
    return int(stat.rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")


def end(record: ProcessRecord, stop_signal: signal.Signals, seconds: float) -> bool:
    """Ask a process to end; after `seconds` kill it and its group. True if it went by itself."""
    process = record.find()
    if process is None:
        return True
    process.send_signal(stop_signal)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if record.find() is None:
            return True
        time.sleep(POLL_SECONDS)
    kill_group(record)
    return False


def kill_group(record: ProcessRecord) -> None:
    """Kill a process with all that it started, if it still is the one that we started."""
    process = record.find()
    if process is None:
        return
    try:
        if os.getpgid(record.pid) == record.pid:
            os.killpg(record.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, psutil.NoSuchProcess):
        return
    deadline = time.monotonic() + KILL_WAIT_SECONDS
    while record.find() is not None and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether a child of ours has ended. It is left unreaped, so that its id stays its own."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def reap(process: subprocess.Popen[bytes]) -> int:
    """Take leave of a child that has ended: kill what it left behind, return its exit code.

    Its group is killed before it is reaped, while no other process can have its id.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()
