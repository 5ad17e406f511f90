"""Making the children of the load known to the hub, with a network around each."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from bench.load import NETWORK, PUBLISHER, Load
from kith.wiring import Wiring
from producers.publisher import Publisher
from projections.append.arrivals import Grasp, Step
from safeguarding.case import Case
from safeguarding.commands import JoinNetwork
from safeguarding.facts import Recipient
from safeguarding.identifiers import Identifier
from safeguarding.ids import NAMESPACE
from safeguarding.ruleset import Context
from schemas.principals import agency_principal

PATIENCE_SECONDS = 120.0
_AT_ONCE = 200


class NotPrepared(RuntimeError):
    """The hub did not take the children in."""


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
    joins = [_join(child_id, who) for child_id in ids for who in NETWORK]
    for start in range(0, len(joins), _AT_ONCE):
        appending.append([], joins[start : start + _AT_ONCE])
    appending.close()
    return ids


def _known(wiring: Wiring, load: Load, children: int) -> list[UUID]:
    digests = [
        wiring.world.digest(Identifier("local", load.local_id(child), PUBLISHER))
        for child in range(children)
    ]
    deadline = time.monotonic() + PATIENCE_SECONDS
    with wiring.connect("kith-bench") as connection:
        while True:
            rows = connection.execute(
                "select child_id from derived.identifier where digest = any(%s::bytea[])",
                [digests],
            ).fetchall()
            if len(rows) == children:
                return [row[0] for row in rows]
            if time.monotonic() > deadline:
                raise NotPrepared(f"only {len(rows)} of {children} children are known")
            time.sleep(0.1)


def _join(child_id: UUID, who: Recipient) -> Step:
    def decide(case: Case, _: Grasp, context: Context) -> Any:
        return JoinNetwork(who, "bench", context.now).decide(case, context.now)

    return Step(uuid5(NAMESPACE, f"bench|{child_id}|{who}"), child_id, decide)


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
