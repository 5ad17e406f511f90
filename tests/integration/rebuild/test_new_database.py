"""A rebuild into a new database: all that the log knows, and what it knows only in part."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from kafka import TopicPartition

from kith.rebuilding import rebuilding
from schemas.topics import alerts_topic
from tests.integration.append.hub import fates
from tests.integration.restored import RestoredHub
from tests.services.services import FreshHub
from tests.unit.rules.said import LONDON, incident

NOW = f"{datetime.now(LONDON) - timedelta(minutes=10):%Y-%m-%d %H:%M}"


@pytest.fixture
def hub(fresh_hub: FreshHub) -> Iterator[RestoredHub]:
    """A child with a network, all of it on the log."""
    made = RestoredHub(fresh_hub)
    made.say(incident("healthcare_called", NOW, record="CR-0", reference="I-0"))
    made.members("placement social_worker")
    made.drain()
    yield made
    made.appending.close()


@pytest.fixture
def new(hub: RestoredHub) -> Iterator[RestoredHub]:
    """A new database for the same log, topics and keys."""
    old = hub.hub
    made = RestoredHub(
        FreshHub(old.services, old.services.new_database(), old.mode, old.agencies_file),
        hub.records,
    )
    yield made
    made.drop()


def test_an_append_of_which_the_log_has_a_part_is_decided_to_its_end(
    hub: RestoredHub, new: RestoredHub
) -> None:
    """Fails without: Means.resume (the event is recorded, and nobody is told)."""
    hub.say(incident("ligature", NOW, record="CR-1", reference="I-1"))
    with psycopg.connect(hub.hub.dsn("owner")) as connection:
        # The relay got no further than the event itself when everything was lost.
        connection.execute(
            "delete from kept.outbox_entry where outbox_id > "
            "(select min(outbox_id) from kept.outbox_entry)"
        )
        connection.execute("delete from kept.outbox_notification")
    with hub.relay() as relay:
        assert relay.run_once() == 1
    with rebuilding(new.hub.settings, lambda _: None) as work:
        result = work.replace()
    assert (result.recorded, result.resumed) == (2, 1)
    assert new.one("select caught_up from kept.hub") is True
    told = "select notification_id from derived.notification order by 1"
    assert new.rows(told) == hub.rows(told) != []
    new.drain()
    new.assert_chains_hold()
    assert new.disagreement().none
    assert fates(new.append(hub.records)) == ["duplicate"] * 2


def forget_alerts(hub: RestoredHub) -> None:
    """Let every agency's topic forget what it held, as it does after a month."""
    with hub.hub.services.janitor() as admin:
        admin.delete_records(
            {TopicPartition(alerts_topic(agency), 0): -1 for agency in hub.wiring.plan.agencies}
        )


def test_numbers_go_on_where_the_topics_have_forgotten(hub: RestoredHub, new: RestoredHub) -> None:
    """Fails without: keep_numbers."""
    hub.say(incident("ligature", NOW, record="CR-1", reference="I-1"))
    hub.drain()
    given = "select agency, last_number from kept.alert_number where last_number > 0 order by 1"
    before = hub.rows(given)
    assert before
    forget_alerts(hub)
    with rebuilding(new.hub.settings, lambda _: None) as work:
        # All of it is older than what the topics keep.
        work._means.retention = timedelta(0)
        assert work.replace().queued == 0
    assert new.rows(given) == before
