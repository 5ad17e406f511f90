"""Row 6: poison in twelve kinds. All of it is quarantined and nothing else stops."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from confluent_kafka import Producer

from bench.load import PUBLISHER
from producers.preparing import Preparer
from schemas.codec import encode
from schemas.plain import read_event
from schemas.principals import agency_principal
from schemas.registry import load_registry
from schemas.topics import events_topic
from tests.chaos.hub_under_load import HubUnderLoad
from tests.chaos.rows import Row
from tests.services.hub import RunningHub

GOOD_WITHIN_SECONDS = 5.0

Spoil = Callable[[bytes, random.Random], bytes | None]
REGISTRY = load_registry()


def _torn(message: bytes, chance: random.Random) -> bytes:
    return message[: chance.randrange(12, len(message) - 1)]


def _unknown_schema(message: bytes, chance: random.Random) -> bytes:
    return message[:2] + chance.randbytes(8) + message[10:]


def _of_the_hub(_: bytes, chance: random.Random) -> bytes:
    """A fact, which only the hub states."""
    fact = {"agency": "police", "reference": f"{chance.random()}", "fields": []}
    return encode(REGISTRY.fact("time-flagged"), fact)


def _changed(**header: Any) -> Spoil:
    """A well-formed event that lacks, or contradicts, what it must have."""

    def spoil(_: bytes, chance: random.Random) -> bytes:
        plain = _plain(f"poison-{chance.random()}")
        plain["event"] |= {"event_id": f"{chance.getrandbits(128):032x}", **header}
        schema, datum = read_event(plain, REGISTRY)
        return encode(schema, datum)

    return spoil


POISON: dict[str, Spoil] = {
    "empty": lambda _, __: b"",
    "tombstone": lambda _, __: None,
    "random bytes": lambda _, chance: chance.randbytes(200),
    "json": lambda _, __: b'{"type": "custody-incident"}',
    "magic alone": lambda message, _: message[:2],
    "torn": _torn,
    "trailing bytes": lambda message, chance: message + chance.randbytes(7),
    "unknown schema": _unknown_schema,
    "a fact of the hub": _of_the_hub,
    "another agency": _changed(agency="social-care"),
    "no identifier": _changed(subject={"identifiers": []}),
    "version without correction": _changed(version=7),
}


def _plain(reference: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {
        "type": "review",
        "schema": 1,
        "event": {
            "agency": PUBLISHER,
            "reference": reference,
            "version": 1,
            "occurred": now,
            "known": now,
            "statement": "fact",
            "subject": {"identifiers": [{"scheme": "local", "value": "P-1"}]},
            "basis": "public_task",
            "purpose": "safeguarding",
        },
        "kind": "looked_after",
    }


@pytest.mark.row(6, "poison in twelve kinds")
@pytest.mark.timeout(180)
def test_poison_is_quarantined_and_the_next_good_one_goes_through(
    running_hub: RunningHub, row: Row
) -> None:
    """Fails without: what ``receive`` catches, for the worker ends at the first of it."""
    of_each_kind = row.of(ci=10, long=50)
    assert len(POISON) == 12
    chance = random.Random(6)  # noqa: S311 - the same poison each time.
    settings = running_hub.hub.settings
    running_hub.start("timeline", "relay")
    hub = HubUnderLoad(settings, children=5, seed=6)
    hub.prepare()
    known = hub.recorded()
    # Past the producer library, which would refuse all of it, but as the agency itself.
    access = settings.kafka(agency_principal(PUBLISHER)).for_confluent()
    producer = Producer({**access, "acks": "all", "linger.ms": 0})
    preparer = Preparer(PUBLISHER, os.urandom(32))
    good = 0
    for _ in range(of_each_kind):
        for spoil in POISON.values():
            message = preparer.prepare(_plain(f"good-{good}")).message
            good += 1
            producer.produce(events_topic(PUBLISHER), message, partition=0)
            producer.produce(events_topic(PUBLISHER), spoil(message, chance), partition=0)
    last = hub.load.event(0, datetime.now(UTC))
    hub.oracle.add(last)
    prepared = Preparer(PUBLISHER, os.urandom(32)).prepare(last.plain)
    producer.produce(events_topic(PUBLISHER), prepared.message, partition=0)
    producer.flush(30)
    sent_at = time.monotonic()
    hub.wait_recorded(known + good + 1, GOOD_WITHIN_SECONDS)
    assert time.monotonic() - sent_at < GOOD_WITHIN_SECONDS
    hub.wait_drained()
    hub.assert_nothing_lost_or_doubled()
    with psycopg.connect(settings.dsn("reader")) as connection:
        reasons = Counter(
            row[0] for row in connection.execute("select reason from kept.quarantine").fetchall()
        )
        paged = connection.execute(
            "select count(*) from kept.page where reason like 'quarantined%'"
        ).fetchone()
    assert reasons.total() == of_each_kind * len(POISON)
    assert paged == (of_each_kind * len(POISON),)
    # The log names reasons and places, and holds nothing of what the records said.
    assert "P-1" not in running_hub.log("timeline")
    assert set(reasons) == {
        "empty",
        "bad-magic",
        "truncated",
        "trailing-bytes",
        "unknown-schema",
        "not-an-event",
        "another-agency",
        "invalid",
    }
    row.note(kinds=len(POISON), of_each_kind=of_each_kind, quarantined=reasons.total())
