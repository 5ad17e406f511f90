"""A log that cannot be written stops nothing that it tells of."""

import errno
import io

import structlog

from kith.logs import UnfailingStream


class FullDisk(io.StringIO):
    """A stream on a disk that is full at first."""

    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def test_a_full_disk_takes_no_line_and_raises_nothing() -> None:
    """Fails without: UnfailingStream. (A worker's look at its positions died of a line.)"""
    disk = FullDisk()
    stream: io.TextIOBase = UnfailingStream(disk)  # type: ignore[assignment]
    log = structlog.PrintLogger(stream)  # type: ignore[arg-type]
    log.info("lost")
    disk.full = False
    log.info("kept")
    assert disk.getvalue() == "kept\n"
