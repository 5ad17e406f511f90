"""The environment of Quix Streams, made on demand under ``build/`` from its hashed lock."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LOCK = HERE / "requirements.lock"


def python() -> Path:
    """The interpreter that has what the lock says. Raises subprocess.CalledProcessError."""
    digest = sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = ROOT / "build" / f"quix-{digest}"
    interpreter, mark = home / "bin" / "python", home / ".installed"
    if not mark.exists():
        _run(sys.executable, "-m", "venv", "--clear", str(home))
        pip = (str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        _run(*pip, "--require-hashes", "-r", str(LOCK))
        mark.touch()
    return interpreter


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
