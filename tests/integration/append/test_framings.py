"""Both framings, with a real registry, a real broker and the clients that agencies have."""

import json
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from kafka import KafkaProducer
from typer.testing import CliRunner

from deploy.embedded.state import free_port
from kith.cli import app
from kith.contract import contract
from kith.settings import Settings
from processors.rebuilding.topics import BulkTopics
from producers.framing import contract_with
from producers.preparing import Preparer
from producers.publisher import Publisher
from projections.append.arrivals import Accepted, Fate, Record, receive
from schemas.agencies import load_agencies
from schemas.codec import CONFLUENT_MAGIC, MAGIC, decode
from schemas.plain import read_event
from schemas.registry import Registry, RegistryAway, load_registry
from schemas.registry_server import RegistrationRefused, RegistryAccess, RegistryServer
from schemas.topics import events_topic, load_topics
from tests.integration.append.hub import AppendHub
from tests.services.apicurio import Apicurio
from tests.services.hub import RunningHub
from tests.services.services import Services
from tests.services.web_hook import web_hook
from tests.unit.schemas.events import incident_with

SECRET = b"secret of 16 or more bytes"
TOPIC = events_topic("police")
CONTRACT = load_registry()
AT = datetime(2024, 7, 3, 1, 42, tzinfo=UTC)


@pytest.fixture(scope="module")
def registered(apicurio: Apicurio) -> Apicurio:
    """With the whole contract in it, by the command that operators use."""
    environment = {"KITH_SCHEMA_REGISTRY": apicurio.address}
    done = CliRunner().invoke(app, ["schemas", "register"], env=environment)
    assert done.exit_code == 0, done.output
    both = [*CONTRACT.family("events"), *CONTRACT.family("notifications")]
    assert done.output == f"{len(both)} schemas are registered\n"
    again = CliRunner().invoke(app, ["schemas", "register"], env=environment)
    assert (again.exit_code, again.output) == (0, done.output)
    return apicurio


@pytest.fixture
def reader(registered: Apicurio) -> Registry:
    """The contract as a process of the hub reads it."""
    return contract(Settings(schema_registry=registered.address))


def _by_confluents_serializer(address: str, plain: dict[str, Any]) -> bytes:
    schema, datum = read_event(plain, CONTRACT)
    with SchemaRegistryClient({"url": address}) as client:
        serializer = AvroSerializer(
            client,
            json.dumps(schema.source),
            conf={"auto.register.schemas": False, "subject.name.strategy.type": "RECORD"},
        )
        return bytes(serializer(datum, SerializationContext(TOPIC, MessageField.VALUE)))


def _record(value: bytes, offset: int = 0) -> Record:
    return Record(TOPIC, "police", 0, offset, value, AT, backfilled=False)


def _published(services: Services, partition: int, offset: int) -> bytes:
    access = services.access("hub-timeline").for_confluent()
    with closing(Consumer({**access, "group.id": "kith.timeline-live.test"})) as consumer:
        consumer.assign([TopicPartition(TOPIC, partition, offset)])
        message = consumer.poll(20)
        assert message is not None
        assert message.error() is None
        return bytes(message.value())


def _by_confluent(services: Services, registered: Apicurio, plain: dict[str, Any]) -> bytes:
    """Written as an agency would that has only Confluent's client and its serializer."""
    value = _by_confluents_serializer(registered.address, plain)
    there: list[Any] = []
    producer = Producer({**services.access("agency-police").for_confluent(), "acks": "all"})
    producer.produce(TOPIC, value, partition=0, on_delivery=lambda _, got: there.append(got))
    producer.flush(20)
    (got,) = there
    assert got.error() is None
    return _published(services, got.partition(), got.offset())


def _by_our_library(services: Services, registered: Apicurio, plain: dict[str, Any]) -> bytes:
    """Written with the producer library, whose client is kafka-python."""
    registry = contract_with(RegistryAccess(registered.address))
    access = services.access("agency-police")
    with Publisher("police", access, key_secret=SECRET, registry=registry) as publisher:
        receipt = publisher.publish(plain)
    return _published(services, receipt.partition, receipt.offset)


def _by_kafka_python(services: Services, registered: Apicurio, plain: dict[str, Any]) -> bytes:
    """Confluent's serializer over kafka-python."""
    value = _by_confluents_serializer(registered.address, plain)
    access = services.access("agency-police").for_kafka_python()
    with closing(KafkaProducer(**access, acks="all", allow_auto_create_topics=False)) as producer:
        got = producer.send(TOPIC, value, partition=0).get(timeout=20)
    return _published(services, got.partition, got.offset)


@pytest.mark.parametrize("write", [_by_confluent, _by_our_library, _by_kafka_python])
def test_an_event_in_confluents_format_is_the_same_event(
    services: Services, registered: Apicurio, reader: Registry, write: Any
) -> None:
    """Fails without: body_of's two lengths of header (another content), as_single_object."""
    plain = incident_with(reference=f"registry-{write.__name__}")
    single = Preparer("police", SECRET).prepare(plain).message
    value = write(services, registered, plain)
    assert value[0] == CONFLUENT_MAGIC
    assert value[5:] == single[10:]
    ours = receive(_record(single), CONTRACT, scenario=False)
    theirs = receive(_record(value), reader, scenario=False)
    assert isinstance(ours, Accepted), ours
    assert isinstance(theirs, Accepted), theirs
    assert theirs == ours  # Also the bytes that go into the log: those need no registry.
    assert theirs.record.value == single


