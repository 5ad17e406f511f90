import logging
from typing import Any, ClassVar

import pytest
from kafka.errors import (
    InvalidTopicError,
    KafkaTimeoutError,
    RequestTimedOutError,
    TopicAuthorizationFailedError,
    UnsupportedVersionError,
)

import producers.connection
from producers.access import BrokerAccess
from producers.connection import BrokerUnavailable
from producers.preparing import InvalidEvent, partition_for
from producers.publisher import NotPublished, Publisher
from tests.unit.schemas.events import incident

ACCESS = BrokerAccess("broker:9092", "agency-police", "a password", ca_file="ca.pem")
SECRET = b"secret of 16 or more bytes"


class Future:
    def __init__(self, outcome: Any) -> None:
        self._outcome = outcome

    def get(self, timeout: float) -> Any:
        assert timeout >= 0
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


class Broker:
    """Stands in for kafka-python's producer; the contract tests use the real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.configs: dict[str, Any] = {}
        self.records: list[dict[str, Any]] = []
        self.connecting: Exception | None = None
        self.topic_error: Exception | None = None
        self.outcomes: list[Exception | None] = []
        self.partitions = {0, 1, 2, 3}
        self.made = 0
        self.closed = False
        self.answers = False
        monkeypatch.setattr(producers.connection, "Connection", self)
        monkeypatch.setattr(producers.connection, "_answers", lambda _: self.answers)

    DEFAULT_CONFIG: ClassVar = {"kafka_client": object}

    def __call__(self, **configs: Any) -> "Broker":
        self.configs = configs
        self.made += 1
        if self.connecting:
            raise self.connecting
        return self

    def partitions_for(self, topic: str) -> set[int]:
        assert topic.startswith("agency.police.")
        if self.topic_error:
            raise self.topic_error
        return self.partitions

    def send(self, topic: str, **record: Any) -> Future:
        self.records.append({"topic": topic, **record})
        failure = self.outcomes.pop(0) if self.outcomes else None
        offset = len(self.records) - 1
        return Future(failure or _Metadata(topic, record["partition"], offset))

    def close(self, timeout: float) -> None:
        assert timeout >= 0
        self.closed = True


class _Metadata:
    def __init__(self, topic: str, partition: int, offset: int) -> None:
        self.topic, self.partition, self.offset = topic, partition, offset


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    return Broker(monkeypatch)


def _publisher(**options: Any) -> Publisher:
    return Publisher("police", ACCESS, key_secret=SECRET, **options)


def _event(reference: str) -> dict[str, Any]:
    plain = incident()
    plain["event"]["reference"] = reference
    del plain["event"]["event_id"]
    return plain


def test_a_receipt_says_where_the_event_is(broker: Broker) -> None:
    with _publisher() as publisher:
        receipt = publisher.publish(incident())
    (record,) = broker.records
    assert (receipt.topic, receipt.offset) == ("agency.police.events", 0)
    assert receipt.partition == record["partition"] == partition_for(record["key"], 4)
    assert dict(record["headers"])["ce_type"] == b"custody-incident.v1"
    assert broker.closed


def test_delivery_is_idempotent_and_on_all_replicas_without_waiting_for_more(
    broker: Broker,
) -> None:
    with _publisher(wait_seconds=7, delivery_timeout_seconds=20):
        pass
    expected = {
        "acks": "all",
        "enable_idempotence": True,
        "linger_ms": 0,
        "allow_auto_create_topics": False,
        "bootstrap_timeout_ms": 7000,
        "max_block_ms": 7000,
        "delivery_timeout_ms": 20_000,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "agency-police",
        "bootstrap_servers": ["broker:9092"],
        "ssl_cafile": "ca.pem",
    }
    assert expected.items() <= broker.configs.items()


@pytest.mark.usefixtures("broker")
def test_history_goes_to_its_own_topic() -> None:
    with _publisher(backfill=True) as publisher:
        assert publisher.publish(incident()).topic == "agency.police.backfill"


def test_nothing_is_sent_of_an_invalid_event_or_of_any_with_it(broker: Broker) -> None:
    with _publisher() as publisher:
        with pytest.raises(InvalidEvent):
            publisher.publish(incident(kind="x"))
        with pytest.raises(InvalidEvent):
            publisher.publish_many([_event("A"), incident(kind="x")])
        assert broker.records == []
        assert len(publisher.publish_many([_event("A"), _event("B")])) == 2


def test_an_event_that_is_not_confirmed_is_named(broker: Broker) -> None:
    broker.outcomes = [None, RequestTimedOutError("Alex"), None]
    with _publisher() as publisher:
        sent = [publisher.send(publisher.prepare(_event(name))) for name in "ABC"]
        with pytest.raises(NotPublished, match="1 events were not confirmed") as lost:
            publisher.flush()
        assert lost.value.event_ids == (sent[1].prepared.event_id,)
        assert "RequestTimedOutError" in str(lost.value)
        assert "Alex" not in str(lost.value)
        assert publisher.flush() == []
        broker.outcomes = [KafkaTimeoutError()]
        with pytest.raises(NotPublished):
            publisher.publish(_event("D"))


def test_what_was_not_confirmed_goes_through_a_new_connection(broker: Broker) -> None:
    """Fails without: `_begin_anew`. One may be stuck for good when its broker lost records."""
    broker.outcomes = [KafkaTimeoutError(), None]
    with _publisher() as publisher:
        with pytest.raises(NotPublished):
            publisher.publish(_event("A"))
        assert broker.closed
        assert publisher.publish(_event("A")).offset == 1
        assert broker.made == 2
        assert publisher.publish(_event("B")).offset == 2
        assert broker.made == 2


def test_a_stuck_connection_is_waited_for_once_and_not_for_each_event(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: one deadline for all."""
    now = [1000.0]

    def wait_in_vain(_: Future, timeout: float) -> Any:
        now[0] += timeout
        raise KafkaTimeoutError

    monkeypatch.setattr(Future, "get", wait_in_vain)
    with _publisher(delivery_timeout_seconds=20, clock=lambda: now[0]) as publisher:
        for name in "ABC":
            publisher.send(publisher.prepare(_event(name)))
        with pytest.raises(NotPublished, match="3 events"):
            publisher.flush()
    assert now[0] - 1000 == 25
    assert broker.closed


