"""`kith quarantine` on a real database: listed, opened, corrected, sent again, discarded."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli_hub import CliHub, message, utc
from tests.unit.rules.said import NHS_NUMBER, Said, incident

LIGATURE = incident("ligature", "2021-10-02 02:40", reference="CR-1/1", means="shoelace")
GOOD = message(LIGATURE)
ADVICE = "What to do"


@pytest.fixture
def hub(cli_hub: CliHub) -> CliHub:
    cli_hub.at("2021-10-02 02:41")
    return cli_hub


def quarantined(hub: CliHub, *values: bytes | None) -> list[str]:
    """The ids of what could not be accepted, in the order in which it came."""
    hub.send(*(("police", value) for value in values))
    return [each["quarantine_id"] for each in hub.kith("quarantine", "list", "--json").data]


def written(path: Path, *said: Said) -> str:
    plain: list[dict[str, Any]] = [each.plain() for each in said]
    path.write_text("".join(json.dumps(each) + "\n" for each in plain))
    return str(path)


def test_it_is_listed_and_shown_without_what_it_says(hub: CliHub) -> None:
    cut, empty = quarantined(hub, GOOD[:-2], None)
    listed = hub.kith("quarantine", "list")
    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines()] == ["id", cut[:8], empty[:8]]
    shown = hub.kith("quarantine", "show", cut[:8])
    for part in ("truncated", "agency.police.events[0]@0", f"{len(GOOD) - 2} bytes", "02:41:00"):
        assert part in shown.out
    for ran in (listed, shown, hub.kith("quarantine", "show", cut, "--json")):
        assert "shoelace" not in ran.out
        assert NHS_NUMBER not in ran.out


def test_its_content_is_opened_only_on_request(hub: CliHub) -> None:
    other = incident("ligature", "2021-10-02 02:40", reference="CR-1/1", means="belt")
    cut, conflict = quarantined(hub, GOOD[:-2], GOOD, message(other))
    assert "It cannot be decoded" in hub.kith("quarantine", "show", cut, "--content").out
    opened = hub.kith("quarantine", "show", conflict, "--content", "--json").data
    assert opened["reason"] == "conflict"
    assert opened["content"]["event"]["means"] == "belt"


def test_the_same_bytes_are_refused_again_for_the_same_reason(hub: CliHub) -> None:
    (cut,) = quarantined(hub, GOOD[:-2])
    ran = hub.kith("quarantine", "redrive", cut[:8])
    assert ran.code == 1
    assert ran.out.startswith(f"{cut[:8]}: stays in quarantine, truncated: ")
    (still,) = hub.kith("quarantine", "list", "--json").data
    assert still["state"] == "waiting"


def test_a_corrected_event_is_recorded_with_the_time_at_which_it_first_came(
    hub: CliHub, tmp_path: Path
) -> None:
    (cut,) = quarantined(hub, GOOD[:-2])
    hub.at("2021-10-04 09:00")
    file = written(tmp_path / "corrected.jsonl", LIGATURE)
    ran = hub.kith("quarantine", "redrive", cut, "--corrected", file, "--json")
    assert ran.code == 0
    (done,) = ran.data
    assert done["fate"] == "recorded"
    entries = hub.kith("timeline", done["child_id"], "--json").data["entries"]
    assert entries[0]["type"] == "custody-incident"
    assert entries[0]["received_at"] == utc("2021-10-02 02:41")
    assert "alert-raised" in [entry["type"] for entry in entries]
    (row,) = hub.kith("quarantine", "list", "--all", "--json").data
    assert row["state"] == "redriven"
    again = hub.kith("quarantine", "redrive", cut)
    assert (again.code, again.out) == (1, "")
    assert "cannot be redriven: it was redriven already" in again.err


def test_what_was_recorded_meanwhile_is_not_recorded_twice(hub: CliHub, tmp_path: Path) -> None:
    (cut,) = quarantined(hub, GOOD[:-2], GOOD)
    file = written(tmp_path / "corrected.jsonl", LIGATURE)
    ran = hub.kith("quarantine", "redrive", cut, "--corrected", file)
    assert ran.code == 0
    assert "was recorded before, as entry #1; nothing was added" in ran.out


def test_a_corrected_event_speaks_only_for_the_topic_s_own_agency(
    hub: CliHub, tmp_path: Path
) -> None:
    (cut,) = quarantined(hub, GOOD[:-2])
    plain = LIGATURE.plain()
    plain["event"]["agency"] = "camhs"
    file = tmp_path / "corrected.jsonl"
    file.write_text(json.dumps(plain))
    ran = hub.kith("quarantine", "redrive", cut, "--corrected", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert "event.agency" in ran.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "must hold one event on one line; it holds 0"),
        ("{}\n{}\n", "must hold one event on one line; it holds 2"),
        ("not json", "corrected.jsonl:1: the event is not valid JSON"),
        ('{"type": "custody-incident", "event": {}}', "is missing"),
    ],
)
def test_a_file_that_holds_no_event_is_refused(
    hub: CliHub, tmp_path: Path, content: str, says: str
) -> None:
    (cut,) = quarantined(hub, GOOD[:-2])
    file = tmp_path / "corrected.jsonl"
    file.write_text(content)
    ran = hub.kith("quarantine", "redrive", cut, "--corrected", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def test_a_steward_discards_with_a_reason_that_is_kept(hub: CliHub) -> None:
    first, second = quarantined(hub, b"zz", None)
    hub.at("2021-10-04 09:00")
    done = hub.kith("quarantine", "discard", first[:8], "--reason", "A test of theirs.", "--json")
    assert done.code == 0
    assert done.data["state"] == "discarded"
    assert done.data["resolution"] == "A test of theirs."
    assert done.data["resolved_at"] == utc("2021-10-04 09:00")
    (left,) = hub.kith("quarantine", "list", "--json").data
    assert left["quarantine_id"] == second
    again = hub.kith("quarantine", "discard", first, "--reason", "Once more.")
    assert (again.code, again.err) == (1, "It was discarded already. Nothing was changed.\n")
    assert hub.kith("quarantine", "redrive", first).code == 1


def test_what_there_is_not_is_said_in_one_line(hub: CliHub) -> None:
    assert hub.kith("quarantine", "list").out == "Nothing waits.\n"
    missing = hub.kith("quarantine", "show", "00000000")
    assert (missing.code, missing.out) == (1, "")
    assert missing.err == "There is no such record: `kith quarantine list --all` shows all.\n"
    assert hub.kith("quarantine", "show", "zz").code == 2
