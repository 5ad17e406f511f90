"""Row 11, the other way round: who waits because a service is away does not stand still."""

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import psutil
import pytest

from deploy.embedded.process import read_records
from kith import judgement
from kith.processes import HUB_PROCESSES
from kith.settings import AGENCIES_FILE
from processors.clock.ends import EndsUnknown, KafkaEnds
from schemas.agencies import load_agencies
from schemas.topics import load_topics
from tests.chaos.rows import Row
from tests.services.own_stack import OwnStack, wait_until

# Short, so that whoever were judged would be found stuck while the service is away.
STUCK_SECONDS = 3.0
BACK_WITHIN_SECONDS = 60.0


@pytest.mark.row(11, "services away: who waits is not ended")
@pytest.mark.timeout(240)
def test_who_waits_for_a_service_is_not_ended(
    make_stack: Callable[..., OwnStack], monkeypatch: pytest.MonkeyPatch, row: Row
) -> None:
    """Fails without: Look.hindered; `at_most` in looking, where the database hangs; the look at
    OFFSET_INVALID in looking and in the clock's ends, where the broker does. Without the lock
    of PositionCheck it often fails: who checks after a rebalance meets the check of before.
    """
    monkeypatch.setenv("KITH_WATCH_STUCK_SECONDS", str(STUCK_SECONDS))
    monkeypatch.setenv("KITH_CANARY_SECONDS", "0")
    stack = make_stack(hub=True)
    wait_until(lambda: states(stack) == {"ok"}, BACK_WITHIN_SECONDS)
    away_seconds = row.of(3 * STUCK_SECONDS, 60.0)
    for service in ("postgres", "kafka"):
        send(stack, service, signal.SIGSTOP)
        stopped_at = time.monotonic()
        try:
            wait_until(lambda: states(stack) == {"late"}, 30.0)
            if service == "kafka":
                # Nor does the clock take a broker that hangs for one whose topics are empty.
                with pytest.raises(EndsUnknown):
                    ends(stack).ends()
            while time.monotonic() - stopped_at < away_seconds:
                assert states(stack) == {"late"}
                time.sleep(0.5)
        finally:
            send(stack, service, signal.SIGCONT)
        # Whoever is found stuck in between is started again at most once, and all get on.
        wait_until(lambda: states(stack) == {"ok"}, BACK_WITHIN_SECONDS)
    restarts = {n: r.restarts for n, r in read_records(stack.state.run).items()}
    logs = (stack.state.logs / f"{name}.log" for name in HUB_PROCESSES)
    said = "\n".join(log.read_text(encoding="utf-8")[-2000:] for log in logs)
    assert {name: restarts[name] for name in HUB_PROCESSES} == dict.fromkeys(HUB_PROCESSES, 0), said
    row.note(away_seconds=away_seconds, ended=0)


def ends(stack: OwnStack) -> KafkaEnds:
    topics = load_topics(load_agencies(AGENCIES_FILE)).family("agency-events")
    return KafkaEnds(stack.settings.kafka("hub-clock").for_confluent(), topics)


def send(stack: OwnStack, service: str, number: signal.Signals) -> None:
    """Send it to all of a service's processes. A backend may end meanwhile, as it was asked to."""
    for process in family(stack, service):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def family(stack: OwnStack, name: str) -> list[Any]:
    process = stack.record(name).find()
    assert process is not None
    return [process, *process.children(recursive=True)]


def states(stack: OwnStack) -> set[str]:
    """What the watch says of the processes now; nothing, if it has not looked for a while."""
    found = judgement.read(stack.state.run)
    if found is None or (datetime.now(UTC) - found.at).total_seconds() > 10:
        return {"silent"}
    return {each["state"] for each in found.processes.values()}
