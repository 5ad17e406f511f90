"""Services from the embedded stack, in a directory of their own, gone when the session ends."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.embedded import background
from deploy.embedded.state import StateDir
from kith.settings import AGENCIES_FILE, Settings
from kith.supervise import command_for
from tests.services.services import Services

if TYPE_CHECKING:
    from deploy.embedded.stack import Progress


@contextmanager
def embedded_services() -> Iterator[Services]:
    """Start Kafka and PostgreSQL without the hub; they end with this process, however it ends."""
    root = Path(tempfile.mkdtemp(prefix="kith-test-"))
    state = StateDir(root)
    state.make()
    command = command_for(root, AGENCIES_FILE, "production", hub=False)
    notes: list[Progress] = []
    try:
        background.start_in_background(
            state, [*command, "--end-with", str(os.getpid())], notes.append
        )
        stack = Settings(state_dir=root)
        yield Services(
            bootstrap=stack.kafka("hub-provision").bootstrap,
            state_dir=root,
            owner_dsn=stack.dsn("owner"),
            writer_dsn=stack.dsn("writer"),
            reader_dsn=stack.dsn("reader"),
            watch_dsn=stack.dsn("watch"),
        )
    finally:
        background.stop_running(state, lambda _: None)
        shutil.rmtree(root, ignore_errors=True)
