"""What cannot be accepted: kept sealed with its reason, paged, and in nobody's way."""

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from projections.append import journal, write_all
from projections.append.arrivals import Record
from projections.database import execute_each
from safeguarding.events import Event
from safeguarding.evolve import evolve
from safeguarding.facts import Undecided
from schemas.codec import MAX_DECODE_BYTES, encode
from schemas.envelope import open_sealed
from tests.integration.append.hub import AppendHub, acknowledgement, fates, id_of, message
from tests.unit.rules.hub import teams
from tests.unit.rules.said import incident, other, registry, report

GOOD = message(incident("ligature").plain())
SECRET = "tracksuit"


NOBODY: dict[str, Any] = {"identifiers": [], "name": None, "born": None}


def header_of(plain: dict[str, Any], **changes: Any) -> bytes:
    """An event past the producer library: encoded without being validated."""
    from schemas.plain import read_event

    schema, datum = read_event(plain, registry())
    datum["event"] |= changes
    return encode(schema, datum)


def plain() -> dict[str, Any]:
    return incident("ligature", means=SECRET).plain()


def a_log_header() -> bytes:
    return registry().record("kith.log.v1.EntryHeader").fingerprint


def number_out_of_range() -> bytes:
    """The index of an enum's symbol that there is not, where the kind of incident stands."""
    body = message(incident("ligature", record="CR", means=None).plain())
    kind = struct.pack("b", 0)  # ligature is the first symbol
    place = body.index(b"\nnorth") + len(b"\nnorth")
    assert body[place : place + 1] == kind
    return body[:place] + b"\x7e" + body[place + 1 :]


KINDS: dict[str, tuple[bytes | None, str]] = {
    "no value": (None, "empty"),
    "no bytes": (b"", "empty"),
    "other bytes": (b"\x00\x00\x00\x00\x2a" + GOOD, "bad-magic"),
    "text": (b'{"type": "custody-incident"}', "bad-magic"),
    "a cut header": (GOOD[:7], "truncated"),
    "an unknown schema": (GOOD[:2] + b"\x01" * 8 + GOOD[10:], "unknown-schema"),
    "a cut body": (GOOD[:-9], "truncated"),
    "bytes after the end": (GOOD + b"\x00\x00", "trailing-bytes"),
    "a symbol that there is not": (number_out_of_range(), "malformed"),
    "more than is read": (GOOD[:10] + b"\x02" * MAX_DECODE_BYTES, "too-large"),
    "another record of the contract": (GOOD[:2] + a_log_header() + GOOD[10:], "malformed"),
    "no identifiers": (
        header_of(plain(), subject=NOBODY),
        "invalid",
    ),
    "no reference": (header_of(plain(), reference=""), "invalid"),
    "version nought": (header_of(plain(), version=0), "invalid"),
    "another agency": (header_of(plain(), agency="camhs"), "another-agency"),
    "a zero character": (header_of(plain(), said_by="custody\0sergeant"), "invalid"),
}
every_kind = pytest.mark.parametrize(("value", "reason"), KINDS.values(), ids=KINDS.keys())


@every_kind
def test_it_is_quarantined_with_its_reason_and_paged(
    hub: AppendHub, value: bytes | None, reason: str
) -> None:
    record = hub.topics.record("police", value)
    assert fates(hub.append(record)) == [f"quarantined {reason}"]
    ((_, detail),) = hub.quarantined()
    assert hub.pages() == [f"quarantined: {reason}"]
    assert detail
    assert SECRET not in detail
    assert hub.children() == []
    assert original(hub) == [value or b""]


def original(hub: AppendHub) -> list[bytes]:
    """What was sealed, opened with the hub's key of the month."""
    rows = hub.rows(
        "select quarantine_id, nonce, sealed, key_id, content from kept.quarantine "
        "order by log_offset"
    )
    return [
        open_sealed(nonce, sealed, hub.world.keys.key_for(key), entry_id=identity, digest=content)
        for identity, nonce, sealed, key, content in rows
    ]


def test_twelve_kinds_by_ten_among_good_events_are_all_set_aside_and_the_good_ones_in_order(
    hub: AppendHub,
) -> None:
    # Row 6 of the reliability bars: 12 kinds of 10 each (50 in the long form).
    records: list[Record] = []
    good = 0
    for _ in range(10):
        for value, _ in KINDS.values():
            # Two megabytes once are enough.
            records.append(hub.topics.record("police", value and value[:100_000]))
            good += 1
            said = other("2021-10-01", reference=f"LS-{good}")
            records.append(hub.topics.record("police", message(as_police(said.plain()))))
    reasons = []
    for start in range(0, len(records), 40):
        reasons += fates(hub.append(*records[start : start + 40]))
    assert [fate for fate in reasons if fate == "recorded"] == ["recorded"] * good
    assert hub.one("select count(*) from kept.quarantine") == len(records) - good == 160
    assert len(hub.pages()) == 160
    (child,) = hub.children()
    said_in_order = [e.body.reference for e in hub.entries(child) if isinstance(e.body, Event)]
    assert said_in_order == [f"LS-{n}" for n in range(1, good + 1)]
    assert hub.one("select next_offset from kept.position") == len(records)


def as_police(event: dict[str, Any]) -> dict[str, Any]:
    del event["event"]["event_id"]
    event["event"]["agency"] = "police"
    return event


