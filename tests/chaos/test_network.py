"""Row 14: a bad network between the hub's processes and Kafka and PostgreSQL."""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from deploy.embedded.state import free_port, read_json
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.proxy import Proxy
from tests.chaos.rows import Row
from tests.services.hub import RunningHub
from tests.services.own_stack import OwnStack

RATE = 50.0
CHILDREN = 50
BACK_WITHIN_SECONDS = 45.0
FAULT_SECONDS = 3.0
FAULTS = ("cut", "hole", "forget", "half_open", "slow", "throttled")
PROCESSES = ("timeline", "relay", "clock")


@pytest.mark.row(14, "cut and slow network")
@pytest.mark.timeout(400)
def test_the_hub_comes_back_from_any_network(
    make_stack: Callable[..., OwnStack], row: Row, tmp_path: Path
) -> None:
    """Fails without: the three time-outs together (NEVER_WAIT_FOR_EVER of projections.database and
    kith.settings, REQUEST_TIMEOUT_SECONDS): nothing is recorded for more than a minute. In its long
    form also without ``PatientRecovery``, mostly: a forgetful network stops the worker for good.
    """
    stack = make_stack(hub=False)
    chance = random.Random(14)  # noqa: S311 - the same faults each time.
    # What needs a time-out of ours comes in each form, the others in turn by chance.
    order = row.of(ci=("forget", "cut"), long=FAULTS * 5)
    order = tuple(chance.sample(order, len(order)))
    with proxies(stack) as (kafka, postgres):
        running = stack.hub(tmp_path / "hub")
        try:
            for name in PROCESSES:
                running.start(name, commands=None, **through(stack, kafka, postgres, tmp_path))
            hub = HubUnderLoad(running.hub.settings, CHILDREN, seed=14)
            hub.prepare()
            known = hub.recorded()
            events = len(order) * 600
            waits = []
            with hub.publishing(events, RATE):
                for name in order:
                    running.tend(1.0)
                    strike(running, name, kafka, postgres)
                    waits.append(wait_progress(running, hub))
            hub.wait_recorded(known + events, BACK_WITHIN_SECONDS, running.tend)
            hub.wait_drained()
            hub.assert_nothing_lost_or_doubled()
            hub.assert_chains_hold()
            assert kafka.made > 0
            assert postgres.made > 0
        finally:
            running.stop()
    longest = round(max(waits), 1)
    row.note(faults=len(order), progress_within_seconds=longest, lost=0, doubled=0)


def strike(running: RunningHub, name: str, *networks: Proxy) -> None:
    """Let a fault be for a while, between everything and everything."""
    for network in networks:
        if name == "slow":
            network.delay_seconds = 0.2
        elif name == "throttled":
            network.bytes_per_second = 50_000
        else:
            getattr(network, name)()
    running.tend(FAULT_SECONDS)
    for network in networks:
        if name in ("forget", "half_open"):
            continue  # These connections stay dead: nothing but a time-out ends them.
        network.heal()


def wait_progress(running: RunningHub, hub: HubUnderLoad) -> float:
    """Wait until the hub records something more, and its relay gets on; how long that took."""
    since = time.monotonic()
    before = hub.recorded()
    while hub.recorded() == before:
        running.tend(0.2)
        waited = time.monotonic() - since
        assert waited < BACK_WITHIN_SECONDS, running.log("timeline")[-2000:]
    return time.monotonic() - since


@contextmanager
def proxies(stack: OwnStack) -> Iterator[tuple[Proxy, Proxy]]:
    """A network to the broker and one to the database.

    The broker gets a listener more, whose address for clients is the proxy's.
    """
    ports = read_json(stack.state.root / "ports.json")
    port = free_port()
    networks = Proxy(port), Proxy(ports["postgres"])
    properties = (stack.state.kafka / "server.properties").read_text()
    now = dict(line.split("=", 1) for line in properties.splitlines())
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    try:
        stack.change_broker(
            {
                "listeners": f"{now['listeners']},NETWORK://127.0.0.1:{port}",
                "advertised.listeners": (
                    f"{now['advertised.listeners']},NETWORK://127.0.0.1:{networks[0].port}"
                ),
                "listener.security.protocol.map": (
                    f"{now['listener.security.protocol.map']},NETWORK:SASL_PLAINTEXT"
                ),
                "listener.name.network.scram-sha-512.sasl.jaas.config": scram,
            }
        )
        yield networks
    finally:
        for network in networks:
            network.close()


def through(stack: OwnStack, kafka: Proxy, postgres: Proxy, folder: Path) -> dict[str, str]:
    """The variables with which a process of the hub reaches both through the proxies."""
    passwords = stack.state.secrets / "pgpass"
    pgpass = folder / "pgpass"
    pgpass.touch(0o600)
    pgpass.write_text(re.sub(r":\d+:", f":{postgres.port}:", passwords.read_text()))
    writer = make_conninfo(stack.settings.dsn("writer"), port=postgres.port, passfile=str(pgpass))
    return {
        "KITH_KAFKA_BOOTSTRAP": f"127.0.0.1:{kafka.port}",
        "KITH_POSTGRES_WRITER_DSN": writer,
    }
