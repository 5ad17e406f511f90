"""Row 4: PostgreSQL restored to an earlier backup while events flow. Nothing is lost or doubled."""

import time
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.backup.making import Place, make
from deploy.backup.restoring import NotRestored, Restored, restore
from kith.hub_keys import IDENTITY_KEY, MASTER_KEY, key_store
from kith.wiring import now
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.integration.restored import RestoredHub
from tests.services.hub import RunningHub

PROCESSES = ("timeline", "backfill", "relay", "clock")
RATE = 120.0
CHILDREN = 30
BACK_WITHIN_SECONDS = 120.0


@pytest.mark.row(4, "PostgreSQL restored to an earlier backup")
@pytest.mark.timeout(400)
def test_a_restore_while_events_flow_loses_and_doubles_nothing(
    running_hub: RunningHub, tmp_path: Path, row: Row
) -> None:
    """Fails without: taking in the log (``TakingIn.take``); keeping numbers (``keep_numbers``)."""
    restores = row.of(1, 5)
    events = restores * row.of(1800, 3000)
    running_hub.start(*PROCESSES)
    hub = HubUnderLoad(running_hub.hub.settings, CHILDREN, seed=4)
    hub.prepare()
    known = hub.recorded()
    taken_in = 0
    with hub.publishing(events, RATE) as publishing:
        for number in range(restores):
            place = _place(running_hub)
            running_hub.tend(1.5)
            make(tmp_path / f"{number}", place, now)
            running_hub.tend(3.0)
            # On a busy machine nothing may have been appended yet.
            hub.wait_progress(BACK_WITHIN_SECONDS)
            assert publishing.is_alive(), "the load ended before the restore"
            for name in PROCESSES:
                running_hub.kill(name)  # Wherever they are, also in the middle of a send.
            before = _entries(hub)
            done = _restore(running_hub, tmp_path / f"{number}", place)
            assert done.manifest.entries < before
            taken_in += before - done.manifest.entries
            hub.wait_recorded(0, 5)
        while publishing.is_alive():
            running_hub.tend(0.2)
    deadline = time.monotonic() + BACK_WITHIN_SECONDS
    while hub.recorded() < known + events:
        running_hub.tend(0.2)
        assert time.monotonic() < deadline, f"{hub.recorded()} of {known + events}"
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    hub.assert_chains_hold()
    assert RestoredHub(running_hub.hub).disagreement().none
    row.note(restores=restores, events=events, entries_after_backup=taken_in, lost=0, doubled=0)


def _place(running_hub: RunningHub) -> Place:
    settings = running_hub.hub.settings
    return Place(
        dsn=running_hub.hub.dsn("owner"),
        keys=settings.child_keys_dir,
        master_key=settings.secrets_dir / MASTER_KEY,
        identity_key=settings.secrets_dir / IDENTITY_KEY,
        tools=None,
    )


def _restore(running_hub: RunningHub, folder: Path, place: Place) -> Restored:
    """Restore, once the server has noticed that the processes are gone."""
    settings = running_hub.hub.settings
    deadline = time.monotonic() + 20
    while True:
        try:
            return restore(folder, place, "production", lambda: key_store(settings), now, uuid4)
        except NotRestored:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def _entries(hub: HubUnderLoad) -> int:
    return hub._one("select count(*) from derived.entry")[0]
