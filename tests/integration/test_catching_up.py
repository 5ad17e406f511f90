"""Starting on a database that is older than the log, and on a log that has lost its tail."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from processors.rebuilding.topics import BulkTopics
from processors.relay import outbox
from processors.relay.relay import LogTailLost
from projections.append import journal
from projections.append.persistence import DatabaseAway
from safeguarding.evolve import evolve
from schemas.codec import decode
from schemas.notifications import notification_from
from schemas.topics import TIMELINE_TOPIC, alerts_topic
from tests.integration.append.hub import fates
from tests.integration.append.test_undecided import failing_on
from tests.integration.restored import RestoredHub
from tests.services.services import FreshHub
from tests.unit.rules.hub import teams
from tests.unit.rules.said import LONDON, Said, incident

NOW = f"{datetime.now(LONDON) - timedelta(minutes=10):%Y-%m-%d %H:%M}"
CALLED = incident("healthcare_called", NOW, record="CR-0", reference="I-0")


@pytest.fixture
def hub(fresh_hub: FreshHub) -> Iterator[RestoredHub]:
    made = RestoredHub(fresh_hub)
    yield made
    made.appending.close()


@pytest.fixture
def older(hub: RestoredHub) -> Iterator[RestoredHub]:
    """A child with a network, all of it on the log; and the database as it was then."""
    hub.say(CALLED)
    hub.members("placement social_worker")
    hub.drain()
    made = hub.copy()
    yield made
    made.drop()


def ligature(number: int = 1) -> Said:
    return incident("ligature", NOW, record=f"CR-{number}", reference=f"I-{number}")


def other_child(number: int) -> Said:
    known_as = ({"scheme": "local", "value": "PN-7", "issuer": "police"},)
    return replace(ligature(number), identifiers=known_as)


def told(hub: RestoredHub, agency: str) -> list[tuple[str, int]]:
    """What stands on an agency's topic: (notification, number)."""
    topics = BulkTopics(hub.hub.settings.kafka("hub-operator").for_confluent())
    reach = topics.reach(alerts_topic(agency), 0)
    found = [
        notification_from(decode(message.value(), hub.wiring.world.registry))
        for batch in topics.read(alerts_topic(agency), 0, reach.low, reach.high)
        for message in batch
    ]
    topics.close()
    return [(str(each.notification_id), each.number) for each in found]


def test_what_came_since_is_taken_from_the_log(hub: RestoredHub, older: RestoredHub) -> None:
    """Fails without: ``TakingIn.take``; and, as repeats, without ``completing.record`` in it."""
    hub.say(ligature(1), ligature(2))
    hub.drain()
    older.restored()
    done = older.catch_up()
    assert done.taken > 0
    assert older.entries() == hub.entries()
    assert alerts(older) == alerts(hub)
    assert fates(older.append(hub.records)) == ["duplicate"] * 3
    # The log says what was delivered: nothing is sent again.
    assert older.one("select count(*) from kept.outbox_notification") == 0
    assert older.one("select count(*) from kept.outbox_entry") == 0
    assert older.disagreement().none
    assert older.catch_up().taken == 0


def test_appends_wait_until_the_log_was_read(older: RestoredHub) -> None:
    """Fails without: ``NotCaughtUp`` in ``Guard.admit``."""
    older.restored()
    with pytest.raises(DatabaseAway):
        older.say(ligature())
    older.catch_up()
    assert fates(older.append(older.records[-1:])) == ["recorded"]


def test_a_database_that_was_set_back_without_a_word_takes_it_in_too(
    hub: RestoredHub, older: RestoredHub
) -> None:
    """Fails without: looking for what the tables lack where ``caught_up`` is true."""
    hub.say(ligature())
    hub.drain()
    assert older.catch_up().taken > 0
    assert older.entries() == hub.entries()


