"""The project's own sample: what each of its rows must come to, worked out by hand."""

from collections import Counter
from pathlib import Path

from producers.ssda903.findings import Outcome
from producers.ssda903.importing import counts
from tests.unit.ssda903.returns import mapped, run, short

SAMPLE = Path(__file__).parents[3] / "producers" / "samples" / "ssda903"


def _of(child: str) -> list[str]:
    told, _ = mapped(SAMPLE / "2024")
    return short(
        [one for one in told if one.event["event"]["subject"]["identifiers"][0]["value"] == child]
    )


def test_a_whole_history() -> None:
    assert _of("A-1001") == [
        "2023-05-03 legal-status V2",
        "2023-05-03 placement-start U6",
        "2023-06-01 review looked_after",
        "2023-08-17 placement-end U6 CREQB",
        "2023-08-17 placement-start K2",
        "2023-08-29 review looked_after",
        "2023-12-02 missing-report missing",
        "2023-12-04 missing-found",
        "2023-12-05 missing-report missing",
        "2023-12-05 missing-found",
        "2024-01-12 legal-status C1",
        "2024-03-20 missing-report away_without_authorisation",
    ]


def test_a_history_that_the_return_only_has_the_end_of() -> None:
    assert _of("A-1002") == [
        "~2019-06-20 legal-status C2",
        "2019-06-20 placement-start U4",
        "2024-03-01 placement-end U4 E46",
        "2024-03-03 review looked_after",
    ]
    assert _of("A-1004") == ["~2023-11-11 placement-start R1", "2023-11-11 legal-status C2"]


def test_letters_of_windows() -> None:
    assert _of("AÉ-1008") == ["2023-10-10 missing-report missing", "2023-10-11 missing-found"]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    account, findings, sent = run(SAMPLE / "2024", tmp_path / "ledger")
    assert account.read == {"Header": 7, "Episodes": 14, "Missing": 5, "Reviews": 6}
    # Refused: Header 2, Episodes 6, Missing 1, Reviews 1. Twice: one episode and one review.
    assert counts(account, findings) == {"read": 32, "accepted": 20, "duplicate": 2, "refused": 10}
    refused = {
        (f.source.file, f.source.line, f.reason)
        for f in findings.all
        if f.outcome is Outcome.REFUSED
    }
    assert refused == {
        ("header.csv", 7, "child-missing"),
        ("header.csv", 8, "child-damaged"),
        ("episodes.csv", 9, "code-unknown"),
        ("episodes.csv", 10, "date-wrong"),
        ("episodes.csv", 11, "end-before-start"),
        ("episodes.csv", 12, "episodes-conflict"),
        ("episodes.csv", 13, "episodes-conflict"),
        ("episodes.csv", 14, "wrong-number-of-fields"),
        ("missing.csv", 5, "code-unknown"),
        ("reviews.csv", 6, "date-missing"),
    }
    assert Counter(one.type for one in sent) == {
        "legal-status": 6,
        "placement-start": 6,
        "placement-end": 3,
        "missing-report": 4,
        "missing-found": 3,
        "review": 4,
    }
    assert account.children == 6


def test_the_next_year_adds_its_news_and_one_correction(tmp_path: Path) -> None:
    _, _, first = run(SAMPLE / "2024", tmp_path / "ledger")
    account, findings, second = run(SAMPLE / "2025", tmp_path / "ledger")
    told = {one.event_id for one in first}
    new = Counter((one.type, one.version) for one in second if one.event_id not in told)
    assert new == {
        ("placement-end", 1): 1,  # The open episode has got its end,
        ("placement-start", 1): 1,  # the child has moved,
        ("missing-found", 1): 1,  # and is no longer away.
        ("placement-start", 2): 1,  # A date of birth was wrong, in both events
        ("legal-status", 2): 1,  # of the child.
    }
    assert account.corrections == 2
    assert findings.count(Outcome.REFUSED) == {}
