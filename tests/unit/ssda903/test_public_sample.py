"""The fake return that is shared for tests: random and dirty. Counted here in another way."""

import csv
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import pytest

from producers.preparing import Prepared
from producers.ssda903.findings import Findings, Outcome
from producers.ssda903.importing import Account, counts
from tests.unit.ssda903.returns import run

SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "cla903"
Imported = tuple[Account, Findings, list[Prepared]]
pytestmark = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the shared sample is not here")


def _rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y")  # noqa: DTZ007 - only compared.


def _expected_of_episodes() -> Counter[str]:
    """Count what the episodes come to, from the raw cells."""
    expected: Counter[str] = Counter()
    by_child = defaultdict(list)
    for row in [*_rows("episodes.csv"), *_rows("SSDA903_2020_episodes.csv")]:
        by_child[row["CHILD"]].append(row)
    for rows in by_child.values():
        rows.sort(key=lambda row: _day(row["DECOM"]))
        starts = []
        for index, row in enumerate(rows):
            before = rows[index - 1] if index else None
            anew = before is None or (
                before["REC"] != "X1"
                and before["DEC"] != ""
                and _day(before["DEC"]) <= _day(row["DECOM"])
            )
            lives = [row[name] for name in ("PLACE", "PLACE_PROVIDER", "PL_POST", "URN")]
            lived = before and [
                before[name] for name in ("PLACE", "PLACE_PROVIDER", "PL_POST", "URN")
            ]
            starts.append(anew or row["RNE"] in "SPTBU" or lives != lived)
            expected["placement-start"] += starts[-1]
            changed = before is None or before["LS"] != row["LS"]
            expected["legal-status"] += anew or row["RNE"] in "SLBU" or changed
        for index, row in enumerate(rows):
            if row["DEC"]:
                following = starts[index + 1] if index + 1 < len(rows) else None
                moves = bool(row["REASON_PLACE_CHANGE"]) if following is None else following
                expected["placement-end"] += row["REC"] != "X1" or moves
    return expected


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("public") / "ledger"


@pytest.fixture(scope="module")
def imported(ledger: Path) -> Imported:
    return run(SAMPLE, ledger)


def test_the_whole_sample_is_accounted_for(imported: Imported) -> None:
    account, findings, sent = imported
    assert account.read == {"Episodes": 5050 + 5, "Header": 2675, "Missing": 43, "Reviews": 12582}
    reviews, missing = _rows("reviews.csv"), _rows("missing.csv")
    days_of_review = {(row["CHILD"], row["REVIEW"]) for row in reviews}
    assert findings.count(Outcome.REFUSED) == {}
    assert counts(account, findings) == {
        "read": 20355,
        "accepted": 20355 - (len(reviews) - len(days_of_review)),
        "duplicate": len(reviews) - len(days_of_review),
        "refused": 0,
    }
    assert Counter(one.type for one in sent) == {
        **_expected_of_episodes(),
        "missing-report": len(missing),
        "missing-found": sum(row["MIS_END"] != "" for row in missing),
        "review": len(days_of_review),
    }
    assert len({one.event_id for one in sent}) == len(sent)
    children = {row["CHILD"] for name in ("episodes.csv", "reviews.csv") for row in _rows(name)}
    assert account.children == len(children | {"689661", "249901"})


def test_it_adds_nothing_when_it_is_imported_again(imported: Imported, ledger: Path) -> None:
    account, _, again = run(SAMPLE, ledger)
    assert [one.message for one in again] == [one.message for one in imported[2]]
    assert account.corrections == 0
