"""Who may do what on the broker, tried as each principal."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import kafka
import pytest
from kafka import KafkaProducer
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ConfigResource,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)
from kafka.errors import (
    ClusterAuthorizationFailedError,
    CoordinatorNotAvailableError,
    GroupAuthorizationFailedError,
    KafkaTimeoutError,
    TopicAuthorizationFailedError,
)
from kafka.protocol.consumer import FetchRequest
from kafka.structs import OffsetAndMetadata

from tests.services.services import Services

TIMEOUT_SECONDS = 10
MAX_BYTES = 1_000_000
ATTEMPTS = 50


@contextmanager
def producer(services: Services, principal: str) -> Iterator[KafkaProducer]:
    made = KafkaProducer(
        **services.access(principal).for_kafka_python(),
        enable_idempotence=False,  # Else a principal that may write nothing fails even earlier.
        max_block_ms=TIMEOUT_SECONDS * 1000,
        request_timeout_ms=TIMEOUT_SECONDS * 1000,
        delivery_timeout_ms=TIMEOUT_SECONDS * 1000,
    )
    try:
        yield made
    finally:
        made.close(timeout=1)


def write(services: Services, principal: str, topic: str, value: bytes = b"x") -> int:
    """Write one record; return its offset."""
    with producer(services, principal) as open_producer:
        future = open_producer.send(topic, value, partition=0)
        offset: int = future.get(TIMEOUT_SECONDS).offset
        return offset


def read(services: Services, principal: str, topic: str, offset: int = 0) -> bytes:
    """Fetch from an offset of partition 0; return the raw records. Raises KafkaError if refused.

    The request is made by hand, since the consumers of kafka-python and aiokafka return nothing
    where they are refused.
    """
    partition = FetchRequest.FetchTopic.FetchPartition(
        partition=0,
        current_leader_epoch=-1,
        fetch_offset=offset,
        log_start_offset=-1,
        partition_max_bytes=MAX_BYTES,
    )
    request = FetchRequest(
        max_wait_ms=100,
        min_bytes=0,
        max_bytes=MAX_BYTES,
        isolation_level=0,
        session_id=0,
        session_epoch=-1,
        topics=[FetchRequest.FetchTopic(topic=topic, partitions=[partition])],
        forgotten_topics_data=[],
        rack_id="",
        max_version=11,  # Later versions name topics by their id.
    )
    with admin(services, principal) as client:
        answer = client._manager.run(client._manager.send, request).responses[0].partitions[0]
    if answer.error_code:
        raise kafka.errors.for_code(answer.error_code)
    return bytes(answer.records)


def commit(services: Services, principal: str, group: str, topic: str) -> None:
    """Commit a position as a group. Raises KafkaError if the broker refuses."""
    position = {kafka.TopicPartition(topic, 0): OffsetAndMetadata(0, "", -1)}
    with admin(services, principal) as client:
        for _ in range(ATTEMPTS):  # The first group of all waits for the offsets topic.
            try:
                done = client.alter_group_offsets(group, position)
                break
            except CoordinatorNotAvailableError:
                time.sleep(0.2)
        else:
            pytest.fail("the broker has no coordinator")
    for error in done.values():
        if error.errno:
            raise error


@pytest.mark.parametrize("topic", ["agency.police.events", "agency.police.backfill"])
def test_an_agency_writes_its_own_topics(services: Services, topic: str) -> None:
    assert write(services, "agency-police", topic) >= 0


@pytest.mark.parametrize(
    ("principal", "topic"),
    [
        ("agency-police", "agency.camhs.events"),
        ("agency-police", "agency.camhs.backfill"),
        ("agency-police", "agency.police.alerts"),
        ("agency-police", "kith.timeline"),
        ("hub-timeline", "agency.police.events"),
        ("hub-timeline", "kith.timeline"),
        ("hub-backfill", "agency.police.backfill"),
        ("hub-clock", "agency.police.events"),
        ("hub-clock", "kith.timeline"),
        ("hub-watch", "kith.timeline"),
        ("hub-watch", "agency.police.alerts"),
        ("hub-watch", "agency.police.events"),
        ("hub-relay", "agency.police.events"),
        ("hub-rebuild", "kith.timeline"),
        ("hub-rebuild", "agency.police.alerts"),
        ("hub-rebuild", "agency.police.events"),
        ("hub-operator", "kith.timeline"),
        ("hub-operator", "agency.police.events"),
        ("hub-provision", "agency.police.events"),
        ("hub-provision", "kith.timeline"),
    ],
)
def test_no_one_writes_what_is_not_theirs(services: Services, principal: str, topic: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        write(services, principal, topic)


@pytest.mark.parametrize(
    ("principal", "topic"),
    [("hub-relay", "kith.timeline"), ("hub-relay", "agency.police.alerts")],
)
def test_the_relay_writes_log_and_alerts(services: Services, principal: str, topic: str) -> None:
    assert write(services, principal, topic) >= 0


@pytest.mark.parametrize(
    ("principal", "topic", "writer"),
    [
        ("agency-police", "agency.police.alerts", "hub-relay"),
        ("hub-timeline", "agency.police.events", "agency-police"),
        ("hub-backfill", "agency.police.backfill", "agency-police"),
        ("hub-rebuild", "kith.timeline", "hub-relay"),
        ("hub-relay", "kith.timeline", "hub-relay"),
        ("hub-operator", "kith.timeline", "hub-relay"),
    ],
)
def test_who_should_read_can(services: Services, principal: str, topic: str, writer: str) -> None:
    value = uuid4().bytes
    offset = write(services, writer, topic, value)
    assert value in read(services, principal, topic, offset)


@pytest.mark.parametrize(
    ("principal", "topic"),
    [
        ("agency-police", "agency.camhs.alerts"),
        ("agency-police", "agency.camhs.events"),
        ("agency-police", "agency.police.events"),
        ("agency-police", "kith.timeline"),
        ("hub-timeline", "agency.police.backfill"),
        ("hub-timeline", "agency.police.alerts"),
        ("hub-clock", "agency.police.events"),
        ("hub-watch", "agency.police.events"),
        ("hub-rebuild", "agency.police.events"),
        ("hub-rebuild", "agency.police.alerts"),
        ("hub-provision", "kith.timeline"),
    ],
)
def test_no_one_reads_what_is_not_for_them(services: Services, principal: str, topic: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        read(services, principal, topic)


def test_an_agency_uses_groups_of_its_own_name_only(services: Services) -> None:
    topic = "agency.police.alerts"
    commit(services, "agency-police", f"agency-police.{uuid4()}", topic)
    for other in ("agency-camhs.desk", "kith.timeline", "desk"):
        with pytest.raises(GroupAuthorizationFailedError):
            commit(services, "agency-police", other, topic)


def test_an_agency_sees_no_topic_but_its_own(services: Services) -> None:
    with admin(services, "agency-police") as client:
        assert set(client.list_topics()) == {
            "agency.police.events",
            "agency.police.backfill",
            "agency.police.alerts",
        }


@contextmanager
def admin(services: Services, principal: str, **more: Any) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(
        **(services.access(principal).for_kafka_python() | more), request_timeout_ms=10_000
    )
    try:
        yield client
    finally:
        client.close()


def make_a_topic(client: KafkaAdminClient) -> None:
    client.create_topics({"agency.police.extra": {"num_partitions": 1}})


def delete_a_topic(client: KafkaAdminClient) -> None:
    client.delete_topics(["agency.police.events"])


def change_a_topic(client: KafkaAdminClient) -> None:
    shorter = ConfigResource("topic", "agency.police.events", {"retention.ms": "1000"})
    result = client.alter_configs([shorter], raise_on_unknown=False)
    raise_if_refused(result["topic"]["agency.police.events"])


def change_a_password(client: KafkaAdminClient) -> None:
    wanted = UserScramCredentialUpsertion("agency-camhs", "SCRAM-SHA-512", "chosen")
    raise_if_refused(client.alter_user_scram_credentials([wanted])["agency-camhs"])


def give_a_permission(client: KafkaAdminClient) -> None:
    pattern = ResourcePattern(ResourceType.TOPIC, "kith.timeline")
    wanted = ACL("User:agency-police", "*", ACLOperation.READ, ACLPermissionType.ALLOW, pattern)
    for refusal in client.create_acls([wanted])["failed"]:
        raise refusal


def raise_if_refused(answer: str | None) -> None:
    if answer not in (None, "OK"):
        raise ClusterAuthorizationFailedError(answer)


@pytest.mark.parametrize(
    "principal",
    [
        "agency-police",
        "hub-timeline",
        "hub-backfill",
        "hub-relay",
        "hub-clock",
        "hub-watch",
        "hub-rebuild",
        "hub-operator",
    ],
)
@pytest.mark.parametrize(
    "attempt",
    [make_a_topic, delete_a_topic, change_a_topic, change_a_password, give_a_permission],
)
def test_only_the_provisioner_changes_the_broker(
    services: Services, principal: str, attempt: Callable[[KafkaAdminClient], None]
) -> None:
    with (
        admin(services, principal) as client,
        pytest.raises((TopicAuthorizationFailedError, ClusterAuthorizationFailedError)),
    ):
        attempt(client)


def test_the_provisioner_cannot_delete_a_topic(services: Services) -> None:
    """No super-user: a permission that the files do not give is refused to everybody."""
    with (
        admin(services, "hub-provision") as client,
        pytest.raises(TopicAuthorizationFailedError),
    ):
        delete_a_topic(client)


def test_a_wrong_password_is_refused(services: Services) -> None:
    """kafka-python tries again until its time is up, and then says only that."""
    soon = {"bootstrap_timeout_ms": 2000}
    with (
        pytest.raises(KafkaTimeoutError),
        admin(services, "agency-police", sasl_plain_password="not it", **soon),
    ):
        pass
    with admin(services, "agency-police", **soon) as client:
        assert client.list_topics() != []
