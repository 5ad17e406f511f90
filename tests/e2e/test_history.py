"""History is loaded beside the live feed: live events never wait behind it."""

import time
from datetime import UTC, datetime

import psycopg
import pytest

from bench.load import PUBLISHER
from producers.publisher import Publisher
from schemas.principals import agency_principal
from tests.chaos.hub_under_load import HubUnderLoad
from tests.services.hub import RunningHub

BACKLOG = 4_000
LIVE_WITHIN_SECONDS = 3.0


@pytest.mark.timeout(240)
def test_a_live_alert_overtakes_a_backlog_of_history(running_hub: RunningHub) -> None:
    settings = running_hub.hub.settings
    running_hub.start("timeline", "relay", "clock")
    hub = HubUnderLoad(settings, children=20, seed=9)
    hub.prepare()
    access = settings.kafka(agency_principal(PUBLISHER))
    secret = settings.message_key_secret(PUBLISHER)
    with Publisher(PUBLISHER, access, key_secret=secret, backfill=True) as history:
        for number in range(1, BACKLOG + 1):
            event = hub.load.event(5 * number + 1, datetime.now(UTC))
            history.send(history.prepare(event.plain))
        history.flush()
    running_hub.start("backfill")
    with Publisher(PUBLISHER, access, key_secret=secret) as live:
        event = hub.load.event(0, datetime.now(UTC))
        hub.oracle.add(event)
        receipt = live.publish(event.plain)
        published_at = time.monotonic()
        while not _recorded(settings.dsn("reader"), receipt.event_id):
            assert time.monotonic() - published_at < LIVE_WITHIN_SECONDS
            time.sleep(0.01)
    assert _history_read(settings.dsn("reader")) < BACKLOG, "there was no backlog to overtake"
    hub.wait_recorded(20 + BACKLOG + 1, 120)
    hub.wait_drained()
    # History that was known just now does alert; of this load none does. The live event does.
    hub.assert_nothing_lost_or_doubled()


def _recorded(dsn: str, event_id: object) -> bool:
    with psycopg.connect(dsn) as connection:
        query = "select 1 from kept.recorded where event_id = %s"
        return connection.execute(query, [event_id]).fetchone() is not None


def _history_read(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select coalesce(sum(next_offset), 0) from kept.position where topic like '%backfill'"
        ).fetchone()
    return int(row[0]) if row else 0