def test_fifty_megabytes_that_another_client_got_through_are_kept_and_in_nobodys_way(
    hub: AppendHub,
) -> None:
    huge = GOOD[:10] + bytes(50_000_000)
    records = [hub.topics.record("police", huge), hub.record(incident("ligature"))]
    assert fates(hub.append(*records)) == ["quarantined too-large", "recorded"]
    assert hub.one("select size_bytes from kept.quarantine") == len(huge)


def test_the_reason_names_every_field_that_is_wrong_and_no_value(hub: AppendHub) -> None:
    value = header_of(plain(), reference="", version=0, labels=["x" * 99])
    hub.append(hub.topics.record("police", value))
    ((_, detail),) = hub.quarantined()
    for field in ("event.reference", "event.version", "event.labels[0]"):
        assert field in detail
    assert "xxx" not in detail


def test_what_was_quarantined_can_be_put_right_and_sent_through_again(hub: AppendHub) -> None:
    hub.append(hub.topics.record("police", header_of(plain(), version=0)))
    (identity,) = (row[0] for row in hub.rows("select quarantine_id from kept.quarantine"))
    again = Record("agency.police.events", "police", 0, 0, message(plain()), hub.clock.at, False)
    assert fates(hub.append(replace(again, quarantine_id=identity))) == ["recorded"]
    assert hub.rows("select state, resolved_at from kept.quarantine") == [
        ("redriven", hub.clock.at)
    ]


# --- acknowledgements --------------------------------------------------------------------------


def test_an_acknowledgement_of_an_alert_that_there_is_not(hub: AppendHub) -> None:
    edt = teams()["edt"]
    answer = acknowledgement(id_of("nothing"), (edt.agency, edt.team, edt.role), "2021-10-02 02:45")
    record = hub.topics.record(edt.agency, message(answer))
    assert fates(hub.append(record)) == ["quarantined unknown-alert"]
    assert hub.pages() == ["quarantined: unknown-alert"]


# --- a fault of our own ------------------------------------------------------------------------


def failing_on(reference: str, real: Callable[..., Any]) -> Callable[..., Any]:
    """The real function, but for what says this reference, also where it is kept undecided."""

    def fail(*arguments: Any) -> Any:
        for each in arguments:
            body = getattr(each, "body", each)
            if isinstance(body, Event | Undecided) and body.reference == reference:
                raise ZeroDivisionError(f"this text must stand nowhere: {SECRET}")
        return real(*arguments)

    return fail


def test_what_cannot_even_be_kept_undecided_is_set_aside_alone(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without: the quarantine after the second attempt in `Appending._set_aside`."""
    monkeypatch.setattr(journal, "evolve", failing_on("I-2", evolve))
    said = [
        incident("ligature", f"2021-10-02 02:3{n}", reference=f"I-{n}", means=SECRET)
        for n in range(5)
    ]
    assert fates(hub.say(*said)) == [
        "recorded",
        "recorded",
        "quarantined undecided",
        "recorded",
        "recorded",
    ]
    (child,) = hub.children()
    events = [e.body.reference for e in hub.entries(child) if isinstance(e.body, Event)]
    assert events == ["I-0", "I-1", "I-3", "I-4"]
    assert hub.one("select level from derived.alert") == 4
    assert hub.quarantined() == [("undecided", "the hub failed to decide on it: ZeroDivisionError")]
    assert hub.pages() == ["quarantined: undecided"]
    assert hub.one("select next_offset from kept.position") == 5


def test_when_the_fault_is_mended_it_can_be_sent_through_again(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(journal, "evolve", failing_on("I-2", evolve))
        hub.say(incident("ligature", reference="I-2"))
    (identity,) = (row[0] for row in hub.rows("select quarantine_id from kept.quarantine"))
    record = replace(hub.record(incident("ligature", reference="I-2")), quarantine_id=identity)
    assert fates(hub.append(record)) == ["recorded"]
    assert hub.one("select state from kept.quarantine") == "redriven"
    assert hub.one("select count(*) from derived.alert") == 1


def test_a_failing_rule_is_a_fact_and_a_page_and_the_others_decide(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = next(rule for rule in hub.world.ruleset.rules if rule.id == "missing")

    def fail(*_: object) -> None:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr(type(missing), "assess", fail)
    hub.clock.move("2021-10-02 09:00")
    assert fates(hub.say(report("M-1", "2021-10-02 02:00"))) == ["recorded"]
    assert [row[0] for row in hub.rows("select type from derived.entry order by sequence")] == [
        "missing-report",
        "child-identified",
        "rule-failed",
        "alert-raised",  # late-disclosure
    ]
    assert hub.rows("select reason, detail from kept.page") == [
        ("rule-failed", "missing: ZeroDivisionError")
    ]


def test_nothing_of_a_batch_is_left_when_the_database_fails_in_it(
    hub: AppendHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_the_end(*arguments: Any) -> None:
        execute_each(*arguments)
        raise ConnectionResetError

    hub.say(incident("ligature", reference="I-1"))
    before = hub.rows("select count(*), max(sequence) from derived.entry")
    with monkeypatch.context() as broken:
        broken.setattr(write_all, "execute_each", fail_at_the_end)
        with pytest.raises(ConnectionResetError):
            hub.say(incident("force_used", reference="I-2"))
    assert hub.rows("select count(*), max(sequence) from derived.entry") == before
    assert fates(hub.say(incident("force_used", reference="I-2"))) == ["recorded"]