def test_leaving_the_block_waits_for_what_is_on_its_way(broker: Broker) -> None:
    broker.outcomes = [RequestTimedOutError()]
    with pytest.raises(NotPublished), _publisher() as publisher:
        publisher.send(publisher.prepare(incident()))
    assert broker.closed


def test_an_error_in_the_block_is_not_hidden_by_another(broker: Broker) -> None:
    broker.outcomes = [RequestTimedOutError()]
    with pytest.raises(InvalidEvent), _publisher() as publisher:  # noqa: PT012
        publisher.send(publisher.prepare(incident()))
        publisher.prepare({})
    assert broker.closed


@pytest.mark.parametrize(
    ("connecting", "answers", "topic_error", "says"),
    [
        (KafkaTimeoutError(), False, None, "nothing answers at broker:9092: is the broker up"),
        (KafkaTimeoutError(), True, None, "does not let agency-police in: check its password"),
        (UnsupportedVersionError(), True, None, "cannot be used: UnsupportedVersionError"),
        (None, True, TopicAuthorizationFailedError(), "may not write to agency.police.events"),
        (None, True, KafkaTimeoutError(), "there is no topic agency.police.events: has the hub"),
        (None, True, InvalidTopicError(), "agency.police.events cannot be used: InvalidTopic"),
    ],
)
def test_says_what_to_do_when_the_broker_cannot_be_used(
    broker: Broker,
    connecting: Exception | None,
    answers: bool,
    topic_error: Exception | None,
    says: str,
) -> None:
    broker.connecting, broker.answers, broker.topic_error = connecting, answers, topic_error
    with pytest.raises(BrokerUnavailable, match=says) as refused, _publisher():
        pass
    assert "a password" not in str(refused.value)
    assert broker.closed == (connecting is None)


def test_sending_outside_the_block_says_so() -> None:
    publisher = _publisher()
    with pytest.raises(BrokerUnavailable, match="`with` block"):
        publisher.send(publisher.prepare(incident()))


def test_a_topic_that_got_more_partitions_is_used_as_it_is_now(broker: Broker) -> None:
    with _publisher() as publisher:
        publisher.publish(incident())
        broker.partitions = {0}
        assert publisher.publish(incident()).partition == 0


@pytest.mark.usefixtures("broker")
def test_the_client_cannot_log_records() -> None:
    """At DEBUG kafka-python writes whole records to the log."""
    kafka_log = logging.getLogger("kafka")
    before = kafka_log.level
    kafka_log.setLevel(logging.DEBUG)
    try:
        with _publisher():
            assert kafka_log.getEffectiveLevel() >= logging.INFO
    finally:
        kafka_log.setLevel(before)


def test_a_password_is_in_no_text() -> None:
    assert "a password" not in repr(ACCESS)
