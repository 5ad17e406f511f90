"""Whether each process of the hub gets on, judged from what was seen from outside.

A process says of itself only whether it answers. That it works is seen in what it works on: how
far the broker's topics go, how far the tables say that they were read, what is still to be sent.
Pure: looks come in, verdicts go out, and nothing here knows what time it is.
"""

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# Looks are remembered for so long, to tell since when something has been waiting.
MEMORY_SECONDS = 900.0


class State(StrEnum):
    """LATE is told, and a restart would not mend it; STUCK is what a restart may mend."""

    OK = "ok"
    LATE = "late"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Queue:
    """What a process takes one by one: ``next`` is taken next, ``end`` is behind the last.

    ``acknowledged`` is how far its consumer group says that it has come, where it has one;
    ``count`` is how many there are where numbers have gaps.
    """

    name: str
    next: int
    end: int
    acknowledged: int | None = None
    count: int | None = None

    @property
    def waiting(self) -> int:
        """How much there is to take."""
        return max(0, self.end - self.next) if self.count is None else self.count


@dataclass(frozen=True, slots=True)
class Work:
    """One process's work, as one look saw it.

    ``pulse`` is what changes while the process is well even with nothing to take; None where
    there is no such thing. ``answers`` is whether it said that it lives, None if nobody could ask.
    """

    process: str
    queues: tuple[Queue, ...] = ()
    pulse: Hashable = None
    has_pulse: bool = False
    answers: bool | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """All that was seen at one moment. ``seconds`` is the same moment on a monotonic clock.

    ``hindered`` says in words why nobody can be expected to get on, for example that the broker
    does not answer: then a process that stands is not judged.
    """

    at: datetime
    seconds: float
    works: tuple[Work, ...]
    hindered: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one process gets on, since when, and why, in words for a person.

    ``oldest_seconds`` is for how long at least the oldest of the ``waiting`` has waited.
    """

    process: str
    state: State
    since: datetime | None
    why: str
    waiting: int = 0
    oldest_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When waiting becomes late, and standing still becomes stuck."""

    late_seconds: float = 15.0
    stuck_seconds: float = 25.0


@dataclass(frozen=True, slots=True)
class _Mark:
    """What was seen, and since when it has been the same."""

    value: Hashable
    at: datetime
    seconds: float


@dataclass(slots=True)
class Judge:
    """Remembers looks as far as it needs them. Give it every look, in order."""

    limits: Limits = field(default_factory=Limits)
    _marks: dict[tuple[str, str], _Mark] = field(default_factory=dict, init=False)
    _ends: deque[tuple[float, datetime, dict[str, int]]] = field(default_factory=deque, init=False)

    def judge(self, look: Look) -> tuple[Verdict, ...]:
        """A verdict on each process that was seen."""
        if look.hindered is not None:
            # Time without broker or database is no time in which anyone could have got on.
            self._marks = {key: mark for key, mark in self._marks.items() if key == _HINDERED}
            since = self._since(_HINDERED, True, look)
            why = f"not judged: {look.hindered}"
            return tuple(Verdict(each.process, State.LATE, since.at, why) for each in look.works)
        self._marks.pop(_HINDERED, None)
        self._remember(look)
        return tuple(self._verdict(each, look) for each in look.works)

    def _verdict(self, work: Work, look: Look) -> Verdict:
        waiting = [queue for queue in work.queues if queue.waiting]
        count = sum(queue.waiting for queue in waiting)
        oldest = max((self._waited(queue, look) for queue in waiting), default=0.0)
        ahead = [queue.name for queue in work.queues if _runs_ahead(queue)]
        standing = _standing(work, waiting)
        kept = {key for _, key, _ in standing} | ({"ahead"} if ahead else set())
        self._keep_only(work.process, kept)
        for why, key, value in standing:
            mark = self._since((work.process, key), value, look)
            stood = look.seconds - mark.seconds
            if stood >= self.limits.stuck_seconds:
                text = f"{why} for {stood:.0f} s"
                return Verdict(work.process, State.STUCK, mark.at, text, count, oldest)
        if ahead:
            mark = self._since((work.process, "ahead"), True, look)
            if look.seconds - mark.seconds >= self.limits.stuck_seconds:
                why = f"its group acknowledged more of {ahead[0]} than the tables have"
                return Verdict(work.process, State.LATE, mark.at, why, count, oldest)
        if oldest >= self.limits.late_seconds:
            why = f"{count} waiting, the oldest for {oldest:.0f} s: {_names(waiting)}"
            since = self._waits_since(waiting)
            return Verdict(work.process, State.LATE, since, why, count, oldest)
        return Verdict(work.process, State.OK, None, "gets on", count, oldest)

    def _since(self, key: tuple[str, str], value: Hashable, look: Look) -> _Mark:
        mark = self._marks.get(key)
        if mark is None or mark.value != value:
            mark = self._marks[key] = _Mark(value, look.at, look.seconds)
        return mark

    def _keep_only(self, process: str, keys: set[str]) -> None:
        for known in [key for key in self._marks if key[0] == process]:
            if known[1] not in keys:
                del self._marks[known]

    def _remember(self, look: Look) -> None:
        ends = {queue.name: queue.end for work in look.works for queue in work.queues}
        self._ends.append((look.seconds, look.at, ends))
        while self._ends[0][0] < look.seconds - MEMORY_SECONDS:
            self._ends.popleft()

    def _first_seen(self, queue: Queue) -> tuple[float, datetime] | None:
        """The first look that saw what is taken next waiting there."""
        for seconds, at, ends in self._ends:
            if ends.get(queue.name, 0) > queue.next:
                return seconds, at
        return None

    def _waited(self, queue: Queue, look: Look) -> float:
        first = self._first_seen(queue)
        return 0.0 if first is None else look.seconds - first[0]

    def _waits_since(self, waiting: Sequence[Queue]) -> datetime | None:
        seen = (self._first_seen(queue) for queue in waiting)
        return min((first[1] for first in seen if first is not None), default=None)


_HINDERED = ("", "hindered")


def _standing(work: Work, waiting: Sequence[Queue]) -> list[tuple[str, str, Hashable]]:
    """What must not stay the same: why, under which name it is remembered, and the value."""
    found: list[tuple[str, str, Hashable]] = []
    if work.answers is False:
        found.append(("it does not answer", "answers", False))
    if waiting:
        taken = tuple((queue.name, queue.next) for queue in work.queues)
        found.append((f"nothing taken of {_names(waiting)}", "taken", taken))
    if work.has_pulse:
        found.append(("it does not look", "pulse", work.pulse))
    return found


def _runs_ahead(queue: Queue) -> bool:
    return queue.acknowledged is not None and queue.acknowledged > queue.next


def unread_since_before(
    read: Mapping[tuple[str, int], int],
    ends: Mapping[tuple[str, int], int],
    first_since: Mapping[tuple[str, int], int],
) -> list[str]:
    """The partitions with an unread record from before a moment, in words.

    ``first_since`` is the first offset that the broker received at that moment or later, -1
    where there is none. Agencies' topics forget: what stays unread for long is lost.
    """
    found = []
    for key, end in sorted(ends.items()):
        first = first_since.get(key, -1)
        old_end = first if first >= 0 else end
        if read.get(key, 0) < old_end:
            found.append(f"{key[0]}/{key[1]}")
    return found


def _names(queues: Sequence[Queue]) -> str:
    names = [queue.name for queue in queues]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
