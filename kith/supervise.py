"""Composition root of an embedded stack: its supervisor, in front or in the background.

`kith up` runs `python -m kith.supervise` and reads the progress that it reports, a JSON object a
line, until all is ready.
"""

import argparse
import fcntl
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from uuid import uuid4

from deploy.embedded.background import SUPERVISOR
from deploy.embedded.jars import JarError
from deploy.embedded.postgres import PostgresError
from deploy.embedded.process import ProcessSpec, ends_with_parent, record_of
from deploy.embedded.stack import BrokersChanged, Progress, Stack, StackOptions
from deploy.embedded.state import StateDir
from deploy.embedded.supervisor import ProcessFailed
from deploy.provision import ProvisioningError
from kith.hub_keys import make_hub_keys
from kith.processes import HUB_PROCESSES
from kith.readiness import READY_FILE_VARIABLE
from kith.settings import MODE_FILE
from projections.migrate import MigrationFault
from schemas.reviewed_file import FileRefused

TEND_SECONDS = 0.2
# What a person can mend; anything else is a fault of ours and shows its traceback in the log.
EXPLAINED = (
    BrokersChanged,
    FileRefused,
    JarError,
    MigrationFault,
    PostgresError,
    ProcessFailed,
    ProvisioningError,
)

Report = Callable[[Progress], None]


class StopAsked(BaseException):
    """Someone asked us to end. Not an Exception, so that nothing on the way takes it for one."""


class AlreadyRunning(RuntimeError):
    """Another supervisor has this state directory."""


def hub_processes(state: StateDir, mode: str, agencies_file: Path) -> tuple[ProcessSpec, ...]:
    """How to run each of the hub's processes against the stack in `state`."""
    environment = {
        "KITH_STATE_DIR": str(state.root),
        "KITH_MODE": mode,
        "KITH_AGENCIES_FILE": str(agencies_file),
        "KITH_METRICS_PORT": "0",
        "PYTHONUNBUFFERED": "1",
    }
    return tuple(
        ProcessSpec(
            name=name,
            command=(sys.executable, "-m", f"kith.processes.{name}"),
            environment={**environment, READY_FILE_VARIABLE: str(state.ready_file(name))},
        )
        for name in HUB_PROCESSES
        if find_spec("kith.processes") and find_spec(f"kith.processes.{name}")
    )


def supervise(options: StackOptions, report: Report) -> None:
    """Bring a stack up and keep it up until SIGTERM, SIGINT or an error; then end all of it.

    Raises AlreadyRunning, StopAsked when asked to end before it was ready, and what Stack.start
    raises.
    """
    options.state.make()
    with _alone(options.state), _signals() as asked:
        record = record_of(SUPERVISOR, os.getpid())
        record.write(options.state.run)
        make_hub_keys(options.state.root)
        mode_file = options.state.root / MODE_FILE
        if not mode_file.exists():
            mode_file.write_text(f"{options.mode}\n", encoding="ascii")
        stack = Stack(options, report)
        try:
            stack.start()
            report(Progress("ready", "all is ready"))
            while True:
                stack.supervisor.tend()
                if asked.pop("replace", None):
                    stack.replace_hub()
                time.sleep(TEND_SECONDS)
        finally:
            # From here on nothing may interrupt: whoever asks twice still gets a clean end.
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            stack.stop()
            (options.state.run / f"{SUPERVISOR}.json").unlink(missing_ok=True)


@contextmanager
def _alone(state: StateDir) -> Iterator[None]:
    with (state.run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"A stack already runs in {state.root}: see `kith status`, or end it with "
                "`kith down`."
            ) from None
        yield


@contextmanager
def _signals() -> Iterator[dict[str, bool]]:
    asked: dict[str, bool] = {}

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise StopAsked

    def replace(_number: int, _frame: FrameType | None) -> None:
        asked["replace"] = True

    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: replace}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def options_for(
    state_dir: Path, agencies_file: Path, mode: str, *, hub: bool, brokers: int | None = None
) -> StackOptions:
    """Everything that a stack needs to know, with the real clock and real ids."""
    state = StateDir(state_dir.resolve())
    agencies_file = agencies_file.resolve()
    return StackOptions(
        state=state,
        agencies_file=agencies_file,
        mode=mode,
        hub=hub_processes(state, mode, agencies_file) if hub else (),
        now=lambda: datetime.now(UTC),
        new_id=uuid4,
        brokers=brokers,
    )


def command_for(
    state_dir: Path, agencies_file: Path, mode: str, *, hub: bool, brokers: int | None = None
) -> list[str]:
    """The command line of a supervisor in the background."""
    command = [sys.executable, "-m", "kith.supervise", "--state-dir", str(state_dir.resolve())]
    command += ["--agencies-file", str(agencies_file.resolve()), "--mode", mode]
    command += [] if brokers is None else ["--brokers", str(brokers)]
    return command if hub else [*command, "--no-hub"]


def main() -> int:
    """Run as a process of its own; 0 when ended on request, 1 when the stack could not be had."""
    parser = argparse.ArgumentParser(prog="python -m kith.supervise")
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--agencies-file", type=Path, required=True)
    parser.add_argument("--mode", choices=("production", "scenario"), required=True)
    parser.add_argument("--no-hub", action="store_true", help="Kafka and PostgreSQL only")
    parser.add_argument("--brokers", type=int, help="how many; at first 1, then as at first")
    parser.add_argument("--end-with", type=int, metavar="PID", help="end when this parent ends")
    parser.add_argument("--report-fd", type=int)
    arguments = parser.parse_args()
    if arguments.end_with and (bind := ends_with_parent(signal.SIGTERM, arguments.end_with)):
        bind()
    report = _reporter(arguments.report_fd)
    try:
        supervise(
            options_for(
                arguments.state_dir,
                arguments.agencies_file,
                arguments.mode,
                hub=not arguments.no_hub,
                brokers=arguments.brokers,
            ),
            report,
        )
    except StopAsked:
        return 0
    except (AlreadyRunning, *EXPLAINED) as error:
        report(Progress("failed", str(error)))
    except Exception as error:  # noqa: BLE001 - the last line of defence tells and ends
        traceback.print_exc()
        report(Progress("failed", f"{type(error).__name__}: {error}"))
    return 1


def _reporter(report_fd: int | None) -> Report:
    """Report to the log always, and to the reader at `report_fd` until it has gone."""
    reader = os.fdopen(report_fd, "w", encoding="utf-8") if report_fd is not None else None

    def report(progress: Progress) -> None:
        nonlocal reader
        line = json.dumps(asdict(progress))
        with suppress(OSError):  # On a full disk a line is lost, and nothing else.
            print(datetime.now(UTC).isoformat(timespec="milliseconds"), line, flush=True)  # noqa: T201
        if reader is None:
            return
        with suppress(BrokenPipeError):
            print(line, file=reader, flush=True)
        if progress.state in ("ready", "failed"):
            with suppress(BrokenPipeError):
                reader.close()
            reader = None

    return report


if __name__ == "__main__":
    sys.exit(main())
