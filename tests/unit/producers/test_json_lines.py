from pathlib import Path

import pytest

from producers.json_lines import MAX_LINE_BYTES, Line, read_lines


def _read(tmp_path: Path, content: bytes) -> list[Line]:
    path = tmp_path / "events.jsonl"
    path.write_bytes(content)
    return list(read_lines(path))


def test_numbers_lines_from_one_and_skips_blank_ones(tmp_path: Path) -> None:
    lines = _read(tmp_path, b'\xef\xbb\xbf{"a": 1}\r\n\n  \n{"b": [2, null]}')
    assert lines == [Line(1, {"a": 1}, None), Line(4, {"b": [2, None]}, None)]
    assert _read(tmp_path, b"") == []
    assert _read(tmp_path, b"\xef\xbb\xbf\n") == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "is not valid JSON at column"),
        (b'{"a": 1} {"b": 2}', "is not valid JSON at column 10"),
        (b'{"a": NaN}', "is not valid JSON"),
        (b'{"a": -Infinity}', "is not valid JSON"),
        (b'{"a": 1, "a": 2}', "has a key twice"),
        (b'{"x": {"a": 1, "a": 1}}', "has a key twice"),
        (b'{"a": "\xe9"}', "is not in UTF-8"),
        (b"[" * 100_000, "is not valid JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not valid JSON"),
    ],
)
def test_says_what_is_wrong_and_goes_on(tmp_path: Path, content: bytes, problem: str) -> None:
    bad, good = _read(tmp_path, content + b'\n{"next": 1}\n')
    assert bad.error is not None
    assert bad.error.problem.startswith(problem)
    assert (bad.number, bad.plain) == (1, None)
    assert good == Line(2, {"next": 1}, None)


def test_a_line_that_never_ends_takes_no_memory(tmp_path: Path) -> None:
    content = b'{"a": "' + b"x" * (2 * MAX_LINE_BYTES) + b'"}\n{"next": 1}\n'
    bad, good = _read(tmp_path, content)
    assert bad.error is not None
    assert "takes more than" in bad.error.problem
    assert good == Line(2, {"next": 1}, None)


def test_the_value_of_a_bad_line_is_not_told(tmp_path: Path) -> None:
    (line,) = _read(tmp_path, b'{"name": "Alex Sample"')
    assert "Alex" not in str(line)
