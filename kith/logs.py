"""Logs: one JSON object a line, with ids and positions, never values."""

import logging
import sys

import structlog


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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=_PLAIN)


# Libraries log by themselves, and some put the message that they could not handle into the
# text. So of theirs only the place is kept: level, logger and line.
_PLAIN = (
    '{"level": "%(levelname)s", "logger": "%(name)s", "line": %(lineno)d, "process": "library"}'
)
