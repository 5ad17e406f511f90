"""Row 4: PostgreSQL killed, and away for a while, under load."""

import time
from collections.abc import Callable

import pytest

from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.own_stack import OwnStack

RATE = 50.0
BACK_WITHIN_SECONDS = 60.0


@pytest.mark.row(4, "PostgreSQL kill -9 and away")
@pytest.mark.timeout(400)
def test_a_database_that_is_killed_or_away_loses_and_doubles_nothing(
    make_stack: Callable[..., OwnStack], row: Row
) -> None:
    """Fails without: the wait for a database that is away and the worker's new start, together."""
    kills = row.of(ci=1, long=5)
    away_seconds = row.of(ci=10.0, long=60.0)
    stack = make_stack()
    hub = HubUnderLoad(stack.settings, children=50, seed=4)
    hub.prepare()
    known, waits = hub.recorded(), []
    for turn in range(kills + 1):
        # The last time nobody starts it again for a while.
        away = away_seconds if turn == kills else 0.0
        events = int(RATE * (8.0 + away))
        with hub.publishing(events, RATE, hub.published, at_least=True):
            time.sleep(1.0)
            if away:
                with stack.unattended():
                    before = stack.kill("postgres")
                    time.sleep(away)
            else:
                before = stack.kill("postgres")
            stack.wait_back(before)
            stack.wait_answers()
            waits.append(hub.wait_progress(BACK_WITHIN_SECONDS))
        hub.wait_recorded(known + hub.published, BACK_WITHIN_SECONDS + away)
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    longest = round(max(waits), 1)
    row.note(
        kills=kills, away_seconds=away_seconds, progress_within_seconds=longest, lost=0, doubled=0
    )
