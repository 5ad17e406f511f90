"""No statement of an append reads a table whole: what it costs must not grow with the hub."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from projections.append import inbox, loading, newcomers, resolving
from projections.database import Query
from tests.integration.append.hub import AppendHub

CHILD = UUID(int=1)
ALERT = UUID(int=2)
AT = datetime(2021, 10, 2, tzinfo=UTC)
NAME = (CHILD, "custody-ligature", "record:police:CR-1")
REFERENCE = ("police", "CR-1")

READS = {
    "recorded": inbox.find_recorded([("police", UUID(int=3))]),
    "references": resolving._find_references({REFERENCE}),
    "digests": resolving._find_digests({b"digest"}),
    "alerts of answers": resolving._find_alerts({ALERT}),
    "memberships": loading._memberships([CHILD]),
    "identified": loading._identified([CHILD]),
    "standings": loading._standings({REFERENCE}),
    "windows": loading._windows({(CHILD, "missing-report"): (AT, AT)}),
    "windows under an alert": loading._windows_under(
        {(CHILD, "custody-incident", *NAME[1:]): (AT, AT)}
    ),
    "alerts": loading._alerts([NAME], [ALERT]),
    "expectations": loading._expectations([NAME], [ALERT]),
    "alert bodies": loading._alert_bodies([ALERT]),
    "open alerts": newcomers.open_alerts([CHILD], ["custody-ligature"], AT),
    "unsent": loading._unsent({ALERT}),
}


@pytest.mark.parametrize("query", READS.values(), ids=READS)
def test_an_append_reads_by_index(hub: AppendHub, query: Query) -> None:
    """Fails without: the two halves of ``_expectations``, which "or" made one reading of all."""
    connection = hub.connection()
    # In small tables a whole reading is cheap: so it is taken only where nothing else goes.
    connection.execute("set enable_seqscan = off")
    plan = connection.execute(b"explain " + query[0].encode(), query[1]).fetchall()
    assert plan
    assert not [line for (line,) in plan if "Seq Scan" in line]
