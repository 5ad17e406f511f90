"""The relay's lock is given up when nothing is heard from who holds it, however it fell silent."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from processors.relay import relay as relay_module
from processors.relay.holding import Holding
from processors.relay.recording import Recorder
from processors.relay.relay import Relay
from processors.relay.sending import Sender
from projections.database import Connection, connect
from tests.chaos.proxy import Proxy
from tests.integration.append.hub import AppendHub

# Three probes, two seconds apart, after five; and whatever a busy machine adds.
GIVEN_UP_WITHIN_SECONDS = 25.0


@pytest.fixture
def network(hub: AppendHub) -> Iterator[Proxy]:
    """A network between a relay and the database."""
    proxy = Proxy(int(conninfo_to_dict(hub.dsn("writer"))["port"] or 0))
    yield proxy
    proxy.close()


def relay_on(connection: Connection, hub: AppendHub) -> Relay:
    """A relay that sends nothing: this is about its lock."""
    recorder = Recorder(hub.appending(), 0.0, leave=_nothing)
    return Relay(connection, hub.world, Sender(_no_producer), recorder, Holding(time.monotonic))


def _nothing() -> None:
    """Nothing goes wrong here."""


def _no_producer() -> Any:
    raise AssertionError("nothing is to be sent")


def through(network: Proxy, hub: AppendHub, folder: Path) -> str:
    """The way to the database over the network; passwords are kept by port."""
    direct = conninfo_to_dict(hub.dsn("writer"))
    passwords = folder / "pgpass"
    known = Path(str(direct["passfile"])).read_text(encoding="ascii")
    passwords.write_text(known.replace(f":{direct['port']}:", f":{network.port}:"), "ascii")
    passwords.chmod(0o600)
    return make_conninfo(hub.dsn("writer"), port=network.port, passfile=str(passwords))


def seconds_until_locked(relay: Relay) -> float:
    began_at = time.monotonic()
    while not relay.lock():
        waited = time.monotonic() - began_at
        assert waited < GIVEN_UP_WITHIN_SECONDS, "the lock is held by who is not there any more"
        time.sleep(0.1)
    return time.monotonic() - began_at


def test_a_relay_whose_network_went_away_gives_its_lock_up(
    hub: AppendHub, network: Proxy, tmp_path: Path
) -> None:
    """Fails without: the server's own keepalives in TIMEOUTS of projections.database."""
    with closing(connect(through(network, hub, tmp_path), application="kith-test")) as far:
        assert relay_on(far, hub).lock()
        second = relay_on(hub.connection(), hub)
        assert not second.lock()
        network.forget()
        assert seconds_until_locked(second) > 1.0


def test_a_relay_that_stands_still_gives_its_lock_up(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: be_heard_from."""
    monkeypatch.setattr(relay_module, "SILENT_SECONDS", 2)
    first = relay_on(hub.connection(), hub)
    assert first.lock()
    first.be_heard_from()
    second = relay_on(hub.connection(), hub)
    assert not second.lock()
    assert seconds_until_locked(second) > 1.0
