"""How children, teams and times are named on the command line."""

from datetime import timedelta

import pytest

from kith.cli.naming import (
    check_recipient,
    read_identifier,
    read_reason,
    read_recipient,
    read_time,
)
from kith.cli.reading import WRONG, Wrong
from kith.settings import AGENCIES_FILE
from projections.queries.short_ids import NotAnId, id_range, short
from safeguarding.facts import Recipient
from safeguarding.identifiers import Identifier
from schemas.agencies import load_agencies
from tests.unit.cli.logged import CHILD
from tests.unit.rules.said import london

AGENCIES = load_agencies(AGENCIES_FILE)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("nhs:9991234004", Identifier("nhs-number", "9991234004")),
        ("NHS: 999 123 4004 ", Identifier("nhs-number", "9991234004")),
        ("nhs-number:999-123-4004", Identifier("nhs-number", "9991234004")),
        ("upn:a838400121001", None),
        ("upn:M838400121001", Identifier("upn", "M838400121001")),
        ("local:police:PN-1", Identifier("local", "PN-1", "police")),
        ("local:social-care: LA:20/4 ", Identifier("local", "LA:20/4", "social-care")),
    ],
)
def test_an_identifier_is_read_as_agencies_send_it(
    text: str, identifier: Identifier | None
) -> None:
    if identifier is None:
        with pytest.raises(Wrong):
            read_identifier(text, AGENCIES.agencies)
    else:
        assert read_identifier(text, AGENCIES.agencies) == identifier


@pytest.mark.parametrize(
    "text",
    [
        "nhs:9991234005",
        "nhs:",
        "nhs:1111111111",
        "upn:M83840012100",
        "local:PN-777",
        "local:nobody:PN-777",
        "passport:PN-777",
        ":PN-777",
    ],
)
def test_a_wrong_identifier_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(Wrong) as refused:
        read_identifier(text, AGENCIES.agencies)
    value = text.rpartition(":")[2]
    assert not value or value not in str(refused.value)
    assert refused.value.code == WRONG


def test_a_team_is_read_with_agency_and_role() -> None:
    edt = Recipient("social-care", "edt", "edt")
    assert read_recipient("social-care/edt/edt", AGENCIES) == edt
    assert read_recipient("gone/team/role") == Recipient("gone", "team", "role")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("social-care", "AGENCY/TEAM/ROLE"),
        ("social-care/edt", "AGENCY/TEAM/ROLE"),
        ("social-care//edt", "AGENCY/TEAM/ROLE"),
        ("a/b/c/d", "AGENCY/TEAM/ROLE"),
        ("polis/custody/custody_sergeant", "there are acute-trust, camhs"),
        ("police/kustody/custody_sergeant", "in police; there are custody, missing."),
        ("police/custody/sergeant", "in police/custody; there are custody_inspector"),
    ],
)
def test_an_unknown_team_is_refused_with_those_that_there_are(text: str, says: str) -> None:
    with pytest.raises(Wrong, match=r".") as refused:
        read_recipient(text, AGENCIES)
    assert says in str(refused.value)


def test_what_does_not_look_like_a_team_is_not_repeated() -> None:
    with pytest.raises(Wrong) as refused:
        check_recipient(Recipient("Alex Sample 2006", "edt", "edt"), AGENCIES)
    assert "Alex" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2021-10-02", "2021-10-02 00:00", "2021-10-03 00:00"),
        ("2021-10-31", "2021-10-31 00:00", "2021-11-01 00:00"),
        ("2021-10-02T02:41", "2021-10-02 02:41", "2021-10-02 02:42"),
        ("2021-10-02 02:41", "2021-10-02 02:41", "2021-10-02 02:42"),
        ("2021-10-02T02:41Z", "2021-10-02 03:41", "2021-10-02 03:42"),
        ("2021-12-02T02:41+01:00", "2021-12-02 01:41", "2021-12-02 01:42"),
        ("2021-10-31T01:30+00:00", "2021-10-31 01:30+00:00", "2021-10-31 01:31+00:00"),
    ],
)
def test_a_day_or_a_minute_is_a_period(text: str, start: str, end: str) -> None:
    assert read_time(text) == london(start)
    last = london(end) - timedelta(microseconds=1)
    assert read_time(text, end_of_period=True) == last


def test_a_time_with_seconds_is_an_instant() -> None:
    at = london("2021-10-02 02:41:15")
    assert read_time("2021-10-02T02:41:15") == at
    assert read_time("2021-10-02T02:41:15", end_of_period=True) == at


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2021-10",
        "2021-13-01",
        "2021-02-29",
        "2021-10-02T25:00",
        "02/10/2021",
        "",
        "2021-10-31T01:30",  # Twice.
        "2021-03-28T01:30",  # Not at all.
        "0001-01-01T00:00+14:00",
        "9999-12-31",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        read_time(text, end_of_period=True)


def test_an_id_is_found_by_its_first_characters() -> None:
    wanted = id_range("4F0C8A1E-0000")
    assert wanted.first <= CHILD <= wanted.last
    other = id_range("4f0c8a1f")
    assert not other.first <= CHILD <= other.last
    assert id_range(short(CHILD)).first <= CHILD
    assert id_range(str(CHILD)).first == CHILD == id_range(str(CHILD)).last


@pytest.mark.parametrize("text", ["4f0c8a1", "", "not-an-id-at-all", f"{CHILD}0", "４f0c8a1e"])
def test_too_little_of_an_id_is_none(text: str) -> None:
    with pytest.raises(NotAnId):
        id_range(text)


def test_a_reason_is_needed_and_has_an_end() -> None:
    assert read_reason("  Takes her in. ") == "Takes her in."
    for text in ("", "   ", "x" * 1001):
        with pytest.raises(Wrong):
            read_reason(text)
