"""Row 11: a worker that stands still, though it runs. It is ended and started again."""

import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import psycopg
import pytest

from deploy.embedded.process import ProcessRecord
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub

RATE = 50.0
CHILDREN = 50
RESTARTED_WITHIN_SECONDS = 90.0
PROCESSES = ("timeline", "backfill", "relay", "clock", "watch")
# Which are brought to a stand in one round, and how: at once, so that one wait shows both.
ROUNDS_CI = (("wedged timeline", "stopped relay"),)
ROUNDS_LONG = (
    *ROUNDS_CI,
    ("stopped timeline", "stopped backfill"),
    ("stopped clock",),
    ("stopped watch",),
    ("stopped timeline", "stopped relay", "stopped clock"),
)


@pytest.mark.row(11, "wedged worker")
@pytest.mark.timeout(300)
def test_who_stands_still_is_started_again_and_nothing_is_lost(
    running_hub: RunningHub, row: Row, tmp_path: Path
) -> None:
    """Fails without: Supervisor._end_if_stuck; and for the wedged one, without the mark of what
    was taken (it answers whoever asks it).
    """
    wedge = tmp_path / "wedge"
    wedged = (sys.executable, "-m", "tests.chaos.wedging", "timeline", str(wedge))
    running_hub.start(*PROCESSES, commands={"timeline": wedged})
    hub = HubUnderLoad(running_hub.hub.settings, CHILDREN, seed=11)
    hub.prepare()
    rounds = row.of(ROUNDS_CI, ROUNDS_LONG)
    known = hub.recorded()
    # About as long as it takes until all of a round are back.
    events = len(rounds) * row.of(1_600, 2_000)
    waits: list[float] = []
    with hub.publishing(events, RATE) as publishing:
        for stand in rounds:
            running_hub.tend(2.0)
            assert publishing.is_alive(), "the load ended before the last of them stood"
            waits += bring_to_a_stand(running_hub, stand, wedge)
        while publishing.is_alive():
            running_hub.tend(0.2)
    tend_until(running_hub, lambda: hub.recorded() >= known + events)
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    stood = Counter(each.split()[1] for stand in rounds for each in stand)
    # Exactly those who stood were ended, and no other.
    restarts = Counter({name: running_hub.record(name).restarts for name in PROCESSES})
    assert +restarts == stood, running_hub.said
    assert {name for (name,) in pages(running_hub)} == set(stood) - {"watch"}
    row.note(stood=len(waits), restarted_within_seconds=round(max(waits), 1), lost=0, doubled=0)


def bring_to_a_stand(running_hub: RunningHub, stand: Sequence[str], wedge: Path) -> list[float]:
    """Stop or wedge processes at once; the seconds until another did its work."""
    before = {each.split()[1]: running_hub.record(each.split()[1]) for each in stand}
    for each in stand:
        how, name = each.split()
        if how == "wedged":
            wedge.touch()
        else:
            running_hub.kill(name, signal.SIGSTOP)
    stood_at = time.monotonic()
    waits = []
    for name, record in before.items():
        tend_until(running_hub, partial(is_another, running_hub, record))
        if name == "timeline":
            wedge.unlink(missing_ok=True)
        tend_until(running_hub, running_hub.state.ready_file(name).exists)
        waits.append(time.monotonic() - stood_at)
    return waits


def is_another(running_hub: RunningHub, before: ProcessRecord) -> bool:
    return running_hub.record(before.name) != before


def tend_until(running_hub: RunningHub, holds: Callable[[], bool]) -> None:
    since = time.monotonic()
    while not holds():
        running_hub.tend(0.2)
        assert time.monotonic() - since < RESTARTED_WITHIN_SECONDS, running_hub.said


def pages(running_hub: RunningHub) -> list[tuple[str]]:
    with psycopg.connect(running_hub.hub.dsn("reader")) as connection:
        return connection.execute(
            "select concerns from kept.page where reason = 'process-stuck'"
        ).fetchall()
