"""`kith alerts` on a real broker: an agency's own topic, read as that agency and no other."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from safeguarding.facts import Recipient
from safeguarding.notification import Notification
from schemas.notifications import encode_notification
from schemas.topics import alerts_topic
from tests.integration.cli_hub import CliHub, Ran, environment_of, kith
from tests.services.services import FreshHub
from tests.unit.cli.test_notifications_in_words import notification
from tests.unit.rules.said import registry

STEWARD = Recipient("social-care", "stewards", "steward")


class Topic:
    """Writes to an agency's alerts topic as the relay does, and reads it with the command."""

    def __init__(self, hub: FreshHub) -> None:
        self._access = hub.services.access("hub-relay").for_confluent()
        self.environment = environment_of(hub.settings)

    def send(self, *values: Notification | bytes, agency: str = "social-care") -> None:
        producer = Producer(self._access)
        for each in values:
            producer.produce(alerts_topic(agency), value=_encoded(each), partition=0)
        assert producer.flush(10) == 0

    def read(self, *more: str, agency: str = "social-care") -> Ran:
        return kith(self.environment, "alerts", "--agency", agency, *more)

    def numbers(self, *more: str) -> list[int]:
        return [each["number"] for each in self.read("--json", *more).data["notifications"]]


def _encoded(value: Notification | bytes) -> bytes:
    return value if isinstance(value, bytes) else encode_notification(value, registry())


def numbered(number: int, recipient: Recipient | None = None) -> Notification:
    given = notification(number=number, notification_id=uuid4())
    return given if recipient is None else replace(given, recipient=recipient)


@pytest.fixture
def topic(fresh_hub: FreshHub) -> Topic:
    return Topic(fresh_hub)


def test_an_agency_reads_all_that_it_was_told_and_nothing_of_others(topic: Topic) -> None:
    assert topic.read().out == "Nothing to show.\n"
    one, two, three = numbered(1), numbered(2, STEWARD), numbered(3)
    # The relay sends again what it is not sure of.
    topic.send(one, two, one, two, three)
    topic.send(numbered(1), agency="camhs")
    assert topic.numbers("--from-start") == [1, 2, 3]
    assert topic.numbers("--last", "2") == [2, 3]
    assert topic.numbers("--last", "0") == []
    assert topic.numbers("--team", "stewards") == [2]
    ran = topic.read()
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("CRITICAL, act now, new: In custody: ligature") == 3
    assert f"kith ack --agency social-care {str(one.notification_id)[:8]}" in ran.out
    # Reading moves nothing: the same again.
    assert topic.read().out == ran.out


def test_what_is_missing_or_broken_is_told_and_the_rest_is_shown(topic: Topic) -> None:
    topic.send(numbered(2), b"broken", numbered(3), numbered(6))
    ran = topic.read("--from-start")
    assert ran.code == 1
    assert ran.out.count("CRITICAL") == 3
    assert "! number 1 is missing" in ran.out
    assert "! numbers 4 to 5 are missing" in ran.out
    assert "! the record at offset 1 is no notification" in ran.out
    data = topic.read("--from-start", "--json").data
    assert data["gaps"] == [{"first": 1, "last": 1}, {"first": 4, "last": 5}]
    assert [each["offset"] for each in data["unreadable"]] == [1]
    # From somewhere between there is no telling what came before.
    assert topic.read("--last", "2", "--json").data["gaps"] == [{"first": 4, "last": 5}]


@pytest.mark.parametrize(
    ("more", "agency", "says"),
    [
        ((), "polis", "There is no agency polis in the area"),
        (("--team", "nobody"), "social-care", "There is no team nobody in social-care"),
    ],
)
def test_what_there_is_not_is_said_in_one_line(
    cli_hub: CliHub, more: tuple[str, ...], agency: str, says: str
) -> None:
    ran = cli_hub.kith("alerts", "--agency", agency, *more)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_wrong_password_and_a_dead_broker_are_said_in_one_line(
    topic: Topic, tmp_path: Path
) -> None:
    wrong = tmp_path / "kafka.json"
    wrong.write_text('{"agency-social-care": "guessed"}')
    topic.environment["KITH_KAFKA_SECRETS_FILE"] = str(wrong)
    ran = topic.read()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "The broker does not take the agency's password: is it this stack's?\n"
    topic.environment["KITH_KAFKA_BOOTSTRAP"] = "127.0.0.1:1"
    dead = topic.read()
    assert (dead.code, dead.out) == (2, "")
    assert "The broker does not answer" in dead.err
