"""What each process of the hub serves about itself: whether it lives, is ready, and its figures.

A small HTTP server on loopback (or where the settings say), in a thread of its own, so that it
answers while the process works. It serves nothing of any child.
"""

import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kith.readiness import announce_ready
from kith.settings import Settings

# A process whose loop has not turned for so long does not live, though this thread answers.
ALIVE_SECONDS = 30.0
ADDRESS_SUFFIX = ".http"
_LOOPBACK = "127.0.0.1"

Figures = Callable[[], bytes]


class Health:
    """Told by the process's loop, asked by the server. ``clock`` counts seconds, monotonically."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beat_at = clock()
        self._ready = False

    def beat(self) -> None:
        """The loop has turned. Call it at least every few seconds."""
        self._beat_at = self._clock()

    def ready(self) -> None:
        """The process does its work from now on; that is a beat too."""
        self.beat()
        if not self._ready:
            self._ready = True
            announce_ready()

    @property
    def lives(self) -> bool:
        """Whether the loop turns."""
        return self._clock() - self._beat_at < ALIVE_SECONDS

    @property
    def is_ready(self) -> bool:
        """Whether it has begun its work, and lives."""
        return self._ready and self.lives


def serve(
    settings: Settings, name: str, health: Health, figures: Figures | None = None
) -> ThreadingHTTPServer | None:
    """Serve /health/live, /health/ready and /metrics, if the settings give a port.

    Port 0 is any free one. The address is written to ``<name>.http`` in the run directory,
    where the watch, `kith health` and `kith status` find it. The server ends with the process.
    Raises OSError if the port is taken.
    """
    if settings.metrics_port is None:
        return None
    server = ThreadingHTTPServer(
        (settings.metrics_listen, settings.metrics_port), _handler(health, figures)
    )
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="serving", daemon=True)
    thread.start()
    host = _LOOPBACK if settings.metrics_listen == _LOOPBACK else socket.gethostname()
    settings.run.mkdir(parents=True, exist_ok=True)
    where = name if settings.worker == "1" else f"{name}.{settings.worker}"
    address_file(settings.run, where).write_text(
        f"{host}:{server.server_address[1]}\n", encoding="ascii"
    )
    return server


def address_file(run: Path, name: str) -> Path:
    """Where a process writes at which address it serves."""
    return run / f"{name}{ADDRESS_SUFFIX}"


def _handler(health: Health, figures: Figures | None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health/live":
                self._say(200 if health.lives else 503, b"live" if health.lives else b"not live")
            elif self.path == "/health/ready":
                ready = health.is_ready
                self._say(200 if ready else 503, b"ready" if ready else b"not ready")
            elif self.path == "/metrics" and figures is not None:
                self._say(200, figures(), "text/plain; version=0.0.4; charset=utf-8")
            else:
                self._say(404, b"there are /metrics, /health/live and /health/ready")

        def _say(self, status: int, body: bytes, kind: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing: nobody needs a line for each question."""

    return Handler
