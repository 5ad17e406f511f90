"""Several writers at once: no gap, no fork, no child twice, and nobody waits for a dead one.

Each race is made to happen, by a lock that a third connection holds, and not hoped for.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest

from projections.append.arrivals import Outcome
from safeguarding.events import Event
from safeguarding.facts import Moved
from schemas.envelope import verify_chain
from tests.integration.append.hub import AppendHub, fates
from tests.unit.rules.said import Said, incident, other

NHS = {"scheme": "nhs-number", "value": "9991234004"}
PATIENCE_SECONDS = 10


def of_child(said: Said, *identifiers: dict[str, str]) -> Said:
    return replace(said, identifiers=identifiers)


@contextmanager
def held(hub: AppendHub, statement: str, *parameters: object) -> Iterator[None]:
    """A third connection holds what the statement locks, until the end of the block."""
    connection = hub.connection("owner")
    with connection.transaction(force_rollback=True):
        connection.execute(statement, parameters)
        yield


def wait_for_waiters(hub: AppendHub, count: int) -> None:
    """Until so many writers wait for a lock."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        waiting = hub.one(
            "select count(*) from pg_stat_activity where usename = 'kith_writer' "
            "and datname = current_database() and wait_event_type = 'Lock'"
        )
        if waiting >= count:
            return
        time.sleep(0.005)
    pytest.fail(f"{count} writers should wait for the lock by now")


def assert_sound(hub: AppendHub) -> None:
    """Every child's log counts from 1 without a gap, and its chain holds, bodies included."""
    for child, sequence, head in hub.rows("select child_id, sequence, head from derived.child"):
        log = hub.log(child)
        assert len(log) == sequence
        found = verify_chain(log, hub.world.registry, key_for=hub.world.keys.key_for)
        assert found is None, found
        last = hub.headers_of(child)[-1]
        assert last.sequence == sequence
        assert hub.hash_of(log[-1]) == head


def results(*futures: Future[list[Outcome]]) -> list[str]:
    return [fate for future in futures for fate in fates(future.result(PATIENCE_SECONDS * 2))]


def test_two_who_meet_the_same_new_child_at_once_make_one(hub: AppendHub) -> None:
    first, second = hub.appending(), hub.appending()
    mine = hub.record(of_child(incident("ligature", record="CR-1"), NHS))
    theirs = hub.record(of_child(other("2021-10-01"), NHS))
    with ThreadPoolExecutor(2) as threads:
        # Both read that nobody has this number; neither can write it before both have read.
        with held(hub, "lock table derived.identifier in share row exclusive mode"):
            one = threads.submit(hub.append, mine, appending=first)
            two = threads.submit(hub.append, theirs, appending=second)
            wait_for_waiters(hub, 2)
        assert results(one, two) == ["recorded", "recorded"]
    (child,) = hub.children()
    events = [entry.body for entry in hub.entries(child) if isinstance(entry.body, Event)]
    assert {event.type for event in events} == {"custody-incident", "legal-status"}
    assert hub.pauses, "one of the two had to try again"
    assert_sound(hub)


def test_who_was_linked_meanwhile_is_resolved_again(hub: AppendHub) -> None:
    local = {"scheme": "local", "value": "PN-17"}
    hub.say(of_child(incident("ligature", record="CR-1"), local))
    (known,) = hub.children()
    with ThreadPoolExecutor(1) as threads:
        with held(hub, "select 1 from derived.child where child_id = %s for update", known):
            # It has read that the number is new and would link it; it waits for the child's row.
            linking = threads.submit(
                hub.append,
                hub.record(of_child(incident("force_used", record="CR-1"), local, NHS)),
                appending=hub.appending(),
            )
            wait_for_waiters(hub, 1)
            assert fates(hub.say(of_child(other("2021-10-01"), NHS))) == ["recorded"]
        assert results(linking) == ["recorded"]
    # By now the numbers are of two children: a third, provisional one, and a steward's matter.
    statuses = [row[0] for row in hub.rows("select status from derived.child order by 1")]
    assert statuses == ["known", "known", "provisional"]
    assert hub.pages() == ["identity-doubt"]
    assert_sound(hub)


def test_a_statement_that_another_child_got_meanwhile_is_moved_and_not_said_of_both(
    hub: AppendHub,
) -> None:
    upn = {"scheme": "upn", "value": "M838400121001"}
    hub.say(of_child(other("2021-10-01", reference="LS-1"), NHS))
    hub.say(of_child(other("2021-10-01", reference="LS-2"), upn))
    right, wrong = (
        hub.one("select child_id from derived.standing where reference = %s", name)
        for name in ("LS-1", "LS-2")
    )
    said = incident("ligature", reference="I-1")
    first = replace(hub.record(of_child(said, upn)), partition=1)
    correction = hub.record(of_child(said.corrected(), NHS))
    with ThreadPoolExecutor(1) as threads:
        with held(hub, "select 1 from derived.child where child_id = %s for update", right):
            # It has read that nobody has this reference yet; it waits for the child's row.
            correcting = threads.submit(hub.append, correction, appending=hub.appending())
            wait_for_waiters(hub, 1)
            assert fates(hub.append(first)) == ["recorded"]
        assert results(correcting) == ["recorded"]
    assert hub.rows("select child_id, version from derived.standing where reference = 'I-1'") == [
        (right, 2)
    ]
    for child in (right, wrong):
        moves = [body for e in hub.entries(child) if isinstance(body := e.body, Moved)]
        assert [move.away for move in moves] == [child == wrong]
    states = hub.rows("select child_id, state from derived.alert where rule like 'custody%%'")
    assert sorted(states) == sorted([(right, "open"), (wrong, "withdrawn")])
    assert_sound(hub)


