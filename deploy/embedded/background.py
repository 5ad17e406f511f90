"""Run a supervisor in the background, find it again, and end it with all that it started."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

from deploy.embedded.process import (
    POLL_SECONDS,
    ProcessRecord,
    end,
    kill_group,
    read_records,
)
from deploy.embedded.stack import Progress
from deploy.embedded.state import StateDir

SUPERVISOR = "supervisor"
STOP_SECONDS = 60.0


class StackFailed(RuntimeError):
    """The stack did not come up. The text says at what, and shows the log."""


def running(state: StateDir) -> ProcessRecord | None:
    """The stack's supervisor, if it is alive."""
    record = read_records(state.run).get(SUPERVISOR)
    return record if record is not None and record.find() is not None else None


def start_in_background(
    state: StateDir,
    command: Sequence[str],
    on_progress: Callable[[Progress], None],
    environment: Mapping[str, str] | None = None,
) -> None:
    """Start a supervisor (`command`, which is given `--report-fd N`) and wait until all is ready.

    It and what it starts have our environment, or all of `environment` instead.

    If this is interrupted, the supervisor is told to stop, and is waited for. Raises StackFailed.
    """
    reader, writer = os.pipe()
    log_path = state.logs / f"{SUPERVISOR}.log"
    with log_path.open("ab") as log:
        supervisor = subprocess.Popen(
            [*command, "--report-fd", str(writer)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(writer,),
            start_new_session=True,
            env=environment,
        )
    os.close(writer)
    try:
        with os.fdopen(reader, encoding="utf-8") as reports:
            for line in reports:
                progress = Progress(**json.loads(line))
                if progress.state == "ready":
                    return
                if progress.state == "failed":
                    supervisor.wait()
                    raise StackFailed(progress.text)
                on_progress(progress)
        code = supervisor.wait()
        raise StackFailed(f"The supervisor ended with {code}: see {log_path}.")
    except KeyboardInterrupt:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait()
        raise
    finally:
        # It goes on without us; otherwise Python would warn that it still runs.
        supervisor.returncode = supervisor.poll() or 0


def replace_hub(supervisor: ProcessRecord) -> None:
    """Tell a running supervisor to replace the hub's processes one at a time."""
    os.kill(supervisor.pid, signal.SIGHUP)


def stop_running(state: StateDir, say: Callable[[str], None]) -> bool:
    """End the stack of a state directory, and only what it started. False if there was none."""
    found = {n: r for n, r in read_records(state.run).items() if r.find() is not None}
    supervisor = found.pop(SUPERVISOR, None)
    if supervisor is not None:
        say(f"ending the stack (supervisor {supervisor.pid})")
        if not end(supervisor, signal.SIGTERM, STOP_SECONDS):
            say("the supervisor did not end in time and was killed")
    # With a supervisor that was killed, the kernel has told its processes to end: give them time.
    deadline = time.monotonic() + (STOP_SECONDS if supervisor is None else 0.0)
    left = [record for record in found.values() if record.find() is not None]
    while left and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        left = [record for record in left if record.find() is not None]
    for record in left:
        say(f"{record.name} ({record.pid}) did not end in time and was killed")
        kill_group(record)
    passing = [path for path in state.run.glob("*") if path.name != "lock"]
    for path in (*passing, state.stack_file):
        path.unlink(missing_ok=True)
    return bool(found) or supervisor is not None
