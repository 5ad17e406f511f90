"""Row 11, second half: the canary pages while a worker or the relay stands and nobody tends it."""

import signal
import time
from collections.abc import Callable
from functools import partial

import psycopg
import pytest

from tests.chaos.rows import Row
from tests.services.hub import RunningHub
from tests.services.web_hook import Hooked, web_hook

PAGED_WITHIN_SECONDS = 180.0


@pytest.mark.row(11, "canary pages")
@pytest.mark.timeout(240)
def test_a_hub_in_which_one_part_stands_pages_a_person(running_hub: RunningHub, row: Row) -> None:
    """Fails without: Canary._missing's page; with the hook, without Bell.run_once."""
    with web_hook() as hook:
        seconds, within = row.of(("1", "10"), ("60", "60"))  # In a real hub as in the long form.
        running_hub.start(
            *("timeline", "relay", "watch"),
            KITH_CANARY_SECONDS=seconds,
            KITH_CANARY_WITHIN_SECONDS=within,
            KITH_PAGE_WEB_HOOK=hook.address,
        )
        waits = []
        for name in ("timeline", "relay"):
            resolve(running_hub, hook)  # One may have been missed while the processes began.
            comes_again(running_hub)
            assert not missing(hook)
            running_hub.kill(name, signal.SIGSTOP)
            stood_at = time.monotonic()
            until(partial(missing, hook), PAGED_WITHIN_SECONDS)
            waits.append(time.monotonic() - stood_at)
            running_hub.kill(name, signal.SIGCONT)
            resolve(running_hub, hook)
    # It is about no child, and nobody else heard anything of it.
    assert told(running_hub) == {"canary"}
    row.note(stood=len(waits), paged_within_seconds=round(max(waits), 1))


def missing(hook: Hooked) -> bool:
    return "canary-missing" in hook.reasons()


def comes_again(running_hub: RunningHub) -> None:
    before = running_hub.log("watch").count("canary-came")
    until(lambda: running_hub.log("watch").count("canary-came") >= before + 2, 200.0)


def until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def resolve(running_hub: RunningHub, hook: Hooked) -> None:
    """As somebody does who has seen to it: then the next one rings again."""
    comes_again(running_hub)
    with psycopg.connect(running_hub.hub.dsn("writer")) as connection:
        connection.execute(
            "update kept.page set resolved_at = now(), resolved_by = 'test', resolution = 'test' "
            "where resolved_at is null"
        )
    hook.came.clear()


def told(running_hub: RunningHub) -> set[str]:
    with psycopg.connect(running_hub.hub.dsn("reader")) as connection:
        rows = connection.execute("select distinct agency from derived.notification").fetchall()
        children = connection.execute("select count(*) from derived.child").fetchone()
        assert connection.execute("select count(*) from derived.expectation").fetchone() == (0,)
    assert children in ((1,), (2,)), "a child a day"
    return {agency for (agency,) in rows}
