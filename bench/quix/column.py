"""The same load through Quix Streams, on the same broker, with topics and a user of its own."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import catch_up, latency
from bench.latency import Latency
from bench.listening import Listener
from bench.load import ALERTS_EVERY, NETWORK, PUBLISHER, Load
from bench.preparing import NotPrepared
from bench.quix import topics
from bench.quix.environment import ROOT, python
from kith.settings import Settings
from schemas.agencies import load_agencies
from schemas.registry import Registry
from schemas.topics import events_topic, load_topics

PATIENCE_SECONDS = 180.0
_STOP_SECONDS = 30.0

NOT_GUARANTEED = (
    "no log of a child for ever, sealed and chained: state alone, which ends with its changelog",
    "no once: after a kill, what came since the last checkpoint (5 s) is told again, numbered anew",
    "no numbers without gaps, by which a recipient sees that something is missing",
    "no record of what was delivered, when and where, and no deadline that goes by",
    "no identity: a child is what one publisher's key says, and two agencies' events never meet",
    "no inbox: an event that comes again with another content is neither seen nor set aside",
    "bodies in clear in state, changelog and topics; no quarantine, no steward, no commands",
)


@dataclass(frozen=True, slots=True)
class QuixSpeed:
    """``catch_up_events_per_second`` is to the last notification, with nothing recorded."""

    latencies: list[Latency]
    catch_up_events: int
    catch_up_seconds: float
    catch_up_events_per_second: int
    not_guaranteed: tuple[str, ...] = NOT_GUARANTEED


@dataclass(frozen=True, slots=True)
class Measured:
    """How much of what is measured. ``history`` is events of each child beforehand."""

    children: int
    history: int
    rates: tuple[float, ...]
    seconds: float
    catch_up_events: int


def measure(settings: Settings, registry: Registry, run: str, what: Measured) -> QuixSpeed:
    """Measure beside the hub, which must be down. Raises NotPrepared, CalledProcessError."""
    interpreter = python()
    access = topics.provide(settings, _partitions(settings))
    path = latency.Path(
        events=topics.EVENTS,
        access=access,
        key_secret=settings.message_key_secret(PUBLISHER),
        alerts={agency: (name, access.for_confluent()) for agency, name in topics.ALERTS.items()},
        registry=registry,
    )
    load = Load(what.children, 3, f"{run}-quix")
    with _worker(settings, interpreter, access.password.get_secret_value()):
        events = what.children * what.history
        _through(path, load, first=-events, events=events)
        latencies = [
            latency.measure(path, load, first=(place + 1) * 10**6, rate=rate, seconds=what.seconds)
            for place, rate in enumerate(what.rates)
        ]
    catch_up.publish(path, load, first=10**7, events=what.catch_up_events)
    with path.listening() as listeners:
        with _worker(settings, interpreter, access.password.get_secret_value()):
            _await(listeners, what.catch_up_events)
        times = sorted(at for listener in listeners for _, at in listener.arrived)
    seconds = times[-1] - times[0]
    return QuixSpeed(
        latencies=latencies,
        catch_up_events=what.catch_up_events,
        catch_up_seconds=round(seconds, 2),
        catch_up_events_per_second=round(what.catch_up_events / seconds),
    )


def _through(path: latency.Path, load: Load, *, first: int, events: int) -> None:
    """Send events, and wait until those that alert have done so."""
    with path.listening() as listeners:
        catch_up.publish(path, load, first=first, events=events)
        _await(listeners, events)


def _await(listeners: list[Listener], events: int) -> None:
    wanted = events // ALERTS_EVERY * len(NETWORK)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (arrived := sum(len(each.arrived) for each in listeners)) < wanted:
        if time.monotonic() > deadline:
            raise NotPrepared(
                f"Quix Streams gave {arrived} of {wanted} notifications: see quix.log of the bench"
            )
        time.sleep(0.02)


@contextmanager
def _worker(settings: Settings, interpreter: Path, password: str) -> Iterator[None]:
    state = settings.state_dir.resolve()
    access = settings.kafka(topics.PROVISION_PRINCIPAL)
    says = {
        "broker": {
            "bootstrap_servers": access.bootstrap,
            "security_protocol": access.security_protocol,
            "sasl_mechanism": access.sasl_mechanism,
            "sasl_username": topics.PRINCIPAL,
            "sasl_password": password,
        },
        "group": topics.GROUP,
        "agency": PUBLISHER,
        "events": topics.EVENTS,
        "alerts": topics.ALERTS,
        "state_dir": str(state / "quix"),
        "agencies_file": str(settings.agencies_file.resolve()),
    }
    with (state / "quix.log").open("ab") as log:
        process = subprocess.Popen(
            [str(interpreter), "-m", "bench.quix.worker"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        if process.stdin is None:
            raise RuntimeError("the worker has no standard input")
        process.stdin.write(json.dumps(says).encode())
        process.stdin.close()
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _partitions(settings: Settings) -> int:
    plan = load_topics(load_agencies(settings.agencies_file))
    return plan.topic(events_topic(PUBLISHER)).partitions
