"""Pages reach somebody: what stands in ``kept.page`` is told, and what cannot stand there too."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
import structlog

from processors.watch.bell import Bell, Ring
from projections.database import Connection

log = structlog.get_logger()

# A page of the same reason and concern within this time is counted with the first.
GATHERED_FOR = timedelta(hours=1)
# So long a page waits to be written down before it is told without.
PATIENCE_SECONDS = 2.0
AWAY_SECONDS = 30.0
DATABASE_AWAY = "database-away"
_MOST_AT_ONCE = 5000

Matter = tuple[str, str]  # Reason and concern: what makes one page a repeat of another.


@dataclass(frozen=True, slots=True)
class Fresh:
    """A page that nobody has been told of."""

    page_id: int
    paged_at: datetime
    reason: str
    concerns: str
    detail: str

    @property
    def matter(self) -> Matter:
        """What it repeats, or what repeats it."""
        return (self.reason, self.concerns)


@dataclass(slots=True, eq=False)
class _Unwritten:
    """A page of the watch itself, on its way to the table."""

    paged_at: datetime
    reason: str
    concerns: str
    detail: str
    written: threading.Event = field(default_factory=threading.Event)
    ring: Ring | None = None


def gather(
    fresh: Iterable[Fresh], told: Mapping[Matter, tuple[int, datetime]]
) -> tuple[list[Fresh], dict[int, int]]:
    """Which pages are to be told, and which only repeat another: (repeat: the page it repeats).

    ``fresh`` are in order; ``told`` are the open pages of the last hour, each with its time.
    """
    heads = dict(told)
    tell: list[Fresh] = []
    repeats: dict[int, int] = {}
    for each in fresh:
        head = heads.get(each.matter)
        if head is not None and each.paged_at - head[1] < GATHERED_FOR:
            repeats[each.page_id] = head[0]
        else:
            heads[each.matter] = (each.page_id, each.paged_at)
            tell.append(each)
    return tell, repeats


@dataclass(slots=True)
class Pager:
    """``page`` tells a person, from any thread; ``run_once`` is called often from one.

    ``connect`` gives connections of the watch's role, ``now`` is the real time, ``clock`` counts
    seconds.
    """

    connect: Callable[[], Connection]
    bell: Bell
    now: Callable[[], datetime]
    clock: Callable[[], float]
    patience_seconds: float = PATIENCE_SECONDS
    _connection: Connection | None = field(default=None, init=False)
    _unwritten: list[_Unwritten] = field(default_factory=list, init=False)
    _told_directly: dict[Matter, datetime] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _away_since: float | None = field(default=None, init=False)

    def page(self, reason: str, concerns: str, detail: str) -> None:
        """Write a page down, or, while that cannot be done, tell it at once and write it later.

        Waits for seconds at most, whatever has become of the database.
        """
        one = _Unwritten(self.now(), reason, concerns, detail)
        with self._lock:
            self._unwritten.append(one)
        if not one.written.wait(self.patience_seconds):
            self._tell_directly(one)

    def run_once(self) -> None:
        """Write down, gather, hand to the bell, and note what has been told."""
        try:
            if self._connection is None:
                self._connection = self.connect()
            self._write(self._connection)
            self._hand_over(self._connection)
        except psycopg.Error as fault:
            self._away(type(fault).__name__)
        else:
            self._away_since = None

    def close(self) -> None:
        """Leave the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _tell_directly(self, one: _Unwritten) -> None:
        with self._lock:
            if one.written.is_set():
                return
            matter = (one.reason, one.concerns)
            told_at = self._told_directly.get(matter)
            if told_at is not None and one.paged_at - told_at < GATHERED_FOR:
                return
            self._told_directly[matter] = one.paged_at
            one.ring = Ring(None, one.paged_at, one.reason, one.concerns, one.detail)
            self.bell.add(one.ring)

    def _away(self, kind: str) -> None:
        self.close()
        at = self.clock()
        if self._away_since is None:
            self._away_since = at
            log.warning("pages-unwritten", because=kind)
        if at - self._away_since >= AWAY_SECONDS:
            self._away_since = at
            one = _Unwritten(self.now(), DATABASE_AWAY, "postgresql", f"it does not answer: {kind}")
            with self._lock:
                self._unwritten.append(one)
            self._tell_directly(one)

    def _write(self, connection: Connection) -> None:
        with self._lock:
            waiting = list(self._unwritten)
        for one in waiting:
            row = connection.execute(
                "insert into kept.page (paged_at, reason, concerns, detail) "
                "values (%s, %s, %s, %s) returning page_id",
                [one.paged_at, one.reason, one.concerns, one.detail],
            ).fetchone()
            with self._lock:
                self._unwritten.remove(one)
                one.written.set()
                if one.ring is not None and row is not None:
                    one.ring.page_id = row[0]

    def _hand_over(self, connection: Connection) -> None:
        now = self.now()
        rung = self.bell.take_rung()
        if rung:
            connection.execute(
                "update kept.page set told_at = %s where page_id = any(%s::bigint[])", [now, rung]
            )
        rows = connection.execute(
            "select page_id, paged_at, reason, concerns, detail from kept.page where told_at is "
            "null and gathered_into is null and resolved_at is null order by page_id limit %s",
            [_MOST_AT_ONCE],
        ).fetchall()
        if not rows:
            return
        tell, repeats = gather([Fresh(*row) for row in rows], self._told(connection, now))
        if repeats:
            connection.execute(
                "update kept.page p set gathered_into = w.head from "
                "unnest(%s::bigint[], %s::bigint[]) as w(page_id, head) "
                "where p.page_id = w.page_id",
                [list(repeats), list(repeats.values())],
            )
        heads = list(repeats.values())
        held = self.bell.held()
        for each in tell:
            if each.page_id not in held:
                what = (each.paged_at, each.reason, each.concerns, each.detail)
                self.bell.add(Ring(each.page_id, *what, count=1 + heads.count(each.page_id)))

    def _told(self, connection: Connection, now: datetime) -> dict[Matter, tuple[int, datetime]]:
        rows = connection.execute(
            "select reason, concerns, page_id, paged_at from kept.page where told_at is not null "
            "and gathered_into is null and resolved_at is null and paged_at > %s order by page_id",
            [now - GATHERED_FOR],
        )
        return {(reason, concerns): (page_id, at) for reason, concerns, page_id, at in rows}
