"""A file of lines that only grows, is safe against power cuts, and is read while it grows."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING

from schemas.keys import KeyStoreDamaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


class LineFile:
    """Lines of bytes without line feeds. One writer at a time (the caller sees to that)."""

    def __init__(self, path: Path, is_whole: Callable[[bytes], bool]) -> None:
        """``is_whole`` tells a line as written from one that a power cut spoilt."""
        self._path = path
        self._name = str(path)
        self._is_whole = is_whole
        self._inode = 0
        self._offset = 0
        self._descriptor = -1
        self._close: weakref.finalize[..., LineFile] | None = None

    def read_new(self) -> tuple[list[bytes], bool]:
        """Read the lines added since the last call, and whether they start at the file's start.

        A torn last line is left for later: its writer may still be at it. Raises KeyStoreDamaged
        when a line before the last is not whole.
        """
        try:
            # Looked at for each entry that is sealed or opened; Path.stat takes five times as long.
            status = os.stat(self._name)  # noqa: PTH116
        except FileNotFoundError:
            return [], False
        if status.st_ino == self._inode and status.st_size == self._offset:
            return [], False
        from_start = self._follow(status)
        lines = self._whole_lines(self._content_from(self._offset))
        self._offset += _length(lines)
        return lines, from_start

    def append(self, line: bytes) -> None:
        """Add a line and return once it is on disk; on failure it is as if never written.

        Everything before must have been read.
        """
        is_new = not self._path.exists()
        descriptor = os.open(
            self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        try:
            _write_all(descriptor, line + b"\n")
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, self._offset)
            raise
        finally:
            os.close(descriptor)
        if is_new:
            sync_folder(self._path.parent)
        self._follow(self._path.stat())
        self._offset += len(line) + 1

    def rewrite(self, lines: Iterable[bytes]) -> None:
        """Replace the file by these lines, all or nothing."""
        content = b"".join(line + b"\n" for line in lines)
        write_atomically(self._path, content)
        self._follow(self._path.stat())
        self._offset = len(content)

    def cut_torn_line(self) -> None:
        """Cut off a last line that a power cut or a kill left unfinished."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return
        known = self._offset if status.st_ino == self._inode else 0
        if status.st_size <= known:
            return
        self._follow(status)
        content = self._content_from(known)
        whole = _length(self._whole_lines(content))
        if whole < len(content):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)
            try:
                os.ftruncate(descriptor, known + whole)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _follow(self, status: os.stat_result) -> bool:
        """Turn to the file's start if another file has taken its place; tell whether so.

        The file followed is kept open: while it is, no later file can get its inode number.
        """
        if status.st_ino == self._inode and status.st_size >= self._offset:
            return False
        if self._close is not None:
            self._close()
        descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        self._close = weakref.finalize(self, os.close, descriptor)
        self._inode, self._offset = os.fstat(descriptor).st_ino, 0
        self._descriptor = descriptor
        return True

    def _content_from(self, offset: int) -> bytes:
        pieces = []
        while piece := os.pread(self._descriptor, 1 << 20, offset):
            pieces.append(piece)
            offset += len(piece)
        return b"".join(pieces)

    def _whole_lines(self, content: bytes) -> list[bytes]:
        *lines, _unfinished = content.split(b"\n")
        for index, line in enumerate(lines):
            if not self._is_whole(line):
                if index < len(lines) - 1:
                    raise KeyStoreDamaged(
                        f"{self._path} is damaged before its last line:"
                        " restore it from its backup, and then keep this copy for inspection"
                    )
                return lines[:-1]
        return lines


def write_atomically(path: Path, content: bytes) -> None:
    """Write a whole file, for its owner only, so that a power cut leaves the old or the new."""
    beside = path.with_name(path.name + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        _write_all(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    beside.replace(path)
    sync_folder(path.parent)


def _length(lines: list[bytes]) -> int:
    return sum(len(line) + 1 for line in lines)


def sync_folder(folder: Path) -> None:
    """Make sure that a new name in the folder survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
