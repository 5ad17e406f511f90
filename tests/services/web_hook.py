"""A web hook on loopback that keeps what it was sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Hooked:
    """What came; ``status`` is what it answers from now on."""

    def __init__(self) -> None:
        self.came: list[dict[str, Any]] = []
        self.status = 200
        self.address = ""

    def reasons(self) -> list[str]:
        return [each["reason"] for each in self.came]


@contextmanager
def web_hook() -> Iterator[Hooked]:
    hooked = Hooked()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if hooked.status == 200:
                hooked.came.append(json.loads(body))
            self.send_response(hooked.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hooked.address = f"http://127.0.0.1:{server.server_port}/pages?secret=s3cret"
    try:
        yield hooked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
