"""What was removed behind the hub's back is found, sent again or made anew, and paged."""

import time
from collections.abc import Iterator
from typing import LiteralString

import pytest

from bench.load import NETWORK
from kith.reconciling import reconciling
from processors.watch.reconciling import Found, Reconciling
from processors.watch.seeing import AlertsSeen
from schemas.topics import alerts_topic
from tests.integration.rebuild.hub import LoggedHub
from tests.services.hub import RunningHub

AGENCY = NETWORK[0].agency
OF_AGENCY: LiteralString = (
    "select notification_id, number from derived.notification where agency = %s order by number"
)


class Watched:
    """A hub with a history, its relay, and a reconciliation that has looked at all of it once."""

    def __init__(self, hub: LoggedHub) -> None:
        self.hub = hub
        self.pages: list[tuple[str, str]] = []
        self.work: Reconciling = reconciling(hub.settings, self.page)
        self.work.in_hand_seconds = 0.2
        assert self.work.run_once() == Found()

    def page(self, reason: str, concerns: str, detail: str) -> None:
        del detail
        self.pages.append((reason, concerns))

    def look(self) -> Found:
        found = self.work.run_once()
        self.hub.drained()
        return found

    def on_topic(self) -> list[tuple[object, int]]:
        """What a new reader of the topic has: each notification once, by number."""
        own = self.work.alerts
        anew = AlertsSeen(own.topics, own.registry, own.agencies)
        anew.look()
        return sorted(anew.numbers()[AGENCY].items(), key=lambda each: each[1])

    def settled(self) -> None:
        """A further look finds nothing, and pages nobody."""
        told = len(self.pages)
        assert self.work.run_once() == Found()
        assert len(self.pages) == told


@pytest.fixture
def watched(running_hub: RunningHub) -> Iterator[Watched]:
    hub = LoggedHub(running_hub)
    hub.live()
    watched = Watched(hub)
    yield watched
    watched.work.alerts.topics.close()
    hub.close()


@pytest.mark.timeout(180)
def test_records_removed_from_an_alerts_topic_are_sent_again(watched: Watched) -> None:
    """Fails without: forgetting records below the topic's beginning (AlertsSeen._gone)."""
    before = watched.hub.rows(OF_AGENCY, AGENCY)
    assert watched.on_topic() == before
    assert len(before) > 3
    watched.hub.truncate(alerts_topic(AGENCY), 0, 3)
    assert watched.look() == Found(queued=3)
    assert watched.pages == [("alerts-missing", AGENCY)]
    assert watched.on_topic() == before
    assert watched.hub.rows(OF_AGENCY, AGENCY) == before
    watched.settled()


@pytest.mark.timeout(180)
def test_a_topic_that_was_deleted_and_made_anew_is_filled_again(watched: Watched) -> None:
    """Fails without: AlertsSeen._same (more stands there than before, and the old is believed)."""
    hub = watched.hub
    before = hub.rows(OF_AGENCY, AGENCY)
    with hub.running.hub.services.janitor() as admin:
        admin.delete_topics([alerts_topic(AGENCY)])
    hub.running.hub.services.provision(hub.settings.agencies_file)
    hub.running.kill("relay")  # Its producer knows the topic that is gone.
    hub.running.tend(1.0)
    hub.append(2 * 60)
    hub.drained()
    reach = watched.work.alerts.topics.reach(alerts_topic(AGENCY), 0)
    assert reach.high - reach.low > len(before)
    found = watched.look()
    assert found.queued == len(before)
    after = hub.rows(OF_AGENCY, AGENCY)
    assert watched.on_topic() == after
    assert after[: len(before)] == before
    watched.settled()


