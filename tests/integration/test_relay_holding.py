"""One agency's topic, or one destroyed key, keeps nobody else waiting."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from confluent_kafka import Producer
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
)

from processors.relay.sending import Outgoing, Sender, producer_config
from schemas.topics import alerts_topic
from tests.integration.restored import RestoredHub
from tests.services.services import FreshHub
from tests.unit.rules.said import LONDON, Said, incident

NOW = f"{datetime.now(LONDON) - timedelta(minutes=10):%Y-%m-%d %H:%M}"


def ligature(number: int) -> Said:
    return incident("ligature", NOW, record=f"CR-{number}", reference=f"I-{number}")


@pytest.fixture
def hub(fresh_hub: FreshHub) -> Iterator[RestoredHub]:
    made = RestoredHub(fresh_hub)
    made.say(incident("healthcare_called", NOW, record="CR-0", reference="I-0"))
    made.members("placement foster_carer")
    made.drain()
    yield made
    made.appending.close()


@contextmanager
def forbidden(hub: RestoredHub, topic: str) -> Iterator[None]:
    """While the body runs, the relay may not write to a topic."""
    access = hub.hub.settings.kafka("hub-provision").for_kafka_python()
    rule = ACL(
        "User:hub-relay",
        "*",
        ACLOperation.WRITE,
        ACLPermissionType.DENY,
        ResourcePattern(ResourceType.TOPIC, topic),
    )
    admin = KafkaAdminClient(**access, request_timeout_ms=20_000)
    try:
        admin.create_acls([rule])
        yield
    finally:
        admin.delete_acls(
            [
                ACLFilter(
                    rule.principal, "*", rule.operation, rule.permission_type, rule.resource_pattern
                )
            ]
        )
        admin.close()


def unsent(hub: RestoredHub) -> set[str]:
    return {row[0] for row in hub.rows("select agency from kept.outbox_notification")}


def pages(hub: RestoredHub) -> list[tuple[str, str]]:
    return hub.rows("select reason, concerns from kept.page order by page_id")


def turn_until(relay_turn: Callable[[], int], done: Callable[[], bool]) -> None:
    for _ in range(60):
        relay_turn()
        if done():
            return
    raise AssertionError("it did not come about in 60 turns")


def test_an_agency_whose_topic_fails_is_held_back_told_of_and_tried_again(
    hub: RestoredHub,
) -> None:
    """Fails without: ``settle`` instead of ``wait``; ``held_back`` in the outbox; the page."""
    now = [0.0]
    hub.clock = lambda: now[0]
    hub.say(ligature(1))
    failing = alerts_topic("placement")
    with forbidden(hub, failing), hub.relay() as relay:
        turn_until(relay.run_once, lambda: relay.holding.agencies() == ["placement"])
        assert not relay.saw_all
        assert pages(hub) == []
        hub.say(ligature(2))
        # The other agency has both.
        turn_until(relay.run_once, lambda: len(relay.recorder.sent_unrecorded()) == 2)
        now[0] += 6.0
        turn_until(relay.run_once, lambda: pages(hub) != [])
        assert pages(hub) == [("agency-topic-fails", failing)]
    assert unsent(hub) == {"placement"}
    now[0] += 600.0
    hub.drain()
    assert unsent(hub) == set()
    assert len(pages(hub)) == 1


def test_a_notification_of_a_destroyed_key_is_given_up_and_the_others_go(hub: RestoredHub) -> None:
    """Fails without: ``KeyDestroyed`` in ``Relay._readable``."""
    other = {"scheme": "local", "value": "PN-9", "issuer": "police"}
    gone = Said(**{**ligature(3).__dict__, "identifiers": (other,)})
    (outcome,) = hub.say(gone)
    ((key_id,),) = hub.rows(
        "select key_id from derived.child where child_id = %s", outcome.child_id
    )
    hub.say(ligature(4))
    hub.wiring.world.keys.destroy(key_id)
    with hub.relay() as relay:
        while relay.run_once():
            pass
    assert unsent(hub) == set()
    assert {reason for reason, _ in pages(hub)} == {"alert-beyond-use"}
    assert hub.rows("select from derived.notification where number is not null")


def test_a_message_that_is_too_large_fails_alone(hub: RestoredHub) -> None:
    """Fails without: ``OnTheirWay.refused``."""
    sender = Sender(
        lambda: Producer(producer_config(hub.hub.settings.kafka("hub-relay").for_confluent()))
    )
    small, large = (
        Outgoing(alerts_topic("placement"), 0, b"key", b"x" * size) for size in (10, 3_000_000)
    )
    first, second, third = sender.start([small, large, small]).settle()
    sender.drop()
    assert second == "MSG_SIZE_TOO_LARGE"
    assert not isinstance(first, str)
    assert not isinstance(third, str)
