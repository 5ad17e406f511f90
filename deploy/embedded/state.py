"""The state directory of one embedded stack: what lies where, and its small files."""

import json
import os
import secrets
import socket
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
# How many brokers a stack was first started with: their data belongs together.
BROKERS_FILE = "brokers"


@dataclass(frozen=True, slots=True)
class StateDir:
    """Paths of one stack. Several stacks run side by side in several directories."""

    root: Path

    @property
    def kafka(self) -> Path:
        """The (first) broker's log and configuration."""
        return self.broker("kafka")

    def broker(self, name: str) -> Path:
        """The log and configuration of a broker: ``kafka``, ``kafka-2`` and so on."""
        return self.root / name

    @property
    def brokers(self) -> int | None:
        """How many brokers the stack was first started with; None if it never was."""
        try:
            return int((self.root / BROKERS_FILE).read_text(encoding="ascii"))
        except FileNotFoundError:
            # Stacks of before this file was written have one.
            return 1 if (self.kafka / "data").exists() else None

    @property
    def postgres(self) -> Path:
        """The database's cluster."""
        return self.root / "postgres"

    @property
    def secrets(self) -> Path:
        """Passwords, each file readable by its owner only."""
        return self.root / "secrets"

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Which processes run: a record and a readiness mark each."""
        return self.root / "run"

    @property
    def stack_file(self) -> Path:
        """Addresses of the running stack; it is there only while the stack is up."""
        return self.root / "stack.json"

    def ready_file(self, name: str) -> Path:
        """The mark that a process of the hub makes when it is ready."""
        return self.run / f"{name}.ready"

    def address_file(self, name: str) -> Path:
        """Where a process of the hub writes at which address it serves its health."""
        return self.run / f"{name}.http"

    @property
    def judgement_file(self) -> Path:
        """What the watch found when it last looked."""
        return self.run / "judgement"

    def make(self) -> None:
        """Create what is missing. Only the database's user, when that is another, needs to pass."""
        self.root.mkdir(parents=True, exist_ok=True)
        # The database cannot run as root, so root's stacks must let another user pass through.
        self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for private in (self.kafka, self.secrets, self.logs, self.run):
            private.mkdir(mode=0o700, exist_ok=True)
            private.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file, empty if there is no file."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return content


def ensure_secrets(path: Path, names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Make sure that a file of secrets has one for each name; return all, and the names made now.

    A secret is 64 hexadecimal digits (256 bits): it is used as a password, or as a key's bytes.
    """
    held: dict[str, str] = read_json(path)
    made = [name for name in names if name not in held]
    if made:
        held |= {name: secrets.token_hex(32) for name in made}
        write_private(path, json.dumps(held, indent=1) + "\n")
    return held, made


def ensure_ports(path: Path, names: Iterable[str]) -> dict[str, int]:
    """A port for each name: last time's where it is free, else another, written down."""
    names = tuple(names)
    ports = {name: port for name, port in read_json(path).items() if name in names}
    held = []
    try:
        for name in names:
            listener = _bind(ports.get(name, 0)) or _bind(0)
            if listener is None:
                raise OSError(f"No free port on {LOOPBACK}: too many programs listen there.")
            held.append(listener)
            ports[name] = listener.getsockname()[1]
    finally:
        for listener in held:
            listener.close()
    write_private(path, json.dumps(ports, indent=1) + "\n")
    return ports


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
    return port


def _bind(port: int) -> socket.socket | None:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # As the servers do: a port whose last connections are still closing counts as free.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError:
        listener.close()
        return None
    return listener


def answers(port: int) -> bool:
    """Whether something accepts connections on a local port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
