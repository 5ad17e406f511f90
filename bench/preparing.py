"""Making the children of the load known to the hub, and waiting until it has done its work."""

import time
from datetime import UTC, datetime
from uuid import UUID

from bench.load import NETWORK, PUBLISHER, Load
from bench.writing import join, known
from kith.wiring import Wiring
from producers.publisher import Publisher
from schemas.principals import agency_principal

_AT_ONCE = 200
PATIENCE_SECONDS = 120.0


class NotPrepared(RuntimeError):
    """The hub did not do in time what a measurement needs."""


def introduce(wiring: Wiring, load: Load, children: int) -> list[UUID]:
    """Publish one event for each child, wait until all are known, and let the network join."""
    settings = wiring.settings
    access = settings.kafka(agency_principal(PUBLISHER))
    secret = settings.message_key_secret(PUBLISHER)
    with Publisher(PUBLISHER, access, key_secret=secret) as publisher:
        for event in load.introductions(datetime.now(UTC)):
            publisher.send(publisher.prepare(event.plain))
        publisher.flush()
    ids = _known(wiring, load, children)
    appending = wiring.appending("kith-bench", patience_seconds=30)
    joins = [join(child_id, who) for child_id in ids for who in NETWORK]
    for start in range(0, len(joins), _AT_ONCE):
        appending.append([], joins[start : start + _AT_ONCE])
    appending.close()
    return ids


def _known(wiring: Wiring, load: Load, children: int) -> list[UUID]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(ids := known(wiring, load, range(children))) < children:
        if time.monotonic() > deadline:
            raise NotPrepared(f"only {len(ids)} of {children} children are known")
        time.sleep(0.1)
    return ids


def drained(wiring: Wiring, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until everything was sent. Raises NotPrepared."""
    deadline = time.monotonic() + patience_seconds
    with wiring.connect("kith-bench") as connection:
        while True:
            row = connection.execute(
                "select (select count(*) from kept.outbox_entry) "
                "+ (select count(*) from kept.outbox_notification)"
            ).fetchone()
            if row is not None and row[0] == 0:
                return
            if time.monotonic() > deadline:
                raise NotPrepared("the outbox was not emptied in time")
            time.sleep(0.1)
