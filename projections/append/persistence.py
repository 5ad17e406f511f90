"""Appending until it is done: transient faults are retried, a fault of ours sets one item aside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import psycopg
import structlog
from psycopg import errors
from psycopg.pq import TransactionStatus

from projections.append.appender import ResolutionChanged, append
from projections.append.arrivals import Accepted, Fate, Inbound, Outcome, Refusal, Rejected, Step
from projections.append.guarding import AnotherHub, Guard, NotCaughtUp
from projections.append.memory import Memory
from projections.append.stale import WAITED_TOO_LONG, end_stale_writers
from projections.append.world import World
from projections.database import Connection

log = structlog.get_logger()

# Somebody else got there first: the next attempt sees what they wrote.
_RACES = (
    ResolutionChanged,
    errors.SerializationFailure,
    errors.DeadlockDetected,
)
# A step that was appended before: its facts have the same ids again.
_ENTRY_ID = "entry_entry_id_key"
_MOST_RACES = 20
_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 2.0

# An append looks everything up by its keys, and does so whatever statistics say: where these call a
# table small PostgreSQL joins it whole, and a hub that grows quickly waits for it. With the first
# plan kept, none is made anew for each append: together a third of PostgreSQL's time in one.
_LOOKING_UP = (
    "set enable_hashjoin = off; set enable_mergejoin = off; "
    "set plan_cache_mode = force_generic_plan"
)

# What PostgreSQL says of what it was given, and not of itself: data, constraint, limit.
_OF_AN_ITEM = ("22", "23", "54")


class DatabaseAway(Exception):
    """The database did not answer within the time that the caller was ready to wait."""


@dataclass(slots=True)
class Appending:
    """A process's way to append. Not for several threads at once.

    ``patience_seconds`` is how long a database that is away is waited for; None waits for
    ever, which is what a worker does, since it must not skip.
    """

    connect: Callable[[], Connection]
    world: World
    sleep: Callable[[float], None]
    patience_seconds: float | None = None
    guard: Guard = field(default_factory=Guard)
    memory: Memory = field(default_factory=Memory)
    _connection: Connection | None = field(default=None, init=False)

    def append(self, inbounds: Sequence[Inbound], steps: Sequence[Step] = ()) -> list[Outcome]:
        """Append all, in order; the outcomes of ``inbounds``, then of ``steps``.

        An item on which our own code fails, or that PostgreSQL cannot hold, is tried alone; if
        it still fails, an event is appended as undecided, or quarantined if not even that can be
        done; a step's error goes to the caller, and so does that of an event that lay undecided.
        The others go on. Raises DatabaseAway, AnotherHub.
        """
        try:
            return self._until_committed(inbounds, steps)
        except AnotherHub:
            raise
        except Exception as fault:
            if isinstance(fault, DatabaseAway | psycopg.Error) and not _of_an_item(fault):
                raise
            # Only the type: the text of a fault may hold what an event says.
            log.error(  # noqa: TRY400
                "append-failed", fault=type(fault).__name__, events=len(inbounds)
            )
            if len(inbounds) + len(steps) == 1:
                return self._set_aside(inbounds, fault)
        outcomes = [outcome for one in inbounds for outcome in self.append([one])]
        return outcomes + [outcome for one in steps for outcome in self.append([], [one])]

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _set_aside(self, inbounds: Sequence[Inbound], fault: Exception) -> list[Outcome]:
        if not inbounds or not isinstance(inbounds[0], Accepted):
            raise fault
        one = inbounds[0]
        if one.undecided_of is not None:
            raise fault
        try:
            return self._until_committed([replace(one, fault=type(fault).__name__)], ())
        except AnotherHub:
            raise
        except Exception as worse:
            if isinstance(worse, DatabaseAway | psycopg.Error) and not _of_an_item(worse):
                raise
            log.error("undecided-not-kept", fault=type(worse).__name__)  # noqa: TRY400 - as above
        refusal = Refusal("undecided", f"the hub failed to decide on it: {type(fault).__name__}")
        return self._until_committed([Rejected(one.record, one.content, refusal)], ())

    def _until_committed(self, inbounds: Sequence[Inbound], steps: Sequence[Step]) -> list[Outcome]:
        races = 0
        waited = 0.0
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._once(inbounds, steps)
            except errors.UniqueViolation as clash:
                if clash.diag.constraint_name == _ENTRY_ID and len(steps) == 1 and not inbounds:
                    return [Outcome(Fate.DUPLICATE, steps[0].child_id)]
                races = self._raced(races, clash)
                pause = _FIRST_PAUSE_SECONDS * races
            except _RACES as race:
                races = self._raced(races, race)
                pause = _FIRST_PAUSE_SECONDS * races
            except NotCaughtUp as behind:
                log.warning("append-waits", because=str(behind))
                self._be_patient(waited, f"{behind}: try again", behind)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            except WAITED_TOO_LONG as wait:
                log.warning("append-waited", because=type(wait).__name__)
                self._end_stale_writers()
            except (psycopg.OperationalError, psycopg.InterfaceError) as away:
                if _of_an_item(away):
                    raise
                log.warning("database-away", because=type(away).__name__)
                self.close()
                text = f"PostgreSQL did not answer for {waited:.0f} s: is it running? "
                self._be_patient(waited, f"{text}Nothing was changed; try again", away)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            self.sleep(pause)
            waited += pause

    def _be_patient(self, waited: float, text: str, because: Exception) -> None:
        if self.patience_seconds is not None and waited >= self.patience_seconds:
            raise DatabaseAway(text) from because

    def _once(self, inbounds: Sequence[Inbound], steps: Sequence[Step]) -> list[Outcome]:
        connection = self._connected()
        try:
            with self.guard.lock:
                outcomes = append(connection, inbounds, steps, self.world, self.guard, self.memory)
                self.guard.moved(inbounds)
            return outcomes
        finally:
            # A pipeline that broke off may leave answers behind: then begin with a new one.
            if connection.info.transaction_status != TransactionStatus.IDLE:
                self.close()

    def _raced(self, races: int, race: Exception) -> int:
        if races + 1 >= _MOST_RACES:
            raise race
        log.info("append-again", because=type(race).__name__)
        return races + 1

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = self.connect()
            self._connection.execute(_LOOKING_UP)
        return self._connection

    def _end_stale_writers(self) -> None:
        try:
            end_stale_writers(self._connected())
        except psycopg.Error as fault:
            log.warning("stale-writers-not-ended", because=type(fault).__name__)
            self.close()


def _of_an_item(fault: Exception) -> bool:
    """Whether the fault is that of one item: waiting does not mend it, and others are well."""
    if isinstance(fault, psycopg.DataError):
        return True
    return isinstance(fault, psycopg.Error) and (fault.sqlstate or "").startswith(_OF_AN_ITEM)
