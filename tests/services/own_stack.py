"""A whole stack of one test's own: what happens to its broker or its disk concerns no other test.

The supervisor is the real one, in the background, and starts again what ends, unless the test
holds it still.
"""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.embedded import background
from deploy.embedded.kafka import as_properties
from deploy.embedded.process import ProcessRecord, kill_group, read_records
from deploy.embedded.state import StateDir, answers, read_json
from kith.settings import AGENCIES_FILE, Settings
from kith.supervise import command_for
from tests.services.hub import RunningHub
from tests.services.services import FreshHub, Mode, Services

BACK_SECONDS = 60.0


class OwnStack:
    """A stack that runs. ``hub`` are its own processes only where it was started with them."""

    def __init__(self, state: StateDir) -> None:
        self.state = state

    @property
    def settings(self) -> Settings:
        """Settings of this stack."""
        return Settings(state_dir=self.state.root)

    @property
    def services(self) -> Services:
        """Its broker and database, as tests know the session's."""
        settings = self.settings
        return Services(
            bootstrap=settings.kafka("hub-provision").bootstrap,
            state_dir=self.state.root,
            owner_dsn=settings.dsn("owner"),
            writer_dsn=settings.dsn("writer"),
            reader_dsn=settings.dsn("reader"),
            watch_dsn=settings.dsn("watch"),
        )

    def hub(self, root: Path, mode: Mode = "production") -> RunningHub:
        """A hub on the stack's own database whose processes the test starts and ends itself.

        For a stack that was started without one. The caller stops it.
        """
        return RunningHub(FreshHub(self.services, "kith", mode, AGENCIES_FILE), root)

    def record(self, name: str) -> ProcessRecord:
        """The process that runs, or ran last, under a name: kafka, postgres, timeline..."""
        return read_records(self.state.run)[name]

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> ProcessRecord:
        """Send a signal to one process, and after SIGKILL wait for its end; its record."""
        record = self.record(name)
        if number == signal.SIGKILL:
            kill_group(record)
        else:
            os.kill(record.pid, number)
        return record

    def wait_back(self, before: ProcessRecord, seconds: float = BACK_SECONDS) -> None:
        """Wait until the supervisor has started another in the place of one that ended."""

        def another() -> bool:
            now = self.record(before.name)
            return now.pid != before.pid and now.find() is not None

        wait_until(another, seconds)

    def wait_answers(self, seconds: float = BACK_SECONDS) -> None:
        """Wait until broker(s) and database accept connections."""
        ports = read_json(self.state.root / "ports.json").values()
        wait_until(lambda: all(answers(port) for port in ports), seconds)

    @contextmanager
    def unattended(self) -> Iterator[None]:
        """Hold the supervisor still: what ends stays ended until the body has ended too."""
        supervisor = self.record(background.SUPERVISOR)
        os.kill(supervisor.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(supervisor.pid, signal.SIGCONT)

    def change_broker(self, settings: Mapping[str, str], name: str = "kafka") -> None:
        """Kill a broker, and have it started again with other settings (later ones win)."""
        with self.unattended():
            before = self.kill(name)
            properties = self.state.root / name / "server.properties"
            with properties.open("a", encoding="utf-8") as file:
                file.write(as_properties(settings))
        self.wait_back(before)
        self.wait_answers()


def wait_until(holds: Callable[[], bool], seconds: float) -> float:
    """Wait for something; how long it took, in seconds."""
    since = time.monotonic()
    while not holds():
        assert time.monotonic() - since < seconds, f"it did not come about in {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - since


@contextmanager
def own_stack(
    *, hub: bool = True, mode: Mode = "production", root: Path | None = None, brokers: int = 1
) -> Iterator[OwnStack]:
    """Start a stack in ``root``, or in a new folder; it ends with this process, however it ends.

    Not in pytest's own folders: a database that root starts runs as another user, who must be
    able to pass through, and pytest takes that right away whenever another session starts.
    """
    made = Path(tempfile.mkdtemp(prefix="kith-test-")) if root is None else None
    state = StateDir(root or made or Path())
    state.make()
    command = command_for(state.root, AGENCIES_FILE, mode, hub=hub, brokers=brokers)
    try:
        background.start_in_background(
            state, [*command, "--end-with", str(os.getpid())], lambda _: None
        )
        yield OwnStack(state)
    finally:
        background.stop_running(state, lambda _: None)
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
