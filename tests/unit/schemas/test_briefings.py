"""A briefing on the wire: whoever reads the first version reads it as a new alert."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import fastavro

from safeguarding.facts import Briefed, NotificationKind
from safeguarding.notification import Notification, compose
from schemas.codec import HEADER_BYTES, decode
from schemas.facts import encode_fact, fact_from
from schemas.notifications import BRIEFING, NOTIFICATION, encode_notification, notification_from
from tests.unit.rules.hub import Hub, rules_with_network
from tests.unit.rules.said import incident, london, registry
from tests.unit.rules.spec import members

AT = datetime(2021, 10, 2, 12, tzinfo=UTC)


def briefing() -> Briefed:
    hub = Hub(ruleset=rules_with_network())
    hub.receive(incident("ligature").received(london("2021-10-02 02:41")))
    members("camhs_crisis", since="2021-10-02 12:00")(hub)
    (fact,) = [each.body for each in hub.entries if isinstance(each.body, Briefed)]
    return fact


def notification() -> Notification:
    fact = briefing()
    return compose(fact, fact.notification_id, 7, UUID(int=1), AT)


def test_a_briefing_is_read_as_it_was_written() -> None:
    said = notification()
    assert said.kind is NotificationKind.BRIEFING
    assert notification_from(decode(encode_notification(said, registry()), registry())) == said


def test_readers_of_the_first_version_take_it_for_a_new_alert() -> None:
    """Fails without: ``raised`` as the kind on the wire."""
    message = encode_notification(notification(), registry())
    writer = fastavro.parse_schema(registry().record(BRIEFING).source)
    reader = fastavro.parse_schema(registry().record(NOTIFICATION).source)
    read = fastavro.schemaless_reader(io.BytesIO(message[HEADER_BYTES:]), writer, reader)
    assert read["kind"] == "raised"


def test_other_notifications_stay_in_the_first_version() -> None:
    said = replace(notification(), kind=NotificationKind.RAISED)
    assert decode(encode_notification(said, registry()), registry()).schema.name == NOTIFICATION


def test_the_fact_is_read_as_it_was_written() -> None:
    fact = briefing()
    assert fact_from(decode(encode_fact(fact, registry()), registry())) == fact
