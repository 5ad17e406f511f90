"""Both framings, with a real registry, a real broker and the clients that agencies have."""

import copy
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from kafka import KafkaProducer
from typer.testing import CliRunner

from kith.cli import app
from kith.contract import contract
from kith.settings import Settings
from producers.framing import contract_with
from producers.preparing import Preparer
from producers.publisher import Publisher
from projections.append.arrivals import Accepted, Fate, Record, Rejected, receive
from schemas.codec import CONFLUENT_MAGIC, MAGIC, decode
from schemas.plain import read_event
from schemas.registry import Registry, load_registry
from schemas.registry_server import RegistrationRefused, RegistryAccess
from schemas.topics import events_topic
from tests.integration.append.hub import AppendHub
from tests.services.apicurio import Apicurio
from tests.services.services import Services
from tests.unit.schemas.events import incident_with

SECRET = b"secret of 16 or more bytes"
TOPIC = events_topic("police")
CONTRACT = load_registry()
AT = datetime(2024, 7, 3, 1, 42, tzinfo=UTC)


@pytest.fixture(scope="module")
def registered(apicurio: Apicurio) -> Iterator[Apicurio]:
    """With the whole contract in it, by the command that operators use."""
    environment = {"KITH_SCHEMA_REGISTRY": apicurio.address}
    done = CliRunner().invoke(app, ["schemas", "register"], env=environment)
    assert done.exit_code == 0, done.output
    events = len(CONTRACT.family("events"))
    assert done.output == f"{events + 1} schemas are registered\n"
    again = CliRunner().invoke(app, ["schemas", "register"], env=environment)
    assert (again.exit_code, again.output) == (0, done.output)
    yield apicurio


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
        assert message is not None and message.error() is None
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
        read = AvroDeserializer(client)(value, SerializationContext(TOPIC, MessageField.VALUE))
    assert read == read_event(plain, CONTRACT)[1]


def test_the_hub_takes_one_event_once_in_whichever_framing(
    hub: AppendHub, registered: Apicurio, reader: Registry
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


def test_a_schema_that_is_not_of_the_contract_is_refused(
    apicurio: Apicurio, reader: Registry
) -> None:
    """Fails without: the fingerprint's look-up, and (the second) obstacles in _of_the_contract."""
    schema, datum = read_event(incident_with(reference="registry-own"), CONTRACT)
    added, other_time = copy.deepcopy(schema.source), copy.deepcopy(schema.source)
    added["name"] = "theirs.Incident"
    added["fields"].append({"name": "who", "type": "string"})
    _rename_time(other_time)
    for own in (added, other_time):
        with SchemaRegistryClient({"url": apicurio.address}) as client:
            subject = f"theirs-{len(json.dumps(own))}"
            serializer = AvroSerializer(
                client, json.dumps(own), conf={"subject.name.strategy": lambda *_: subject}
            )
            theirs = dict(datum, who="Alex Sample")
            value = serializer(theirs, SerializationContext(TOPIC, MessageField.VALUE))
        refused = receive(_record(value), reader, scenario=False)
        assert isinstance(refused, Rejected)
        assert refused.refusal.reason == "unknown-schema"
        assert "Alex" not in refused.refusal.detail


def _rename_time(schema: Any) -> None:
    """Another meaning of the same bytes, which no fingerprint shows."""
    if isinstance(schema, list):
        for each in schema:
            _rename_time(each)
    elif isinstance(schema, dict):
        if schema.get("logicalType") == "timestamp-micros":
            schema["logicalType"] = "timestamp-millis"
        for each in schema.values():
            _rename_time(each)


def test_the_registry_itself_takes_no_breaking_change(registered: Apicurio) -> None:
    """Fails without: the PUT of FULL_TRANSITIVE in register."""
    schema = CONTRACT.event("custody-incident")
    changed = copy.deepcopy(schema.source)
    changed["fields"].append({"name": "who", "type": "string"})
    broken = copy.copy(schema)
    object.__setattr__(broken, "source", changed)
    with pytest.raises(RegistrationRefused, match="who"):
        registered.server.register(broken)


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
