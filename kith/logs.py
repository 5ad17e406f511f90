"""Logs: one JSON object a line, with ids and positions, never values."""

import logging
import sys
from contextlib import suppress
from typing import TextIO

import structlog


class UnfailingStream:
    """A stream that takes no line rather than raise: where a disk is full, work goes on.

    A line that is lost is seen nowhere; a process that dies of one, in the middle of what it does
    about the fault that it tells of, loses more.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write, if there is room."""
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Flush, if there is room."""
        with suppress(OSError):
            self._stream.flush()


def configure_logs(level: str, process: str) -> None:
    """Send this process's log to standard error. Call it once, first."""
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(UnfailingStream(sys.stderr)),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=_PLAIN)


# Libraries log by themselves, and some put the message that they could not handle into the
# text. So of theirs only the place is kept: level, logger and line.
_PLAIN = (
    '{"level": "%(levelname)s", "logger": "%(name)s", "line": %(lineno)d, "process": "library"}'
)
