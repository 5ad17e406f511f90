"""What a steward sees of the quarantine; what it says only when it is asked for."""

import base64
import io
from dataclasses import replace
from uuid import UUID

import pytest
from rich.console import Console

from kith.cli.quarantine_printing import (
    Redriven,
    as_data,
    content_of,
    dumped,
    redriven_as_data,
    show_list,
    show_one,
    show_redriven,
)
from projections.append.arrivals import Fate, Outcome
from projections.queries.quarantine import Quarantined, why_not
from projections.queries.words.quarantine import advice
from schemas.codec import encode
from schemas.plain import read_event
from tests.unit.cli.logged import CHILD
from tests.unit.rules.said import NHS_NUMBER, incident, london, registry

RECORD = Quarantined(
    quarantine_id=UUID("d2b30550-65a9-5d98-9003-ab856c39b1b5"),
    topic="agency.police.events",
    partition=0,
    offset=9,
    agency="police",
    reason="bad-magic",
    detail="the message does not start as Avro does",
    size_bytes=1234,
    broker_at=london("2021-10-02 02:41"),
    received_at=london("2021-10-02 02:41"),
    quarantined_at=london("2021-10-02 02:42"),
    backfilled=False,
    state="waiting",
    resolved_at=None,
    resolution=None,
)
DISCARDED = replace(
    RECORD,
    state="discarded",
    resolved_at=london("2021-10-02 09:00"),
    resolution="A test of theirs.",
)
SCHEMA, DATUM = read_event(incident("ligature").plain(), registry())
MESSAGE = encode(SCHEMA, DATUM)


def console() -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=100, highlight=False), out


def text_of(out: io.StringIO) -> str:
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def test_a_list_has_one_line_a_record() -> None:
    screen, out = console()
    show_list([RECORD, replace(RECORD, reason="invalid")], resolved_too=False, console=screen)
    assert text_of(out).splitlines() == [
        "id        agency  why        bytes  received              place",
        "d2b30550  police  bad magic  1,234  Sat 2 Oct 2021 02:41  agency.police.events[0]@9",
        "d2b30550  police  invalid    1,234  Sat 2 Oct 2021 02:41  agency.police.events[0]@9",
    ]


def test_with_what_was_resolved_the_state_is_shown() -> None:
    screen, out = console()
    show_list([DISCARDED], resolved_too=True, console=screen)
    assert text_of(out).endswith("discarded")


def test_an_empty_quarantine_says_so() -> None:
    screen, out = console()
    show_list([], resolved_too=False, console=screen)
    assert out.getvalue() == "Nothing waits.\n"


def test_one_record_says_why_where_when_and_what_to_do() -> None:
    screen, out = console()
    show_one(RECORD, None, screen)
    text = text_of(out)
    for part in (
        "d2b30550-65a9-5d98-9003-ab856c39b1b5",
        "bad magic: the message does not start as Avro does",
        "police, agency.police.events[0]@9",
        "1,234 bytes",
        "Received     Sat 2 Oct 2021 02:41:00, London",
        "What to do   The bytes are no event",
    ):
        assert part in text


def test_what_is_discarded_says_why_and_asks_for_nothing() -> None:
    screen, out = console()
    show_one(DISCARDED, None, screen)
    assert "Discarded    Sat 2 Oct 2021 09:00:00, London: A test of theirs." in text_of(out)
    assert "What to do" not in text_of(out)


def test_bytes_are_dumped_so_that_a_terminal_obeys_none_of_them() -> None:
    screen, out = console()
    show_one(RECORD, content_of(b"\x00evil \x1b[2J\xff", registry()), screen)
    assert "000000  00 65 76 69 6c 20 1b 5b 32 4a ff" in out.getvalue()
    assert ".evil .[2J." in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_a_dump_has_sixteen_bytes_a_line() -> None:
    lines = list(dumped(bytes(range(48, 48 + 20))))
    assert lines[0] == ("000000  30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?")
    assert lines[1].startswith("000010  40 41 42 43 ")
    assert lines[1].endswith(" @ABC")


def test_what_can_be_decoded_is_shown_as_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    screen, _ = console()
    show_one(RECORD, content_of(MESSAGE, registry()), screen)
    assert '"type": "custody-incident"' in capsys.readouterr().out


def test_json_holds_the_content_only_when_it_was_opened() -> None:
    assert "content" not in as_data(RECORD)
    opened = as_data(RECORD, content_of(MESSAGE, registry()))["content"]
    assert base64.b64decode(opened["base64"]) == MESSAGE
    assert opened["event"]["event"]["subject"]["identifiers"][0]["value"] == NHS_NUMBER
    broken = as_data(RECORD, content_of(b"zz", registry()))["content"]
    assert broken["event"] is None
    assert broken["undecodable"]


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (Outcome(Fate.RECORDED, CHILD, 41), f"recorded as entry #41 of child {CHILD}"),
        (
            Outcome(Fate.DUPLICATE, CHILD, 4),
            "was recorded before, as entry #4; nothing was added",
        ),
        (
            Outcome(Fate.QUARANTINED, reason="bad-magic"),
            "stays in quarantine, bad magic: the message does not start as Avro does",
        ),
    ],
)
def test_what_became_of_it(outcome: Outcome, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_redriven(Redriven(RECORD, outcome))
    assert capsys.readouterr().out == f"d2b30550: {says}\n"
    data = redriven_as_data(Redriven(RECORD, outcome))
    assert data["fate"] == outcome.fate.value
    assert (data["detail"] is not None) == (outcome.fate is Fate.QUARANTINED)


def test_only_what_waits_is_sent_again_and_a_scenario_never_reaches_real_children() -> None:
    assert why_not(RECORD, scenario=False) is None
    assert why_not(DISCARDED, scenario=False) == "it was discarded already"
    played = replace(RECORD, reason="scenario-time")
    assert why_not(played, scenario=False) == "it was made for a scenario: discard it"
    assert why_not(played, scenario=True) is None


def test_every_reason_of_the_append_has_advice_of_its_own() -> None:
    general = advice("something else")
    own = {
        "empty",
        "unknown-schema",
        "not-an-event",
        "scenario-time",
        "another-agency",
        "invalid",
        "conflict",
        "version-conflict",
        "unknown-alert",
        "undecided",
    }
    for reason in own:
        assert advice(reason) != general
    for reason in ("too-large", "bad-magic", "truncated", "malformed", "trailing-bytes"):
        assert advice(reason) == general
