"""Duties: what the watch does again and again, each by itself.

Each duty has a thread of its own, so that one that hangs keeps no other waiting. A thread cannot
be ended from outside: a duty that hangs is said and paged, and whoever supervises the watch may
start it anew.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger()

# A duty that takes longer than this many of its intervals, and than the seconds below, hangs.
_PATIENCE_INTERVALS = 3
_LEAST_PATIENCE_SECONDS = 30.0
# One that fails is tried again; whoever is paged for each service that starts pays no heed.
_FAILING_SECONDS = 20.0

# Tells a person: reason, what it concerns, and more in words. Ids and reasons, never values.
Page = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do at intervals. ``do`` may raise: that is said, paged, and tried again.

    It is begun at once and then ``interval_seconds`` after each end. It hangs when it has been at
    it for ``patience_seconds``.
    """

    name: str
    interval_seconds: float
    do: Callable[[], None]
    patience: float | None = None

    @property
    def patience_seconds(self) -> float:
        """How long it may take before it counts as hanging."""
        if self.patience is not None:
            return self.patience
        return max(self.interval_seconds * _PATIENCE_INTERVALS, _LEAST_PATIENCE_SECONDS)


@dataclass(slots=True)
class _State:
    """How one duty is getting on. ``failed`` is the fault that lasts, by its type's name."""

    duty: Duty
    began_at: float | None = None
    failed: str | None = None
    failing_since: float = 0.0
    # What was paged about it: one page for as long as the same lasts.
    paged: str | None = None


@dataclass(slots=True)
class Duties:
    """Runs duties until asked to stop. ``clock`` counts seconds, monotonically."""

    duties: Sequence[Duty]
    page: Page
    clock: Callable[[], float]
    _states: dict[str, _State] = field(init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)

    def __post_init__(self) -> None:
        self._states = {duty.name: _State(duty) for duty in self.duties}

    def start(self) -> None:
        """Begin every duty."""
        for state in self._states.values():
            name = f"duty-{state.duty.name}"
            threading.Thread(target=self._run, args=(state,), name=name, daemon=True).start()

    def stop(self) -> None:
        """Begin nothing more. What is being done is left to end, or to end with the process."""
        self._stopping.set()

    def ill(self) -> dict[str, str]:
        """The duties that failed or hang, and why. Call it often: it is this that pages them."""
        found = {}
        for name, state in self._states.items():
            why = self._why(state)
            if why is None:
                state.paged = None
                continue
            found[name] = why
            if state.paged != why and self._lasts(state):
                self._tell(state, why)
        return found

    def _why(self, state: _State) -> str | None:
        began_at = state.began_at
        if began_at is not None and self.clock() - began_at > state.duty.patience_seconds:
            return "it hangs"
        return None if state.failed is None else f"it failed: {state.failed}"

    def _lasts(self, state: _State) -> bool:
        """Whether it hangs, or has failed for long enough to bother a person."""
        return state.failed is None or self.clock() - state.failing_since >= _FAILING_SECONDS

    def _tell(self, state: _State, why: str) -> None:
        log.error("duty-ill", duty=state.duty.name, because=why)
        try:
            self.page("watch-duty", state.duty.name, why)
        except Exception as fault:  # noqa: BLE001 - then it is told at the next look
            log.error("not-paged", duty=state.duty.name, because=type(fault).__name__)  # noqa: TRY400
        else:
            state.paged = why

    def _run(self, state: _State) -> None:
        while not self._stopping.is_set():
            state.began_at = self.clock()
            try:
                state.duty.do()
            except Exception as fault:  # noqa: BLE001 - a duty that fails is tried again
                if state.failed is None:
                    state.failing_since = self.clock()
                # Only the type: the text of a fault may hold what an event says.
                state.failed = type(fault).__name__
                log.warning("duty-failed", duty=state.duty.name, fault=state.failed)
            else:
                state.failed = None
            state.began_at = None
            self._stopping.wait(state.duty.interval_seconds)
