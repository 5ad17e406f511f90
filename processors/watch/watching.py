"""The watch's own duties: to look at each process, and at how old what is unread has become."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from processors.watch.checks import Judge, Look, State, Verdict, unread_since_before
from processors.watch.duties import Page
from processors.watch.looking import Broker, Offsets
from schemas.topics import Topic

# Agencies' topics forget after 30 days; so long before, a person is told.
OLD_AFTER = timedelta(days=7)


@dataclass(slots=True)
class Watching:
    """Looks, judges, and tells: ``publish`` everyone, ``page`` a person of what is stuck."""

    look: Callable[[], Look]
    judge: Judge
    publish: Callable[[Look, Sequence[Verdict]], None]
    page: Page
    _paged: set[str] = field(default_factory=set, init=False)

    def run_once(self) -> None:
        """One look at all processes. Raises what ``publish`` and ``page`` raise."""
        look = self.look()
        verdicts = self.judge.judge(look)
        self.publish(look, verdicts)
        for verdict in verdicts:
            if verdict.state is State.OK:
                self._paged.discard(verdict.process)
            elif verdict.state is State.STUCK and verdict.process not in self._paged:
                self.page("process-stuck", verdict.process, verdict.why)
                self._paged.add(verdict.process)


@dataclass(slots=True)
class UnreadForLong:
    """Pages each partition of which something has not been read for ``OLD_AFTER``."""

    broker: Broker
    topics: Sequence[Topic]
    positions: Callable[[], Offsets]
    now: Callable[[], datetime]
    page: Page
    old_after: timedelta = OLD_AFTER
    _paged: set[str] = field(default_factory=set, init=False)

    def run_once(self) -> None:
        """One look. Raises Away, psycopg.Error."""
        read = self.positions()
        first = self.broker.first_since(self.topics, self.now() - self.old_after)
        old = set(unread_since_before(read, self.broker.ends(self.topics), first))
        for partition in sorted(old - self._paged):
            days = self.old_after / timedelta(days=1)
            self.page("position-old", partition, f"something there is unread for {days:g} days")
        self._paged = old
