from collections.abc import Sequence
from pathlib import Path

import pytest

from producers.ssda903.findings import REASONS, Outcome
from producers.ssda903.modules import Module
from tests.unit.ssda903.returns import episode, mapped, of_episodes, reasons, write


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (episode(CHILD=""), "child-missing", "CHILD"),
        (episode(CHILD="1.2E+05"), "child-damaged", "CHILD"),
        (episode(DECOM=""), "date-missing", "DECOM"),
        (episode(DECOM="31/02/2024"), "date-wrong", "DECOM"),
        (episode(DEC="soon"), "date-wrong", "DEC"),
        (episode(DEC="31/01/2024", REC="E8"), "end-before-start", "DEC"),
        (episode(RNE=""), "code-missing", "RNE"),
        (episode(RNE="X"), "code-unknown", "RNE"),
        (episode(LS="C9"), "code-unknown", "LS"),
        (episode(PLACE="K9"), "code-unknown", "PLACE"),
        (episode() + ",more", "wrong-number-of-fields", ""),
        (episode()[:-12], "wrong-number-of-fields", ""),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_field(
    tmp_path: Path, row: str, reason: str, field: str
) -> None:
    told, findings = of_episodes(tmp_path, row)
    assert told == []
    refused = [f for f in findings.all if f.outcome is Outcome.REFUSED]
    assert [(f.source.line, f.reason, f.field) for f in refused] == [(2, reason, field)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (episode(CIN="N9"), "detail-code-unknown"),
        (episode(PLACE_PROVIDER="PR9"), "detail-code-unknown"),
        (episode(DEC="01/03/2024", REC="E99"), "detail-code-unknown"),
        (episode(DEC="01/03/2024", REC="E8", REASON_PLACE_CHANGE="WHY"), "detail-code-unknown"),
        (episode(PL_POST="the yellow house"), "detail-malformed"),
        (episode(URN="n/a"), "detail-malformed"),
        (episode(DECOM="01/02/2026"), "date-in-future"),
        (episode(DECOM="13/10/1991"), "date-too-early"),
        (episode(DECOM="31/12/2009"), "date-before-birth"),
        (episode(CHILD="8"), "child-not-in-header"),
        (episode(REC="E8"), "end-reason-without-date"),
    ],
)
def test_a_doubt_is_told_and_the_row_taken(tmp_path: Path, row: str, reason: str) -> None:
    told, findings = of_episodes(tmp_path, row)
    assert [one.event["type"] for one in told][:2] == ["legal-status", "placement-start"]
    assert reasons(findings)[reason] == 1
    assert findings.count(Outcome.REFUSED) == {}


def test_a_detail_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    row = episode(PLACE_PROVIDER="PR9", PL_POST="the yellow house", URN="?")
    told, _ = of_episodes(tmp_path, row)
    start = told[1].event
    assert (start["provider"], start["postcode"], start["urn"]) == (None, None, None)


def test_codes_may_be_in_small_letters(tmp_path: Path) -> None:
    told, findings = of_episodes(tmp_path, episode(RNE="s", LS="c1", PLACE_PROVIDER="pr1"))
    assert told[0].event["status"]["code"] == "C1"
    assert told[1].event["provider"]["code"] == "PR1"
    assert not reasons(findings)


def test_the_mark_of_another_regulator_is_no_number_and_no_doubt(tmp_path: Path) -> None:
    told, findings = of_episodes(tmp_path, episode(URN="XXXXXXX"))
    assert told[1].event["urn"] is None
    assert not reasons(findings)


@pytest.mark.parametrize(
    ("module", "rows", "reason"),
    [
        (Module.MISSING, ["7,01/01/2010,Q,01/02/2024,"], "code-unknown"),
        (Module.MISSING, ["7,01/01/2010,,01/02/2024,"], "code-missing"),
        (Module.MISSING, ["7,01/01/2010,M,,02/02/2024"], "date-missing"),
        (Module.MISSING, ["7,01/01/2010,M,02/02/2024,01/02/2024"], "end-before-start"),
        (Module.REVIEWS, ["7,01/01/2010,,PN1"], "date-missing"),
        (Module.REVIEWS, ["7,01/01/2010,30/02/2024,PN1"], "date-wrong"),
        (Module.HEADER, [",1,01/01/2010,WBRI,UN1,,"], "child-missing"),
        (Module.HEADER, ["7,1"], "wrong-number-of-fields"),
    ],
)
def test_rows_of_the_other_modules_are_refused_alike(
    tmp_path: Path, module: Module, rows: Sequence[str], reason: str
) -> None:
    told, findings = mapped(write(tmp_path, module=module, rows=rows))
    assert told == []
    assert findings.count(Outcome.REFUSED) == {reason: 1}


def test_every_reason_says_what_it_is_and_ends_as_a_sentence() -> None:
    assert all(text.strip() == text and text[-1] in ".?" for _, text in REASONS.values())
