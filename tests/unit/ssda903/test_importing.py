from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from producers.preparing import InvalidEvent, Prepared
from producers.ssda903.findings import Findings, Outcome
from producers.ssda903.importing import counts
from producers.ssda903.modules import Module
from schemas.validation import FieldError
from tests.unit.ssda903.returns import Outbox, SteadyClock, episode, reasons, run, write

HEADER = ["7,1,01/01/2010,WBRI,UN1,,"]


def _said(sent: list[Prepared]) -> list[tuple[str, int]]:
    return [(one.type, one.version) for one in sent]


def _history(folder: Path, *rows: str, header: bool = True) -> Path:
    if header:
        write(folder, "header.csv", Module.HEADER, HEADER)
    return write(folder, "episodes.csv", rows=rows)


def test_the_same_folder_sent_twice_is_the_same_messages(tmp_path: Path) -> None:
    folder = _history(tmp_path / "a", episode())
    _, _, first = run(folder, tmp_path / "ledger")
    account, _, second = run(folder, tmp_path / "ledger")
    assert [(one.event_id, one.message) for one in first] == [
        (one.event_id, one.message) for one in second
    ]
    assert account.corrections == 0


def test_a_later_folder_adds_only_what_is_new(tmp_path: Path) -> None:
    _, _, first = run(_history(tmp_path / "a", episode()), tmp_path / "ledger")
    later = _history(
        tmp_path / "b",
        episode(DEC="01/05/2024", REC="X1", REASON_PLACE_CHANGE="CARPL"),
        episode(DECOM="01/05/2024", RNE="P", PLACE="K2"),
    )
    _, _, second = run(later, tmp_path / "ledger")
    told = {one.event_id: one.message for one in first}
    assert all(told[one.event_id] == one.message for one in second if one.event_id in told)
    new = [one for one in second if one.event_id not in told]
    assert _said(new) == [("placement-end", 1), ("placement-start", 1)]


def test_without_a_ledger_the_same_rows_have_the_same_ids(tmp_path: Path) -> None:
    folder = _history(tmp_path / "a", episode())
    _, _, first = run(folder, tmp_path / "ledger")
    _, _, second = run(folder, tmp_path / "another ledger")
    assert [one.message for one in first] == [one.message for one in second]


def test_a_return_that_starts_in_the_middle_does_not_tell_again_what_goes_on(
    tmp_path: Path,
) -> None:
    start = episode(DEC="01/05/2024", REC="X1")
    goes_on = episode(DECOM="01/05/2024", RNE="L", LS="C2")
    run(_history(tmp_path / "a", start, goes_on), tmp_path / "ledger")
    ended = episode(DECOM="01/05/2024", RNE="L", LS="C2", DEC="01/08/2024", REC="E4A")
    _, _, second = run(_history(tmp_path / "b", ended), tmp_path / "ledger")
    assert _said(second) == [("legal-status", 1), ("placement-end", 1)]
    _, _, alone = run(_history(tmp_path / "b", ended), tmp_path / "another ledger")
    assert _said(alone) == [("placement-start", 1), ("legal-status", 1), ("placement-end", 1)]


def test_a_row_that_changed_is_a_correction(tmp_path: Path) -> None:
    run(_history(tmp_path / "a", episode()), tmp_path / "ledger")
    account, _, sent = run(_history(tmp_path / "b", episode(URN="SC999002")), tmp_path / "ledger")
    assert _said(sent) == [("legal-status", 1), ("placement-start", 2)]
    assert account.corrections == 1


def test_a_folder_that_lacks_the_header_takes_no_date_of_birth_back(tmp_path: Path) -> None:
    run(_history(tmp_path / "a", episode()), tmp_path / "ledger")
    account, findings, sent = run(
        _history(tmp_path / "b", episode(), header=False), tmp_path / "ledger"
    )
    assert sent == []
    assert reasons(findings) == {"told-with-more": 2}
    assert account.confirmed == 0


def test_a_failed_send_says_what_to_do_and_running_again_sends_all(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", rows=[episode(CHILD=str(child)) for child in range(1, 301)])
    failing = Outbox(fail_at=2, failure=ConnectionError("the broker went away"))
    account, _, _ = run(folder, tmp_path / "ledger", failing, failures=(ConnectionError,))
    assert account.confirmed == 500
    assert "the broker went away" in account.failure
    assert "Run the same command again" in account.failure
    again, _, sent = run(folder, tmp_path / "ledger")
    assert (again.confirmed, again.failure) == (600, "")
    assert {(one.event_id, one.message) for one in failing.sent} <= {
        (one.event_id, one.message) for one in sent
    }


def test_a_fault_that_is_not_the_brokers_is_not_hidden(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", rows=[episode()])
    broken = Outbox(fail_at=1, failure=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        run(folder, tmp_path / "ledger", broken, failures=(ConnectionError,))


def test_a_rate_is_kept_evenly(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", rows=[episode(CHILD=str(child)) for child in range(1, 51)])
    clock, outbox = SteadyClock(), Outbox()
    account, _, sent = run(folder, tmp_path / "ledger", outbox, clock, rate=50)
    assert len(sent) == 100
    assert max(clock.slept) == pytest.approx(0.1)
    # The last parcel is sent as soon as the ones before it are due.
    assert account.sending_seconds == pytest.approx(100 / 50 - 0.1)
    assert outbox.flushes == 20


def test_a_rate_below_one_parcel_still_sends(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", rows=[episode()])
    _, _, sent = run(folder, tmp_path / "ledger", rate=1)
    assert len(sent) == 2


def test_an_event_that_the_contract_refuses_is_a_refused_row(tmp_path: Path) -> None:
    def refuse(event: Mapping[str, Any]) -> Prepared:
        del event
        raise InvalidEvent([FieldError("event.reference", "is wrong", "mend it")])

    folder = write(tmp_path / "a", rows=[episode()])
    account, findings, sent = run(folder, tmp_path / "ledger", prepare=refuse)
    assert sent == []
    assert {(f.reason, f.field) for f in findings.all if f.outcome is Outcome.REFUSED} == {
        ("event-invalid", "event.reference")
    }
    assert counts(account, findings)["refused"] == 1


def test_every_row_counts_once(tmp_path: Path) -> None:
    rows = [
        episode(),
        episode(),
        episode(CHILD="8"),
        episode(CHILD="8", LS="C2"),
        episode(CHILD="9", PLACE="?"),
    ]
    account, findings, _ = run(write(tmp_path / "a", rows=rows), tmp_path / "ledger")
    assert counts(account, findings) == {"read": 5, "accepted": 1, "duplicate": 1, "refused": 3}
    assert account.children == 1


def test_progress_is_told_after_each_parcel(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", rows=[episode(CHILD=str(child)) for child in range(1, 301)])
    told: list[int] = []
    run(folder, tmp_path / "ledger", progress=told.append)
    assert told == [500, 600]


def test_findings_need_a_reason_with_a_text() -> None:
    with pytest.raises(KeyError):
        Findings().add("no-such-reason", None)  # type: ignore[arg-type]
