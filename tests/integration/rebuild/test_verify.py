"""`kith verify`: log and tables entry by entry, and repair of whichever lacks some."""

import time
from collections import defaultdict
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from confluent_kafka import Producer

from schemas.envelope import Envelope, decode_header, encode_envelope, encode_header
from schemas.topics import TIMELINE_TOPIC
from tests.integration.rebuild.hub import LoggedHub

KEPT = 4
"""So many entries of a child are left where its tail is taken away."""


def a_child(hub: LoggedHub) -> UUID:
    """One with alerts after its first entries."""
    child: UUID = hub.one(
        "select child_id from derived.notification where sequence > %s "
        "group by child_id order by count(*) desc, child_id limit 1",
        KEPT,
    )
    return child


def forget_tail(hub: LoggedHub, child: UUID, kept: int) -> int:
    """Take from the tables what a restore of an older copy would lack of a child."""
    lost = hub.execute(
        "delete from derived.entry where child_id = %s and sequence > %s", child, kept
    )
    hub.execute(
        "delete from derived.notification where child_id = %s and sequence > %s", child, kept
    )
    hub.execute("delete from kept.recorded where child_id = %s and sequence > %s", child, kept)
    return lost


def pages(hub: LoggedHub) -> list[tuple[Any, ...]]:
    return hub.rows("select reason, concerns, detail from kept.page order by page_id")


def test_log_and_tables_of_a_hub_that_runs_agree(logged_hub: LoggedHub) -> None:
    """Fails without: the look at the outbox (what waits is no disagreement)."""
    logged_hub.running.stop("relay")
    logged_hub.append(5)
    ran = logged_hub.kith("verify", "--json")
    assert ran.code == 0, ran.out
    assert ran.data["agree"]
    assert ran.data["waiting"] > 0
    assert ran.data["in_tables"] == ran.data["in_log"] + ran.data["waiting"]
    assert pages(logged_hub) == []


@pytest.mark.parametrize("kept", [KEPT, 0])
def test_what_only_the_log_has_is_taken_back(logged_hub: LoggedHub, kept: int) -> None:
    """Fails without: take_back; without completing.record (the recorded); without the children's
    rows being evolved anew.
    """
    before, recorded, ends = logged_hub.hashes(), logged_hub.recorded(), logged_hub.ends()
    child = a_child(logged_hub)
    lost = forget_tail(logged_hub, child, kept)
    assert lost > 3
    found = logged_hub.kith("verify", "--json")
    assert found.code == 1
    assert [each["sequence"] for each in found.data["log_only"]] == list(
        range(kept + 1, kept + lost + 1)
    )
    assert logged_hub.hashes() != before
    ran = logged_hub.kith("verify", "--repair")
    assert ran.code == 0, ran.err
    assert f"{lost} only in the log" in ran.out
    assert logged_hub.hashes() == before
    assert logged_hub.recorded() == recorded
    assert logged_hub.kith("verify").code == 0
    assert [page[0] for page in pages(logged_hub)] == ["log-repaired"]
    # All of it had been delivered: nothing is sent again.
    assert logged_hub.one("select count(*) from kept.outbox_notification") == 0
    logged_hub.append(5)
    logged_hub.drained()
    sent = logged_hub.one("select count(*) from derived.notification")
    assert sum(logged_hub.ends().values()) == sent
    assert sum(ends.values()) < sent


def test_what_only_the_tables_have_is_sent_again_in_order(logged_hub: LoggedHub) -> None:
    """Fails without: send_again; without its order."""
    before, ends = logged_hub.hashes(), logged_hub.ends()
    entries = {each.hash: each for each in logged_hub.log()}
    logged_hub.truncate_log()
    assert logged_hub.log() == []
    assert logged_hub.kith("verify").code == 1
    ran = logged_hub.kith("verify", "--repair")
    assert ran.code == 0, ran.err
    assert f"{len(entries)} only in the tables" in ran.out
    logged_hub.drained()
    log = logged_hub.log()
    assert {each.hash: each for each in log} == entries
    sequences: defaultdict[UUID, list[int]] = defaultdict(list)
    for each in log:
        sequences[each.child_id].append(each.sequence)
    for each_child in sequences.values():
        assert each_child == list(range(1, len(each_child) + 1))
    assert logged_hub.kith("verify").code == 0
    assert logged_hub.hashes() == before
    assert logged_hub.ends() == ends


def write_to_log(hub: LoggedHub, envelope: Envelope, child: UUID) -> None:
    """Put a message on the log as the relay's principal."""
    world = hub.wiring.world
    producer = Producer(hub.settings.kafka("hub-relay").for_confluent())
    producer.produce(
        TIMELINE_TOPIC,
        encode_envelope(envelope, world.registry),
        partition=world.log_partition(child),
    )
    assert producer.flush(20) == 0


@pytest.mark.parametrize("alone", [False, True], ids=["beside the right one", "alone"])
def test_a_contradiction_stops_and_pages_and_changes_nothing(
    logged_hub: LoggedHub, alone: bool
) -> None:
    """Fails without: the comparison of hashes with the tables; without beyond_repair."""
    child, sequence, *stored = logged_hub.rows(
        "select child_id, sequence, header, key_id, nonce, sealed from derived.entry "
        "where sequence = 3 order by child_id limit 1"
    )[0]
    registry = logged_hub.wiring.world.registry
    held = Envelope(*stored)
    another = replace(decode_header(held.header, registry), ruleset="another")
    # Which would notice by itself that the log ends otherwise, and send again what it lost.
    logged_hub.running.stop("relay")
    if alone:
        logged_hub.truncate_log()
    write_to_log(logged_hub, replace(held, header=encode_header(another, registry)), child)
    if not alone:
        # What could be repaired is not, either.
        other_child = logged_hub.one("select max(child_id::text)::uuid from derived.child")
        forget_tail(logged_hub, other_child, KEPT)
    before = logged_hub.hashes()
    for arguments in (("verify",), ("verify", "--repair")):
        ran = logged_hub.kith(*arguments)
        assert ran.code == 2
        assert f"{child} #{sequence}" in ran.out
        assert "A person must find out" in ran.out
    assert logged_hub.hashes() == before
    paged = ("log-conflict", str(child), "entry 3: log and tables differ")
    assert pages(logged_hub) == [paged, paged]
    assert logged_hub.one("select count(*) from kept.outbox_entry") == 0
    # And no rebuild puts either of them in place.
    ran = logged_hub.kith("rebuild")
    assert ran.code == 2
    assert ("the log lacks entries" if alone else "two entries with different hashes") in ran.err
    assert logged_hub.hashes() == before


@pytest.mark.parametrize("which", ["middle", "last"])
def test_an_entry_that_neither_has_is_said_and_paged(logged_hub: LoggedHub, which: str) -> None:
    """Fails without: gaps."""
    child = a_child(logged_hub)
    last = logged_hub.one("select sequence from derived.child where child_id = %s", child)
    missing = 3 if which == "middle" else last
    logged_hub.truncate_log()
    logged_hub.execute(
        "delete from derived.entry where child_id = %s and sequence = %s", child, missing
    )
    before = logged_hub.hashes()
    ran = logged_hub.kith("verify", "--repair")
    assert ran.code == 2
    assert f"1 in neither, though later ones are: {child} #{missing}" in ran.out
    assert pages(logged_hub) == [
        ("log-conflict", str(child), f"entry {missing}: neither log nor tables have it")
    ]
    time.sleep(0.5)
    assert logged_hub.log() == []
    assert logged_hub.hashes() == before
