"""Reads events in plain form from a file with one JSON object a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.codec import MAX_EVENT_BYTES
from schemas.validation import FieldError

# Text in JSON may take six characters for one (\u00e9), so a line may be longer than its event.
MAX_LINE_BYTES = 6 * MAX_EVENT_BYTES

_ONE_OBJECT = "write one event, a JSON object, on each line"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its number from 1, and the event or what is wrong with it."""

    number: int
    plain: Any
    error: FieldError | None


def read_lines(path: Path) -> Iterator[Line]:
    """Read a file of events. Raises OSError when it cannot be opened or read."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                while not line.endswith(b"\n") and line:
                    line = file.readline(MAX_LINE_BYTES)
                error = FieldError("", f"takes more than {MAX_LINE_BYTES:,} bytes", "shorten it")
                yield Line(number, None, error)
            elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                yield _parse(number, line)


def _parse(number: int, line: bytes) -> Line:
    try:
        # Some programs put a byte order mark at the start of a file.
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        return Line(number, json.loads(text, **_STRICT), None)
    except UnicodeDecodeError:
        return Line(number, None, FieldError("", "is not in UTF-8", "save the file as UTF-8"))
    except _Twice as twice:
        return Line(number, None, FieldError("", str(twice), "keep one of them"))
    except json.JSONDecodeError as error:
        problem = f"is not valid JSON at column {error.colno} ({error.msg})"
        return Line(number, None, FieldError("", problem, _ONE_OBJECT))
    except (ValueError, RecursionError):
        return Line(number, None, FieldError("", "is not valid JSON", _ONE_OBJECT))


class _Twice(ValueError):
    """An object has a key twice; which one would count depends on the reader."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise _Twice("has a key twice in one object")
    return record


def _no_constant(_name: str) -> Any:
    raise ValueError("NaN and Infinity are not JSON")


_STRICT: dict[str, Any] = {"object_pairs_hook": _once, "parse_constant": _no_constant}
