"""`kith rebuild`: what was built takes the place of the tables in use."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, LiteralString

import psutil
import psycopg
import pytest
from confluent_kafka import KafkaError, Message, Producer
from psutil import STATUS_ZOMBIE as ZOMBIE

from kith.rebuilding import ALERTS_PRINCIPAL, PRINCIPAL
from processors.rebuilding import rebuild
from processors.rebuilding.rebuild import NotRebuilt
from schemas.topics import alerts_topic
from tests.integration.rebuild.hub import PATIENCE_SECONDS, LoggedHub


def goes_on(hub: LoggedHub) -> None:
    """Appends, the relay and a further rebuild work on."""
    recorded = len(hub.recorded())
    hub.append(5)
    hub.drained()
    assert len(hub.recorded()) == recorded + 5
    with hub.rebuilding() as work:
        assert work.verify().equal


def test_the_tables_are_new_and_the_same_and_nothing_is_sent(logged_hub: LoggedHub) -> None:
    """Fails without: put_in_place (the damage stays); without the privileges of the new tables."""
    before, ends = logged_hub.hashes(), logged_hub.ends()
    recorded = logged_hub.recorded()
    # What no append could have done, and what the log does not say.
    logged_hub.execute("update derived.alert set state = 'withdrawn'")
    logged_hub.execute("delete from derived.membership")
    logged_hub.execute("delete from derived.entry where sequence = 3")
    assert logged_hub.kith("rebuild", "--verify").code == 1
    ran = logged_hub.kith("rebuild")
    assert ran.code == 0, ran.err
    assert "The tables are new." in ran.out
    assert logged_hub.hashes() == before
    assert logged_hub.recorded() == recorded
    assert logged_hub.one("select count(*) from kept.outbox_notification") == 0
    assert logged_hub.one("select to_regnamespace('derived_next')") is None
    assert logged_hub.one("select to_regnamespace('derived_old')") is None
    assert logged_hub.ends() == ends
    goes_on(logged_hub)


def test_what_is_missing_on_a_topic_is_queued_again_and_nothing_else(
    logged_hub: LoggedHub,
) -> None:
    """Fails without: the comparison with the topics; without `since`; without the kept number."""
    agency, other = "camhs", "fostering"
    numbers: LiteralString = (
        "select notification_id, number from derived.notification where agency = %s order by number"
    )
    before = logged_hub.rows(numbers, agency)
    ends = logged_hub.ends()
    logged_hub.truncate(alerts_topic(agency), 0, 3)
    logged_hub.truncate(alerts_topic(other), 0)
    logged_hub.running.stop("relay")
    # What was delivered before the topic's retention may be gone.
    with logged_hub.rebuilding() as work:
        work._means.retention = timedelta(0)
        assert work.replace().queued == 0
    assert logged_hub.replace().queued == 3 + ends[other]
    queued = (
        "select notification_id, number from kept.outbox_notification where agency = %s "
        "order by outbox_id"
    )
    assert logged_hub.rows(queued, agency) == before[:3]
    # Once is enough.
    assert logged_hub.replace().queued == 3 + ends[other]
    assert logged_hub.one("select count(*) from kept.outbox_notification") == 3 + ends[other]
    logged_hub.running.start("relay")
    logged_hub.drained()
    ends[agency] += 3
    ends[other] *= 2
    assert logged_hub.ends() == ends
    assert logged_hub.rows(numbers, agency) == before
    goes_on(logged_hub)


def test_a_child_beyond_use_stays_in_the_log_and_the_others_are_the_same(
    logged_hub: LoggedHub,
) -> None:
    """Fails without: read_for_tables (the key is asked for and is not there)."""
    child, key_id = logged_hub.rows(
        "select child_id, key_id from derived.child order by child_id limit 1"
    )[0]
    before = logged_hub.hashes([child])
    log = "select * from derived.entry where child_id = %s order by sequence"
    entries = logged_hub.rows(log, child)
    logged_hub.wiring.world.keys.destroy(key_id)
    result = logged_hub.replace()
    assert (result.replaced, result.beyond_use, result.queued) == (True, 1, 0)
    assert logged_hub.hashes([child]) == before
    assert logged_hub.rows(log, child) == entries
    for table in ("alert", "membership", "notification", "identifier"):
        query: Any = f"select count(*) from derived.{table} where child_id = %s"
        assert logged_hub.one(query, child) == 0, table
    assert logged_hub.kith("verify").code == 0


def test_who_reads_in_a_long_transaction_is_waited_for_and_appends_go_on(
    logged_hub: LoggedHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: the further tries; without letting appends go on between them."""
    before = logged_hub.hashes()
    reader = psycopg.connect(logged_hub.settings.dsn("reader"))
    assert reader.execute("select count(*) from derived.entry").fetchone()
    monkeypatch.setattr(rebuild, "_MOST_TRIES", 2)
    with pytest.raises(NotRebuilt, match="somebody reads the tables in one long transaction"):
        logged_hub.replace()
    assert logged_hub.hashes() == before
    monkeypatch.setattr(rebuild, "_MOST_TRIES", 60)
    results: list[rebuild.Rebuilt] = []
    thread = threading.Thread(target=lambda: results.append(logged_hub.replace()))
    thread.start()
    wait_for_swap(logged_hub)
    for _ in range(3):
        started_at = time.monotonic()
        logged_hub.append(1)
        assert time.monotonic() - started_at < 5
    assert not results
    reader.close()
    thread.join(PATIENCE_SECONDS)
    assert results[0].replaced
    assert results[0].stopped_seconds < 5
    goes_on(logged_hub)


