"""Sends through again what was quarantined for nothing but a schema registry that was away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from projections.append.arrivals import Inbound, Outcome, Rejected
from projections.append.world import World
from projections.database import Connection
from projections.queries.quarantine import listed, open_content, received_again

log = structlog.get_logger()

REASON = "registry-away"
MOST_AT_ONCE = 100
"""So that agencies' new events never wait long behind these."""


@dataclass(frozen=True, slots=True)
class Redriving:
    """Of one feed: each redrives its own. ``append`` is that of the feed's own worker.

    Several workers may find the same records: the second finds repeats.
    """

    world: World
    backfilled: bool
    connect: Callable[[], Connection]
    append: Callable[[Sequence[Inbound]], Sequence[Outcome]]

    def once(self) -> int:
        """Send through what can be decoded by now, the oldest first; how many that were.

        What still cannot stays as it is. Raises psycopg's errors, DatabaseAway.
        """
        again = self._received()
        if again:
            self.append(again)
            log.warning("redriven", reason=REASON, records=len(again))
        return len(again)

    def _received(self) -> list[Inbound]:
        with self.connect() as connection:
            waiting = [
                each
                for each in listed(connection, resolved_too=False)
                if each.reason == REASON and each.backfilled == self.backfilled
            ]
            received = []
            for each in waiting[:MOST_AT_ONCE]:
                try:
                    value = open_content(connection, each.quarantine_id, self.world.keys)
                except LookupError:  # Its key was destroyed: it is beyond use, and stays.
                    continue
                received.append(received_again(each, value, self.world))
        return [
            one
            for one in received
            if not (isinstance(one, Rejected) and one.refusal.reason == REASON)
        ]
