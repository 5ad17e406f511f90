"""What the stack does when its processes end, and what it leaves behind: nothing."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from deploy.embedded import background
from deploy.embedded.process import ProcessRecord, ProcessSpec, read_records, spawn
from deploy.embedded.state import StateDir, answers, read_json
from deploy.embedded.supervisor import FIRST_BACKOFF_SECONDS, Supervisor
from kith.settings import AGENCIES_FILE
from kith.supervise import command_for

WAIT_SECONDS = 20.0
SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
PARENT = (
    sys.executable,
    "-c",
    "import subprocess, sys, time;"
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print(p.pid, flush=True); time.sleep(600)",
)


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    made = StateDir(tmp_path / "stack")
    made.make()
    return made


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder for a whole stack.

    Not pytest's own: it takes from others the right to pass through its folders whenever another
    session starts, and a database that root starts runs as another user.
    """
    made = Path(tempfile.mkdtemp(prefix="kith-test-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(state: StateDir, said: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(state, said.append)
    yield made
    made.stop(list(made.children))


def eventually(holds: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def test_a_killed_process_is_started_again(
    supervisor: Supervisor, state: StateDir, said: list[str]
) -> None:
    first = supervisor.start(ProcessSpec("sleeper", SLEEPER)).record
    os.kill(first.pid, signal.SIGKILL)

    def started_again() -> bool:
        supervisor.tend()
        return read_records(state.run)["sleeper"].pid != first.pid

    eventually(started_again)
    assert read_records(state.run)["sleeper"].restarts == 1
    assert said[0] == "sleeper: ended with -9, starts again in 0.5 s"


def test_a_full_disk_does_not_end_the_supervisor(
    supervisor: Supervisor, state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: what Supervisor._start_again catches."""
    first = supervisor.start(ProcessSpec("sleeper", SLEEPER)).record
    tried: list[int] = []

    def full(record: ProcessRecord, _: Path) -> None:
        tried.append(record.pid)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(ProcessRecord, "write", full)
        os.kill(first.pid, signal.SIGKILL)

        def tried_twice() -> bool:
            supervisor.tend()
            return len(tried) == 2

        eventually(tried_twice)
    assert not any(psutil.pid_exists(pid) for pid in tried), "none is left without a record"

    def started_again() -> bool:
        supervisor.tend()
        return read_records(state.run)["sleeper"].pid != first.pid

    eventually(started_again)


def test_a_process_that_keeps_ending_is_tried_less_and_less_often(state: StateDir) -> None:
    now = [0.0]
    said: list[str] = []
    supervisor = Supervisor(state, said.append, monotonic=lambda: now[0])
    supervisor.start(ProcessSpec("failing", (sys.executable, "-c", "raise SystemExit(3)")))
    for turn in range(1, 9):

        def told(turn: int = turn) -> bool:
            supervisor.tend()
            return len([line for line in said if "ended with 3" in line]) == turn

        eventually(told)
        now[0] += 31.0  # Longer than the longest wait, shorter than what counts as settled.
    supervisor.stop(["failing"])
    waits = [line.rsplit(" ", 2)[1] for line in said if "ended with 3" in line]
    assert waits == ["0.5", "1.0", "2.0", "4.0", "8.0", "16.0", "30.0", "30.0"]
    assert FIRST_BACKOFF_SECONDS == 0.5


def test_what_a_process_started_ends_with_it(supervisor: Supervisor, state: StateDir) -> None:
    child = supervisor.start(ProcessSpec("parent", PARENT))
    log = state.logs / "parent.log"
    eventually(lambda: log.read_text().strip() != "")
    grandchild = psutil.Process(int(log.read_text()))
    os.kill(child.record.pid, signal.SIGKILL)

    def gone() -> bool:
        supervisor.tend()
        return not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE

    eventually(gone)


def test_a_process_that_will_not_end_is_killed(state: StateDir, said: list[str]) -> None:
    supervisor = Supervisor(state, said.append)
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('deaf', flush=True); time.sleep(600)"
    )
    spec = ProcessSpec("stubborn", (sys.executable, "-c", stubborn), stop_seconds=0.3)
    record = supervisor.start(spec).record
    eventually(lambda: "deaf" in (state.logs / "stubborn.log").read_text())
    supervisor.stop(["stubborn"])
    assert record.find() is None
    assert said == ["stubborn: did not end in time and was killed"]
    assert read_records(state.run) == {}


def test_another_process_with_an_old_id_is_left_alone(state: StateDir) -> None:
    """A record from before a restart of the machine may name the id of a stranger."""
    stranger = spawn(ProcessSpec("stranger", SLEEPER), state.logs, state.root)
    try:
        record = {"name": "relay", "pid": stranger.pid, "started": 1.0, "restarts": 0}
        (state.run / "relay.json").write_text(json.dumps(record))
        assert background.stop_running(state, lambda _: None) is False
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@contextmanager
def a_stack(root: Path) -> Iterator[StateDir]:
    state = StateDir(root)
    state.make()
    command = command_for(root, AGENCIES_FILE, "production", hub=False)
    background.start_in_background(
        state, [*command, "--end-with", str(os.getpid())], lambda _: None
    )
    try:
        yield state
    finally:
        background.stop_running(state, lambda _: None)


def family(state: StateDir) -> list[psutil.Process]:
    """Every process of a stack, with all that they started."""
    found = [p for r in read_records(state.run).values() if (p := r.find()) is not None]
    return found + [child for process in found for child in process.children(recursive=True)]


def runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.services
@pytest.mark.timeout(180)
def test_down_leaves_nothing_and_up_brings_it_back(root: Path) -> None:
    with a_stack(root) as state:
        processes = family(state)
        ports = read_json(state.root / "ports.json")
        assert len(processes) > 5
        assert all(answers(port) for port in ports.values())
        assert background.stop_running(state, lambda _: None) is True
        assert [p for p in processes if runs(p)] == []
        assert not any(answers(port) for port in ports.values())
        assert sorted(path.name for path in state.run.iterdir()) == ["lock"]
        assert not state.stack_file.exists()
    with a_stack(root) as state:  # And without super-users.
        assert "super.users" not in (state.kafka / "server.properties").read_text()
        assert read_json(state.root / "ports.json") == ports
        private = [*state.secrets.iterdir(), state.stack_file, state.kafka / "server.properties"]
        assert {oct(path.stat().st_mode & 0o777) for path in private} == {"0o600"}


@pytest.mark.services
@pytest.mark.timeout(180)
def test_everything_ends_with_a_supervisor_that_is_killed(root: Path) -> None:
    with a_stack(root) as state:
        processes = family(state)
        supervisor = background.running(state)
        assert supervisor is not None
        os.kill(supervisor.pid, signal.SIGKILL)
        eventually(lambda: not any(runs(p) for p in processes))
        assert background.running(state) is None


@pytest.mark.services
@pytest.mark.timeout(180)
def test_a_killed_broker_and_database_come_back(root: Path) -> None:
    with a_stack(root) as state:
        before = read_records(state.run)
        ports = read_json(state.root / "ports.json")
        for name in ("kafka", "postgres"):
            os.kill(before[name].pid, signal.SIGKILL)

        def back() -> bool:
            now = read_records(state.run)
            return all(
                now[name].restarts > 0 and now[name].find() is not None
                for name in ("kafka", "postgres")
            ) and all(answers(port) for port in ports.values())

        eventually(back, 60)


@pytest.mark.services
@pytest.mark.timeout(180)
def test_an_interrupted_start_ends_what_it_began(root: Path) -> None:
    command = [sys.executable, "-m", "kith.cli", "up", "--services-only"]
    up = subprocess.Popen(
        [*command, "--state-dir", str(root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    state = StateDir(root)
    eventually(lambda: state.run.exists() and "postgres" in read_records(state.run))
    processes = family(state)
    up.send_signal(signal.SIGINT)  # As Ctrl-C does.
    _, told = up.communicate(timeout=60)
    assert (up.returncode, told) == (130, "Ended; nothing is left running.\n")
    assert [p for p in processes if runs(p)] == []
    assert read_records(state.run) == {}


def judge(state: StateDir, **stuck: str) -> None:
    """Let the watch say that these stand still."""
    processes = {name: {"state": "stuck", "why": why} for name, why in stuck.items()}
    content = {"look": str(time.monotonic_ns()), "processes": processes}
    state.judgement_file.write_text(json.dumps(content))


def test_a_process_that_stands_still_is_ended_and_then_left_more_and_more_time(
    state: StateDir, said: list[str]
) -> None:
    """Fails without: Supervisor._end_if_stuck; its patience that doubles."""
    now = [0.0]
    supervisor = Supervisor(state, said.append, monotonic=lambda: now[0])
    supervisor.start(ProcessSpec("stopped", SLEEPER))

    def ended(seconds: float) -> bool:
        """Whether it is ended when so many seconds have gone by since its start."""
        before = supervisor.children["stopped"].record
        state.ready_file("stopped").touch()
        now[0] = supervisor.children["stopped"].started_at + seconds
        judge(state, stopped="nothing taken")
        supervisor.tend()
        if before.find() is not None:
            return False

        def again() -> bool:
            now[0] += 31.0
            supervisor.tend()
            return supervisor.children["stopped"].record != before

        eventually(again)
        return True

    assert not ended(29.0)
    assert ended(30.0)
    assert not ended(59.0)
    assert ended(60.0)
    assert not ended(119.0)
    assert "stopped: nothing taken; ending it to start it again" in said
    state.judgement_file.write_text(json.dumps({"processes": {}}))
    supervisor.tend()
    now[0] = supervisor.children["stopped"].started_at + 121.0
    supervisor.tend()
    assert supervisor.children["stopped"].patience_seconds == 30.0
    supervisor.stop(["stopped"])


def test_one_that_is_not_ready_yet_is_given_more_time(state: StateDir, said: list[str]) -> None:
    """Fails without: PATIENCE_UNTIL_READY_SECONDS."""
    now = [0.0]
    supervisor = Supervisor(state, said.append, monotonic=lambda: now[0])
    record = supervisor.start(ProcessSpec("reading", SLEEPER)).record
    for now[0] in (30.0, 299.0):
        judge(state, reading="it does not answer")
        supervisor.tend()
        assert record.find() is not None
    now[0] = 300.0
    judge(state, reading="it does not answer")
    supervisor.tend()
    assert record.find() is None
    supervisor.stop(["reading"])


def test_a_watch_that_says_nothing_more_is_ended_and_what_it_said_is_not_believed(
    state: StateDir, said: list[str]
) -> None:
    """Fails without: Judged's look at how long nothing was said."""
    now = [0.0]
    supervisor = Supervisor(state, said.append, monotonic=lambda: now[0])
    records = {
        name: supervisor.start(ProcessSpec(name, SLEEPER)).record for name in ("watch", "relay")
    }
    for name in records:
        state.ready_file(name).touch()
    judge(state, relay="nothing taken")
    supervisor.tend()
    now[0] = 31.0
    supervisor.tend()
    assert records["watch"].find() is None
    assert records["relay"].find() is not None
    assert said[0] == "watch: it has not looked for 31 s; ending it to start it again"
    supervisor.stop(["watch", "relay"])