def test_two_who_append_to_one_child_leave_no_gap_and_no_fork(hub: AppendHub) -> None:
    hub.say(other("2021-10-01", reference="LS-0"))
    records = [
        [hub.record(other("2021-10-01", reference=f"LS-{who}-{n}")) for n in range(30)]
        for who in ("a", "b")
    ]

    def append_all(of_one: list[object]) -> list[Outcome]:
        appending = hub.appending()
        return [
            outcome
            for start in range(0, 30, 3)
            for outcome in hub.append(*of_one[start : start + 3], appending=appending)  # type: ignore[arg-type]
        ]

    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(append_all, list(of_one)) for of_one in records]
        assert results(*futures) == ["recorded"] * 60
    assert hub.one("select count(*) from derived.entry where type = 'legal-status'") == 61
    assert_sound(hub)


def test_two_whose_batches_hold_the_same_children_crosswise_do_not_deadlock(
    hub: AppendHub,
) -> None:
    def about(child: str, who: str, n: int) -> Said:
        said = incident("force_used", f"2021-10-02 02:{n:02}", reference=f"{child}-{who}-{n}")
        return of_child(said, {"scheme": "local", "value": child})

    hub.say(about("PN-1", "first", 0), about("PN-2", "first", 0))

    def append_all(who: str, order: tuple[str, str]) -> list[Outcome]:
        appending = hub.appending()
        return [
            outcome
            for n in range(20)
            for outcome in hub.append(
                *(hub.record(about(child, who, n)) for child in order), appending=appending
            )
        ]

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(append_all, "a", ("PN-1", "PN-2"))
        two = threads.submit(append_all, "b", ("PN-2", "PN-1"))
        assert results(one, two) == ["recorded"] * 80
    assert len(hub.children()) == 2
    assert_sound(hub)


def test_the_same_batch_from_two_workers_is_recorded_once(hub: AppendHub) -> None:
    # A zombie and its successor: both have read the same records.
    records = [hub.record(other("2021-10-01", reference=f"LS-{n}")) for n in range(10)]
    with ThreadPoolExecutor(2) as threads:
        with held(hub, "lock table derived.identifier in share row exclusive mode"):
            futures = [
                threads.submit(hub.append, *records, appending=hub.appending()) for _ in range(2)
            ]
            wait_for_waiters(hub, 2)
        assert sorted(results(*futures)) == ["duplicate"] * 10 + ["recorded"] * 10
    assert hub.one("select count(*) from kept.recorded") == 10
    assert_sound(hub)


def test_a_writer_that_was_stopped_in_its_transaction_is_ended_and_the_append_goes_through(
    hub: AppendHub,
) -> None:
    hub.say(incident("ligature", reference="I-1"))
    (child,) = hub.children()
    # No time-outs of its own: as a process that was stopped, so that none of them works.
    with psycopg.connect(hub.dsn("writer")) as stopped:
        stopped.execute("select 1 from derived.child where child_id = %s for update", [child])
        began = time.monotonic()
        assert fates(hub.say(incident("force_used", reference="I-2"))) == ["recorded"]
        took_seconds = time.monotonic() - began
        assert 4 < took_seconds < 12
        with pytest.raises(psycopg.OperationalError):
            stopped.execute("select 1")
    assert_sound(hub)


def test_a_reader_and_a_writer_that_is_not_stale_are_left_alone(hub: AppendHub) -> None:
    reader, writer, waiter = hub.connection("reader"), hub.connection(), hub.connection()
    with reader.transaction():
        reader.execute("select 1")
        writer.execute("begin")
        assert waiter.execute("select kept.end_stale_writers('5 s')").fetchone() == (0,)
        assert waiter.execute("select kept.end_stale_writers('0 s')").fetchone() == (1,)
        reader.execute("select 1")
        with pytest.raises(psycopg.OperationalError):
            writer.execute("select 1")


def test_a_connection_that_breaks_is_made_again(hub: AppendHub) -> None:
    appending = hub.appending()
    hub.append(hub.record(incident("ligature", reference="I-1")), appending=appending)
    owner = hub.connection("owner")
    owner.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where usename = 'kith_writer' and datname = current_database()"
    )
    record = hub.record(incident("force_used", reference="I-2"))
    assert fates(hub.append(record, appending=appending)) == ["recorded"]
    appending.close()
    assert_sound(hub)