def wait_for_swap(hub: LoggedHub) -> None:
    """Wait until a rebuild waits, inside its last transaction, for who reads the tables."""
    hub.until(
        "select count(*) > 0 from pg_stat_activity where application_name = 'kith-rebuild' "
        "and datname = current_database() and query like 'drop schema %%' "
        "and wait_event_type = 'Lock'",
        True,
    )


def start_rebuild(hub: LoggedHub) -> "subprocess.Popen[bytes]":
    command = [str(Path(sys.executable).with_name("kith")), "rebuild"]
    return subprocess.Popen(
        command,
        env={**os.environ, **hub.running.hub.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_rebuild_that_is_killed_in_the_swap_harms_nothing(logged_hub: LoggedHub) -> None:
    """Fails without: the one transaction of the swap."""
    before = logged_hub.hashes()
    with psycopg.connect(logged_hub.settings.dsn("reader")) as reader:
        reader.execute("select count(*) from derived.entry")
        process = start_rebuild(logged_hub)
        wait_for_swap(logged_hub)
        process.kill()
        process.wait()
        # The server has noticed, and taken back what the transaction did.
        logged_hub.until(
            "select count(*) from pg_stat_activity where application_name = 'kith-rebuild' "
            "and datname = current_database()",
            0,
        )
    assert logged_hub.hashes() == before
    assert logged_hub.one("select count(*) from kept.outbox_notification") == 0
    goes_on(logged_hub)
    assert logged_hub.replace().replaced
    assert logged_hub.one("select to_regnamespace('derived_next')") is None
    goes_on(logged_hub)


def test_the_processes_of_a_rebuild_that_is_killed_end_with_it(logged_hub: LoggedHub) -> None:
    """Fails without: _end_with_parent."""
    process = start_rebuild(logged_hub)
    # From when on it only loads.
    logged_hub.until(
        "select to_regclass('derived_next.child') is not null and not exists (select from "
        "pg_constraint where connamespace = to_regnamespace('derived_next') and contype = 'p')",
        True,
    )
    with logged_hub.owner() as connection, connection.transaction():
        connection.execute("lock table derived_next.child in access exclusive mode")
        logged_hub.until(
            "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' "
            "and application_name = 'kith-rebuild' and datname = current_database()",
            True,
        )
        workers = psutil.Process(process.pid).children(recursive=True)
        assert len(workers) > 1
        process.kill()
        process.wait()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(each.is_running() and each.status() != ZOMBIE for each in workers):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert logged_hub.replace().replaced
    goes_on(logged_hub)


@pytest.mark.parametrize("principal", [PRINCIPAL, ALERTS_PRINCIPAL])
def test_who_rebuilds_can_write_to_no_topic(logged_hub: LoggedHub, principal: str) -> None:
    """Fails without: the permissions as they are (give hub-rebuild WRITE in principals.yaml)."""
    topics = [topic.name for topic in logged_hub.wiring.plan.topics]
    assert len(topics) > 10
    producer = Producer(logged_hub.settings.kafka(principal).for_confluent())
    refused: set[str] = set()

    def note(error: KafkaError | None, message: Message) -> None:
        if error is not None and error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
            refused.add(message.topic() or "")

    for topic in topics:
        producer.produce(topic, b"forged", on_delivery=note)
    producer.flush(20)
    assert refused == set(topics)
