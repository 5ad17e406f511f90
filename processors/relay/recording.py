"""Recording what was delivered, beside the sending, so that nobody waits for it.

A delivery is a fact in the child's log, and so an append of its own. It notifies nobody.
What was sent and is not yet recorded is remembered here, so that it is not sent again
while this process lives; after a crash it is, and its reader drops it by its id.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

import structlog

from projections.append.arrivals import Grasp, Step
from projections.append.persistence import Appending
from safeguarding.case import Case
from safeguarding.facts import Delivered, Delivery, Fact
from safeguarding.ids import NAMESPACE
from safeguarding.ruleset import Context

log = structlog.get_logger()

MOST_AT_ONCE = 500


@dataclass(slots=True)
class Recorder:
    """Appends deliveries in a thread of its own, those of ``gather_seconds`` together.

    ``leave`` ends the process when an append fails for another reason than an absent
    database: the next relay starts from what is recorded.
    """

    appending: Appending
    gather_seconds: float
    leave: Callable[[], None]
    _waiting: dict[UUID, tuple[UUID, Delivery]] = field(default_factory=dict, init=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, init=False)
    _stopping: bool = field(default=False, init=False)

    def start(self) -> threading.Thread:
        """Start to record; the thread ends after ``stop``, when nothing is left."""
        thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Record what is left, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def sent_unrecorded(self) -> list[UUID]:
        """The notifications that must not be sent again: they were, and are being recorded."""
        with self._changed:
            return list(self._waiting)

    def add(self, child_id: UUID, delivery: Delivery) -> None:
        """Remember that a notification reached its topic."""
        with self._changed:
            self._waiting[delivery.notification_id] = (child_id, delivery)
            self._changed.notify()

    def _run(self) -> None:
        try:
            while (batch := self._next()) is not None:
                self.appending.append([], _steps(batch))
                with self._changed:
                    for _, delivery in batch:
                        del self._waiting[delivery.notification_id]
        except BaseException as fault:
            log.critical("recorder-fault", fault=type(fault).__name__)
            self.leave()
            raise

    def _next(self) -> list[tuple[UUID, Delivery]] | None:
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            if not self._waiting:
                return None
            if not self._stopping:
                self._changed.wait_for(lambda: self._stopping, self.gather_seconds)
            return list(self._waiting.values())[:MOST_AT_ONCE]


def _steps(batch: list[tuple[UUID, Delivery]]) -> list[Step]:
    """One fact a child: these reached their topics."""
    deliveries: dict[UUID, list[Delivery]] = {}
    for child_id, delivery in batch:
        deliveries.setdefault(child_id, []).append(delivery)
    return [_delivered(child_id, each) for child_id, each in deliveries.items()]


def _delivered(child_id: UUID, deliveries: list[Delivery]) -> Step:
    ids = tuple(each.notification_id for each in deliveries)
    # With its offset: a notification that was queued again is delivered again, and that is news.
    places = "|".join(f"{each.notification_id}@{each.offset}" for each in deliveries)
    step_id = uuid5(NAMESPACE, f"delivered|{places}")

    def decide(case: Case, grasp: Grasp, context: Context) -> list[Fact]:
        del case, context
        fresh = tuple(each for each in deliveries if each.notification_id in grasp.unsent)
        return [Delivered(fresh)] if fresh else []

    return Step(step_id, child_id, decide, notification_ids=ids, blind=True)
