"""Reconciliation: whether log, tables and alerts topics still hold what was decided.

Whoever can write to broker or database can also remove. What is gone is found on a schedule, sent
again or made anew from what is left, and paged: nobody should have been able to.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from processors.relay.sending import DELIVERY_TIMEOUT_SECONDS
from processors.watch.duties import Page
from processors.watch.seeing import AlertsSeen, LogSeen
from projections import reconciliation
from projections.database import Connection
from projections.rebuild.reading import EntryReader, LogEntry

log = structlog.get_logger()

MISSING = "alerts-missing"
RESTORED = "notifications-restored"
UNREPAIRED = "log-unrepaired"
WHOLE_EVERY = timedelta(days=1)
# The broker's clock may be behind ours by so much.
CLOCKS_DIFFER = timedelta(hours=1)
# After each part of the log it rests for so many times as long as the part took.
REST_RATIO = 19.0
# So long the relay may try to send what it has read.
IN_HAND_SECONDS = DELIVERY_TIMEOUT_SECONDS + 5.0


class NotRepaired(Exception):
    """Log and tables do not agree and could not be made to. The text says why."""


@dataclass(slots=True)
class Found:
    """What one look found, and repaired."""

    restored: int = 0
    queued: int = 0
    log_repaired: bool = False


@dataclass(slots=True)
class Reconciling:
    """Looks at what is new, and once a day at everything.

    ``looking`` and ``repairing`` give connections of the roles that read and that append.
    ``repair_log`` compares log and tables entry by entry and gives each what it lacks; it raises
    NotRepaired. ``retention`` is that of the ``agencies``' alerts topics. ``destroyed`` are the
    ids of all keys that were.
    """

    looking: Callable[[], Connection]
    repairing: Callable[[], Connection]
    log: LogSeen
    alerts: AlertsSeen
    reader: EntryReader
    retention: timedelta
    repair_log: Callable[[], None]
    destroyed: Callable[[], frozenset[str]]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    page: Page
    in_hand_seconds: float = IN_HAND_SECONDS
    _whole_at: datetime | None = field(default=None, init=False)

    def run_once(self) -> Found:
        """One look. Raises TopicUnread, NotAnEntry, KeyUnknown, Unopenable, psycopg.Error."""
        at = self.now()
        if self._whole_at is None or at - self._whole_at >= WHOLE_EVERY:
            self.log.forget()
            self.alerts.forget()
            self._whole_at = at
        found = Found()
        with self.looking() as connection:
            tables = reconciliation.reach(connection)
            if not tables.caught_up:
                return found  # A restored hub first takes in what the log has; that is not loss.
            children = self._log(connection, tables, found)
            children |= self._known(connection)
        if children:
            self._restore(children, found)
        self._alerts(found)
        log.info("reconciled", restored=found.restored, queued=found.queued)
        return found

    def _log(self, connection: Connection, tables: reconciliation.Reach, found: Found) -> set[UUID]:
        """Compare log and tables; the children of whose notifications the tables lack some."""
        differs = False
        children: set[UUID] = set()
        since = self._since().timestamp() * 1_000_000
        began = self.now()
        for entries in self.log.look():
            differs = reconciliation.lacking(connection, entries) or differs
            announcing = [
                each
                for each in entries
                if each.heading["type"] in reconciliation.ANNOUNCING
                and each.heading["entered_at"] >= since
            ]
            children |= self._lacking_notifications(connection, announcing)
            # All of the log is long, and whoever waits for an alert must not wait for this.
            self.sleep((self.now() - began).total_seconds() * REST_RATIO)
            began = self.now()
        if differs or self.log.missing(tables):
            self._repair(found)
        return children

    def _repair(self, found: Found) -> None:
        try:
            self.repair_log()
            found.log_repaired = True
        except NotRepaired as fault:
            log.error(UNREPAIRED, because=str(fault))  # noqa: TRY400 - the text says it all
            self.page(UNREPAIRED, "kith.timeline", str(fault))
        # What was repaired is seen in the next look, all of it.
        self._whole_at = None

    def _lacking_notifications(
        self, connection: Connection, entries: Iterable[LogEntry]
    ) -> set[UUID]:
        announced = reconciliation.announced(entries, self.reader)
        gone = reconciliation.unknown(connection, announced) if announced else []
        return {announced[each] for each in gone}

    def _known(self, connection: Connection) -> set[UUID]:
        """The children of notifications that agencies hold and the tables do not know."""
        self.alerts.look()
        children = self.alerts.children()
        return {children[each] for each in reconciliation.unknown(connection, children)}

    def _restore(self, children: set[UUID], found: Found) -> None:
        with self.repairing() as connection:
            found.restored = reconciliation.restore(connection, children, self.reader)
        if found.restored:
            detail = f"{found.restored} rows were gone, and were made anew from the log's entries"
            log.error(RESTORED, count=found.restored)
            self.page(RESTORED, "derived.notification", detail)

    def _alerts(self, found: Found) -> None:
        """Queue what was decided and is neither on its topic nor on its way there."""
        with self.looking() as connection:
            expected = reconciliation.expected(
                connection, self.alerts.agencies, self._since(), self.destroyed()
            )
        if expected.lost:
            # The relay may have them in hand all the same; what it has sent is seen below.
            self.sleep(self.in_hand_seconds)
        # The topics are looked at afterwards: what had been delivered by then must be there.
        self.alerts.look()
        sent = self.alerts.numbers()
        gone = {
            each: agency
            for each, agency in expected.delivered.items()
            if each not in sent.get(agency, {})
        }
        missing = {**expected.lost, **gone}
        if not missing:
            return
        with self.repairing() as connection:
            found.queued = reconciliation.queue(connection, missing, sent)
        if found.queued:
            for agency, count in sorted(Counter(missing.values()).items()):
                detail = f"{count} notifications were not where they must be, and are sent again"
                log.error(MISSING, agency=agency, count=count)
                self.page(MISSING, agency, detail)

    def _since(self) -> datetime:
        return self.now() - self.retention + CLOCKS_DIFFER