@pytest.mark.timeout(180)
def test_what_was_taken_out_of_the_outbox_is_sent_with_the_number_that_is_free(
    watched: Watched,
) -> None:
    """Fails without: Expected.lost (they never come), _free (a gap stays in the numbers)."""
    hub = watched.hub
    hub.running.stop("relay")
    hub.append(10)
    # As a relay that was killed after it had given numbers, and before it sent.
    with hub.owner() as connection:
        last = connection.execute(
            "select last_number from kept.alert_number where agency = %s", [AGENCY]
        ).fetchone()
        assert last is not None
        connection.execute(
            "update kept.outbox_notification o set number = w.number from (select "
            "notification_id, %s + row_number() over (order by outbox_id) as number "
            "from kept.outbox_notification where agency = %s order by outbox_id limit 2) w "
            "where o.notification_id = w.notification_id",
            [last[0], AGENCY],
        )
        connection.execute(
            "update kept.alert_number set last_number = last_number + 2 where agency = %s",
            [AGENCY],
        )
    removed = hub.execute("delete from kept.outbox_notification where number is not null")
    removed += hub.execute(
        "delete from kept.outbox_notification where notification_id in (select notification_id "
        "from kept.outbox_notification where agency <> %s limit 2)",
        AGENCY,
    )
    assert removed == 4
    hub.running.start("relay")
    time.sleep(1.0)
    assert watched.look().queued == 4
    assert {reason for reason, _ in watched.pages} == {"alerts-missing"}
    numbers = [number for _, number in watched.on_topic()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert watched.on_topic() == hub.rows(OF_AGENCY, AGENCY)
    watched.settled()


@pytest.mark.timeout(180)
def test_rows_of_deliveries_that_are_gone_are_made_anew_as_they_were(watched: Watched) -> None:
    """Fails without: Reconciling._known (they are on the topic and in no table)."""
    whole: LiteralString = "select * from derived.notification order by notification_id"
    before = watched.hub.rows(whole)
    gone = watched.hub.execute("delete from derived.notification where agency = %s", AGENCY)
    assert gone > 3
    assert watched.look() == Found(restored=gone)
    assert watched.pages == [("notifications-restored", "derived.notification")]
    assert watched.hub.rows(whole) == before
    watched.settled()


@pytest.mark.timeout(180)
def test_what_is_gone_from_outbox_and_table_alike_is_decided_by_the_log(watched: Watched) -> None:
    """Fails without: Reconciling._lacking_notifications (no table and no topic knows of it)."""
    hub = watched.hub
    hub.running.stop("relay")
    known = hub.one("select count(*) from derived.notification")
    hub.append(20)
    hub.execute("delete from kept.outbox_notification")
    gone = hub.execute("delete from derived.notification where delivered_at is null")
    assert gone > 3
    hub.running.start("relay")
    hub.until("select count(*) from kept.outbox_entry", 0)
    assert watched.look() == Found(restored=gone, queued=gone)
    assert hub.one("select count(*) from derived.notification") == known + gone
    assert watched.on_topic() == hub.rows(OF_AGENCY, AGENCY)
    watched.settled()


@pytest.mark.timeout(180)
def test_an_entry_that_never_reached_the_log_is_sent_there(watched: Watched) -> None:
    """Fails without: LogSeen.missing."""
    hub = watched.hub
    hub.running.stop("relay")
    hub.append(5)
    removed = hub.execute(
        "delete from kept.outbox_entry where outbox_id in "
        "(select outbox_id from kept.outbox_entry order by outbox_id limit 2)"
    )
    assert removed == 2
    hub.running.start("relay")
    hub.drained()
    assert watched.look().log_repaired
    entries = {(each.child_id, each.sequence) for each in hub.log()}
    assert entries == set(hub.rows("select child_id, sequence from derived.entry"))
    assert hub.rows("select reason from kept.page") == [("log-repaired",)]
    watched.settled()


@pytest.mark.timeout(180)
def test_what_was_given_up_with_its_key_is_not_queued_again_and_again(watched: Watched) -> None:
    """Fails without: ``destroyed`` in ``reconciliation.expected``."""
    hub = watched.hub
    hub.running.stop("relay")
    hub.append(10)
    ((key_id,),) = hub.rows(
        "select key_id from derived.child where child_id = "
        "(select child_id from kept.outbox_notification order by outbox_id limit 1)"
    )
    hub.wiring.world.keys.destroy(key_id)
    hub.running.start("relay")
    hub.drained()
    assert hub.one("select count(*) from kept.page where reason = 'alert-beyond-use'") >= 3
    assert watched.look() == Found()
    watched.settled()