@pytest.mark.parametrize("sent", [1, 2])
def test_an_event_whose_alert_was_cut_off_alerts_once(
    hub: RestoredHub, older: RestoredHub, monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    """Fails without: ``resume`` in ``CatchingUp._take``: there is no alert."""
    hub.say(ligature())
    lost = hub.entries()[-1][2]
    send_only(hub, sent, monkeypatch)
    older.restored()
    done = older.catch_up()
    assert (done.taken, done.resumed) == (sent, int(sent < 2))
    assert older.entries()[-1][2] == lost
    assert alerts(older) == alerts(hub)
    older.drain()
    older.assert_chains_hold()
    assert older.disagreement().none
    for agency in ("social-care", "placement"):
        ids = [identity for identity, _ in told(older, agency)]
        assert (
            len(ids)
            == len(set(ids))
            == len(older.rows("select from derived.notification where agency = %s", agency))
        )


@pytest.mark.parametrize(
    ("says", "more"),
    [
        ("acknowledgement", {"already_known": False}),
        ("alert-handover", {"from_worker": "staff-0412", "to_worker": "staff-0587"}),
    ],
)
def test_what_a_team_says_of_an_alert_is_taken_though_it_was_cut_off(
    hub: RestoredHub,
    older: RestoredHub,
    monkeypatch: pytest.MonkeyPatch,
    says: str,
    more: dict[str, Any],
) -> None:
    """Fails without: ``_about_alert`` in ``CutJournal.resume``: the word is there, and no fact."""
    del older
    hub.say(ligature())
    hub.drain()
    alerted = hub.copy()
    alert_id = hub.one("select alert_id from derived.alert where right(key, 4) = 'CR-1'")
    about = {"alert_id": str(alert_id), "team": teams()["placement"].team, "role": "placement"}
    said = Said(says, "placement", "A-1", NOW, None, "placement", about | more, identifiers=())
    assert fates(hub.say(said)) == ["recorded"]
    lost = hub.entries()[-1]
    send_only(hub, 1, monkeypatch)
    alerted.restored()
    done = alerted.catch_up()
    assert (done.taken, done.resumed) == (1, 1)
    assert alerted.entries()[-1][:3] == lost[:3]
    assert alerted.rows("select reason from kept.page") == [("log-taken-in",)]
    alerted.drain()
    alerted.assert_chains_hold()
    alerted.drop()


def test_what_completes_a_cut_append_may_be_cut_too(
    hub: RestoredHub, older: RestoredHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: looking at all appends of the log's tail, and not at the last one only."""
    oldest = older.copy()
    hub.say(other_child(5))
    send_only(hub, 1, monkeypatch)
    older.restored()
    assert older.catch_up().resumed == 1
    assert older.one("select count(*) from kept.outbox_entry") == 2
    send_only(older, 1, monkeypatch)
    oldest.restored()
    done = oldest.catch_up()
    assert (done.taken, done.resumed) == (2, 1)
    assert alerts(oldest) == alerts(hub)
    oldest.drain()
    oldest.assert_chains_hold()
    assert oldest.disagreement().none
    oldest.drop()


def test_a_child_that_begins_with_an_append_that_was_cut_is_known_again(
    hub: RestoredHub, older: RestoredHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: ``_identified`` in ``Journal.resume``."""
    known = {row[0] for row in older.entries()}
    hub.say(other_child(5))
    send_only(hub, 1, monkeypatch)
    older.restored()
    assert older.catch_up().resumed == 1
    (child,) = {row[0] for row in older.entries()} - known
    older.say(other_child(6))
    assert {row[0] for row in older.entries()} == {child, *known}
    older.assert_chains_hold()


def test_a_number_that_was_given_is_not_given_again(hub: RestoredHub, older: RestoredHub) -> None:
    """Fails without: ``outbox.keep_numbers``; and without ``everything`` after a restore."""
    hub.say(ligature(1), ligature(2))
    with hub.relay() as relay:
        while relay.run_once():
            pass
        # Sent, and the database is lost before it is recorded.
        relay.recorder._waiting.clear()
    before = told(hub, "social-care")
    assert before
    older.restored()
    older.catch_up()
    older.drain()
    again = told(older, "social-care")
    assert set(again) == set(before)
    older.say(ligature(3))
    older.drain()
    fresh = set(told(older, "social-care")) - set(before)
    assert min(number for _, number in fresh) > max(number for _, number in before)


def test_two_processes_that_start_at_once_take_it_in_once(
    hub: RestoredHub, older: RestoredHub
) -> None:
    """Fails without: the lock in ``run`` together with ``appends_stopped``; either suffices."""
    hub.say(ligature(1), ligature(2))
    hub.drain()
    older.restored()
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: older.catch_up().taken, range(3)))
    assert sorted(done)[:2] == [0, 0]
    assert older.entries() == hub.entries()


def test_what_the_log_has_lost_is_sent_to_it_again(hub: RestoredHub) -> None:
    """Fails without: ``_send_again`` (or looking for a lost tail) in ``CatchingUp._run``."""
    hub.say(CALLED, ligature(1), ligature(2), other_child(7))
    hub.drain()
    assert hub.catch_up().sent_again == 0
    remake_log(hub)
    done = hub.catch_up()
    assert done.sent_again == len(hub.entries())
    hub.drain()
    assert hub.disagreement().none
    assert "log-tail-lost" in [row[0] for row in hub.rows("select reason from kept.page")]
    assert hub.catch_up().sent_again == 0


def test_no_number_overtakes_a_lower_one_whose_entry_the_log_lost(
    hub: RestoredHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: ``Relay._in_order``: what was told first is read after what came later."""
    hub.say(CALLED)
    hub.members("placement social_worker")
    hub.drain()
    hub.say(ligature(1))
    first = hub.one("select count(*) from kept.outbox_entry")
    hub.say(ligature(2))
    second = hub.one("select count(*) from kept.outbox_entry") - first
    monkeypatch.setattr(outbox, "MOST_ENTRIES", first)
    with hub.relay() as relay:
        entries, pending = outbox.oldest(relay.connection, [], ())
        assert outbox.give_numbers(relay.connection, pending)
        places = relay.sender.start([relay._log_message(each) for each in entries]).wait()
        # Numbered and logged, and killed before it is told.
        outbox.entries_sent(relay.connection, entries, [place.offset for place in places])
    remake_log(hub)
    assert hub.catch_up().sent_again > first
    monkeypatch.setattr(outbox, "MOST_ENTRIES", second)
    with hub.relay() as relay:
        assert relay.run_once() == second
    hub.drain()
    for agency in ("social-care", "placement"):
        numbers = [number for _, number in told(hub, agency)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > 1


def test_offsets_of_the_log_that_are_given_anew_stop_the_relay(hub: RestoredHub) -> None:
    """Fails without: ``Relay._watch_the_log``; and without the hash in ``_changed``."""
    hub.say(CALLED, ligature(1))
    hub.drain()
    hub.catch_up()
    with hub.relay() as relay:
        remake_log(hub)
        hub.say(*(ligature(number) for number in range(2, 9)))
        with pytest.raises(LogTailLost):
            relay.run_once()
    # By now the log is longer than it was, and only what stands there tells.
    assert hub.catch_up().sent_again > 0
    hub.drain()
    assert hub.disagreement().none


def alerts(hub: RestoredHub) -> list[tuple[object, ...]]:
    found = hub.rows("select alert_id, rule, key, revision, state from derived.alert order by 1")
    assert found
    return found


def send_only(hub: RestoredHub, entries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy so many entries to the log, and no more."""
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "MOST_ENTRIES", entries)
        patched.setattr(outbox, "MOST_NOTIFICATIONS", 0)
        with hub.relay() as relay:
            assert relay.run_once() == entries


def remake_log(hub: RestoredHub) -> None:
    """The broker has lost all of ``kith.timeline``."""
    with hub.hub.services.janitor() as admin:
        admin.delete_topics([TIMELINE_TOPIC])
    hub.hub.services.provision(hub.hub.agencies_file)
    topics = BulkTopics(hub.hub.settings.kafka("hub-rebuild").for_confluent())
    deadline = time.monotonic() + 20
    while any(topics.reach(TIMELINE_TOPIC, each).high for each in range(4)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    topics.close()


@pytest.mark.parametrize("sent", [1, 2, 3])
def test_both_networks_are_told_of_an_event_that_names_two_children_and_was_cut_off(
    hub: RestoredHub, monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    """Fails without: ``_named_together`` in ``Journal.resume``."""
    hub.say(CALLED, other_child(5))
    hub.members("placement social_worker")
    hub.drain()
    older = hub.copy()
    both = replace(ligature(7), identifiers=(*CALLED.identifiers, *other_child(5).identifiers))
    hub.say(both)
    send_only(hub, sent, monkeypatch)
    older.restored()
    older.catch_up()
    assert alerts(older) == alerts(hub)
    assert sum("two-children" in str(each) for each in alerts(older)) == 2
    older.assert_chains_hold()
    older.drop()


def test_what_is_undecided_is_told_of_though_it_was_cut_off(
    hub: RestoredHub, older: RestoredHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: ``resume_undecided``."""
    with monkeypatch.context() as broken:
        broken.setattr(journal, "evolve", failing_on("I-1", evolve))
        assert fates(hub.say(ligature())) == ["undecided"]
    send_only(hub, 1, monkeypatch)
    older.restored()
    assert older.catch_up().resumed == 1
    assert alerts(older) == alerts(hub)
    assert sum("undecided" in str(each) for each in alerts(older)) == 1
    older.assert_chains_hold()