def test_confluents_client_reads_what_our_library_writes(registered: Apicurio) -> None:
    plain = incident_with(reference="registry-read")
    registry = contract_with(RegistryAccess(registered.address))
    value = Preparer("police", SECRET, registry).prepare(plain).message
    with SchemaRegistryClient({"url": registered.address}) as client:
        # By the record's name, or it asks Apicurio for "associations", which that has not, and
        # was once seen to wait for the answer without end.
        read = AvroDeserializer(client, conf={"subject.name.strategy.type": "RECORD"})(
            value, SerializationContext(TOPIC, MessageField.VALUE)
        )
    assert read == read_event(plain, CONTRACT)[1]


def test_a_running_hub_takes_both_framings_and_answers_with_cloud_events(
    running_hub: RunningHub, registered: Apicurio
) -> None:
    """Fails without: contract() in wire (all in Confluent's format is quarantined)."""
    services = running_hub.hub.services
    running_hub.start("timeline", "relay", KITH_SCHEMA_REGISTRY=registered.address)
    now = datetime.now(UTC).isoformat()
    plains = [incident_with(reference=f"live-{n}", occurred=now, known=now) for n in range(3)]
    for n, plain in enumerate(plains):
        plain["event"]["event_id"] = str(UUID(int=n + 1))
        plain["custody_record"] = f"CR/{n}"
    _by_confluent(services, registered, plains[0])
    _by_our_library(services, registered, plains[1])
    with Publisher("police", services.access("agency-police"), key_secret=SECRET) as publisher:
        publisher.publish_many(plains)
    with psycopg.connect(running_hub.hub.dsn("owner"), autocommit=True) as connection:

        def count(table: str) -> int:
            return int(connection.execute(f"select count(*) from kept.{table}").fetchone()[0])  # type: ignore[index]

        deadline = time.monotonic() + 20
        while count("recorded") < 3 and time.monotonic() < deadline:
            time.sleep(0.1)
        running_hub.tend(1.0)
        assert (count("recorded"), count("quarantine")) == (3, 0), running_hub.log("timeline")
    told = _told(running_hub)
    assert told
    for headers in told:
        assert headers["ce_specversion"] == b"1.0"
        assert headers["ce_source"] == b"urn:kith:hub"
        assert headers["ce_type"] == b"notification.v1"
        assert headers["content-type"] == b"application/avro"
        assert headers.keys() >= {"ce_id", "ce_time"}


def _told(hub: RunningHub) -> list[dict[str, bytes]]:
    """The headers of all notifications."""
    topics = BulkTopics(hub.hub.settings.kafka("hub-operator").for_confluent())
    found: list[dict[str, bytes]] = []
    for topic in load_topics(load_agencies(hub.hub.agencies_file)).family("agency-alerts"):
        reach = topics.reach(topic.name, 0)
        for batch in topics.read(topic.name, 0, reach.low, reach.high):
            found += [dict(message.headers()) for message in batch]
    topics.close()
    return found


def test_the_hub_takes_one_event_once_in_whichever_framing(
    hub: AppendHub, reader: Registry
) -> None:
    """Fails without: body_of in content_of (the second is a conflict and is quarantined)."""
    plain = incident_with(reference="registry-once")
    single = Preparer("police", SECRET).prepare(plain).message
    value = Preparer("police", SECRET, reader).prepare(plain).message
    assert (single[:2], value[0]) == (MAGIC, CONFLUENT_MAGIC)
    first, second, other = hub.appending().append(
        [
            receive(_record(value, 0), reader, scenario=False),
            receive(_record(single, 1), CONTRACT, scenario=False),
            receive(_record(value[:4] + b"\xee" + value[5:], 2), reader, scenario=False),
        ]
    )
    assert [first.fate, second.fate] == [Fate.RECORDED, Fate.DUPLICATE]
    assert (other.fate, other.reason) == (Fate.QUARANTINED, "unknown-schema")


def test_the_registry_itself_takes_no_breaking_change(registered: Apicurio) -> None:
    """Fails without: the PUT of FULL_TRANSITIVE in register."""
    schema = CONTRACT.event("custody-incident")
    who = {"name": "who", "type": "string"}
    changed = {**schema.source, "fields": [*schema.source["fields"], who]}
    with pytest.raises(RegistrationRefused, match="who"):
        registered.server.register(replace(schema, source=changed))


def test_all_of_the_contract_is_found_by_its_ids(registered: Apicurio, reader: Registry) -> None:
    assert reader.ids is not None
    for schema in CONTRACT.family("events"):
        number = registered.server.id_of(schema)
        assert reader.ids.schema_of(number) is CONTRACT.by_fingerprint(schema.fingerprint)
        assert reader.ids.id_of(schema) == number


def test_without_a_registry_the_hub_says_what_to_set(registered: Apicurio) -> None:
    value = Preparer("police", SECRET, contract_with(RegistryAccess(registered.address))).prepare(
        incident_with(reference="registry-none")
    )
    with pytest.raises(Exception, match="KITH_SCHEMA_REGISTRY"):
        decode(value.message, CONTRACT)


def test_an_address_without_a_registry_is_a_registry_that_is_away() -> None:
    """Whatever answers there: an id is never taken for unknown on the word of another server."""
    access = RegistryAccess(f"http://user:s3cret@127.0.0.1:{free_port()}", login="user:s3cret")
    assert "s3cret" not in repr(access)
    with web_hook() as other:
        for address in (access, RegistryAccess(other.address)):
            with pytest.raises(RegistryAway) as away:
                RegistryServer(address).schema(1)
            assert "s3cret" not in str(away.value)
