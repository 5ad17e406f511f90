"""The bell: pages go to the log and to a web hook, each by itself, until each has arrived.

It touches no database, so that it rings when the database is what a person must be told of.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import structlog

log = structlog.get_logger()

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
# A hook that was away for long is told of at most so many; the others are in the tables.
MOST_WAITING = 10_000


@dataclass(slots=True, eq=False)
class Ring:
    """One page as it is told. ``page_id`` is None until it could be written to the database."""

    page_id: int | None
    paged_at: datetime
    reason: str
    concerns: str
    detail: str
    count: int = 1

    def as_data(self) -> dict[str, Any]:
        """What the web hook is sent."""
        return {
            "page_id": self.page_id,
            "paged_at": self.paged_at.isoformat(),
            "reason": self.reason,
            "concerns": self.concerns,
            "detail": self.detail,
            "count": self.count,
        }


class NotRung(Exception):
    """The web hook did not take a page. ``away``: it will not take the next one either."""

    def __init__(self, text: str, *, away: bool) -> None:
        super().__init__(text)
        self.away = away


class Hook(Protocol):
    """Where pages are sent."""

    def ring(self, page: Ring) -> None:
        """Send one page. Raises NotRung."""


@dataclass(slots=True)
class Bell:
    """Add what is to be told from any thread, and call ``run_once`` often from one.

    Without a hook a page has been told when it stands in the log. ``clock`` counts seconds.
    """

    hook: Hook | None
    clock: Callable[[], float]
    _waiting: list[Ring] = field(default_factory=list, init=False)
    _rung: list[Ring] = field(default_factory=list, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _pause_seconds: float = field(default=0.0, init=False)
    _again_at: float = field(default=0.0, init=False)

    def add(self, page: Ring) -> None:
        """Tell of a page. It is in the log when this returns."""
        log.error("page", **page.as_data())
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append(page)

    def held(self) -> set[int]:
        """The ids of pages that wait to be rung, or were rung and not taken by ``take_rung``."""
        with self._lock:
            pages = [*self._waiting, *self._rung]
            return {each.page_id for each in pages if each.page_id is not None}

    def take_rung(self) -> list[int]:
        """The ids of pages that arrived since this was asked last."""
        with self._lock:
            rung = [each.page_id for each in self._rung if each.page_id is not None]
            self._rung = [each for each in self._rung if each.page_id is None]
            return rung

    def run_once(self) -> None:
        """Ring for all that waits. A hook that is down is said in the log, and tried again."""
        if self.clock() < self._again_at:
            return
        with self._lock:
            waiting = list(self._waiting)
        failed: NotRung | None = None
        for page in waiting:
            try:
                if self.hook is not None:
                    self.hook.ring(page)
            except NotRung as fault:
                failed = fault
                if fault.away:
                    break
            else:
                self._done(page)
        self._rest(failed)

    def _done(self, page: Ring) -> None:
        with self._lock:
            self._waiting.remove(page)
            self._rung.append(page)

    def _rest(self, failed: NotRung | None) -> None:
        if failed is None:
            self._pause_seconds = 0.0
            return
        self._pause_seconds = min(
            max(FIRST_PAUSE_SECONDS, self._pause_seconds * 2), LONGEST_PAUSE_SECONDS
        )
        self._again_at = self.clock() + self._pause_seconds
        log.error("web-hook-down", because=str(failed), again_in_seconds=self._pause_seconds)
