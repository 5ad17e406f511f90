"""What the commands that add to a child's log share: one step, appended and confirmed."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from kith.cli.reading import APPLICATION, CANNOT, PATIENCE_SECONDS, Hub, Wrong
from projections.append.arrivals import Fate, Outcome, Step
from projections.queries.alerts import is_sent

if TYPE_CHECKING:
    from projections.append.persistence import Appending

# The relay is woken by each commit, so what takes longer is not worth a person's waiting.
SENT_SECONDS = 2.0


@contextmanager
def appending(hub: Hub) -> Iterator["Appending"]:
    """The way to append, as the hub's processes have it. Closed afterwards."""
    from kith.catching_up import catch_up

    opened = hub.wiring.appending(APPLICATION, patience_seconds=PATIENCE_SECONDS)
    row = hub.connection.execute("select caught_up from kept.hub").fetchone()
    if row and not row[0]:  # A restored database, and no process of the hub has started yet.
        catch_up(hub.wiring, "hub-operator", APPLICATION, opened.guard)
    try:
        yield opened
    finally:
        opened.close()


def append_step(hub: Hub, step: Step) -> Outcome:
    """Append one step. Raises Wrong with the reason when the hub refuses it."""
    return append_all(hub, [step])[0]


def append_all(hub: Hub, steps: Sequence[Step]) -> list[Outcome]:
    """Append steps in one transaction. Raises Wrong with the first reason for a refusal."""
    with appending(hub) as opened:
        outcomes = opened.append([], steps)
    for outcome in outcomes:
        if outcome.fate is Fate.REFUSED:
            raise Wrong(f"Refused: {outcome.reason}.", CANNOT)
    return outcomes


def wait_until_sent(hub: Hub, child_id: UUID, sequence: int) -> bool:
    """Whether the relay copies the log up to this entry within a short while."""
    deadline = time.monotonic() + SENT_SECONDS
    while not is_sent(hub.connection, child_id, sequence):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


def sent_in_words(sent: bool) -> str:
    """Whether what was committed has been sent yet."""
    return "Sent." if sent else "Not sent yet: the relay sends it when it runs (`kith status`)."
