"""No statement of an append or of the relay reads a table whole: no cost may grow with the hub."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from processors.clock.answers import due_answers
from processors.clock.lapsing import due_awaited
from processors.relay import outbox
from projections.append import in_force, inbox, newcomers, pointing, reads
from projections.append.companions import find_companions
from projections.database import Query
from tests.integration.append.hub import AppendHub

CHILD = UUID(int=1)
ALERT = UUID(int=2)
AT = datetime(2021, 10, 2, tzinfo=UTC)
NAME = (CHILD, "custody-ligature", "record:police:CR-1")
REFERENCE = ("police", "CR-1")

READS = {
    "recorded": inbox.find_recorded([("police", UUID(int=3))]),
    "references": pointing._find_references({REFERENCE}),
    "digests": pointing._find_digests({b"digest"}),
    "named together": pointing._find_together({"event:police:I-1": REFERENCE}),
    "named as companions": find_companions(["report:police:I-1"]),
    "alerts of answers": pointing._find_alerts({ALERT}),
    "memberships": reads.memberships([CHILD]),
    "identified": reads.identified([CHILD]),
    "standings": reads.standings({REFERENCE}),
    "windows": reads.windows({(CHILD, "missing-report"): (AT, AT)}),
    "windows under an alert": reads.windows_under(
        {(CHILD, "custody-incident", *NAME[1:]): (AT, AT)}
    ),
    "alerts": reads.alerts([NAME], [ALERT]),
    "expectations": reads.expectations([NAME], [ALERT]),
    "awaited": reads.awaited([NAME]),
    "alert bodies": reads.alert_bodies([ALERT]),
    "open alerts": newcomers.open_alerts([CHILD], ["custody-ligature"], AT),
    "rules in force": in_force.ask(),
    "unsent": reads.unsent({ALERT}),
    "due answers": due_answers(AT, ["a key"], 200),
    "what is awaited and due": due_awaited(AT, ["a key"], 200),
}


@pytest.mark.parametrize("query", READS.values(), ids=READS)
def test_an_append_and_the_clock_read_by_index(hub: AppendHub, query: Query) -> None:
    """Fails without: the two halves of ``expectations``, which "or" made one reading of all."""
    connection = hub.connection()
    # In small tables a whole reading is cheap: so it is taken only where nothing else goes.
    connection.execute("set enable_seqscan = off")
    plan = connection.execute(b"explain " + query[0].encode(), query[1]).fetchall()
    assert plan
    assert not [line for (line,) in plan if "Seq Scan" in line]


@pytest.mark.parametrize("name", ["windows", "windows under an alert"])
def test_what_stands_in_a_window_is_looked_up(hub: AppendHub, name: str) -> None:
    """Fails without: "offset 0", since a join that takes the tables for small reads them whole."""
    connection = hub.connection()
    connection.execute("set enable_nestloop = off")
    query = READS[name]
    plan = connection.execute(b"explain " + query[0].encode(), query[1]).fetchall()
    for index in ("standing_window", "entry_pkey"):
        assert [line for (line,) in plan if index in line], index


def test_the_relay_looks_up_the_entry_of_each_row_of_its_outboxes(hub: AppendHub) -> None:
    """Fails without: "offset 0", since a join that takes the outbox for long reads all entries."""
    connection = hub.connection()
    connection.execute("set enable_nestloop = off")  # As statistics of a long outbox would have it.
    query = outbox.unsent([ALERT], ["police"])
    plan = connection.execute(b"explain " + query[0].encode(), query[1]).fetchall()
    assert len([line for (line,) in plan if "using entry_pkey on entry" in line]) == 2
