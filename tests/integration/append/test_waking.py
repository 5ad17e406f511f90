"""What an append writes wakes the relay, whatever that is doing; a delivery waits for company."""

import time
from collections.abc import Callable
from uuid import uuid4

from projections.append.arrivals import Step
from projections.append.write_all import NOTIFY_CHANNEL
from projections.database import Connection
from safeguarding.facts import Delivered
from tests.integration.append.hub import AppendHub
from tests.unit.rules.said import incident


def woken(connection: Connection, timeout: float) -> int:
    return len(list(connection.notifies(timeout=timeout, stop_after=1)))


def listening_to(hub: AppendHub) -> Connection:
    connection = hub.connection()
    connection.execute(f"listen {NOTIFY_CHANNEL}")
    return connection


def deliver(hub: AppendHub) -> None:
    (child,) = hub.children()
    delivered = Step(uuid4(), child, lambda _case, _grasp, _context: [Delivered(())], blind=True)
    hub.appending().append([], [delivered])


def test_what_came_while_the_relay_was_at_work_wakes_it_afterwards(hub: AppendHub) -> None:
    """Fails without: what psycopg keeps of a notice that came with another answer."""
    listening = listening_to(hub)
    hub.say(incident("ligature", reference="I-1"))
    hub.say(incident("ligature", reference="I-2"))
    time.sleep(0.2)
    listening.execute("select 1").fetchall()
    # All that came meanwhile at once: one look does for them.
    assert woken(listening, 0.1) == 2
    assert woken(listening, 0.1) == 0


def test_a_delivery_wakes_nobody(hub: AppendHub) -> None:
    """Fails without: ``_wakes``, and each delivery then costs a look of the relay."""
    listening = listening_to(hub)
    hub.say(incident("ligature", reference="I-1"))
    assert woken(listening, 5.0) == 1
    deliver(hub)
    assert woken(listening, 0.1) == 0


def test_in_a_scenario_which_waits_for_it_a_delivery_does(
    make_append_hub: Callable[..., AppendHub],
) -> None:
    """Fails without: the exception for a scenario."""
    hub = make_append_hub("scenario")
    connection = listening_to(hub)
    hub.say(incident("ligature", reference="I-1"))
    assert woken(connection, 5.0) == 1
    deliver(hub)
    assert woken(connection, 5.0) == 1
