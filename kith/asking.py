"""Asking a process of the hub over HTTP how it is."""

from http.client import HTTPConnection, HTTPException
from pathlib import Path

from kith.serving import address_file

TIMEOUT_SECONDS = 1.5


def asks(run: Path, name: str, path: str = "/health/live") -> bool | None:
    """Whether the process says yes; False also if it does not answer, None if it serves nowhere."""
    try:
        address = address_file(run, name).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    connection = HTTPConnection(address, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
