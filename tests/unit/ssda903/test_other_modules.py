from collections.abc import Sequence
from pathlib import Path

import pytest

from producers.ssda903.modules import Module
from tests.unit.ssda903.returns import mapped, reasons, short, write


def _missing(folder: Path, *rows: str) -> tuple[list[str], dict[str, int]]:
    write(folder, "header.csv", Module.HEADER, ["7,1,01/01/2010,WBRI,UN1,,"])
    write(folder, "missing.csv", Module.MISSING, [f"7,01/01/2010,{row}" for row in rows])
    told, findings = mapped(folder)
    return short(told), dict(reasons(findings))


def test_missing_tells_the_report_and_the_finding(tmp_path: Path) -> None:
    told, found = _missing(tmp_path, "M,01/02/2024,03/02/2024")
    assert told == ["2024-02-01 missing-report missing", "2024-02-03 missing-found"]
    assert not found


def test_away_is_a_kind_of_its_own_and_may_be_open(tmp_path: Path) -> None:
    told, _ = _missing(tmp_path, "A,01/02/2024,")
    assert told == ["2024-02-01 missing-report away_without_authorisation"]


def test_missing_twice_from_one_day_is_twice(tmp_path: Path) -> None:
    rows = ["7,01/01/2010,M,01/02/2024,01/02/2024", "7,01/01/2010,M,01/02/2024,03/02/2024"]
    told, findings = mapped(write(tmp_path, module=Module.MISSING, rows=rows))
    assert len({one.event["event"]["reference"] for one in told}) == 4
    assert len({one.event["episode"] for one in told}) == 2
    assert not reasons(findings)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["M,01/02/2024,03/02/2024", "M,01/02/2024,03/02/2024"], {"said-twice": 1}),
        (["M,01/02/2024,", "M,01/02/2024,"], {"said-twice": 1}),
        (["M,01/02/2024,", "M,01/02/2024,03/02/2024"], {"said-with-end": 1}),
        (["M,01/02/2024,05/02/2024", "A,03/02/2024,04/02/2024"], {"missing-overlap": 1}),
        (["M,01/02/2024,", "A,03/02/2024,04/02/2024"], {"missing-overlap": 1}),
        (["M,01/02/2024,03/02/2024", "M,03/02/2024,04/02/2024"], {}),
    ],
)
def test_rows_that_touch(tmp_path: Path, rows: Sequence[str], found: dict[str, int]) -> None:
    assert _missing(tmp_path, *rows)[1] == found


def test_report_and_finding_carry_one_episode(tmp_path: Path) -> None:
    write(tmp_path, module=Module.MISSING, rows=["7,01/01/2010,M,01/02/2024,03/02/2024"])
    (report, found), _ = mapped(tmp_path)
    assert report.event["episode"] == found.event["episode"]
    assert report.event["last_seen"] == report.event["event"]["occurred"]


def _reviews(folder: Path, *codes: str) -> tuple[list[str | None], dict[str, int]]:
    rows = [f"7,01/01/2010,01/02/2024,{code}" for code in codes]
    told, findings = mapped(write(folder, module=Module.REVIEWS, rows=rows))
    participations = [one.event["participation"] for one in told]
    return [p["code"] if p else None for p in participations], dict(reasons(findings))


@pytest.mark.parametrize(
    ("codes", "participation", "found"),
    [
        (["PN1"], "PN1", {}),
        ([""], None, {}),
        (["PN9"], None, {"detail-code-unknown": 1}),
        (["PN1", "PN1"], "PN1", {"said-twice": 1}),
        (["PN1", "PN2"], None, {"said-twice": 1, "participation-differs": 2}),
    ],
)
def test_one_review_a_day_with_what_the_rows_agree_on(
    tmp_path: Path, codes: list[str], participation: str | None, found: dict[str, int]
) -> None:
    assert _reviews(tmp_path, *codes) == ([participation], found)


@pytest.mark.parametrize(
    ("headers", "born", "found"),
    [
        (["7,1,01/01/2010,WBRI,UN1,,"], "2010-01-01", {}),
        (["7,1,,WBRI,UN1,,"], "2011-01-01", {"birth-date-wrong": 1}),
        ([], "2011-01-01", {}),
        (["8,1,01/01/2010,WBRI,UN1,,"], "2011-01-01", {"child-not-in-header": 1}),
        (
            ["7,1,01/01/2010,WBRI,UN1,,", "7,1,01/01/2009,WBRI,UN1,,"],
            "2011-01-01",
            {"headers-differ": 1},
        ),
        (
            ["7,1,01/01/2010,WBRI,UN1,,", "7,2,01/01/2010,BAFR,UN1,,"],
            "2010-01-01",
            {"said-twice": 1},
        ),
    ],
)
def test_the_date_of_birth_is_the_headers_else_the_rows_own(
    tmp_path: Path, headers: Sequence[str], born: str, found: dict[str, int]
) -> None:
    if headers:
        write(tmp_path, "header.csv", Module.HEADER, headers)
    own = "01/01/2010" if born == "2010-01-01" else "01/01/2011"
    write(tmp_path, "reviews.csv", Module.REVIEWS, [f"7,{own},01/02/2024,PN1"])
    (told,), findings = mapped(tmp_path)
    assert told.event["event"]["subject"]["born"].isoformat() == born
    assert reasons(findings) == found


def test_a_date_of_birth_that_is_not_the_headers_is_told(tmp_path: Path) -> None:
    write(tmp_path, "header.csv", Module.HEADER, ["7,1,01/01/2010,WBRI,UN1,,"])
    write(tmp_path, "reviews.csv", Module.REVIEWS, ["7,01/01/2011,01/02/2024,PN1"])
    (told,), findings = mapped(tmp_path)
    assert told.event["event"]["subject"]["born"].isoformat() == "2010-01-01"
    assert reasons(findings) == {"birth-date-differs": 1}


@pytest.mark.parametrize(
    ("upn", "sent", "found"),
    [
        ("N999100224001", True, {}),
        ("n999100224001", True, {}),
        ("X999100224001", False, {"upn-doubtful": 1}),
        ("UN4", False, {}),
        ("", False, {}),
    ],
)
def test_a_upn_is_sent_only_if_it_passes_its_check(
    tmp_path: Path, upn: str, sent: bool, found: dict[str, int]
) -> None:
    write(tmp_path, "header.csv", Module.HEADER, [f"7,1,01/01/2010,WBRI,{upn},,"])
    write(tmp_path, "reviews.csv", Module.REVIEWS, ["7,01/01/2010,01/02/2024,PN1"])
    (told,), findings = mapped(tmp_path)
    identifiers = told.event["event"]["subject"]["identifiers"]
    assert identifiers[0] == {"scheme": "local", "value": "7"}
    upns = [{"scheme": "upn", "value": "N999100224001"}] if sent else []
    assert identifiers[1:] == upns
    assert reasons(findings) == found
