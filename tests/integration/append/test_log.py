"""The log: ids, order, chain, what stands in clear, who may change it, and a destroyed key."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from producers.json_lines import read_lines
from projections.append.arrivals import Record
from safeguarding.events import ABOUT_ALERTS
from safeguarding.ids import event_entry_id
from schemas.envelope import verify_chain
from schemas.keys import KeyDestroyed
from tests.integration.append.hub import AppendHub, fates, message
from tests.unit.rules.said import found, incident, report

SAMPLES = Path(__file__).parents[3] / "producers" / "samples"


def some_weeks(hub: AppendHub) -> None:
    """Several children, alerts, corrections, in batches of several sizes."""
    hub.clock.move("2021-10-05 12:00")
    local = {"scheme": "local", "value": "PN-2"}
    said = incident("ligature", reference="I-1")
    hub.say(said, replace(incident("unconscious", record="CR-9"), identifiers=(local,)))
    hub.say(report("M-1", "2021-10-03 22:00"), found("M-1", "2021-10-03 23:30"))
    hub.say(said.corrected(kind="force_used"))
    hub.say(*(report(f"M-{n}", f"2021-10-0{n} 22:00") for n in (2, 3, 4)), said.corrected())


# --- ids, order, chain -------------------------------------------------------------------------


def test_ids_are_unique_and_follow_from_what_does_not_change(hub: AppendHub) -> None:
    some_weeks(hub)
    headers = hub.headers()
    assert max(Counter(header.entry_id for header in headers).values()) == 1
    for header in headers:
        if header.event_id is not None:
            assert header.agency is not None
            assert header.entry_id == event_entry_id(header.agency, header.event_id)
    notifications = [row[0] for row in hub.rows("select notification_id from derived.notification")]
    assert len(notifications) > 15
    assert len(set(notifications)) == len(notifications)


def test_each_childs_log_counts_from_one_and_its_chain_holds(hub: AppendHub) -> None:
    some_weeks(hub)
    children = hub.children()
    assert len(children) == 2
    for child in children:
        assert [entry.sequence for entry in hub.entries(child)] == list(
            range(1, len(hub.log(child)) + 1)
        )
        assert verify_chain(hub.log(child), hub.world.registry) is None


def test_a_changed_or_missing_entry_breaks_the_chain(hub: AppendHub) -> None:
    some_weeks(hub)
    log = max((hub.log(child) for child in hub.children()), key=len)
    keys = hub.world.keys.key_for
    registry = hub.world.registry
    assert verify_chain(log, registry, key_for=keys) is None
    without = verify_chain([*log[:3], *log[4:]], registry)
    assert without is not None
    assert without.position == 3
    changed = replace(log[2], sealed=log[2].sealed[:-1] + bytes([log[2].sealed[-1] ^ 1]))
    broken = verify_chain([*log[:2], changed, *log[3:]], registry, key_for=keys)
    assert broken is not None
    assert broken.position == 2


def test_the_entries_of_an_append_say_how_many_they_are_and_which(hub: AppendHub) -> None:
    some_weeks(hub)
    appends: dict[Any, list[Any]] = {}
    for header in hub.headers():
        appends.setdefault(header.append_id, []).append(header)
    assert len(appends) == 4
    for of_one in appends.values():
        assert {header.append_size for header in of_one} == {len(of_one)}
        assert sorted(header.append_index for header in of_one) == list(range(len(of_one)))


def test_what_follows_from_an_event_says_so(hub: AppendHub) -> None:
    some_weeks(hub)
    for child in hub.children():
        earlier: set[object] = set()
        for header in hub.headers_of(child):
            if header.event_id is not None:
                assert header.caused_by is None
                assert header.correlation_id == header.entry_id
            else:
                assert header.caused_by in earlier
                assert header.correlation_id in earlier
            earlier.add(header.entry_id)


def test_every_entry_and_notification_waits_to_be_sent(hub: AppendHub) -> None:
    some_weeks(hub)
    unsent = hub.rows(
        "select child_id, sequence from derived.entry except "
        "select child_id, sequence from kept.outbox_entry"
    )
    assert unsent == []
    assert (
        hub.rows(
            "select notification_id from derived.notification except "
            "select notification_id from kept.outbox_notification"
        )
        == []
    )


# --- positions ---------------------------------------------------------------------------------


def position(hub: AppendHub) -> list[tuple[Any, ...]]:
    return hub.rows("select topic, partition, next_offset from kept.position order by 1, 2")


def test_positions_are_behind_the_last_record_of_each_partition(hub: AppendHub) -> None:
    hub.say(incident("ligature"), incident("force_used"), incident("unconscious"))
    hub.append(hub.topics.record("camhs", b"bad"))
    hub.append(hub.topics.record("police", b"bad", backfilled=True))
    assert position(hub) == [
        ("agency.camhs.events", 0, 1),
        ("agency.police.backfill", 0, 1),
        ("agency.police.events", 0, 3),
    ]


def test_positions_never_go_back(hub: AppendHub) -> None:
    records = [hub.record(incident("ligature", reference=f"I-{n}")) for n in range(4)]
    hub.append(*records)
    content = hub.one("select last_content from kept.position")
    for again in (records[:1], records[1:3], list(reversed(records))):
        hub.append(*again)
        assert position(hub) == [("agency.police.events", 0, 4)]
        assert hub.one("select last_content from kept.position") == content


def test_what_a_steward_sends_through_again_moves_no_position(hub: AppendHub) -> None:
    hub.append(hub.topics.record("police", b"bad"))
    (identity,) = (row[0] for row in hub.rows("select quarantine_id from kept.quarantine"))
    again = Record(
        "agency.police.events",
        "police",
        0,
        99,
        message(incident("ligature").plain()),
        hub.clock.at,
        backfilled=False,
        quarantine_id=identity,
    )
    assert fates(hub.append(again)) == ["recorded"]
    assert position(hub) == [("agency.police.events", 0, 1)]


# --- who may change it -------------------------------------------------------------------------

FORBIDDEN: list[tuple[str, LiteralString]] = [
    ("writer", "update derived.entry set type = 'changed'"),
    ("writer", "update derived.entry set header = header"),
    ("writer", "delete from derived.entry"),
    ("writer", "truncate derived.entry"),
    ("writer", "delete from derived.acknowledgement"),
    ("writer", "update derived.acknowledgement set already_known = true"),
    ("writer", "delete from derived.notification"),
    ("writer", "delete from derived.alert"),
    ("writer", "delete from kept.recorded"),
    ("writer", "delete from kept.quarantine"),
    ("writer", "delete from kept.page"),
    ("writer", "delete from kept.position"),
    ("writer", "update kept.hub set mode = 'scenario'"),
    ("writer", "drop table derived.entry"),
    ("writer", "create table derived.mine (a int)"),
    ("writer", "alter table derived.entry disable trigger all"),
    ("reader", "insert into derived.entry select * from derived.entry"),
    ("reader", "update derived.entry set type = 'changed'"),
    ("reader", "delete from derived.entry"),
    ("reader", "truncate derived.entry"),
    (
        "reader",
        "insert into kept.page (paged_at, reason, concerns, detail) values (now(),'','','')",
    ),
    ("reader", "select kept.end_stale_writers('0 s')"),
]


@pytest.mark.parametrize(("role", "statement"), FORBIDDEN)
def test_nobody_who_appends_or_reads_can_change_what_the_log_says(
    hub: AppendHub, role: str, statement: LiteralString
) -> None:
    hub.say(incident("ligature"))
    connection = hub.connection(role)
    # Readers begin read-only, which a session may change; privileges it may not.
    connection.execute("set default_transaction_read_only = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


# --- what stands in clear ----------------------------------------------------------------------


def test_no_identifier_name_or_account_of_the_samples_stands_in_clear_in_any_table(
    hub: AppendHub,
) -> None:
    hub.clock.move("2024-08-01 12:00")
    secrets: set[str] = {"9991234004"}
    for path in sorted(SAMPLES.glob("*.jsonl")):
        for line in read_lines(path):
            plain: Any = line.plain
            if path.stem == "canary":
                continue  # About no child, and from no agency but the hub's own.
            plain["event"]["agency"] = "police"
            subject = plain["event"]["subject"]
            for identifier in subject["identifiers"]:
                # Local numbers also without their letters, as another system may write them.
                value = identifier["value"]
                secrets |= {value, value.partition("-")[2] or value}
            secrets |= {subject[name] for name in ("name", "born") if name in subject}
            secrets |= {plain[name] for name in FREE_TEXT if isinstance(plain.get(name), str)}
            if path.stem not in ABOUT_ALERTS:
                assert fates(hub.append(hub.topics.record("police", message(plain)))) == [
                    "recorded"
                ]
            # And once where it cannot be accepted.
            hub.append(hub.topics.record("police", message(plain) + b"\0"))
    assert len(secrets) > 15
    found = [
        (table, column)
        for table, column, text in everything(hub)
        for secret in secrets
        if secret.encode() in text or secret.replace(" ", "").encode() in text
    ]
    assert found == []


FREE_TEXT = ("means", "injury", "action_taken", "narrative", "account", "circumstances", "name")


def everything(hub: AppendHub) -> list[tuple[str, str, bytes]]:
    """Each value of each column of each table, as bytes."""
    columns = hub.rows(
        "select table_schema || '.' || table_name, column_name from information_schema.columns "
        "where table_schema in ('kept', 'derived', 'public') order by 1, 2"
    )
    assert {"derived.entry", "kept.quarantine", "derived.alert"} <= {table for table, _ in columns}
    found = []
    for table, column in columns:
        query: Any = f"select {column} from {table}"
        for (value,) in hub.rows(query):
            raw = value if isinstance(value, bytes) else str(value).encode()
            found.append((table, column, raw))
    return found


def test_the_search_would_find_them(hub: AppendHub) -> None:
    hub.say(incident("ligature", reference="9991234004"))
    found = {(table, column) for table, column, text in everything(hub) if b"9991234004" in text}
    # The agency's own reference stands in clear: what corrections are found by.
    assert found == {("derived.entry", "header"), ("derived.standing", "reference")}


# --- a destroyed key ---------------------------------------------------------------------------


def test_a_destroyed_key_puts_the_child_beyond_use_and_the_chain_holds(hub: AppendHub) -> None:
    some_weeks(hub)
    child, other_child = hub.children()
    key_id = hub.one("select key_id from derived.child where child_id = %s", child)
    hub.world.keys.destroy(key_id)
    with pytest.raises(KeyDestroyed):
        hub.entries(child)
    assert hub.entries(other_child)
    assert verify_chain(hub.log(child), hub.world.registry) is None

    def key_or_none(key: str) -> bytes | None:
        return None if key in hub.world.keys.destroyed() else hub.world.keys.key_for(key)

    for each in (child, other_child):
        assert verify_chain(hub.log(each), hub.world.registry, key_for=key_or_none) is None


def test_what_comes_for_a_child_beyond_use_is_set_aside_and_paged(hub: AppendHub) -> None:
    hub.say(incident("ligature", reference="I-1"))
    hub.world.keys.destroy(hub.one("select key_id from derived.child"))
    assert fates(hub.say(incident("ligature", reference="I-2"))) == ["quarantined undecided"]
    assert hub.pages() == ["quarantined: undecided"]
