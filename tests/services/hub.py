"""The hub's own processes, started and ended by a test."""

import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from deploy.embedded.process import ProcessRecord, ProcessSpec
from deploy.embedded.state import StateDir
from deploy.embedded.supervisor import Supervisor
from kith.readiness import READY_FILE_VARIABLE
from tests.services.services import FreshHub

READY_SECONDS = 45.0


class RunningHub:
    """Processes of one fresh hub. They end with the test, however it ends."""

    def __init__(self, hub: FreshHub, root: Path) -> None:
        self.hub = hub
        self.state = StateDir(root)
        self.state.make()
        self.said: list[str] = []
        self.supervisor = Supervisor(self.state, self.said.append)

    def start(
        self,
        *names: str,
        commands: Mapping[str, tuple[str, ...]] | None = None,
        **environment: str,
    ) -> None:
        """Start `kith.processes.<name>`, or its command, and wait until each is ready."""
        self.launch(dict.fromkeys(names, environment), commands)
        for name in names:
            ready = self.state.ready_file(name).exists
            self.supervisor.wait_until(ready, name, READY_SECONDS)

    def launch(
        self,
        environments: Mapping[str, Mapping[str, str]],
        commands: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """Start each with an environment of its own, and wait for nothing."""
        for name, environment in environments.items():
            self.supervisor.start(
                ProcessSpec(
                    name=name,
                    command=(commands or {}).get(name)
                    or (sys.executable, "-m", f"kith.processes.{name}"),
                    environment={
                        **self.hub.environment,
                        "PYTHONUNBUFFERED": "1",
                        READY_FILE_VARIABLE: str(self.state.ready_file(name)),
                        "KITH_RUN_DIR": str(self.state.run),
                        "KITH_METRICS_PORT": "0",
                        # Tests count events; those that want the hub's own ask for it.
                        "KITH_CANARY_SECONDS": "0",
                        "KITH_RECONCILE_SECONDS": "0",
                        **environment,
                    },
                )
            )

    def record(self, name: str) -> ProcessRecord:
        """The process that runs now under a name."""
        return self.supervisor.children[name].record

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to one process; after SIGKILL, `tend` or `start` runs it again."""
        os.kill(self.record(name).pid, number)

    def tend(self, seconds: float) -> None:
        """Let the supervisor do its work for a while, as it does in a real stack."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.supervisor.tend()
            time.sleep(0.05)

    def log(self, name: str) -> str:
        """Everything that a process has written so far."""
        return (self.state.logs / f"{name}.log").read_text(encoding="utf-8")

    def stop(self, *names: str) -> None:
        """End processes in good order: those named, or all."""
        self.supervisor.stop(list(names or self.supervisor.children))
