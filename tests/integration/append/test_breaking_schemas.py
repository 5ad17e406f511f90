"""Row 19: breaking changes to schemas are refused in CI, and live nothing is misread."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import urllib3

from kith.contract import contract
from kith.settings import Settings
from producers.preparing import Preparer
from projections.append.arrivals import Accepted, Fate, Record, Rejected, receive
from safeguarding.moments import implausible
from schemas.codec import CONFLUENT_MAGIC
from schemas.compatibility import Breach, check
from schemas.events import moment_from
from schemas.plain import read_event
from schemas.registry import load_registry
from tests.chaos.rows import Row
from tests.integration.append.hub import AppendHub
from tests.services.apicurio import Apicurio
from tests.unit.schemas.breaking import ANOTHER_MEANING, TEN_KINDS, Breaking
from tests.unit.schemas.events import incident_with

CONTRACT = load_registry()
INCIDENT = CONTRACT.event("custody-incident")
PLAIN = incident_with(reference="breaking")
DATUM = read_event(PLAIN, CONTRACT)[1]
CONSUMERS = {
    "rule custody-ligature",
    "the words of `kith timeline` (projections/queries/words)",
    "hub-timeline on agency.{agency}.events",
    "hub-backfill on agency.{agency}.backfill",
}


def _breaches(one: Breaking, folder: Path) -> list[Breach]:
    """What CI says of the contract so changed."""
    path = folder / one.kind / "events" / INCIDENT.type / "v1.avsc"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(one.schema(_whole(INCIDENT.source))))
    found = check(load_registry(folder / one.kind))
    return [each for each in found if each.schema == INCIDENT.name]


def _whole(source: object) -> dict[str, object]:
    """As a file, which names its namespace."""
    assert isinstance(source, dict)
    namespace, _, name = source["name"].rpartition(".")
    return {**source, "namespace": namespace, "name": name}


@pytest.mark.row(19, "breaking schema changes")
def test_each_kind_is_refused_by_the_check_and_quarantined_live(
    hub: AppendHub, apicurio: Apicurio, tmp_path: Path, row: Row
) -> None:
    """Fails without: consumers_of in check; by_fingerprint's refusal; obstacles in schema_ids."""
    kinds = [*TEN_KINDS, ANOTHER_MEANING]
    assert len(TEN_KINDS) == 10
    for one in kinds:
        breaches = _breaches(one, tmp_path)
        assert one.path in [each.path for each in breaches], one.kind
        for each in breaches:
            assert set(each.consumers) >= CONSUMERS, one.kind
            assert all(who in str(each) for who in CONSUMERS), one.kind

    records = [
        hub.topics.record("police", one.message(INCIDENT.source, DATUM)) for one in TEN_KINDS
    ]
    good = hub.topics.record("police", Preparer("police", bytes(16)).prepare(PLAIN).message)
    *fates, last = hub.append(*records, good)
    assert [(each.fate, each.reason) for each in fates] == [
        (Fate.QUARANTINED, "unknown-schema")
    ] * len(TEN_KINDS)
    assert last.fate is Fate.RECORDED

    apicurio.server.register(INCIDENT)
    reader = contract(Settings(schema_registry=apicurio.address))
    refused_by_registry = misread = 0
    for one in kinds:
        schema = one.schema(INCIDENT.source)
        refused_by_registry += _registered(apicurio, INCIDENT.name, schema) == 0
        number = _registered(apicurio, f"theirs.{one.kind.replace(' ', '-')}", schema)
        value = bytes([CONFLUENT_MAGIC]) + number.to_bytes(4) + one.body(INCIDENT.source, DATUM)
        inbound = receive(_record(value), reader, scenario=False)
        misread += not isinstance(inbound, Rejected)
        assert isinstance(inbound, Rejected), one.kind
        assert inbound.refusal.reason == "unknown-schema", one.kind
    row.note(
        kinds=len(kinds),
        refused_in_CI=len(kinds),
        refused_by_the_registry=refused_by_registry,
        quarantined=len(fates),
        misread=misread,
    )


def test_milliseconds_in_a_single_object_are_doubted_at_least() -> None:
    """Its fingerprint is that of the contract: the time of 1970 that comes of it is flagged."""
    read = receive(
        _record(ANOTHER_MEANING.message(INCIDENT.source, DATUM)), CONTRACT, scenario=False
    )
    assert isinstance(read, Accepted)
    occurred = moment_from(read.datum["event"]["occurred"])
    assert implausible(occurred, read.record.broker_at, timedelta(minutes=5))


def _record(value: bytes) -> Record:
    at = datetime(2024, 7, 3, 1, 42, tzinfo=UTC)
    return Record("agency.police.events", "police", 0, 0, value, at, backfilled=False)


def _registered(apicurio: Apicurio, subject: str, schema: object) -> int:
    """Register it under this subject; its id, 0 where the registry refuses it."""
    with urllib3.PoolManager(timeout=10.0) as pool:
        answer = pool.request(
            "POST",
            f"{apicurio.address}/subjects/{subject}/versions",
            body=json.dumps({"schema": json.dumps(schema)}).encode(),
            headers={"Content-Type": "application/vnd.schemaregistry.v1+json"},
        )
        number: int = json.loads(answer.data)["id"] if answer.status == 200 else 0
        return number
