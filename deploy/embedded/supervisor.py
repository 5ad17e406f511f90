"""Keep a stack's processes running: start, start again what ends or stands still, end in order."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.embedded.judged import WATCH, Judged
from deploy.embedded.process import (
    POLL_SECONDS,
    ProcessRecord,
    ProcessSpec,
    ended,
    kill_group,
    reap,
    record_of,
    spawn,
)
from deploy.embedded.state import StateDir

FIRST_BACKOFF_SECONDS = 0.5
MAX_BACKOFF_SECONDS = 30.0
# A process that ran for so long was well: the next time it ends, it is started again at once.
SETTLED_SECONDS = 60.0
# How long a process has after its start to get on, before one that stands still is ended. Each
# time that it is ended for that it gets twice as long: what does not help must not be done in a
# loop. One that has not become ready may be reading what it missed.
FIRST_PATIENCE_SECONDS = 30.0
MAX_PATIENCE_SECONDS = 960.0
PATIENCE_UNTIL_READY_SECONDS = 300.0
LOG_TAIL_LINES = 15


class ProcessFailed(RuntimeError):
    """A process ended, or was not ready in time, while the stack was starting."""


@dataclass(slots=True)
class Child:
    """One process that should run. `process` is None while it waits to be started again."""

    spec: ProcessSpec
    process: subprocess.Popen[bytes] | None
    record: ProcessRecord
    started_at: float
    backoff_seconds: float = FIRST_BACKOFF_SECONDS
    restart_at: float | None = None
    patience_seconds: float = FIRST_PATIENCE_SECONDS


@dataclass(slots=True)
class Supervisor:
    """The processes of one stack. All of its methods are called from one thread."""

    state: StateDir
    say: Callable[[str], None]
    monotonic: Callable[[], float] = time.monotonic
    children: dict[str, Child] = field(default_factory=dict)
    _judged: Judged = field(init=False)

    def __post_init__(self) -> None:
        self._judged = Judged(self.state.judgement_file)

    def start(self, spec: ProcessSpec) -> Child:
        """Start a process and write down that it is ours."""
        process, record = self._launch(spec, 0)
        child = Child(spec, process, record, self.monotonic())
        self.children[spec.name] = child
        return child

    def run_to_end(self, spec: ProcessSpec, seconds: float) -> None:
        """Run a process that is to end by itself. Raises ProcessFailed unless it ends with 0."""
        process = spawn(spec, self.state.logs, self.state.root)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise ProcessFailed(f"{spec.name} was not done after {seconds:.0f} s") from None
        if code != 0:
            raise ProcessFailed(f"{spec.name} ended with {code}.\n{self.log_tail(spec.name)}")

    def wait_until(self, ready: Callable[[], bool], name: str, seconds: float) -> None:
        """Wait for a process to be ready. Raises ProcessFailed if it ends, or takes too long."""
        deadline = self.monotonic() + seconds
        while not ready():
            child = self.children[name]
            if child.process is None or ended(child.process):
                raise ProcessFailed(f"{name} ended.\n{self.log_tail(name)}")
            if self.monotonic() > deadline:
                raise ProcessFailed(
                    f"{name} was not ready after {seconds:.0f} s.\n{self.log_tail(name)}"
                )
            time.sleep(POLL_SECONDS)

    def tend(self) -> None:
        """Start again what has ended or stands still. Called at short intervals."""
        now = self.monotonic()
        stuck = self._judged.stuck(now)
        for child in self.children.values():
            self._end_if_stuck(child, stuck.get(child.spec.name), now)
            if child.process is not None and ended(child.process):
                self._note_end(child, reap(child.process), now)
            if child.restart_at is not None and now >= child.restart_at:
                self._start_again(child, now)

    def _start_again(self, child: Child, now: float) -> None:
        try:
            child.process, child.record = self._launch(child.spec, child.record.restarts + 1)
        except OSError as fault:
            # A full disk, most likely. It must not end the one who is to bring the others back.
            child.restart_at = now + child.backoff_seconds
            child.backoff_seconds = min(child.backoff_seconds * 2, MAX_BACKOFF_SECONDS)
            self.say(f"{child.spec.name}: could not be started ({fault.strerror}), tried again")
            return
        child.restart_at = None
        child.started_at = now
        self.say(f"{child.spec.name}: started again as {child.record.pid}")

    def _end_if_stuck(self, child: Child, why: str | None, now: float) -> None:
        ran = now - child.started_at
        patience = child.patience_seconds
        if not self.state.ready_file(child.spec.name).exists():
            patience = max(patience, PATIENCE_UNTIL_READY_SECONDS)
        if child.process is None or ran < patience:
            return
        if why is None:
            child.patience_seconds = FIRST_PATIENCE_SECONDS
            return
        self.say(f"{child.spec.name}: {why}; ending it to start it again")
        # Killed, since one that is stopped or wedged would not hear that it is asked.
        kill_group(child.record)
        child.patience_seconds = min(child.patience_seconds * 2, MAX_PATIENCE_SECONDS)

    def restart(self, name: str) -> None:
        """End a process in good order and start it again."""
        spec = self.children[name].spec
        self.stop([name])
        self.start(spec)

    def stop(self, names: list[str]) -> None:
        """End processes together: ask each, wait, then kill what is left with its group."""
        ending = [self.children.pop(name) for name in names if name in self.children]
        for child in ending:
            if child.process is not None and not ended(child.process):
                child.process.send_signal(child.spec.stop_signal)
        asked_at = self.monotonic()
        for child in ending:
            if child.process is not None:
                self._await_end(child, child.process, asked_at + child.spec.stop_seconds)
            self._forget(child.spec.name)

    def _await_end(self, child: Child, process: subprocess.Popen[bytes], deadline: float) -> None:
        while not ended(process):
            if self.monotonic() > deadline:
                self.say(f"{child.spec.name}: did not end in time and was killed")
                kill_group(child.record)
                break
            time.sleep(POLL_SECONDS)
        reap(process)

    def log_tail(self, name: str) -> str:
        """The last lines of a process's log, to show beside a failure."""
        path = self.state.logs / f"{name}.log"
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return f"{path} is not there."
        return "\n".join([f"The end of {path}:", *lines[-LOG_TAIL_LINES:]])

    def _launch(
        self, spec: ProcessSpec, restarts: int
    ) -> tuple[subprocess.Popen[bytes], ProcessRecord]:
        self._forget_marks(spec.name)
        process = spawn(spec, self.state.logs, self.state.root)
        record = record_of(spec.name, process.pid, restarts)
        try:
            record.write(self.state.run)
        except OSError:
            # Without its record nobody would find it again.
            kill_group(record)
            reap(process)
            raise
        return process, record

    def _note_end(self, child: Child, code: int, now: float) -> None:
        if now - child.started_at >= SETTLED_SECONDS:
            child.backoff_seconds = FIRST_BACKOFF_SECONDS
        child.process = None
        child.restart_at = now + child.backoff_seconds
        self.say(
            f"{child.spec.name}: ended with {code}, starts again in {child.backoff_seconds:.1f} s"
        )
        child.backoff_seconds = min(child.backoff_seconds * 2, MAX_BACKOFF_SECONDS)

    def _forget(self, name: str) -> None:
        (self.state.run / f"{name}.json").unlink(missing_ok=True)
        self._forget_marks(name)

    def _forget_marks(self, name: str) -> None:
        self.state.ready_file(name).unlink(missing_ok=True)
        self.state.address_file(name).unlink(missing_ok=True)
        if name == WATCH:
            self.state.judgement_file.unlink(missing_ok=True)
